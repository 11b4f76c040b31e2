// Line by line on stdin: first what to run, then how often; each answer is the seconds that one run took.
const { createInterface } = require("node:readline");

const paths = [process.cwd(), ...(process.env.NODE_PATH ?? "").split(require("node:path").delimiter)].filter(Boolean);

function find(name) {
  return require.resolve(name, { paths });
}

if (process.argv[2] === "--version") {
  try {
    const folder = find("aws-local-stepfunctions").replace(/(aws-local-stepfunctions).*/, "$1");
    console.log(require(`${folder}/package.json`).version);
  } catch {
    process.exit(1);
  }
  process.exit(0);
}

// The package asks for a newer Node than many have, for this alone.
Promise.withResolvers ??= () => {
  const made = {};
  made.promise = new Promise((resolve, reject) => Object.assign(made, { resolve, reject }));
  return made;
};

const { StateMachine } = require(find("aws-local-stepfunctions"));

(async () => {
  let machine, input, options;
  for await (const line of createInterface({ input: process.stdin })) {
    try {
      if (machine === undefined) {
        const first = JSON.parse(line);
        machine = new StateMachine(first.definition, { validationOptions: { checkArn: false } });
        input = first.input;
        const handler = first.handler ? eval(first.handler) : undefined;
        const local = Object.fromEntries(first.tasks.map((name) => [name, handler]));
        options = { overrides: { taskResourceLocalHandlers: local } };
        await machine.run(input, options).result;
        console.log("ready");
        continue;
      }
      const calls = Number(line);
      const began = process.hrtime.bigint();
      for (let call = 0; call < calls; call++) await machine.run(input, options).result;
      console.log(Number(process.hrtime.bigint() - began) / 1e9 / calls);
    } catch (problem) {
      console.log(`error: ${String(problem.message).split("\n")[0]}`);
    }
  }
})();

"""``asl test-state``: one state on its own, as AWS's TestState does it; the answer is JSON on stdout."""

from __future__ import annotations

from typing import Any

import click

from asl_cli.problems import Problem


@click.command(name="test-state")
@click.argument("definition", metavar="MACHINE", type=click.Path(exists=True, dir_okay=False))
@click.option("--state", required=True, metavar="NAME", help="The state to test, at any depth of the machine.")
@click.option("-i", "--input", "given", metavar="JSON|@FILE|-", help="The state's input; else what is piped in, or {}.")
@click.option("--handlers", metavar="FILE|MODULE", help="Python functions for a Task that isn't mocked.")
@click.option("--result", metavar="JSON", help="What the work of a Task, Map or Parallel returns.")
@click.option("--error", metavar="NAME", help="What it fails with.")
@click.option("--cause", metavar="TEXT", help="The cause beside --error.")
@click.option(
    "--level",
    type=click.Choice(["INFO", "DEBUG", "TRACE"], case_sensitive=False),
    default="DEBUG",
    show_default=True,
    help="How much inspection data is shown.",
)
@click.option("--variables", metavar="JSON", help="The variables that the state sees.")
@click.option("--context", metavar="JSON", help="The context object, in place of the one made up.")
@click.option(
    "--validation",
    type=click.Choice(["STRICT", "PRESENT", "NONE"], case_sensitive=False),
    default="STRICT",
    show_default=True,
    help="How --result is held against the service's API model (needs botocore).",
)
@click.option("--retries", type=click.IntRange(0), default=0, help="How often the matching retrier was used before.")
@click.option("--error-caused-by", metavar="STATE", help="The inner state of a Map or Parallel that failed.")
@click.option("--map-failures", type=click.IntRange(0), help="How many iterations of a Map failed.")
@click.option("--map-data", metavar="JSON", help="What the ItemReader of a Map reads.")
@click.pass_context
def command(ctx: click.Context, /, *, definition: str, state: str, given: str | None, **options: Any) -> None:
    """Test one state of the state machine in the file MACHINE, without running the others.

    \b
    Examples:
      asl test-state order.asl.json --state Ship -i '{"id": 7}' --result '{"tracking": "x"}'
      asl test-state order.asl.json --state Ship --error Carrier.Down --retries 3
      asl test-state order.asl.json --state Route -i @order.json | jq .nextState

    Prints what AWS's TestState answers, with payloads laid out as JSON: status (SUCCEEDED, FAILED, RETRIABLE,
    CAUGHT_ERROR), output, nextState, error, cause and inspectionData.

    Exit code: 0 succeeded, or the error was retried or caught; 1 failed; 2 bad usage.
    """
    from asl.errors import AslError
    from asl.jsontext import encode
    from asl.testing import respond
    from asl_cli import handlers as handler_files
    from asl_cli import inputs
    from asl_cli.report import pretty
    from asl_cli.run import load_machine

    _, text = inputs.read(given)
    machine = load_machine(definition)  # whatever is wrong with it is told with its place
    try:
        functions = handler_files.load(options["handlers"]) if options["handlers"] else None
        params = _params(options, encode(machine.definition), state, text)
        answer = respond(params, handlers=functions, needs_role=False)
    except AslError as problem:
        hint = "; or mock it: --result JSON, --error NAME" if type(problem).__name__ == "HandlerError" else ""
        raise Problem(f"{problem}{hint}") from problem
    click.echo(pretty(_laid_out(answer)))
    ctx.exit(1 if answer["status"] == "FAILED" else 0)


def _params(options: dict[str, Any], definition: str, state: str, text: str) -> dict[str, Any]:
    """The options as a request of AWS's API."""
    params: dict[str, Any] = {
        "definition": definition,
        "stateName": state,
        "input": text,
        "inspectionLevel": options["level"].upper(),
    }
    mock: dict[str, Any] = {}
    if options["result"] is not None:
        mock["result"] = options["result"]
    if options["error"] is not None or options["cause"] is not None:
        members = {"error": options["error"], "cause": options["cause"]}
        mock["errorOutput"] = {name: value for name, value in members.items() if value is not None}
    if mock:
        params["mock"] = {**mock, "fieldValidationMode": options["validation"].upper()}
    for name in ("variables", "context"):
        if options[name] is not None:
            params[name] = options[name]
    configuration = {
        "retrierRetryCount": options["retries"] or None,
        "errorCausedByState": options["error_caused_by"],
        "mapIterationFailureCount": options["map_failures"],
        "mapItemReaderData": options["map_data"],
    }
    params["stateConfiguration"] = {name: value for name, value in configuration.items() if value is not None}
    return params


def _laid_out(answer: dict[str, Any]) -> dict[str, Any]:
    """The answer with its payloads as JSON values, since a person reads it."""
    from asl.jsontext import decode

    shown = dict(answer)
    if "output" in shown:
        shown["output"] = decode(shown["output"])
    if "inspectionData" in shown:
        shown["inspectionData"] = {
            name: decode(value) if isinstance(value, str) else value for name, value in shown["inspectionData"].items()
        }
    return shown

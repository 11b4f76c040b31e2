"use strict";
// The report of a run. `now` is the number of the last event that counts; everything shown follows from it.
const data = JSON.parse(document.getElementById("data").textContent);
const element = id => document.getElementById(id);
const { events, visits, edges, texts } = data;
const box = document.querySelector(".drawing"), picture = canvas(box), drawn = box.querySelector("svg");
const TELLING = ["running", "failed", "timed out", "caught", "aborted", "succeeded"];
const ROW = 24;
let now = events.length, chosen = null, visitAt = 0, tab = "Input → Output", list = "timeline", playing = 0, found = [], foundAt = -1;

const text = number => number < 0 ? null : texts[number];
const value = one => Array.isArray(one) ? texts[one[0]] : one;
function make(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, given] of Object.entries(attributes)) {
    if (name.startsWith("on")) made.addEventListener(name.slice(2), given);
    else if (given !== null && given !== undefined && given !== false) made.setAttribute(name, given === true ? "" : given);
  }
  made.append(...children.filter(child => child !== null && child !== undefined));
  return made;
}
function pretty(json) {
  try { return JSON.stringify(JSON.parse(json), null, 2); } catch { return json; }
}
function duration(ms) {
  if (ms === null) return "";
  if (ms < 1000) return `${ms} ms`;
  if (ms < 59950) return `${+(ms / 1000).toFixed(1)} s`;
  const whole = Math.round(ms / 1000);
  for (const [size, unit, smaller, short] of [[86400, "d", 3600, "h"], [3600, "h", 60, "min"], [60, "min", 1, "s"]]) {
    if (whole >= size) {
      const rest = Math.floor(whole % size / smaller);
      return `${Math.floor(whole / size)} ${unit}` + (rest ? ` ${rest} ${short}` : "");
    }
  }
}

// -- what each moment shows
const byState = new Map(), ofVisit = visits.map(() => []), endOf = new Int32Array(visits.length).fill(1e9);
visits.forEach((visit, place) => {
  if (!byState.has(visit.name)) byState.set(visit.name, []);
  byState.get(visit.name).push(place);
  if (visit.last) endOf[place] = visit.last;
});
events.forEach((event, place) => { if (event[2] >= 0) ofVisit[event[2]].push(place + 1); });
const nodes = new Map(), lines = new Map(), ended = edges.find(edge => edge[3] === "end")?.[0] ?? 1e9;
for (const node of drawn.querySelectorAll("[data-state]")) {
  nodes.set(node.dataset.state, { node, title: node.querySelector("title").textContent, sub: node.querySelector(".sub"), badge: node.querySelector(".badge.told") });
}
for (const line of drawn.querySelectorAll(".edge")) {
  const kind = ["start", "next", "choice", "default", "catch", "end"].find(one => line.classList.contains(one));
  lines.set(JSON.stringify([line.dataset.from, line.dataset.to, kind]), { line, first: 1e9 });
}
for (const [number, ...key] of edges) {
  const known = lines.get(JSON.stringify(key));
  if (known) known.first = Math.min(known.first, number);
}
function statusAt(place) {
  if (visits[place].first > now) return "none";
  return endOf[place] <= now ? visits[place].status : "running";
}
function worst(places) {
  let best = TELLING.length, which = null;
  for (const place of places) {
    if (visits[place].first > now) break;
    const at = TELLING.indexOf(statusAt(place));
    if (at < best) { best = at; which = place; }
  }
  return which;
}
function badge(places) {
  const seen = places.filter(place => visits[place].first <= now);
  if (!seen.length) return "";
  const length = seen.reduce((sum, place) => sum + (visits[place].length ?? 0), 0);
  if (visits[seen[0]].length !== null) {
    const mine = new Set(seen), ends = { succeeded: 0, failed: 0, aborted: 0 };
    for (const [number, place, outcome] of data.iterations) if (number <= now && mine.has(place)) ends[outcome] += 1;
    return [`${ends.succeeded}/${length}`, ...["failed", "aborted"].filter(end => ends[end]).map(end => `${ends[end]} ${end}`)].join(" · ");
  }
  const attempts = Math.max(...seen.map(place => attemptsAt(place)));
  return [seen.length > 1 ? `${seen.length}×` : "", attempts > 1 ? `${attempts} attempts` : ""].filter(Boolean).join(" · ");
}
function attemptsAt(place) {
  if (endOf[place] <= now || visits[place].attempts === 1) return visits[place].attempts;
  return Math.max(1, ofVisit[place].filter(number => number <= now && /Scheduled$|State(Started)$/.test(events[number - 1][0])).length);
}
function colour() {
  for (const [name, { node, sub, badge: mark }] of nodes) {
    const places = byState.get(name) ?? [];
    const place = worst(places);
    const status = place === null ? "none" : statusAt(place);
    node.dataset.status = status.replace(" ", "-");
    if (mark) mark.textContent = badge(places);
    const told = ["failed", "timed out", "caught"].includes(status) && visits[place].error;
    sub.textContent = told ? shorten(visits[place].error, 38) : data.subtitles[name];
    sub.classList.toggle("told", Boolean(told));
  }
  for (const node of drawn.querySelectorAll("[data-end]")) {
    node.dataset.status = (node.dataset.end === "start" ? now > 0 : ended <= now) ? "succeeded" : "none";
  }
  for (const { line, first } of lines.values()) {
    line.classList.toggle("taken", first <= now);
    line.classList.toggle("untaken", first > now);
  }
}
const shorten = (long, length) => long.length > length ? long.slice(0, length - 1) + "…" : long;

// -- the inspector
function place(visit) {
  const parts = [];
  for (let at = visit; at.parent >= 0; at = visits[at.parent]) {
    const above = visits[at.parent];
    parts.push(above.type === "Map" ? `iteration ${at.slot} of ${above.name}` : `branch ${at.slot + 1} of ${above.name}`);
  }
  return parts.join(", ");
}
function block(title, shown) {
  return shown === null || shown === undefined || shown === "" ? [] : [make("h3", {}, title), make("pre", { tabindex: 0 }, shown)];
}
const TABS = { "Input → Output": inputOutput, "Data flow": dataFlow, Attempts: attempts, Variables: variables, Definition: definition };
function inspect() {
  const pane = element("inspector");
  pane.replaceChildren();
  if (chosen === null) {
    const event = events[now - 1];
    pane.append(make("h2", {}, "Run"), make("p", { class: "muted" }, "Choose a state to see its input, output, attempts and variables."));
    if (event) pane.append(...eventDetails(now));
    pane.append(...variables(null));
    return;
  }
  const places = byState.get(chosen) ?? [];
  visitAt = Math.max(0, Math.min(visitAt, places.length - 1));
  const visit = places.length ? visits[places[visitAt]] : null;
  pane.append(make("h2", {}, chosen));
  const about = make("p", { class: "muted" }, `${data.subtitles[chosen] ?? ""}`);
  if (visit) {
    const status = statusAt(places[visitAt]);
    about.append(" · ", make("span", { class: `word-${status.replace(" ", "-")}` }, status === "none" ? "not yet" : status),
      endOf[places[visitAt]] > now ? "" : ` · ${duration(visit.to - visit.from)}`, attemptsAt(places[visitAt]) > 1 ? ` · ${attemptsAt(places[visitAt])} attempts` : "");
  } else about.append(" · not reached");
  pane.append(about);
  if (visit && place(visit)) pane.append(make("p", { class: "muted" }, place(visit)));
  if (places.length > 1) {
    const number = make("input", { type: "number", min: 1, max: places.length, value: visitAt + 1, "aria-label": "Visit",
      onchange: event => { visitAt = event.target.valueAsNumber - 1 || 0; inspect(); } });
    pane.append(make("div", { class: "visits" }, "Visit", number, `of ${places.length}`,
      make("button", { onclick: () => { visitAt -= 1; inspect(); }, "aria-label": "Earlier visit" }, "◀"),
      make("button", { onclick: () => { visitAt += 1; inspect(); }, "aria-label": "Later visit" }, "▶")));
  }
  pane.append(make("div", { class: "tabs", role: "tablist" }, ...Object.keys(TABS).map(name =>
    make("button", { role: "tab", "aria-selected": String(name === tab), onclick: () => { tab = name; inspect(); } }, name))));
  pane.append(...TABS[tab](visit));
}
function inputOutput(visit) {
  if (!visit) return [make("p", { class: "muted" }, "This run never came here.")];
  const input = block("Input", pretty(text(visit.input)));
  if (endOf[visits.indexOf(visit)] > now) return input;
  return [...input, ...block("Error", visit.error), ...block("Cause", text(visit.cause) && pretty(text(visit.cause))),
    ...block("Output", text(visit.output) && pretty(text(visit.output)))];
}
const FLOW = ["InputPath", "ItemsPath", "Items", "ItemSelector", "Parameters", "Arguments", "→sent", "→result", "Result", "ResultSelector", "ResultPath", "Assign",
  "OutputPath", "Output"];
function dataFlow(visit) {
  const fields = data.states[chosen] ?? {};
  if (!visit) return definition();
  const mine = ofVisit[visits.indexOf(visit)].filter(number => number <= now).map(number => events[number - 1]);
  const sent = mine.filter(event => event[0].endsWith("Scheduled")).pop(), got = mine.filter(event => /(Function|Activity|Task)Succeeded$/.test(event[0])).pop();
  const left = mine.filter(event => event[0].endsWith("StateExited")).pop();
  const parts = block("Input", pretty(text(visit.input)));
  for (const field of FLOW) {
    if (field === "→sent" && sent) parts.push(...block("sent to the task", pretty(value(sent[4].parameters ?? sent[4].input ?? ""))));
    else if (field === "→result" && got) parts.push(...block("result of the task", pretty(value(got[4].output ?? ""))));
    else if (field in fields) parts.push(...block(field, JSON.stringify(fields[field], null, 2)));
  }
  if (left?.[4].assignedVariables) parts.push(...block("assigned", assigned(left[4].assignedVariables)));
  return [...parts, ...(left ? block("Output", text(visit.output) && pretty(text(visit.output))) : [])];
}
const assigned = all => Object.entries(all).map(([name, given]) => `$${name} = ${pretty(given)}`).join("\n");
function attempts(visit) {
  if (!visit) return [];
  const at = visits.indexOf(visit);
  const rows = ofVisit[at].filter(number => number <= now && /Scheduled$|Started$|Failed$|TimedOut$|Succeeded$|Submitted$/.test(events[number - 1][0]) && !/Iteration/.test(events[number - 1][0]));
  const waits = data.retries.filter(([, place]) => place === at);
  const shown = rows.map(number => {
    const [type, time, , , details] = events[number - 1];
    const problem = [details.error, details.cause].map(value).filter(Boolean).join(": ");
    const wait = waits.find(([after]) => after === number);
    return make("p", {}, make("button", { onclick: () => go(number) }, `#${number}`), ` ${type}  ${duration(time - visit.from)}`,
      problem ? make("span", { class: "bad" }, ` ${problem}`) : "", wait ? ` · retry in ${duration(wait[2])}` : "");
  });
  const count = attemptsAt(at);
  return [make("p", { class: "muted" }, `${count} attempt${count > 1 ? "s" : ""}`), ...shown];
}
function variables(visit) {
  const scopes = [];
  for (let at = visit; at; at = at.parent >= 0 ? visits[at.parent] : null) scopes.push(`${at.parent}/${at.slot}`);
  if (!visit) scopes.push("-1/-1");
  const known = {};
  for (let number = 1; number <= now; number += 1) {
    const given = events[number - 1][4].assignedVariables;
    if (!given) continue;
    const owner = visits[events[number - 1][2]];
    if (scopes.includes(`${owner.parent}/${owner.slot}`)) Object.assign(known, given);
  }
  if (!Object.keys(known).length) return visit ? [make("p", { class: "muted" }, "No variables at this moment.")] : [];
  return block(`Variables after event ${now}`, assigned(known));
}
function definition() {
  return block("Definition", JSON.stringify(data.states[chosen] ?? null, null, 2));
}
function eventDetails(number) {
  const [type, time, , previous, details] = events[number - 1];
  const shown = Object.fromEntries(Object.entries(details).map(([name, given]) => [name, value(given)]));
  return [make("h3", {}, `Event ${number}: ${type}`), make("p", { class: "muted" }, `after ${duration(time)} · previous event ${previous}`),
    ...Object.entries(shown).flatMap(([name, given]) => block(name, typeof given === "string" ? pretty(given) : JSON.stringify(given, null, 2)))];
}

// -- the lists: only the rows in sight exist
const whole = Math.max(1, ...events.map(event => event[1]));
function timelineRow(index) {
  const visit = visits[index], status = statusAt(index);
  const row = make("div", { class: `row ${status.replace(" ", "-")}` + (visit.first > now ? " later" : "") + (visit.name === chosen ? " now" : "") });
  const until = visit.to === null || endOf[index] > now ? (events[now - 1]?.[1] ?? 0) : visit.to;
  const span = make("span", { class: "span" });
  span.style.left = `${visit.from / whole * 100}%`;
  span.style.width = `${Math.max(0, until - visit.from) / whole * 100}%`;
  const name = make("span", { class: "where" }, visit.name, visit.slot >= 0 ? make("span", { class: "muted" }, ` [${visit.slot}]`) : "");
  name.style.paddingLeft = `${visit.depth * 14}px`;
  row.append(name, make("span", { class: "track" }, visit.first <= now ? span : ""),
    make("span", { class: "time" }, visit.to === null ? "" : duration(visit.to - visit.from)));
  row.addEventListener("click", () => { chosen = visit.name; visitAt = byState.get(visit.name).indexOf(index); choose(chosen, true); });
  return row;
}
function eventRow(index) {
  const [type, time, at, , details] = events[index], number = index + 1;
  const bad = /Failed|TimedOut|Aborted/.test(type);
  const shown = Object.entries(details).filter(([name]) => name !== "name").map(([name, given]) => {
    const inner = value(given);
    return typeof inner === "string" ? inner.slice(0, 300) : `${name} ${JSON.stringify(inner)}`;
  }).join("  ");
  const row = make("div", { class: "row" + (number === now ? " now" : "") + (number > now ? " later" : "") },
    make("span", { class: "id" }, String(number)), make("span", { class: bad ? "type bad" : "type" }, type),
    make("span", { class: "where" }, at >= 0 ? visits[at].name : ""), make("span", { class: "time" }, duration(time)),
    make("span", { class: "more" }, shown));
  row.addEventListener("click", () => { go(number); if (at >= 0) { visitAt = byState.get(visits[at].name).indexOf(at); choose(visits[at].name, true); } });
  return row;
}
function rows() {
  const count = list === "timeline" ? visits.length : events.length, view = element("list");
  element("rows").style.height = `${count * ROW}px`;
  const first = Math.max(0, Math.floor(view.scrollTop / ROW) - 5), last = Math.min(count, first + Math.ceil(view.clientHeight / ROW) + 10);
  const shown = [];
  for (let index = first; index < last; index += 1) {
    const row = list === "timeline" ? timelineRow(index) : eventRow(index);
    row.style.top = `${index * ROW}px`;
    shown.push(row);
  }
  element("rows").replaceChildren(...shown);
}
function follow() {
  const view = element("list");
  let index = now - 1;
  if (list === "timeline") {
    index = visits.findIndex(visit => visit.first > now);
    index = index < 0 ? visits.length - 1 : index - 1;
  }
  const top = index * ROW;
  if (top < view.scrollTop || top > view.scrollTop + view.clientHeight - ROW) view.scrollTop = top - view.clientHeight / 2;
}

// -- moving through time
function go(number) {
  now = Math.max(0, Math.min(events.length, number));
  element("scrubber").value = now;
  const event = events[now - 1];
  element("moment").textContent = `event ${now} / ${events.length}` + (event ? ` · ${duration(event[1])}` : "");
  colour();
  follow();
  rows();
  inspect();
}
function choose(name, move) {
  chosen = name;
  for (const one of drawn.querySelectorAll(".chosen")) one.classList.remove("chosen");
  const known = name === null ? null : nodes.get(name);
  if (known) {
    known.node.classList.add("chosen");
    if (move) picture.centre(known.node);
  }
  inspect();
  rows();
}
function play() {
  if (playing) { clearInterval(playing); playing = 0; }
  else {
    if (now >= events.length) go(0);
    const step = Math.max(1, Math.round(events.length / 300));
    playing = setInterval(() => { go(now + step); if (now >= events.length) play(); }, 60);
  }
  element("play").textContent = playing ? "Pause" : "Play";
}
function show(which) {
  list = which;
  for (const one of ["timeline", "events"]) element(`tab-${one}`).setAttribute("aria-selected", String(one === which));
  element("list").scrollTop = 0;
  follow();
  rows();
}
function search() {
  const word = element("search").value.trim().toLowerCase();
  found = word ? [...nodes.keys()].filter(name => (name + " " + nodes.get(name).title).toLowerCase().includes(word)) : [];
  for (const [name, { node }] of nodes) node.classList.toggle("found", found.includes(name));
  element("count").textContent = word ? `${found.length} found` : "";
  foundAt = -1;
  if (found.length) next(1);
}
function next(by) {
  if (!found.length) return;
  foundAt = (foundAt + by + found.length) % found.length;
  element("count").textContent = `${foundAt + 1} of ${found.length}`;
  visitAt = 0;
  choose(found[foundAt], true);
}
element("status").textContent = data.status;
element("status").classList.add(data.status);
element("summary").textContent = `${duration(events.length ? events[events.length - 1][1] : 0)} · ${events.length.toLocaleString("en")} events`;
element("scrubber").max = events.length;
element("scrubber").addEventListener("input", event => go(event.target.valueAsNumber));
element("back").addEventListener("click", () => go(now - 1));
element("on").addEventListener("click", () => go(now + 1));
element("play").addEventListener("click", play);
element("tab-timeline").addEventListener("click", () => show("timeline"));
element("tab-events").addEventListener("click", () => show("events"));
element("list").addEventListener("scroll", () => requestAnimationFrame(rows));
element("fit").addEventListener("click", picture.fit);
element("in").addEventListener("click", () => picture.zoom(1.25));
element("out").addEventListener("click", () => picture.zoom(0.8));
element("search").addEventListener("input", search);
element("search").addEventListener("keydown", event => {
  if (event.key === "Enter") next(event.shiftKey ? -1 : 1);
  if (event.key === "Escape") { event.target.value = ""; search(); choose(null, false); box.focus(); }
});
box.addEventListener("click", event => {
  const node = event.target.closest("[data-state]");
  visitAt = 0;
  if (node) {
    // the visit that is running or was the last one at this moment
    const places = byState.get(node.dataset.state) ?? [];
    visitAt = Math.max(0, places.filter(place => visits[place].first <= now).length - 1);
  }
  choose(node ? node.dataset.state : null, false);
});
document.addEventListener("keydown", event => {
  if (event.target.tagName === "INPUT" && event.target.type !== "range") return;
  const moves = { ",": -1, ".": 1, "<": -10, ">": 10 };
  if (event.key in moves) go(now + moves[event.key]);
  else if (event.key === "Home") go(0);
  else if (event.key === "End") go(events.length);
  else if (event.key === " " && event.target.tagName !== "BUTTON") { play(); event.preventDefault(); }
  else if (event.key === "/") { element("search").focus(); event.preventDefault(); }
  else if (event.key === "Escape") choose(null, false);
  else if (event.key === "e") show("events");
  else if (event.key === "t") show("timeline");
});
new ResizeObserver(() => rows()).observe(element("list"));
show("timeline");
picture.fit();
go(events.length);

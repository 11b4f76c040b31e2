"use strict";
// The page of a drawing: search, the definition of the state that is chosen, switching between whole and collapsed.
const data = JSON.parse(document.getElementById("data").textContent);
const element = id => document.getElementById(id);
const boxes = [...document.querySelectorAll(".drawing")];
let box = boxes[0], current = null, found = [], at = -1;
const drawings = new Map();

function drawing() {
  if (!drawings.has(box)) drawings.set(box, canvas(box));
  return drawings.get(box);
}
function nodes() {
  return [...box.querySelectorAll("[data-state]")];
}
function choose(node, move) {
  for (const one of document.querySelectorAll(".chosen")) one.classList.remove("chosen");
  current = node;
  element("inspector").hidden = node === null;
  if (node === null) return;
  node.classList.add("chosen");
  const name = node.dataset.state;
  element("name").textContent = name;
  const definition = data.states[name];
  element("about").textContent = node.querySelector("title").textContent.split("\n").slice(1).join("\n");
  element("definition").textContent = definition === undefined ? "" : JSON.stringify(definition, null, 2);
  if (move) drawing().centre(node);
}
function search() {
  const words = element("search").value.trim().toLowerCase().split(/\s+/).filter(Boolean);
  found = words.length ? nodes().filter(node => {
    const text = (node.dataset.state + " " + node.querySelector("title").textContent).toLowerCase();
    return words.every(word => text.includes(word));
  }) : [];
  for (const node of nodes()) node.classList.toggle("found", found.includes(node));
  at = -1;
  element("count").textContent = words.length ? `${found.length} found` : "";
  if (found.length) step(1);
}
function step(by) {
  if (!found.length) return;
  at = (at + by + found.length) % found.length;
  element("count").textContent = `${at + 1} of ${found.length}`;
  choose(found[at], true);
}
function toggle() {
  const other = boxes.find(one => one !== box);
  if (!other) return;
  box.hidden = true;
  box = other;
  box.hidden = false;
  drawing().fit();
  choose(null);
  search();
  element("collapse").textContent = box.dataset.kind === "collapsed" ? "Expand" : "Collapse";
}
for (const one of boxes) {
  one.addEventListener("click", event => {
    const node = event.target.closest("[data-state]");
    choose(node, false);
  });
}
element("search").addEventListener("input", search);
element("search").addEventListener("keydown", event => {
  if (event.key === "Enter") step(event.shiftKey ? -1 : 1);
  if (event.key === "Escape") { event.target.value = ""; search(); choose(null); box.focus(); }
});
element("fit").addEventListener("click", () => drawing().fit());
element("in").addEventListener("click", () => drawing().zoom(1.25));
element("out").addEventListener("click", () => drawing().zoom(0.8));
if (element("collapse")) element("collapse").addEventListener("click", toggle);
document.addEventListener("keydown", event => {
  if (event.target.tagName === "INPUT") return;
  if (event.key === "/" ) { element("search").focus(); element("search").select(); event.preventDefault(); }
  if (event.key === "Escape") choose(null);
  if (event.key === "n") step(1);
  if (event.key === "N") step(-1);
  if (event.key === "c") toggle();
});
drawing().fit();

"""What is drawn: the states and transitions of a definition as nodes and edges, one scope inside the other.

A definition is taken as it is: a drawing helps most where something is wrong. A transition to a state that isn't there
leads to a node of the kind ``"missing"``; what can't be read at all is left out.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from asl.graph import labels

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

NodeKind = Literal["state", "start", "end", "missing"]
EdgeKind = Literal["start", "next", "choice", "default", "catch", "end"]

#: From so many ways out on, those to states with nothing behind them stand in several rows.
FANNED = 8
FAN_ROW = 6


@dataclass(slots=True, eq=False)
class Node:
    """A state, the start or end of the machine, or a target that doesn't exist."""

    name: str
    kind: NodeKind = "state"
    type: str = ""
    fields: Mapping[str, Any] = field(default_factory=dict)
    subtitle: str = ""
    #: how often it is retried at most, and how that is to be explained
    retry: str = ""
    retry_title: str = ""
    scopes: list[Scope] = field(default_factory=list)
    #: of a collapsed Map or Parallel: how many states it hides
    hidden: int = 0
    #: its number in the drawing, from 1 in document order
    id: int = 0

    @property
    def is_container(self) -> bool:
        return bool(self.scopes)


@dataclass(slots=True, eq=False)
class Edge:
    """A transition. (source, target, kind) is unique: rules of one Choice with one target are one edge."""

    source: Node
    target: Node
    kind: EdgeKind
    label: str = ""
    title: str = ""
    happy: bool = False
    #: Choice rules, or catchers, by index, that take it
    rules: list[int] = field(default_factory=list)

    @property
    def key(self) -> tuple[str, str, str]:
        return (self.source.name, self.target.name, self.kind)


@dataclass(slots=True, eq=False)
class Scope:
    """The states between which transitions are possible: the machine, a branch, or the processor of a Map."""

    label: str = ""
    nodes: list[Node] = field(default_factory=list)
    edges: list[Edge] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class Graph:
    """A whole machine. ``comment`` is the definition's own."""

    root: Scope
    comment: str = ""

    def walk(self) -> Iterator[Node]:
        """All nodes, outer ones before those inside."""
        for scope in self.scopes():
            yield from scope.nodes

    def scopes(self) -> Iterator[Scope]:
        waiting = [self.root]
        while waiting:
            scope = waiting.pop()
            yield scope
            waiting.extend(inner for node in reversed(scope.nodes) for inner in reversed(node.scopes))

    def edges(self) -> Iterator[Edge]:
        for scope in self.scopes():
            yield from scope.edges

    @property
    def states(self) -> int:
        return sum(1 + node.hidden for node in self.walk() if node.kind == "state")


def build(definition: Any, *, collapse: bool = False) -> Graph:
    """The graph of a definition, whatever it holds. ``collapse``: Map and Parallel hide what is inside them."""
    body = definition if isinstance(definition, dict) else {}
    root = _scope(body, "", collapse, top=True)
    comment = body.get("Comment")
    graph = Graph(root, comment if isinstance(comment, str) else "")
    for number, node in enumerate(graph.walk(), 1):
        node.id = number
    return graph


def _scope(body: Mapping[str, Any], label: str, collapse: bool, *, top: bool = False) -> Scope:
    scope = Scope(label)
    states = body.get("States")
    states = states if isinstance(states, dict) else {}
    by_name = {str(name): _node(str(name), fields, collapse) for name, fields in states.items()}
    start, end = Node("Start", "start"), Node("End", "end")
    builder = _Edges(scope, by_name, end if top else None)
    first = body.get("StartAt")
    if top:
        scope.nodes.append(start)
    elif isinstance(first, str) and first in by_name:  # without a node of its own, the first one shows the start
        by_name = {first: by_name[first], **by_name}
    scope.nodes.extend(by_name.values())
    if top and isinstance(first, str):
        builder.add(start, first, "start")
    for node in by_name.values():
        builder.leave(node)
    if top and any(edge.target is end for edge in scope.edges):
        scope.nodes.append(end)
    _mark_happy(scope)
    return scope


def _node(name: str, fields: Any, collapse: bool) -> Node:
    fields = fields if isinstance(fields, dict) else {}
    kind = fields.get("Type")
    retry, retry_title = labels.retries(fields)
    node = Node(
        name,
        type=kind if isinstance(kind, str) else "",
        fields=fields,
        subtitle=labels.subtitle(fields),
        retry=retry,
        retry_title=retry_title,
    )
    for label, body in inner_bodies(fields):
        inner = _scope(body, label, collapse)
        if inner.nodes:
            node.scopes.append(inner)
    if collapse and node.scopes:
        node.hidden = sum(Graph(inner).states for inner in node.scopes)
        node.scopes.clear()
    return node


def inner_bodies(fields: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The scopes inside a state, with their labels."""
    branches = fields.get("Branches")
    if fields.get("Type") == "Parallel" and isinstance(branches, list):
        for number, branch in enumerate(branches, 1):
            if isinstance(branch, dict):
                yield f"Branch {number}", branch
    if fields.get("Type") == "Map":
        for name in ("ItemProcessor", "Iterator"):
            processor = fields.get(name)
            if isinstance(processor, dict):
                yield "", processor


class _Edges:
    """Makes the edges of one scope, and nodes for targets that are missing."""

    def __init__(self, scope: Scope, by_name: dict[str, Node], end: Node | None) -> None:
        self._scope, self._by_name, self._end = scope, by_name, end
        self._missing: dict[str, Node] = {}
        self._known: dict[tuple[int, int, str], Edge] = {}

    def add(self, source: Node, target: Any, kind: EdgeKind, label: str = "", rule: int | None = None) -> None:
        if not isinstance(target, str) or not target:
            return
        node = self._by_name.get(target)
        if node is None:
            node = self._missing.get(target)
            if node is None:
                node = self._missing[target] = Node(target, "missing", subtitle="no such state")
                self._scope.nodes.append(node)
        self._connect(source, node, kind, label, rule)

    def _connect(self, source: Node, target: Node, kind: EdgeKind, label: str = "", rule: int | None = None) -> None:
        key = (id(source), id(target), kind)
        edge = self._known.get(key)
        if edge is None:
            edge = self._known[key] = Edge(source, target, kind, labels.shorten(label), label)
            self._scope.edges.append(edge)
        else:
            edge.title = f"{edge.title}\n{label}"
            lines = edge.title.count("\n")
            edge.label = f"{labels.shorten(edge.title.partition(chr(10))[0], labels.SHOWN - 4)} +{lines}"
        if rule is not None:
            edge.rules.append(rule)

    def leave(self, node: Node) -> None:
        """All transitions of a state, in the order in which they are drawn from left to right."""
        fields = node.fields
        if node.type == "Choice":
            for number, rule in _numbered(fields.get("Choices")):
                self.add(node, rule.get("Next"), "choice", labels.condition(rule), number)
            self.add(node, fields.get("Default"), "default", "default", -1)
        elif node.type not in ("Succeed", "Fail"):
            self.add(node, fields.get("Next"), "next")
        if self._end is not None and (node.type == "Succeed" or (fields.get("End") is True and node.type != "Fail")):
            self._connect(node, self._end, "end")
        if node.type in ("Task", "Map", "Parallel"):
            for number, catcher in _numbered(fields.get("Catch")):
                self.add(node, catcher.get("Next"), "catch", f"catch {labels.errors(catcher)}", number)


def _numbered(items: Any) -> Iterator[tuple[int, dict[str, Any]]]:
    for number, item in enumerate(items if isinstance(items, list) else ()):
        if isinstance(item, dict):
            yield number, item


# -- the happy path


def _mark_happy(scope: Scope) -> None:
    """Mark the way that runs straight down: from the start, at each Choice to where most of the work lies."""
    leaving: dict[Node, list[Edge]] = {node: [] for node in scope.nodes}
    for edge in scope.edges:
        if edge.kind != "catch":
            leaving[edge.source].append(edge)
    heights = _heights(scope, leaving)
    node: Node | None = scope.nodes[0] if scope.nodes else None
    seen = set()
    while node is not None and node not in seen:
        seen.add(node)
        ways = [edge for edge in leaving[node] if edge.target not in seen]
        if not ways:
            break
        most = max(heights[edge.target] for edge in ways)
        best = [edge for edge in ways if heights[edge.target] == most]
        chosen = best[(len(best) - 1) // 2]
        chosen.happy = True
        node = chosen.target


def _heights(scope: Scope, leaving: dict[Node, list[Edge]]) -> dict[Node, int]:
    """How many states lie on the longest way from each node to an end, loops left out; 0 for one that only fails."""
    heights: dict[Node, int] = {}
    for root in scope.nodes:
        if root in heights:
            continue
        heights[root] = 0  # while its ways are looked at, and for good if there are none
        stack = [(root, iter(leaving[root]))]
        while stack:
            node, rest = stack[-1]
            for edge in rest:
                if edge.target not in heights:
                    heights[edge.target] = 0
                    stack.append((edge.target, iter(leaving[edge.target])))
                    break
            else:
                after = [heights[edge.target] for edge in leaving[node]]
                if node.type == "Fail" or node.kind == "missing":
                    heights[node] = 0
                elif not after:
                    heights[node] = 1
                else:
                    heights[node] = max(after) + 1 if max(after) else 0
                stack.pop()
    return heights

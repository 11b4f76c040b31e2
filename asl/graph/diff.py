"""What changed between two definitions, as one drawing: the new machine, with what is gone still in its old place.

States are matched by name within the same scope, transitions by source, target and kind.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from asl.graph.model import Edge, Graph, Node, Scope, build

if TYPE_CHECKING:
    from collections.abc import Mapping

    from asl.graph.model import NodeKind

    _Key = tuple[str, NodeKind]

#: Fields that say where a state leads or what is inside it: nodes and edges of their own show those.
_ELSEWHERE = frozenset(("Next", "End", "Default", "Branches"))
_PROCESSORS = ("ItemProcessor", "Iterator")


class DiffOverlay:
    """The overlay of a comparison: each node and edge is added, removed, changed or the same."""

    kind = "of-diff"

    def __init__(self) -> None:
        self._nodes: dict[Node, str] = {}
        self._edges: dict[Edge, str] = {}
        #: the fields of a changed state that differ; the old condition or errors of a changed transition
        self._fields: dict[Node, list[str]] = {}

    def mark_node(self, node: Node, status: str, fields: list[str] | None = None) -> None:
        self._nodes[node] = status
        if fields:
            self._fields[node] = fields

    def mark_edge(self, edge: Edge, status: str) -> None:
        self._edges[edge] = status

    @property
    def summary(self) -> str:
        counts = []
        for what, marks in (("states", self._nodes), ("transitions", self._edges)):
            for status in ("added", "removed", "changed"):
                count = sum(mark == status for mark in marks.values())
                if count:
                    counts.append(f"{count} {what if count > 1 else what[:-1]} {status}")
        return f"Compared with the older definition: {', '.join(counts)}." if counts else "Nothing has changed."

    def status(self, node: Node) -> str:
        return self._nodes.get(node, "same")

    def told(self, node: Node) -> str:
        fields = self._fields.get(node)
        return f"changed: {', '.join(fields)}" if fields else ""

    def badge(self, node: Node) -> str:
        return {"added": "new", "removed": "gone"}.get(self._nodes.get(node, ""), "")

    def details(self, node: Node) -> list[str]:
        status = self.status(node)
        return [] if status == "same" else [self.told(node) or status]

    def edge_class(self, edge: Edge) -> str:
        return self._edges.get(edge, "same")


def compare(old: Mapping[str, Any], new: Mapping[str, Any], *, collapse: bool = False) -> tuple[Graph, DiffOverlay]:
    """The graph of both definitions together, and what has become of each part of it."""
    overlay = DiffOverlay()
    before, after = build(old, collapse=collapse), build(new, collapse=collapse)
    graph = Graph(_merge_scopes(before.root, after.root, overlay), after.comment)
    for number, node in enumerate(graph.walk(), 1):
        node.id = number
    return graph, overlay


def _merge_scopes(old: Scope, new: Scope, overlay: DiffOverlay) -> Scope:
    scope = Scope(new.label or old.label)
    old_nodes = {(node.name, node.kind): node for node in old.nodes}
    new_nodes = {(node.name, node.kind): node for node in new.nodes}
    merged: dict[_Key, Node] = {}
    for key in _in_order(list(old_nodes), list(new_nodes)):
        node = merged[key] = _merge_nodes(old_nodes.get(key), new_nodes.get(key), overlay)
        scope.nodes.append(node)
    _merge_edges(scope, old, new, merged, overlay)
    return scope


def _in_order(old: list[_Key], new: list[_Key]) -> list[_Key]:
    """The new order; what is gone stands behind what it stood behind before."""
    found = list(new)
    known = set(new)
    previous = None
    for key in old:
        if key not in known:
            found.insert(found.index(previous) + 1 if previous in found else len(found), key)
        previous = key
    return found


def _merge_nodes(old: Node | None, new: Node | None, overlay: DiffOverlay) -> Node:
    node = new or old
    assert node is not None
    if old is None or new is None:
        overlay.mark_node(node, "added" if old is None else "removed")
        _mark_all(node, overlay)
        return node
    fields = _changed_fields(old.fields, new.fields)
    if fields:
        overlay.mark_node(node, "changed", fields)
    elif old.hidden and old.fields != new.fields:
        overlay.mark_node(node, "changed", ["what is inside"])
    scopes = []
    for number in range(max(len(old.scopes), len(new.scopes))):
        before = old.scopes[number] if number < len(old.scopes) else Scope()
        after = new.scopes[number] if number < len(new.scopes) else Scope()
        scopes.append(_merge_scopes(before, after, overlay))
    node.scopes = scopes
    return node


def _mark_all(node: Node, overlay: DiffOverlay) -> None:
    """Everything inside a state that is new or gone is that too."""
    status = overlay.status(node)
    for outer in node.scopes:
        for scope in Graph(outer).scopes():
            for inner in scope.nodes:
                overlay.mark_node(inner, status)
            for edge in scope.edges:
                overlay.mark_edge(edge, status)


def _merge_edges(scope: Scope, old: Scope, new: Scope, merged: dict[_Key, Node], overlay: DiffOverlay) -> None:
    before = {_key(edge): edge for edge in old.edges}
    after = {_key(edge): edge for edge in new.edges}
    for key in [*after, *(key for key in before if key not in after)]:
        known = after.get(key) or before[key]
        edge = Edge(
            merged[known.source.name, known.source.kind],
            merged[known.target.name, known.target.kind],
            known.kind,
            known.label,
            known.title,
            known.happy and key in after,
            known.rules,
        )
        scope.edges.append(edge)
        if key not in before or key not in after:
            overlay.mark_edge(edge, "added" if key not in before else "removed")
        elif before[key].title != known.title:
            edge.title = f"{known.title}\nbefore: {before[key].title}"
            overlay.mark_edge(edge, "changed")


def _key(edge: Edge) -> tuple[str, str, str, str]:
    return (*edge.key, edge.target.kind)


def _changed_fields(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    names = [*new, *(name for name in old if name not in new)]
    changed = [
        name
        for name in names
        if name not in _ELSEWHERE and name not in _PROCESSORS and _shown(old.get(name)) != _shown(new.get(name))
    ]
    return changed + [name for name in _PROCESSORS if _config(old.get(name)) != _config(new.get(name))]


def _shown(value: Any) -> str:
    """A value to compare by: 1, 1.0 and true differ, as they do in JSON."""
    return repr(value)


def _config(processor: Any) -> Any:
    return processor.get("ProcessorConfig") if isinstance(processor, dict) else None

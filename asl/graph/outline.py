"""The outline: one line per state, inner states indented, Choice rules below their state."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from asl.graph.model import Edge, Graph, Node, Scope
    from asl.graph.overlay import Overlay

#: status -> sign; as in the trace of ``asl run``
SIGNS = {
    "succeeded": "✔",
    "failed": "✖",
    "timed-out": "⏱",
    "caught": "⚠",
    "aborted": "◌",
    "running": "▸",
    "none": "○",
    "added": "+",
    "removed": "-",
    "changed": "~",
    "same": " ",
}
#: Control characters, and marks that reverse the text's direction.
_UNSAFE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def clean(text: str) -> str:
    """``text`` on one line, with every character that a terminal might obey written as its escape."""
    return _UNSAFE.sub(lambda found: repr(found[0])[1:-1], text)


def render(graph: Graph, *, overlay: Overlay | None = None) -> str:
    """The outline of a whole machine, lines ending with a newline."""
    lines: list[str] = []
    _scope(graph.root, "", lines, overlay)
    return "\n".join(lines) + "\n"


def _scope(scope: Scope, indent: str, lines: list[str], overlay: Overlay | None) -> None:
    leaving: dict[Node, list[Edge]] = {}
    for edge in scope.edges:
        leaving.setdefault(edge.source, []).append(edge)
    nodes = [node for node in scope.nodes if node.kind == "state"]
    for number, node in enumerate(nodes):
        last = number == len(nodes) - 1
        lines.append(f"{indent}{'╰─ ' if last else '├─ '}{_line(node, leaving.get(node, []), overlay)}")
        below = indent + ("   " if last else "│  ")
        following = nodes[number + 1] if not last else None
        lines += [f"{below}     {text}" for text in _ways(leaving.get(node, []), following)]
        for inner in node.scopes:
            deeper = below
            if len(node.scopes) > 1:
                lines.append(f"{below}{inner.label}")
            _scope(inner, deeper, lines, overlay)


def _line(node: Node, ways: list[Edge], overlay: Overlay | None) -> str:
    parts = [clean(node.name), clean(node.subtitle)]
    if overlay is not None:
        parts[0] = f"{SIGNS.get(overlay.status(node), ' ')} {parts[0]}"
        parts += [clean(part) for part in (overlay.told(node), overlay.badge(node)) if part]
    if node.retry:
        parts.append(f"↻ {node.retry}")
    if node.hidden:
        parts.append(f"({node.hidden} states inside)")
    parts += [f"⚡ {clean(way.label.removeprefix('catch '))} → {_target(way)}" for way in ways if way.kind == "catch"]
    return "  ".join(parts)


def _ways(ways: list[Edge], following: Node | None) -> list[str]:
    """Where a state leads, if that isn't simply the next line."""
    found = []
    for way in ways:
        if way.kind == "choice":
            found += [f"if {clean(condition)} → {_target(way)}" for condition in way.title.split("\n")]
        elif way.kind == "default":
            found.append(f"else → {_target(way)}")
        elif way.kind == "next" and way.target is not following:
            found.append(f"→ {_target(way)}")
    return found


def _target(way: Edge) -> str:
    missing = " (no such state)" if way.target.kind == "missing" else ""
    return clean(way.target.name) + missing

"""Mermaid: a flowchart that GitHub and GitLab render in Markdown, Map and Parallel as subgraphs.

Nodes are named by number and every text stands in quotes with Mermaid's own entities, so that no name can be taken for
syntax, HTML or Markdown.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from asl.graph.outline import clean
from asl.graph.theme import LIGHT

if TYPE_CHECKING:
    from asl.graph.model import Edge, Graph, Node, Scope
    from asl.graph.overlay import Overlay

#: What may stand as it is; everything else becomes ``#code;``.
_NOT_PLAIN = re.compile(r"[^A-Za-z0-9 ,.:=ÄÖÜäöüß\u0100-\u1fff\u3040-\ud7ff]")
_STATUSES = {
    "succeeded": ("green", "green_fill"),
    "failed": ("red", "red_fill"),
    "timed-out": ("red", "red_fill"),
    "caught": ("amber", "amber_fill"),
    "running": ("blue", "blue_fill"),
    "aborted": ("muted", "grey_fill"),
    "added": ("green", "green_fill"),
    "removed": ("red", "red_fill"),
    "changed": ("amber", "amber_fill"),
}


def escape(text: str) -> str:
    """``text`` for a place between double quotes."""
    # Mermaid makes a line break of a backslash and an n even if they come as entities: something invisible parts them.
    return _NOT_PLAIN.sub(lambda found: f"#{ord(found[0])};", clean(text).replace("\\n", "\\\u2060n"))


def render(graph: Graph, *, overlay: Overlay | None = None) -> str:
    """The whole drawing as a Mermaid flowchart."""
    lines = ["flowchart TD"]
    numbers = {edge: number for number, edge in enumerate(_edges(graph.root))}
    _scope(graph.root, "  ", lines, overlay)
    lines.append(f"  classDef missing stroke:{LIGHT['red']},stroke-dasharray:5 4,color:{LIGHT['red']}")
    if overlay is not None:
        for status, (line, fill) in _STATUSES.items():
            lines.append(f"  classDef {status} stroke:{LIGHT[line]},fill:{LIGHT[fill]},color:{LIGHT['ink']}")
    styles: dict[str, list[str]] = {}
    for edge, number in numbers.items():
        style = _style(edge, overlay)
        if style:
            styles.setdefault(style, []).append(str(number))
    lines += [f"  linkStyle {','.join(members)} {style}" for style, members in styles.items()]
    return "\n".join(lines) + "\n"


def _edges(scope: Scope) -> list[Edge]:
    """All edges in the order in which they are written: Mermaid knows them by number."""
    found = []
    for node in scope.nodes:
        for inner in node.scopes:
            found += _edges(inner)
    return found + scope.edges


def _scope(scope: Scope, indent: str, lines: list[str], overlay: Overlay | None) -> None:
    for node in scope.nodes:
        mark = _class(node, overlay)
        if not node.scopes:
            lines.append(f"{indent}n{node.id}{_shape(node, _label(node, overlay))}{mark}")
            continue
        lines.append(f'{indent}subgraph n{node.id}["{_label(node, overlay)}"]')
        for number, inner in enumerate(node.scopes):
            if len(node.scopes) > 1:
                lines.append(f'{indent}  subgraph n{node.id}b{number}["{escape(inner.label)}"]')
            _scope(inner, indent + "    ", lines, overlay)
            if len(node.scopes) > 1:
                lines.append(f"{indent}  end")
        lines.append(f"{indent}end")
        if mark:
            lines.append(f"{indent}class n{node.id} {mark[3:]}")
    lines += [f"{indent}n{edge.source.id} {_arrow(edge)} n{edge.target.id}" for edge in scope.edges]


def _label(node: Node, overlay: Overlay | None) -> str:
    if node.kind in ("start", "end"):
        return node.name
    second = overlay.told(node) if overlay is not None else ""
    badge = overlay.badge(node) if overlay is not None else ""
    retry = f"retry {node.retry}" if node.retry else ""
    small = " · ".join(part for part in (second or node.subtitle, badge, retry) if part)
    return f"{escape(node.name)}<br/><small>{escape(small)}</small>"


def _shape(node: Node, label: str) -> str:
    if node.kind in ("start", "end"):
        return f'(["{label}"])'
    return f'{{"{label}"}}' if node.type == "Choice" else f'("{label}")'


def _class(node: Node, overlay: Overlay | None) -> str:
    if node.kind == "missing":
        return ":::missing"
    status = overlay.status(node) if overlay is not None else ""
    return f":::{status}" if status in _STATUSES else ""


def _arrow(edge: Edge) -> str:
    dashed = edge.kind == "catch" or edge.target.kind == "missing"
    if not edge.label:
        return "-.->" if dashed else "-->"
    return f'-. "{escape(edge.label)}" .->' if dashed else f'-- "{escape(edge.label)}" -->'


def _style(edge: Edge, overlay: Overlay | None) -> str:
    status = overlay.edge_class(edge) if overlay is not None else ""
    colour = {"taken": "green", "added": "green", "removed": "red", "changed": "amber"}.get(status)
    if colour is not None:
        return f"stroke:{LIGHT[colour]},stroke-width:3px"
    return f"stroke:{LIGHT['red']}" if edge.kind == "catch" or edge.target.kind == "missing" else ""

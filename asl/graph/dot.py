"""DOT, the language of Graphviz: Map and Parallel as clusters."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from asl.graph.outline import clean
from asl.graph.theme import LIGHT

if TYPE_CHECKING:
    from asl.graph.model import Edge, Graph, Node, Scope
    from asl.graph.overlay import Overlay

_COLOURS = {
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
_NOT_PLAIN = re.compile(r'[\\"]')


def quote(text: str) -> str:
    """``text`` as a DOT string: its own quotes and backslashes are text, and no escape of DOT's means anything."""
    return '"' + _NOT_PLAIN.sub(lambda found: "\\" + found[0], clean(text)) + '"'


def render(graph: Graph, *, overlay: Overlay | None = None, title: str = "") -> str:
    """The whole drawing as a DOT digraph."""
    lines = [
        f"digraph {quote(title or 'State machine')} {{",
        '  graph [fontname="Arial", rankdir=TB, compound=true];',
        '  node [shape=box, style="rounded,filled", fillcolor=white, fontname="Arial", fontsize=11];',
        '  edge [fontname="Arial", fontsize=9];',
    ]
    _scope(graph.root, "  ", lines, overlay)
    lines.append("}")
    return "\n".join(lines) + "\n"


def _scope(scope: Scope, indent: str, lines: list[str], overlay: Overlay | None) -> None:
    for node in scope.nodes:
        if not node.scopes:
            lines.append(f"{indent}n{node.id} [{_attributes(node, overlay)}];")
            continue
        # The cluster has a node of its own, since an edge can't end at a cluster.
        lines.append(f"{indent}subgraph cluster_{node.id} {{")
        lines.append(f"{indent}  label={quote(f'{node.name} ({node.subtitle})')}; style=rounded;")
        lines.append(f"{indent}  n{node.id} [{_attributes(node, overlay)}];")
        for number, inner in enumerate(node.scopes):
            if len(node.scopes) > 1:
                lines.append(
                    f"{indent}  subgraph cluster_{node.id}_{number} {{ label={quote(inner.label)}; style=dashed;"
                )
            _scope(inner, indent + "    ", lines, overlay)
            lines.append(f"{indent}    n{node.id} -> n{inner.nodes[0].id} [style=dotted];")
            if len(node.scopes) > 1:
                lines.append(f"{indent}  }}")
        lines.append(f"{indent}}}")
    lines += [f"{indent}n{edge.source.id} -> n{edge.target.id}{_edge(edge, overlay)};" for edge in scope.edges]


def _attributes(node: Node, overlay: Overlay | None) -> str:
    second = overlay.told(node) if overlay is not None else ""
    badge = overlay.badge(node) if overlay is not None else ""
    lines = [node.name] if node.kind in ("start", "end") else [node.name, second or node.subtitle, badge]
    # "\n" between quoted lines is the one escape that is meant
    label = "\\n".join(quote(line)[1:-1] for line in lines if line)
    parts = [f'label="{label}"']
    if node.kind in ("start", "end"):
        parts.append("shape=oval")
    elif node.kind == "missing":
        parts.append(f'style="rounded,dashed", color="{LIGHT["red"]}"')
    elif node.type == "Choice":
        parts.append('shape=diamond, style="filled"')
    colours = _COLOURS.get(overlay.status(node)) if overlay is not None else None
    if colours is not None:
        parts.append(f'color="{LIGHT[colours[0]]}", fillcolor="{LIGHT[colours[1]]}"')
    return ", ".join(parts)


def _edge(edge: Edge, overlay: Overlay | None) -> str:
    parts = [f"label={quote(edge.label)}"] if edge.label else []
    if edge.kind == "catch" or edge.target.kind == "missing":
        parts.append(f'style=dashed, color="{LIGHT["red"]}"')
    status = overlay.edge_class(edge) if overlay is not None else ""
    colour = {"taken": "green", "added": "green", "removed": "red", "changed": "amber"}.get(status)
    if colour is not None:
        parts.append(f'color="{LIGHT[colour]}", penwidth=2')
    return f" [{', '.join(parts)}]" if parts else ""

"""SVG: text that can be selected, a title for whoever can't see the picture, light and dark by the reader's system.

Names come from definitions and may hold anything: every text goes through ``escape``.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape as _escape

from asl.graph.layout import Frame, layout
from asl.graph.metrics import fit, width, wrap
from asl.graph.shapes import PIXELS
from asl.graph.theme import ICONS, RETRY, UNKNOWN_ICON, stylesheet

if TYPE_CHECKING:
    from collections.abc import Sequence

    from asl.graph.layout import Area, Drawing, Placed, Routed
    from asl.graph.model import Edge, Graph, Node
    from asl.graph.overlay import Overlay
    from asl.graph.shapes import Point
    from asl.graph.theme import Theme

NAME, SMALL, PILL = 13, 11, 12
#: widest line of a name, widest subtitle; a name may have so many lines, which hold any 80 letters
NAME_ROOM, SUB_ROOM = 230, 230
LINES = 5
_LINE = 16
_PADDING = 10
_ICON = 24
_TEXT_AT = _PADDING + _ICON + 9
_RADIUS = 8
#: around the whole drawing
MARGIN = 20

#: what XML can't hold: control characters, halves of surrogate pairs
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


#: marks that reverse the direction of what follows: a name could pass for another
_REVERSING = re.compile("[\u202a-\u202e\u2066-\u2069]")
_ENTITIES = {'"': "&quot;", "'": "&#39;", "\n": "&#10;", "\r": "&#13;", "\t": "&#9;"}


def legal(text: str) -> str:
    """``text`` with what XML can't hold replaced."""
    return _NO_XML.sub("\ufffd", text)


def escape(text: str) -> str:
    """``text`` as character data or as the value of an attribute in double quotes."""
    return _escape(legal(text), _ENTITIES)


class SvgMeasure:
    """Sizes in pixels, from the font's metrics. An overlay's badges and errors need room too."""

    spacing = PIXELS
    frame = Frame(margin=14, below=14, title=54, between=14, inside=16, around=16, label=14, widest=1800)

    def __init__(self, overlay: Overlay | None = None) -> None:
        self._overlay = overlay
        self._names: dict[Node, list[str]] = {}

    def name(self, node: Node) -> list[str]:
        """The lines of a node's name."""
        lines = self._names.get(node)
        if lines is None:
            lines = self._names[node] = wrap(node.name, NAME_ROOM, NAME, bold=True, lines=LINES)
        return lines

    def sub(self, node: Node) -> str:
        told = self._overlay.told(node) if self._overlay is not None else ""
        return fit(told, SUB_ROOM, SMALL) if told else self.plain_sub(node)

    def plain_sub(self, node: Node) -> str:
        """What stands below a node's name when no run tells anything else."""
        hidden = f" · {node.hidden} state" + "s" * (node.hidden != 1) if node.hidden else ""
        return fit(node.subtitle + hidden, SUB_ROOM, SMALL)

    def badge(self, node: Node) -> str:
        return self._overlay.badge(node) if self._overlay is not None else ""

    def badge_width(self, node: Node) -> float:
        badge = self.badge(node)
        room = width(badge, SMALL, bold=True) + 10 if badge else 0.0
        return room + (width(node.retry, SMALL, bold=True) + 22 if node.retry else 0.0)

    def node(self, node: Node) -> tuple[float, float]:
        if node.kind in ("start", "end"):
            return 64, 28
        lines = self.name(node)
        name = max(width(line, NAME, bold=True) for line in lines)
        sub = max(width(self.sub(node), SMALL), width(self.plain_sub(node), SMALL))
        text = max(name, sub + self.badge_width(node))
        return max(116, round(_TEXT_AT + text + _PADDING + 3)), 30 + _LINE * len(lines)

    def label(self, edge: Edge) -> tuple[float, float]:
        return round(width(edge.label, SMALL)) + 10, 16


def render(graph: Graph, *, overlay: Overlay | None = None, theme: Theme = "auto", title: str = "") -> str:
    """The whole drawing as one SVG document."""
    measure = SvgMeasure(overlay)
    return _Writer(layout(graph, measure), measure, overlay).document(graph, theme, title)


class _Writer:
    def __init__(self, drawing: Drawing, measure: SvgMeasure, overlay: Overlay | None) -> None:
        self._drawing, self._measure, self._overlay = drawing, measure, overlay

    def document(self, graph: Graph, theme: Theme, title: str) -> str:
        drawing = self._drawing
        wide, high = _number(drawing.width + 2 * MARGIN), _number(drawing.height + 2 * MARGIN)
        title = title or "State machine"
        described = _description(graph) + (f" {self._overlay.summary}" if self._overlay is not None else "")
        kind = f" {self._overlay.kind}" if self._overlay is not None else ""
        parts = [
            f'<svg xmlns="http://www.w3.org/2000/svg" class="asl-graph{kind}" width="{wide}" height="{high}"',
            f'viewBox="{-MARGIN} {-MARGIN} {wide} {high}" role="img" aria-label="{escape(title)}">',
            f"<title>{escape(title)}</title>",
            f"<desc>{escape(described)}</desc>",
            f"<style>\n{stylesheet(theme)}</style>",
            f'<rect class="paper" x="{-MARGIN}" y="{-MARGIN}" width="{wide}" height="{high}"/>',
        ]
        containers = [placed for placed in drawing.nodes if placed.node.is_container]
        areas: dict[int, list[Area]] = {}
        for area in drawing.areas:
            areas.setdefault(id(area.owner), []).append(area)
        for placed in containers:
            parts += self._node(placed)
            parts += [self._area(area, several=len(placed.node.scopes) > 1) for area in areas[id(placed.node)]]
        inside = {edge for area in drawing.areas for edge in area.scope.edges}
        parts += [self._edge(routed, inside=routed.edge in inside) for routed in self._in_front_last()]
        for placed in drawing.nodes:
            if not placed.node.is_container:
                parts += self._node(placed)
        parts.append("</svg>\n")
        return "\n".join(parts)

    # -- nodes

    def _node(self, placed: Placed) -> list[str]:
        node = placed.node
        status = self._overlay.status(node) if self._overlay is not None else ""
        classes = "node" + (" holder" if node.is_container else "") + (" missing" if node.kind == "missing" else "")
        attributes = f' data-status="{status}"' if status else ""
        if node.kind in ("start", "end"):
            attributes += f' data-end="{node.kind}"'
        if node.kind == "state":
            attributes += f' data-state="{escape(node.name)}" data-id="{node.id}"'
        box = _rectangle("box", placed.x, placed.y, placed.width, placed.height, _radius(node))
        return [
            f'<g class="{classes}"{attributes}>',
            f"<title>{escape(self._title(node))}</title>{box}",
            f'<g class="face">{"".join(self._face(placed))}</g>',
            "</g>",
        ]

    def _title(self, node: Node) -> str:
        lines = [node.name, node.subtitle if node.kind != "state" or not node.type else f"{node.type}: {node.subtitle}"]
        if node.kind in ("start", "end"):
            return node.name
        comment = node.fields.get("Comment")
        if isinstance(comment, str):
            lines.append(comment)
        if node.retry_title:
            lines.append(node.retry_title)
        if self._overlay is not None:
            lines += self._overlay.details(node)
        return "\n".join(line for line in lines if line)

    def _face(self, placed: Placed) -> list[str]:
        node, x, y = placed.node, placed.x, placed.y
        if node.kind in ("start", "end"):
            return [_text("pill", x + placed.width / 2, y + placed.height / 2 + 4, node.name)]
        lines = self._measure.name(node)
        head = 30 + _LINE * len(lines)
        icon_class, path = ICONS.get(node.type, UNKNOWN_ICON)
        icon_y = y + (head - _ICON) / 2
        parts = [
            _rectangle(icon_class, x + _PADDING, icon_y, _ICON, _ICON, 5),
            f'<g class="icon" transform="translate({_number(x + _PADDING)} {_number(icon_y)})"><path d="{path}"/></g>',
        ]
        parts += [_text("name", x + _TEXT_AT, y + 20 + _LINE * number, line) for number, line in enumerate(lines)]
        base = y + 20 + _LINE * len(lines)
        told = self._overlay is not None and bool(self._overlay.told(node))
        parts.append(_text("sub told" if told else "sub", x + _TEXT_AT, base, self._measure.sub(node)))
        right = x + placed.width - _PADDING
        badge = self._measure.badge(node)
        if badge:
            parts.append(_text("badge told", right, base, badge))
            right -= width(badge, SMALL, bold=True) + 10
        if node.retry:
            parts.append(_text("badge", right, base, node.retry))
            at = right - width(node.retry, SMALL, bold=True) - 13
            parts.append(f'<path class="retry" transform="translate({_number(at)} {_number(base - 9)})" d="{RETRY}"/>')
        return parts

    def _area(self, area: Area, *, several: bool) -> str:
        box = _rectangle("area", area.x, area.y, area.width, area.height, 6)
        if not several or not area.scope.label:
            return box
        return box + _text("area-label", area.x + 10, area.y + 15, area.scope.label)

    # -- edges

    def _in_front_last(self) -> list[Routed]:
        """What was taken or has changed is drawn over what was not."""
        if self._overlay is None:
            return self._drawing.edges
        overlay = self._overlay
        return sorted(
            self._drawing.edges, key=lambda routed: overlay.edge_class(routed.edge) not in ("untaken", "same")
        )

    def _edge(self, routed: Routed, *, inside: bool) -> str:
        edge = routed.edge
        classes = ["edge", edge.kind]
        if edge.target.kind == "missing":
            classes.append("broken")
        if inside:
            classes.append("inside")
        if self._overlay is not None:
            classes.append(self._overlay.edge_class(edge))
        points, tip = _with_tip(routed.points)
        ends = f'data-from="{escape(edge.source.name)}" data-to="{escape(edge.target.name)}"'
        parts = [
            f'<g class="{" ".join(classes)}" {ends}>',
            f"<title>{escape(_edge_title(edge))}</title>",
            f'<path class="line" d="{_path(points)}"/><path class="tip" d="{tip}"/>',
        ]
        if edge.target.kind == "missing":
            parts.append(_break(points))
        if routed.label_box is not None:
            x, y, wide, high = routed.label_box
            parts.append(
                f'<rect class="behind" x="{_number(x)}" y="{_number(y)}" width="{_number(wide)}" height="{high}"/>'
            )
            parts.append(_text("edge-label", x + wide / 2, y + 12, edge.label))
        parts.append("</g>")
        return "".join(parts)


def _edge_title(edge: Edge) -> str:
    words = f"{edge.source.name} → {edge.target.name}"
    return f"{words}\n{edge.title}" if edge.title else words


def _description(graph: Graph) -> str:
    states = graph.states
    text = f"A state machine with {states} state" + "s" * (states != 1) + "."
    return f"{text} {graph.comment}" if graph.comment else text


def _radius(node: Node) -> float:
    return 14 if node.kind in ("start", "end") else _RADIUS


# -- shapes


def _number(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


def _rectangle(css: str, x: float, y: float, wide: float, high: float, radius: float) -> str:
    return (
        f'<rect class="{css}" x="{_number(x)}" y="{_number(y)}" width="{_number(wide)}" height="{_number(high)}" '
        f'rx="{_number(radius)}"/>'
    )


def _text(css: str, x: float, y: float, text: str) -> str:
    return f'<text class="{css}" x="{_number(x)}" y="{_number(y)}">{escape(_REVERSING.sub(chr(0xFFFD), text))}</text>'


def _with_tip(points: Sequence[Point]) -> tuple[list[Point], str]:
    """The line, ending where the arrowhead begins, and the arrowhead. Every line ends going down."""
    x, y = points[-1]
    line = [*points[:-1], (x, y - 6)]
    return line, f"M{_number(x)} {_number(y)}l-4.5 -8h9z"


def _path(points: Sequence[Point]) -> str:
    """A line with its corners rounded."""
    parts = [f"M{_number(points[0][0])} {_number(points[0][1])}"]
    for before, at, after in zip(points, points[1:], points[2:], strict=False):
        room = min(_RADIUS, _distance(before, at) / 2, _distance(at, after) / 2)
        first, second = _towards(at, before, room), _towards(at, after, room)
        parts.append(f"L{_number(first[0])} {_number(first[1])}")
        parts.append(f"Q{_number(at[0])} {_number(at[1])} {_number(second[0])} {_number(second[1])}")
    parts.append(f"L{_number(points[-1][0])} {_number(points[-1][1])}")
    return "".join(parts)


def _break(points: Sequence[Point]) -> str:
    """Two strokes across the end of a line that leads nowhere."""
    x, y = points[-1]
    return f'<path class="line" d="M{_number(x - 5)} {_number(y - 3)}l10 -5M{_number(x - 5)} {_number(y - 8)}l10 -5"/>'


def _distance(one: Point, other: Point) -> float:
    return abs(one[0] - other[0]) + abs(one[1] - other[1])


def _towards(start: Point, end: Point, room: float) -> Point:
    whole = _distance(start, end) or 1.0
    return (start[0] + (end[0] - start[0]) * room / whole, start[1] + (end[1] - start[1]) * room / whole)

"""A drawing in characters, for a terminal: the same layout on a grid of one character.

Where the drawing would be wider than the terminal, the outline says the same in less room.
"""

from __future__ import annotations

import itertools
import unicodedata
from math import floor
from typing import TYPE_CHECKING

from asl.graph.layout import Frame, layout
from asl.graph.outline import SIGNS, clean
from asl.graph.shapes import CHARACTERS

if TYPE_CHECKING:
    from asl.graph.layout import Drawing, Placed, Routed
    from asl.graph.model import Edge, Graph, Node
    from asl.graph.overlay import Overlay

_NAME_ROOM = 34
#: directions of a line within a character
_UP, _DOWN, _LEFT, _RIGHT = 1, 2, 4, 8
_LINES = {
    1: "│", 2: "│", 3: "│", 4: "─", 5: "╯", 6: "╮", 7: "┤", 8: "─",
    9: "╰", 10: "╭", 11: "├", 12: "─", 13: "┴", 14: "┬", 15: "┼",
}  # fmt: skip
_DASHED = {**_LINES, 1: "┆", 2: "┆", 3: "┆", 4: "╌", 8: "╌", 12: "╌"}


def cells(text: str) -> int:
    """The columns that a text takes in a terminal."""
    if text.isascii():
        return len(text)
    return sum(
        0 if unicodedata.combining(char) else 2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text
    )


def fit(text: str, room: int) -> str:
    """``text``, cut off where it would take more than ``room`` columns."""
    if cells(text) <= room:
        return text
    found, used = "", 0
    for char in text:
        used += cells(char)
        if used > room - 1:
            break
        found += char
    return found + "…"


class _Measure:
    spacing = CHARACTERS
    frame = Frame(margin=1, below=1, title=3, between=1, inside=1, around=0, label=0, widest=200)

    def __init__(self, overlay: Overlay | None) -> None:
        self._overlay = overlay

    def lines(self, node: Node) -> list[str]:
        name = fit(clean(node.name), _NAME_ROOM)
        if node.kind in ("start", "end"):
            return [name]
        told = badge = ""
        if self._overlay is not None:
            name = f"{SIGNS.get(self._overlay.status(node), ' ')} {name}"
            told, badge = self._overlay.told(node), self._overlay.badge(node)
        hidden = f"{node.hidden} states" if node.hidden else ""
        retry = f"↻ {node.retry}" if node.retry else ""
        second = " · ".join(part for part in (told or node.subtitle, hidden, badge, retry) if part)
        return [name, fit(clean(second), _NAME_ROOM)]

    def node(self, node: Node) -> tuple[float, float]:
        lines = self.lines(node)
        room = max(cells(line) for line in lines) + 4
        return room + 1 - room % 2, len(lines) + 2

    def label(self, edge: Edge) -> tuple[float, float]:
        room = cells(clean(edge.label)) + 2
        return room + 1 - room % 2, 1


def render(graph: Graph, *, overlay: Overlay | None = None, width: int = 100) -> str | None:
    """The drawing, lines ending with a newline; None if it is wider than ``width`` columns."""
    measure = _Measure(overlay)
    drawing = layout(graph, measure)
    return None if drawing.width > width else _Canvas(drawing, measure).text()


class _Canvas:
    def __init__(self, drawing: Drawing, measure: _Measure) -> None:
        self._measure = measure
        # A column holds a character, or "" behind one that takes two.
        self._rows = [[" "] * round(drawing.width + 1) for _ in range(round(drawing.height + 1))]
        for placed in drawing.nodes:
            self._box(placed)
        for dashed in (True, False):
            self._lines([routed for routed in drawing.edges if (routed.edge.kind == "catch") is dashed], dashed)
        for routed in drawing.edges:
            self._ends(routed)
        for routed in drawing.edges:
            if routed.label_box is not None:
                x, y, wide, _ = routed.label_box
                label = clean(routed.edge.label)
                room = round(wide)
                left = (room - cells(label)) // 2
                self._write(round(x), round(y), " " * left + label + " " * (room - left - cells(label)))

    def text(self) -> str:
        lines = ["".join(row).rstrip() for row in self._rows]
        while lines and not lines[-1]:
            lines.pop()
        return "\n".join(lines) + "\n"

    def _write(self, x: int, y: int, text: str) -> None:
        for char in text:
            room = cells(char)
            if room == 0:
                self._rows[y][x - 1] += char
                continue
            self._rows[y][x] = char
            if room == 2:
                self._rows[y][x + 1] = ""
            x += room

    def _box(self, placed: Placed) -> None:
        x, y, wide, high = round(placed.x), round(placed.y), round(placed.width), round(placed.height)
        missing = placed.node.kind == "missing"
        across, up = ("╌", "┆") if missing else ("─", "│")
        self._write(x, y, f"╭{across * (wide - 2)}╮")
        self._write(x, y + high - 1, f"╰{across * (wide - 2)}╯")
        for row in range(y + 1, y + high - 1):
            self._write(x, row, up)
            self._write(x + wide - 1, row, up)
        for number, line in enumerate(self._measure.lines(placed.node)):
            left = 2 if placed.node.is_container else (wide - cells(line)) // 2
            self._write(x + left, y + 1 + number, line)

    def _lines(self, edges: list[Routed], dashed: bool) -> None:
        marks: dict[tuple[int, int], int] = {}
        for routed in edges:
            points = [(floor(x), round(y)) for x, y in routed.points]
            points.insert(0, (points[0][0], points[0][1] - 1))
            points[-1] = (points[-1][0], points[-1][1] - 1)
            for (x1, y1), (x2, y2) in itertools.pairwise(points):
                _mark(marks, x1, y1, x2, y2)
        signs = _DASHED if dashed else _LINES
        for (x, y), mark in marks.items():
            self._rows[y][x] = signs[mark]

    def _ends(self, routed: Routed) -> None:
        x, y = floor(routed.points[-1][0]), round(routed.points[-1][1]) - 1
        self._rows[y][x] = "✗" if routed.edge.target.kind == "missing" else "▼"
        x, y = floor(routed.points[0][0]), round(routed.points[0][1]) - 1
        self._rows[y][x] = "┬"


def _mark(marks: dict[tuple[int, int], int], x1: int, y1: int, x2: int, y2: int) -> None:
    """A straight line: which ways it leaves each character that it passes. Ends at boxes lie within their edges."""
    if x1 == x2:
        step = 1 if y2 > y1 else -1
        ahead, behind = (_DOWN, _UP) if step > 0 else (_UP, _DOWN)
        for y in range(y1, y2, step):
            marks[x1, y] = marks.get((x1, y), 0) | ahead
            marks[x1, y + step] = marks.get((x1, y + step), 0) | behind
    else:
        step = 1 if x2 > x1 else -1
        ahead, behind = (_RIGHT, _LEFT) if step > 0 else (_LEFT, _RIGHT)
        for x in range(x1, x2, step):
            marks[x, y1] = marks.get((x, y1), 0) | ahead
            marks[x + step, y1] = marks.get((x + step, y1), 0) | behind

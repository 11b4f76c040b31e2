"""A state machine drawn as SVG, with what an execution (or all tests together) reached set off from the rest.

Each scope is laid out in levels, by the distance from its first state; a Map or Parallel is a frame around its scopes.
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any, NamedTuple

from asl.testing.coverage.items import key_of, reached_by

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from asl.testing.run import Run

STYLE = """
svg.machine text { font: 13px system-ui, sans-serif; fill: #1f2328; }
svg.machine .box { fill: #e6f4ea; stroke: #1a7f37; }
svg.machine .frame { fill: #1a7f370a; stroke: #1a7f37; }
svg.machine path { fill: none; stroke: #1a7f37; stroke-width: 1.5; }
svg.machine .miss .box { fill: #ffebe9; stroke: #cf222e; stroke-dasharray: 5 3; }
svg.machine .miss .frame { fill: #cf222e0a; stroke: #cf222e; stroke-dasharray: 5 3; }
svg.machine path.miss { stroke: #cf222e; stroke-dasharray: 5 3; }
svg.machine text.small { font-size: 10px; fill: #57606a; }
svg.machine text.miss { fill: #cf222e; }
"""

_GAP_X, _GAP_Y, _HEIGHT, _PAD, _TITLE = 28, 46, 36, 16, 24
_LETTER = 7.6


class _Edge(NamedTuple):
    """``key``: the item that tells whether it was taken; None: it is taken when its source was left that way."""

    source: str
    target: str
    label: str
    key: str


class _Box(NamedTuple):
    x: float
    y: float
    width: float
    height: float


def draw(definition: Mapping[str, Any], reached: Collection[str]) -> str:
    """The machine as an ``<svg>`` element; ``reached`` holds keys of items (``asl.testing.coverage.items``)."""
    sketch = _Sketch(reached)
    width, height = sketch.measure(definition)
    sketch.place(definition, _PAD, _PAD)
    return (
        f'<svg class="machine" xmlns="http://www.w3.org/2000/svg" width="{width + 2 * _PAD:.0f}" '
        f'height="{height + 2 * _PAD:.0f}" role="img"><defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" '
        'markerWidth="7" markerHeight="7" orient="auto"><path d="M0,0 L8,4 L0,8 z" style="fill:#57606a;stroke:none"/>'
        f"</marker></defs>{''.join(sketch.parts)}</svg>"
    )


def drawing(run: Run, title: str) -> str:
    """A page with the drawing of one run and its trace."""
    drawn = draw(run.machine.definition, set(reached_by(run.visits)))
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        f"<style>{STYLE}</style></head><body><h1>{escape(title)}</h1><figure>{drawn}</figure>"
        f"<pre>{escape(run.outline())}</pre></body></html>\n"
    )


class _Sketch:
    """Sizes are found from the inside out, places from the outside in."""

    def __init__(self, reached: Collection[str]) -> None:
        self.parts: list[str] = []
        self._reached = reached
        self._sizes: dict[str, tuple[float, float]] = {}

    def measure(self, scope: Mapping[str, Any]) -> tuple[float, float]:
        """Width and height of a scope."""
        rows = _levels(scope)
        for name, fields in scope["States"].items():
            self._sizes[name] = self._size(name, fields)
        widths = [sum(self._sizes[name][0] for name in row) + _GAP_X * (len(row) - 1) for row in rows]
        heights = [max(self._sizes[name][1] for name in row) for row in rows]
        return max(widths) + 2 * _GAP_X, sum(heights) + _GAP_Y * (len(rows) - 1)

    def _size(self, name: str, fields: Mapping[str, Any]) -> tuple[float, float]:
        width = max(90.0, len(name) * _LETTER + 24)
        inner = [self.measure(scope) for scope in _scopes(fields)]
        if not inner:
            return width, _HEIGHT
        across = sum(size[0] for size in inner) + _PAD * (len(inner) + 1)
        return max(width, across), max(size[1] for size in inner) + _TITLE + _PAD

    def place(self, scope: Mapping[str, Any], left: float, top: float) -> None:
        """Draw a scope with its upper left corner there."""
        rows = _levels(scope)
        width, _ = self.measure(scope)
        boxes: dict[str, _Box] = {}
        y = top
        for row in rows:
            across = sum(self._sizes[name][0] for name in row) + _GAP_X * (len(row) - 1)
            x = left + (width - across) / 2
            for name in row:
                boxes[name] = _Box(x, y, *self._sizes[name])
                x += self._sizes[name][0] + _GAP_X
            y += max(self._sizes[name][1] for name in row) + _GAP_Y
        for edge in _edges(scope):
            self._draw_edge(edge, boxes)
        for name, box in boxes.items():
            self._draw_state(name, scope["States"][name], box)

    def _draw_state(self, name: str, fields: Mapping[str, Any], box: _Box) -> None:
        scopes = list(_scopes(fields))
        miss = "" if name in self._reached else ' class="miss"'
        shape = "frame" if scopes else "box"
        text_y = box.y + (17 if scopes else box.height / 2 + 1)
        self.parts.append(
            f'<g{miss}><rect class="{shape}" x="{box.x:.0f}" y="{box.y:.0f}" width="{box.width:.0f}" '
            f'height="{box.height:.0f}" rx="6"/><text x="{box.x + box.width / 2:.0f}" y="{text_y:.0f}" '
            f'text-anchor="middle">{escape(name)}</text>'
        )
        if not scopes:
            self.parts.append(
                f'<text class="small" x="{box.x + box.width / 2:.0f}" y="{box.y + box.height - 5:.0f}" '
                f'text-anchor="middle">{escape(fields["Type"])}</text>'
            )
        self.parts.append("</g>")
        x = box.x + _PAD
        for scope in scopes:
            self.place(scope, x, box.y + _TITLE)
            x += self.measure(scope)[0] + _PAD

    def _draw_edge(self, edge: _Edge, boxes: Mapping[str, _Box]) -> None:
        source, target = boxes[edge.source], boxes[edge.target]
        miss = "" if edge.key in self._reached else "miss"
        if target.y > source.y:
            x1, y1 = source.x + source.width / 2, source.y + source.height
            x2, y2 = target.x + target.width / 2, target.y
            bend = (y2 - y1) / 2
            curve = f"M{x1:.0f},{y1:.0f} C{x1:.0f},{y1 + bend:.0f} {x2:.0f},{y2 - bend:.0f} {x2:.0f},{y2:.0f}"
            at = (x1 + x2) / 2 + 4, (y1 + y2) / 2
        else:  # back, or to itself: around the right side
            x1, y1 = source.x + source.width, source.y + source.height / 2
            x2, y2 = target.x + target.width, target.y + target.height / 2 - 6
            far = max(x1, x2) + _GAP_X
            curve = f"M{x1:.0f},{y1:.0f} C{far:.0f},{y1:.0f} {far:.0f},{y2:.0f} {x2:.0f},{y2:.0f}"
            at = far - 6, (y1 + y2) / 2
        self.parts.append(f'<path class="{miss}" d="{curve}" marker-end="url(#tip)"/>')
        if edge.label:
            self.parts.append(f'<text class="small {miss}" x="{at[0]:.0f}" y="{at[1]:.0f}">{escape(edge.label)}</text>')


def _scopes(fields: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield from fields.get("Branches", ())
    for field in ("ItemProcessor", "Iterator"):
        if field in fields:
            yield fields[field]


def _edges(scope: Mapping[str, Any]) -> Iterator[_Edge]:
    for name, fields in scope["States"].items():
        if "Next" in fields:
            yield _Edge(name, fields["Next"], "", name)
        for number, rule in enumerate(fields.get("Choices", ()), 1):
            yield _Edge(name, rule["Next"], f"rule {number}", key_of(name, "rule", number))
        if "Default" in fields:
            yield _Edge(name, fields["Default"], "Default", key_of(name, "default"))
        for number, catcher in enumerate(fields.get("Catch", ()), 1):
            yield _Edge(name, catcher["Next"], f"catch {number}", key_of(name, "catch", number))


def _levels(scope: Mapping[str, Any]) -> list[list[str]]:
    """The states by their distance from the first one; those that nothing leads to come last."""
    targets: dict[str, list[str]] = {name: [] for name in scope["States"]}
    for edge in _edges(scope):
        targets[edge.source].append(edge.target)
    level = {scope["StartAt"]: 0}
    waiting = [scope["StartAt"]]
    for name in waiting:
        for target in targets[name]:
            if target not in level:
                level[target] = level[name] + 1
                waiting.append(target)
    last = max(level.values()) + 1
    rows: list[list[str]] = [[] for _ in range(last + 1)]
    for name in scope["States"]:
        rows[level.get(name, last)].append(name)
    return [row for row in rows if row]

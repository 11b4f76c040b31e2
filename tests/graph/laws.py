"""What holds for every drawing, checked on its geometry alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from asl.graph.metrics import width
from asl.graph.svg import NAME, SMALL, SvgMeasure

if TYPE_CHECKING:
    from asl.graph.layout import Drawing, Placed

_TINY = 0.01
Rectangle = tuple[float, float, float, float]


def broken(drawing: Drawing, measure: SvgMeasure) -> list[str]:
    """Every law that the drawing breaks, in words; [] if it is in order."""
    return [
        *_overlaps(drawing),
        *_crossings(drawing),
        *_labels(drawing),
        *_texts(drawing, measure),
        *_outside(drawing),
    ]


def _rectangle(placed: Placed) -> Rectangle:
    return placed.x, placed.y, placed.x + placed.width, placed.y + placed.height


def _meet(one: Rectangle, other: Rectangle) -> bool:
    return (
        one[0] < other[2] - _TINY
        and other[0] < one[2] - _TINY
        and one[1] < other[3] - _TINY
        and other[1] < one[3] - _TINY
    )


def _within(one: Rectangle, other: Rectangle) -> bool:
    return (
        one[0] >= other[0] - _TINY
        and one[1] >= other[1] - _TINY
        and one[2] <= other[2] + _TINY
        and one[3] <= other[3] + _TINY
    )


def _owners(drawing: Drawing) -> dict[int, set[int]]:
    """For each node the containers around it."""
    inside: dict[int, set[int]] = {}
    for area in drawing.areas:
        for node in area.scope.nodes:
            inside[id(node)] = {id(area.owner)} | inside.get(id(area.owner), set())
    return inside


def _overlaps(drawing: Drawing) -> list[str]:
    inside = _owners(drawing)
    found = []
    for number, one in enumerate(drawing.nodes):
        for other in drawing.nodes[number + 1 :]:
            if id(one.node) in inside.get(id(other.node), ()):
                if not _within(_rectangle(other), _rectangle(one)):
                    found.append(f"{other.node.name} leaves {one.node.name}")
            elif _meet(_rectangle(one), _rectangle(other)):
                found.append(f"{one.node.name} overlaps {other.node.name}")
    return found


def _crossings(drawing: Drawing) -> list[str]:
    inside = _owners(drawing)
    found = []
    for routed in drawing.edges:
        edge = routed.edge
        around = inside.get(id(edge.source), set())
        boxes = [placed for placed in drawing.nodes if id(placed.node) not in around]
        for (x1, y1), (x2, y2) in zip(routed.points, routed.points[1:], strict=False):
            if abs(x1 - x2) > _TINY and abs(y1 - y2) > _TINY:
                found.append(f"{edge.key} runs askew")
            line = (min(x1, x2) - 2 * _TINY, min(y1, y2) + 2 * _TINY, max(x1, x2) + 2 * _TINY, max(y1, y2) - 2 * _TINY)
            if abs(y1 - y2) <= _TINY:
                line = (min(x1, x2) + 2 * _TINY, y1 - 2 * _TINY, max(x1, x2) - 2 * _TINY, y1 + 2 * _TINY)
            found += [f"{edge.key} crosses {placed.node.name}" for placed in boxes if _meet(line, _rectangle(placed))]
        ends = {id(placed.node): placed for placed in drawing.nodes}
        source, target = ends[id(edge.source)], ends[id(edge.target)]
        (x1, y1), (x2, y2) = routed.points[0], routed.points[-1]
        if abs(y1 - source.y - source.height) > _TINY or not source.x <= x1 <= source.x + source.width:
            found.append(f"{edge.key} doesn't begin at its source")
        if abs(y2 - target.y) > _TINY or not target.x <= x2 <= target.x + target.width:
            found.append(f"{edge.key} doesn't end at its target")
        if len(routed.points) > 1 and routed.points[-2][1] >= y2:
            found.append(f"{edge.key} doesn't end downwards")
    return found


def _labels(drawing: Drawing) -> list[str]:
    inside = _owners(drawing)
    found = []
    labels = [
        (routed, (box[0], box[1], box[0] + box[2], box[1] + box[3]))
        for routed in drawing.edges
        if (box := routed.label_box) is not None
    ]
    for number, (routed, box) in enumerate(labels):
        if routed.edge.label and width(routed.edge.label, SMALL) > box[2] - box[0]:
            found.append(f"the label {routed.edge.label} is wider than its box")
        around = inside.get(id(routed.edge.source), set())
        found += [
            f"the label {routed.edge.label} covers {placed.node.name}"
            for placed in drawing.nodes
            if id(placed.node) not in around and _meet(box, _rectangle(placed))
        ]
        found += [
            f"the labels of {routed.edge.key} and {other.edge.key} overlap"
            for other, other_box in labels[number + 1 :]
            if _meet(box, other_box)
        ]
    if any(routed.edge.label and routed.label_box is None for routed in drawing.edges):
        found.append("a label has no place")
    return found


def _texts(drawing: Drawing, measure: SvgMeasure) -> list[str]:
    found = []
    for placed in drawing.nodes:
        if placed.node.kind in ("start", "end"):
            continue
        room = placed.width - 43 - 8
        names = [line for line in measure.name(placed.node) if width(line, NAME, bold=True) > room]
        found += [f"the name {line} leaves its box" for line in names]
        if width(measure.sub(placed.node), SMALL) + measure.badge_width(placed.node) > room:
            found.append(f"what stands below {placed.node.name} leaves its box")
    return found


def _outside(drawing: Drawing) -> list[str]:
    whole = (0.0, 0.0, drawing.width, drawing.height)
    found = [
        f"{placed.node.name} leaves the drawing" for placed in drawing.nodes if not _within(_rectangle(placed), whole)
    ]
    found += [
        f"{routed.edge.key} leaves the drawing"
        for routed in drawing.edges
        if not all(_within((x, y, x, y), whole) for x, y in routed.points)
    ]
    return found

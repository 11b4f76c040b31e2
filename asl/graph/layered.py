"""The layout of one scope: boxes in rows, every transition pointing down except those of loops.

A layered (Sugiyama) layout in its four steps, each in a module of its own: ranks, rows, columns, routing. The same
input gives the same drawing, to the bit: nothing is random and nothing depends on time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from asl.graph.columns import arrange
from asl.graph.ranks import rank
from asl.graph.routing import Router
from asl.graph.rows import build
from asl.graph.shapes import NODE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from asl.graph.shapes import Box, Link, Spacing


def place(boxes: Sequence[Box], links: Sequence[Link], spacing: Spacing) -> tuple[float, float]:
    """Set the place of every box, and the points and label place of every link. Answers width and height of the whole.

    The first box is the start; the order of boxes and links is kept from left to right where it can be.
    """
    if not boxes:
        return 0.0, 0.0
    ranks, backs = rank(len(boxes), links)
    rows = build(boxes, links, ranks, backs, lane=1)
    arrange(rows, spacing)
    router = Router(rows, links, spacing)
    router.route()
    for item in rows.items:
        if item.kind == NODE:
            boxes[item.node].x = item.x - item.width / 2
            boxes[item.node].y = router.tops[item.row]
    return max(item.x + item.width / 2 for item in rows.items), router.height

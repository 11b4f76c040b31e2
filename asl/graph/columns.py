"""Where each item stands from left to right: straight lines first, then as close together as the distances allow.

Items joined by a line that should be straight form a *block*, which moves as one. Lines are taken by priority and
never cross another straight one, so "left of" has no cycle among blocks: packing them is a longest path. From there
each block moves to the middle of its neighbours as far as there is room.
"""

from __future__ import annotations

import itertools
from bisect import bisect_left, insort
from typing import TYPE_CHECKING

from asl.graph.shapes import NODE

if TYPE_CHECKING:
    from asl.graph.shapes import Item, Rows, Segment, Spacing

_PASSES = 6


def arrange(rows: Rows, spacing: Spacing) -> None:
    """Set ``x``, the middle, of every item; the leftmost edge of all is at 0."""
    blocks = _blocks(rows)
    count = max(blocks) + 1 if blocks else 0
    right_of = _distances(rows, blocks, count, spacing)
    order = _topological(count, right_of)
    if spacing.unit:
        right_of = [{other: float(round(room)) for other, room in rights.items()} for rights in right_of]
    x = [0.0] * count
    for block in order:
        for other, room in right_of[block].items():
            x[other] = max(x[other], x[block] + room)
    _relax(rows, blocks, right_of, order, x)
    for item, block in zip(rows.items, blocks, strict=True):
        item.x = x[block]
    left = min((item.x - item.width / 2 for item in rows.items), default=0.0)
    for item in rows.items:
        item.x -= left


def _blocks(rows: Rows) -> list[int]:
    """The block of each item."""
    items = rows.items
    lower: dict[int, int] = {}
    upper: dict[int, int] = {}
    straight: dict[int, list[tuple[int, int]]] = {}
    for segment in sorted(
        rows.segments, key=lambda one: (-one.priority, items[one.upper].row, items[one.upper].position)
    ):
        if not segment.priority or segment.upper in lower or segment.lower in upper:
            continue
        pair = (items[segment.upper].position, items[segment.lower].position)
        known = straight.setdefault(items[segment.upper].row, [])
        at = bisect_left(known, pair)
        if (at > 0 and known[at - 1][1] > pair[1]) or (at < len(known) and known[at][1] < pair[1]):
            continue  # it would cross a straight line
        insort(known, pair)
        lower[segment.upper] = segment.lower
        upper[segment.lower] = segment.upper
    blocks = [-1] * len(items)
    count = 0
    for item in range(len(items)):
        if item in upper:
            continue
        at_: int | None = item
        while at_ is not None:
            blocks[at_] = count
            at_ = lower.get(at_)
        count += 1
    return blocks


def _distances(rows: Rows, blocks: list[int], count: int, spacing: Spacing) -> list[dict[int, float]]:
    """For each block, the blocks beside it at the right and how far away their middles have to be."""
    right_of: list[dict[int, float]] = [{} for _ in range(count)]
    items = rows.items
    for row in rows.rows:
        for left, right in itertools.pairwise(row):
            one, other = items[left], items[right]
            room = (one.width + other.width) / 2 + _between(one, other, spacing)
            rights = right_of[blocks[left]]
            block = blocks[right]
            if room > rights.get(block, 0.0):
                rights[block] = room
    return right_of


def _between(one: Item, other: Item, spacing: Spacing) -> float:
    return spacing.nodes if one.kind == NODE and other.kind == NODE else spacing.lanes


def _topological(count: int, right_of: list[dict[int, float]]) -> list[int]:
    waiting = [0] * count
    for rights in right_of:
        for other in rights:
            waiting[other] += 1
    ready = [block for block in range(count) if not waiting[block]]
    for block in ready:
        for other in right_of[block]:
            waiting[other] -= 1
            if not waiting[other]:
                ready.append(other)
    assert len(ready) == count, "straight lines that cross"
    return ready


def _relax(rows: Rows, blocks: list[int], right_of: list[dict[int, float]], order: list[int], x: list[float]) -> None:
    """Move each block to the median of what it is joined to, as far as its neighbours let it."""
    left_of: list[dict[int, float]] = [{} for _ in x]
    for block, rights in enumerate(right_of):
        for other, room in rights.items():
            left_of[other][block] = room
    joined = _joined(rows.segments, blocks, len(x))
    for number in range(_PASSES):
        for block in order[::-1] if number % 2 == 0 else order:
            others = joined[block]
            if not others:
                continue
            low = max((x[other] + room for other, room in left_of[block].items()), default=float("-inf"))
            high = min((x[other] - room for other, room in right_of[block].items()), default=float("inf"))
            places = sorted(x[other] for other in others)
            half = len(places) // 2
            first, last = places[half if len(places) % 2 else half - 1], places[half]
            x[block] = max(low, min(high, max(first, min(last, x[block]))))


def _joined(segments: list[Segment], blocks: list[int], count: int) -> list[list[int]]:
    """For each block, the blocks that lines join it to; once for each line, more often for lines that count more."""
    joined: list[list[int]] = [[] for _ in range(count)]
    for segment in segments:
        one, other = blocks[segment.upper], blocks[segment.lower]
        if one != other:
            times = 1 if segment.side else 2
            joined[one] += [other] * times
            joined[other] += [one] * times
    return joined

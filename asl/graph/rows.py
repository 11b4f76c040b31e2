"""From ranks to rows of items: lanes for links that pass rows by, rows for labels, and who stands left of whom.

Links to one target share a lane, so that thirty catchers draw one line; so do the ways out of a wide Choice. The first
order is that of a walk in declared order, which is already free of crossings for most machines; it is changed only
where that removes crossings. Loops run at the left of what they repeat, catchers at the right of what they catch.
"""

from __future__ import annotations

import itertools
from bisect import bisect_right, insort
from typing import TYPE_CHECKING

from asl.graph.ranks import outgoing
from asl.graph.shapes import LABEL, LANE, NODE, Item, Rows, Segment

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence

    from asl.graph.shapes import Box, Link

#: More items than this are not reordered: a drawing of that size is looked up, not read.
_REORDERED = 2500
_SWEEPS = 4
#: how much a line wants to be straight, by how many of its ends are nodes and labels
_PRIORITIES = {(0, 0): 60, (0, 1): 45, (0, 2): 45, (1, 0): 40, (1, 1): 35, (2, 0): 30}


def build(boxes: Sequence[Box], links: Sequence[Link], ranks: list[int], backs: list[bool], lane: float) -> Rows:
    """The rows of a scope, in their final order. ``lane``: the width of a lane."""
    return _Builder(boxes, links, ranks, backs, lane).build()


class _Builder:
    def __init__(
        self, boxes: Sequence[Box], links: Sequence[Link], ranks: list[int], backs: list[bool], lane: float
    ) -> None:
        self._links, self._backs, self._lane = links, backs, lane
        self._row_of = _rows_of_ranks(links, ranks, backs)
        self._items = [
            Item(NODE, self._row_of[rank], box.width, box.height, node)
            for node, (box, rank) in enumerate(zip(boxes, ranks, strict=True))
        ]
        self._lanes: dict[Hashable, int] = {}
        self._onward: dict[int, int] = {}
        self._joins = [-1] * len(links)
        self._segments: dict[tuple[int, int, bool], Segment] = {}
        self._chains = [self._chain(number) for number in range(len(links))]

    def build(self) -> Rows:
        rows = self._first_order()
        segments = list(self._segments.values())
        if len(self._items) <= _REORDERED:
            rows = _reorder(self._items, rows, segments)
        for row in rows:
            for position, item in enumerate(row):
                self._items[item].position = position
        return Rows(self._items, rows, segments, self._chains, self._backs, self._onward, self._joins)

    # -- items

    def _chain(self, number: int) -> list[int]:
        """The items that a link passes, in its own direction, up to its end or to a lane that is there already."""
        link, back = self._links[number], self._backs[number]
        first, last = self._items[link.source].row, self._items[link.target].row
        inner = range(first, last - 1, -1) if back else range(first + 1, last)
        label_row = -1
        if link.label is not None:
            label_row = first if back else (last - 1 if link.fanned else first + 1)
        chain = [] if back else [link.source]
        for row in inner:
            if row == label_row and link.label is not None:
                chain.append(self._add(Item(LABEL, row, *link.label)))
            elif link.fanned and not back and row < label_row:
                chain.append(self._lane_at(("fan", link.source, row), row)[0])
            else:
                lane, new = self._lane_at((link.target, link.side, back, row), row)
                chain.append(lane)
                if not new:
                    self._joins[number] = lane
                    break
        else:
            if not back:
                chain.append(link.target)
        for item, following in itertools.pairwise(chain):
            self._onward[item] = following
            self._join(item, following, link, back)
        if link.happy and not back and self._joins[number] >= 0:
            self._hurry(chain[-1], link)
        return chain

    def _lane_at(self, key: Hashable, row: int) -> tuple[int, bool]:
        """The lane of this key, and whether it is new."""
        known = self._lanes.get(key)
        if known is not None:
            return known, False
        lane = self._lanes[key] = self._add(Item(LANE, row, self._lane, 0))
        return lane, True

    def _join(self, item: int, following: int, link: Link, back: bool) -> None:
        upper, lower = (following, item) if back else (item, following)
        key = (upper, lower, link.side)
        segment = self._segments.get(key)
        if segment is None:
            segment = self._segments[key] = Segment(upper, lower, link.side, back)
        priority = self._priority(upper, lower, link)
        segment.priority = max(segment.priority, priority)

    def _hurry(self, lane: int, link: Link) -> None:
        """The happy path goes on along a lane that others made."""
        while self._items[lane].kind != NODE:
            following = self._onward[lane]
            self._join(lane, following, link, back=False)
            lane = following

    def _priority(self, upper: int, lower: int, link: Link) -> int:
        if link.happy:
            return 100
        if link.loose and self._items[upper].kind == NODE:
            return 0
        if link.side and self._items[upper].kind == NODE:
            return 0  # it doesn't leave from the middle
        kinds = (self._items[upper].kind, self._items[lower].kind)
        return _PRIORITIES[kinds.count(NODE), kinds.count(LABEL)] - 20 * link.side

    def _add(self, item: Item) -> int:
        self._items.append(item)
        return len(self._items) - 1

    # -- the first order

    def _first_order(self) -> list[list[int]]:
        count = sum(item.kind == NODE for item in self._items)
        leaving = outgoing(count, self._links)
        loops: list[list[int]] = [[] for _ in range(count)]
        for number, back in enumerate(self._backs):
            if back:
                loops[self._links[number].target].append(number)
        rows: list[list[int]] = [[] for _ in range(max(item.row for item in self._items) + 1)]
        placed: set[int] = set()

        def place(chain: list[int]) -> None:
            for item in chain:
                self._place(item, rows, placed)

        entered: set[int] = set()
        for root in range(count):
            if root in entered:
                continue
            entered.add(root)
            stack = [(root, iter(self._enter(root, leaving, loops, place)))]
            while stack:
                node, rest = stack[-1]
                for number in rest:
                    place([item for item in self._chains[number] if self._items[item].kind != NODE])
                    target = self._links[number].target
                    if target not in entered:
                        entered.add(target)
                        stack.append((target, iter(self._enter(target, leaving, loops, place))))
                        break
                else:
                    for number in loops[node]:
                        if self._links[number].side:
                            place(self._chains[number])
                    stack.pop()
        return rows

    def _place(self, item: int, rows: list[list[int]], placed: set[int]) -> None:
        """Append an item to its row; a lane with all that follows from it."""
        while item not in placed:
            placed.add(item)
            rows[self._items[item].row].append(item)
            following = self._onward.get(item)
            if self._items[item].kind != LANE or following is None or self._items[following].kind != LANE:
                break
            item = following

    def _enter(self, node: int, leaving: list[list[int]], loops: list[list[int]], place: _Place) -> list[int]:
        """Place a node, after the loops that lead back to it; answers the links to follow from it."""
        for number in loops[node]:
            if not self._links[number].side:
                place(self._chains[number])
        place([node])
        # Of a fan: first the line that its rows hang on, then all arms, before anything that follows them.
        arms = [item for number in leaving[node] if self._links[number].fanned for item in self._chains[number]]
        place([item for item in arms if self._items[item].kind == LANE])
        place(arms)
        return [number for number in leaving[node] if not self._backs[number]]


if TYPE_CHECKING:
    from collections.abc import Callable

    _Place = Callable[[list[int]], None]


def _rows_of_ranks(links: Sequence[Link], ranks: list[int], backs: list[bool]) -> list[int]:
    """The row of each rank: below a rank from which labelled links lead on, a row is kept for their labels."""
    labelled = set()
    for link, back in zip(links, backs, strict=True):
        if link.label is not None and not back:
            labelled.add(ranks[link.target] - 1 if link.fanned else ranks[link.source])
    found, row = [], 0
    for rank in range(max(ranks) + 1):
        found.append(row)
        row += 2 if rank in labelled else 1
    return found


# -- fewer crossings


def _reorder(items: list[Item], rows: list[list[int]], segments: list[Segment]) -> list[list[int]]:
    """The order with the fewest crossings that some sweeps of medians find; the first one, if none has fewer."""
    above: list[list[int]] = [[] for _ in items]
    below: list[list[int]] = [[] for _ in items]
    for segment in segments:
        below[segment.upper].append(segment.lower)
        above[segment.lower].append(segment.upper)
    best, fewest = rows, _crossings(rows, below)
    current = rows
    for sweep in range(_SWEEPS):
        if not fewest:
            break
        current = _sweep(current, above if sweep % 2 == 0 else below, down=sweep % 2 == 0)
        found = _crossings(current, below)
        if found < fewest:
            best, fewest = current, found
    if fewest:
        best = [list(row) for row in best]
        for _ in range(2):
            if not _exchange(best, above, below):
                break
    return best


def _sweep(rows: list[list[int]], neighbours: list[list[int]], *, down: bool) -> list[list[int]]:
    """Sort each row by the median place of its neighbours in the row before; items without any keep their places."""
    found = [list(row) for row in rows]
    place: dict[int, int] = {}
    for row in found if down else found[::-1]:
        medians = {}
        for at, item in enumerate(row):
            known = sorted(place[other] for other in neighbours[item] if other in place)
            if known:
                half = len(known) // 2
                medians[item] = known[half] if len(known) % 2 else (known[half - 1] + known[half]) / 2
            else:
                medians[item] = -1 if at == 0 else medians[row[at - 1]]  # stays beside its neighbour at the left
        row.sort(key=lambda item: medians[item])
        place = {item: at for at, item in enumerate(row)}
    return found


def _crossings(rows: list[list[int]], below: list[list[int]]) -> int:
    total = 0
    for upper, lower in itertools.pairwise(rows):
        place = {item: at for at, item in enumerate(lower)}
        ends: list[int] = []
        for item in upper:
            targets = sorted(place[other] for other in below[item])
            total += sum(len(ends) - bisect_right(ends, target) for target in targets)
            for target in targets:
                insort(ends, target)
    return total


def _exchange(rows: list[list[int]], above: list[list[int]], below: list[list[int]]) -> bool:
    """Exchange neighbours wherever that removes crossings; whether any were."""
    changed = False
    place = {item: at for row in rows for at, item in enumerate(row)}
    for row in rows:
        for at in range(len(row) - 1):
            left, right = row[at], row[at + 1]
            gain = 0
            for neighbours in (above, below):
                first, second = neighbours[left], neighbours[right]
                if not first or not second:
                    continue
                for one in first:
                    for other in second:
                        gain += (place[one] > place[other]) - (place[one] < place[other])
            if gain > 0:
                row[at], row[at + 1] = right, left
                place[left], place[right] = at + 1, at
                changed = True
    return changed

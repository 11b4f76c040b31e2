"""How the lines run, and how far apart the rows stand to make room for them.

Between two rows lies a gap without nodes: a line goes straight down to its *track* in the gap, along it, and straight
down again, so no line ever crosses a node. Lines with a common beginning or end share a track; the order of the
tracks is the one with the fewest crossings, pair by pair.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from asl.graph.shapes import LABEL, LANE, NODE

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence

    from asl.graph.shapes import Item, Link, Point, Rows, Spacing

#: Up to so many tracks in one gap are compared pair by pair.
_COMPARED = 60
#: what a stretch that two lines share costs, in crossings
_OVERLAP = 10


@dataclass(slots=True, eq=False)
class _Net:
    """Lines that share a track: where they come down to it, and where they go down from it."""

    ups: set[float] = field(default_factory=set)
    lows: set[float] = field(default_factory=set)
    track: int = -1
    left: float = 0.0
    right: float = 0.0
    y: float = 0.0


@dataclass(slots=True)
class _Turn:
    """One passage through a gap: the net, and where it enters and leaves it."""

    net: _Net
    first: float
    last: float


class Router:
    """Routes all links of a scope whose items have their ``x``. Afterwards ``tops`` has the top of each row."""

    def __init__(self, rows: Rows, links: Sequence[Link], spacing: Spacing) -> None:
        self._rows, self._links, self._spacing = rows, links, spacing
        self.tops: list[float] = []
        self.height = 0.0
        #: the rest of the way from each lane, last point first
        self._tails: dict[int, list[Point]] = {}
        self._gaps: list[dict[Hashable, _Net]] = [{} for _ in range(len(rows.rows) + 1)]
        self._plain_in = {
            link.target for link, back in zip(links, rows.backs, strict=True) if not link.side and not back
        }
        self._leaving: dict[int, int] = {}
        for link in links:
            self._leaving[link.source] = self._leaving.get(link.source, 0) + (not link.side)

    def route(self) -> None:
        """Set the points and label places of all links."""
        fans = self._fans()
        turns = [self._turns(number, fans) for number in range(len(self._links))]
        heights = [max((self._rows.items[item].height for item in row), default=0) for row in self._rows.rows]
        y = 0.0
        for gap, nets in enumerate(self._gaps):
            tracks = self._assign(list(nets.values()))
            height = self._gap_height(gap, tracks)
            for net in nets.values():
                net.y = y + self._depth(net.track, tracks, height)
            y += height
            if gap < len(heights):
                self.tops.append(y)
                y += heights[gap]
        self.height = y
        for number, passed in enumerate(turns):
            self._draw(number, passed)

    # -- ports

    def _shift(self, item: Item) -> float:
        room = item.width / 2 - (2 if self._spacing.unit else 10)
        shift = min(self._spacing.port, max(0.0, room))
        return float(int(shift)) if self._spacing.unit else shift

    def _out(self, number: int, *, side: bool, back: bool) -> float:
        """Where a line leaves an item at its lower edge."""
        item = self._rows.items[number]
        if item.kind != NODE:
            return item.x
        if side:
            return item.x + self._shift(item)
        if back and self._leaving[item.node] > 1:
            return item.x - self._shift(item)
        return item.x

    def _in(self, number: int, *, side: bool, back: bool) -> float:
        """Where a line arrives at an item's upper edge."""
        item = self._rows.items[number]
        if item.kind != NODE or (item.node not in self._plain_in and not back):
            return item.x
        if side:
            return item.x + self._shift(item)
        return item.x - self._shift(item) if back else item.x

    # -- nets

    def _fans(self) -> dict[tuple[int, float], int]:
        """How many segments leave each port."""
        fans: dict[tuple[int, float], int] = {}
        for segment in self._rows.segments:
            back = segment.back
            port = (segment.upper, self._out(segment.upper, side=segment.side, back=back))
            fans[port] = fans.get(port, 0) + 1
        return fans

    def _turns(self, number: int, fans: dict[tuple[int, float], int]) -> list[_Turn]:
        """The gaps that a link passes, in its own direction."""
        link, chain, back = self._links[number], self._rows.chains[number], self._rows.backs[number]
        passed = []
        for item, following in itertools.pairwise(chain):
            upper, lower = (following, item) if back else (item, following)
            first = self._out(upper, side=link.side, back=back)
            last = self._in(lower, side=link.side, back=back)
            key: Hashable = ("up", upper, first) if fans.get((upper, first), 0) > 1 else ("low", lower, last)
            net = self._net(self._rows.items[lower].row, key)
            net.ups.add(first)
            net.lows.add(last)
            passed.append(_Turn(net, last, first) if back else _Turn(net, first, last))
        if back:
            lane = chain[0]
            begin = self._out(link.source, side=link.side, back=True)
            below = self._net(self._rows.items[link.source].row + 1, ("under", lane))
            below.ups |= {begin, self._rows.items[lane].x}
            passed.insert(0, _Turn(below, begin, self._rows.items[lane].x))
            if self._rows.joins[number] < 0:
                lane = chain[-1]
                end = self._in(link.target, side=link.side, back=True)
                above = self._net(self._rows.items[link.target].row, ("over", link.target, end))
                above.lows |= {end, self._rows.items[lane].x}
                passed.append(_Turn(above, self._rows.items[lane].x, end))
        return passed

    def _net(self, gap: int, key: Hashable) -> _Net:
        return self._gaps[gap].setdefault(key, _Net())

    def _assign(self, nets: list[_Net]) -> int:
        """Give each net of a gap its track, 0 = the uppermost; answers how many tracks there are."""
        bent = []
        for net in nets:
            ends = net.ups | net.lows
            net.left, net.right = min(ends), max(ends)
            if net.right - net.left > 0.01:
                bent.append(net)
        bent.sort(key=lambda net: (not net.ups, bool(net.lows), net.left, net.right))
        above = _above(bent) if len(bent) <= _COMPARED else [[] for _ in bent]
        tracks: list[list[_Net]] = []
        for number in _in_order(above):
            net = bent[number]
            track = max((bent[other].track + 1 for other in above[number]), default=0)
            while track < len(tracks) and any(_overlap(net, other) for other in tracks[track]):
                track += 1
            if track >= len(tracks):
                tracks.append([])
                track = len(tracks) - 1
            tracks[track].append(net)
            net.track = track
        return len(tracks)

    # -- heights

    def _gap_height(self, gap: int, tracks: int) -> float:
        spacing = self._spacing
        needed = tracks + 1 if spacing.unit else (tracks + 1) * spacing.tracks + 6
        if gap == 0 or gap == len(self._rows.rows):
            return needed if tracks else 0
        labels = self._is_label_row(gap) or self._is_label_row(gap - 1)
        return max(spacing.labels if labels else spacing.rows, needed if tracks else 0)

    def _depth(self, track: int, tracks: int, height: float) -> float:
        """How far below the row above a track runs."""
        if self._spacing.unit:
            return max(track, 0)
        return (height - 6) * (track + 1) / (tracks + 1)

    def _is_label_row(self, row: int) -> bool:
        return all(self._rows.items[item].kind != NODE for item in self._rows.rows[row])

    # -- lines

    def _draw(self, number: int, turns: list[_Turn]) -> None:
        """The points of a link, from its end to its beginning, for others may join it anywhere on the way."""
        link, chain, back = self._links[number], self._rows.chains[number], self._rows.backs[number]
        items = self._rows.items
        source, join = items[link.source], self._rows.joins[number]
        points: list[Point]
        points = list(self._tails[join]) if join >= 0 else [(turns[-1].last, self.tops[items[link.target].row])]
        # A link that leads back passes one more gap: below its source, before its first item.
        lanes = chain[: len(turns)] if not back else [-1, *chain][: len(turns)]
        for lane, turn in zip(reversed(lanes), reversed(turns), strict=True):
            _prepend(points, (turn.last, turn.net.y))
            _prepend(points, (turn.first, turn.net.y))
            if lane >= 0 and items[lane].kind == LANE:
                self._tails[lane] = list(points)
            if lane >= 0 and items[lane].kind == LABEL:
                link.label_at = self._label_place(items[lane], source, back)
        _prepend(points, (turns[0].first, self.tops[source.row] + source.height))
        link.points = points[::-1]

    def _label_place(self, label: Item, source: Item, back: bool) -> Point:
        top = self.tops[label.row]
        if back:  # beside its source: in the middle of that
            shift = max(0.0, (source.height - label.height) / 2)
            top += float(round(shift)) if self._spacing.unit else shift
        return (label.x - label.width / 2, top)


def _prepend(points: list[Point], point: Point) -> None:
    """Add a point to a line that is built from its end; one that lies on the way is left out."""
    if _close(points[-1], point):
        return
    if len(points) > 1 and (
        abs(points[-2][0] - points[-1][0]) < 0.01 > abs(points[-1][0] - point[0])
        or abs(points[-2][1] - points[-1][1]) < 0.01 > abs(points[-1][1] - point[1])
    ):
        points[-1] = point
    else:
        points.append(point)


def _overlap(one: _Net, other: _Net) -> bool:
    return one.left <= other.right + 2 and other.left <= one.right + 2


def _above(nets: list[_Net]) -> list[list[int]]:
    """For each net the nets that should run above it: whichever way round two of them cross less."""
    above: list[list[int]] = [[] for _ in nets]
    for at, one in enumerate(nets):
        for number in range(at + 1, len(nets)):
            other = nets[number]
            if not _overlap(one, other):
                continue
            first, second = _cost(one, other), _cost(other, one)
            if first < second:
                above[number].append(at)
            elif second < first:
                above[at].append(number)
    return above


def _cost(upper: _Net, lower: _Net) -> int:
    """Crossings when one net runs above the other: its ways down cross the other, the other's ways up cross it."""
    crossings = sum(upper.left < x < upper.right for x in lower.ups) + sum(
        lower.left < x < lower.right for x in upper.lows
    )
    shared = sum(any(abs(x - other) < 2 for other in lower.ups) for x in upper.lows)
    return crossings + _OVERLAP * shared


def _in_order(above: list[list[int]]) -> list[int]:
    """The nets from the top down. Where three want to be above each other in a ring, one of the wishes is dropped."""
    found: list[int] = []
    state = [0] * len(above)
    for root in range(len(above)):
        if state[root]:
            continue
        state[root] = 1
        stack = [(root, iter(list(above[root])))]
        while stack:
            net, rest = stack[-1]
            for other in rest:
                if state[other] == 1:
                    above[net].remove(other)
                elif not state[other]:
                    state[other] = 1
                    stack.append((other, iter(list(above[other]))))
                    break
            else:
                state[net] = 2
                found.append(net)
                stack.pop()
    return found


def _close(one: Point, other: Point) -> bool:
    return abs(one[0] - other[0]) < 0.01 and abs(one[1] - other[1]) < 0.01

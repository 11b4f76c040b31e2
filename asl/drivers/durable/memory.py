"""The entries that a worker has in memory, and how something happens to one: now, at a moment, or once its turn is
stored.

All of it belongs to the engine's thread. The other parts of the engine share it; it knows none of them.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from heapq import heappop, heappush
from typing import TYPE_CHECKING, Any

from asl.kernel.turns import next_due

if TYPE_CHECKING:
    from asl.drivers.durable.entry import Entry

#: Something to be done in the engine's thread; it is told what time it is.
Act = Callable[[int], Any]

#: How far ahead moments are kept in the heap; what comes later is looked for now and then.
NEAR = 10_000

#: What comes first at one moment: the end of an execution's time, what was answered just then, what is due then.
_END, _ANSWER, _ALARM = range(3)


class Memory:
    """``entries`` are all, by the numbers of their executions. Those that have something to store or could go on are
    ``touched``; those whose turn was cut go on ``again`` as soon as it is stored."""

    def __init__(self) -> None:
        self.entries: dict[int, Entry] = {}
        self.touched: dict[int, Entry] = {}
        self.again: dict[int, Entry] = {}
        self.held_back: dict[int, list[Act]] = {}  # inputs of entries that stand still
        self._heap: list[tuple[int, int, int, Act]] = []
        self._serial = 0

    def add(self, entry: Entry) -> None:
        """A new one, or one that was claimed."""
        self.entries[entry.execution.id] = self.touched[entry.execution.id] = entry

    def drop(self, execution: int) -> Entry | None:
        """Let go of one, and of all that should have happened to it."""
        self.touched.pop(execution, None)
        self.again.pop(execution, None)
        self.held_back.pop(execution, None)
        return self.entries.pop(execution, None)

    def go_on(self, entry: Entry, now: int) -> None:
        """It stands still no longer: let happen what was held back."""
        execution = entry.execution.id
        for act in self.held_back.pop(execution, ()):
            self.input(entry, act, now)
        if execution in self.again:
            self.touched[execution] = self.again.pop(execution)

    # -- inputs --------------------------------------------------------------------------------------------------------

    def input(self, entry: Entry, act: Act, now: int) -> None:
        """Let something happen to an entry, now or as soon as its turn is stored."""
        execution = entry.execution.id
        if self.entries.get(execution) is not entry:
            return
        if entry.saving is not None:
            self.held_back.setdefault(execution, []).append(act)
        else:
            act(now)
            entry.advance(now)  # so that one thing happens after the other, as in memory
            self.touched[execution] = entry

    def input_at(self, entry: Entry, act: Act, moment: int | None, now: int) -> None:
        """The same at a moment, which lies ahead when a handler has spent modelled time."""
        if moment is not None and moment > now:
            self.at(moment, partial(self.input, entry, act))
        else:
            self.input(entry, act, now)

    # -- moments -------------------------------------------------------------------------------------------------------

    def at(self, moment: int, act: Act, rank: int = _ANSWER) -> None:
        """Let something happen at a moment."""
        self._serial += 1
        heappush(self._heap, (moment, rank, self._serial, act))

    @property
    def next_moment(self) -> int | None:
        """When the next of these is to happen."""
        return self._heap[0][0] if self._heap else None

    def let_happen(self, now: int) -> bool:
        """Let happen what is due. Whether anything was."""
        heap = self._heap
        if not heap or heap[0][0] > now:
            return False
        while heap and heap[0][0] <= now:
            heappop(heap)[3](now)
        return True

    def arm(self, entry: Entry, now: int) -> None:
        """Wake an entry when it is due, if that is soon."""
        due = next_due(entry.core)
        if due < now + NEAR and due != entry.armed:
            entry.armed = due
            rank = _END if due == entry.core.limit else _ALARM
            self.at(due, lambda moment: self.input(entry, entry.wake, moment), rank)

    def arm_all(self, now: int) -> None:
        """The same with every entry, for what has come near."""
        for entry in list(self.entries.values()):
            self.arm(entry, now)

"""The turns of executions in memory: how they come about, are stored as one group, and what follows from that.

An entry whose turn could not be stored stands still until it is; what comes for it in the meantime waits.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from asl.drivers.durable.entry import Entry
from asl.drivers.durable.promise import Promise
from asl.errors import AslError, StoreError
from asl.stores.base import RUNNING, STALE, ExpressEnd, Refusal, Start, Turn

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from asl.drivers.clock import Clock
    from asl.drivers.durable.calls import Calls
    from asl.drivers.durable.claims import Claims, Machines
    from asl.drivers.durable.memory import Memory
    from asl.drivers.durable.watchers import Watchers
    from asl.stores.base import Execution, LogLine, Needs, Store, Write

#: What is due so soon stays in memory rather than be let go.
_KEEP = 2_000

#: What an Express execution stands still for at its end.
_OVER = Turn(0, 0, 0, 0, None, None, "", 1, ())


class NewExecution(NamedTuple):
    """One that is to be started: its row, its input as a value and as compact text, from when on its name may be used
    again, and the document that says so."""

    execution: Execution
    value: Any
    text: str
    reusable: int
    needs: Needs | None = None


Started = Promise[Refusal | None]


class Turns:
    """See the module. ``log`` gives the lines that the end of an execution leaves."""

    def __init__(
        self,
        store: Store,
        machines: Machines,
        clock: Clock,
        memory: Memory,
        calls: Calls,
        claims: Claims,
        watchers: Watchers,
        log: Callable[[Entry], Iterable[LogLine]] | None,
    ) -> None:
        self._store = store
        self._machines = machines
        self._clock = clock
        self._memory = memory
        self._calls = calls
        self._claims = claims
        self._watchers = watchers
        self._log = log
        self._starting: dict[int, tuple[NewExecution, Started]] = {}
        self._unsaved: list[tuple[Entry, Write]] = []
        self._refusals: list[tuple[Entry, Refusal]] = []  # of stored turns, to be dealt with
        self.closed = False  # nothing more is begun

    @property
    def has_unsaved(self) -> bool:
        """Whether a commit failed and is to be tried again."""
        return bool(self._unsaved)

    def begin(self, new: NewExecution, started: Started, _: int) -> None:
        """Take up a new execution; the future is told when it is in the store."""
        if self.closed:
            self.turn_away(new, started)
            return
        execution = new.execution
        try:
            machine = self._machines.find(execution)
        except AslError as problem:
            self._fail(new, started, problem)
            return
        entry = Entry(execution, machine, self._calls)
        entry.begin(new.value, new.text, execution.input, self._clock.now())
        self._memory.add(entry)
        self._starting[execution.id] = (new, started)

    def turn_away(self, new: NewExecution, started: Started) -> None:
        """The worker has stopped."""
        self._fail(new, started, AslError(f"the worker has stopped; {new.execution.arn} was not started"))

    def close(self) -> None:
        """Nothing is begun or stored from here on."""
        self.closed = True
        starting, self._starting = self._starting, {}
        for new, started in starting.values():
            self.turn_away(new, started)

    def _fail(self, new: NewExecution, started: Started, problem: AslError) -> None:
        started.set_exception(problem)
        self._watchers.failed(new.execution.id, problem)

    # -- making them ---------------------------------------------------------------------------------------------------

    def advance(self, now: int) -> bool:
        """Advance what was touched, store it as one group, and let the calls out."""
        memory = self._memory
        if not memory.touched:
            return self._commit([], now)
        touched, memory.touched = memory.touched, {}
        writes: list[tuple[Entry, Write]] = []
        keep = now if self._clock.virtual else now + _KEEP
        worker = self._claims.worker
        for entry in touched.values():
            if entry.saving is not None:
                continue
            if entry.core.ready or entry.waiting:
                entry.advance(now)
            if entry.execution.express:
                writes += self._express(entry, now)
            elif entry.changed or entry.idle:
                turn = entry.turn(worker, keep)
                new = self._starting.get(entry.execution.id) if self._starting else None
                writes.append(
                    (entry, turn if new is None else Start(entry.execution, turn, new[0].reusable, new[0].needs))
                )
            if entry.core.ready:  # a long turn was cut
                memory.again[entry.execution.id] = entry
        try:
            return self._commit(writes, now)
        finally:
            self._calls.promised = 0

    def _express(self, entry: Entry, now: int) -> list[tuple[Entry, Write]]:
        """Nothing of an Express execution is stored but that it was asked for, and its log when it is over."""
        execution = entry.execution
        new = self._starting.get(execution.id)
        log = list(self._log(entry)) if self._log and entry.core.status != RUNNING else []
        if new is not None and entry.core.status != RUNNING and not log:
            del self._starting[execution.id], self._memory.entries[execution.id]  # over: there is nothing to be lost
            new[1].set_result(None)
            self._watchers.ended(execution, entry.core.status)
            return []
        if new is not None:
            entry.saving = turn = Turn(execution.id, entry.fence, 0, 0, self._claims.worker, 0, "", 1, ())
            return [(entry, Start(execution, turn, new[0].reusable, new[0].needs))]
        if entry.core.status == RUNNING:
            self._calls.let_out(entry, entry.stored(), now)
            self._memory.arm(entry, now)
            return []
        entry.saving = _OVER
        return [(entry, ExpressEnd(execution.id, entry.fence, log))]

    def _commit(self, writes: list[tuple[Entry, Write]], now: int) -> bool:
        writes = self._unsaved + writes
        self._take_refusals(now)
        if not writes:
            return False
        self._unsaved = writes
        try:
            refusals = self._store.commit([write for _, write in writes])
        except StoreError as problem:
            self._fail_starts(problem)
            raise
        self._unsaved = []
        for (entry, write), refusal in zip(writes, refusals, strict=True):
            if refusal is None:
                self._stored(entry, write, now)
            else:
                self._refusals.append((entry, refusal))
        self._take_refusals(now)
        return True

    # -- what follows --------------------------------------------------------------------------------------------------

    def _stored(self, entry: Entry, write: Write, now: int) -> None:
        memory, execution, turn = self._memory, entry.execution.id, entry.saving
        assert turn is not None, "it stood still for this one"
        is_start = type(write) is Start
        if is_start:
            self._starting.pop(execution)[1].set_result(None)
            self._watchers.began(entry.execution)
        express = entry.execution.express
        core = entry.core
        ended = core.status != RUNNING and not (express and is_start)
        self._calls.let_out(entry, entry.stored(), now)
        if ended or turn.owner is None:
            memory.drop(execution)  # nothing can have been under way but what nobody waits for
            if ended:
                self._watchers.ended(entry.execution, core.status)
            else:
                self._claims.is_due(turn.due)
            return
        if express and core.status != RUNNING:
            memory.touched[execution] = entry
        if memory.held_back or memory.again:
            memory.go_on(entry, now)
        if entry.waiting:
            self._calls.feed_later(entry)
        memory.arm(entry, now)

    def _take_refusals(self, now: int) -> None:
        while self._refusals:
            self._refused(*self._refusals[-1], now)
            self._refusals.pop()

    def _refused(self, entry: Entry, refusal: Refusal, now: int) -> None:
        memory, execution = self._memory, entry.execution.id
        starting = self._starting.pop(execution, None)
        if starting is not None:
            memory.drop(execution)
            starting[1].set_result(refusal)
            self._watchers.refused(execution)
            return
        if memory.entries.get(execution) is not entry:  # it was let go although the store failed, and claimed again
            return
        held = self._claims.held([execution]) if refusal.reason == STALE else []
        memory.again.pop(execution, None)
        if not held or held[0].fence != entry.fence or held[0].execution.status != RUNNING:
            self._claims.lose(execution, held[0].execution.status if held else RUNNING)
            return
        entry.saving = None
        try:
            entry.load(held[0], mine=True)
            entry.hear(held[0].messages, held[0].wake, now)
            entry.again(now)
            entry.wake(now)
        except Exception as problem:  # noqa: BLE001 - whatever it is, the others go on
            self._claims.leave_aside(entry.execution, problem)
            return
        memory.touched[execution] = entry
        memory.go_on(entry, now)

    def _fail_starts(self, problem: StoreError) -> None:
        """Nobody is told that an execution has started which isn't in the store."""
        starting, self._starting = self._starting, {}
        self._claims.doubt_starts(set(starting))
        self._unsaved = [(entry, write) for entry, write in self._unsaved if entry.execution.id not in starting]
        for execution, (new, started) in starting.items():
            self._memory.drop(execution)
            self._fail(new, started, problem)

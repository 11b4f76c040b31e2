"""What a worker owns of the store: it says that it lives, buries those that don't, claims what is due, reads messages,
and lets go of what others have taken.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Protocol

from asl.drivers.durable import hosts
from asl.drivers.durable.entry import Entry
from asl.errors import AslError, StoreError
from asl.jsontext import decode, encode
from asl.stores.base import RUNNING, DamageError

if TYPE_CHECKING:
    from collections.abc import Callable

    from asl.drivers.durable.bare import Machine
    from asl.drivers.durable.calls import Calls
    from asl.drivers.durable.memory import Memory
    from asl.drivers.durable.watchers import Watchers
    from asl.stores.base import Execution, Held, Store, Worker

#: How long a worker may be silent before its executions are given to others; it says thrice as often that it lives.
LEASE = 15_000

#: How often the store is asked whether somebody else has written.
_POLL = 50

#: How many executions are claimed at a time, and how many may be in memory.
_CLAIM, _RESIDENT = 500, 20_000


class Machines(Protocol):
    """Where the engine gets state machines from."""

    def find(self, execution: Execution) -> Machine:
        """The machine of an execution with all handlers. Raises HandlerError if some are missing here."""


class Identity:
    """Who a worker is, and how it knows that another one is dead."""

    def __init__(
        self,
        is_dead: Callable[[Worker], bool] = hosts.is_dead,
        host: str | None = None,
        pid: int | None = None,
        lease: int = LEASE,
    ) -> None:
        self.is_dead = is_dead
        self.host = hosts.here() if host is None else host
        self.pid = os.getpid() if pid is None else pid
        self.lease = lease


class Claims:
    """See the module. ``worker`` is the number under which the store knows this one."""

    def __init__(
        self,
        store: Store,
        identity: Identity,
        machines: Machines,
        memory: Memory,
        calls: Calls,
        watchers: Watchers,
        tell: Callable[[str], None],
    ) -> None:
        self._store = store
        self._identity = identity
        self._machines = machines
        self._memory = memory
        self._calls = calls
        self._watchers = watchers
        self._tell = tell
        self._changes: int | None = None
        self._due: int | None = None  # when the next of what nobody owns is due
        self._unable: set[str | int] = set()  # definitions that can't be run here, and executions
        self._unsure: set[int] = set()  # executions whose start may be in the store although it failed
        self.astray = False  # the store failed: it may say that this worker owns what isn't in memory
        self.closed = False  # nothing more is claimed
        self.next_poll = self.next_beat = 0
        self.worker = self._register()

    def _register(self) -> int:
        return self._store.register(self._identity.host, self._identity.pid, self._identity.lease).id

    def next_due(self) -> int | None:
        """When the next of what nobody owns is due, as the store says."""
        return self._store.next_due(unable=self._unable)

    def is_due(self, moment: int | None) -> None:
        """One was let go until this moment."""
        if moment is not None and (self._due is None or moment < self._due):
            self._due = moment

    def look(self, _: int = 0) -> None:
        """Look at the store in the next round, without waiting for the time."""
        self.next_poll = 0

    def doubt(self) -> None:
        """The store failed: what it says has to be looked at anew."""
        self.astray = True
        self._changes = None

    def doubt_starts(self, executions: set[int]) -> None:
        """Their starts failed, and may be in the store all the same."""
        self._unsure |= executions

    def leave(self) -> None:
        """Let go of all executions; those with calls under way are then taken to be in doubt."""
        executions = list(self._memory.entries)
        self._memory.entries.clear()
        self._store.release(self.worker, executions)
        self._store.bury(self.worker)

    # -- in each round -------------------------------------------------------------------------------------------------

    def find_own(self, now: int) -> None:
        """After a failure, take up what became this worker's by calls that failed although they were carried out."""
        entries = self._memory.entries
        lost = [execution for execution in self._store.owned(self.worker) if execution not in entries]
        for held in self.held(lost):
            self._adopt(held, now, mine=held.execution.id in self._unsure)
        self._unsure.clear()
        self.astray = False

    def beat(self, now: int) -> None:
        """Say that this worker lives, and bury those that don't."""
        if self.next_beat and not self._store.beat(self.worker, self._identity.lease):
            self._tell("this worker was silent for longer than its lease; what it was doing has gone to others")
            for execution in list(self._memory.entries):
                self.lose(execution)
            self.worker = self._register()
        self.next_beat = now + self._identity.lease // 3
        moment = self._store.now()
        for worker in self._store.workers():
            if worker.id != self.worker and (worker.expires < moment or self._identity.is_dead(worker)):
                self._store.bury(worker.id)
                self.look()

    def poll(self, now: int) -> bool:
        """Look for messages and for executions to claim, if anybody has written or something is due."""
        self.next_poll = now + _POLL
        changes = self._store.changes()
        if changes == self._changes and (self._due is None or now < self._due):
            return False
        self._changes = changes
        busy = self._read_messages(now)
        while not self.closed and len(self._memory.entries) < _RESIDENT:
            claimed = self._store.claim(self.worker, _CLAIM, unable=self._unable)
            for held in claimed:
                self._adopt(held, now)
            busy = busy or bool(claimed)
            if len(claimed) < _CLAIM:
                break
        self._due = self.next_due()
        return busy

    # -- coming and going ----------------------------------------------------------------------------------------------

    def held(self, executions: list[int]) -> list[Held]:
        """What is stored of this worker's. What is damaged it lets go of; the store tells whoever claims that next."""
        try:
            return self._store.held(executions)
        except DamageError:
            if len(executions) > 1:
                return [held for execution in executions for held in self.held([execution])]
            self.lose(executions[0])
            return []

    def _read_messages(self, now: int) -> bool:
        ids = self._store.attention(self.worker)
        if not ids:
            return False
        for held in self.held(ids):
            execution = held.execution.id
            entry = self._memory.entries.get(execution)
            if entry is None or held.fence != entry.fence or held.execution.status != RUNNING:
                self.lose(execution, held.execution.status)
            elif held.version == entry.version and entry.saving is None:
                try:
                    entry.hear(held.messages, held.wake, now)
                except Exception as problem:  # noqa: BLE001 - whatever it is, the others go on
                    self.leave_aside(held.execution, problem)
                else:
                    self._memory.touched[execution] = entry
            # Else its next turn is refused, and it is loaded anew with all that it hasn't seen.
        return True

    def lose(self, execution: int, status: str = RUNNING) -> None:
        """Somebody else has ended it or taken it over."""
        entry = self._memory.drop(execution)
        self._store.release(self.worker, [execution])
        if entry is not None:
            for call in entry.calls.values():
                self._calls.cancel(entry, call)
            self._watchers.ended(entry.execution, status)

    def leave_aside(self, execution: Execution, problem: Exception) -> None:
        """One that this version of aslkit stumbles over must not keep a worker from the others."""
        if execution.id not in self._unable:
            self._unable.add(execution.id)
            fault = f"{type(problem).__name__}: {problem}"
            self._tell(f"{execution.arn} can't go on here, which is a fault of aslkit's: {fault}; please report it")
        self.lose(execution.id)

    def _adopt(self, held: Held, now: int, *, mine: bool = False) -> None:
        """Go on with an execution that was claimed. ``mine``: its calls were asked for here, and never made."""
        execution = held.execution
        try:
            entry = Entry(execution, self._machines.find(execution), self._calls)
            self._load(entry, held, now, mine=mine)
        except AslError as problem:
            if isinstance(problem, StoreError) and not isinstance(problem, DamageError):
                raise
            if execution.definition not in self._unable:
                self._unable.add(execution.definition)
                self._tell(f"{execution.arn} and others of its kind can't go on here: {problem}")
            self._store.release(self.worker, [execution.id])
            return
        except Exception as problem:  # noqa: BLE001 - whatever it is, the others go on
            self.leave_aside(execution, problem)
            return
        self._memory.add(entry)
        if held.version == 1:
            self._watchers.began(execution)

    def _load(self, entry: Entry, held: Held, now: int, *, mine: bool) -> None:
        """What can go wrong with one execution alone."""
        if held.execution.express:
            text = held.execution.input or "null"
            entry.fence = held.fence
            entry.begin(decode(text), encode(decode(text)), text, now)
        else:
            entry.load(held, mine=mine)
            entry.hear(held.messages, held.wake, now)
            entry.resolve_doubts(now)
            entry.wake(now)
        entry.advance(now)

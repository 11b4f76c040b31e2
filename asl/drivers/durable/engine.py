"""The loop of the durable driver: one thread that advances all executions which its worker owns.

Everything reaches it through the mailbox: replies of handlers (from their threads), new executions (from whoever starts
them), a nudge (something was written to the store). A round takes what is there, wakes what is due, looks at the store
if it has changed, advances every entry that was touched, commits all their turns as one group, and dispatches what the
stored turns ask for. Between rounds it sleeps in the mailbox.

An entry whose turn could not be stored stands still until it is; what comes for it in the meantime waits.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from functools import partial
from heapq import heappop, heappush
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from asl.drivers.durable import hosts
from asl.drivers.durable.entry import Entry, Machine
from asl.drivers.durable.runners import Job, Spell
from asl.errors import AslError, StoreError
from asl.jsontext import decode, encode
from asl.kernel import tokens
from asl.kernel.outcome import Value
from asl.stores.base import (
    ANSWER,
    HEARTBEAT,
    RUNNING,
    STALE,
    ExpressEnd,
    Message,
    Refusal,
    Start,
    Turn,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from asl.drivers.clock import Clock
    from asl.drivers.durable.runners import Runner
    from asl.kernel.outcome import Outcome
    from asl.stores.base import Execution, Held, LogLine, Store, Worker, Write
    from asl.tasks.call import Call, Reply

#: How long a worker may be silent before its executions are given to others; it says thrice as often that it lives.
LEASE = 15_000

#: How often the store is asked whether somebody else has written, and what stays in memory rather than be let go.
_POLL, _KEEP = 50, 2_000

#: How long work may lie about until one more thread is asked to help, in seconds.
_LOOK = 0.0005

#: After a failed commit, how long until the next try.
_AGAIN = 1_000

#: How far ahead moments are kept in the heap; what comes later is looked for now and then.
_NEAR = 10_000

#: How many executions are claimed at a time, and how many may be in memory.
_CLAIM, _RESIDENT = 500, 20_000

#: Virtual time doesn't jump further than this at once: what waits longer waits for somebody.
_HORIZON = 300 * 24 * 3_600_000

#: Idle is who has nothing to do for so long.
_IDLE = 60_000

#: What comes first at one moment: the end of an execution's time, what was answered just then, what is due then.
_END, _ANSWER, _ALARM = range(3)


class Machines(Protocol):
    """Where the engine gets state machines from."""

    def find(self, execution: Execution) -> Machine:
        """The machine of an execution with all handlers. Raises HandlerError if some are missing here."""


class NewExecution(NamedTuple):
    """One that is to be started: its row, its input as a value and as compact text, and from when on its name may be
    used again."""

    execution: Execution
    value: Any
    text: str
    reusable: int


Started = Future[Refusal | None]

#: Something for the engine to do in its own thread; it is told what time it is.
_Mail = Callable[[int], None]


class Engine:
    """See the module. ``run`` works until ``stop`` is called from another thread; ``run_until_idle`` is for tests in
    virtual time: it works until nothing happens by itself any more."""

    def __init__(
        self,
        store: Store,
        machines: Machines,
        clock: Clock,
        runner: Runner,
        *,
        log: Callable[[Entry], Iterable[LogLine]] | None = None,
        tell: Callable[[str], None] | None = None,
        news: Callable[[Execution, str], None] | None = None,
        is_dead: Callable[[Worker], bool] = hosts.is_dead,
        host: str | None = None,
        pid: int | None = None,
        lease: int = LEASE,
    ) -> None:
        import os

        self._store = store
        self._machines = machines
        self._clock = clock
        self._runner = runner
        self._log = log
        self._tell = tell or (lambda _: None)
        self._news = news or (lambda *_: None)
        self._is_dead = is_dead
        self._host = hosts.here() if host is None else host
        self._pid = os.getpid() if pid is None else pid
        self._lease = lease
        self._mailbox: SimpleQueue[_Mail] = SimpleQueue()
        self._entries: dict[int, Entry] = {}
        self._touched: dict[int, Entry] = {}
        self._held_back: dict[int, list[Callable[[int], None]]] = {}  # inputs of entries that stand still
        self._starting: dict[int, tuple[NewExecution, Started]] = {}
        self._heap: list[tuple[int, int, int, Callable[[int], None]]] = []
        self._serial = 0
        self._running = 0  # calls under way
        self._promised = 0  # and those that this round's turns ask for
        self._hungry: dict[int, Entry] = {}  # entries with tasks that wait for a free hand
        self._again: dict[int, Entry] = {}  # entries that could go on at once
        self._unsaved: list[tuple[Entry, Write]] = []
        self._refusals: list[tuple[Entry, Refusal]] = []  # of stored turns, to be dealt with
        self._unsure: set[int] = set()  # executions whose start may be in the store although it failed
        self._store_due: int | None = None
        self._unable: dict[str, str] = {}  # definitions that can't be run here, and why
        self._watched: dict[int, Future[str]] = {}
        self._changes: int | None = None
        self._next_poll = self._next_beat = self._next_scan = 0
        self._failed_until: int | None = None
        self._astray = False  # the store failed: it may say that this worker owns what isn't in memory
        self._stopping = False
        self._worker = store.register(self._host, self._pid, self._lease).id

    # -- from other threads --------------------------------------------------------------------------------------------

    def start(self, new: NewExecution) -> Started:
        """Start an execution here. The future's result says that it is in the store, or why it was refused; it raises
        StoreError when the store failed."""
        started: Started = Future()
        self._mailbox.put(partial(self._begin, new, started))
        return started

    def watch(self, execution: int) -> Future[str]:
        """The status with which an execution that is started here next will end."""
        ended: Future[str] = Future()
        self._watched[execution] = ended
        return ended

    def nudge(self) -> None:
        """Something was written to the store that may concern this worker."""
        self._mailbox.put(self._look)

    def stop(self) -> None:
        """Take up nothing new; ``run`` returns when all calls under way have returned."""

        def stop(_: int) -> None:
            self._stopping = True

        self._mailbox.put(stop)

    def under_way(self) -> list[tuple[Execution, str]]:
        """The calls of handlers that haven't returned: the execution and the state."""
        return [
            (entry.execution, call.invoke.state)
            for entry in list(self._entries.values())
            for call in list(entry.calls.values())
        ]

    # -- the loop ------------------------------------------------------------------------------------------------------

    def run(self, *, until_idle: bool = False) -> None:
        """Work until ``stop``. What is under way then is waited for; everything else is let go.

        ``until_idle``: also return when nothing is under way and nothing is due for a minute.
        """
        busy = self._round()
        while self._running or self._touched or not self._stopping:
            if until_idle and not busy and self._is_idle():
                break
            busy = self._round(self._wait())
        self.close()

    def _is_idle(self) -> bool:
        if self._running or self._touched or self._unsaved or self._failed_until is not None:
            return False
        moment = self._next_moment()
        return moment is None or moment > self._clock.now() + _IDLE

    def run_until_idle(self, until: int | None = None) -> None:
        """Work in virtual time until nothing happens by itself any more, or up to a moment."""
        while True:
            self._look(self._clock.now())
            busy = self._round()
            if busy or not self._mailbox.empty() or (self._touched and self._failed_until is None):
                continue
            try:
                moment = self._next_moment()
            except StoreError as problem:
                self._fail(problem, self._clock.now())
                continue
            if moment is None or moment > (self._clock.now() + _HORIZON if until is None else until):
                return
            self._clock.sleep_until(moment)

    def close(self) -> None:
        """Let go of all executions; those with calls under way are then taken to be in doubt."""
        self._runner.close()
        self._store.release(self._worker, list(self._entries))
        self._entries.clear()
        self._store.bury(self._worker)

    def _round(self, first: _Mail | None = None) -> bool:
        """One round; ``first`` is mail that was taken out already. Whether anything was there to do."""
        busy = self._take_mail(first)
        now = self._clock.now()
        while self._heap and self._heap[0][0] <= now:
            heappop(self._heap)[3](now)
            busy = True
        if self._failed_until is not None:
            if now < self._failed_until:
                return busy
            self._failed_until = None
        try:
            if self._astray:
                self._find_own(now)
            if now >= self._next_beat:
                self._beat(now)
            if now >= self._next_scan:
                self._next_scan = now + _NEAR // 2
                self._wake(now)
            if now >= self._next_poll:
                busy = self._poll(now) or busy
            return self._advance(now) or busy
        except StoreError as problem:
            self._fail(problem, now)
            return busy

    def _fail(self, problem: StoreError, now: int) -> None:
        self._tell(f"{problem}; trying again every {_AGAIN // 1000} s")
        self._failed_until = now + _AGAIN
        self._astray = True
        self._changes = None  # what was to be looked at may not have been

    def _take_mail(self, mail: _Mail | None) -> bool:
        now = self._clock.now()
        if mail is not None:
            mail(now)
        taken, take = mail is not None, self._mailbox.get_nowait
        while True:
            try:
                mail = take()
            except Empty:
                return taken
            mail(now)
            taken = True

    def _wait(self) -> _Mail | None:
        """Sleep until there is mail or something is to be done."""
        if self._touched and self._failed_until is None:
            return None
        now = self._clock.now()
        moments = [self._next_poll, self._next_beat, self._next_scan]
        if self._failed_until is not None:
            moments = [self._failed_until]
        if self._heap:
            moments.append(self._heap[0][0])
        delay = max(0, min(moments) - now) / 1000
        if self._runner.has_work:
            delay = min(delay, _LOOK)
        try:
            return self._mailbox.get(timeout=delay) if delay else self._mailbox.get_nowait()
        except Empty:
            self._runner.nudge()
            return None

    def _next_moment(self) -> int | None:
        """When the next thing happens by itself."""
        if self._failed_until is not None:
            return self._failed_until
        moments = [self._heap[0][0]] if self._heap else []
        moments += [entry.core.next_due() for entry in self._entries.values()]
        due = self._store.next_due(unable=self._unable)
        if due is not None:
            moments.append(due)
        return min(moments, default=None)

    # -- inputs --------------------------------------------------------------------------------------------------------

    def _input(self, entry: Entry, act: Callable[[int], None], now: int) -> None:
        """Let something happen to an entry, now or as soon as its turn is stored."""
        execution = entry.execution.id
        if self._entries.get(execution) is not entry:
            return
        if entry.saving is not None:
            self._held_back.setdefault(execution, []).append(act)
        else:
            act(now)
            entry.advance(now)  # so that one thing happens after the other, as in memory
            self._touched[execution] = entry

    def _input_at(self, entry: Entry, act: Callable[[int], None], moment: int | None, now: int) -> None:
        """The same at a moment, which lies ahead when a handler has spent modelled time."""
        if moment is not None and moment > now:
            self._at(moment, partial(self._input, entry, act))
        else:
            self._input(entry, act, now)

    def _begin(self, new: NewExecution, started: Started, _: int) -> None:
        execution = new.execution
        try:
            machine = self._machines.find(execution)
        except AslError as problem:
            started.set_exception(problem)
            return
        entry = Entry(execution, machine, self)
        entry.begin(new.value, new.text, execution.input, self._clock.now())
        self._entries[execution.id] = self._touched[execution.id] = entry
        self._starting[execution.id] = (new, started)

    def _returned(self, key: tuple[Entry, Call], reply: Reply, ended: int | None) -> None:
        """A handler has returned; from any thread."""
        self._mailbox.put(partial(self._answered, key, reply, ended))

    def _answered(self, key: tuple[Entry, Call], reply: Reply, ended: int | None, now: int) -> None:
        entry, call = key
        self._running -= 1
        if self._hungry:
            _, hungry = self._hungry.popitem()
            self._input(hungry, lambda _: None, now)
        self._input_at(entry, partial(entry.reply, call, reply), ended, now)

    def _at(self, moment: int, act: Callable[[int], None], rank: int = _ANSWER) -> None:
        """Let something happen at a moment."""
        self._serial += 1
        heappush(self._heap, (moment, rank, self._serial, act))

    # -- for its entries -----------------------------------------------------------------------------------------------

    def free(self) -> bool:
        """Whether another handler may be called."""
        if self._running + self._promised >= self._runner.limit:
            return False
        self._promised += 1
        return True

    def at(self, entry: Entry, moment: int, act: Callable[..., Any], *arguments: Any) -> None:
        """Let something happen to an entry's core at a moment."""
        self._at(moment, lambda now: self._input(entry, lambda when: act(*arguments, when), now))

    def cancel(self, entry: Entry, call: Call) -> None:
        """Nobody waits for this call any more."""
        self._runner.cancel((entry, call))

    # -- the store -----------------------------------------------------------------------------------------------------

    def _look(self, _: int) -> None:
        self._next_poll = 0

    def _poll(self, now: int) -> bool:
        """Look for messages and for executions to claim, if anybody has written or something is due."""
        self._next_poll = now + _POLL
        changes = self._store.changes()
        if changes == self._changes and (self._store_due is None or now < self._store_due):
            return False
        self._changes = changes
        busy = self._read_messages(now)
        while not self._stopping and len(self._entries) < _RESIDENT:
            claimed = self._store.claim(self._worker, _CLAIM, unable=self._unable)
            for held in claimed:
                self._adopt(held, now)
            busy = busy or bool(claimed)
            if len(claimed) < _CLAIM:
                break
        self._store_due = self._store.next_due(unable=self._unable)
        return busy

    def _read_messages(self, now: int) -> bool:
        ids = self._store.attention(self._worker)
        if not ids:
            return False
        for held in self._store.held(ids):
            execution = held.execution.id
            entry = self._entries.get(execution)
            if entry is None or held.fence != entry.fence or held.execution.status != RUNNING:
                self._lose(execution, held.execution.status)
            elif held.version == entry.version and entry.saving is None:
                entry.hear(held.messages, held.wake, now)
                self._touched[execution] = entry
            # Else its next turn is refused, and it is loaded anew with all that it hasn't seen.
        return True

    def _lose(self, execution: int, status: str = RUNNING) -> None:
        """Somebody else has ended it or taken it over."""
        entry = self._entries.pop(execution, None)
        self._touched.pop(execution, None)
        self._held_back.pop(execution, None)
        self._store.release(self._worker, [execution])
        if entry is not None:
            for call in entry.calls.values():
                self._runner.cancel((entry, call))
            self._ended(entry, status)

    def _find_own(self, now: int) -> None:
        """Take up what became this worker's by calls that failed although they were carried out."""
        lost = [execution for execution in self._store.owned(self._worker) if execution not in self._entries]
        for held in self._store.held(lost):
            self._adopt(held, now, mine=held.execution.id in self._unsure)
        self._unsure.clear()
        self._astray = False

    def _adopt(self, held: Held, now: int, *, mine: bool = False) -> None:
        """Go on with an execution that was claimed. ``mine``: its calls were asked for here, and never made."""
        execution = held.execution
        try:
            machine = self._machines.find(execution)
        except StoreError:
            raise
        except AslError as problem:
            self._store.release(self._worker, [execution.id])
            if execution.definition not in self._unable:
                self._unable[execution.definition] = str(problem)
                self._tell(f"{execution.arn} and others of its kind can't go on here: {problem}")
            return
        entry = Entry(execution, machine, self)
        if execution.express:
            text = execution.input or "null"
            entry.fence = held.fence
            entry.begin(decode(text), encode(decode(text)), text, now)
        else:
            entry.load(held, mine=mine)
            entry.hear(held.messages, held.wake, now)
            entry.resolve_doubts(now)
            entry.wake(now)
        self._entries[execution.id] = self._touched[execution.id] = entry
        if held.version == 1:
            self._news(execution, RUNNING)

    def _beat(self, now: int) -> None:
        """Say that this worker lives, and bury those that don't."""
        if self._next_beat and not self._store.beat(self._worker, self._lease):
            self._tell("this worker was silent for longer than its lease; what it was doing has gone to others")
            for execution in list(self._entries):
                self._lose(execution)
            self._worker = self._store.register(self._host, self._pid, self._lease).id
        self._next_beat = now + self._lease // 3
        moment = self._store.now()
        for worker in self._store.workers():
            if worker.id != self._worker and (worker.expires < moment or self._is_dead(worker)):
                self._store.bury(worker.id)
                self._look(now)

    def _wake(self, now: int) -> None:
        """Put into the heap what is due soon."""
        for entry in list(self._entries.values()):
            self._arm(entry, now)

    def _arm(self, entry: Entry, now: int) -> None:
        due = entry.core.next_due()
        if due < now + _NEAR and due != entry.armed:
            entry.armed = due
            rank = _END if due == entry.core.limit else _ALARM
            self._at(due, lambda moment: self._input(entry, entry.wake, moment), rank)

    # -- turns ---------------------------------------------------------------------------------------------------------

    def _advance(self, now: int) -> bool:
        """Advance what was touched, store it as one group, and let the calls out."""
        if not self._touched:
            return self._commit([], now)
        touched, self._touched = self._touched, {}
        writes: list[tuple[Entry, Write]] = []
        keep = now if self._clock.virtual else now + _KEEP
        for entry in touched.values():
            if entry.saving is not None:
                continue
            if entry.core.ready or entry.waiting:
                entry.advance(now)
            if entry.execution.express:
                writes += self._express(entry, now)
            elif entry.changed or entry.idle:
                turn = entry.turn(self._worker, keep)
                new = self._starting.get(entry.execution.id) if self._starting else None
                writes.append((entry, turn if new is None else Start(entry.execution, turn, new[0].reusable)))
            if entry.core.ready:  # a long turn was cut
                self._again[entry.execution.id] = entry
        try:
            return self._commit(writes, now)
        finally:
            self._promised = 0

    def _express(self, entry: Entry, now: int) -> list[tuple[Entry, Write]]:
        """Nothing of an Express execution is stored but that it was asked for, and its log when it is over."""
        execution = entry.execution
        new = self._starting.get(execution.id)
        log = list(self._log(entry)) if self._log and entry.core.status != RUNNING else []
        if new is not None and entry.core.status != RUNNING and not log:
            del self._starting[execution.id], self._entries[execution.id]  # it is over: there is nothing to be lost
            new[1].set_result(None)
            self._ended(entry, entry.core.status)
            return []
        if new is not None:
            entry.saving = turn = Turn(execution.id, entry.fence, 0, 0, self._worker, 0, "", 1, ())
            return [(entry, Start(execution, turn, new[0].reusable))]
        if entry.core.status == RUNNING:
            self._let_out(entry, entry.stored(), now)
            self._arm(entry, now)
            return []
        entry.saving = Turn(execution.id, entry.fence, 0, 0, None, None, "", 1, ())
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

    def _take_refusals(self, now: int) -> None:
        while self._refusals:
            self._refused(*self._refusals[-1], now)
            self._refusals.pop()

    def _stored(self, entry: Entry, write: Write, now: int) -> None:
        execution, turn = entry.execution.id, entry.saving
        assert turn is not None, "it stood still for this one"
        is_start = type(write) is Start
        if is_start:
            self._starting.pop(execution)[1].set_result(None)
            self._news(entry.execution, RUNNING)
        express = entry.execution.express
        core = entry.core
        ended = core.status != RUNNING and not (express and is_start)
        self._let_out(entry, entry.stored(), now)
        if ended or turn.owner is None:
            del self._entries[execution]
            self._again.pop(execution, None)
            self._held_back.pop(execution, None)  # nothing can have been under way but what nobody waits for
            if ended:
                self._ended(entry, core.status)
            elif turn.due is not None and (self._store_due is None or turn.due < self._store_due):
                self._store_due = turn.due
            return
        if express and core.status != RUNNING:
            self._touched[execution] = entry
        if self._held_back:
            for act in self._held_back.pop(execution, ()):
                self._input(entry, act, now)
        if self._again and execution in self._again:
            self._touched[execution] = self._again.pop(execution)
        if entry.waiting:
            self._hungry[execution] = entry
        self._arm(entry, now)

    def _refused(self, entry: Entry, refusal: Refusal, now: int) -> None:
        execution = entry.execution.id
        starting = self._starting.pop(execution, None)
        if starting is not None:
            self._again.pop(execution, None)
            self._entries.pop(execution, None)
            starting[1].set_result(refusal)
            return
        if self._entries.get(execution) is not entry:  # it was let go although the store failed, and claimed again
            return
        held = self._store.held([execution]) if refusal.reason == STALE else []
        self._again.pop(execution, None)
        if not held or held[0].fence != entry.fence or held[0].execution.status != RUNNING:
            self._lose(execution, held[0].execution.status if held else RUNNING)
            return
        entry.saving = None
        entry.load(held[0], mine=True)
        entry.hear(held[0].messages, held[0].wake, now)
        entry.again(now)
        entry.wake(now)
        self._touched[execution] = entry
        for act in self._held_back.pop(execution, ()):
            self._input(entry, act, now)

    def _fail_starts(self, problem: StoreError) -> None:
        """Nobody is told that an execution has started which isn't in the store."""
        starting, self._starting = self._starting, {}
        self._unsure |= starting.keys()
        self._unsaved = [(entry, write) for entry, write in self._unsaved if entry.execution.id not in starting]
        for execution, (_, started) in starting.items():
            self._entries.pop(execution, None)
            self._touched.pop(execution, None)
            self._again.pop(execution, None)
            started.set_exception(problem)

    def _let_out(self, entry: Entry, calls: Iterable[Call], now: int) -> None:
        """Make the calls that a stored turn asks for."""
        for call in calls:
            self._running += 1
            spell: Spell | None = None
            arguments: tuple[Any, ...] = (call.event,)
            if call.wants_context:
                spell = Spell(self._clock, now, self._beats(entry, call), self._answers)
                arguments = (call.event, call.context(spell))
            self._runner.run(Job((entry, call), call, arguments, now, spell, self._returned))

    def _beats(self, entry: Entry, call: Call) -> Callable[[str | None, int], None]:
        key = call.invoke.frame, call.invoke.wait

        def beat(token: str | None, moment: int) -> None:
            if token is None:
                self._mailbox.put(partial(self._input_at, entry, partial(entry.beat, *key), moment))
            else:
                self._send(token, HEARTBEAT, "null")

        return beat

    def _answers(self, token: str, outcome: Outcome) -> None:
        self._send(token, ANSWER, answer_data(outcome))

    def _send(self, token: str, kind: str, data: str) -> None:
        """A handler answers for another task. A token that nobody waits with is ignored, as the handler was told."""
        place = tokens.read(token)
        if place is None or not place.address.isdecimal():
            return
        execution = self._store.execution_of(int(place.address))
        if execution is not None and tokens.make(execution.seed, place) == token:
            self._store.commit([Message(execution.id, kind, place.frame, place.wait, data)])
            self.nudge()

    def _ended(self, entry: Entry, status: str) -> None:
        if status != RUNNING:
            self._news(entry.execution, status)
        watching = self._watched.pop(entry.execution.id, None)
        if watching is not None:
            watching.set_result(status)


def answer_data(outcome: Outcome) -> str:
    """An outcome as the data of an ANSWER."""
    if isinstance(outcome, Value):
        return encode({"output": outcome.text if outcome.text is not None else encode(outcome.value)})
    return encode({"error": outcome.error, "cause": outcome.cause})

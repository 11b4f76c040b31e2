"""The loop of the durable driver: one thread that advances all executions which its worker owns.

Everything reaches it through the mailbox: replies of handlers (from their threads), new executions (from whoever starts
them), a nudge (something was written to the store). A round takes what is there, wakes what is due, looks at the store
if it has changed, advances every entry that was touched, commits all their turns as one group, and dispatches what the
stored turns ask for. Between rounds it sleeps in the mailbox.
"""

from __future__ import annotations

from functools import partial
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING

from asl.drivers.durable import hosts
from asl.drivers.durable.calls import Calls
from asl.drivers.durable.claims import LEASE, Claims, Identity, Machines
from asl.drivers.durable.memory import NEAR, Memory
from asl.drivers.durable.promise import Promise
from asl.drivers.durable.standin import Seat
from asl.drivers.durable.turns import NewExecution, Started, Turns
from asl.drivers.durable.watchers import Watchers
from asl.errors import StoreError
from asl.kernel.turns import next_due

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from asl.drivers.clock import Clock
    from asl.drivers.durable.entry import Entry
    from asl.drivers.durable.memory import Act
    from asl.drivers.durable.runners import Job, Runner
    from asl.stores.base import Execution, LogLine, Store, Worker
    from asl.tasks.call import Reply

__all__ = ["LEASE", "Engine", "Machines", "NewExecution", "Started"]

#: How long work may lie about until one more thread is asked to help, in seconds.
_LOOK = 0.0005

#: After a failed commit, how long until the next try.
_AGAIN = 1_000

#: Virtual time doesn't jump further than this at once: what waits longer waits for somebody.
_HORIZON = 300 * 24 * 3_600_000

#: Idle is who has nothing to do for so long.
_IDLE = 60_000


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
        self._clock = clock
        self._runner = runner
        self._tell = tell or (lambda _: None)
        self._mailbox: SimpleQueue[Act] = SimpleQueue()
        self._memory = memory = Memory()
        self._entries = memory.entries
        self._watchers = watchers = Watchers(news)
        self._calls = calls = Calls(store, clock, runner, memory, self._mailbox.put, self.nudge)
        identity = Identity(is_dead, host, pid, lease)
        self._claims = claims = Claims(store, identity, machines, memory, calls, watchers, self._tell)
        self._turns = Turns(store, machines, clock, memory, calls, claims, watchers, log)
        self._seat = Seat(self._stand_in, self.nudge)
        self._next_scan = 0
        self._failed_until: int | None = None
        self._stopped = False  # no start is taken any more
        self._stopping = False  # and all that were taken before have been seen

    # -- from other threads --------------------------------------------------------------------------------------------

    def start(self, new: NewExecution) -> Started:
        """Start an execution here. The future's result says that it is in the store, or why it was refused; it raises
        StoreError when the store failed, HandlerError when handlers are missing here, AslError when the worker has
        stopped."""
        started: Started = Promise()
        if self._stopped:
            self._turns.turn_away(new, started)
            return started
        self._mailbox.put(partial(self._turns.begin, new, started))
        if self._turns.closed:  # only just: there may be nobody left to read it
            self._take_mail(None)
        return started

    def watch(self, execution: int) -> Promise[str]:
        """The status with which an execution that is started here next will end; RUNNING if others go on with it. It
        raises what its start raises, and is cancelled when its start is refused or the worker stops before its end."""
        return self._watchers.watch(execution)

    def nudge(self) -> None:
        """Something was written to the store that may concern this worker."""
        self._mailbox.put(self._claims.look)

    def stop(self) -> None:
        """Take up nothing new; ``run`` returns when all calls under way have returned."""
        self._stopped = True
        self._mailbox.put(self._stop)

    def _stop(self, _: int) -> None:
        self._stopping = self._claims.closed = True

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
        self._runner.lend(hand=True)
        busy = self._round()
        while self._calls.running or self._memory.touched or not self._stopping:
            if self._runner.quick and self._free_hands() > 0:
                self._make_quick_calls()
            if until_idle and not busy and self._is_idle():
                break
            busy = self._round(self._wait())
        self.close()

    def _make_quick_calls(self) -> None:
        made: list[tuple[Job, Reply]] = []
        self._seat.leave()
        try:
            self._runner.make_quick_calls(made)
        finally:
            self._seat.back()
            now = self._clock.now()
            for job, reply in made:
                self._calls.answered(job.key, reply, job.ended, now)

    def _stand_in(self) -> None:
        """In another thread: rounds until the engine's own is back."""
        self._runner.lend(hand=False)
        while not self._seat.wanted:
            self._runner.hand_over(self._free_hands())
            self._round(self._wait())
        self._runner.lend(hand=True)

    def _free_hands(self) -> int:
        """How many handlers may be called beside those that are at work; whose calls wait here aren't."""
        return self._runner.limit - (self._calls.running - len(self._runner.quick))

    def _is_idle(self) -> bool:
        at_work = self._calls.running or self._memory.touched or self._turns.has_unsaved
        if at_work or self._failed_until is not None:
            return False
        now = self._clock.now()
        try:
            moment = self._next_moment()
        except StoreError as problem:
            self._fail(problem, now)
            return False
        return moment is None or moment > now + _IDLE

    def run_until_idle(self, until: int | None = None) -> None:
        """Work in virtual time until nothing happens by itself any more, or up to a moment."""
        while True:
            self._claims.look()
            busy = self._round()
            if busy or not self._mailbox.empty() or (self._memory.touched and self._failed_until is None):
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
        """Let go of all executions; those with calls under way are then taken to be in doubt. With a store that fails,
        others find them when this worker's lease has run out."""
        self._stopped = True
        self._seat.close()
        self._runner.close()
        try:
            self._claims.leave()
        except StoreError as problem:
            self._tell(f"{problem}; what this worker owned goes to others when its lease has run out")
        self._turns.close()
        self._take_mail(None)  # starts that nobody else would answer
        self._watchers.close()

    def _round(self, first: Act | None = None) -> bool:
        """One round; ``first`` is mail that was taken out already. Whether anything was there to do."""
        busy = self._take_mail(first)
        now = self._clock.now()
        busy = self._memory.let_happen(now) or busy
        if self._failed_until is not None:
            if now < self._failed_until:
                return busy
            self._failed_until = None
        claims = self._claims
        try:
            if claims.astray:
                claims.find_own(now)
            if now >= claims.next_beat:
                claims.beat(now)
            if now >= self._next_scan:
                self._next_scan = now + NEAR // 2
                self._memory.arm_all(now)
            if now >= claims.next_poll:
                busy = claims.poll(now) or busy
            return self._turns.advance(now) or busy
        except StoreError as problem:
            self._fail(problem, now)
            return busy

    def _fail(self, problem: StoreError, now: int) -> None:
        self._tell(f"{problem}; trying again every {_AGAIN // 1000} s")
        self._failed_until = now + _AGAIN
        self._claims.doubt()

    def _take_mail(self, mail: Act | None) -> bool:
        mailbox = self._mailbox
        if mail is None and mailbox.empty():
            return False
        now = self._clock.now()
        if mail is not None:
            mail(now)
        while not mailbox.empty():
            try:
                mail = mailbox.get_nowait()
            except Empty:  # when the worker has stopped, several may be looking
                break
            mail(now)
        return True

    def _wait(self) -> Act | None:
        """Sleep until there is mail or something is to be done."""
        if self._memory.touched and self._failed_until is None:
            return None
        now = self._clock.now()
        if self._failed_until is None:
            moment = min(self._claims.next_poll, self._claims.next_beat, self._next_scan)
        else:
            moment = self._failed_until
        due = self._memory.next_moment
        delay = max(0, (moment if due is None else min(moment, due)) - now) / 1000
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
        moments = [next_due(entry.core) for entry in self._entries.values()]
        moments += [moment for moment in (self._memory.next_moment, self._claims.next_due()) if moment is not None]
        return min(moments, default=None)

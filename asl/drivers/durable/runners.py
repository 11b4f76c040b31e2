"""How the handlers of stored executions are called.

Each runner takes calls and gives every one's reply to ``done``. ``Inline`` calls in the engine's own thread, which is
all a test in virtual time needs. ``Pool`` has threads for sync handlers and one event loop for async ones.

The pool grows by need: while one thread gets through the work, no other is woken. Whenever work has been left lying for
a moment, one more thread joins in. Calls of handlers that are known to be quick (``pace.py``) are left to the engine's
thread, as long as it lends a hand.
"""

from __future__ import annotations

import asyncio
from collections import deque
from contextlib import suppress
from queue import SimpleQueue
from threading import Thread
from time import perf_counter
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from asl.drivers.durable.pace import QUICK, Paces
from asl.drivers.spell import Stopwatch
from asl.errors import HandlerError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from asl.drivers.clock import Clock
    from asl.kernel.outcome import Outcome
    from asl.tasks.call import Call, Handler, Reply


#: So long the engine's thread makes quick calls before it looks at what else there is, in seconds.
_A_MOMENT = 0.001


class Done(Protocol):
    """Takes the key of a call, its reply and the modelled moment at which the handler ended; None: just now."""

    def __call__(self, key: Any, reply: Reply, ended: int | None) -> None: ...


class Job(NamedTuple):
    """One call to be made."""

    key: Any  # the caller's name for it
    call: Call
    arguments: tuple[Any, ...]  # of the handler
    began: int  # the moment
    spell: Spell | None  # None: the handler wants no context
    done: Done  # may be called before ``run`` returns, and from any thread

    @property
    def ended(self) -> int | None:
        """Once it is made: the modelled moment at which the handler ended; None: just now."""
        return None if self.spell is None else self.spell.ended()


class Runner(Protocol):
    """See the module."""

    limit: int  # how many calls may be under way at a time

    @property
    def quick(self) -> Collection[Job]:
        """Calls that wait for the engine's thread to make them."""

    @property
    def has_work(self) -> bool:
        """Whether calls wait for a thread of the runner's own."""

    def is_quick(self, handler: Handler) -> bool:
        """Whether calls of this one go to ``quick`` now."""

    def run(self, job: Job) -> None:
        """Make a call."""

    def cancel(self, key: Any) -> None:
        """Nobody waits for it any more: an async handler is cancelled, any other goes on unheard."""

    def nudge(self) -> None:
        """It had work a moment ago; if that lies there still, let one more thread do it."""

    def lend(self, *, hand: bool) -> None:
        """Whether the engine's thread makes quick calls from now on."""

    def hand_over(self, calls: int) -> None:
        """Let threads make so many of the quick calls that wait, for the engine's thread is away."""

    def make_quick_calls(self, made: list[tuple[Job, Reply]]) -> None:
        """Make them in this thread, for a moment; some may be left then. Replies go to ``made``, not to ``done``."""

    def close(self) -> None:
        """Make no more calls; what is under way goes on unheard."""


class Spell(Stopwatch):
    """What a handler may do with time and with task tokens (see ``asl.tasks.context.Spell``)."""

    __slots__ = ("_answer", "_beat")

    def __init__(
        self,
        clock: Clock,
        began: int,
        beat: Callable[[str | None, int], None],
        answer: Callable[[str, Outcome], None],
    ) -> None:
        super().__init__(clock, began)
        self._beat = beat
        self._answer = answer

    def heartbeat(self, token: str | None = None) -> None:
        """The handler's own task is alive, or the one that waits with this token."""
        self._beat(token, self.now())

    def callback(self, token: str, outcome: Outcome) -> None:
        """Answer the task that waits with this token."""
        self._answer(token, outcome)

    def ended(self) -> int | None:
        """The modelled moment at which the handler has ended; None: just now."""
        return self._spent if self._clock.virtual else None


class Inline:
    """Calls in the thread of the engine."""

    limit = 1_000_000
    quick: Collection[Job] = ()
    has_work = False

    def is_quick(self, handler: Handler) -> bool:
        return True

    def run(self, job: Job) -> None:
        _tell(job, asyncio.run(_call_async(job)) if job.call.is_async else _call(job))

    def cancel(self, key: Any) -> None:
        """A call has always returned by now."""

    def nudge(self) -> None:
        """Nothing is left lying."""

    def lend(self, *, hand: bool) -> None:
        """It makes all calls anyway."""

    def hand_over(self, calls: int) -> None:
        """None wait."""

    def make_quick_calls(self, made: list[tuple[Job, Reply]]) -> None:
        """There are none."""

    def close(self) -> None:
        """There is nothing to end."""


class Pool:
    """Threads, at most ``limit`` of them, and an event loop when it is needed."""

    def __init__(self, limit: int = 128) -> None:
        if limit < 1:
            raise HandlerError(f"a worker needs at least one thread, not {limit}")
        self.limit = limit
        self.quick: deque[Job] = deque()
        self._lent = False  # the engine's thread lends a hand
        self._paces = Paces()
        self._work: SimpleQueue[Job | None] = SimpleQueue()
        self._threads: list[Thread] = []
        self._taken = self._seen = 0
        self._loop: asyncio.AbstractEventLoop | None = None
        self._loop_thread: Thread
        self._async: dict[Any, asyncio.Task[None]] = {}

    def is_quick(self, handler: Handler) -> bool:
        pace = self._paces.get(id(handler))
        return pace is not None and pace.is_quick and self._lent

    def run(self, job: Job) -> None:
        if job.call.is_async:
            loop = self._event_loop()
            loop.call_soon_threadsafe(self._begin, job)
        elif self.is_quick(job.call.handler):
            self.quick.append(job)
        else:
            self._give(job)

    def _give(self, job: Job) -> None:
        if not self._threads:
            self._add_thread()
        self._work.put(job)

    def cancel(self, key: Any) -> None:
        if self._loop is not None and key in self._async:
            self._loop.call_soon_threadsafe(self._cancel, key)

    @property
    def has_work(self) -> bool:
        return not self._work.empty()

    def nudge(self) -> None:
        if self._taken == self._seen and len(self._threads) < self.limit and self.has_work:
            self._add_thread()  # for nothing was taken since the last look
        self._seen = self._taken

    def lend(self, *, hand: bool) -> None:
        self._lent = hand

    def hand_over(self, calls: int) -> None:
        with suppress(IndexError):  # the engine's thread may come back and take the last one at this moment
            for _ in range(min(calls, len(self.quick))):
                self._give(self.quick.popleft())

    def make_quick_calls(self, made: list[tuple[Job, Reply]]) -> None:
        quick, began = self.quick, perf_counter()
        before, enough = began, began + _A_MOMENT
        while quick and before < enough:
            try:
                job = quick.popleft()
            except IndexError:  # somebody stands in, and has given them to threads
                return
            made.append((job, _call(job)))
            now = perf_counter()
            if now - before > QUICK:
                self._paces.took(job.call.handler, now - before)
            before = now

    def close(self) -> None:
        for _ in self._threads:
            self._work.put(None)
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._loop_thread.join()
            self._loop = None

    def _add_thread(self) -> None:
        thread = Thread(target=self._serve, name=f"asl-task-{len(self._threads)}", daemon=True)
        self._threads.append(thread)
        thread.start()

    def _serve(self) -> None:
        while True:
            job = self._work.get()
            if job is None:
                return
            self._taken += 1  # read by the engine only to see movement; a lost count does no harm
            began = perf_counter()
            reply = _call(job)
            self._paces.took(job.call.handler, perf_counter() - began)
            _tell(job, reply)

    def _event_loop(self) -> asyncio.AbstractEventLoop:
        if self._loop is None:
            self._loop = asyncio.new_event_loop()
            self._loop_thread = Thread(target=_serve, args=(self._loop,), name="asl-tasks-async", daemon=True)
            self._loop_thread.start()
        return self._loop

    def _begin(self, job: Job) -> None:
        self._async[job.key] = asyncio.get_running_loop().create_task(self._await(job))

    def _cancel(self, key: Any) -> None:
        task = self._async.pop(key, None)
        if task is not None:
            task.cancel()

    async def _await(self, job: Job) -> None:
        try:
            reply = await _call_async(job)
        except asyncio.CancelledError as cancelled:  # given up, or the handler's own
            reply = job.call.error(cancelled)
        self._async.pop(job.key, None)
        _tell(job, reply)


def _serve(loop: asyncio.AbstractEventLoop) -> None:
    loop.run_forever()
    for task in asyncio.all_tasks(loop):
        task.cancel()
    loop.run_until_complete(asyncio.sleep(0))  # lets them end
    loop.close()


def _tell(job: Job, reply: Reply) -> None:
    job.done(job.key, reply, job.ended)


def _call(job: Job) -> Reply:
    try:
        result = job.call.handler(*job.arguments)
    except (Exception, SystemExit) as error:  # noqa: BLE001 - whatever a handler raises is its task's failure
        return job.call.error(error)
    return job.call.answer(result, job.began)


async def _call_async(job: Job) -> Reply:
    try:
        result = await job.call.handler(*job.arguments)
    except (Exception, SystemExit) as error:  # noqa: BLE001 - whatever a handler raises is its task's failure
        return job.call.error(error)
    return job.call.answer(result, job.began)

"""The concurrent driver: asyncio. ``async def`` handlers are awaited, sync ones run on a thread pool, and what the
machine runs side by side really runs side by side.

In real time outcomes are delivered as they come, and a task that is late is answered by its time-out: an async handler
is then cancelled, a thread goes on unheard. In virtual time nothing is delivered while a handler is at work; then all
that has been answered is delivered in the order of the modelled moments. So the history there is the same to the letter
as the inline driver's, whatever the threads do.
"""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from heapq import heappop, heappush
from threading import get_ident
from typing import TYPE_CHECKING, Any

from asl.drivers.callbacks import Callbacks
from asl.drivers.feed import Feed
from asl.drivers.patience import give_up
from asl.drivers.settle import settle
from asl.drivers.spell import Spell
from asl.kernel.commands import Cancel, Invoke, Sleep
from asl.tasks.call import Call

if TYPE_CHECKING:
    from collections.abc import Callable

    from asl.drivers.clock import Clock
    from asl.drivers.feed import Listener
    from asl.kernel.core import Core
    from asl.tasks.call import Reply
    from asl.tasks.registry import Tasks

#: Threads for sync handlers. A Map runs at most 40 iterations at a time; Maps beside each other may want more.
_THREADS = 128


async def run(core: Core, tasks: Tasks, clock: Clock, listener: Listener | None = None) -> None:
    """Run a started execution to its end on the running event loop."""
    driver = _Loop(core, tasks, clock, Feed(core, listener) if listener else None)
    try:
        await driver.run()
    finally:
        driver.close()


class _Loop:
    __slots__ = (
        "_answered",
        "_broken",
        "_callbacks",
        "_clock",
        "_core",
        "_feed",
        "_heap",
        "_later",
        "_loop",
        "_pool",
        "_serial",
        "_tasks",
        "_thread",
        "_working",
    )

    def __init__(self, core: Core, tasks: Tasks, clock: Clock, feed: Feed | None) -> None:
        self._core = core
        self._tasks = tasks
        self._clock = clock
        self._feed = feed
        self._heap: list[tuple[int, int, int, Callable[..., Any], tuple[Any, ...]]] = []
        self._serial = 0
        self._later = 0
        if tasks:  # else nobody calls back
            self._callbacks = Callbacks()
        self._broken: BaseException | None = None
        self._working: dict[tuple[str, int], asyncio.Task[None]] = {}
        self._answered = asyncio.Event()
        self._pool: ThreadPoolExecutor | None = None
        self._loop = asyncio.get_running_loop()
        self._thread = get_ident()

    def close(self) -> None:
        """Let go of what is still at work; nobody listens to it any more."""
        working, self._working = self._working, {}
        for task in working.values():
            task.cancel()
        if self._pool is not None:
            self._pool.shutdown(wait=False, cancel_futures=True)

    async def run(self) -> None:
        core = self._core
        while True:
            while core.ready:
                core.step(self._clock.now())
                if self._feed is not None:
                    self._feed()
            if core.status != "RUNNING":
                return
            if core.commands:
                self._carry_out()
            else:
                await self._next_moment()
            if self._feed is not None:
                self._feed()

    async def _next_moment(self) -> None:
        """Deliver what is due, or wait for the next answer or moment."""
        clock, heap = self._clock, self._heap
        if clock.virtual:
            while self._working:
                await self._answer()
            if not heap:
                give_up(self._core, clock)
                return
            clock.sleep_until(heap[0][0])
        elif not heap or heap[0][0] > clock.now():
            if not heap and not self._working:
                give_up(self._core, clock)
                return
            delay = (heap[0][0] - clock.now()) / 1000 if heap else None
            await self._answer(delay)
            return
        moment, _, _, act, arguments = heappop(heap)
        act(*arguments, max(moment, clock.now()))

    async def _answer(self, delay: float | None = None) -> None:
        """Wait until a handler has answered, at most ``delay`` seconds."""
        try:
            await asyncio.wait_for(self._answered.wait(), delay)
        except TimeoutError:
            return
        self._answered.clear()
        if self._broken is not None:
            raise self._broken

    def _at(self, moment: int, act: Callable[..., Any], *arguments: Any) -> None:
        """Let ``act(*arguments, now)`` happen at a moment."""
        self._push(moment, self._next_serial(), act, *arguments)

    def _push(self, moment: int, serial: int, act: Callable[..., Any], *arguments: Any) -> None:
        """The same, with a place among what happens at that moment: that of an invocation, not of when it answers.

        What one invocation lets happen at one moment goes in the order in which it was said.
        """
        self._later += 1
        heappush(self._heap, (moment, serial, self._later, act, arguments))

    def _next_serial(self) -> int:
        self._serial += 1
        return self._serial

    def _carry_out(self) -> None:
        core = self._core
        commands, core.commands = core.commands, []
        for command in commands:
            match command:
                case Invoke():
                    self._invoke(command)
                case Sleep(frame, wait, until):
                    self._at(until, core.wake, frame, wait)
                case Cancel(frame, wait):
                    task = self._working.pop((frame, wait), None)
                    if task is not None:
                        task.cancel()

    def _invoke(self, invoke: Invoke) -> None:
        core, frame, wait = self._core, invoke.frame, invoke.wait
        if not core.is_waiting(frame, wait):
            return
        began = self._clock.now()
        call = self._tasks[invoke.state].prepare(core, invoke)
        if not core.started(frame, wait, began, call.worker):
            return
        serial = self._next_serial()
        if isinstance(call, Call):
            self._callbacks.begin(call)
            self._working[frame, wait] = self._loop.create_task(self._call(call, began, serial))
        else:
            self._push(began, serial, self._settle, invoke, call)

    async def _call(self, call: Call, began: int, serial: int) -> None:
        invoke = call.invoke
        try:
            reply, ended = await self._work(call, began, serial)
        except asyncio.CancelledError:
            raise
        except BaseException as error:  # noqa: BLE001 - the driver raises it; nobody else waits for this task
            self._broken = error
            self._answered.set()
            return
        if self._working.pop((invoke.frame, invoke.wait), None) is not None:
            self._push(ended, serial, self._settle, invoke, reply)
            self._answered.set()

    async def _work(self, call: Call, began: int, serial: int) -> tuple[Reply, int]:
        """Call the handler. Returns what becomes of its task, and the moment at which it ended."""
        invoke = call.invoke

        def at_from_anywhere(moment: int, act: Callable[..., Any], *arguments: Any) -> None:
            if get_ident() == self._thread:  # an async handler: at once, as its answer may come at once too
                self._soon(moment, serial, act, *arguments)
            else:
                self._loop.call_soon_threadsafe(self._soon, moment, serial, act, *arguments)

        spell = Spell(self._core, self._clock, self._callbacks, invoke, began, at_from_anywhere)
        arguments = (call.event, call.context(spell)) if call.wants_context else (call.event,)
        error: BaseException | None = None
        try:
            if call.is_async:
                result = await call.handler(*arguments)
            else:
                result, error = await self._loop.run_in_executor(self._threads(), _try, call.handler, arguments)
        except asyncio.CancelledError as cancelled:
            if (invoke.frame, invoke.wait) not in self._working:  # the machine gave the task up
                raise
            error = cancelled
        except (Exception, SystemExit) as raised:  # noqa: BLE001 - whatever a handler raises is its task's failure, as on Lambda
            error = raised
        reply = call.answer(result, began) if error is None else call.error(error)
        return reply, max(spell.now(), self._clock.now())

    def _settle(self, invoke: Invoke, reply: Reply, now: int) -> None:
        settle(self._core, self._at, invoke, reply, now)
        self._callbacks.returned(self._core, invoke.frame, invoke.wait, now)

    def _soon(self, moment: int, serial: int, act: Callable[..., Any], *arguments: Any) -> None:
        self._push(moment, serial, act, *arguments)
        self._answered.set()

    def _threads(self) -> ThreadPoolExecutor:
        if self._pool is None:
            self._pool = ThreadPoolExecutor(_THREADS, thread_name_prefix="asl-task")
        return self._pool


def _try(handler: Callable[..., Any], arguments: tuple[Any, ...]) -> tuple[Any, BaseException | None]:
    """A handler's result or exception, both as values: a future can't carry StopIteration."""
    try:
        return handler(*arguments), None
    except (Exception, SystemExit) as error:  # noqa: BLE001 - whatever a handler raises is its task's failure, as on Lambda
        return None, error

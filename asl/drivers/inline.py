"""The inline driver: one thread, handlers called directly. For unit tests and ``asl run``; the fastest way.

All that will happen stands in one heap by its moment: sleeps that end, tasks that are late, heartbeats, and the
outcomes of handlers (which were called already, but in virtual time may have *spent* time). Whatever comes first is
delivered first, so a time-out beats a slower handler without anybody comparing the two. When nothing is ready the clock
moves to the first moment in the heap: by sleeping, or in virtual time by jumping there.

Handlers that are in flight at the same time on AWS are called one after the other here, in the order in which they were
scheduled, before any of their outcomes is delivered.
"""

from __future__ import annotations

from heapq import heappop, heappush
from typing import TYPE_CHECKING, Any

from asl.drivers.callbacks import Callbacks
from asl.drivers.feed import Feed
from asl.drivers.patience import give_up
from asl.drivers.settle import settle
from asl.drivers.spell import Spell
from asl.kernel.commands import Invoke, Sleep
from asl.kernel.outcome import Value
from asl.tasks.call import BoundTask, Call

if TYPE_CHECKING:
    from collections.abc import Callable

    from asl.drivers.clock import Clock
    from asl.drivers.feed import Listener
    from asl.kernel.core import Core
    from asl.tasks.call import Reply
    from asl.tasks.registry import Tasks


def run(core: Core, tasks: Tasks, clock: Clock, listener: Listener | None = None) -> None:
    """Run a started execution to its end. ``listener`` gets the new events and notes after each step."""
    _Loop(core, tasks, clock, Feed(core, listener) if listener else None).run()


class _Loop:
    __slots__ = ("_callbacks", "_clock", "_core", "_feed", "_heap", "_serial", "_tasks")

    def __init__(self, core: Core, tasks: Tasks, clock: Clock, feed: Feed | None) -> None:
        self._core = core
        self._tasks = tasks
        self._clock = clock
        self._feed = feed
        self._heap: list[tuple[int, int, Callable[..., Any], tuple[Any, ...]]] = []
        self._serial = 0
        if tasks:  # else nobody calls back
            self._callbacks = Callbacks()

    def run(self) -> None:
        core, feed, heap = self._core, self._feed, self._heap
        ready, step, now = core.ready, core.step, self._clock.now
        while True:
            while ready:
                step(now())
                if feed is not None:
                    feed()
            if core.status != "RUNNING":
                return
            if core.commands:
                self._carry_out()
            elif heap:
                self._next_moment()
            else:
                give_up(core, self._clock)
            if feed is not None:
                feed()

    def _next_moment(self) -> None:
        moment, _, act, arguments = heappop(self._heap)
        self._clock.sleep_until(moment)
        act(*arguments, self._clock.now())

    def _at(self, moment: int, act: Callable[..., Any], *arguments: Any) -> None:
        """Let ``act(*arguments, now)`` happen at a moment."""
        self._serial += 1
        heappush(self._heap, (moment, self._serial, act, arguments))

    def _carry_out(self) -> None:
        core = self._core
        commands = core.commands
        alone = len(commands) == 1
        if alone and self._feed is None:
            command = commands[0]
            if type(command) is Invoke:
                task = self._tasks[command.state]
                if type(task) is BoundTask and task.direct:
                    commands.pop()
                    self._invoke_directly(command, task)
                    return
        core.commands = []
        for command in commands:
            if type(command) is Invoke:
                self._invoke(command, alone=alone)
            elif type(command) is Sleep:
                self._at(command.until, core.wake, command.frame, command.wait)
            # A Cancel has nothing to do here: a handler has always returned by now.

    def _invoke(self, invoke: Invoke, *, alone: bool) -> None:
        core, frame, wait = self._core, invoke.frame, invoke.wait
        if not core.is_waiting(frame, wait):
            return
        began = self._clock.now()
        call = self._tasks[invoke.state].prepare(core, invoke)
        if not core.started(frame, wait, began, call.worker):
            return
        reply, ended = self._call(call, began) if isinstance(call, Call) else (call, began)
        if alone and ended == began and not core.commands and (not self._heap or self._heap[0][0] > ended):
            self._settle(invoke, reply, ended)  # nothing else could come first
        else:
            self._at(ended, self._settle, invoke, reply)

    def _settle(self, invoke: Invoke, reply: Reply, now: int) -> None:
        settle(self._core, self._at, invoke, reply, now)
        self._callbacks.returned(self._core, invoke.frame, invoke.wait, now)

    def _invoke_directly(self, invoke: Invoke, task: BoundTask) -> None:
        """``_invoke`` for the only command and a handler that does nothing but return or raise.

        A frame that is given up leaves a Cancel beside its Invoke, so an Invoke alone is waited for. A state that
        evaluates nothing takes no time: the clock needn't be asked again before its task begins, nor after it.
        """
        core, heap, now = self._core, self._heap, self._clock.now
        frame = core.frames[invoke.frame]
        if not core.begin(frame, core.now if task.light else now()):
            return
        outcome = task.outcome(core, invoke)
        ended = now()
        if core.commands or (heap and heap[0][0] <= ended):
            self._at(ended, core.resume, invoke.frame, invoke.wait, outcome)
            return
        core.answer(frame, outcome, ended)
        if task.light and type(outcome) is Value and core.ready and core.ready[0] is frame:
            core.step(ended)

    def _call(self, call: Call, began: int) -> tuple[Reply, int]:
        """Call the handler. Returns what becomes of its task, and the moment at which it ended."""
        self._callbacks.begin(call)
        spell: Spell | None = None
        if call.wants_context:
            spell = Spell(self._core, self._clock, self._callbacks, call.invoke, began, self._at)
        try:
            result = call.handler(call.event) if spell is None else call.handler(call.event, call.context(spell))
        except (Exception, SystemExit) as error:  # noqa: BLE001 - whatever a handler raises is its task's failure
            reply = call.error(error)
        else:
            reply = call.answer(result, began)
        ended = self._clock.now()
        return reply, ended if spell is None else max(ended, spell.now())

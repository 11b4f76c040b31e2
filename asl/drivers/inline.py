"""The inline driver: one thread, handlers called directly. For unit tests and ``asl run``; the fastest way.

All that will happen stands in one heap by its moment: sleeps that end, tasks that are late, heartbeats, and the outcomes of
handlers (which were called already, but in virtual time may have *spent* time). Whatever comes first is delivered first,
so a time-out beats a slower handler without anybody comparing the two. When nothing is ready the clock moves to the first
moment in the heap: by sleeping, or in virtual time by jumping there.

Handlers that are in flight at the same time on AWS are called one after the other here, in the order in which they were
scheduled, before any of their outcomes is delivered.
"""

from __future__ import annotations

from heapq import heappop, heappush
from typing import TYPE_CHECKING, Any

from asl.kernel.commands import Invoke, Sleep
from asl.tasks.call import Call

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from asl.drivers.clock import Clock
    from asl.kernel.core import Core
    from asl.kernel.events import Event, Note
    from asl.kernel.outcome import Outcome
    from asl.tasks.call import BoundTask

    Listener = Callable[[list[Event], list[Note]], None]


def run(core: Core, tasks: Mapping[str, BoundTask], clock: Clock, listener: Listener | None = None) -> None:
    """Run a started execution to its end. ``listener`` gets the new events and notes after each step."""
    _Loop(core, tasks, clock, Feed(core, listener) if listener else None).run()


class Feed:
    """Hands new events and notes to a listener."""

    __slots__ = ("_core", "_events", "_listener", "_notes")

    def __init__(self, core: Core, listener: Listener) -> None:
        self._core = core
        self._listener = listener
        self._events = self._notes = 0

    def __call__(self) -> None:
        """Tell what is new, if anything."""
        core = self._core
        events, notes = core.events[self._events :], core.notes[self._notes :]
        if events or notes:
            self._events += len(events)
            self._notes += len(notes)
            self._listener(events, notes)


class _Loop:
    __slots__ = ("clock", "core", "feed", "heap", "serial", "tasks")

    def __init__(self, core: Core, tasks: Mapping[str, BoundTask], clock: Clock, feed: Feed | None) -> None:
        self.core = core
        self.tasks = tasks
        self.clock = clock
        self.feed = feed
        self.heap: list[tuple[int, int, Callable[..., Any], tuple[Any, ...]]] = []
        self.serial = 0

    def run(self) -> None:
        core, feed, heap = self.core, self.feed, self.heap
        ready, step, now = core.ready, core.step, self.clock.now
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
                raise AssertionError("nothing is ready, nothing is under way, and the execution has not ended")
            if feed is not None:
                feed()

    def _next_moment(self) -> None:
        moment, _, act, arguments = heappop(self.heap)
        self.clock.sleep_until(moment)
        act(*arguments, self.clock.now())

    def at(self, moment: int, act: Callable[..., Any], *arguments: Any) -> None:
        """Let ``act(*arguments, now)`` happen at a moment."""
        self.serial += 1
        heappush(self.heap, (moment, self.serial, act, arguments))

    def _carry_out(self) -> None:
        core = self.core
        commands, core.commands = core.commands, []
        alone = len(commands) == 1 and not self.heap
        for command in commands:
            if type(command) is Invoke:
                self._invoke(command, alone=alone)
            elif type(command) is Sleep:
                self.at(command.until, core.wake, command.frame, command.wait)
            # A Cancel has nothing to do here: a handler has always returned by now.

    def _invoke(self, invoke: Invoke, *, alone: bool) -> None:
        core = self.core
        began = self.clock.now()
        if not core.started(invoke.frame, invoke.wait, began):
            return
        call = self.tasks[invoke.state].prepare(core, invoke)
        outcome, ended = (call, began) if not isinstance(call, Call) else self._call(call, began)
        if alone and not core.commands and ended == began:  # nothing else could come first
            core.resume(invoke.frame, invoke.wait, outcome, ended)
        else:
            self.at(ended, self._deliver, invoke, outcome, ended)

    def _deliver(self, invoke: Invoke, outcome: Outcome, ended: int, now: int) -> None:
        self.core.resume(invoke.frame, invoke.wait, outcome, max(ended, now))

    def _call(self, call: Call, began: int) -> tuple[Outcome, int]:
        """Call the handler. Returns its outcome and the moment at which it ended."""
        spell = _Spell(self, call, began) if call.wants_context else None
        try:
            if spell is None:
                result = call.handler(call.event)
            else:
                result = call.handler(call.event, call.context(spell.now, spell.sleep, spell.heartbeat))
        except Exception as error:  # noqa: BLE001 - whatever a handler raises is its task's failure, as on Lambda
            outcome: Outcome = call.error(error)
        else:
            outcome = call.answer(result, began)
        ended = self.clock.now()
        return outcome, ended if spell is None else max(ended, spell.now())


class _Spell:
    """The time that one handler spends: its own little clock, ahead of the execution's in virtual time."""

    __slots__ = ("_call", "_loop", "_spent")

    def __init__(self, loop: _Loop, call: Call, began: int) -> None:
        self._loop = loop
        self._call = call
        self._spent = began

    def now(self) -> int:
        clock = self._loop.clock
        return self._spent if clock.virtual else clock.now()

    def sleep(self, seconds: float) -> None:
        clock = self._loop.clock
        if clock.virtual:
            self._spent += round(seconds * 1000)
        else:
            clock.sleep_until(clock.now() + round(seconds * 1000))

    def heartbeat(self) -> None:
        invoke = self._call.invoke
        self._loop.at(self.now(), self._loop.core.heartbeat, invoke.frame, invoke.wait)

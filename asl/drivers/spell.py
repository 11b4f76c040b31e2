"""What one handler may do with time and with task tokens: its own little clock, in virtual time ahead of the
execution's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from asl.kernel.tokens import waiting_with

if TYPE_CHECKING:
    from collections.abc import Callable

    from asl.drivers.callbacks import Callbacks
    from asl.drivers.clock import Clock
    from asl.kernel.commands import Invoke
    from asl.kernel.core import Core
    from asl.kernel.outcome import Outcome


class Stopwatch:
    """The time that a handler spends, really or modelled."""

    __slots__ = ("_clock", "_spent")

    def __init__(self, clock: Clock, began: int) -> None:
        self._clock = clock
        self._spent = began

    def now(self) -> int:
        """The moment as the handler sees it."""
        return self._spent if self._clock.virtual else self._clock.now()

    def sleep(self, seconds: float) -> None:
        """Spend time, really or modelled."""
        milliseconds = round(seconds * 1000)
        if self._clock.virtual:
            self._spent += milliseconds
        else:
            self._clock.sleep_until(self._clock.now() + milliseconds)


class Spell(Stopwatch):
    """See ``asl.tasks.context.Spell``. ``at(moment, act, *arguments)`` lets the driver do something at a moment."""

    __slots__ = ("_at", "_callbacks", "_core", "_invoke")

    def __init__(
        self, core: Core, clock: Clock, callbacks: Callbacks, invoke: Invoke, began: int, at: Callable[..., Any]
    ) -> None:
        super().__init__(clock, began)
        self._core = core
        self._callbacks = callbacks
        self._invoke = invoke
        self._at = at

    def heartbeat(self, token: str | None = None) -> None:
        """The handler's own task is alive, or the one that waits with this token."""
        if token is None:
            self._at(self.now(), self._core.heartbeat, self._invoke.frame, self._invoke.wait)
        else:
            self._at(self.now(), self._beat, token)

    def callback(self, token: str, outcome: Outcome) -> None:
        """Answer the task that waits with this token."""
        self._at(self.now(), self._callbacks.answer, self._core, token, outcome)

    def _beat(self, token: str, now: int) -> None:
        frame = waiting_with(self._core, token)
        if frame is not None:
            self._core.heartbeat(frame.id, frame.wait_id, now)

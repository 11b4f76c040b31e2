"""The time that one handler spends: its own little clock, which in virtual time runs ahead of the execution's."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from asl.drivers.clock import Clock


class Spell:
    """What a handler's context needs of time. ``beat`` is told the moment of each heartbeat."""

    __slots__ = ("_beat", "_clock", "_spent")

    def __init__(self, clock: Clock, began: int, beat: Callable[[int], None]) -> None:
        self._clock = clock
        self._spent = began
        self._beat = beat

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

    def heartbeat(self) -> None:
        """Tell that the task is alive."""
        self._beat(self.now())

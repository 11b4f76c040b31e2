"""What time it is for an execution. All moments are whole milliseconds since the epoch (UTC)."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable

#: Where virtual time begins unless told otherwise, so that the same seed gives the same history: 2026-01-01T00:00:00Z.
VIRTUAL_START = 1_767_225_600_000

_MILLISECOND = 1_000_000  # nanoseconds


class Clock(Protocol):
    """A source of time that never goes backwards."""

    virtual: bool

    def now(self) -> int:
        """The present moment."""

    def sleep_until(self, moment: int) -> None:
        """Return when ``moment`` has come; at once if it is past."""


class RealClock:
    """The machine's clock.

    If that is set back, time goes on from where it was, by a tenth slower until the machine's clock has caught up: a
    wait of ten seconds takes eleven, and not an hour. If it is set forward, or the machine has slept, time jumps with
    it, at most a millisecond later. ``wall`` and ``steady`` are the two clocks of the machine, in nanoseconds.
    """

    virtual = False

    def __init__(self, wall: Callable[[], int] = time.time_ns, steady: Callable[[], int] = time.monotonic_ns) -> None:
        self._wall = wall
        self._steady = steady
        self._last = self._compared = steady()
        self._ahead = wall() - self._last  # of the steady clock

    def now(self) -> int:
        """The present moment."""
        steady = self._steady()
        if steady - self._compared >= _MILLISECOND:  # a step asks every few microseconds
            self._compare(steady)
        self._last = steady
        return (steady + self._ahead) // _MILLISECOND

    def _compare(self, steady: int) -> None:
        """Look at the other clock. Time never loses more than has passed since it was last told."""
        slower = min((steady - self._compared) // 10, steady - self._last)
        self._ahead = max(self._wall() - steady, self._ahead - slower)
        self._compared = steady

    def sleep_until(self, moment: int) -> None:
        """Sleep for real."""
        delay = moment - self.now()
        if delay > 0:
            time.sleep(delay / 1000)


class VirtualClock:
    """Time that passes only when nothing else can happen: it jumps to the next moment somebody waits for."""

    virtual = True

    def __init__(self, start: int = VIRTUAL_START) -> None:
        self._now = start

    def now(self) -> int:
        """The modelled moment."""
        return self._now

    def sleep_until(self, moment: int) -> None:
        """Jump."""
        self._now = max(self._now, moment)


def clock_of(clock: str | Clock) -> Clock:
    """``"virtual"``, ``"real"``, or a clock as it is."""
    if clock == "virtual":
        return VirtualClock()
    if clock == "real":
        return RealClock()
    if isinstance(clock, str):
        raise ValueError(f'clock must be "virtual", "real" or a Clock, not {clock!r}')
    return clock

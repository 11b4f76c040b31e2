"""What time it is for an execution. All moments are whole milliseconds since the epoch (UTC)."""

from __future__ import annotations

import time
from typing import Protocol

#: Where virtual time begins unless told otherwise, so that the same seed gives the same history: 2026-01-01T00:00:00Z.
VIRTUAL_START = 1_767_225_600_000


class Clock(Protocol):
    """A source of time that never goes backwards."""

    virtual: bool

    def now(self) -> int:
        """The present moment."""

    def sleep_until(self, moment: int) -> None:
        """Return when ``moment`` has come; at once if it is past."""


class RealClock:
    """The machine's clock."""

    virtual = False

    def __init__(self) -> None:
        self._last = 0

    def now(self) -> int:
        """The present moment; if the machine's clock is set back, time stands still until it has caught up."""
        now = time.time_ns() // 1_000_000
        if now < self._last:
            return self._last
        self._last = now
        return now

    def sleep_until(self, moment: int) -> None:
        """Sleep for real."""
        delay = moment - time.time_ns() // 1_000_000
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

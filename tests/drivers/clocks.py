"""Time for tests of real-time behaviour that don't wait."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Coroutine


class FakeClock:
    """Real time for the inline driver: sleeping sets it forward, and so do handlers by ``pass_time``."""

    virtual = False

    def __init__(self) -> None:
        self.moment = 1_000_000
        self.slept: list[int] = []

    def now(self) -> int:
        return self.moment

    def sleep_until(self, moment: int) -> None:
        self.slept.append(moment - self.moment)
        self.moment = max(self.moment, moment)

    def pass_time(self, seconds: float) -> None:
        self.moment += round(seconds * 1000)


class JumpingLoop(asyncio.SelectorEventLoop):
    """An event loop whose time jumps to the next timer when nothing is ready, rather than to wait for it."""

    def __init__(self) -> None:
        super().__init__()
        self.ahead = 0.0
        select = self._selector.select

        def jump(timeout: float | None = None) -> Any:
            if timeout is None:  # only a thread can wake us now
                return select(None)
            found = select(0)
            if not found:
                self.ahead += timeout
            return found

        self._selector.select = jump

    def time(self) -> float:
        return super().time() + self.ahead


class LoopClock:
    """Real time as the running loop sees it."""

    virtual = False

    def now(self) -> int:
        return round(asyncio.get_running_loop().time() * 1000)

    def sleep_until(self, moment: int) -> None:
        raise AssertionError("the loop sleeps, never the clock")


def run_jumping(main: Coroutine[Any, Any, Any]) -> Any:
    """Run a coroutine on a JumpingLoop."""
    with asyncio.Runner(loop_factory=JumpingLoop) as runner:
        return runner.run(main)

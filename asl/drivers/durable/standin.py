"""Who drives the engine's loop while its thread is in a handler.

The engine's thread makes quick calls itself (``pace.py``). For that it leaves its seat. Another thread looks every few
milliseconds whether it has been away since the last look; if so, it takes the seat and drives until the engine's thread
wants it back. So a handler that is slow for once, or asks the engine for something and waits for it, holds nobody up
for long. Only who has the seat may touch what belongs to the engine.
"""

from __future__ import annotations

from threading import Lock, Thread
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

#: How often the stand-in looks, in seconds.
_LOOK = 0.005

#: After so many looks at nothing new it sleeps until it is called.
_DOZE = 200


class Seat:
    """See the module. ``drive`` does rounds until ``wanted``; ``nudge`` wakes it if it sleeps."""

    def __init__(self, drive: Callable[[], None], nudge: Callable[[], None]) -> None:
        self._drive = drive
        self._nudge = nudge
        self._taken = Lock()
        self._taken.acquire()
        self._bell = Lock()
        self._bell.acquire()
        self._away = 0  # grows when the seat is left and when it is taken again: odd while it is left
        self._dozes = False
        self._closed = False
        self._thread: Thread | None = None
        self._problem: BaseException | None = None
        self.wanted = False  # the engine's thread is back

    def leave(self) -> None:
        """The engine's thread goes to make calls."""
        self._away += 1
        self._taken.release()
        if self._thread is None:
            self._thread = Thread(target=self._watch, name="asl-stand-in", daemon=True)
            self._thread.start()
        elif self._dozes:
            self._dozes = False
            self._bell.release()

    def back(self) -> None:
        """It is back, and waits for the stand-in to have ended its round. Raises what went wrong there."""
        if not self._taken.acquire(blocking=False):
            self.wanted = True
            self._nudge()
            self._taken.acquire()
            self.wanted = False
        self._away += 1
        if self._problem is not None:
            problem, self._problem = self._problem, None
            raise problem

    def close(self) -> None:
        """Nobody need stand in any more. Also for who was interrupted on the way to the seat or from it."""
        self._closed = self.wanted = True
        if self._thread is not None:
            self._nudge()
            if self._bell.locked():
                self._bell.release()
            self._thread.join()
            self._thread = None

    # -- the stand-in's thread -----------------------------------------------------------------------------------------

    def _watch(self) -> None:
        seen, looks = -1, 0
        while not self._closed:
            away = self._away
            looks = looks + 1 if away == seen else 0
            if looks and away % 2:
                self._stand_in(away)
            seen = away
            if looks > _DOZE:
                self._dozes = True
                if self._away % 2:  # left just before it could be told
                    self._dozes = False
            self._bell.acquire(timeout=-1 if self._dozes else _LOOK)

    def _stand_in(self, away: int) -> None:
        if not self._taken.acquire(blocking=False):
            return
        try:
            if away == self._away and not self._closed:
                self._drive()
        except BaseException as problem:  # noqa: BLE001 - it is raised in the engine's thread
            self._problem = problem
        finally:
            self._taken.release()

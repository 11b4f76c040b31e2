"""A light future: what the engine tells once, to whoever waits for it.

It has the few methods of ``concurrent.futures.Future`` that are needed, in a fifth of the time: there are two for every
execution, and mostly nobody sleeps on them.
"""

from __future__ import annotations

from concurrent.futures import CancelledError
from threading import Lock
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")

_PENDING, _KEPT, _BROKEN, _CANCELLED = range(4)

#: One for all: it is held for a few assignments.
_mutex = Lock()


class Promise(Generic[T]):
    """Kept by the engine's thread; any thread may wait for it."""

    __slots__ = ("_bells", "_calls", "_problem", "_state", "_value")

    def __init__(self) -> None:
        self._state = _PENDING
        self._value: T | None = None
        self._problem: BaseException | None = None
        self._bells: list[Lock] | None = None
        self._calls: list[Callable[[Promise[T]], object]] | None = None

    # -- who waits -----------------------------------------------------------------------------------------------------

    def done(self) -> bool:
        """Whether waiting has an end."""
        return self._state != _PENDING

    def cancelled(self) -> bool:
        """Whether nothing will come."""
        return self._state == _CANCELLED

    def result(self, timeout: float | None = None) -> T:
        """What was promised, once it is there. Raises what went wrong, CancelledError when nothing will come, and
        TimeoutError after so many seconds."""
        problem = self.exception(timeout)
        if problem is not None:
            raise problem
        return self._value  # type: ignore[return-value]  # it was kept

    def exception(self, timeout: float | None = None) -> BaseException | None:
        """What went wrong; None: nothing. Otherwise as ``result``."""
        if self._state == _PENDING:
            self._wait(timeout)
        if self._state == _CANCELLED:
            raise CancelledError
        return self._problem

    def add_done_callback(self, call: Callable[[Promise[T]], object]) -> None:
        """Call this with the promise when it is done, in the thread that does it; at once if it is."""
        with _mutex:
            if self._state == _PENDING:
                if self._calls is None:
                    self._calls = []
                self._calls.append(call)
                return
        call(self)

    def _wait(self, timeout: float | None) -> None:
        bell = Lock()
        bell.acquire()
        with _mutex:
            if self._state != _PENDING:
                return
            if self._bells is None:
                self._bells = []
            self._bells.append(bell)
        if not bell.acquire(timeout=-1 if timeout is None else timeout):
            raise TimeoutError

    # -- who promised --------------------------------------------------------------------------------------------------

    def set_result(self, value: T) -> None:
        """Here it is."""
        self._end(_KEPT, value, None)

    def set_exception(self, problem: BaseException) -> None:
        """This went wrong."""
        self._end(_BROKEN, None, problem)

    def cancel(self) -> None:
        """Nothing will come."""
        self._end(_CANCELLED, None, None)

    def _end(self, state: int, value: T | None, problem: BaseException | None) -> None:
        with _mutex:
            assert self._state == _PENDING, "a promise is done once"
            self._value, self._problem = value, problem
            self._state = state
        for bell in self._bells or ():
            bell.release()
        for call in self._calls or ():
            call(self)

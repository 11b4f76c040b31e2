"""Who hears of it when an execution begins and ends here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from asl.drivers.durable.promise import Promise
from asl.stores.base import RUNNING

if TYPE_CHECKING:
    from collections.abc import Callable

    from asl.errors import AslError
    from asl.stores.base import Execution


class Watchers:
    """``news`` is told of every execution; a future waits for the end of one."""

    def __init__(self, news: Callable[[Execution, str], None] | None) -> None:
        self._news = news
        self._ends: dict[int, Promise[str]] = {}

    def watch(self, execution: int) -> Promise[str]:
        """The status with which it will end."""
        end: Promise[str] = Promise()
        self._ends[execution] = end
        return end

    def began(self, execution: Execution) -> None:
        """It is in the store, or was found there."""
        if self._news is not None:
            self._news(execution, RUNNING)

    def ended(self, execution: Execution, status: str) -> None:
        """It has ended; RUNNING: somebody else goes on with it."""
        if self._news is not None and status != RUNNING:
            self._news(execution, status)
        end = self._ends.pop(execution.id, None)
        if end is not None:
            end.set_result(status)

    def failed(self, execution: int, problem: AslError) -> None:
        """Its start failed."""
        end = self._ends.pop(execution, None)
        if end is not None:
            end.set_exception(problem)

    def refused(self, execution: int) -> None:
        """Its start was refused; why is told to who started it."""
        end = self._ends.pop(execution, None)
        if end is not None:
            end.cancel()

    def close(self) -> None:
        """Nothing ends here any more."""
        for execution in list(self._ends):
            self.refused(execution)

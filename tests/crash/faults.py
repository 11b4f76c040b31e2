"""A store that dies, or fails, at one of its calls; and damage to files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, cast

from asl.errors import StoreError

if TYPE_CHECKING:
    from collections.abc import Callable

    from asl.stores.base import Store

BEFORE, AFTER = "before", "after"
KILL, FAIL, PAUSE = "kill", "fail", "pause"


class Killed(BaseException):
    """The process is gone. Nothing but the test catches this."""


class Fault(NamedTuple):
    """What happens at the ``at``-th call, before or after it has worked: the process dies, the store fails, or the
    process stands still for a while and knows nothing of it.

    ``only`` counts the calls of one method alone; ``times`` is how many of them fail in a row.
    """

    at: int
    when: str = BEFORE
    what: str = KILL
    only: str | None = None
    times: int = 1


class FaultyStore:
    """Hands every call on to a store, up to the fault. After a death nothing works any more."""

    def __init__(self, store: Store, fault: Fault | None = None) -> None:
        self._store = store
        self.url = store.url
        self.fault = fault
        self.calls: list[str] = []
        self.dead = False
        self.meanwhile: Callable[[], None] = lambda: None  # what the world does while the process stands still

    def now(self) -> int:
        return self._store.now()

    def __getattr__(self, name: str) -> Callable[..., Any]:
        method = getattr(self._store, name)

        def call(*arguments: Any, **named: Any) -> Any:
            if self.dead:
                raise Killed
            self.calls.append(name)
            fault = self.fault
            if fault is None or not self._strikes(fault, name):
                return method(*arguments, **named)
            if fault.what == PAUSE:
                return self._paused(lambda: method(*arguments, **named), fault.when)
            if fault.when == AFTER:
                method(*arguments, **named)
            if fault.what == FAIL:
                raise StoreError("the disk is gone")
            self.dead = True
            raise Killed

        return call

    def _paused(self, work: Callable[[], Any], when: str) -> Any:
        if when == BEFORE:
            self.meanwhile()
            return work()
        answer = work()
        self.meanwhile()
        return answer

    def _strikes(self, fault: Fault, name: str) -> bool:
        if fault.only not in (None, name):
            return False
        number = len(self.calls) if fault.only is None else self.calls.count(name)
        return fault.at <= number < fault.at + fault.times


def faulty(store: Store, fault: Fault | None = None) -> tuple[Store, FaultyStore]:
    """The wrapper as a Store for who uses it, and as itself for who looks at it."""
    wrapper = FaultyStore(store, fault)
    return cast("Store", wrapper), wrapper

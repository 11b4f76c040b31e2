"""A store that fails when a plan says so, for tests of what others make of it."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any, NamedTuple

from asl.errors import StoreError
from asl.stores.base import Store

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

#: The methods of the protocol.
METHODS = tuple(name for name, value in vars(Store).items() if callable(value) and not name.startswith("_"))

#: When a call fails: before the store has done anything, or after it has done all of it, which nobody learns.
BEFORE, AFTER = "before", "after"


class Killed(BaseException):
    """The process dies here: nothing of it goes on, no handler of ordinary exceptions sees it."""


class Fault(NamedTuple):
    """The n-th call of a method (from 1) fails; ``method`` None: of all methods together."""

    method: str | None
    call: int
    when: str = BEFORE
    error: type[BaseException] = StoreError


def random_plan(
    seed: int,
    *,
    faults: int = 3,
    calls: int = 50,
    methods: Iterable[str | None] = (None,),
    errors: Iterable[type[BaseException]] = (StoreError,),
) -> list[Fault]:
    """So many faults among the first calls; the same for the same seed."""
    dice = random.Random(seed)
    choices = list(methods), list(errors)
    return [
        Fault(dice.choice(choices[0]), dice.randint(1, calls), dice.choice((BEFORE, AFTER)), dice.choice(choices[1]))
        for _ in range(faults)
    ]


class FaultyStore:
    """Does what the store inside does, but for the faults of the plan. ``close`` never fails.

    ``dead`` is set by Killed: from then on every call raises it, as nothing of a dead process reaches the store.
    ``before(method, arguments)`` is called before each call, for tests that want to look or to interfere.
    """

    def __init__(
        self,
        store: Store,
        plan: Iterable[Fault] = (),
        *,
        before: Callable[[str, tuple[Any, ...]], None] | None = None,
    ) -> None:
        self.inner = store
        self.url = store.url
        self.dead = False
        self.calls: dict[str | None, int] = {}
        self.happened: list[Fault] = []
        self._plan = list(plan)
        self._before = before

    def close(self) -> None:
        """Close the store inside."""
        self.inner.close()

    def __getattr__(self, name: str) -> Callable[..., Any]:
        if name not in METHODS:
            raise AttributeError(name)

        def call(*arguments: Any, **named: Any) -> Any:
            return self._call(name, arguments, named)

        return call

    def _call(self, method: str, arguments: tuple[Any, ...], named: dict[str, Any]) -> Any:
        if self.dead:
            raise Killed(f"{method} after death")
        if self._before is not None:
            self._before(method, arguments)
        for counted in (method, None):
            self.calls[counted] = self.calls.get(counted, 0) + 1
        fault = next((each for each in self._plan if self._fits(each, method)), None)
        if fault is not None and fault.when == BEFORE:
            self._fail(fault, method)
        answer = getattr(self.inner, method)(*arguments, **named)
        if fault is not None:
            self._fail(fault, method)
        return answer

    def _fits(self, fault: Fault, method: str) -> bool:
        return fault.method in (None, method) and self.calls[fault.method] == fault.call

    def _fail(self, fault: Fault, method: str) -> None:
        self.happened.append(fault)
        self.dead = issubclass(fault.error, Killed)
        raise fault.error(f"as planned: call {fault.call} of {fault.method or 'all'}, {fault.when} {method}")

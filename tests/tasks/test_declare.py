"""What a handler says of itself."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from asl import HandlerError
from asl.tasks.activity import QueuedActivity
from asl.tasks.call import BoundTask
from asl.tasks.declare import is_idempotent, task
from asl.tasks.registry import bind_durable
from tests.machines import ACTIVITY, machine
from tests.machines import task as task_state


def test_a_handler_is_not_idempotent_unless_it_says_so() -> None:
    @task
    def plain(event: Any) -> Any:
        return event

    @task()
    def called(event: Any) -> Any:
        return event

    @task(idempotent=True)
    def idempotent(event: Any, more: int = 0) -> Any:
        return event, more

    assert not is_idempotent(lambda event: event)
    assert not is_idempotent(plain)
    assert not is_idempotent(called)
    assert is_idempotent(idempotent)
    assert is_idempotent(partial(idempotent, more=1))
    assert plain(1) == called(1) == 1
    assert idempotent(1) == (1, 0)


def test_methods_and_objects_can_say_so_too() -> None:
    class Ledger:
        @task(idempotent=True)
        def write(self, event: Any) -> Any:
            return event

    @task(idempotent=True)
    class Writer:
        def __call__(self, event: Any) -> Any:
            return event

    assert is_idempotent(Ledger().write)

    class Plain:
        def write(self, event: Any) -> Any:
            return self, event

        async def wait(self, event: Any) -> Any:
            return event

    plain = Plain()
    write, wait = task(idempotent=True)(plain.write), task(idempotent=True)(plain.wait)
    assert is_idempotent(write)
    assert write(1) == (plain, 1)
    assert not is_idempotent(plain.write), "it was said of the other one"
    states = machine({"A": task_state()}).program.tasks
    assert [bind_durable(states, {"f": handler})["A"].is_async for handler in (write, wait)] == [False, True]
    assert is_idempotent(task(idempotent=True)(partial(print)))
    assert not is_idempotent(task(idempotent=False)(partial(write)))
    assert is_idempotent(Writer())


def test_what_can_not_be_called_is_no_handler() -> None:
    with pytest.raises(HandlerError, match="1 can't be called"):
        task(idempotent=True)(1)  # type: ignore[type-var]


def test_activities_without_a_handler_wait_for_a_worker_that_polls() -> None:
    program = machine({"A": task_state(Resource=ACTIVITY, Next="B"), "B": task_state()}).program
    bound = bind_durable(program.tasks, {"f": print})
    assert isinstance(bound["A"], QueuedActivity)
    assert not bound["A"].is_async
    assert isinstance(bound["B"], BoundTask)
    assert isinstance(bind_durable(program.tasks, {"f": print, ACTIVITY: print})["A"], BoundTask)
    with pytest.raises(HandlerError, match="'B'"):
        bind_durable(program.tasks, {})

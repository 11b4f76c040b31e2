"""A task that is answered by its token before its handler has returned: every driver tells it alike."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

from asl import StateMachine, TaskError, VirtualClock
from asl.stores.memory import MemoryStore
from asl.tasks.call import Submitted
from tests.drivers.clocks import FakeClock
from tests.drivers.durable.bench import Bench
from tests.machines import ACTIVITY, SEND, kinds, machine, moments, run, scope, task, without_tokens

if TYPE_CHECKING:
    from collections.abc import Callable

    from asl import Execution, TaskContext

    Handler = Callable[[Any, TaskContext], Any]
    Driver = Callable[[StateMachine, Handler, Any], Execution]

ASK = task(Resource=SEND + ".waitForTaskToken", Parameters={"token.$": "$$.Task.Token"})
JOB = task(Resource="arn:aws:states:::ecs:runTask.sync", Parameters={"token.$": "$$.Task.Token"})


def inline(made: StateMachine, handler: Handler, options: Any) -> Execution:
    return made.run(handlers={"S": handler}, **options)


def on_threads(made: StateMachine, handler: Handler, options: Any) -> Execution:
    return asyncio.run(made.run_async(handlers={"S": handler}, **options))


def awaited(made: StateMachine, handler: Handler, options: Any) -> Execution:
    async def later(event: Any, context: TaskContext) -> Any:
        try:
            return handler(event, context)
        finally:
            await asyncio.sleep(0)  # what the handler has said is heard before it returns

    return asyncio.run(made.run_async(handlers={"S": later}, **options))


def raises() -> None:
    raise TaskError("Broken", "after all")


#: A task, what its handler sends before it returns, what it returns then, and how the task's events go on from there.
EARLY: dict[str, tuple[dict[str, Any], list[tuple[Any, ...]], Callable[[], Any], list[tuple[str, str]]]] = {
    "answered": (ASK, [("success", 1)], lambda: {"Id": 1}, [("TaskSubmitted", '{"Id":1}'), ("TaskSucceeded", "1")]),
    "answered twice, the first one counts": (
        ASK,
        [("success", 1), ("failure", "E"), ("success", 2)],
        lambda: {"Id": 1},
        [("TaskSubmitted", '{"Id":1}'), ("TaskSucceeded", "1")],
    ),
    "failed": (
        ASK,
        [("failure", "E", "why"), ("success", 1)],
        lambda: None,
        [("TaskSubmitted", "null"), ("TaskFailed", "E")],
    ),
    "answered, and then it raises": (ASK, [("success", 1)], raises, [("TaskFailed", "Broken")]),
    "answered, and then it returns no JSON": (
        ASK,
        [("success", 1)],
        lambda: {1},
        [("TaskFailed", "Runtime.MarshalError")],
    ),
    "a job that has only begun": (
        JOB,
        [("success", 1)],
        lambda: Submitted({"job": 1}),
        [("TaskSubmitted", '{"job":1}'), ("TaskSucceeded", "1")],
    ),
    "a job that is done": (JOB, [("success", 1)], lambda: 2, [("TaskSubmitted", "{}"), ("TaskSucceeded", "2")]),
    "an activity that is done": (task(Resource=ACTIVITY), [("success", 1)], lambda: 2, [("ActivitySucceeded", "2")]),
}


@pytest.mark.parametrize("clock", [VirtualClock, FakeClock])
@pytest.mark.parametrize("driver", [inline, on_threads, awaited])
@pytest.mark.parametrize("pause", [0, 3])
@pytest.mark.parametrize("case", EARLY)
def test_an_answer_before_the_handler_returns(case: str, pause: float, driver: Driver, clock: Any) -> None:
    state, sent, finish, expected = EARLY[case]
    definition = {"StartAt": "S", "States": {"S": state}}
    tokens: list[str] = []

    def handler(_event: Any, context: TaskContext) -> Any:
        tokens.append(str(context.task_token))
        for how, *arguments in sent:
            getattr(context, f"send_task_{how}")(tokens[-1], *arguments)
        context.sleep(pause)
        return finish()

    bench = Bench(MemoryStore(), VirtualClock())
    stored = bench.run(definition, handlers={"S": handler})
    options = {"clock": clock(), "seed": stored.seed, "name": stored.name}
    execution = driver(StateMachine(definition, name="Machine"), handler, options)
    told = [(kind, details) for kind, _, _, _, *details in execution.events if kind.startswith(("Task", "Activity"))]
    ends = [(kind, details) for kind, details in told if kind.endswith(("Submitted", "Succeeded", "Failed"))]
    assert [kind for kind, _ in ends] == [kind for kind, _ in expected]
    assert all(shown in details for (_, details), (_, shown) in zip(ends, expected, strict=True))
    assert moments(execution, expected[-1][0]) == [pause]
    here = [(kind, link, now - clock().now(), *rest) for kind, link, now, *rest in execution.events]
    there = [(kind, link, now - stored.start, *rest) for kind, link, now, *rest in bench.events(stored)]
    assert without_tokens(there, tokens) == without_tokens(here, tokens)


@pytest.mark.parametrize("driver", ["run", "run_async"])
def test_another_handler_answers_while_it_is_at_work(driver: str) -> None:
    """The answer that comes at 2 counts at 5, when the message is known to be submitted; one that comes at 7, at 7."""
    tokens: dict[str, str] = {}

    def ask(event: Any, context: TaskContext) -> Any:
        tokens[context.state_name] = event["token"]
        context.sleep(5)
        return {}

    def answer(_event: Any, context: TaskContext) -> None:
        context.sleep(2)
        context.send_task_success(tokens["A"], "early")
        context.sleep(5)
        context.send_task_success(tokens["B"], "late")

    first = {"Type": "Wait", "Seconds": 0, "Next": "O"}
    branches = [scope({"A": ASK}), scope({"B": ASK}), scope({"W": first, "O": task()})]
    both = machine({"P": {"Type": "Parallel", "Branches": branches, "End": True}})
    options: Any = {"handlers": {"A": ask, "B": ask, "f": answer}, "clock": "virtual"}
    execution = both.run(**options) if driver == "run" else asyncio.run(both.run_async(**options))
    assert execution.output == ["early", "late", None]
    assert moments(execution, "TaskSubmitted") == [5, 5]
    assert moments(execution, "TaskSucceeded") == [5, 7]
    assert kinds(execution).index("TaskSubmitted") < kinds(execution).index("TaskSucceeded")


def test_an_early_answer_does_not_outlast_the_time_out() -> None:
    """The handler answers at 0 and returns at 9; its time was over at 4, and the next attempt has its own token."""
    attempts: list[int] = []

    def handler(_event: Any, context: TaskContext) -> Any:
        attempts.append(context.attempt)
        if context.attempt == 0:
            context.send_task_success(str(context.task_token), "never heard")
            context.sleep(9)
        return {}

    again = [{"ErrorEquals": ["States.Timeout"], "IntervalSeconds": 1, "MaxAttempts": 1}]
    execution = run({"S": {**ASK, "TimeoutSeconds": 4, "Retry": again}}, handlers={"S": handler})
    assert moments(execution, "TaskTimedOut") == [4, 9]
    assert "TaskSucceeded" not in kinds(execution)

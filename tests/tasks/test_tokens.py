"""``.waitForTaskToken`` and ``.sync`` tasks with handlers: who answers, when, and what if nobody does."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from asl import HandlerError, TaskContext, TaskError, VirtualClock
from tests.drivers.clocks import FakeClock
from tests.machines import ACTIVITY, SEND, kinds, links, machine, moments, one, run, scope, task

WITH_TOKEN = SEND + ".waitForTaskToken"
JOB = "arn:aws:states:::ecs:runTask.sync"
WAITING = task(Resource=WITH_TOKEN, Parameters={"token.$": "$$.Task.Token"})


def _answer(send: str, *arguments: Any, pause: float = 0) -> Any:
    def handler(event: Any, context: TaskContext) -> Any:
        context.sleep(pause)
        getattr(context, send)(event["token"], *arguments)
        return {"MessageId": 1}

    return handler


def test_the_output_is_what_is_sent_and_not_what_the_handler_returns() -> None:
    """The message is handed on first, and answered later by another task."""
    tokens: list[str] = []

    def handler(event: Any, context: TaskContext) -> Any:
        if context.state_name == "S":
            tokens.append(event["token"])
            return {"MessageId": 1}
        context.sleep(2)
        context.send_task_success(tokens[0], {"answer": [1]})
        return None

    both = {"Type": "Parallel", "Branches": [scope({"S": WAITING}), scope({"W": task()})], "End": True}
    execution = run({"P": both}, handlers={SEND + ".waitForTaskToken": handler, "f": handler})
    assert execution.output == [{"answer": [1]}, None]
    assert moments(execution, "TaskSubmitted") == [0]
    assert moments(execution, "TaskSucceeded") == [2]
    submitted = next(event for event in execution.history if event["type"] == "TaskSubmitted")
    assert submitted["taskSubmittedEventDetails"]["output"] == '{"MessageId":1}'


def test_the_token_of_the_context_object_is_the_one_that_the_handler_sees() -> None:
    def handler(event: Any, context: TaskContext) -> None:
        assert event["token"] == context.task_token
        context.send_task_success(event["token"], 1)

    assert one(WAITING, handlers={"S": handler}).output == 1


@pytest.mark.parametrize("resource", [ACTIVITY, JOB])
def test_activities_and_jobs_have_a_token_too(resource: str) -> None:
    seen: list[Any] = []
    one(task(Resource=resource), handlers={"S": lambda _event, context: seen.append(context.task_token)})
    one(task(), handlers={"S": lambda _event, context: seen.append(context.task_token)})
    assert isinstance(seen[0], str)
    assert seen[1] is None


def test_a_failure_is_sent_and_retried_with_a_new_token() -> None:
    tokens: list[str] = []

    def handler(event: Any, context: TaskContext) -> None:
        tokens.append(event["token"])
        if len(tokens) == 1:
            context.send_task_failure(event["token"], "E", "why")
        else:
            context.send_task_success(tokens[0], "too late")
            context.send_task_success(event["token"], "ok")

    execution = one({**WAITING, "Retry": [{"ErrorEquals": ["E"]}]}, handlers={"S": handler})
    assert execution.output == "ok"
    assert len(set(tokens)) == 2


def test_an_answer_counts_once() -> None:
    def handler(event: Any, context: TaskContext) -> None:
        for number in range(3):
            context.send_task_success(event["token"], number)

    assert one(WAITING, handlers={"S": handler}).output == 0


@pytest.mark.parametrize(("error", "cause"), [(None, None), ("E", None), ("E", "why")])
def test_a_failure_without_name(error: str | None, cause: str | None) -> None:
    execution = one(WAITING, handlers={"S": _answer("send_task_failure", error, cause)})
    assert (execution.status, execution.error, execution.cause) == ("FAILED", error, cause)


@pytest.mark.parametrize("fields", [{"TimeoutSeconds": 60}, {"HeartbeatSeconds": 60}])
def test_nobody_answers_in_time(fields: dict[str, Any]) -> None:
    execution = one({**WAITING, **fields}, handlers={"S": lambda _event: {}})
    assert links(execution, 3) == [
        "3 TaskScheduled",
        "4 TaskStarted",
        "5 TaskSubmitted",
        "6 TaskTimedOut",
        "7 ExecutionFailed",
    ]
    assert execution.error == "States.Timeout"
    assert moments(execution, "TaskTimedOut") == [60]


def test_heartbeats_by_token() -> None:
    def handler(event: Any, context: TaskContext) -> None:
        for _ in range(3):
            context.sleep(8)
            context.send_task_heartbeat(event["token"])
        context.sleep(8)
        context.send_task_success(event["token"], "ok")

    assert one({**WAITING, "HeartbeatSeconds": 10}, handlers={"S": handler}).output == "ok"


@pytest.mark.parametrize("send", ["send_task_success", "send_task_failure", "send_task_heartbeat"])
def test_a_token_that_nobody_waits_with_is_ignored(send: str) -> None:
    def handler(_event: Any, context: TaskContext) -> str:
        getattr(context, send)("nobody", *([1] if send == "send_task_success" else []))
        return "ok"

    assert one(task(), handlers={"f": handler}).output == "ok"


def test_a_handler_that_fails_before_it_hands_the_token_on() -> None:
    def handler(_event: Any) -> None:
        raise TaskError("E")

    assert kinds(one(WAITING, handlers={"S": handler}))[-3:] == ["TaskStarted", "TaskFailed", "ExecutionFailed"]


def test_an_output_that_is_no_json_is_the_sender_s_failure() -> None:
    assert one(WAITING, handlers={"S": _answer("send_task_success", {1})}).error == "NotJSON"


@pytest.mark.parametrize("how", ["run", "run_async"])
def test_an_execution_that_waits_for_ever(how: str) -> None:
    """In virtual time AWS's year passes; in real time somebody is told."""
    handlers = {"S": lambda _event: {}}
    one_state = machine({"S": WAITING})

    def go(**options: Any) -> Any:
        if how == "run":
            return one_state.run(handlers=handlers, **options)
        return asyncio.run(one_state.run_async(handlers=handlers, **options))

    clock = VirtualClock(0)
    assert go(clock=clock).status == "TIMED_OUT"
    assert clock.now() == 365 * 24 * 3_600_000
    with pytest.raises(HandlerError, match="waits for an answer that nobody can give: 'S'"):
        go(clock=FakeClock())


def test_a_job_is_submitted_and_done() -> None:
    execution = one(task(Resource=JOB), handlers={"S": lambda _event: {"done": True}})
    assert links(execution, 4)[:3] == ["4 TaskStarted", "5 TaskSubmitted", "6 TaskSucceeded"]
    assert execution.output == {"done": True}


def test_tokens_reach_across_drivers() -> None:
    async def handler(event: Any, context: TaskContext) -> Any:
        await asyncio.sleep(0)
        context.send_task_success(event["token"], "awaited")
        return {}

    assert one(WAITING, handlers={"S": handler}).output == "awaited"

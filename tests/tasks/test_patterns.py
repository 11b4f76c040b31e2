"""Scripted service patterns: their events, and in which fields of which tasks the task token exists."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from asl import HandlerError, Return, Silence, TaskContext, Throw, VirtualClock
from tests.drivers.clocks import FakeClock
from tests.machines import (
    ACTIVITY,
    FUNCTION,
    INVOKE,
    SEND,
    Script,
    details,
    kinds,
    links,
    machine,
    moments,
    one,
    run,
    run_jsonata,
    scope,
    task,
)

TOKEN = SEND + ".waitForTaskToken"
SYNC = "arn:aws:states:::states:startExecution.sync"
SYNC_2 = SYNC + ":2"


# -- events --


@pytest.mark.parametrize("resource", [TOKEN, SYNC, SYNC_2])
def test_a_task_that_is_submitted(resource: str) -> None:
    answer = Return({"Output": 1}, after=30, submitted={"Id": 7})
    execution = one(task(Resource=resource), {"in": 1}, mocks={"S": [answer]})
    service, _, action = resource.removeprefix("arn:aws:states:::").partition(":")
    named = {"resourceType": service, "resource": action}
    assert links(execution)[1:] == [
        "2<-0 TaskStateEntered S",
        "3 TaskScheduled",
        "4 TaskStarted",
        "5 TaskSubmitted",
        "6 TaskSucceeded",
        "7 TaskStateExited S",
        "8 ExecutionSucceeded",
    ]
    assert details(execution, "TaskScheduled") == [{**named, "region": "us-east-1", "parameters": '{"in":1}'}]
    assert details(execution, "TaskStarted") == [named]
    whole = {"outputDetails": {"truncated": False}}
    assert details(execution, "TaskSubmitted") == [{**named, "output": '{"Id":7}', **whole}]
    assert details(execution, "TaskSucceeded") == [{**named, "output": '{"Output":1}', **whole}]
    assert (moments(execution, "TaskSubmitted"), moments(execution, "TaskSucceeded")) == ([0], [30])


@pytest.mark.parametrize("resource", [TOKEN, SYNC, SYNC_2])
def test_a_job_that_fails(resource: str) -> None:
    answer = Throw("States.TaskFailed", '{"Status":"FAILED"}', after=3, submitted={"Id": 7})
    catch = [{"ErrorEquals": ["States.TaskFailed"], "Next": "End"}]
    states = {"S": task(Resource=resource, Catch=catch, Next="End"), "End": {"Type": "Succeed"}}
    execution = run(states, mocks={"S": [answer]})
    assert kinds(execution)[3:7] == ["TaskStarted", "TaskSubmitted", "TaskFailed", "TaskStateExited"]
    assert execution.output == {"Error": "States.TaskFailed", "Cause": '{"Status":"FAILED"}'}


def test_a_retried_task_is_scheduled_after_its_failure() -> None:
    mocks = {"S": [Throw("E"), Throw("E", submitted={}), Return(1)]}
    execution = one(task(Resource=SYNC, Retry=[{"ErrorEquals": ["E"]}]), mocks=mocks)
    assert links(execution)[2:-2] == [
        "3 TaskScheduled",
        "4 TaskStarted",
        "5 TaskFailed",
        "6 TaskScheduled",
        "7 TaskStarted",
        "8 TaskSubmitted",
        "9 TaskFailed",
        "10 TaskScheduled",
        "11 TaskStarted",
        "12 TaskSubmitted",
        "13 TaskSucceeded",
    ]


def test_what_only_jobs_and_messages_have_is_left_out_elsewhere() -> None:
    for resource in (FUNCTION + "f", SEND, ACTIVITY):
        execution = one(task(Resource=resource), mocks={"S": [Return(1, submitted={"Id": 7})]})
        assert "TaskSubmitted" not in kinds(execution)
        assert execution.output == 1


def test_an_activity() -> None:
    mocks = {"S": [Throw("E", "why", worker="w1"), Return(1, after=4, worker="w2"), Return(2)]}
    states = {
        "S": task(Resource=ACTIVITY, HeartbeatSeconds=5, TimeoutSeconds=9, Retry=[{"ErrorEquals": ["E"]}], Next="T"),
        "T": task(Resource=ACTIVITY),
    }
    execution = run(states, {"in": 1}, mocks={"S": mocks["S"][:2], "T": mocks["S"][2:]})
    assert kinds(execution)[2:9] == [
        "ActivityScheduled",
        "ActivityStarted",
        "ActivityFailed",
        "ActivityScheduled",
        "ActivityStarted",
        "ActivitySucceeded",
        "TaskStateExited",
    ]
    assert details(execution, "ActivityStarted") == [{"workerName": "w1"}, {"workerName": "w2"}, {}]
    assert details(execution, "ActivityFailed") == [{"error": "E", "cause": "why"}]
    assert details(execution, "ActivityScheduled")[0] == {
        "resource": ACTIVITY,
        "input": '{"in":1}',
        "inputDetails": {"truncated": False},
        "timeoutInSeconds": 9,
        "heartbeatInSeconds": 5,
    }


@pytest.mark.parametrize("resource", [ACTIVITY, TOKEN, SYNC])
def test_a_worker_that_never_beats_is_lost(resource: str) -> None:
    catch = [{"ErrorEquals": ["States.HeartbeatTimeout"], "Next": "End"}]
    state = task(Resource=resource, HeartbeatSeconds=5, TimeoutSeconds=60, Catch=catch, Next="End")
    execution = run({"S": state, "End": {"Type": "Succeed"}}, mocks={"S": [Silence()]})
    assert execution.output == {"Error": "States.Timeout", "Cause": ""}
    family = "Activity" if resource == ACTIVITY else "Task"
    assert moments(execution, f"{family}TimedOut") == [5]


# -- the script's counter --


def test_a_loop_goes_on_in_its_script() -> None:
    states = {
        "Ask": task(Next="Done?"),
        "Done?": {
            "Type": "Choice",
            "Choices": [{"Variable": "$.status", "StringEquals": "DONE", "Next": "End"}],
            "Default": "Wait",
        },
        "Wait": {"Type": "Wait", "Seconds": 10, "Next": "Ask"},
        "End": {"Type": "Succeed"},
    }
    answers = [Return({"status": status}) for status in ("NEW", "RUNNING", "DONE")]
    execution = run(states, mocks={"Ask": answers})
    assert execution.output == {"status": "DONE"}
    assert moments(execution, "LambdaFunctionSucceeded") == [0, 10, 20]


def test_retries_and_iterations_share_one_counter() -> None:
    inner = scope({"T": task(Retry=[{"ErrorEquals": ["E"]}])})
    state = {"Type": "Map", "MaxConcurrency": 1, "ItemProcessor": inner}
    answers = [Return("a"), Throw("E"), Throw("E"), Return("b"), Return("c")]
    assert one(state, [1, 2, 3], mocks={"T": answers}).output == ["a", "b", "c"]


def test_a_script_that_has_run_dry_can_t_be_caught() -> None:
    catch = [{"ErrorEquals": ["States.ALL"], "Next": "End"}]
    states = {"S": task(Resource=TOKEN, Catch=catch, Next="End"), "End": {"Type": "Succeed"}}
    execution = run(states, mocks={"S": []})
    assert (execution.status, execution.error) == ("FAILED", "States.Runtime")
    assert execution.cause == "The mock 'S' has no more answers: it was called 1 times"


# -- nobody answers --


@pytest.mark.parametrize("resource", [FUNCTION + "f", SEND, ACTIVITY, TOKEN, SYNC])
@pytest.mark.parametrize("how", ["run", "run_async"])
def test_silence_for_ever(resource: str, how: str) -> None:
    silent = machine({"Stuck": task(Resource=resource)})

    def go(clock: Any) -> Any:
        options: dict[str, Any] = {"mocks": {"Stuck": [Silence()]}, "clock": clock}
        return silent.run(**options) if how == "run" else asyncio.run(silent.run_async(**options))

    clock = VirtualClock(0)
    execution = go(clock)
    assert (execution.status, clock.now()) == ("TIMED_OUT", 365 * 24 * 3_600_000)
    assert kinds(execution)[-1] == "ExecutionTimedOut"
    with pytest.raises(HandlerError, match="'Stuck'"):
        go(FakeClock())


# -- where the token exists --


@pytest.mark.parametrize("resource", [TOKEN, SYNC, SYNC_2, ACTIVITY, INVOKE + ".waitForTaskToken"])
def test_the_token_is_in_parameters_and_arguments(resource: str) -> None:
    seen: list[Any] = []

    def handler(event: Any, context: TaskContext) -> Any:
        seen.append((event["t"], context.task_token))
        context.send_task_success(event["t"], 1)
        return {}

    name = {"FunctionName": "f"} if "lambda" in resource else {}
    handlers = {"f": handler} if name else {"S": handler}
    wrap = (lambda field: {**name, "Payload": field}) if name else (lambda field: field)
    one(task(Resource=resource, Parameters=wrap({"t.$": "$$.Task.Token"})), handlers=handlers)
    run_jsonata(
        {"S": task(Resource=resource, Arguments=wrap({"t": "{% $states.context.Task.Token %}"}))}, handlers=handlers
    )
    assert len(seen) == 2
    assert all(isinstance(given, str) and given == own for given, own in seen)


@pytest.mark.parametrize("resource", [FUNCTION + "f", SEND, INVOKE])
def test_there_is_no_token_in_a_plain_request(resource: str) -> None:
    fields = {"FunctionName": "f"} if resource == INVOKE else {}
    handlers = {"f": lambda _: 1, SEND: lambda _: 1}
    execution = one(task(Resource=resource, Parameters={**fields, "t.$": "$$.Task.Token"}), handlers=handlers)
    assert execution.error == "States.Runtime"
    state = task(Resource=resource, Arguments={**fields, "t": "{% $states.context.Task.Token %}"})
    execution = run_jsonata({"S": state}, handlers=handlers)
    assert execution.error == "States.QueryEvaluationError"


@pytest.mark.parametrize("field", ["ResultSelector", "Assign"])
def test_the_token_is_gone_when_the_task_is_done(field: str) -> None:
    state = task(Resource=TOKEN, **{field: {"t.$": "$$.Task.Token"}})
    execution = one(state, mocks={"S": [Return(1)]})
    assert execution.error == "States.Runtime"
    assert execution.cause is not None
    assert "$$.Task.Token" in execution.cause


@pytest.mark.parametrize("field", ["Output", "Assign"])
def test_the_token_is_gone_in_jsonata_too(field: str) -> None:
    state = task(Resource=TOKEN, **{field: {"t": "{% $states.context.Task.Token %}"}})
    execution = run_jsonata({"S": state}, mocks={"S": [Return(1)]})
    assert execution.error == "States.QueryEvaluationError"
    (failed,) = details(execution, "EvaluationFailed")
    assert failed["location"] == f"{field}/t"


@pytest.mark.parametrize(
    "state",
    [
        {"Type": "Pass", "Parameters": {"t.$": "$$.Task.Token"}},
        {"Type": "Wait", "Seconds": 0, "Assign": {"t.$": "$$.Task.Token"}},
    ],
)
def test_other_states_have_no_token(state: dict[str, Any]) -> None:
    assert one(state).error == "States.Runtime"


def test_a_function_that_hands_the_token_on() -> None:
    """It is found by its name and gets its Payload; what it returns is told by TaskSubmitted alone, in its envelope."""

    def handler(event: Any, context: TaskContext) -> Any:
        context.sleep(1)
        context.send_task_success(event["t"], {"approved": event["n"]})
        return {"mailed": True}

    parameters = {"FunctionName": FUNCTION + "ask", "Payload": {"t.$": "$$.Task.Token", "n.$": "$.n"}}
    state = task(Resource=INVOKE + ".waitForTaskToken", Parameters=parameters)
    execution = one(state, {"n": 5}, handlers={"ask": handler})
    assert execution.output == {"approved": 5}
    assert one(state, {"n": 5}, handlers={"ask": lambda _: {"mailed": True}}).status == "TIMED_OUT"
    submitted = one(state, {"n": 5}, handlers={"ask": lambda _: {"mailed": True}})
    (told,) = details(submitted, "TaskSubmitted")
    assert json.loads(told["output"])["Payload"] == {"mailed": True}


def test_a_function_that_raises_before_it_hands_the_token_on() -> None:
    state = task(Resource=INVOKE + ".waitForTaskToken", Parameters={"FunctionName": "ask"})
    execution = one(state, handlers={"ask": Script(ValueError("no"))})
    assert kinds(execution)[2:] == ["TaskScheduled", "TaskStarted", "TaskFailed", "ExecutionFailed"]
    assert execution.error == "ValueError"


# -- answers from elsewhere --


def _two(waiting: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    return {"P": {"Type": "Parallel", "Branches": [scope({"W": waiting}), scope({"O": other})], "End": True}}


class Post:
    """Hands a token from one handler to another."""

    def __init__(self, act: Any, pause: float = 2) -> None:
        self.tokens: list[str] = []
        self.act = act
        self.pause = pause

    def __call__(self, event: Any, context: TaskContext) -> Any:
        if context.state_name == "W":
            self.tokens.append(event["t"])
            return {"MessageId": len(self.tokens)}
        context.sleep(self.pause)
        self.act(context, self.tokens[0])
        return "sent"


WAITING = task(Resource=TOKEN, Parameters={"t.$": "$$.Task.Token"})
BOTH = ["inline", "concurrent"]


def _run(states: dict[str, Any], driver: str, **options: Any) -> Any:
    built = machine(states)
    options = {"clock": "virtual", "seed": "s", **options}
    return built.run(**options) if driver == "inline" else asyncio.run(built.run_async(**options))


@pytest.mark.parametrize("driver", BOTH)
def test_another_branch_sends_success(driver: str) -> None:
    post = Post(lambda context, token: context.send_task_success(token, {"from": "O"}))
    execution = _run(_two(WAITING, task()), driver, handlers={"W": post, "f": post})
    assert execution.output == [{"from": "O"}, "sent"]
    assert moments(execution, "TaskSucceeded") == [2]


@pytest.mark.parametrize("driver", BOTH)
def test_another_branch_sends_failure(driver: str) -> None:
    post = Post(lambda context, token: context.send_task_failure(token, "Refused", "no"))
    caught = {**WAITING, "Catch": [{"ErrorEquals": ["Refused"], "Next": "Sorry"}]}
    states = _two(caught, task())
    states["P"]["Branches"][0]["States"]["Sorry"] = {"Type": "Pass", "End": True}
    execution = _run(states, driver, handlers={"W": post, "f": post})
    assert execution.output == [{"Error": "Refused", "Cause": "no"}, "sent"]


@pytest.mark.parametrize("driver", BOTH)
def test_another_branch_keeps_it_alive(driver: str) -> None:
    def act(context: TaskContext, token: str) -> None:
        for _ in range(4):
            context.sleep(4)
            context.send_task_heartbeat(token)
        context.sleep(4)
        context.send_task_success(token, "alive")

    post = Post(act)
    waiting = {**WAITING, "HeartbeatSeconds": 7}
    assert _run(_two(waiting, task()), driver, handlers={"W": post, "f": post}).output == ["alive", "sent"]
    slow = Post(act, pause=5)
    execution = _run(_two(waiting, task()), driver, handlers={"W": slow, "f": slow})
    assert (execution.error, moments(execution, "TaskTimedOut")) == ("States.Timeout", [7])


@pytest.mark.parametrize("driver", BOTH)
def test_heartbeats_don_t_move_the_time_out(driver: str) -> None:
    def act(context: TaskContext, token: str) -> None:
        for _ in range(20):
            context.sleep(1)
            context.send_task_heartbeat(token)
        context.send_task_success(token, "late")

    post = Post(act)
    waiting = {**WAITING, "HeartbeatSeconds": 5, "TimeoutSeconds": 10}
    execution = _run(_two(waiting, task()), driver, handlers={"W": post, "f": post})
    assert (execution.error, moments(execution, "TaskTimedOut")) == ("States.Timeout", [10])


@pytest.mark.parametrize("driver", BOTH)
def test_an_answer_for_an_attempt_that_is_over_is_dropped(driver: str) -> None:
    """The first attempt times out at 5; its token is answered at 20, when the second one waits."""
    post = Post(lambda context, token: context.send_task_success(token, "old"), pause=20)
    waiting = {
        **WAITING,
        "TimeoutSeconds": 5,
        "Retry": [{"ErrorEquals": ["States.Timeout"], "IntervalSeconds": 14, "MaxAttempts": 1}],
    }
    execution = _run(_two(waiting, task()), driver, handlers={"W": post, "f": post})
    assert moments(execution, "TaskTimedOut") == [5, 24]
    assert len(set(post.tokens)) == 2

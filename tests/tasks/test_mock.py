"""Scripted tasks: answers in order, by state or by resource, and what is wrong with a script."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from asl import HandlerError, Return, Silence, Throw
from tests.machines import ACTIVITY, FUNCTION, SEND, kinds, links, machine, moments, one, run, scope, task

JOB = "arn:aws:states:::ecs:runTask.sync"


def test_answers_come_in_order_and_take_their_time() -> None:
    mocks = {"S": [Throw("E", "why"), Throw("E", after=1.5), Return({"ok": True}, after=2)]}
    execution = one(task(Retry=[{"ErrorEquals": ["E"], "BackoffRate": 1}]), mocks=mocks)
    assert execution.output == {"ok": True}
    assert moments(execution, "LambdaFunctionFailed") == [0, 2.5]
    assert moments(execution, "LambdaFunctionSucceeded") == [5.5]


@pytest.mark.parametrize("key", ["T", FUNCTION + "f"])
def test_iterations_share_a_script(key: str) -> None:
    state = {"Type": "Map", "ItemProcessor": scope({"T": task()})}
    assert one(state, [0, 0, 0], mocks={key: [Return(n) for n in range(3)]}).output == [0, 1, 2]


def test_states_share_the_script_of_their_resource() -> None:
    states = {"A": task(Next="B"), "B": task()}
    assert run(states, mocks={FUNCTION + "f": [Return(1), Return(2)]}).output == 2
    assert run(states, mocks={FUNCTION + "f": [Return(1)], "B": [Return(3)]}).output == 3


def test_mocks_beside_handlers() -> None:
    states = {"A": task(Next="B"), "B": task(Resource=SEND)}
    assert run(states, mocks={"A": [Return(5)]}, handlers={"B": lambda event: event + 1}).output == 6
    with pytest.raises(HandlerError, match="'B'"):
        run(states, mocks={"A": [Return(5)]})


def test_a_script_begins_anew_with_every_run() -> None:
    mocked = machine({"S": task()})
    mocks = {"S": [Return(1)]}
    assert [mocked.run(mocks=mocks).output for _ in range(3)] == [1, 1, 1]


def test_a_script_that_is_too_short() -> None:
    execution = one(task(Retry=[{"ErrorEquals": ["E"]}]), mocks={"S": [Throw("E")]})
    assert execution.error == "States.Runtime"
    assert execution.cause == "The mock 'S' has no more answers: it was called 2 times"


def test_a_value_is_a_copy() -> None:
    value: dict[str, Any] = {"list": []}
    mocks = {"A": [Return(value)], "B": [Return(1)]}
    execution = run({"A": task(Next="B"), "B": task(ResultPath="$.list2")}, mocks=mocks)
    execution.output["list"].append(1)
    assert value == {"list": []}


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (Return(1), ["TaskStarted", "TaskSubmitted", "TaskSucceeded"]),
        (Return(1, submitted={"Id": 7}), ["TaskStarted", "TaskSubmitted", "TaskSucceeded"]),
        (Throw("E", submitted={"Id": 7}), ["TaskStarted", "TaskSubmitted", "TaskFailed"]),
        (Throw("E"), ["TaskStarted", "TaskFailed", "ExecutionFailed"]),
    ],
)
def test_jobs(answer: Any, expected: list[str]) -> None:
    execution = one(task(Resource=JOB), mocks={"S": [answer]})
    assert kinds(execution)[3:6] == expected
    if answer.submitted:
        assert execution.history[4]["taskSubmittedEventDetails"]["output"] == '{"Id":7}'


def test_silence_ends_by_a_time_out() -> None:
    execution = one(task(TimeoutSeconds=9), mocks={"S": [Silence()]})
    assert (execution.error, moments(execution, "LambdaFunctionTimedOut")) == ("States.Timeout", [9])


def test_an_answer_that_comes_too_late() -> None:
    assert one(task(TimeoutSeconds=9), mocks={"S": [Return(1, after=8.5)]}).output == 1
    assert one(task(TimeoutSeconds=9), mocks={"S": [Return(1, after=9.5)]}).error == "States.Timeout"


def test_who_took_an_activity() -> None:
    execution = one(task(Resource=ACTIVITY), mocks={"S": [Return(1, worker="w")]})
    started = next(event for event in execution.history if event["type"] == "ActivityStarted")
    assert started["activityStartedEventDetails"] == {"workerName": "w"}


def test_both_drivers_answer_alike() -> None:
    branches = [scope({name: task(Retry=[{"ErrorEquals": ["E"]}])}) for name in ("A", "B")]
    mocks = {"A": [Throw("E", after=1), Return(1)], "B": [Return(2, after=2)]}
    parallel = machine({"P": {"Type": "Parallel", "Branches": branches, "End": True}})
    options: dict[str, Any] = {"mocks": mocks, "clock": "virtual", "seed": "s"}
    inline, other = parallel.run(**options), asyncio.run(parallel.run_async(**options))
    assert links(inline) == links(other)
    assert inline.events == other.events


@pytest.mark.parametrize(
    ("mocks", "problem"),
    [
        ({"Sx": []}, r"the mock 'Sx' is neither a Task state nor a resource .* \(did you mean 'S'\?\)"),
        ({"S": Return(1)}, "the mock 'S' must be a list of Return, Throw and Silence"),
        ({"S": [Return(1), 5]}, "the mock 'S', answer 2: it must be a Return, Throw or Silence, but is: 5"),
        ({"S": [Return({1})]}, "the mock 'S', answer 1: a value of type set is not JSON"),
        ({"S": [Return(1, after=-1)]}, "answer 1: 'after' must be a number of seconds, 0 or more, but is: -1"),
        ({"S": [Throw("E", after=float("nan"))]}, "'after' must be a number of seconds"),
        ({"S": [Throw("E", submitted={1})]}, "a value of type set is not JSON"),
    ],
)
def test_scripts_that_cannot_be(mocks: Any, problem: str) -> None:
    with pytest.raises(HandlerError, match=problem):
        one(task(), mocks=mocks)

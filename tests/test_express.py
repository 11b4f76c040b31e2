"""Express machines: names, context, five minutes, no limit of events, and what they can't have."""

from __future__ import annotations

import asyncio
import re
from typing import Any

import pytest

from asl import DefinitionError, Execution, Return, Silence, StateMachine, VirtualClock
from tests.machines import ACTIVITY, FUNCTION, INVOKE, SEND, kinds, moments, scope, task

UUID = "[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"
FIVE_MINUTES = 300


def express(states: dict[str, Any], **top: Any) -> StateMachine:
    return StateMachine({"StartAt": next(iter(states)), "States": states, **top}, type="EXPRESS")


def run(states: dict[str, Any], data: Any = None, /, **options: Any) -> Execution:
    return express(states).run(data, **{"clock": "virtual", "seed": "fixed", **options})


CONTEXT = {"S": {"Type": "Pass", "Parameters": {"c.$": "$$"}, "OutputPath": "$.c", "End": True}}


@pytest.mark.parametrize("type_", ["express", "Express", "", None])
def test_the_type_is_one_of_two(type_: Any) -> None:
    with pytest.raises(DefinitionError, match='type must be "STANDARD" or "EXPRESS"'):
        StateMachine({"StartAt": "S", "States": {"S": {"Type": "Succeed"}}}, type=type_)


def test_the_arn_has_a_part_of_its_own() -> None:
    execution = run(CONTEXT, name="one", machine_name="M", account="111122223333", region="eu-west-1")
    prefix = "arn:aws:states:eu-west-1:111122223333:express:M:one:"
    assert re.fullmatch(prefix + UUID, execution.arn)
    assert execution.output["Execution"]["Id"] == execution.arn
    assert execution.machine_arn == "arn:aws:states:eu-west-1:111122223333:stateMachine:M"
    assert run(CONTEXT, name="one").arn == run(CONTEXT, name="one").arn
    assert run(CONTEXT, name="one").arn != run(CONTEXT, name="one", seed="other").arn


def test_the_context_object_of_both_ways_to_start() -> None:
    synchronous = run(CONTEXT).output["Execution"]
    asynchronous = run(CONTEXT, synchronous=False).output["Execution"]
    assert "RedriveCount" not in synchronous
    assert asynchronous == {**synchronous, "RedriveCount": 0}


# -- five minutes --


@pytest.mark.parametrize("seconds", [299, 300, 301, 100_000])
def test_it_ends_after_five_minutes(seconds: int) -> None:
    clock = VirtualClock(0)
    execution = run({"W": {"Type": "Wait", "Seconds": seconds, "End": True}}, clock=clock)
    if seconds < FIVE_MINUTES:
        assert execution.status == "SUCCEEDED"
    else:
        assert (execution.status, clock.now()) == ("TIMED_OUT", FIVE_MINUTES * 1000)
        assert kinds(execution)[-1] == "ExecutionTimedOut"


@pytest.mark.parametrize("how", ["run", "run_async"])
def test_a_task_that_is_never_answered_ends_with_it(how: str) -> None:
    built = express({"T": task(Retry=[{"ErrorEquals": ["States.ALL"]}])})
    options: dict[str, Any] = {"mocks": {"T": [Silence()]}, "clock": "virtual"}
    execution = built.run(**options) if how == "run" else asyncio.run(built.run_async(**options))
    assert (execution.status, execution.error) == ("TIMED_OUT", None)
    assert moments(execution, "ExecutionTimedOut") == [FIVE_MINUTES]


def test_a_time_out_of_its_own_comes_first() -> None:
    built = express({"W": {"Type": "Wait", "Seconds": 100, "End": True}}, TimeoutSeconds=7)
    assert moments(built.run(clock="virtual"), "ExecutionTimedOut") == [7]
    built = express({"W": {"Type": "Wait", "Seconds": 1000, "End": True}}, TimeoutSeconds=700)
    assert moments(built.run(clock="virtual"), "ExecutionTimedOut") == [FIVE_MINUTES]


# -- events --


def test_there_is_no_limit_of_25_000_events() -> None:
    """170 rounds of a Map of 40: more events than a Standard execution may have."""
    states = {
        "Start": {"Type": "Pass", "Result": {"n": 0, "items": list(range(40))}, "Next": "Each"},
        "Each": {
            "Type": "Map",
            "ItemsPath": "$.items",
            "ItemProcessor": scope({"I": {"Type": "Pass", "End": True}}),
            "ResultPath": None,
            "Next": "Add",
        },
        "Add": {
            "Type": "Pass",
            "Parameters": {"n.$": "States.MathAdd($.n, 1)", "items.$": "$.items"},
            "Next": "More?",
        },
        "More?": {
            "Type": "Choice",
            "Choices": [{"Variable": "$.n", "NumericLessThan": 170, "Next": "Each"}],
            "Default": "End",
        },
        "End": {"Type": "Succeed"},
    }
    execution = run(states)
    assert execution.status == "SUCCEEDED"
    assert len(execution.events) > 25_000
    standard = StateMachine({"StartAt": "Start", "States": states}).run(clock="virtual")
    assert (standard.status, len(standard.events)) == ("FAILED", 25_000)


def test_an_endless_loop_comes_to_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing passes time in it, so that five minutes would never be over."""
    monkeypatch.setattr("asl.machine.EXPRESS_HISTORY_LIMIT", 50_000)
    looping = {
        "A": {"Type": "Pass", "Next": "B"},
        "B": {"Type": "Choice", "Choices": [{"Variable": "$", "IsPresent": False, "Next": "End"}], "Default": "A"},
        "End": {"Type": "Succeed"},
    }
    execution = run(looping)
    assert (execution.status, execution.error) == ("FAILED", "States.Runtime")
    assert len(execution.events) == 50_000


def test_a_loop_that_waits_ends_by_the_clock() -> None:
    looping = {
        "A": {"Type": "Wait", "Seconds": 1, "Next": "B"},
        "B": {"Type": "Choice", "Choices": [{"Variable": "$", "IsPresent": False, "Next": "End"}], "Default": "A"},
        "End": {"Type": "Succeed"},
    }
    assert run(looping).status == "TIMED_OUT"


# -- what it can't have --


@pytest.mark.parametrize(
    ("resource", "message"),
    [
        (SEND + ".waitForTaskToken", "Express state machine does not support '.waitForTaskToken' service integration"),
        (INVOKE + ".waitForTaskToken", "Express state machine does not support '.waitForTaskToken'"),
        ("arn:aws:states:::ecs:runTask.sync", "Express state machine does not support '.sync' service integration"),
        ("arn:aws:states:::states:startExecution.sync:2", "Express state machine does not support '.sync'"),
        (ACTIVITY, "Express state machine does not support Activity ARN"),
    ],
)
@pytest.mark.parametrize("where", ["top", "branch", "iteration"])
def test_patterns_that_are_refused_at_load(resource: str, message: str, where: str) -> None:
    inner = {"T": task(Resource=resource)}
    states = {
        "top": inner,
        "branch": {"P": {"Type": "Parallel", "Branches": [scope(inner)], "End": True}},
        "iteration": {"M": {"Type": "Map", "ItemProcessor": scope(inner), "End": True}},
    }[where]
    with pytest.raises(DefinitionError, match=re.escape(message)):
        express(states)
    StateMachine({"StartAt": next(iter(states)), "States": states})  # a Standard machine may have it


def test_a_distributed_map_is_refused_at_load() -> None:
    processor = {
        **scope({"I": {"Type": "Pass", "End": True}}),
        "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "EXPRESS"},
    }
    with pytest.raises(DefinitionError, match="Express state machine does not support Distributed Map"):
        express({"M": {"Type": "Map", "ItemProcessor": processor, "End": True}})


@pytest.mark.parametrize("resource", [FUNCTION + "f", SEND, INVOKE])
def test_requests_are_fine(resource: str) -> None:
    assert run({"T": task(Resource=resource)}, mocks={"T": [Return(5)]}).output == 5

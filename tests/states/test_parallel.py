"""Parallel: order, aborted siblings, retry and catch; the exact events and their links."""

from __future__ import annotations

from typing import Any

import pytest

from asl import TaskError
from tests.machines import Script, links, moments, run, scope, task

PASS = {"Type": "Pass", "End": True}


def _fail(error: str = "E") -> dict[str, Any]:
    return scope({"F" + error: {"Type": "Fail", "Error": error, "Cause": "why"}})


def _wait(seconds: int) -> dict[str, Any]:
    return scope({f"W{seconds}": {"Type": "Wait", "Seconds": seconds, "End": True}})


def _sleep_then_fail(seconds: int, error: str = "E") -> dict[str, Any]:
    return scope(
        {
            "Sleep": {"Type": "Wait", "Seconds": seconds, "Next": "Fail"},
            "Fail": {"Type": "Fail", "Error": error, "Cause": "why"},
        }
    )


def _parallel(*branches: dict[str, Any], **fields: Any) -> dict[str, Any]:
    return {"Type": "Parallel", "Branches": list(branches), **fields, **({} if "Next" in fields else {"End": True})}


def test_results_stand_in_branch_order_whatever_ends_first() -> None:
    named = [
        scope({f"W{n}": {"Type": "Wait", "Seconds": n, "Next": f"R{n}"}, f"R{n}": {**PASS, "Result": n}})
        for n in (3, 1, 2)
    ]
    execution = run({"P": _parallel(*named)})
    assert execution.output == [3, 1, 2]
    assert moments(execution, "ParallelStateSucceeded") == [3]
    assert links(execution) == [
        "1 ExecutionStarted",
        "2<-0 ParallelStateEntered P",
        "3 ParallelStateStarted",
        "4 WaitStateEntered W3",
        "5<-3 WaitStateEntered W1",
        "6<-3 WaitStateEntered W2",
        "7<-5 WaitStateExited W1",
        "8 PassStateEntered R1",
        "9 PassStateExited R1",
        "10<-6 WaitStateExited W2",
        "11 PassStateEntered R2",
        "12 PassStateExited R2",
        "13<-4 WaitStateExited W3",
        "14 PassStateEntered R3",
        "15 PassStateExited R3",
        "16 ParallelStateSucceeded",
        "17<-15 ParallelStateExited P",
        "18 ExecutionSucceeded",
    ]


def test_a_failing_branch_aborts_the_others() -> None:
    inner = scope({"Inner": _parallel(scope({"Deep": {"Type": "Wait", "Seconds": 50, "End": True}}))})
    branches = [scope({"Done": PASS}), _wait(9), inner, _sleep_then_fail(2), scope({"T": task(TimeoutSeconds=60)})]
    execution = run({"P": _parallel(*branches)}, handlers={"f": lambda _event, context: context.sleep(30)})
    assert (execution.error, execution.cause) == ("E", "why")
    assert moments(execution, "ExecutionFailed") == [2]
    assert links(execution, 15) == [
        "15 FailStateEntered Fail",
        "16 WaitStateAborted",
        "17<-15 ParallelStateAborted",
        "18<-15 WaitStateAborted",
        "19<-15 TaskStateAborted",
        "20<-15 ParallelStateFailed",
        "21 ExecutionFailed",
    ]


def test_the_failing_task_is_aborted_too() -> None:
    execution = run(
        {"P": _parallel(scope({"A": task()}), scope({"B": task()}))}, handlers={"f": Script(TaskError("E"), {})}
    )
    assert links(execution, 4) == [
        "4 TaskStateEntered A",
        "5 LambdaFunctionScheduled",
        "6<-3 TaskStateEntered B",
        "7 LambdaFunctionScheduled",
        "8<-5 LambdaFunctionStarted",
        "9<-7 LambdaFunctionStarted",
        "10<-8 LambdaFunctionFailed",
        "11 TaskStateAborted",
        "12<-10 TaskStateAborted",
        "13<-10 ParallelStateFailed",
        "14 ExecutionFailed",
    ]


def test_a_nested_parallel_that_failed_is_not_aborted_besides() -> None:
    inner = scope({"Inner": _parallel(_fail())})
    execution = run({"P": _parallel(inner, _wait(5))})
    assert links(execution, 4) == [
        "4 ParallelStateEntered Inner",
        "5 ParallelStateStarted",
        "6<-3 WaitStateEntered W5",
        "7<-5 FailStateEntered FE",
        "8 ParallelStateFailed",
        "9 WaitStateAborted",
        "10<-8 ParallelStateFailed",
        "11 ExecutionFailed",
    ]


def test_caught() -> None:
    state = _parallel(_fail(), Catch=[{"ErrorEquals": ["E"], "Next": "After", "ResultPath": "$.e"}], Next="After")
    execution = run({"P": state, "After": {"Type": "Succeed"}}, {"in": 1})
    assert execution.output == {"in": 1, "e": {"Error": "E", "Cause": "why"}}
    assert links(execution, 4) == [
        "4 FailStateEntered FE",
        "5 ParallelStateFailed",
        "6 ParallelStateExited P",
        "7 SucceedStateEntered After",
        "8 SucceedStateExited After",
        "9 ExecutionSucceeded",
    ]


def test_a_fail_state_without_fields_is_caught_as_nulls() -> None:
    state = _parallel(
        scope({"F": {"Type": "Fail"}}), Catch=[{"ErrorEquals": ["States.ALL"], "Next": "After"}], Next="After"
    )
    assert run({"P": state, "After": {"Type": "Succeed"}}).output == {"Error": None, "Cause": None}


def test_a_retry_starts_every_branch_again() -> None:
    handler = Script("a1", TaskError("E"), "a2", "b2")
    branches = [scope({"A": task()}), scope({"B": task()})]
    execution = run(
        {"P": _parallel(*branches, Retry=[{"ErrorEquals": ["E"], "IntervalSeconds": 3}])}, handlers={"f": handler}
    )
    assert execution.output == ["a2", "b2"]
    assert moments(execution, "ParallelStateStarted") == [0, 3]
    assert links(execution, 10) == [
        "10<-8 LambdaFunctionSucceeded",
        "11 TaskStateExited A",
        "12<-9 LambdaFunctionFailed",
        "13 TaskStateAborted",
        "14<-12 ParallelStateStarted",
        "15 TaskStateEntered A",
        "16 LambdaFunctionScheduled",
        "17<-14 TaskStateEntered B",
        "18 LambdaFunctionScheduled",
        "19<-16 LambdaFunctionStarted",
        "20<-18 LambdaFunctionStarted",
        "21<-19 LambdaFunctionSucceeded",
        "22 TaskStateExited A",
        "23<-20 LambdaFunctionSucceeded",
        "24 TaskStateExited B",
        "25 ParallelStateSucceeded",
        "26<-24 ParallelStateExited P",
        "27 ExecutionSucceeded",
    ]


@pytest.mark.parametrize("error", ["States.BranchFailed", "Other"])
def test_the_error_is_the_branch_s_own(error: str) -> None:
    execution = run(
        {
            "P": _parallel(_fail(), Catch=[{"ErrorEquals": [error], "Next": "After"}], Next="After"),
            "After": {"Type": "Succeed"},
        }
    )
    assert (execution.status, execution.error) == ("FAILED", "E")


def test_states_runtime_ends_everything_at_once() -> None:
    branch = scope({"B": {**PASS, "InputPath": "$.no"}})
    state = _parallel(
        branch,
        _wait(5),
        Retry=[{"ErrorEquals": ["States.ALL"]}],
        Catch=[{"ErrorEquals": ["States.ALL"], "Next": "A"}],
        Next="A",
    )
    execution = run({"P": state, "A": {"Type": "Succeed"}})
    assert execution.error == "States.Runtime"
    assert links(execution, 4) == ["4 PassStateEntered B", "5 ExecutionFailed"]


def test_a_result_path_that_cannot_be_written_is_retried_then_caught() -> None:
    """States.ReferencePathConflict is an error like any other; the branches have succeeded by then."""
    state = _parallel(
        scope({"B": PASS}),
        ResultPath="$.x",
        Retry=[{"ErrorEquals": ["States.ReferencePathConflict"], "MaxAttempts": 1}],
        Catch=[{"ErrorEquals": ["States.ALL"], "Next": "A"}],
        Next="A",
    )
    execution = run({"P": state, "A": {"Type": "Succeed"}}, 4)
    assert execution.output["Error"] == "States.ReferencePathConflict"
    assert moments(execution, "ParallelStateSucceeded") == [0, 1]


def test_a_catcher_whose_result_path_does_not_fit_fails_the_state() -> None:
    state = _parallel(_fail(), Catch=[{"ErrorEquals": ["E"], "Next": "A", "ResultPath": "$.x"}], Next="A")
    execution = run({"P": state, "A": {"Type": "Succeed"}}, 4)
    assert execution.error == "States.ReferencePathConflict"

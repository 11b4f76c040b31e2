"""Tasks that start other executions."""

from __future__ import annotations

import json
from typing import Any

import pytest

from asl.service import starting
from tests.service.bench import FAIL, OWNER, PASS, WAIT, Bench

START = "arn:aws:states:::states:startExecution"
CHILD = f"{OWNER}:stateMachine:Child"


def parent(pattern: str = "", **parameters: Any) -> dict[str, Any]:
    given = {"StateMachineArn": CHILD, **parameters}
    state = {"Type": "Task", "Resource": f"{START}{pattern}", "Parameters": given, "End": True}
    return {"StartAt": "Start", "States": {"Start": state}}


def children(bench: Bench) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = bench.service.list_executions(stateMachineArn=CHILD)["executions"]
    return found


def output(bench: Bench, execution: str) -> Any:
    found = bench.describe(execution)
    assert found["status"] == "SUCCEEDED", found
    return json.loads(found["output"])


def test_starting_without_waiting(bench: Bench) -> None:
    bench.machine(WAIT, name="Child")
    began = bench.clock.now()
    found = output(bench, bench.ran(parent(Name="run", Input={"a": 1})))
    request = found["SdkResponseMetadata"]["RequestId"]
    assert found["ExecutionArn"] == f"{OWNER}:execution:Child:run"
    assert found["StartDate"] == began
    assert found["SdkHttpMetadata"]["HttpStatusCode"] == 200
    assert found["SdkHttpMetadata"]["HttpHeaders"]["x-amzn-RequestId"] == request
    assert found["SdkHttpMetadata"]["AllHttpHeaders"]["x-amzn-RequestId"] == [request]
    assert bench.describe(found["ExecutionArn"])["input"] == '{"a":1}'


@pytest.mark.parametrize("pattern", [".sync", ".sync:2"])
def test_waiting_for_its_end(bench: Bench, pattern: str) -> None:
    bench.machine(WAIT, name="Child")
    began = bench.clock.now()
    execution = bench.ran(parent(pattern, Name="run", Input='"text"'))
    data = "text" if pattern == ".sync:2" else '"text"'
    assert output(bench, execution) == {
        "ExecutionArn": f"{OWNER}:execution:Child:run",
        "Input": data,
        "InputDetails": {"Included": True},
        "Name": "run",
        "Output": data,
        "OutputDetails": {"Included": True},
        "RedriveCount": 0,
        "RedriveStatus": "NOT_REDRIVABLE",
        "RedriveStatusReason": "Execution is SUCCEEDED and cannot be redriven",
        "StartDate": began,
        "StateMachineArn": CHILD,
        "Status": "SUCCEEDED",
        "StopDate": began + 60_000,
    }
    tasks = ["TaskScheduled", "TaskStarted", "TaskSubmitted", "TaskSucceeded"]
    assert bench.types(execution) == [
        "ExecutionStarted",
        "TaskStateEntered",
        *tasks,
        "TaskStateExited",
        "ExecutionSucceeded",
    ]


def test_a_child_that_fails(bench: Bench) -> None:
    bench.machine(FAIL, name="Child")
    found = bench.describe(bench.ran(parent(".sync")))
    assert (found["status"], found["error"]) == ("FAILED", "States.TaskFailed")
    cause = json.loads(found["cause"])
    assert (cause["Status"], cause["Error"], cause["Cause"]) == ("FAILED", "Broken", "on purpose")


def test_stopping_the_parent_stops_the_child(bench: Bench) -> None:
    bench.machine(WAIT, name="Child")
    execution = bench.start(bench.machine(parent(".sync")))
    bench.run(until=bench.clock.now() + 1000)
    assert children(bench)[0]["status"] == "RUNNING"
    bench.service.stop_execution(executionArn=execution)
    bench.run()
    assert children(bench)[0]["status"] == "ABORTED"


def test_a_child_with_a_token(bench: Bench) -> None:
    bench.machine(PASS, name="Child")
    bench.start(bench.machine(parent(".waitForTaskToken", Input={"token.$": "$$.Task.Token"})), name="run")
    bench.run(until=bench.clock.now() + 1000)
    token = json.loads(bench.describe(children(bench)[0]["executionArn"])["input"])["token"]
    bench.service.send_task_success(taskToken=token, output='{"by": "hand"}')
    bench.run()
    assert output(bench, f"{OWNER}:execution:Machine:run") == {"by": "hand"}


@pytest.mark.parametrize(
    ("pattern", "parameters", "error", "message"),
    [
        ("", {"StateMachineArn": f"{CHILD}x"}, "StateMachineDoesNotExist", f"State Machine Does Not Exist: '{CHILD}x'"),
        ("", {"Name": "taken", "Input": "2"}, "ExecutionAlreadyExists", f"'{OWNER}:execution:Child:taken'"),
        (".sync", {"Name": "taken"}, "ExecutionAlreadyExists", f"'{OWNER}:execution:Child:taken'"),
        ("", {"Name": "a b"}, "InvalidName", "Invalid Name: 'a b'"),
        ("", {"Input": "x"}, "InvalidExecutionInput", "Unrecognized token 'x'"),
        ("", {"Name": "a" * 81}, "Validation", "Member must have length less than or equal to 80"),
        (
            ".sync",
            {"StateMachineArn": f"{OWNER}:stateMachine:Express"},
            "StateMachineTypeNotSupported",
            "not supported",
        ),
    ],
)
def test_what_fails_the_task(bench: Bench, pattern: str, parameters: dict[str, Any], error: str, message: str) -> None:
    bench.start(bench.machine(WAIT, name="Child"), name="taken")
    bench.machine(PASS, name="Express", type="EXPRESS")
    found = bench.describe(bench.ran(parent(pattern, **parameters)))
    assert (found["status"], found["error"]) == ("FAILED", f"StepFunctions.{error}Exception")
    assert message in found["cause"]
    assert "(Service: AWSStepFunctions; Status Code: 400; Error Code: " in found["cause"]


def test_an_express_child(bench: Bench) -> None:
    bench.machine(PASS, name="Child", type="EXPRESS")
    found = output(bench, bench.ran(parent(Name="run")))
    assert found["ExecutionArn"].startswith(f"{OWNER}:express:Child:run:")


class Died(BaseException):
    """The process has died."""


@pytest.mark.parametrize(("pattern", "name"), [("", {}), (".sync", {}), (".sync", {"Name": "given"})])
@pytest.mark.parametrize("child", [PASS, WAIT, FAIL], ids=["ended", "runs", "failed"])
def test_a_crash_after_the_start_starts_no_second_child(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, pattern: str, name: dict[str, str], child: Any
) -> None:
    """The worker dies when the child is in the store, and the task's answer isn't."""
    bench.machine(child, name="Child")
    real = starting._submit

    def submit_and_die(*arguments: Any) -> None:
        real(*arguments)
        raise Died

    execution = bench.start(bench.machine(parent(pattern, Input={"a": 1}, **name)))
    with monkeypatch.context() as patch:
        patch.setattr(starting, "_submit", submit_and_die)
        with pytest.raises(Died):
            bench.run()
    (lost,) = bench.store.workers()
    bench.store.bury(lost.id)
    bench.worker = bench.service.worker(threads=0)
    bench.run()
    (only,) = children(bench)
    assert only["status"] == ("FAILED" if child is FAIL else "SUCCEEDED")
    found = bench.describe(execution)
    assert found["status"] == ("FAILED" if pattern and child is FAIL else "SUCCEEDED")


def test_handlers_of_ones_own_win(bench: Bench) -> None:
    bench.worker = bench.service.worker({"states:startExecution": lambda event: "mine"}, threads=0)
    assert output(bench, bench.ran(parent())) == "mine"

"""The log of Express executions: which events, with what in them, in which order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from asl import ServiceError
from asl.service.operations import OPERATIONS
from tests.service.bench import FUNCTION

if TYPE_CHECKING:
    from tests.service.bench import Bench

GROUP = "arn:aws:logs:us-east-1:123456789012:log-group:mine:*"
DESTINATIONS = [{"cloudWatchLogsLogGroup": {"logGroupArn": GROUP}}]
DEFINITION: dict[str, Any] = {
    "StartAt": "A",
    "States": {
        "A": {"Type": "Task", "Resource": FUNCTION, "Next": "B"},
        "B": {"Type": "Fail", "Error": "E", "Cause": "why"},
    },
}


def logged(bench: Bench, level: str, *, data: bool = True, sync: bool = False) -> list[dict[str, Any]]:
    """What is in the log after one execution."""
    logging = {"level": level, "includeExecutionData": data, "destinations": DESTINATIONS}
    arn = bench.machine(DEFINITION, type="EXPRESS", loggingConfiguration=logging)
    if sync:
        bench.service.start_sync_execution(stateMachineArn=arn, input='{"n":1}')
    else:
        bench.service.start_execution(stateMachineArn=arn, input='{"n":1}')
        bench.run()
    lines: list[dict[str, Any]] = bench.service.read_log(stateMachineArn=arn)["events"]
    return lines


@pytest.mark.parametrize("sync", [False, True])
@pytest.mark.parametrize(
    ("level", "types"),
    [
        ("OFF", []),
        ("FATAL", ["ExecutionFailed"]),
        ("ERROR", ["FailStateEntered", "ExecutionFailed"]),
        (
            "ALL",
            ["ExecutionStarted", "TaskStateEntered", "LambdaFunctionScheduled", "LambdaFunctionStarted",
             "LambdaFunctionSucceeded", "TaskStateExited", "FailStateEntered", "ExecutionFailed"],
        ),
    ],
)  # fmt: skip
def test_the_level_says_which_events(bench: Bench, level: str, types: list[str], sync: bool) -> None:
    assert [line["type"] for line in logged(bench, level, sync=sync)] == types


def test_a_line_is_as_aws_writes_it(bench: Bench) -> None:
    line = logged(bench, "ALL")[1]
    arn = line.pop("execution_arn")
    assert ":express:" in arn
    assert line.pop("event_timestamp").isdecimal()
    assert line == {
        "id": "2",
        "type": "TaskStateEntered",
        "previous_event_id": "0",
        "redrive_count": "0",
        "details": {"name": "A", "input": '{"n":1}', "inputDetails": {"truncated": False}},
    }


def test_payloads_only_where_they_are_asked_for(bench: Bench) -> None:
    lines = logged(bench, "ALL", data=False)
    assert lines[1]["details"] == {"name": "A"}
    assert lines[-1]["details"] == {"error": "E", "cause": "why"}


def test_the_log_comes_in_pages(bench: Bench) -> None:
    whole = logged(bench, "ALL")
    arn = bench.service.list_state_machines()["stateMachines"][0]["stateMachineArn"]
    found, token = [], None
    while True:
        page = bench.service.read_log(stateMachineArn=arn, maxResults=3, nextToken=token)
        found += page["events"]
        token = page.get("nextToken")
        if token is None:
            break
    assert found == whole


def test_it_is_no_operation_of_aws(bench: Bench) -> None:
    assert "ReadLog" not in OPERATIONS
    with pytest.raises(ServiceError) as caught:
        bench.service.read_log(stateMachineArn="arn:aws:states:us-east-1:123456789012:stateMachine:none")
    assert caught.value.code == "StateMachineDoesNotExist"

"""Compact records become exactly what GetExecutionHistory answers."""

from __future__ import annotations

import re
from typing import Any

import pytest

from asl.history import history, shape
from asl.kernel import events as log

FLAG = {"truncated": False}
T = 1_790_218_590_599  # milliseconds

# type and details of a record -> name of the details object and its members (None: no details object)
SHAPES: list[tuple[tuple[Any, ...], str | None, dict[str, Any]]] = [
    (
        ("ExecutionStarted", '{"a":1}', "arn:role"),
        "executionStartedEventDetails",
        {"input": '{"a":1}', "inputDetails": FLAG, "roleArn": "arn:role"},
    ),
    (("ExecutionSucceeded", "[1]"), "executionSucceededEventDetails", {"output": "[1]", "outputDetails": FLAG}),
    (("ExecutionFailed", "E", "why"), "executionFailedEventDetails", {"error": "E", "cause": "why"}),
    (("ExecutionFailed", None, None), "executionFailedEventDetails", {}),
    (("ExecutionFailed", "E", None), "executionFailedEventDetails", {"error": "E"}),
    (("ExecutionFailed", None, "why"), "executionFailedEventDetails", {"cause": "why"}),
    (("ExecutionFailed", "", ""), "executionFailedEventDetails", {"error": "", "cause": ""}),
    (("ExecutionRedriven", 2), "executionRedrivenEventDetails", {"redriveCount": 2}),
    (("ExecutionAborted", None, None), "executionAbortedEventDetails", {}),
    (("ExecutionTimedOut", "States.Timeout", None), "executionTimedOutEventDetails", {"error": "States.Timeout"}),
    *(
        (
            (f"{state}StateEntered", "S", "{}", -1),
            "stateEnteredEventDetails",
            {"name": "S", "input": "{}", "inputDetails": FLAG},
        )
        for state in ("Pass", "Task", "Choice", "Wait", "Succeed", "Fail", "Parallel", "Map")
    ),
    *(
        (
            (f"{state}StateExited", "S", "{}", None, None),
            "stateExitedEventDetails",
            {"name": "S", "output": "{}", "outputDetails": FLAG},
        )
        for state in ("Pass", "Task", "Choice", "Wait", "Succeed", "Parallel", "Map")
    ),
    (
        ("PassStateExited", "S", "{}", {"x": "42", "y": '{"z":null}'}, None),
        "stateExitedEventDetails",
        {
            "name": "S",
            "output": "{}",
            "outputDetails": FLAG,
            "assignedVariables": {"x": "42", "y": '{"z":null}'},
            "assignedVariablesDetails": FLAG,
        },
    ),
    (("TaskStateAborted",), None, {}),
    (("WaitStateAborted",), None, {}),
    (("ParallelStateAborted",), None, {}),
    (("MapStateAborted",), None, {}),
    (
        ("EvaluationFailed", "S", "States.QueryEvaluationError", "why", "Output"),
        "evaluationFailedEventDetails",
        {"state": "S", "error": "States.QueryEvaluationError", "cause": "why", "location": "Output"},
    ),
    (
        ("EvaluationFailed", "S", "States.QueryEvaluationError", "why", None),
        "evaluationFailedEventDetails",
        {"state": "S", "error": "States.QueryEvaluationError", "cause": "why"},
    ),
    (
        ("LambdaFunctionScheduled", "arn:f", "{}", None, None),
        "lambdaFunctionScheduledEventDetails",
        {"resource": "arn:f", "input": "{}", "inputDetails": FLAG},
    ),
    (
        ("LambdaFunctionScheduled", "arn:f", "{}", 5, "arn:role"),
        "lambdaFunctionScheduledEventDetails",
        {
            "resource": "arn:f",
            "input": "{}",
            "inputDetails": FLAG,
            "timeoutInSeconds": 5,
            "taskCredentials": {"roleArn": "arn:role"},
        },
    ),
    (("LambdaFunctionStarted",), None, {}),
    (
        ("LambdaFunctionSucceeded", "1"),
        "lambdaFunctionSucceededEventDetails",
        {"output": "1", "outputDetails": FLAG},
    ),
    (("LambdaFunctionFailed", "E", "c"), "lambdaFunctionFailedEventDetails", {"error": "E", "cause": "c"}),
    (
        ("LambdaFunctionTimedOut", "States.Timeout", None),
        "lambdaFunctionTimedOutEventDetails",
        {"error": "States.Timeout"},
    ),
    (
        ("ActivityScheduled", "arn:a", "{}", 9, 3),
        "activityScheduledEventDetails",
        {
            "resource": "arn:a",
            "input": "{}",
            "inputDetails": FLAG,
            "timeoutInSeconds": 9,
            "heartbeatInSeconds": 3,
        },
    ),
    (("ActivityStarted", "worker"), "activityStartedEventDetails", {"workerName": "worker"}),
    (("ActivityStarted", None), "activityStartedEventDetails", {}),
    (("ActivitySucceeded", "1"), "activitySucceededEventDetails", {"output": "1", "outputDetails": FLAG}),
    (("ActivityFailed", "E", None), "activityFailedEventDetails", {"error": "E"}),
    (("ActivityTimedOut", "States.Timeout", None), "activityTimedOutEventDetails", {"error": "States.Timeout"}),
    (
        ("TaskScheduled", "sqs", "sendMessage", "us-east-1", "{}", None, None, None),
        "taskScheduledEventDetails",
        {"resourceType": "sqs", "resource": "sendMessage", "region": "us-east-1", "parameters": "{}"},
    ),
    (
        ("TaskScheduled", "sqs", "sendMessage.waitForTaskToken", "us-east-1", "{}", 60, 10, "arn:role"),
        "taskScheduledEventDetails",
        {
            "resourceType": "sqs",
            "resource": "sendMessage.waitForTaskToken",
            "region": "us-east-1",
            "parameters": "{}",
            "timeoutInSeconds": 60,
            "heartbeatInSeconds": 10,
            "taskCredentials": {"roleArn": "arn:role"},
        },
    ),
    (
        ("TaskStarted", "sqs", "sendMessage"),
        "taskStartedEventDetails",
        {"resourceType": "sqs", "resource": "sendMessage"},
    ),
    (
        ("TaskSubmitted", "sqs", "sendMessage", "{}"),
        "taskSubmittedEventDetails",
        {"resourceType": "sqs", "resource": "sendMessage", "output": "{}", "outputDetails": FLAG},
    ),
    (
        ("TaskSucceeded", "sqs", "sendMessage", "{}"),
        "taskSucceededEventDetails",
        {"resourceType": "sqs", "resource": "sendMessage", "output": "{}", "outputDetails": FLAG},
    ),
    (
        ("TaskFailed", "sqs", "sendMessage", None, None),
        "taskFailedEventDetails",
        {"resourceType": "sqs", "resource": "sendMessage"},
    ),
    (
        ("TaskTimedOut", "sqs", "sendMessage", "States.Timeout", None),
        "taskTimedOutEventDetails",
        {"resourceType": "sqs", "resource": "sendMessage", "error": "States.Timeout"},
    ),
    (
        ("TaskStartFailed", "sqs", "sendMessage", "E", "c"),
        "taskStartFailedEventDetails",
        {"resourceType": "sqs", "resource": "sendMessage", "error": "E", "cause": "c"},
    ),
    (
        ("TaskSubmitFailed", "sqs", "sendMessage", "E", "c"),
        "taskSubmitFailedEventDetails",
        {"resourceType": "sqs", "resource": "sendMessage", "error": "E", "cause": "c"},
    ),
    (("ParallelStateStarted",), None, {}),
    (("ParallelStateSucceeded",), None, {}),
    (("ParallelStateFailed",), None, {}),
    (("MapStateStarted", 0), "mapStateStartedEventDetails", {"length": 0}),
    (("MapStateSucceeded",), None, {}),
    (("MapStateFailed",), None, {}),
    *(
        ((f"MapIteration{verb}", "M", 0), f"mapIteration{verb}EventDetails", {"name": "M", "index": 0})
        for verb in ("Started", "Succeeded", "Failed", "Aborted")
    ),
]


def record(kind: str, *details: Any) -> log.Event:
    return (kind, 6, T, 4, *details)


@pytest.mark.parametrize(("written", "key", "members"), SHAPES, ids=[str(row[0][0]) for row in SHAPES])
def test_each_type(written: tuple[Any, ...], key: str | None, members: dict[str, Any]) -> None:
    expected = {"id": 7, "previousEventId": 6, "timestamp": 1790218590.599, "type": written[0]}
    if key is not None:
        expected[key] = members
    assert shape(7, record(*written)) == expected


def test_the_table_of_the_log_is_covered() -> None:
    """Every type which the log's own documentation names has a shape and a row above."""
    assert log.__doc__ is not None
    named = set()
    for line in log.__doc__.splitlines():
        if line.startswith("| ") and '"' not in line.split("|")[1]:
            named |= set(re.findall(r"[A-Z]\w+", line.split("|")[1]))
    named -= {"XStateEntered", "XStateExited"}
    rows = {written[0] for written, _, _ in SHAPES}
    assert named
    assert named <= rows


def test_a_timestamp_is_seconds_as_a_float() -> None:
    assert shape(1, ("MapStateFailed", 0, 5_000, 2))["timestamp"] == 5.0
    assert isinstance(shape(1, ("MapStateFailed", 0, 5_000, 2))["timestamp"], float)


def test_history_numbers_events_densely() -> None:
    shaped = history([record("MapStateFailed"), record("ExecutionFailed", None, None)])
    assert [event["id"] for event in shaped] == [1, 2]
    assert [event["id"] for event in history([record("MapStateFailed")], first=9)] == [9]


@pytest.mark.parametrize(
    ("written", "left"),
    [
        (("ExecutionStarted", "{}", "arn:role"), {"roleArn": "arn:role"}),
        (("PassStateExited", "S", "{}", {"x": "1"}, None), {"name": "S"}),
        (("TaskSucceeded", "sqs", "send", "{}"), {"resourceType": "sqs", "resource": "send"}),
        (
            ("TaskScheduled", "sqs", "send", "us-east-1", "{}", 5, None, "arn:role"),
            {
                "resourceType": "sqs",
                "resource": "send",
                "region": "us-east-1",
                "timeoutInSeconds": 5,
                "taskCredentials": {"roleArn": "arn:role"},
            },
        ),
        (("ExecutionFailed", "E", "c"), {"error": "E", "cause": "c"}),
        (("ExecutionSucceeded", "{}"), {}),
    ],
    ids=lambda value: value[0] if isinstance(value, tuple) else "",
)
def test_without_execution_data(written: tuple[Any, ...], left: dict[str, Any]) -> None:
    (shaped,) = history([record(*written)], include_data=False)
    (key,) = (name for name in shaped if name.endswith("EventDetails"))
    assert shaped[key] == left


def test_a_reader_may_change_what_it_got() -> None:
    variables = {"x": "1"}
    exited = record("PassStateExited", "S", "{}", variables, None)
    first = shape(1, exited)
    first["stateExitedEventDetails"]["outputDetails"]["truncated"] = True
    first["stateExitedEventDetails"]["assignedVariables"]["x"] = "2"
    assert shape(1, exited)["stateExitedEventDetails"]["outputDetails"] == FLAG
    assert variables == {"x": "1"}


def test_an_unknown_type_is_an_error() -> None:
    with pytest.raises(KeyError, match="NoSuchEvent"):
        shape(1, record("NoSuchEvent"))

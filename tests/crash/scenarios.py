"""Machines that together hold all state types, retries, catchers, timers, tokens and activities."""

from __future__ import annotations

from typing import Any

from tests.machines import ACTIVITY, FUNCTION, scope

TOKEN = "arn:aws:states:::lambda:invoke.waitForTaskToken"
JOB = "arn:aws:states:::ecs:runTask.sync"

#: Retries what a lost worker leaves behind, beside what the handler itself raises.
LOST = {"ErrorEquals": ["States.TaskFailed"], "IntervalSeconds": 3, "MaxAttempts": 9, "BackoffRate": 1.0}
AGAIN = {"ErrorEquals": ["A"], "IntervalSeconds": 2, "MaxAttempts": 9, "BackoffRate": 2.0}
RETRY = {"Retry": [AGAIN, LOST]}


def call(**fields: Any) -> dict[str, Any]:
    """A task that goes on after a crash."""
    state = {"Type": "Task", "Resource": FUNCTION + "f", **RETRY, **fields}
    return state if "Next" in state else {**state, "End": True}


def machine(states: dict[str, Any], **top: Any) -> dict[str, Any]:
    """A machine that starts with the first of its states."""
    return {"StartAt": next(iter(states)), "States": states, **top}


def ask(**fields: Any) -> dict[str, Any]:
    """A task that is answered by its token."""
    parameters = {"FunctionName": "f", "Payload": {"n": 1, "token.$": "$$.Task.Token"}}
    return call(Resource=TOKEN, Parameters=parameters, **fields)


def each(state: dict[str, Any], **fields: Any) -> dict[str, Any]:
    """A Map over the numbers of the input."""
    return {"Type": "Map", "ItemsPath": "$.items", "ItemProcessor": scope({"Each": state}), **fields}


BRANCHES = [
    scope({"One": call(Next="Nap"), "Nap": {"Type": "Wait", "Seconds": 5, "End": True}}),
    scope({"Two": call(Next="Three"), "Three": call()}),
    scope({"FlakyFour": call()}),
]

INPUT = {"n": 1, "items": [{"n": number} for number in range(1, 6)]}

SCENARIOS: dict[str, dict[str, Any]] = {
    "steps": machine(
        {
            "Pass": {"Type": "Pass", "Assign": {"v": 1}, "Next": "Wait"},
            "Wait": {"Type": "Wait", "Seconds": 60, "Next": "Choice"},
            "Choice": {
                "Type": "Choice",
                "Choices": [{"Variable": "$v", "NumericEquals": 1, "Next": "Task"}],
                "Default": "Fail",
            },
            "Task": call(Next="Long"),
            "Long": {"Type": "Wait", "Seconds": 3600, "Next": "Succeed"},
            "Succeed": {"Type": "Succeed"},
            "Fail": {"Type": "Fail", "Error": "no"},
        }
    ),
    "retry": machine({"Flaky": call(Next="After"), "After": call()}),
    "catch": machine(
        {
            "Bad": {
                **call(Next="No"),
                "Retry": [{**AGAIN, "MaxAttempts": 1}, LOST],
                "Catch": [{"ErrorEquals": ["States.ALL"], "ResultPath": "$.error", "Next": "Instead"}],
            },
            "No": {"Type": "Pass", "End": True},
            "Instead": call(),
        }
    ),
    "failing": machine({"One": call(Next="Bad"), "Bad": call(Retry=[{**AGAIN, "MaxAttempts": 2}, LOST])}),
    "parallel": machine({"P": {"Type": "Parallel", "Branches": BRANCHES, "Next": "Last"}, "Last": call()}),
    "map": machine({"M": each(call(), Next="Last"), "Last": {"Type": "Pass", "End": True}}),
    "narrow map": machine({"M": each(call(), MaxConcurrency=2, End=True)}),
    "nested": machine(
        {
            "P": {
                "Type": "Parallel",
                "Branches": [
                    scope({"M": each(call(), MaxConcurrency=1, End=True)}),
                    scope({"W": {"Type": "Wait", "Seconds": 1, "Next": "T"}, "T": ask()}),
                ],
                "End": True,
            }
        }
    ),
    "token": machine({"Ask": ask(Next="After", HeartbeatSeconds=900_000), "After": call()}),
    "job": machine({"Run": call(Resource=JOB, Parameters={"n": 3})}),
    "activity": machine(
        {"Do": {"Type": "Task", "Resource": ACTIVITY, "TimeoutSeconds": 600_000, "Next": "After"}, "After": call()}
    ),
    "loop": machine(
        {
            "Begin": {"Type": "Pass", "Assign": {"i": 0}, "Next": "Body"},
            "Body": call(Next="Add"),
            "Add": {"Type": "Pass", "Assign": {"i.$": "States.MathAdd($i, 1)"}, "Next": "More"},
            "More": {
                "Type": "Choice",
                "Choices": [{"Variable": "$i", "NumericLessThan": 3, "Next": "Body"}],
                "Default": "Done",
            },
            "Done": {"Type": "Succeed"},
        }
    ),
}

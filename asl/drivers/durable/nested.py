"""What a task that started another execution gets to know when that one has ended.

Dates are whole milliseconds here, unlike everywhere else in AWS's answers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from asl.jsontext import decode, encode
from asl.kernel import tokens
from asl.kernel.outcome import Failure, Value
from asl.stores.base import ANSWER, SUCCEEDED, Message

if TYPE_CHECKING:
    from asl.kernel.outcome import Outcome
    from asl.stores.base import End, Execution

#: DescribeExecution's reasons why something can't be redriven, by status.
_NOT_REDRIVABLE = "Execution is SUCCEEDED and cannot be redriven"


def answer_to_parent(execution: Execution, end: End) -> Message | None:
    """The message for the ``.sync`` task that waits for this execution; None when there is none."""
    place = tokens.read(execution.parent or "")
    if place is None:
        return None
    told = encode({"child": _describe(execution, end)})
    return Message(int(place.address), ANSWER, place.frame, place.wait, told)


def outcome_of(child: dict[str, Any], *, parsed: bool) -> Outcome:
    """What becomes of the task. ``parsed``: ``.sync:2``, which gets input and output as values."""
    if child["Status"] != SUCCEEDED:
        return Failure("States.TaskFailed", encode(child))
    if parsed:
        child = {name: decode(value) if name in ("Input", "Output") else value for name, value in child.items()}
    return Value(child)


def _describe(execution: Execution, end: End) -> dict[str, Any]:
    succeeded = end.status == SUCCEEDED
    error = "States.Timeout" if end.status == "TIMED_OUT" else end.error
    machine = execution.arn.replace(":execution:", ":stateMachine:").rpartition(":")[0]
    members = {
        "Cause": end.cause,
        "Error": error,
        "ExecutionArn": execution.arn,
        "Input": execution.input,
        "InputDetails": {"Included": True},
        "Name": execution.name,
        "Output": end.output,
        "OutputDetails": {"Included": True} if succeeded else None,
        "RedriveCount": execution.redrive_count,
        "RedriveStatus": "NOT_REDRIVABLE" if succeeded or not end.keeps_frames else "REDRIVABLE",
        "RedriveStatusReason": _NOT_REDRIVABLE if succeeded else None,
        "StartDate": execution.start,
        "StateMachineArn": machine,
        "Status": end.status,
        "StopDate": end.stop,
    }
    return {name: value for name, value in members.items() if value is not None}

"""How each part that was recorded follows from an execution: one table, ``DERIVED``, part name -> derivation.

``events`` isn't among them: the runner compares the history itself, with the comparer's rules for order and links.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from .cases import Case
    from .engine import Execution, Names

    Derivation = Callable[["Ended"], Any]

#: Members that DescribeExecution got with redriving; recordings before that day don't have them.
REDRIVE_SINCE = "2023-11-15"
REDRIVE_MEMBERS = ("redriveCount", "redriveStatus", "redriveStatusReason")

#: The members of event details that logging without execution data leaves out.
EXECUTION_DATA = frozenset(
    ("input", "inputDetails", "output", "outputDetails", "parameters", "assignedVariables", "assignedVariablesDetails")
)
FATAL = frozenset(("ExecutionAborted", "ExecutionFailed", "ExecutionTimedOut"))
ERROR_ENDINGS = ("Failed", "TimedOut", "Aborted")

#: Express executions are billed in steps of this many milliseconds, and of 64 MB.
BILLING_STEP = 100
BILLING_MEMORY = 64


@dataclass(frozen=True)
class Ended:
    """An execution that has ended, with the case and the names it ran under."""

    case: Case
    names: Names
    execution: Execution

    @property
    def history(self) -> list[dict[str, Any]]:
        return self.execution.history

    @property
    def input(self) -> str:
        return str(self.history[0]["executionStartedEventDetails"]["input"])

    @property
    def output(self) -> str | None:
        """The output's JSON text, as the last event shows it; None unless the execution succeeded."""
        details = self.history[-1].get("executionSucceededEventDetails")
        return None if details is None else str(details["output"])


def derive(part: str, ended: Ended) -> Any:
    """What AWS would have answered for ``part``. Raises KeyError if nothing in ``DERIVED`` makes that part."""
    return DERIVED[part](ended)


# -- answers of the API


def start_execution(ended: Ended) -> dict[str, Any]:
    return {"executionArn": ended.execution.arn, "startDate": _moment(ended.history[0])}


def describe_execution(ended: Ended) -> dict[str, Any]:
    status = ended.execution.status
    redrivable = status in ("FAILED", "TIMED_OUT", "ABORTED")
    answer: dict[str, Any] = {
        "executionArn": ended.execution.arn,
        "stateMachineArn": ended.names.machine_arn,
        "name": ended.names.execution,
        "status": status,
        "startDate": _moment(ended.history[0]),
        "stopDate": _moment(ended.history[-1]),
        "input": ended.input,
        "inputDetails": {"included": True},
        **_output_members(ended),
        # The event of a timeout names States.Timeout; the description of the execution does not.
        **({} if status == "TIMED_OUT" else _error_members(ended)),
        "redriveCount": 0,
        "redriveStatus": "REDRIVABLE" if redrivable else "NOT_REDRIVABLE",
    }
    if not redrivable:
        answer["redriveStatusReason"] = f"Execution is {status} and cannot be redriven"
    if ended.case.data["recorded"] < REDRIVE_SINCE:
        return {key: value for key, value in answer.items() if key not in REDRIVE_MEMBERS}
    return answer


def start_sync_execution(ended: Ended) -> dict[str, Any]:
    spent = _milliseconds(ended.history[-1]) - _milliseconds(ended.history[0])
    return {
        "executionArn": ended.execution.arn,
        "stateMachineArn": ended.names.machine_arn,
        "name": ended.names.execution,
        "status": ended.execution.status,
        "startDate": _moment(ended.history[0]),
        "stopDate": _moment(ended.history[-1]),
        "input": ended.input,
        "inputDetails": {"included": True},
        **_output_members(ended),
        "outputDetails": {"included": True},  # unlike DescribeExecution also if there is no output
        **_error_members(ended),
        "billingDetails": {
            "billedDurationInMilliseconds": max(1, -(-spent // BILLING_STEP)) * BILLING_STEP,
            "billedMemoryUsedInMB": BILLING_MEMORY,
        },
    }


def _output_members(ended: Ended) -> dict[str, Any]:
    return {} if ended.output is None else {"output": ended.output, "outputDetails": {"included": True}}


def _error_members(ended: Ended) -> dict[str, Any]:
    found = {"error": ended.execution.error, "cause": ended.execution.cause}
    return {key: value for key, value in found.items() if value is not None}


# -- CloudWatch Logs


def logged_execution_events(ended: Ended) -> list[dict[str, Any]]:
    """One record for each event of the logged level; its details are flattened, its ids and times are strings."""
    logging = ended.case.data.get("logging", {"level": "ALL", "includeExecutionData": True})
    return [
        _log_record(ended, event, logging["includeExecutionData"])
        for event in ended.history
        if _logged(event["type"], logging["level"])
    ]


def end_event(ended: Ended) -> dict[str, Any] | None:
    records = logged_execution_events(ended)
    return records[-1] if records else None


def _logged(kind: str, level: str) -> bool:
    match level:
        case "ALL":
            return True
        case "ERROR":
            return kind == "FailStateEntered" or kind.endswith(ERROR_ENDINGS)
        case "FATAL":
            return kind in FATAL
    return False


def _log_record(ended: Ended, event: dict[str, Any], with_data: bool) -> dict[str, Any]:
    details: dict[str, Any] = next((value for key, value in event.items() if key.endswith("EventDetails")), {})
    return {
        "id": str(event["id"]),
        "type": event["type"],
        "details": {key: value for key, value in details.items() if with_data or key not in EXECUTION_DATA},
        "previous_event_id": str(event["previousEventId"]),
        "event_timestamp": str(_milliseconds(event)),
        "execution_arn": ended.execution.arn,
        "redrive_count": "0",
    }


# -- time


def _moment(event: dict[str, Any]) -> datetime:
    """The timestamp of an event, which is a datetime (boto3) or a number of epoch seconds (the wire)."""
    stamp = event["timestamp"]
    return stamp if isinstance(stamp, datetime) else datetime.fromtimestamp(stamp, UTC)


def _milliseconds(event: dict[str, Any]) -> int:
    return round(_moment(event).timestamp() * 1000)


DERIVED: dict[str, Derivation] = {
    "output": lambda ended: ended.output,
    "start_execution": start_execution,
    "describe_execution": describe_execution,
    "start_sync_execution": start_sync_execution,
    "logged_execution_events": logged_execution_events,
    "end_event": end_event,
}

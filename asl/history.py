"""Compact event records -> the event shapes of AWS's GetExecutionHistory.

The only place that knows AWS's spelling of a history event: the name of its details object and which members it leaves
out when there is nothing to say. ``asl.kernel.events`` tells what a record holds.

Shaping is a look-up in one table and one or two dict displays per event, since a history may hold 25,000 of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from asl.kernel.events import Event

Shape = dict[str, Any]


def shape(event_id: int, event: Event, *, include_data: bool = True) -> Shape:
    """One record as AWS shapes it; ``timestamp`` is in epoch seconds with milliseconds, payloads are JSON text.

    ``include_data=False`` is AWS's ``includeExecutionData=false``: payloads and their flags are left out, while names,
    roles, errors, causes and links stay. Raises KeyError for a type that the log doesn't know.
    """
    kind = event[0]
    key, details = _DETAILS[kind]
    shaped: Shape = {"timestamp": event[2] / 1000, "type": kind, "id": event_id, "previousEventId": event[1]}
    if details is not None:
        shaped[key] = details(event) if include_data else _without_data(details(event))
    return shaped


def history(events: Iterable[Event], *, include_data: bool = True, first: int = 1) -> list[Shape]:
    """All ``events`` as AWS shapes them, in order; ``first`` is the id of the first of them."""
    return [shape(number, event, include_data=include_data) for number, event in enumerate(events, first)]


#: Members that ``includeExecutionData=false`` leaves out.
_DATA = frozenset(
    ("input", "inputDetails", "output", "outputDetails", "parameters", "assignedVariables", "assignedVariablesDetails")
)


def _without_data(details: Shape) -> Shape:
    return {name: value for name, value in details.items() if name not in _DATA}


# One function per shape of a details object. A record's own fields start at position 4.
# The flags are new objects each time: a shaped event belongs to its reader, who may change it.


def _execution_started(event: Event) -> Shape:
    return {"input": event[4], "inputDetails": {"truncated": False}, "roleArn": event[5]}


def _output(event: Event) -> Shape:
    return {"output": event[4], "outputDetails": {"truncated": False}}


def _redriven(event: Event) -> Shape:
    return {"redriveCount": event[4]}


def _failure(event: Event) -> Shape:
    return _named(error=event[4], cause=event[5])


def _state_entered(event: Event) -> Shape:
    return {"name": event[4], "input": event[5], "inputDetails": {"truncated": False}}


def _state_exited(event: Event) -> Shape:
    details: Shape = {"name": event[4], "output": event[5], "outputDetails": {"truncated": False}}
    if event[6]:
        details["assignedVariables"] = dict(event[6])
        details["assignedVariablesDetails"] = {"truncated": False}
    return details


def _evaluation_failed(event: Event) -> Shape:
    return _named(state=event[4], error=event[5], cause=event[6], location=event[7])


def _lambda_scheduled(event: Event) -> Shape:
    details = {"resource": event[4], "input": event[5], "inputDetails": {"truncated": False}}
    return _scheduled(details, timeout=event[6], role_arn=event[7])


def _activity_scheduled(event: Event) -> Shape:
    details = {"resource": event[4], "input": event[5], "inputDetails": {"truncated": False}}
    return _scheduled(details, timeout=event[6], heartbeat=event[7])


def _task_scheduled(event: Event) -> Shape:
    details = {"resourceType": event[4], "resource": event[5], "region": event[6], "parameters": event[7]}
    return _scheduled(details, timeout=event[8], heartbeat=event[9], role_arn=event[10])


def _activity_started(event: Event) -> Shape:
    return _named(workerName=event[4])


def _task_started(event: Event) -> Shape:
    return {"resourceType": event[4], "resource": event[5]}


def _task_output(event: Event) -> Shape:
    return {
        "resourceType": event[4],
        "resource": event[5],
        "output": event[6],
        "outputDetails": {"truncated": False},
    }


def _task_failure(event: Event) -> Shape:
    return _named(resourceType=event[4], resource=event[5], error=event[6], cause=event[7])


def _length(event: Event) -> Shape:
    return {"length": event[4]}


def _iteration(event: Event) -> Shape:
    return {"name": event[4], "index": event[5]}


def _named(**members: str | None) -> Shape:
    """The members that have something to say: AWS leaves a null out."""
    return {name: value for name, value in members.items() if value is not None}


def _scheduled(details: Shape, timeout: int | None, heartbeat: int | None = None, role_arn: str | None = None) -> Shape:
    """What the state configures beside its input; only members which it does configure are recorded."""
    if timeout is not None:
        details["timeoutInSeconds"] = timeout
    if heartbeat is not None:
        details["heartbeatInSeconds"] = heartbeat
    if role_arn is not None:
        details["taskCredentials"] = {"roleArn": role_arn}
    return details


def _with_own_key(details: Callable[[Event], Shape], *kinds: str) -> dict[str, _Entry]:
    """Most types name their details object after themselves: TaskFailed -> taskFailedEventDetails."""
    return {kind: (f"{kind[0].lower()}{kind[1:]}EventDetails", details) for kind in kinds}


def _with_shared_key(key: str, details: Callable[[Event], Shape], *kinds: str) -> dict[str, _Entry]:
    return dict.fromkeys(kinds, (key, details))


def _without_details(*kinds: str) -> dict[str, _Entry]:
    return dict.fromkeys(kinds, ("", None))


_Entry = tuple[str, "Callable[[Event], Shape] | None"]

_STATES = ("Pass", "Task", "Choice", "Wait", "Succeed", "Parallel", "Map")

#: type -> (name of its details object, what makes that object); None: AWS writes no details object at all.
_DETAILS: dict[str, _Entry] = {
    **_with_own_key(_execution_started, "ExecutionStarted"),
    **_with_own_key(_output, "ExecutionSucceeded", "LambdaFunctionSucceeded", "ActivitySucceeded"),
    **_with_own_key(_redriven, "ExecutionRedriven"),
    **_with_own_key(_failure, "ExecutionFailed", "ExecutionAborted", "ExecutionTimedOut"),
    **_with_own_key(_failure, "LambdaFunctionFailed", "LambdaFunctionTimedOut", "ActivityFailed", "ActivityTimedOut"),
    **_with_shared_key(
        "stateEnteredEventDetails", _state_entered, *(f"{state}StateEntered" for state in (*_STATES, "Fail"))
    ),
    **_with_shared_key("stateExitedEventDetails", _state_exited, *(f"{state}StateExited" for state in _STATES)),
    **_without_details(*(f"{state}StateAborted" for state in ("Task", "Wait", "Parallel", "Map"))),
    **_with_own_key(_evaluation_failed, "EvaluationFailed"),
    **_with_own_key(_lambda_scheduled, "LambdaFunctionScheduled"),
    **_without_details("LambdaFunctionStarted"),
    **_with_own_key(_activity_scheduled, "ActivityScheduled"),
    **_with_own_key(_activity_started, "ActivityStarted"),
    **_with_own_key(_task_scheduled, "TaskScheduled"),
    **_with_own_key(_task_started, "TaskStarted"),
    **_with_own_key(_task_output, "TaskSubmitted", "TaskSucceeded"),
    **_with_own_key(_task_failure, "TaskFailed", "TaskTimedOut", "TaskStartFailed", "TaskSubmitFailed"),
    **_without_details("ParallelStateStarted", "ParallelStateSucceeded", "ParallelStateFailed"),
    **_with_own_key(_length, "MapStateStarted"),
    **_without_details("MapStateSucceeded", "MapStateFailed"),
    **_with_own_key(
        _iteration, "MapIterationStarted", "MapIterationSucceeded", "MapIterationFailed", "MapIterationAborted"
    ),
}

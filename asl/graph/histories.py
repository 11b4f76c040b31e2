"""A history as AWS shapes it, read back into compact event records (``asl.kernel.events``).

What AWS leaves out is which state visit an event belongs to; it follows from previousEventId, step by step: an event
belongs to the visit of its predecessor, unless its type says that a visit begins or that one around it goes on.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from asl.kernel.events import Event

Shape = dict[str, Any]


def read(history: Any, definition: Mapping[str, Any] | None = None) -> list[Event]:
    """The records of ``{"events": [...]}`` (as AWS's CLI and ``asl run --history`` write it) or of the list alone.

    ``definition`` tells which branch of a Parallel a state stands in. Raises ValueError, which says what is wrong, for
    anything else. A history that lacks its beginning is read as far as it goes.
    """
    events = history.get("events") if isinstance(history, dict) else history
    if not isinstance(events, list):
        raise ValueError('a history is a list of events, or an object whose "events" is one')
    known = []
    for number, event in enumerate(events):
        if not isinstance(event, dict) or not isinstance(event.get("type"), str) or not _is_id(event.get("id")):
            raise ValueError(f"event {number + 1} of the history has no type or id")
        known.append(event)
    known.sort(key=lambda event: event["id"])
    return _Reader(definition or {}).read(known)


def _is_id(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value > 0


class _Visit:
    """A visit as far as the reader must know it."""

    __slots__ = ("children", "id", "name", "open", "parent", "slot", "type")

    def __init__(self, number: int, type_: str, name: str, parent: _Visit | None, slot: int) -> None:
        self.id, self.type, self.name, self.parent, self.slot = number, type_, name, parent, slot
        self.open = True
        #: of a Parallel: branches that have begun
        self.children = 0


class _Reader:
    def __init__(self, definition: Mapping[str, Any]) -> None:
        self._branches, self._holders = _insides(definition)
        #: number of an event -> name of the first state or Map that goes on from it
        self._following: dict[int, str] = {}
        #: the visits that haven't ended, by type, in order of entering
        self._open: dict[str, dict[_Visit, None]] = {}
        #: number of each event in the file -> its number in the log, which is dense
        self._numbers: dict[int, int] = {0: 0}
        self._kinds: dict[int, str] = {}
        #: the visit that each event belongs to, and where a state that follows it would stand
        self._visits: dict[int, _Visit | None] = {0: None}
        self._places: dict[int, tuple[_Visit | None, int]] = {0: (None, -1)}

    def read(self, events: Sequence[Shape]) -> list[Event]:
        for event in events:
            name: str | None = str(_details(event).get("name", ""))
            if event["type"].endswith("StateEntered"):
                name = self._holders.get(name or "")
            elif event["type"] != "MapIterationStarted":  # which has the name of its Map
                continue
            if name:
                self._following.setdefault(_whole(event.get("previousEventId")), name)
        return [self._event(number, event) for number, event in enumerate(events, 1)]

    def _event(self, number: int, event: Shape) -> Event:
        kind: str = event["type"]
        previous = self._numbers.get(_whole(event.get("previousEventId")), 0)
        self._numbers[event["id"]] = number
        self._kinds[number] = kind
        details = _details(event)
        if kind in _ENTERED:
            return self._enter(number, kind, previous, event, details)
        visit = self._visit(kind, previous, details, event["id"])
        self._visits[number] = visit
        self._places[number] = self._place(kind, visit, details)
        shape = _RECORDS.get(kind)
        given = () if shape is None else shape(details)
        if kind.endswith(("StateExited", "StateAborted")) and visit is not None:
            visit.open = False
            self._open.get(visit.type, {}).pop(visit, None)
        return (kind, previous, _milliseconds(event.get("timestamp")), visit.id if visit is not None else 0, *given)

    def _enter(self, number: int, kind: str, previous: int, event: Shape, details: Shape) -> Event:
        parent, slot = self._places.get(previous, (None, -1))
        name = str(details.get("name", ""))
        if parent is not None and slot < 0:  # the first state of a branch
            slot = self._branches.get(name, parent.children)
            parent.children += 1
        visit = _Visit(number, kind.removesuffix("StateEntered"), name, parent, slot)
        self._open.setdefault(visit.type, {})[visit] = None
        self._visits[number] = visit
        self._places[number] = (parent, slot)
        time = _milliseconds(event.get("timestamp"))
        return (kind, previous, time, parent.id if parent else 0, name, _text(details.get("input"), "null"), slot)

    def _visit(self, kind: str, previous: int, details: Shape, id_: int) -> _Visit | None:
        """The visit that an event belongs to."""
        if kind.startswith("Execution"):
            return None
        near = self._visits.get(previous)
        name = details.get("name", details.get("state"))
        if kind.endswith("StateExited"):
            return _upwards(near, kind.removesuffix("StateExited"), name)
        if kind.endswith("StateAborted"):
            return self._aborted(near, kind.removesuffix("StateAborted"))
        if kind.startswith("MapIteration"):
            return _upwards(near, "Map", name)
        if kind.startswith(("MapState", "ParallelState")):
            wanted = "Map" if kind.startswith("Map") else "Parallel"
            if near is not None and kind.endswith("Failed") and self._kinds.get(previous) == kind:
                near = near.parent  # the inner one of two failed just before
            # An inner failure that an outer state retries has no event of the outer one: what starts next tells.
            name = self._following.get(id_) if kind.endswith("Started") else None
            return _upwards(near, wanted, name) or _upwards(near, wanted)
        return near

    def _aborted(self, near: _Visit | None, type_: str) -> _Visit | None:
        """The visit that was aborted: AWS doesn't name it. It is open, and stands beside what failed."""
        if near is not None and near.open and near.type == type_:
            return near
        around = set()
        above = near
        while above is not None:
            around.add(above)
            above = above.parent
        for visit in self._open.get(type_, ()):
            above = visit
            while above is not None:
                if above in around:
                    return visit
                above = above.parent
        return None

    def _place(self, kind: str, visit: _Visit | None, details: Shape) -> tuple[_Visit | None, int]:
        if visit is None:
            return (None, -1)
        if kind == "ParallelStateStarted":
            return (visit, -1)
        if kind == "MapIterationStarted":
            return (visit, _whole(details.get("index")))
        return (visit.parent, visit.slot)


def _upwards(visit: _Visit | None, type_: str, name: Any = None) -> _Visit | None:
    """The visit itself or the nearest around it that is open, of this type and, if it is given, of this name."""
    while visit is not None and not (visit.open and visit.type == type_ and name in (None, visit.name)):
        visit = visit.parent
    return visit


def _insides(definition: Mapping[str, Any]) -> tuple[dict[str, int], dict[str, str]]:
    """For each state inside a Parallel the index of its branch, and for each in a Map or Parallel the name of that."""
    from asl.graph.model import build

    branches: dict[str, int] = {}
    holders: dict[str, str] = {}
    for node in build(definition).walk():
        for index, scope in enumerate(node.scopes):
            holders.update((inner.name, node.name) for inner in scope.nodes)
            if node.type == "Parallel":
                branches.update((inner.name, index) for inner in scope.nodes)
    return branches, holders


def _details(event: Shape) -> Shape:
    """The details object of an event, whatever its name is."""
    for name, value in event.items():
        if name.endswith("EventDetails") and isinstance(value, dict):
            return value
    return {}


def _whole(value: Any) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) else 0


def _text(value: Any, default: str | None = None) -> str | None:
    return value if isinstance(value, str) else default


def _milliseconds(timestamp: Any) -> int:
    """Epoch milliseconds of an AWS timestamp: epoch seconds, or ISO 8601; 0 if it is neither."""
    if isinstance(timestamp, int | float) and not isinstance(timestamp, bool):
        return round(timestamp * 1000) if abs(timestamp) < 1e11 else 0
    if isinstance(timestamp, datetime):
        return round(timestamp.timestamp() * 1000)
    try:
        return round(datetime.fromisoformat(timestamp).timestamp() * 1000)
    except (TypeError, ValueError, OverflowError):
        return 0


# -- type -> the details of its record, in the order that ``asl.kernel.events`` gives


def _started(details: Shape) -> tuple[Any, ...]:
    return (_text(details.get("input"), "null"), details.get("roleArn"))


def _output(details: Shape) -> tuple[Any, ...]:
    return (_text(details.get("output")),)


def _failure(details: Shape) -> tuple[Any, ...]:
    return (_text(details.get("error")), _text(details.get("cause")))


def _exited(details: Shape) -> tuple[Any, ...]:
    assigned = details.get("assignedVariables")
    return (
        str(details.get("name", "")),
        _text(details.get("output")),
        assigned if isinstance(assigned, dict) else None,
        None,
    )


def _evaluation_failed(details: Shape) -> tuple[Any, ...]:
    return (details.get("state"), *_failure(details), details.get("location"))


def _function_scheduled(details: Shape) -> tuple[Any, ...]:
    credentials = details.get("taskCredentials")
    role = credentials.get("roleArn") if isinstance(credentials, dict) else None
    return (_text(details.get("resource"), ""), details.get("input"), details.get("timeoutInSeconds"), role)


def _activity_scheduled(details: Shape) -> tuple[Any, ...]:
    given = (_text(details.get("resource"), ""), details.get("input"))
    return (*given, details.get("timeoutInSeconds"), details.get("heartbeatInSeconds"))


def _task(details: Shape) -> tuple[Any, ...]:
    return (details.get("resourceType"), details.get("resource"))


def _task_scheduled(details: Shape) -> tuple[Any, ...]:
    limits = (details.get("timeoutInSeconds"), details.get("heartbeatInSeconds"), None)
    return (*_task(details), details.get("region"), details.get("parameters"), *limits)


def _iteration(details: Shape) -> tuple[Any, ...]:
    return (details.get("name"), _whole(details.get("index")))


_ENTERED = frozenset(
    f"{state}StateEntered" for state in ("Pass", "Task", "Choice", "Wait", "Succeed", "Fail", "Parallel", "Map")
)
_STATES = ("Pass", "Task", "Choice", "Wait", "Succeed", "Parallel", "Map")
_RECORDS: dict[str, Callable[[Shape], tuple[Any, ...]]] = {
    "ExecutionStarted": _started,
    **dict.fromkeys(("ExecutionSucceeded", "LambdaFunctionSucceeded", "ActivitySucceeded"), _output),
    **dict.fromkeys(("ExecutionFailed", "ExecutionAborted", "ExecutionTimedOut"), _failure),
    **dict.fromkeys(("LambdaFunctionFailed", "LambdaFunctionTimedOut", "ActivityFailed", "ActivityTimedOut"), _failure),
    **dict.fromkeys((f"{state}StateExited" for state in _STATES), _exited),
    "EvaluationFailed": _evaluation_failed,
    "LambdaFunctionScheduled": _function_scheduled,
    "ActivityScheduled": _activity_scheduled,
    "ActivityStarted": lambda details: (details.get("workerName"),),
    "TaskScheduled": _task_scheduled,
    "TaskStarted": _task,
    **dict.fromkeys(("TaskSubmitted", "TaskSucceeded"), lambda details: (*_task(details), *_output(details))),
    **dict.fromkeys(
        ("TaskFailed", "TaskTimedOut", "TaskStartFailed", "TaskSubmitFailed"),
        lambda details: (*_task(details), *_failure(details)),
    ),
    "MapStateStarted": lambda details: (_whole(details.get("length")),),
    **dict.fromkeys(
        ("MapIterationStarted", "MapIterationSucceeded", "MapIterationFailed", "MapIterationAborted"), _iteration
    ),
}

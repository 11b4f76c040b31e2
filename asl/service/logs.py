"""The log of Express executions: nothing else is kept of them.

Each event becomes one line, as AWS writes it to CloudWatch Logs. How many of them, the machine's logging configuration
says: ``level`` OFF (the default), FATAL, ERROR or ALL, and whether payloads are in it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from asl.history import shape
from asl.jsontext import decode, encode
from asl.service import paging, registry
from asl.service.arns import STATE_MACHINE, parse
from asl.stores.base import LogLine

if TYPE_CHECKING:
    from collections.abc import Iterable

    from asl.drivers.durable.entry import Entry
    from asl.kernel.events import Event
    from asl.service.house import Answer, House, Params

_FATAL = frozenset(("ExecutionAborted", "ExecutionFailed", "ExecutionTimedOut"))

#: Members of an event that are not its details.
_HEAD = frozenset(("id", "type", "timestamp", "previousEventId"))


def lines_of(house: House, entry: Entry) -> list[LogLine]:
    """What the log gets of an execution that has ended (for a worker)."""
    return lines(house, entry.execution.machine, entry.execution.arn, entry.core.events)


def lines(house: House, machine: str, arn: str, events: Iterable[Event]) -> list[LogLine]:
    """The lines that the machine's logging configuration asks for."""
    found = house.store.document(registry.MACHINE, machine)
    logging: Any = {"level": "OFF"} if found is None else found.body["configuration"]["logging"]
    if logging["level"] == "OFF":
        return []
    shown = {"ALL": _every, "ERROR": _is_error, "FATAL": _FATAL.__contains__}[logging["level"]]
    return [
        LogLine(machine, arn, event[2], encode(_line(arn, number, event, data=logging["includeExecutionData"])))
        for number, event in enumerate(events, 1)
        if shown(event[0])
    ]


def read_log(house: House, params: Params) -> Answer:
    """A page of the log of a machine, the oldest lines first."""
    machine = registry.machine_of(house, parse(params["stateMachineArn"], STATE_MACHINE))
    now, most = house.now(), paging.limit(params)
    after = paging.place("ReadLog", params, now) or 0
    found = house.store.log(machine["name"], after=after, limit=most + 1)
    answer: Answer = {"events": [decode(line.event) for _, line in found[:most]]}
    if len(found) > most:
        answer["nextToken"] = paging.token("ReadLog", params, now, found[most - 1][0])
    return answer


def _line(arn: str, number: int, event: Event, *, data: bool) -> dict[str, Any]:
    shaped = shape(number, event, include_data=data)
    details: dict[str, Any] = next((value for name, value in shaped.items() if name not in _HEAD), {})
    return {
        "id": str(number),
        "type": event[0],
        "details": details,
        "previous_event_id": str(event[1]),
        "event_timestamp": str(event[2]),
        "execution_arn": arn,
        "redrive_count": "0",
    }


def _every(_kind: str) -> bool:
    return True


def _is_error(kind: str) -> bool:
    return kind == "FailStateEntered" or kind.endswith(("Failed", "TimedOut", "Aborted"))

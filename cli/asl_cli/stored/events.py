"""Events as lines for people."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from asl_cli.stored.tables import precise
from asl_cli.terminal import shorten, write_json

if TYPE_CHECKING:
    from collections.abc import Iterable

    from asl.kernel.events import Event

#: Columns of an event's number, type and details.
_NUMBER, _TYPE, _DETAILS = 5, 24, 160

#: Members of an event's details in the order in which they are worth showing.
_SHOWN = (
    "name", "index", "resource", "workerName", "error", "cause", "length", "redriveCount", "output", "input",
    "parameters",
)  # fmt: skip


def print_events(events: Iterable[tuple[int, Event]], *, as_json: bool) -> None:
    """One event a line on stdout: as JSON, or as a table."""
    from asl.history import shape
    from asl.jsontext import encode

    for number, event in events:
        shaped = shape(number, event)
        if as_json:
            write_json(sys.stdout, encode(shaped))
            continue
        details: dict[str, Any] = next((value for key, value in shaped.items() if key.endswith("EventDetails")), {})
        line = f"{number:>{_NUMBER}}  {precise(event[2])}  {event[0]:<{_TYPE}}  {details_of(details)}"
        sys.stdout.write(line.rstrip() + "\n")
    sys.stdout.flush()


def details_of(details: dict[str, Any]) -> str:
    """What is worth saying about an event, on one line."""
    return shorten("  ".join(str(details[name]) for name in _SHOWN if details.get(name) is not None), _DETAILS)

"""Functions of time: ``$now``, ``$millis``, ``$toMillis``, ``$fromMillis``. The clock is the execution's.

The first parameter of each is the Run.
"""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Any, Final

from asl.expressions.jsonata.builtin.calendar_fields import LIMIT, millis_of
from asl.expressions.jsonata.builtin.date_parsing import parse_moment
from asl.expressions.jsonata.builtin.date_pictures import format_moment
from asl.expressions.jsonata.errors import JsonataError
from asl.expressions.jsonata.values import UNDEFINED

if TYPE_CHECKING:
    from asl.expressions.jsonata.run import Run

_ISO: Final = re.compile(
    r"(?P<year>\d{4})(?:-(?P<month>\d\d))?(?:-(?P<day>\d\d))?"
    r"(?:T(?P<hour>\d\d):(?P<minute>\d\d):(?P<second>\d\d)(?:\.(?P<fraction>\d+))?)?"
    r"(?P<zone>Z|[+-]\d\d:?\d\d)?",
    re.ASCII,
)


def millis(run: Run) -> int:
    if run.scope is None:
        raise AssertionError("an expression that asks for the time was given no scope")
    return run.scope.now


def now(run: Run, picture: Any, zone: Any) -> Any:
    return from_millis(run, millis(run), picture, zone)


def from_millis(_run: Run, value: Any, picture: Any, zone: Any) -> Any:
    """Raises D3130 .. D3135 for what is wrong with the picture or the zone, D1001 for a time that has no date."""
    if value is UNDEFINED:
        return UNDEFINED
    if not math.isfinite(value) or abs(value) > LIMIT:
        raise JsonataError("D1001", value=value)
    return format_moment(math.trunc(value), None if picture is UNDEFINED else picture, _offset(zone))


def _offset(zone: Any) -> tuple[int, int]:
    """Hours and minutes of ``+0100``. The minutes of a zone west of Greenwich count twice, as in JSONata 2.0.6."""
    if zone is UNDEFINED:
        return 0, 0
    number = re.match(r"\s*([+-]?\d+)", zone, re.ASCII)
    if number is None or len(number.group(1)) > 8:
        raise JsonataError("D3134", value=zone)
    offset = int(number.group(1))
    return math.floor(offset / 100), int(math.fmod(offset, 100))


def to_millis(run: Run, text: Any, picture: Any) -> Any:
    """Raises D3110 for a text that is no ISO 8601 time; one that doesn't fit its picture gives nothing."""
    if text is UNDEFINED:
        return UNDEFINED
    if picture is not UNDEFINED:
        return parse_moment(run, text, picture)
    match = _ISO.fullmatch(text)
    if match is None:
        raise JsonataError("D3110", value=text)
    names = ("year", "month", "day", "hour", "minute", "second")
    year, month, day, hour, minute, second = (int(match[name] or (name in ("month", "day"))) for name in names)
    midnight = hour == 24 and minute == second == 0
    if not (1 <= month <= 12 and 1 <= day <= 31 and (hour < 24 or midnight) and minute < 60 and second < 60):
        raise JsonataError("D3110", value=text)
    milli = int(((match["fraction"] or "") + "000")[:3])
    return millis_of(year, month, day) + ((hour * 60 + minute - _zone(match["zone"])) * 60 + second) * 1000 + milli


def _zone(text: str | None) -> int:
    """Minutes east of Greenwich."""
    if text is None or text == "Z":
        return 0
    minutes = int(text[1:3]) * 60 + int(text[-2:])
    return -minutes if text[0] == "-" else minutes

"""Times read by a picture: ``$toMillis(text, picture)``."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from asl.expressions.jsonata.builtin.calendar_fields import field, millis_of, moment_of
from asl.expressions.jsonata.builtin.date_pictures import DAYS, MONTHS, Part, analyse_picture
from asl.expressions.jsonata.builtin.integers import parsed, pattern_of
from asl.expressions.jsonata.errors import JsonataError
from asl.expressions.jsonata.values import UNDEFINED

if TYPE_CHECKING:
    from asl.expressions.jsonata.run import Run

#: Which components tell a date or a time, in the order in which smaller ones follow larger ones.
_DATE_BY_MONTH: Final = "YMD"
_DATE_BY_DAY: Final = "YD"  # told by Y and d; the language completes it as if by Y and D
_DATE_BY_MONTH_WEEK: Final = "XxwF"
_DATE_BY_WEEK: Final = "XWF"
_TIME_OF_DAY: Final = "Hmsf"
_TIME_OF_HALF_DAY: Final = "Phmsf"


def parse_moment(run: Run, text: str, picture: str) -> Any:
    """Milliseconds since 1970, UNDEFINED if the text doesn't fit. Raises D3132 .. D3136 for what is wrong with the
    picture.

    What the picture doesn't ask for is taken from the present if it is larger than all that it asks for, else it is
    the least.
    """
    parts = analyse_picture(picture)
    pattern = "".join(f"({_pattern(part)})" for part in parts)
    match = re.fullmatch(pattern, text, re.IGNORECASE)
    if match is None:
        return UNDEFINED
    found: dict[str, int] = {}
    asked = False
    for part, value in zip(parts, match.groups(), strict=True):
        if part.component:
            asked = True
            number = _value(part, value)
            if number is not UNDEFINED:
                found[part.component] = number
    if not asked:
        return UNDEFINED
    return _millis(run, found)


def _pattern(part: Part) -> str:
    if not part.component:
        return re.escape(part.literal)
    if part.component in "Zz":
        separator = part.integer.separators[0][1] if part.integer is not None and part.integer.every else ""
        minutes = f"{re.escape(separator)}[0-9]+" if separator else ""
        return f"{'GMT' if part.component == 'z' else ''}[-+][0-9]+{minutes}"
    if part.integer is not None:
        return pattern_of(part.integer, part.digits)
    if part.component not in "MxFP":
        raise JsonataError("D3133", value=part.component)
    return "[a-zA-Z]+"


def _value(part: Part, text: str) -> Any:
    if part.component in "Zz":
        return _zone(part, text[3:] if part.component == "z" else text)
    if part.integer is not None:
        return parsed(text, part.integer)
    if part.component == "P":
        return {"am": 0, "AM": 0, "pm": 1, "PM": 1}.get(text, UNDEFINED)
    names = [name[: part.width] for name in (DAYS if part.component == "F" else MONTHS)]
    return names.index(text) if text in names[1:] else UNDEFINED


def _zone(part: Part, text: str) -> int:
    """Minutes east of Greenwich."""
    separator = part.integer.separators[0][1] if part.integer is not None and part.integer.every else ""
    if separator:
        hours, _, minutes = text.partition(separator)
        return int(hours) * 60 + int(minutes)
    if len(text) <= 3:
        return int(text) * 60
    return int(text[:3]) * 60 + int(text[3:])


def _fits(given: set[str], kind: str) -> bool:
    """Whether something is given, and nothing that this kind of date or time doesn't know."""
    return bool(given) and given <= set(kind)


def _millis(run: Run, found: dict[str, int]) -> int:
    dates = {name for name in "YXMxWwdD" if found.get(name)}
    times = {name for name in "PHhmsf" if found.get(name)}
    date = _date_kind(dates)
    time = _TIME_OF_DAY
    if not _fits(times, "Hmsf") and _fits(times, "Phmsf"):
        time = _TIME_OF_HALF_DAY
    _complete(run, found, date + time)
    if date in (_DATE_BY_MONTH_WEEK, _DATE_BY_WEEK):
        raise JsonataError("D3136")
    if date == _DATE_BY_DAY:
        result = millis_of(_full_year(found["Y"]), 1, found["d"])
    else:
        result = millis_of(_full_year(found["Y"]), max(found["M"], 1), found["D"])
    if time == _TIME_OF_HALF_DAY:
        found["H"] = (0 if found["h"] == 12 else found["h"]) + 12 * found["P"]
    minutes = found["H"] * 60 + found["m"] - (found.get("Z") or found.get("z") or 0)
    return result + (minutes * 60 + found["s"]) * 1000 + found["f"]


def _date_kind(given: set[str]) -> str:
    if not _fits(given, "YMD") and _fits(given, "Yd"):
        return _DATE_BY_DAY
    if _fits(given, "Xxw"):
        return _DATE_BY_MONTH_WEEK
    return _DATE_BY_WEEK if _fits(given, "XW") else _DATE_BY_MONTH


def _full_year(year: int) -> int:
    return year + 1900 if 0 <= year <= 99 else year


def _complete(run: Run, found: dict[str, int], components: str) -> None:
    """Fill in what the picture doesn't say. Raises D3136 for a gap between what it says."""
    started = ended = False
    for component in components:
        if component in found:
            started = True
            if ended:
                raise JsonataError("D3136")
        elif started:
            found[component] = 1 if component in "MDd" else 0
            ended = True
        else:
            found[component] = _present(run, component)


def _present(run: Run, component: str) -> int:
    if run.scope is None:
        raise AssertionError("an expression that asks for the time was given no scope")
    value = field(moment_of(run.scope.now), component)
    return int(value == "pm") if isinstance(value, str) else value

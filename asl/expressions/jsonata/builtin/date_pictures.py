"""Date pictures such as ``[D01]/[M01]/[Y0001] [h]:[m][P]``: taken apart, and moments written by them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from asl.expressions.jsonata.builtin.calendar_fields import Moment, field, moment_of
from asl.expressions.jsonata.builtin.integers import IntegerFormat, analyse, formatted
from asl.expressions.jsonata.errors import JsonataError

DAYS: Final = ("", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS: Final = (
    "", "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip

_PRESENTATIONS: Final = {
    "Y": "1", "M": "1", "D": "1", "d": "1", "F": "n", "W": "1", "w": "1", "X": "1", "x": "1", "H": "1", "h": "1",
    "P": "n", "m": "01", "s": "01", "f": "1", "Z": "01:01", "z": "01:01", "C": "n", "E": "n",
}  # fmt: skip
_NUMBERS: Final = "YMDdFWwXxHhmsf"
_ISO: Final = "[Y0001]-[M01]-[D01]T[H01]:[m01]:[s01].[f001][Z01:01t]"


@dataclass(slots=True)
class Part:
    """A literal (``component`` empty), or one component and how it is shown; ``names`` is lower, upper or title."""

    literal: str = ""
    component: str = ""
    names: str = ""
    zulu: bool = False
    width: int | None = None
    digits: int = -1
    integer: IntegerFormat | None = None


@lru_cache(maxsize=64)
def analyse_picture(picture: str) -> tuple[Part, ...]:
    """The parts of a picture, not to be changed. Raises D3132 or D3135."""
    parts: list[Part] = []
    start = position = 0
    while position < len(picture):
        if picture[position] != "[":
            position += 1
            continue
        _add_literal(parts, picture[start:position])
        if picture.startswith("[[", position):
            parts.append(Part("["))
            position += 2
        else:
            end = picture.find("]", position)
            if end < 0:
                raise JsonataError("D3135")
            parts.append(_component(re.sub(r"\s+", "", picture[position + 1 : end])))
            position = end + 1
        start = position
    _add_literal(parts, picture[start:])
    return tuple(parts)


def _add_literal(parts: list[Part], text: str) -> None:
    if text:
        parts.append(Part(text.replace("]]", "]")))


def _component(marker: str) -> Part:
    component = marker[:1]
    if component not in _PRESENTATIONS:
        raise JsonataError("D3132", value=component)
    shown, comma, width = marker[1:].rpartition(",")
    if not comma:
        shown, width = width, ""
    least, _, most = width.partition("-")
    shortest, longest = _width(least), _width(most)
    modifier = ""
    if len(shown) > 1 and shown[-1] in "atco":
        shown, modifier = shown[:-1], shown[-1]
    shown = shown or _PRESENTATIONS[component]
    part = Part("", component, zulu=modifier == "t", width=longest)
    if shown[0] in "nN":
        part.names = "lower" if shown[0] == "n" else "title" if shown[1:2] == "n" else "upper"
    elif component in _NUMBERS:
        form = analyse(f"{shown};{modifier}" if modifier else shown)
        _set_digits(part, form, shortest)
        part.integer = form
    if component in "Zz":
        part.integer = analyse(shown)
    return part


def _width(text: str) -> int | None:
    number = re.match(r"\d+", text)
    return int(number.group()[:4]) if number else None


def _set_digits(part: Part, form: IntegerFormat, shortest: int | None) -> None:
    if shortest is not None:
        form.mandatory = max(form.mandatory, shortest)
    if part.component in "YMD":
        if part.width is not None:
            part.digits = form.mandatory = part.width
        elif form.primary == "decimal" and form.mandatory + form.optional >= 2:
            part.digits = form.mandatory + form.optional


def format_moment(millis: int, picture: str | None, offset: tuple[int, int]) -> str:
    """A moment by a picture (ISO 8601 if None), in the time zone ``offset`` hours and minutes from UTC. Raises
    D3130 .. D3134.
    """
    moment = moment_of(millis + (60 * offset[0] + offset[1]) * 60_000)
    parts = analyse_picture(_ISO if picture is None else picture)
    return "".join(part.literal or _shown(moment, part, offset) for part in parts)


def _shown(moment: Moment, part: Part, offset: tuple[int, int]) -> str:
    if part.component in "Zz":
        return _zone(part, *offset)
    value = field(moment, part.component)
    if isinstance(value, str):
        return value.upper() if part.names == "upper" and part.component == "P" else value
    if part.component == "Y" and part.digits != -1:
        value = abs(value) % 10**part.digits * (1 if value >= 0 else -1)
    if part.integer is not None:
        return formatted(value, part.integer)
    if part.component not in "MxF":
        raise JsonataError("D3133", value=part.component)
    name = (DAYS if part.component == "F" else MONTHS)[value]
    name = name.upper() if part.names == "upper" else name.lower() if part.names == "lower" else name
    return name[: part.width]


def _zone(part: Part, hours: int, minutes: int) -> str:
    form = part.integer
    if form is None:
        raise JsonataError("D3133", value=part.component)
    offset = hours * 100 + minutes
    if offset == 0 and part.zulu:
        return "Z"
    if form.every or form.mandatory in (3, 4):
        text = formatted(offset, form)
    elif form.mandatory in (1, 2):
        text = formatted(hours, form)
        if minutes:
            text += f":{minutes:02d}"
    else:
        raise JsonataError("D3134", value=form.mandatory)
    return ("GMT" if part.component == "z" else "") + ("+" if offset >= 0 else "") + text

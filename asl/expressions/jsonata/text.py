"""Numbers and values as text, the way JavaScript writes them, and its arithmetic on doubles.

The language counts in 64-bit floats. Here an integral number is held as a Python int as long as JavaScript would
print it without an exponent, so that JSON shows ``3`` and never ``3.0``; beyond 2**53 integers are rounded as
doubles are.
"""

from __future__ import annotations

import math
import re
from json import encoder
from typing import TYPE_CHECKING, Any, Final

from asl.expressions.jsonata.errors import JsonataError
from asl.expressions.jsonata.values import UNDEFINED, Function

if TYPE_CHECKING:
    from collections.abc import Callable

Number = int | float

#: up to here each integer is a double of its own
EXACT: Final = 2**53
#: from here on JavaScript prints an exponent
_EXPONENT_FROM: Final = 10**21

_encode_string = getattr(encoder, "c_encode_basestring", None) or encoder.encode_basestring
_SURROGATE: Final = re.compile("[\ud800-\udfff]")


def _quote(text: str) -> str:
    """A string's JSON text; halves of surrogate pairs can't be written but as escapes."""
    quoted = str(_encode_string(text))
    return quoted if quoted.isascii() else _SURROGATE.sub(lambda half: f"\\u{ord(half.group()):04x}", quoted)


def normal(number: Number) -> Number:
    """A result of arithmetic in the shape the engine holds it: an int where it is integral, rounded as a double is."""
    if isinstance(number, int):
        if -EXACT <= number <= EXACT:
            return number
        try:
            number = float(number)
        except OverflowError:
            return math.inf if number > 0 else -math.inf
    if math.isfinite(number) and number.is_integer() and abs(number) < _EXPONENT_FROM:
        return int(number) if -EXACT <= number <= EXACT else _shortest(number)
    return number


def _shortest(number: float) -> int:
    """A large integral double as its shortest digits, filled up with zeros, which is how it is printed."""
    mantissa, _, exponent = repr(number).partition("e")
    whole, _, fraction = mantissa.partition(".")
    return int(whole + fraction.rstrip("0").ljust(int(exponent or 0), "0"))


def number_text(number: Number) -> str:
    """``String(number)`` of JavaScript."""
    number = normal(number)
    if type(number) is int:
        return str(number)
    if math.isnan(number):
        return "NaN"
    if math.isinf(number):
        return "Infinity" if number > 0 else "-Infinity"
    sign = "-" if number < 0 else ""
    mantissa, _, exponent = repr(abs(number)).partition("e")
    whole, _, fraction = mantissa.partition(".")
    fraction = "" if fraction == "0" else fraction
    digits = (whole + fraction).lstrip("0")
    point = len(whole) + int(exponent or 0) - (len(whole + fraction) - len(digits))  # digits before the point
    digits = digits.rstrip("0")
    if -6 < point <= 0:
        return f"{sign}0.{'0' * -point}{digits}"
    if 0 < point <= 21:
        return f"{sign}{digits[:point]}.{digits[point:]}" if point < len(digits) else sign + digits.ljust(point, "0")
    mantissa = f"{digits[0]}.{digits[1:]}" if len(digits) > 1 else digits
    return f"{sign}{mantissa}e{'+' if point > 0 else '-'}{abs(point - 1)}"


def rounded(number: Number) -> Number:
    """To 15 significant digits, which hides the noise of binary fractions: what ``$string`` shows."""
    if type(number) is int and -(10**15) < number < 10**15:
        return number
    if math.isinf(number):
        raise JsonataError("D1001", value=number)
    return normal(float(f"{float(number):.15g}"))


def to_text(value: Any, pretty: bool = False) -> str:
    """``$string`` of a value that is defined. Raises D3001 or D1001 for an infinite number."""
    if type(value) is str:
        return value
    if isinstance(value, Function):
        return ""
    if type(value) is float and not math.isfinite(value):
        raise JsonataError("D3001", value=value)
    parts: list[str] = []
    _write(value, parts, "\n" if pretty else "", rounded)
    return "".join(parts)


def json_text(value: Any) -> str:
    """JSON text of any value, as messages quote it: numbers with all their digits, null for what JSON doesn't have."""
    parts: list[str] = []
    _write(value, parts, "", lambda number: number if math.isfinite(number) else math.nan)
    return "".join(parts)


def _write(value: Any, parts: list[str], line: str, digits: Callable[[Number], Number]) -> None:
    kind = type(value)
    if kind is str:
        parts.append(_quote(value))
    elif kind is bool:
        parts.append("true" if value else "false")
    elif kind is int or kind is float:
        shown = digits(value)
        parts.append("null" if math.isnan(shown) else number_text(shown))
    elif value is None or value is UNDEFINED:
        parts.append("null")
    elif isinstance(value, Function):
        parts.append('""')
    elif isinstance(value, list):
        _write_members("[]", [("", item) for item in value], parts, line, digits)
    else:
        colon = ": " if line else ":"
        members = [(_quote(key) + colon, item) for key, item in value.items() if item is not UNDEFINED]
        _write_members("{}", members, parts, line, digits)


def _write_members(
    brackets: str, members: list[tuple[str, Any]], parts: list[str], line: str, digits: Callable[[Number], Number]
) -> None:
    parts.append(brackets[0])
    deeper = line + "  " if line else ""
    for position, (name, value) in enumerate(members):
        parts.append(f"{',' if position else ''}{deeper}{name}")
        _write(value, parts, deeper, digits)
    parts.append(line + brackets[1] if members else brackets[1])

"""Numbers and values as text, the way JavaScript writes them, and its arithmetic on doubles.

The language counts in 64-bit floats. Here an integral number is held as a Python int as long as JavaScript would print it
without an exponent, so that JSON shows ``3`` and never ``3.0``; beyond 2**53 integers are rounded as doubles are.
"""

from __future__ import annotations

import math
from json import encoder
from typing import Any, Final

from asl.expressions.jsonata.errors import JsonataError
from asl.expressions.jsonata.values import UNDEFINED, Function

Number = int | float

#: up to here each integer is a double of its own
EXACT: Final = 2**53
#: from here on JavaScript prints an exponent
_EXPONENT_FROM: Final = 10**21

_quote = getattr(encoder, "c_encode_basestring", None) or encoder.encode_basestring  # type: ignore[attr-defined]  # C twin


def normal(number: Number) -> Number:
    """A result of arithmetic in the shape the engine holds it: an int where it is integral, rounded as a double is."""
    if type(number) is int:
        if -EXACT <= number <= EXACT:
            return number
        try:
            number = float(number)
        except OverflowError:
            return math.inf if number > 0 else -math.inf
    if math.isfinite(number) and number.is_integer() and abs(number) < _EXPONENT_FROM:
        return int(number)
    return number


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
    return normal(float(f"{float(number):.15g}"))


def to_text(value: Any, pretty: bool = False, quote: bool = False) -> str:
    """``$string`` of a value that is defined. Raises D3001 for an infinite number; ``quote``: strings as JSON text too."""
    if type(value) is str:
        return str(_quote(value)) if quote else value
    if isinstance(value, Function):
        return ""
    if type(value) is float and not math.isfinite(value):
        if quote:
            return "null"
        raise JsonataError("D3001", value=value)
    parts: list[str] = []
    _write(value, parts, "\n" if pretty else "")
    return "".join(parts)


def _write(value: Any, parts: list[str], line: str) -> None:
    kind = type(value)
    if kind is str:
        parts.append(_quote(value))
    elif kind is bool:
        parts.append("true" if value else "false")
    elif kind is int or kind is float:
        if kind is float and math.isinf(value):
            raise JsonataError("D1001", value=value)
        parts.append("null" if value != value else number_text(rounded(value)))  # noqa: PLR0124 - NaN
    elif value is None or value is UNDEFINED:
        parts.append("null")
    elif isinstance(value, Function):
        parts.append('""')
    elif isinstance(value, list):
        _write_members("[", [("", item) for item in value], "]", parts, line)
    else:
        colon = ": " if line else ":"
        members = [(_quote(key) + colon, item) for key, item in value.items() if item is not UNDEFINED]
        _write_members("{", members, "}", parts, line)


def _write_members(start: str, members: list[tuple[str, Any]], end: str, parts: list[str], line: str) -> None:
    parts.append(start)
    deeper = line + "  " if line else ""
    for position, (name, value) in enumerate(members):
        parts.append(f"{',' if position else ''}{deeper}{name}")
        _write(value, parts, deeper)
    parts.append(line + end if members else end)

"""Numbers and booleans: sums, rounding, powers, conversion. The first parameter of each function is the Run."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Any, Final

from asl.expressions.jsonata.errors import JsonataError
from asl.expressions.jsonata.text import normal, number_text
from asl.expressions.jsonata.values import UNDEFINED, Function, truthy

if TYPE_CHECKING:
    from asl.expressions.jsonata.run import Run

Number = int | float

_DECIMAL: Final = re.compile(r"-?[0-9]+(\.[0-9]+)?([Ee][-+]?[0-9]+)?", re.ASCII)
_PREFIXED: Final = re.compile(r"0(?:[xX][0-9A-Fa-f]+|[oO][0-7]+|[bB][01]+)")
_DIGITS: Final = "0123456789abcdefghijklmnopqrstuvwxyz"


def total(run: Run, numbers: Any) -> Any:
    if numbers is UNDEFINED:
        return UNDEFINED
    run.items(len(numbers))
    return _sum(numbers)


def _sum(numbers: list[Number]) -> Number:
    result: Number = 0
    for number in numbers:
        result = normal(result + number)
    return result


def average(run: Run, numbers: Any) -> Any:
    if numbers is UNDEFINED or not numbers:
        return UNDEFINED
    run.items(len(numbers))
    return normal(_sum(numbers) / len(numbers))


def largest(run: Run, numbers: Any) -> Any:
    if numbers is UNDEFINED or not numbers:
        return UNDEFINED
    run.items(len(numbers))
    return max(numbers)


def smallest(run: Run, numbers: Any) -> Any:
    if numbers is UNDEFINED or not numbers:
        return UNDEFINED
    run.items(len(numbers))
    return min(numbers)


def number(_run: Run, value: Any) -> Any:
    """Raises D3030 for a text that isn't a number."""
    if value is UNDEFINED or type(value) in (int, float):
        return value
    if type(value) is bool:
        return int(value)
    if _DECIMAL.fullmatch(value):
        result = float(value)
        if math.isfinite(result):
            return int(value) if len(value) < 16 and value.lstrip("-").isdigit() else normal(result)
    elif _PREFIXED.fullmatch(value):
        return normal(int(value, 0))
    raise JsonataError("D3030", value=value, index=1)


def absolute(_run: Run, value: Any) -> Any:
    return value if value is UNDEFINED else abs(value)


def floor(_run: Run, value: Any) -> Any:
    return value if value is UNDEFINED or not math.isfinite(value) else normal(math.floor(value))


def ceil(_run: Run, value: Any) -> Any:
    return value if value is UNDEFINED or not math.isfinite(value) else normal(math.ceil(value))


def round_half_even(_run: Run, value: Any, precision: Any) -> Any:
    if value is UNDEFINED:
        return UNDEFINED
    return rounded_to(value, 0 if precision is UNDEFINED else precision)


def rounded_to(value: Number, precision: Number) -> Number:
    """To ``precision`` digits after the point, halves to the even digit, as they look in decimal and not in binary."""
    if not math.isfinite(value) or (type(value) is int and precision == 0):
        return value
    scaled = _shifted(value, precision) if precision else value
    if not math.isfinite(scaled):
        return scaled
    result = math.floor(scaled)
    rest = scaled - result
    if rest > 0.5 or (rest == 0.5 and result % 2 == 1):
        result += 1
    return normal(_shifted(result, -precision)) if precision else normal(result)


def _shifted(value: Number, digits: Number) -> Number:
    """``value`` with its decimal point moved."""
    mantissa, _, exponent = number_text(value).partition("e")
    power = int(exponent or 0) + math.trunc(digits)
    return float(f"{mantissa}e{max(-9999, min(9999, power))}")


def square_root(_run: Run, value: Any) -> Any:
    if value is UNDEFINED:
        return UNDEFINED
    if value < 0:
        raise JsonataError("D3060", value=value, index=1)
    return normal(math.sqrt(value))


def power(_run: Run, base: Any, exponent: Any) -> Any:
    """Raises D3061 when the result is no JSON number."""
    if base is UNDEFINED:
        return UNDEFINED
    result: Any = math.nan
    if exponent is not UNDEFINED:
        try:
            result = math.pow(base, exponent)
        except (OverflowError, ValueError, ZeroDivisionError):
            result = math.nan
    if not math.isfinite(result):
        raise JsonataError("D3061", value=base, exp=exponent, index=1)
    return normal(result)


def format_base(_run: Run, value: Any, radix: Any) -> Any:
    """Raises D3100 for a radix outside 2 .. 36."""
    if value is UNDEFINED:
        return UNDEFINED
    base = 10 if radix is UNDEFINED else int(rounded_to(radix, 0))
    if not 2 <= base <= 36:
        raise JsonataError("D3100", value=base)
    whole = rounded_to(value, 0)
    if base == 10:
        return number_text(whole)
    rest = abs(int(whole))
    digits = "" if rest else "0"
    while rest:
        rest, digit = divmod(rest, base)
        digits = _DIGITS[digit] + digits
    return f"-{digits}" if whole < 0 else digits


def boolean(_run: Run, value: Any) -> Any:
    if value is UNDEFINED:
        return UNDEFINED
    return not isinstance(value, Function) and truthy(value)


def negation(_run: Run, value: Any) -> Any:
    if value is UNDEFINED:
        return UNDEFINED
    return isinstance(value, Function) or not truthy(value)

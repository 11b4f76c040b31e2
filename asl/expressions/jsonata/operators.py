"""What the operators do with two values; ``UNDEFINED`` is one too."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final

from asl.expressions.jsonata.errors import JsonataError
from asl.expressions.jsonata.text import normal, to_text
from asl.expressions.jsonata.values import UNDEFINED, Sequence, equal, is_number

if TYPE_CHECKING:
    from collections.abc import Callable

    from asl.expressions.jsonata.run import Run

Number = int | float

_RANGE: Final = {"token": ".."}
#: The longest range that the language allows.
_MAX_RANGE: Final = 10_000_000


def divide(left: Number, right: Number) -> Number:
    if right:
        return left / right
    if not left or math.isnan(left):
        return math.nan
    negative = (left < 0) != (math.copysign(1, right) < 0)
    return -math.inf if negative else math.inf


def remainder(left: Number, right: Number) -> Number:
    """With the sign of the left side, as in C."""
    return math.fmod(left, right) if right else math.nan


ARITHMETIC: Final[dict[str, Callable[[Number, Number], Number]]] = {
    "+": lambda left, right: left + right,
    "-": lambda left, right: left - right,
    "*": lambda left, right: left * right,
    "/": divide,
    "%": remainder,
}


def arithmetic(mark: str, left: Any, right: Any) -> Any:
    """``left mark right``. Raises T2001, T2002 or D1001."""
    if left is not UNDEFINED and not is_number(left):
        raise JsonataError("T2001", value=left, token=mark)
    if right is not UNDEFINED and not is_number(right):
        raise JsonataError("T2002", value=right, token=mark)
    if left is UNDEFINED or right is UNDEFINED:
        return UNDEFINED
    try:
        return normal(ARITHMETIC[mark](left, right))
    except OverflowError:
        return normal(ARITHMETIC[mark](float(left), float(right)))


COMPARISONS: Final[dict[str, Callable[[Any, Any], bool]]] = {
    "<": lambda left, right: bool(left < right),
    "<=": lambda left, right: bool(left <= right),
    ">": lambda left, right: bool(left > right),
    ">=": lambda left, right: bool(left >= right),
}

_COMPARABLE: Final = frozenset((str, int, float))


def compare(mark: str, left: Any, right: Any) -> Any:
    """``left mark right`` for an order. Raises T2009 or T2010."""
    left_fits = type(left) in _COMPARABLE
    right_fits = type(right) in _COMPARABLE
    if not (left_fits or left is UNDEFINED) or not (right_fits or right is UNDEFINED):
        raise JsonataError("T2010", value=right if left_fits else left, token=mark)
    if left is UNDEFINED or right is UNDEFINED:
        return UNDEFINED
    if (type(left) is str) != (type(right) is str):
        raise JsonataError("T2009", value=left, value2=right, token=mark)
    return COMPARISONS[mark](left, right)


def included(left: Any, right: Any) -> bool:
    """``left in right``: the very same value, so that objects and arrays are never found."""
    if left is UNDEFINED or right is UNDEFINED:
        return False
    items = right if isinstance(right, list) else [right]
    if isinstance(left, (dict, list)):
        return any(item is left for item in items)
    return any(equal(left, item) for item in items)


def concatenate(run: Run, left: Any, right: Any) -> str:
    """``left & right``. Raises D3001 for an infinite number, LimitError for a text too long."""
    first = left if type(left) is str else "" if left is UNDEFINED else _text(left)
    second = right if type(right) is str else "" if right is UNDEFINED else _text(right)
    run.characters(len(first) + len(second))
    return first + second


def _text(value: Any) -> str:
    try:
        return to_text(value)
    except JsonataError as problem:
        problem.inserts.setdefault("token", "&")
        raise


def make_range(run: Run, left: Any, right: Any) -> Any:
    """``[left..right]``. Raises T2003, T2004, D2014, LimitError."""
    if left is not UNDEFINED and not _integral(left):
        raise JsonataError("T2003", value=left, **_RANGE)
    if right is not UNDEFINED and not _integral(right):
        raise JsonataError("T2004", value=right, **_RANGE)
    if left is UNDEFINED or right is UNDEFINED or left > right:
        return UNDEFINED
    size = int(right) - int(left) + 1
    if size > _MAX_RANGE:
        raise JsonataError("D2014", value=normal(size), **_RANGE)
    run.items(size)
    return Sequence(range(int(left), int(right) + 1))


def _integral(value: Any) -> bool:
    return type(value) is int or (type(value) is float and value.is_integer())

"""The comparison operators of Choice rules as a table: family, what they compare, how.

Every operator is false, never an error, for a value of another type than its family's (recorded for each family and
each JSON type). A boolean is no number; numbers compare by value; strings compare by UTF-16 code units, as in Java;
timestamps compare as instants; a string that is no RFC 3339 timestamp matches nothing.
"""

from __future__ import annotations

import operator
import re
from functools import partial
from typing import TYPE_CHECKING, Any

from asl.expressions.scope import ExpressionSyntaxError
from asl.expressions.timestamps import parse_instant

if TYPE_CHECKING:
    from collections.abc import Callable

    #: A test of one value against an operand that is known when compiling.
    Check = Callable[[Any], bool]
    Relation = Callable[[Any, Any], bool]

_RELATIONS: dict[str, Relation] = {
    "Equals": operator.eq,
    "LessThan": operator.lt,
    "GreaterThan": operator.gt,
    "LessThanEquals": operator.le,
    "GreaterThanEquals": operator.ge,
}
_SIGNS = {"Equals": "==", "LessThan": "<", "GreaterThan": ">", "LessThanEquals": "<=", "GreaterThanEquals": ">="}
_NUMBERS = frozenset({int, float})


def _numeric(relation: Relation, operand: Any) -> Check | None:
    return (lambda value: type(value) in _NUMBERS and relation(value, operand)) if type(operand) in _NUMBERS else None


def _boolean(relation: Relation, operand: Any) -> Check | None:
    return (lambda value: type(value) is bool and relation(value, operand)) if type(operand) is bool else None


def _string(relation: Relation, operand: Any) -> Check | None:
    if type(operand) is not str:
        return None
    if relation is operator.eq:
        return lambda value: type(value) is str and value == operand
    if not operand.isascii():
        units = _utf16(operand)
        return lambda value: type(value) is str and relation(_utf16(value), units)
    # Against an ASCII operand the first difference decides alike in code points and in UTF-16 units.
    return lambda value: type(value) is str and relation(value, operand)


def _utf16(text: str) -> bytes:
    return text.encode("utf-16-be", "surrogatepass")


def _timestamp(relation: Relation, operand: Any) -> Check | None:
    instant = parse_instant(operand)
    if instant is None:
        return None

    def check(value: Any) -> bool:
        found = parse_instant(value)
        return found is not None and relation(found, instant)

    return check


#: family -> (relation, operand) -> check of a value; None if the operand is not of the family's type
_FAMILIES: dict[str, tuple[Callable[[Relation, Any], Check | None], tuple[str, ...]]] = {
    "String": (_string, tuple(_RELATIONS)),
    "Numeric": (_numeric, tuple(_RELATIONS)),
    "Boolean": (_boolean, ("Equals",)),
    "Timestamp": (_timestamp, tuple(_RELATIONS)),
}

#: operator -> (operand -> check, or None if the operand is of the wrong type). Those with a ``...Path`` twin.
COMPARISONS: dict[str, Callable[[Any], Check | None]] = {
    family + name: partial(make, _RELATIONS[name]) for family, (make, names) in _FAMILIES.items() for name in names
}

#: operator -> its sign, for people
SIGNS: dict[str, str] = {family + name: _SIGNS[name] for family, (_, names) in _FAMILIES.items() for name in names}

#: operator -> what a value must be to pass; the rule's operand says whether it shall pass. IsPresent is not among them.
TYPE_TESTS: dict[str, Check] = {
    "IsNull": lambda value: value is None,
    "IsNumeric": lambda value: type(value) in _NUMBERS,
    "IsString": lambda value: type(value) is str,
    "IsBoolean": lambda value: type(value) is bool,
    "IsTimestamp": lambda value: parse_instant(value) is not None,
}

#: All 39 operators that can stand beside ``Variable``, ``And``, ``Or`` and ``Not`` left out.
OPERATORS = frozenset(
    {*COMPARISONS, *(f"{name}Path" for name in COMPARISONS), *TYPE_TESTS, "IsPresent", "StringMatches"}
)

_GLOB_PART = r"\\(?P<escaped>[*\\])|(?P<bad>\\)|(?P<stars>\*+)|(?P<text>[^*\\]+)"


def string_matches(pattern: str) -> Check:
    r"""StringMatches: ``*`` stands for any characters, ``\*`` and ``\\`` for themselves; the whole string must match.

    Raises ExpressionSyntaxError for any other backslash. Matching takes time linear in the string per ``*``.
    """
    pieces = [""]
    for token in re.finditer(_GLOB_PART, pattern):
        if token["bad"]:
            raise ExpressionSyntaxError("in StringMatches a backslash is followed by * or \\", token.start())
        if token["stars"]:
            pieces.append("")
        else:
            pieces[-1] += token["escaped"] or token["text"]
    if len(pieces) == 1:
        return lambda value: type(value) is str and value == pieces[0]
    first, *middle, last = pieces
    shortest = sum(map(len, pieces))

    def matches(value: Any) -> bool:
        if type(value) is not str or len(value) < shortest:
            return False
        if not value.startswith(first) or not value.endswith(last):
            return False
        position, end = len(first), len(value) - len(last)
        for piece in middle:  # the leftmost fit of each piece leaves the most room for the next
            found = value.find(piece, position, end)
            if found < 0:
                return False
            position = found + len(piece)
        return True

    return matches

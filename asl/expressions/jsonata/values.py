"""The values that JSONata knows beside JSON: nothing (undefined), sequences, functions; and what is true or equal.

JSON itself is held as Python holds it: ``None`` is JSON's null, an integral number is an int. ``UNDEFINED`` is the
absence of a value. None of the classes here ever leaves the engine (see ``results.py``).
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final

from asl.expressions.jsonata.errors import JsonataError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from asl.expressions.jsonata.run import Run


class Undefined:
    """The type of ``UNDEFINED``, which has one instance."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "undefined"

    def __bool__(self) -> bool:
        return False


UNDEFINED: Final = Undefined()


class Sequence(list[Any]):
    """The result of a query: an array that stands for its only item when it has one, and for nothing when it is
    empty.

    ``keep``: stay an array with one item too (written ``path[]``). ``stream``: the items are tuples, dicts that
    hold the item under "@" and the variables bound along the path by name.
    """

    keep = False
    stream = False


class ConsArray(list[Any]):
    """An array written as ``[...]`` at the start or end of a path, which later steps must not flatten."""


class Frame:
    """The variables of one block, call or tuple, inside of those of ``parent``."""

    __slots__ = ("parent", "run", "variables")

    def __init__(self, variables: dict[str, Any], parent: Frame | None, run: Run) -> None:
        self.variables = variables
        self.parent = parent
        self.run = run


class Function:
    """Something that can be called. ``arity`` is what higher-order functions look at to choose the arguments."""

    __slots__ = ("arity",)

    #: whether it counts as true in a condition
    truth = True

    def __init__(self, arity: int) -> None:
        self.arity = arity

    def call(self, run: Run, args: list[Any], context: Any = None) -> Any:
        """Apply it. ``context`` stands in for a missing first argument where the signature says so."""
        raise NotImplementedError


def collapse(value: Any) -> Any:
    """What a query result stands for once its expression is complete."""
    if type(value) is Sequence and not value.stream:
        if not value:
            return UNDEFINED
        if len(value) == 1 and not value.keep:
            return value[0]
    return value


def append(first: Any, second: Any) -> Any:
    """Both joined to one array; an absent one changes nothing."""
    if first is UNDEFINED:
        return second
    if second is UNDEFINED:
        return first
    left = first if isinstance(first, list) else [first]
    right = second if isinstance(second, list) else [second]
    return [*left, *right]


def is_number(value: Any) -> bool:
    """Whether it is a number. Raises D1001 for an infinite one."""
    kind = type(value)
    if kind is int:
        return True
    if kind is float:
        if math.isinf(value):
            raise JsonataError("D1001", value=value)
        return not math.isnan(value)
    return False


def all_numbers(values: Iterable[Any]) -> bool:
    return all(is_number(value) for value in values)


def all_strings(values: Iterable[Any]) -> bool:
    return all(type(value) is str for value in values)


def truthy(value: Any) -> bool:
    """The boolean that a value stands for; an array is true when one of its members is."""
    kind = type(value)
    if kind is bool:
        return bool(value)
    if kind is str or kind is int or kind is dict:
        return bool(value)
    if value is None or value is UNDEFINED:
        return False
    if isinstance(value, list):
        return any(truthy(item) for item in value)
    if kind is float:
        return is_number(value) and value != 0
    return isinstance(value, Function) and value.truth


_PLAIN_KINDS: Final = frozenset((str, int, float))


def equal(left: Any, right: Any) -> bool:
    """Deep equality; a boolean never equals a number."""
    if left is right:
        return True
    kind = type(left)
    if kind in _PLAIN_KINDS:
        other = type(right)
        return other in _PLAIN_KINDS and bool(left == right)
    if kind is dict:
        if type(right) is not dict or len(left) != len(right):
            return False
        return all(key in right and equal(value, right[key]) for key, value in left.items())
    if isinstance(left, list):
        if not isinstance(right, list) or len(left) != len(right):
            return False
        return all(map(equal, left, right))
    return False


def lookup(value: Any, key: str) -> Any:
    """The member ``key`` of an object, or of all objects in an array."""
    if type(value) is dict:
        return value.get(key, UNDEFINED)
    if isinstance(value, list):
        found = Sequence()
        for item in value:
            member = lookup(item, key)
            if isinstance(member, list):
                found.extend(member)
            elif member is not UNDEFINED:
                found.append(member)
        return found
    return UNDEFINED


def type_name(value: Any) -> str:
    """``$type`` of a value that is defined."""
    if value is None:
        return "null"
    if isinstance(value, list):
        return "array"
    return _TYPE_NAMES.get(type(value), "function" if isinstance(value, Function) else "object")


_TYPE_NAMES: Mapping[type, str] = {
    bool: "boolean",
    str: "string",
    int: "number",
    float: "number",
    dict: "object",
}

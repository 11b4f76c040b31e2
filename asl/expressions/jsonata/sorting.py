"""Sorting, as stable as the language promises it: ``$sort`` with a comparator, and the terms of ``^(...)``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from asl.expressions.jsonata.errors import JsonataError
from asl.expressions.jsonata.values import UNDEFINED, Frame, Sequence

if TYPE_CHECKING:
    from collections.abc import Callable

    from asl.expressions.jsonata.compiler import Compiler
    from asl.expressions.jsonata.nodes import Node

    Evaluate = Callable[[Any, Frame], Any]


def merge_sort(items: list[Any], after: Callable[[Any, Any], bool]) -> list[Any]:
    """Sorted so that no item stands before one that it comes ``after``; equal ones keep their order.

    The comparisons are made in the language's own order, because a comparator may be inconsistent or fail.
    """
    if len(items) <= 1:
        return items
    middle = len(items) // 2
    left = merge_sort(items[:middle], after)
    right = merge_sort(items[middle:], after)
    merged = []
    first = second = 0
    while first < len(left) and second < len(right):
        if after(left[first], right[second]):
            merged.append(right[second])
            second += 1
        else:
            merged.append(left[first])
            first += 1
    return [*merged, *left[first:], *right[second:]]


def sort_by_terms(compiler: Compiler, step: Node) -> Callable[[list[Any], Frame], list[Any]]:
    """The sort step ``^(term, >term)``. Raises T2007 or T2008 when terms can't be compared."""
    terms = [(compiler.compile(term.node), term.descending) for term in step.terms]

    def sort(items: list[Any], frame: Frame) -> list[Any]:
        if len(items) <= 1:
            return items
        stream = type(items) is Sequence and items.stream
        frame.run.spend(4 * len(items))
        keys = [_Keys(terms, item, stream, frame) for item in items]
        if len(terms) == 1:
            ordered = _sorted_by_one(keys, terms[0][1])
            if ordered is not None:
                return ordered
        return [key.item for key in merge_sort(keys, _after)]

    return sort


class _Keys:
    """An item and the values of its terms, each worked out when it is first needed."""

    __slots__ = ("_frame", "_stream", "_terms", "_values", "item")

    def __init__(self, terms: list[tuple[Evaluate, bool]], item: Any, stream: bool, frame: Frame) -> None:
        self.item = item
        self._terms = terms
        self._stream = stream
        self._frame = frame
        self._values: list[Any] = []

    def value(self, number: int) -> Any:
        if number == len(self._values):
            evaluate = self._terms[number][0]
            if self._stream:
                value = evaluate(self.item["@"], Frame(dict(self.item), self._frame, self._frame.run))
            else:
                value = evaluate(self.item, self._frame)
            self._values.append(value)
        return self._values[number]

    def terms(self) -> list[tuple[Evaluate, bool]]:
        return self._terms


def _sorted_by_one(keys: list[_Keys], descending: bool) -> list[Any] | None:
    """The common case, left to Python: one term of one type. Those without a value come last."""
    with_value = [key for key in keys if key.value(0) is not UNDEFINED]
    kinds = {type(key.value(0)) for key in with_value}
    if not (kinds <= {int, float} or kinds == {str}):
        return None
    ordered = sorted(with_value, key=lambda key: key.value(0), reverse=descending)
    return [key.item for key in ordered] + [key.item for key in keys if key.value(0) is UNDEFINED]


_KINDS = {str: "string", int: "number", float: "number"}


def _after(left: _Keys, right: _Keys) -> bool:
    for number, (_, descending) in enumerate(left.terms()):
        first, second = left.value(number), right.value(number)
        if first is UNDEFINED or second is UNDEFINED:
            if first is second:
                continue
            return first is UNDEFINED
        first_kind, second_kind = _KINDS.get(type(first)), _KINDS.get(type(second))
        if first_kind is None or second_kind is None:
            raise JsonataError("T2008", value=first if first_kind is None else second)
        if first_kind != second_kind:
            raise JsonataError("T2007", value=first, value2=second)
        if first == second:
            continue
        return bool((first > second) != descending)
    return False

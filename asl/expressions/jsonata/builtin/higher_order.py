"""Functions that take functions. The first parameter of each is the Run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from asl.expressions.jsonata.errors import JsonataError
from asl.expressions.jsonata.functions import callback_args
from asl.expressions.jsonata.sorting import merge_sort
from asl.expressions.jsonata.values import UNDEFINED, Function, Sequence, all_numbers, all_strings, truthy

if TYPE_CHECKING:
    from asl.expressions.jsonata.run import Run


def map_items(run: Run, values: Any, function: Function) -> Any:
    if values is UNDEFINED:
        return UNDEFINED
    result = Sequence()
    for index, value in enumerate(values):
        mapped = function.call(run, callback_args(function, value, index, values))
        if mapped is not UNDEFINED:
            result.append(mapped)
    return result


def filter_items(run: Run, values: Any, function: Function) -> Any:
    if values is UNDEFINED:
        return UNDEFINED
    result = Sequence()
    for index, value in enumerate(values):
        if truthy(function.call(run, callback_args(function, value, index, values))):
            result.append(value)
    return result


def single(run: Run, values: Any, function: Any) -> Any:
    """The only value that fits. Raises D3138 for more, D3139 for none."""
    if values is UNDEFINED:
        return UNDEFINED
    found = UNDEFINED
    missing = True
    for index, value in enumerate(values):
        if function is UNDEFINED or truthy(function.call(run, callback_args(function, value, index, values))):
            if not missing:
                raise JsonataError("D3138", index=index)
            found = value
            missing = False
    if missing:
        raise JsonataError("D3139")
    return found


def reduce_items(run: Run, values: Any, function: Function, initial: Any) -> Any:
    """Raises D3050 for a function of fewer than two arguments."""
    if values is UNDEFINED:
        return UNDEFINED
    if function.arity < 2:
        raise JsonataError("D3050", index=1)
    start = 0
    result = initial
    if initial is UNDEFINED and values:
        result = values[0]
        start = 1
    for index in range(start, len(values)):
        result = function.call(run, [result, values[index], index, values][: min(function.arity, 4)])
    return result


def sift(run: Run, value: Any, function: Any) -> Any:
    if type(value) is not dict or function is UNDEFINED:
        return UNDEFINED
    result = {
        name: member
        for name, member in value.items()
        if truthy(function.call(run, callback_args(function, member, name, value)))
    }
    return result or UNDEFINED


def each(run: Run, value: Any, function: Function) -> Any:
    result = Sequence()
    if type(value) is dict:
        for name, member in value.items():
            mapped = function.call(run, callback_args(function, member, name, value))
            if mapped is not UNDEFINED:
                result.append(mapped)
    return result


def sort(run: Run, values: Any, function: Any) -> Any:
    """By a comparator ("is the first after the second?"), or numbers and strings by their order. Raises D3070."""
    if values is UNDEFINED or len(values) <= 1:
        return values
    run.spend(4 * len(values))
    if function is UNDEFINED:
        if not all_numbers(values) and not all_strings(values):
            raise JsonataError("D3070", index=1)
        return sorted(values)
    return merge_sort(values, lambda first, second: _holds(function.call(run, [first, second])))


def _holds(answer: Any) -> bool:
    """What the host language of the reference takes for true: also empty arrays and objects."""
    if answer is UNDEFINED or answer is None:
        return False
    return isinstance(answer, (list, dict)) or bool(answer)

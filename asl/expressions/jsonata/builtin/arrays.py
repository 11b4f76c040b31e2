"""Functions of arrays. The first parameter of each is the Run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from asl.expressions.jsonata.values import UNDEFINED, Sequence, append, equal

if TYPE_CHECKING:
    from collections.abc import Hashable

    from asl.expressions.jsonata.run import Run


def count(_run: Run, values: Any) -> int:
    return 0 if values is UNDEFINED else len(values)


def append_values(run: Run, first: Any, second: Any) -> Any:
    run.items(sum(len(each) for each in (first, second) if isinstance(each, list)) + 2)
    return append(first, second)


def reverse(run: Run, values: Any) -> Any:
    if values is UNDEFINED or len(values) <= 1:
        return values
    run.items(len(values))
    return values[::-1]


def zip_arrays(run: Run, *arrays: Any) -> list[Any]:
    if any(not isinstance(array, list) for array in arrays):
        return []
    result = [list(each) for each in zip(*arrays, strict=False)]
    run.items(len(result) * len(arrays))
    return result


def shuffle(run: Run, values: Any) -> Any:
    if values is UNDEFINED or len(values) <= 1:
        return values
    from asl.expressions.jsonata.builtin.aws import random_number

    run.spend(2 * len(values))
    result: list[Any] = []
    for position, value in enumerate(values):
        target = int(random_number(run) * (position + 1))
        result.append(value)
        if target != position:
            result[position], result[target] = result[target], value
    return result


def distinct(run: Run, values: Any) -> Any:
    """Without repetitions, by deep equality; strings and numbers are told apart by hash."""
    if values is UNDEFINED or not isinstance(values, list) or len(values) <= 1:
        return values
    seen: set[Hashable] = set()
    others: list[Any] = []
    result: list[Any] = Sequence() if type(values) is Sequence else []
    for value in values:
        run.spend(1)
        if isinstance(value, (dict, list)):
            run.spend(len(others))
            if any(equal(value, other) for other in others):
                continue
            others.append(value)
        else:
            mark = (type(value) is bool, value)
            if mark in seen:
                continue
            seen.add(mark)
        result.append(value)
    return result

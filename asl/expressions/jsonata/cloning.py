"""Copies of values as JSON text would make them: functions become empty strings, numbers keep 15 digits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from asl.expressions.jsonata.text import rounded
from asl.expressions.jsonata.values import UNDEFINED, Function, is_number

if TYPE_CHECKING:
    from asl.expressions.jsonata.run import Run


def clone(run: Run, value: Any) -> tuple[Any, set[int]]:
    """A deep copy, and the identities of all objects in it. Raises D1001 for an infinite number."""
    own: set[int] = set()

    def copy(item: Any) -> Any:
        if type(item) is dict:
            run.spend(len(item) + 1)
            result = {name: copy(member) for name, member in item.items() if member is not UNDEFINED}
            own.add(id(result))
            return result
        if isinstance(item, list):
            run.spend(len(item) + 1)
            return [None if member is UNDEFINED else copy(member) for member in item]
        if isinstance(item, Function):
            return ""
        if type(item) is float or type(item) is int:
            return rounded(item) if is_number(item) else None
        return item

    return copy(value), own

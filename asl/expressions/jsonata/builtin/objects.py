"""Functions of objects and of any value. The first parameter of each is the Run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from asl.expressions.jsonata.cloning import clone
from asl.expressions.jsonata.errors import JsonataError
from asl.expressions.jsonata.values import UNDEFINED, Sequence, append, lookup, type_name

if TYPE_CHECKING:
    from asl.expressions.jsonata.run import Run


def keys(run: Run, value: Any) -> Sequence:
    """The names of an object's members; of an array of objects, all of them once."""
    found: dict[str, None] = {}
    _collect_keys(value, found)
    run.spend(len(found))
    return Sequence(found)


def _collect_keys(value: Any, found: dict[str, None]) -> None:
    if type(value) is dict:
        found.update(dict.fromkeys(value))
    elif isinstance(value, list):
        for item in value:
            _collect_keys(item, found)


def look_up(_run: Run, value: Any, key: Any) -> Any:
    return UNDEFINED if key is UNDEFINED else lookup(value, key)


def exists(_run: Run, value: Any) -> bool:
    return value is not UNDEFINED


def spread(run: Run, value: Any) -> Any:
    """An object as an array of objects with one member each."""
    if isinstance(value, list):
        result: list[Any] = Sequence()
        for item in value:
            result = append(result, spread(run, item))
        return result
    if type(value) is dict:
        run.spend(len(value))
        return Sequence({name: member} for name, member in value.items())
    return value


def merge(run: Run, objects: Any) -> Any:
    if objects is UNDEFINED:
        return UNDEFINED
    result: dict[str, Any] = {}
    for each in objects:
        run.spend(len(each))
        result.update(each)
    return result


def copy(run: Run, value: Any) -> Any:
    return UNDEFINED if value is UNDEFINED else clone(run, value)[0]


def type_of(_run: Run, value: Any) -> Any:
    return UNDEFINED if value is UNDEFINED else type_name(value)


def error(_run: Run, message: Any) -> Any:
    raise JsonataError("D3137", message=message or "$error() function evaluated")


def assert_true(_run: Run, condition: Any, message: Any) -> Any:
    if not condition:
        raise JsonataError("D3141", message=message or "$assert() statement failed")
    return UNDEFINED

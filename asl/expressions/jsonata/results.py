"""From the engine's values to JSON, for what leaves it.

What an expression can give is mostly known from its text: ``$states.input.a`` is JSON as it came in, however large,
and isn't looked at again; only what the engine has put together itself is.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final

from asl.expressions.jsonata.builtin import LIBRARY, PLAIN_RESULTS
from asl.expressions.jsonata.values import UNDEFINED

if TYPE_CHECKING:
    from collections.abc import Callable

    from asl.expressions.jsonata.nodes import Node

    Clean = Callable[[Any], Any]


class UnsupportedResult(Exception):
    """A result holds a function or a number that JSON doesn't have."""


_SCALARS: Final = frozenset((str, int, bool, type(None)))


def plain(value: Any) -> Any:
    """Nothing to do: JSON already."""
    return value


def top(value: Any) -> Any:
    """An array of JSON values, which may be one of the engine's own kinds of array."""
    if isinstance(value, list) and type(value) is not list:
        return [None if item is UNDEFINED else item for item in value]
    return value


def deep(value: Any) -> Any:
    """Anything; what is JSON already is kept, not copied. Raises UnsupportedResult."""
    kind = type(value)
    if kind in _SCALARS:
        return value
    if kind is dict:
        return _members(value)
    if isinstance(value, list):
        items = [None if item is UNDEFINED else deep(item) for item in value]
        same = kind is list and all(new is old for new, old in zip(items, value, strict=True))
        return value if same else items
    if kind is float and math.isfinite(value):
        return value
    raise UnsupportedResult


def _members(value: dict[str, Any]) -> dict[str, Any]:
    changed: dict[str, Any] = {}
    for name, member in value.items():
        if type(member) not in _SCALARS and member is not UNDEFINED:
            new = deep(member)
            if new is not member:
                changed[name] = new
        elif member is UNDEFINED:
            changed[name] = UNDEFINED
    if not changed:
        return value
    return {name: member for name, member in {**value, **changed}.items() if member is not UNDEFINED}


def cleaner(node: Node, bound: frozenset[str]) -> Clean:
    """The least work that makes the results of an expression JSON. ``bound``: the names it binds itself."""
    if node.group is not None:
        return deep
    clean = _cleaner(node, bound)
    return top if clean is plain and node.predicates else clean


def _cleaner(node: Node, bound: frozenset[str]) -> Clean:
    if node.type == "path":
        return _path(node, bound)
    if node.type == "variable":
        return plain if _is_workflow_variable(node, bound) else deep
    if node.type == "string" or (node.type == "binary" and node.value in _TEXTS_AND_BOOLEANS):
        return plain
    if node.type == "function":
        called = node.need(node.left)
        safe = called.type == "variable" and called.value in PLAIN_RESULTS and called.value not in bound
        return plain if safe else deep
    if node.type == "condition":
        branches = [branch for branch in (node.left, node.right) if branch is not None]
        return _widest([cleaner(branch, bound) for branch in branches])
    if node.type == "block" and node.nodes:
        return cleaner(node.nodes[-1], bound)
    if node.type == "unary" and node.value == "[":
        return _widest([top, *(cleaner(item, bound) for item in node.nodes)])
    if node.type == "unary" and node.value == "{":
        return _object(node, bound)
    return deep


_TEXTS_AND_BOOLEANS: Final = frozenset(("&", "=", "!=", "<", "<=", ">", ">=", "and", "or", "in"))


def _is_workflow_variable(node: Node, bound: frozenset[str]) -> bool:
    return node.value not in ("", "$") and node.value not in bound and node.value not in LIBRARY


def _path(path: Node, bound: frozenset[str]) -> Clean:
    first, *rest = path.nodes
    selects = all(step.type in ("name", "wildcard", "descendant", "sort") and step.group is None for step in rest)
    if selects and first.type == "variable" and _is_workflow_variable(first, bound) and first.group is None:
        return top
    return deep


def _widest(cleaners: list[Clean]) -> Clean:
    if all(clean is plain for clean in cleaners):
        return plain
    return top if all(clean in (plain, top) for clean in cleaners) else deep


def _object(node: Node, bound: frozenset[str]) -> Clean:
    """Member by member, if the names are written out; the object is new, so that it can be changed."""
    if any(key.type != "string" or key.predicates or key.group for key, _ in node.pairs):
        return deep
    cleaners = {key.value: cleaner(value, bound) for key, value in node.pairs}
    work = [(name, clean) for name, clean in cleaners.items() if clean is not plain]
    if not work:
        return plain

    def clean_members(value: Any) -> Any:
        for name, clean in work:
            member = value.get(name, UNDEFINED)
            if type(member) not in _SCALARS and member is not UNDEFINED:
                value[name] = clean(member)
        return value

    return clean_members

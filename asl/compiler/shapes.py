"""What is known of a JSON value before anything runs: its shape.

A shape says less than the value and never more: ANY says nothing, an open object knows some of its members, a closed
one knows all names that it may have. A name that a closed object doesn't know can't be there; that is all that is ever
concluded.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

#: deeper or larger values are ANY
MAX_DEPTH = 6
MAX_SIZE = 300


class Shape(NamedTuple):
    """``kind``: any, object, array or scalar. ``members``: the names that an object may have; ``closed``: no others.

    ``size``: how many shapes it is made of; shapes share their parts, so that they could grow without bound.
    """

    kind: str
    members: Mapping[str, Shape] = {}
    closed: bool = False
    size: int = 1


ANY: Final = Shape("any")
ARRAY: Final = Shape("array")
SCALAR: Final = Shape("scalar")


def object_of(members: Mapping[str, Shape], *, closed: bool = True) -> Shape:
    """An object with these members; ANY if that is too much to remember."""
    size = 1 + sum(member.size for member in members.values())
    return Shape("object", members, closed, size) if size <= MAX_SIZE else ANY


def shape_of(value: Any, depth: int = 0) -> Shape:
    """The shape of a literal."""
    if isinstance(value, dict):
        if depth >= MAX_DEPTH:
            return ANY
        return object_of({name: shape_of(inner, depth + 1) for name, inner in value.items()})
    return ARRAY if isinstance(value, list) else SCALAR


def follow(shape: Shape, keys: Sequence[str | int]) -> Shape | None:
    """The shape at the end of a path; None if there can't be anything."""
    for key in keys:
        if shape.kind == "any" or isinstance(key, int):
            return ANY
        found = shape.members.get(key)
        if found is None:
            return None if shape.closed or shape.kind in ("array", "scalar") else ANY
        shape = found
    return shape


def put(shape: Shape, keys: Sequence[str | int], value: Shape) -> Shape:
    """The shape after a value was written at a reference path."""
    if not keys:
        return value
    key = keys[0]
    if isinstance(key, int) or shape.kind in ("array", "scalar") or len(keys) > MAX_DEPTH:
        return ANY
    members = dict(shape.members)
    members[key] = put(members.get(key, EMPTY if shape.closed else ANY), keys[1:], value)
    return object_of(members, closed=shape.closed)


EMPTY: Final = object_of({})


def joined(one: Shape, other: Shape, depth: int = 0) -> Shape:
    """What is known of a value that has one of two shapes."""
    if one == other:
        return one
    if one.kind != other.kind or one.kind != "object" or depth >= MAX_DEPTH:
        return ANY
    members: dict[str, Shape] = {}
    for name in {**one.members, **other.members}:
        first, second = one.members.get(name), other.members.get(name)
        if first is not None and second is not None:
            members[name] = joined(first, second, depth + 1)
        elif (first is None and one.closed) or (second is None and other.closed):
            members[name] = first or second or ANY  # it is there on one way only
        else:
            members[name] = ANY
    return object_of(members, closed=one.closed and other.closed)

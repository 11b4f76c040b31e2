"""Stored things that can't be read: one line that names them and the way out, instead of whatever reading them raised.

What is stored was written by aslkit, so nobody checks it at every use. Only who hands it on to somebody looks here.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from asl.drivers.durable.bare import Machine, bare_core
from asl.drivers.durable.packing import unpack
from asl.errors import StoreError
from asl.history import shape
from asl.jsontext import decode

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from asl.history import Shape
    from asl.kernel.events import Event
    from asl.stores.base import Execution, Store
    from asl.worker import Definitions

#: What reading things of the wrong shape may raise.
UNREADABLE = (ValueError, TypeError, LookupError, AttributeError)


def damaged(store: Store, whose: str, what: str) -> StoreError:
    """The refusal to go on with something."""
    way_out = "`asl verify` looks for more damage, and a backup is the way out"
    return StoreError(f"{store.url}: {whose} is damaged: {what}; {way_out}")


@contextmanager
def readable(store: Store, whose: str) -> Iterator[None]:
    """For nothing but reading what is stored of somebody. Raises StoreError where that can't be done."""
    try:
        yield
    except UNREADABLE as problem:
        said = f"{problem}" if isinstance(problem, ValueError) else f"{type(problem).__name__}: {problem}"
        raise damaged(store, whose, f"what is stored of it can't be read ({said})") from problem


def read_events(store: Store, execution: Execution, **place: Any) -> list[tuple[int, Event]]:
    """``store.events``; raises StoreError for a turn that can't be read."""
    with readable(store, execution.arn):
        return store.events(execution.id, **place)


def shaped(
    store: Store, execution: Execution, events: Iterable[tuple[int, Event]], *, include_data: bool = True
) -> list[Shape]:
    """Stored events as AWS shapes them; raises StoreError for one that can't be."""
    made = []
    for number, event in events:
        try:
            made.append(shape(number, event, include_data=include_data))
        except UNREADABLE as problem:
            why = f"event {number} ({event[0]!r})" if event else f"event {number}"
            unknown = isinstance(problem, KeyError)
            what = f"{why} is of a type that there isn't" if unknown else f"members of {why} are missing or wrong"
            raise damaged(store, execution.arn, what) from problem
    return made


@contextmanager
def blaming(store: Store, definitions: Definitions, execution: Execution) -> Iterator[None]:
    """For a change of an execution: whether the store is to blame for what goes wrong is seen by loading it again."""
    try:
        yield
    except UNREADABLE:
        for held in store.held([execution.id]):
            program = definitions.find(execution.definition, express=execution.express).program
            with readable(store, execution.arn):
                value = decode(held.execution.input or "null")
                made = bare_core(held.execution, Machine(program, {}), value)
                unpack(held.core, held.frames, program, lambda _, made=made: made)  # type: ignore[misc]
        raise

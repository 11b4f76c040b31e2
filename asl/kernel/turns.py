"""Turns, for a driver that stores an execution: all that happens between two waits is stored as one.

Such a driver keeps no Sleeps either, which it would lose with its process: it asks what is due, and when.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from asl.kernel.ending import time_out
from asl.kernel.frame import WAITING, due

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from asl.kernel.commands import Command
    from asl.kernel.core import Core
    from asl.kernel.events import Event, Note
    from asl.kernel.frame import Frame


_make = tuple.__new__  # a named tuple's own constructor takes twice as long


class Turn(NamedTuple):
    """What has happened since the last turn was taken: all that is to be stored, and then to be done."""

    events: list[Event]
    notes: Sequence[Note]
    dirty: Collection[Frame]  # frames that have changed
    gone: Sequence[str]  # ids of those that are no more
    commands: Sequence[Command]


def take_turn(core: Core) -> Turn:
    """Hand over what has happened since the last call. The first call begins the tracking of dirty frames."""
    if core.dirty is None:
        core.dirty = {frame.id: frame for frame in core.alive()}
    events, dirty = core.events, core.dirty.values()
    core.events, core.dirty = [], {}
    core.before.clear()
    if not (core.notes or core.gone or core.commands):  # nearly always
        return _make(Turn, (events, (), dirty, (), ()))
    turn = _make(Turn, (events, core.notes, dirty, core.gone, core.commands))
    core.notes, core.gone, core.commands = [], [], []
    return turn


def next_due(core: Core) -> int:
    """When the core next wants to be woken, if nothing else happens before."""
    first = core.limit
    for frame in core.frames.values():
        if frame.status is WAITING:
            moment = due(frame)
            if moment is not None and moment < first:
                first = moment
    return first


def wake_next(core: Core, now: int) -> bool:
    """Wake what has been due for longest, or end an execution whose time is over. False when nothing is due."""
    if core.status != "RUNNING":
        return False
    if now >= core.limit:
        return time_out(core, now)
    found, first = None, (now, core.last)
    for frame in core.frames.values():
        if frame.status is WAITING:
            moment = due(frame)
            if moment is not None and (moment, frame.previous) <= first:  # of two, the one that began to wait first
                found, first = frame, (moment, frame.previous)
    return found is not None and core.wake(found.id, found.wait_id, now)

"""The record of a turn: what the store is told of an entry."""

from __future__ import annotations

from typing import TYPE_CHECKING

from asl.drivers.durable.nested import answer_to_parent
from asl.drivers.durable.packing import NO_CALL, pack_core, pack_frame
from asl.kernel.frame import DONE
from asl.kernel.turns import next_due, take_turn
from asl.stores.base import End, Turn

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from asl.drivers.durable.entry import Entry
    from asl.kernel.core import Core
    from asl.kernel.frame import Frame
    from asl.stores.base import Execution, FrameRow, Message


_NOT_ASKED: tuple[int, str | None] = NO_CALL, None

_make = tuple.__new__  # as ``Turn(...)`` does in the end: one is made for every step of every execution


def turn_of(entry: Entry, worker: int | None, keep_until: int) -> Turn:
    """What has happened to an entry since its last turn; its core forgets it. An execution that has ended has no owner
    any more, nor has one that only waits, unless something is due until ``keep_until``."""
    core = entry.core
    first = core.last - len(core.events) + 1
    turn = take_turn(core)
    assert not turn.commands, "they were carried out"
    due: int | None = 0
    end = None
    if core.status != "RUNNING":
        end, due, worker = _end(core), None, None
    elif entry.idle:
        due = next_due(core)
        if due > keep_until:
            worker = None
    frames, gone = _frames(entry, turn.dirty, turn.gone, end)
    messages: Sequence[Message] = () if end is None else _messages(entry.execution, end)
    return _make(
        Turn,
        (
            entry.execution.id, entry.fence, entry.version, entry.seen, worker, due,
            pack_core(core, doomed=entry.doomed), first, turn.events, turn.notes, frames, gone,
            entry.messages_read, entry.queued, entry.unqueued, messages, entry.stops, end, None, False, None,
        ),
    )  # fmt: skip


def _frames(
    entry: Entry, dirty: Collection[Frame], gone: Sequence[str], end: End | None
) -> tuple[list[FrameRow], Sequence[str]]:
    """The rows to write and those to remove."""
    if end is not None:
        if not end.keeps_frames:
            return [], []
        wreck, entry.core.wreck = entry.core.wreck, []
        entry.saved = {}
        rows = [pack_frame(frame, NO_CALL, None, entry.saved) for frame in wreck]
        kept = {frame.id for frame in wreck}
        return rows, [frame for frame in gone if frame not in kept]
    rows, saved = [], entry.saved
    for frame in dirty:
        call, asked = entry.asked.get(frame.id, _NOT_ASKED)
        if call and (frame.status is DONE or not frame.wait_id):
            del entry.asked[frame.id]
            call, asked = _NOT_ASKED
        rows.append(pack_frame(frame, call, asked, saved))
    for frame_id in gone:
        entry.saved.pop(frame_id, None)
        entry.asked.pop(frame_id, None)
    return rows, gone


def _end(core: Core) -> End:
    keeps = core.status != "SUCCEEDED" and core.last < core.history_limit
    error = None if core.status == "TIMED_OUT" else core.error  # as DescribeExecution shows it
    return End(core.status, core.now, core.output, error, core.cause, keeps)


def _messages(execution: Execution, end: End) -> list[Message]:
    message = None if execution.parent is None else answer_to_parent(execution, end)
    return [] if message is None else [message]

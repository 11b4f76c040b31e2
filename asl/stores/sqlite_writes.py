"""The writes of one group commit, as statements of one transaction.

A write's guards are checked by the row count of one statement; it is then bound to happen, and its rows are only
gathered: those of all writes go in table by table, which costs half. An execution about which gathered rows say
something is ``touched``: who wants to look at its rows, or change them again, has the gathered ones written first.

What is checked nearly always holds. So in ordinary cases the statements that check are gathered, too, and the rows that
they change are counted together. Should one be missing, ``Stale`` is raised, and the group is to be applied once more
``carefully``: write by write.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from asl.jsontext import encode
from asl.stores.base import (
    CHANGED,
    CLOSED,
    ID_TAKEN,
    MISSING,
    NAME_TAKEN,
    RUNNING,
    STALE,
    STOP,
    ExpressEnd,
    LogLine,
    Message,
    Refusal,
    Start,
    Turn,
)
from asl.stores.rules import FOR_A_FRAME, opened, owner_after
from asl.stores.sqlite_rows import (
    ROOT,
    Row,
    end_row_of,
    execution_of,
    express_row_of,
    reopening_row_of,
    row_of,
    storable,
    storable_row,
    text_of,
)
from asl.stores.sqlite_sums import checksum, sum_of_four, sum_of_three

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence

    from asl.stores.base import End, Execution, Needs, Write

_STALE = Refusal(STALE)

#: Writes that are stored as they are.
_PLAIN = (Message, ExpressEnd, LogLine)


class Prepared(NamedTuple):
    """A write, and what can be made of it before its turn comes, in the thread of its caller."""

    write: Write
    state: Row = ()  # the columns of ``live`` that say where it stands; None: the root frame stays as it was
    turn: Row | None = None  # its row in ``turns``
    frames: Sequence[Row] = ()
    payloads: Sequence[Row] = ()
    execution: Row = ()  # of a start
    express: Row = ()  # of an Express one


def prepared(write: Write) -> Prepared:
    """Encode what is to be stored; raises NotJSON for what isn't JSON."""
    if isinstance(write, _PLAIN):
        return Prepared(write)
    if isinstance(write, Start) and write.execution.express:
        return Prepared(write, express=express_row_of(write.execution, write.turn.core))
    turn = write.turn if isinstance(write, Start) else write
    execution = turn.execution
    frames, payloads = [], []
    root_wait = root = root_sum = None
    if turn.end is None or turn.end.keeps_frames:
        for frame, wait, data, payload in turn.frames:
            if frame == ROOT:
                root_wait, root, root_sum = wait, storable(data), sum_of_three(execution, wait, data)
            else:
                frames.append(storable_row(execution, frame, wait, data, sum_of_four(execution, frame, wait, data)))
            if payload is not None:
                its_sum = sum_of_three(execution, frame, payload)
                payloads.append(storable_row(execution, frame, payload, its_sum))
    core, row = turn.core, None
    core_sum = sum_of_three(execution, 1 if turn.end is None else 0, core)
    if turn.events or turn.notes:
        events, notes = text_of(turn.events), text_of(turn.notes)
        its_sum = sum_of_four(execution, turn.first, notes, events)
        row = (execution, turn.first, storable(notes), storable(events), its_sum)
    return Prepared(
        write,
        (root_wait, core_sum, root_sum, storable(core), root),
        row,
        frames,
        payloads,
        row_of(opened(write.execution, turn)) if isinstance(write, Start) else (),
    )


#: Statements that change one row, or none when the write is to be refused.
_CHECKED = ("advance", "add_express", "end_express")

#: The gathered rows, in the order in which they are written: what goes before what comes, and an end after all.
_GATHERED = (
    *_CHECKED, "add_live", "remove_frame", "remove_payload", "remove_message", "unqueue_activity",
    "add_turn", "put_frame", "put_payload", "queue_activity", "add_log",
    "reopen", "end", "remove_frames", "remove_payloads", "remove_messages", "remove_activities",
)  # fmt: skip

#: An execution and everything of it.
_REMOVALS = (
    "remove_events", "remove_notes", "remove_frames", "remove_payloads", "remove_messages", "remove_activities",
    "remove_live", "remove_execution",
)  # fmt: skip


def remove_executions(cursor: sqlite3.Cursor, sql: dict[str, str], ids: Sequence[int]) -> None:
    """Remove executions and everything of them."""
    rows = [(execution,) for execution in ids]
    for name in _REMOVALS:
        cursor.executemany(sql[name], rows)


class Stale(Exception):
    """A write of this group is to be refused, nobody knows which."""


class Batch:
    """Applies writes within a transaction that is open; ``flush`` is to be called before its end."""

    def __init__(
        self,
        cursor: sqlite3.Cursor,
        sql: dict[str, str],
        *,
        registered: frozenset[int] | None = None,
        carefully: bool = True,
    ) -> None:
        self._carefully = carefully
        self._cursor = cursor
        self._execute = cursor.execute
        self._sql = sql
        self._rows: dict[str, list[Row]] = {name: [] for name in _GATHERED}
        self._touched: set[int] = set()
        self.registered = registered  # the workers; None: to be looked up
        self._last_id: int | None = None
        self._needed: dict[Needs, bool] = {}  # documents stay as they are in this transaction

    def apply(self, prepared: Prepared) -> Refusal | None:
        """One write."""
        write = prepared.write
        match write:
            case Turn():
                return self._turn(prepared, write)
            case Message():
                return self._message(write)
            case Start():
                return self._start(prepared, write)
            case ExpressEnd():
                return self._express_end(write)
            case LogLine():
                self._rows["add_log"].append(storable_row(*write, sum_of_four(*write)))
                return None

    def flush(self) -> None:
        """Write what was gathered."""
        for name, rows in self._rows.items():
            if rows:
                self._cursor.executemany(self._sql[name], rows)
                if name in _CHECKED and self._cursor.rowcount != len(rows):
                    raise Stale
                rows.clear()
        self._touched.clear()

    def _has_changed(self, needs: Needs) -> bool:
        """Whether a document isn't the same any more."""
        changed = self._needed.get(needs)
        if changed is None:
            row = self._execute(self._sql["revision"], storable_row(needs.kind, needs.name)).fetchone()
            changed = self._needed[needs] = row is None or row[0] != needs.revision
        return changed

    def _changes_one(self, name: str, execution: int, row: Row) -> bool:
        """Whether the statement changes its row. One that is gathered is taken to do so until ``flush``."""
        if self._carefully:
            return self._execute(self._sql[name], row).rowcount == 1
        self._rows[name].append(row)
        self._touched.add(execution)
        return True

    # -- turns ---------------------------------------------------------------------------------------------------------

    def _turn(self, prepared: Prepared, turn: Turn) -> Refusal | None:
        if turn.needs is not None and self._has_changed(turn.needs):
            return Refusal(CHANGED)
        if turn.execution in self._touched:
            self.flush()
        owner, due = self._owner_after(turn)
        if turn.foreign or turn.end is not None or turn.reopening is not None or ROOT in turn.gone:
            changed = self._turn_unusually(prepared, turn, owner, due)
        else:
            fence = turn.fence if owner is not None else turn.fence + 1
            row = (fence, owner, due, *prepared.state, turn.execution, turn.fence, turn.version, turn.seen)
            changed = self._changes_one("advance", turn.execution, row)
        if not changed:
            return _STALE
        self._touched.add(turn.execution)
        if turn.reopening is not None:
            self._rows["reopen"].append(reopening_row_of(turn.execution, turn.reopening))
        if turn.end is not None:
            self._end(turn.execution, turn.end)
        self._contents(prepared, turn)
        return None

    def _turn_unusually(self, prepared: Prepared, turn: Turn, owner: int | None, due: int | None) -> bool:
        """The turn of somebody else, an end, a redrive, or one that removes the root frame."""
        grown = turn.foreign or owner is None
        wait, core_sum, root_sum, core, root = prepared.state
        frameless = turn.end is not None and not turn.end.keeps_frames
        changed = self._execute(
            self._sql["advance_unusually"],
            {
                "execution": turn.execution,
                "fence": turn.fence,
                "version": turn.version,
                "seen": turn.seen,
                "was_running": 0 if turn.reopening is not None else 1,
                "new_fence": turn.fence + grown,
                "wake": turn.foreign,
                "running": turn.end is None,
                "owner": owner,
                "due": due,
                "drops": root is None and (frameless or ROOT in turn.gone),
                "wait": wait,
                "core_sum": core_sum,
                "root_sum": root_sum,
                "core": core,
                "root": root,
            },
        ).rowcount
        return changed == 1

    def _owner_after(self, turn: Turn) -> tuple[int | None, int | None]:
        if self.registered is None:
            self.registered = frozenset(worker for (worker,) in self._execute(self._sql["registered"]))
        return owner_after(turn, self.registered)

    def _contents(self, prepared: Prepared, turn: Turn) -> None:
        """What a turn brings beside the state of the execution itself."""
        execution, rows = turn.execution, self._rows
        if prepared.turn is not None:
            rows["add_turn"].append(prepared.turn)
        if prepared.frames:
            rows["put_frame"] += prepared.frames
        if prepared.payloads:
            rows["put_payload"] += prepared.payloads
        if turn.gone:
            gone = [storable_row(execution, frame) for frame in turn.gone]
            rows["remove_frame"] += gone
            rows["remove_payload"] += gone
        if turn.read:
            rows["remove_message"] += [(message, execution) for message in turn.read]
        if turn.unqueued:
            rows["unqueue_activity"] += [storable_row(execution, frame, wait) for frame, wait in turn.unqueued]
        if turn.queued and turn.end is None:
            rows["queue_activity"] += [storable_row(*task, checksum(*task)) for task in turn.queued]
        for message in turn.messages:
            self._message(message)
        if turn.stops:
            self._stop_children(turn.stops)

    def _end(self, id: int, end: End) -> None:
        self._rows["end"].append(end_row_of(id, end))
        self._rows["remove_messages"].append((id,))
        self._rows["remove_activities"].append((id,))
        if not end.keeps_frames:
            self._rows["remove_frames"].append((id,))
            self._rows["remove_payloads"].append((id,))

    # -- messages ------------------------------------------------------------------------------------------------------

    def _message(self, message: Message) -> Refusal | None:
        execution = message.execution
        if execution in self._touched:
            self.flush()
        for_a_frame = message.kind in FOR_A_FRAME
        row: dict[str, Any] = {
            "execution": execution,
            "kind": message.kind,
            "frame": storable(message.frame),
            "wait": message.wait,
            "data": storable(message.data),
            "checksum": checksum(execution, message.kind, message.frame, message.wait, message.data),
        }
        added = False
        if message.wait or not for_a_frame:
            added = self._execute(self._sql["add_task_message" if for_a_frame else "add_message"], row).rowcount == 1
        if added:
            if self._execute(self._sql["wake"], (execution,)).rowcount != 1:
                self._execute(self._sql["wake_express"], (execution,))
            return None
        found = self._execute(self._sql["exists"], {"execution": execution}).fetchone()
        return Refusal(CLOSED if found else MISSING)

    def _stop_children(self, parents: Sequence[str]) -> None:
        if self._rows["add_live"] or self._rows["add_express"]:
            self.flush()  # among these may be children
        tokens = {"parents": storable(encode(list(parents)))}
        for (child,) in self._execute(self._sql["children"], tokens).fetchall():
            self._message(Message(child, STOP))

    # -- starts and Express --------------------------------------------------------------------------------------------

    def _start(self, prepared: Prepared, start: Start) -> Refusal | None:
        turn, execution = start.turn, start.execution
        if start.needs is not None and self._has_changed(start.needs):
            return Refusal(CHANGED)
        if execution.express:
            return self._start_express(prepared, turn)
        if execution.id in self._touched:
            self.flush()
        if not self._is_new(execution.id) and self._execute(self._sql["express_by_id"], (execution.id,)).fetchone():
            return Refusal(ID_TAKEN)
        if not self._add(prepared.execution):
            self.flush()
            if self._execute(self._sql["execution_by_id"], (execution.id,)).fetchone():
                return Refusal(ID_TAKEN)
            holder = self._holder(execution)
            if holder.status == RUNNING or (holder.stop or 0) >= start.reusable:
                return Refusal(NAME_TAKEN, holder)
            remove_executions(self._cursor, self._sql, (holder.id,))
            self._add(prepared.execution)
        owner, due = self._owner_after(turn)
        fence = turn.fence + (owner != turn.owner)
        ended = turn.end is not None
        self._touched.add(execution.id)
        self._rows["add_live"].append((execution.id, fence, not ended, owner, due, *prepared.state))
        self._contents(prepared, turn)
        return None

    def _start_express(self, prepared: Prepared, turn: Turn) -> Refusal | None:
        number = turn.execution
        if not self._is_new(number) and self._execute(self._sql["execution_by_id"], (number,)).fetchone():
            return Refusal(ID_TAKEN)
        if number in self._touched:
            self.flush()
        owner, due = self._owner_after(turn)
        fence = turn.fence + (owner != turn.owner)
        row = (fence, owner, due, *prepared.express)
        return None if self._changes_one("add_express", number, row) else Refusal(ID_TAKEN)

    def _is_new(self, id: int) -> bool:
        """Whether an id is greater than all that there are: nearly always, and then nobody has to look for it."""
        if self._last_id is None:
            (self._last_id,) = self._execute(self._sql["last_id"]).fetchone()
        is_new = id > self._last_id
        if is_new:
            self._last_id = id
        return is_new

    def _add(self, row: Row) -> bool:
        return self._execute(self._sql["add_execution"], row).rowcount == 1

    def _holder(self, execution: Execution) -> Execution:
        names = storable_row(execution.machine, execution.name)
        return execution_of(self._execute(self._sql["execution_by_name"], names).fetchone())

    def _express_end(self, end: ExpressEnd) -> Refusal | None:
        row = (end.execution, end.fence)
        if end.execution in self._touched:
            self.flush()
        if not self._changes_one("end_express", end.execution, row):
            if self._execute(self._sql["end_woken_express"], row).rowcount != 1:
                return _STALE
            self._execute(self._sql["remove_messages"], (end.execution,))
        if end.log:
            self._rows["add_log"] += [storable_row(*line, sum_of_four(*line)) for line in end.log]
        return None

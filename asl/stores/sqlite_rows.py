"""Values as SQLite holds them, and rows as the store's records."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from asl.jsontext import decode, encode
from asl.stores.base import Execution, FrameRow, Held, Message

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Sequence

    from asl.kernel.events import Event, Note

Text = str | bytes
Row = tuple[Any, ...]

#: So many columns an execution's row has; a listing leaves out the last three: cause, input and output.
COLUMNS = len(Execution._fields)


def storable(text: Any) -> Any:
    """A value as it can be bound. JSON's strings may hold lone surrogates, which UTF-8 can't: such a text is a blob."""
    if type(text) is not str or text.isascii():
        return text
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-8", "surrogatepass")
    return text


def storable_row(*values: Any) -> Row:
    """The same for a whole row."""
    for value in values:
        if type(value) is str and not value.isascii():
            return tuple(map(storable, values))
    return values


def restored(value: Any) -> Any:
    """What was stored."""
    return value.decode("utf-8", "surrogatepass") if type(value) is bytes else value


def restored_row(row: Row) -> Row:
    """The same for a whole row."""
    return tuple(map(restored, row)) if bytes in map(type, row) else row


def texts_of(events: Sequence[Any]) -> Any:
    """Events or notes as one text; None: there are none."""
    if not events:
        return None
    return storable(encode(events if isinstance(events, list | tuple) else list(events)))


def events_of(text: Text) -> list[Event] | list[Note]:
    """The tuples of such a text."""
    return [tuple(event) for event in decode(restored(text))]


def execution_of(row: Row) -> Execution:
    """An execution with everything; from a listing's shorter row without cause, input and output."""
    row = restored_row(row)
    return Execution(row[0], row[1], row[2], row[3], row[4] == 1, *row[5:])


def row_of(execution: Execution) -> Row:
    """An execution as ``add_execution`` takes it."""
    return storable_row(*execution)


def held_executions(connection: sqlite3.Connection, sql: dict[str, str], ids: Iterable[int]) -> list[Held]:
    """Executions with their frames and messages, in the order of ``ids``; within a transaction of the caller's."""
    wanted = encode(list(dict.fromkeys(ids)))
    frames: dict[int, list[FrameRow]] = {}
    messages: dict[int, list[Message]] = {}
    for row in connection.execute(sql["held_frames"], (wanted,)):
        execution, frame, wait, data, payload = restored_row(row)
        frames.setdefault(execution, []).append(FrameRow(frame, wait, data, payload))
    for row in connection.execute(sql["held_messages"], (wanted,)):
        message = Message(*restored_row(row))
        messages.setdefault(message.execution, []).append(message)
    held = []
    for row in connection.execute(sql["held_executions"], (wanted,)):
        execution = execution_of(row[:COLUMNS])
        fence, version, wake, owner, due, core = restored_row(row[COLUMNS:])
        its_frames, its_messages = frames.get(execution.id, ()), messages.get(execution.id, ())
        held.append(Held(execution, fence, version, wake, owner, due, core, its_frames, its_messages))
    return held

"""Values as SQLite holds them, and rows as the store's records."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from zlib import crc32

from asl.jsontext import decode, encode
from asl.stores.base import Execution, FrameRow, Held, Message

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Sequence

    from asl.kernel.events import Event, Note

Text = str | bytes
Row = tuple[Any, ...]

#: The id of the root frame, which has no row of its own.
ROOT = "0"

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


def checksum(*values: Any) -> int:
    """Of values as they are or as they are stored."""
    return crc32("\0".join(map(str, map(restored, values))).encode("utf-8", "surrogatepass"))


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
    """A Standard execution as ``add_execution`` takes it."""
    return storable_row(*execution[:4], *execution[5:])


def express_row_of(execution: Execution, core: str) -> Row:
    """An Express execution as ``add_express`` takes it, after fence, owner and due. It runs: the rest says so."""
    return (
        crc32(execution.arn.encode("utf-8", "surrogatepass")),  # as checksum, which takes longer
        *storable_row(
            execution.id, execution.start, execution.arn, execution.machine, execution.name, execution.definition,
            execution.seed, execution.role_arn, execution.version_arn, execution.alias_arn, execution.parent,
            execution.trace_header, core, execution.input,
        ),
    )  # fmt: skip


def held_executions(connection: sqlite3.Connection, sql: dict[str, str], ids: Iterable[int]) -> list[Held]:
    """Executions with their frames and messages, in the order of ``ids``; within a transaction of the caller's."""
    unique = list(dict.fromkeys(ids))
    wanted = encode(unique)
    frames: dict[int, list[FrameRow]] = {}
    messages: dict[int, list[Message]] = {}
    for row in connection.execute(sql["held_frames"], (wanted,)):
        execution, frame, wait, data, payload = restored_row(row)
        frames.setdefault(execution, []).append(FrameRow(frame, wait, data, payload))
    for row in connection.execute(sql["held_messages"], (wanted,)):
        message = Message(*restored_row(row))
        messages.setdefault(message.execution, []).append(message)
    held: dict[int, Held] = {}
    for name in ("held_executions", "held_express"):
        for row in connection.execute(sql[name], (wanted,)):
            execution = execution_of(row[:COLUMNS])
            fence, version, wake, owner, due, wait, core, root, payload = restored_row(row[COLUMNS:])
            its_frames, its_messages = frames.get(execution.id, []), messages.get(execution.id, ())
            if root is not None:
                its_frames.append(FrameRow(ROOT, wait, root, payload))
            held[execution.id] = Held(execution, fence, version, wake, owner, due, core, its_frames, its_messages)
    return [held[number] for number in unique if number in held]

"""Values as SQLite holds them, and rows as the store's records, held against their checksums."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from zlib import crc32

from asl.jsontext import decode, encode
from asl.stores.base import RUNNING, ActivityTask, Document, Execution, FrameRow, Held, LogLine, Message
from asl.stores.sqlite_sums import (
    Damaged,
    checksum,
    restored,
    sum_of_four,
    sum_of_one,
    sum_of_three,
    sum_of_two,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from asl.kernel.events import Event, Note
    from asl.stores.base import End, Reopening

Text = str | bytes
Row = tuple[Any, ...]

#: The id of the root frame, which has no row of its own.
ROOT = "0"

#: So many columns an execution has; a listing leaves out the last three: cause, input and output.
_COLUMNS = len(Execution._fields)
_LISTED = _COLUMNS - 3

#: Its checksums stand after them: of what was asked for, of the end, of redrives; of the input, of the output.
_LISTED_SUMS = 3
_FULL = _COLUMNS + 5

#: Redrives, error and cause of an execution that was only just asked for, and the checksums that all such have alike.
_NEW = (0, None, None, None, None)
_OPEN = sum_of_three(RUNNING, None, None)
_NOT_REDRIVEN = sum_of_three(*_NEW[:3])
_NO_OUTPUT = sum_of_two(None, None)


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


def restored_row(row: Row) -> Row:
    """What was stored, of a whole row."""
    return tuple(map(restored, row)) if bytes in map(type, row) else row


def text_of(events: Sequence[Any]) -> str | None:
    """Events or notes as one text; None: there are none."""
    if not events:
        return None
    return encode(events if isinstance(events, list | tuple) else list(events))


def events_of(text: str) -> list[Event] | list[Note]:
    """The tuples of such a text."""
    return [tuple(event) for event in decode(text)]


# -- executions --------------------------------------------------------------------------------------------------------


def _sums_of(execution: Execution) -> Row:
    """Those that never change, those of a listing first: parts that are written at other times, or not always read,
    have checksums of their own."""
    number, arn, machine, name, _, definition, status, start, stop, seed, role_arn, version_arn, alias_arn, *_ = (
        execution
    )
    asked = (
        f"{number}\0{arn}\0{machine}\0{name}\0{definition}\0{start}\0{seed}\0{role_arn}\0{version_arn}\0{alias_arn}\0"
        f"{execution.parent}\0{execution.trace_header}"
    )
    if status == RUNNING and stop is None and execution[15:20] == _NEW and execution.output is None:
        return sum_of_one(asked), _OPEN, _NOT_REDRIVEN, sum_of_two(number, execution.input), _NO_OUTPUT
    return (
        sum_of_one(asked),
        sum_of_three(status, stop, execution.error),
        sum_of_three(execution.redrive_count, execution.redrive_date, execution.redrives),
        sum_of_two(number, execution.input),
        sum_of_two(execution.cause, execution.output),
    )


def row_of(execution: Execution) -> Row:
    """A Standard execution as ``add_execution`` takes it."""
    return storable_row(*execution[:4], *execution[5:], *_sums_of(execution))


def end_row_of(execution: int, end: End) -> Row:
    """An end as ``end`` takes it."""
    status, stop, output, error, cause, _ = end
    sums = sum_of_three(status, stop, error), sum_of_two(cause, output)
    return storable_row(status, stop, output, error, cause, *sums, execution)


def reopening_row_of(execution: int, reopening: Reopening) -> Row:
    """A redrive as ``reopen`` takes it."""
    return storable_row(*reopening, _OPEN, sum_of_three(*reopening), _NO_OUTPUT, execution)


def execution_of(row: Row) -> Execution:
    """A Standard execution with everything."""
    row = restored_row(row[:_FULL])
    execution = Execution(*(*row[:4], False, *row[5:_COLUMNS]))
    if row[_COLUMNS:] != _sums_of(execution):
        raise Damaged(f"execution {row[0]}")
    return execution


def listed_of(row: Row) -> Execution:
    """One without cause, input and output."""
    row = restored_row(row)
    execution = Execution(*(*row[:4], False, *row[5:_LISTED]))
    if row[_LISTED:] != _sums_of(execution)[:_LISTED_SUMS]:
        raise Damaged(f"execution {row[0]}")
    return execution


def _express_sum(execution: Execution, core: str) -> int:
    number, arn, machine, name, _, definition, _, start, _, seed, role_arn, version_arn, alias_arn = execution[:13]
    return crc32(
        f"{number}\0{arn}\0{machine}\0{name}\0{definition}\0{start}\0{seed}\0{role_arn}\0{version_arn}\0{alias_arn}\0"
        f"{execution.parent}\0{execution.trace_header}\0{core}\0{execution.input}".encode("utf-8", "surrogatepass")
    )


def express_row_of(execution: Execution, core: str) -> Row:
    """An Express execution as ``add_express`` takes it, after fence, owner and due. It runs: the rest says so."""
    return (
        sum_of_one(execution.arn),
        _express_sum(execution, core),
        *storable_row(
            execution.id, execution.start, execution.arn, execution.machine, execution.name, execution.definition,
            execution.seed, execution.role_arn, execution.version_arn, execution.alias_arn, execution.parent,
            execution.trace_header, core, execution.input,
        ),
    )  # fmt: skip


def express_of(row: Row) -> Execution:
    """An Express execution; after its columns come the core and the checksum."""
    row = restored_row(row)
    execution = Execution(*(*row[:4], True, *row[5:_COLUMNS]))
    if row[_COLUMNS + 1] != _express_sum(execution, row[_COLUMNS]):
        raise Damaged(f"Express execution {row[0]}")
    return execution


def standard_of(row: Row) -> Held:
    """A Standard execution without messages, and of its frames the root alone, without its payload."""
    execution = execution_of(row)
    number = execution.id
    fence, version, wake, owner, due, *live = row[_FULL:]
    core, root = live_of((number, *live))
    return Held(execution, fence, version, wake, owner, due, core, () if root is None else (root,), ())


def live_of(row: Row) -> tuple[str, FrameRow | None]:
    """Core and root frame, which has no payload here."""
    execution, running, wait, core, root, core_sum, root_sum = restored_row(row)
    if core_sum != sum_of_three(execution, running, core):
        raise Damaged(f"the row in live of execution {execution}")
    if root_sum != (None if root is None else sum_of_three(execution, wait, root)):
        raise Damaged(f"frame {ROOT!r} of execution {execution}")
    return core, None if root is None else FrameRow(ROOT, wait, root, None)


def held_express_of(row: Row) -> Held:
    """An Express execution without messages."""
    fence, wake, owner, due = row[_COLUMNS + 2 :]
    return Held(express_of(row[: _COLUMNS + 2]), fence, 1, wake, owner, due, restored(row[_COLUMNS]), (), ())


# -- what they are made of ---------------------------------------------------------------------------------------------


def turn_of(row: Row) -> tuple[int, str | None, str | None]:
    """First event id, notes and events of a turn."""
    execution, first, notes, events, its_sum = restored_row(row)
    if its_sum != sum_of_four(execution, first, notes, events):
        raise Damaged(f"the turn of execution {execution} that begins with event {first}")
    return first, notes, events


def frame_of(row: Row) -> FrameRow:
    """A frame without its payload."""
    execution, frame, wait, data, its_sum = restored_row(row)
    if its_sum != sum_of_four(execution, frame, wait, data):
        raise Damaged(f"frame {frame!r} of execution {execution}")
    return FrameRow(frame, wait, data, None)


def payload_of(row: Row) -> tuple[str, str]:
    """A frame's id, and the text of its payload."""
    execution, frame, text, its_sum = restored_row(row)
    if its_sum != sum_of_three(execution, frame, text):
        raise Damaged(f"the payload of frame {frame!r} of execution {execution}")
    return frame, text


def message_of(row: Row) -> Message:
    """A message."""
    execution, kind, frame, wait, data, number, its_sum = restored_row(row)
    if its_sum != checksum(execution, kind, frame, wait, data):
        raise Damaged(f"message {number} for execution {execution}")
    return Message(execution, kind, frame, wait, data, number)


def task_of(row: Row) -> ActivityTask:
    """A queued activity task."""
    number, *values, its_sum = restored_row(row)
    task = ActivityTask(*values)
    if its_sum != checksum(*values):
        raise Damaged(f"task {number} of activity {task.activity!r} for execution {task.execution}")
    return task


def document_of(row: Row) -> Document:
    """A document."""
    kind, name, revision, body, its_sum = restored_row(row)
    if its_sum != sum_of_three(kind, name, body):
        raise Damaged(f"{kind} {name!r}")
    return Document(kind, name, revision, decode(body))


def definition_of(row: Row) -> str:
    """The text of a definition."""
    digest, text, its_sum = restored_row(row)
    if its_sum != sum_of_two(digest, text):
        raise Damaged(f"definition {digest}")
    return str(text)


def line_of(row: Row) -> tuple[int, LogLine]:
    """Number and line of the log."""
    number, *values, its_sum = restored_row(row)
    line = LogLine(*values)
    if its_sum != sum_of_four(*values):
        raise Damaged(f"line {number} of the log of {line.machine!r}")
    return number, line


def is_whole(row: Row, read: Callable[[Row], object]) -> bool:
    """Whether a row can be read."""
    try:
        read(row)
    except Damaged:
        return False
    return True

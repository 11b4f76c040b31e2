"""All that is stored of executions, at one moment."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, TypeVar

from asl.jsontext import encode
from asl.stores.sqlite_rows import frame_of, held_express_of, message_of, payload_of, standard_of
from asl.stores.sqlite_sums import Damaged

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterable, Iterator

    from asl.stores.base import FrameRow, Held, Message
    from asl.stores.sqlite_rows import Row

Record = TypeVar("Record")


def held_executions(
    connection: sqlite3.Connection, sql: dict[str, str], ids: Iterable[int]
) -> tuple[list[Held], dict[int, Damaged]]:
    """Executions with their frames and messages, in the order of ``ids``, and what is wrong with those that are left
    out because they are damaged; within a transaction of the caller's."""
    unique = list(dict.fromkeys(ids))
    wanted = encode(unique)
    damaged: dict[int, Damaged] = {}

    def rows(name: str, make: Callable[[Row], Record]) -> Iterator[tuple[int, Record]]:
        for row in connection.execute(sql[name], (wanted,)):
            try:
                yield row[0], make(row)
            except Damaged as problem:
                damaged[row[0]] = problem

    messages: dict[int, list[Message]] = {}
    for number, message in rows("held_messages", message_of):
        messages.setdefault(number, []).append(message)
    payloads = {(number, frame): text for number, (frame, text) in rows("held_payloads", payload_of)}
    frames: dict[int, list[FrameRow]] = {}
    for number, frame in rows("held_frames", frame_of):
        frames.setdefault(number, []).append(frame)
    found: dict[int, Held] = {}
    for number, held in chain(rows("held_executions", standard_of), rows("held_express", held_express_of)):
        its_frames = [*held.frames, *frames.get(number, ())]
        if payloads:
            its_frames = [frame._replace(payload=payloads.get((number, frame.frame))) for frame in its_frames]
        found[number] = held._replace(frames=its_frames, messages=messages.get(number, ()))
    return [found[number] for number in unique if number in found and number not in damaged], damaged

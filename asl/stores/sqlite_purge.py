"""Removing what is old, in small transactions. What is damaged stays: it may be younger than it says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from asl.stores.rules import FRESH
from asl.stores.sqlite_rows import is_whole, line_of, listed_of
from asl.stores.sqlite_writes import remove_executions

if TYPE_CHECKING:
    from asl.stores.sqlite_connections import Connections

_AT_ONCE = 500  # so many executions or lines go in one transaction, so that nobody waits long for the file


def purge_file(file: Connections, sql: dict[str, str], before: int, machine: str | None) -> int:
    """Executions, lines of the log and definitions; how many executions there were."""
    limits = {"before": before, "machine": machine, "limit": _AT_ONCE}
    removed = after = 0
    while file.row("ended", {**limits, "after": after}):
        with file.writing(concerns=False) as cursor:
            # Once more, under the lock: one of them may have been redriven.
            rows = cursor.execute(sql["ended"], {**limits, "after": after}).fetchall()
            ids = [row[0] for row in rows if is_whole(row, listed_of)]
            remove_executions(cursor, sql, ids)
        removed += len(ids)
        after = max((row[0] for row in rows), default=after)
    after = 0
    while rows := file.rows("old_lines", {**limits, "after": after}):
        with file.writing(concerns=False) as cursor:
            cursor.executemany(sql["remove_line"], [(row[0],) for row in rows if is_whole(row, line_of)])
        after = rows[-1][0]
    with file.writing(concerns=False) as cursor:
        unused = cursor.execute(sql["unused_definitions"], (before - FRESH,)).fetchall()
        cursor.executemany(sql["remove_definition"], unused)
    file.checkpoint()
    return removed

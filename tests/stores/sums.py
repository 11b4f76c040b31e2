"""Checksums for tests that change rows behind the store's back and mean a writer's mistake, not a flipped bit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from asl.stores.sqlite_sums import checksum

if TYPE_CHECKING:
    import sqlite3

_ASKED = "id, arn, machine, name, definition, start, seed, role_arn, version_arn, alias_arn, parent, trace_header"

#: Table -> checksum -> what it covers.
_SUMS = {
    "executions": {
        "asked_sum": _ASKED,
        "ended_sum": "status, stop, error",
        "redriven_sum": "redrive_count, redrive_date, redrives",
        "input_sum": "id, input",
        "output_sum": "cause, output",
    },
    "express": {"checksum": f"{_ASKED}, core, input"},
    "live": {"core_sum": "execution, running, core", "root_sum": "execution, wait, root"},
    "turns": {"checksum": "execution, first, notes, events"},
    "frames": {"checksum": "execution, frame, wait, data"},
    "payloads": {"checksum": "execution, frame, text"},
    "messages": {"checksum": "execution, kind, frame, wait, data"},
    "activity_tasks": {"checksum": "activity, execution, frame, wait, token, input"},
    "documents": {"checksum": "kind, name, body"},
    "definitions": {"checksum": "digest, text"},
    "log": {"checksum": "machine, arn, time, event"},
}


def sum_anew(connection: sqlite3.Connection) -> None:
    """Make all checksums agree with what the rows say now."""
    connection.create_function("checksum", -1, checksum)
    for table, sums in _SUMS.items():
        for column, covered in sums.items():
            where = "WHERE root IS NOT NULL" if column == "root_sum" else ""
            connection.execute(f"UPDATE {table} SET {column} = checksum({covered}) {where}")

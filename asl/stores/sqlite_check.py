"""Looking for damage in a store's file."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from itertools import groupby
from typing import TYPE_CHECKING

from asl.jsontext import NotJSON
from asl.stores.sqlite_file import connect, explain, explained, transaction
from asl.stores.sqlite_rows import (
    definition_of,
    document_of,
    events_of,
    execution_of,
    express_of,
    frame_of,
    line_of,
    live_of,
    message_of,
    payload_of,
    task_of,
    turn_of,
)
from asl.stores.sqlite_sums import Damaged

if TYPE_CHECKING:
    from collections.abc import Callable

    from asl.stores.sqlite_rows import Row

#: Statements whose rows have checksums, and what reads such a row.
_ROWS: dict[str, Callable[[Row], object]] = {
    "check_executions": execution_of,
    "check_live": live_of,
    "check_express": express_of,
    "check_frames": frame_of,
    "check_payloads": payload_of,
    "check_messages": message_of,
    "check_activity_tasks": task_of,
    "check_documents": document_of,
    "check_texts": definition_of,
    "check_log": line_of,
}

#: Statements each row of which is one finding.
_FINDINGS = (
    "check_running",
    "check_twice",
    "check_ended",
    "check_asleep",
    "check_owners",
    "check_definitions",
    "check_strays",
)


def check_file(path: str, sql: dict[str, str], report: Callable[[str], None]) -> None:
    """Report each finding in one line."""
    with explained(path, "open"):
        connection = connect(path)
    with closing(connection):
        try:
            with transaction(connection, "BEGIN"):
                _check_pages(connection, report)
                _check_rows(connection, sql, report)
                _check_turns(connection, sql, report)
                for name in _FINDINGS:
                    for (finding,) in connection.execute(sql[name]):
                        report(finding)
        except sqlite3.DatabaseError as problem:  # so damaged that SQLite gives up
            report(explain(path, "read", problem))


def _check_pages(connection: sqlite3.Connection, report: Callable[[str], None]) -> None:
    for (finding,) in connection.execute("PRAGMA integrity_check"):
        if finding != "ok":
            report(finding)


def _check_rows(connection: sqlite3.Connection, sql: dict[str, str], report: Callable[[str], None]) -> None:
    """What each row says agrees with its checksum."""
    for name, read in _ROWS.items():
        for row in connection.execute(sql[name]):
            try:
                read(row)
            except Damaged as problem:
                report(str(problem))


def _check_turns(connection: sqlite3.Connection, sql: dict[str, str], report: Callable[[str], None]) -> None:
    """The ids of events run from 1 without a gap or an overlap."""
    for execution, turns in groupby(connection.execute(sql["check_turns"]), key=lambda row: row[0]):
        expected = 1
        for row in turns:
            try:
                first, _, text = turn_of(row)
            except Damaged as problem:
                report(str(problem))
                break
            if text is None:
                continue
            if first != expected:
                report(f"execution {execution}: event {expected} should come next, but a turn begins with {first}")
            try:
                expected = first + len(events_of(text))
            except (NotJSON, TypeError) as problem:
                report(f"execution {execution}: the events from {first} on can't be read: {problem}")
                break

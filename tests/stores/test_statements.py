"""The SQL that the SQLite store runs: all of it is used, and what runs often never reads a table through."""

from __future__ import annotations

import re
from contextlib import closing
from pathlib import Path

import pytest

import asl.stores
from asl.stores.sqlite_file import connect, migrate, migrations, statements

ROOM = Path(asl.stores.__file__).parent

#: What housekeeping alone does, or a worker after its store has failed, may read everything.
SLOW = re.compile(
    r"check_|purge_|ended$|unused_|workers$|registered$|owned$|list_executions$|list_executions_with_status$|"
    r"open_executions|bury_express$"
)

#: These put in order what they have found, which is little.
SORTED = ("documents", "children", "held_messages", "held_executions", "open_executions")


@pytest.mark.parametrize("name", statements())
def test_every_statement_is_used(name: str) -> None:
    assert any(re.search(rf'"{name}"', file.read_text("utf-8")) for file in ROOM.glob("*.py"))


def plan_of(folder: Path, name: str) -> str:
    """How SQLite means to carry a statement out."""
    sql = statements()[name]
    with closing(connect(str(folder / "a.db"))) as connection:
        migrate(connection, "a.db", migrations())
        names = re.findall(r":(\w+)", sql)
        parameters = dict.fromkeys(names, "[]") if names else ["[]"] * sql.count("?")
        return "\n".join(row[3] for row in connection.execute("EXPLAIN QUERY PLAN " + sql, parameters))


@pytest.mark.parametrize("name", statements())
def test_every_statement_is_understood_and_fast(tmp_path: Path, name: str) -> None:
    plan = plan_of(tmp_path, name)
    if not SLOW.match(name):
        scans = [step for step in plan.splitlines() if re.match(r"SCAN (?!wanted|json_each|CONSTANT|\d)", step)]
        assert [step for step in scans if "USING" not in step] == []
        assert name in SORTED or "USE TEMP B-TREE" not in plan


@pytest.mark.parametrize(
    ("name", "index"),
    [
        ("children", "executions_parent"),
        ("children", "express_parent"),
        ("due", "live_due"),
        ("due", "express_due"),
        ("due_with_definition", "express_due"),
        ("next_due", "express_due"),
        ("next_due_with_definition", "live_due"),
        ("next_due_with_definition", "express_due"),
        ("attention", "express_attention"),
        ("express_by_arn", "express_arn"),
        ("next_due", "live_due"),
        ("due_with_definition", "live_due"),
        ("attention", "live_attention"),
        ("bury_ended", "live_attention"),
        ("execution_by_arn", "executions_arn"),
        ("execution_by_name", "executions_name"),
        ("next_activity", "activity_tasks_queue"),
        ("notes", "turns_notes"),
        ("events_upwards", "turns_events"),
        ("events_downwards", "turns_events"),
    ],
)
def test_the_right_index_is_taken(tmp_path: Path, name: str, index: str) -> None:
    assert f" INDEX {index}" in plan_of(tmp_path, name)


def test_no_statement_needs_a_newer_sqlite() -> None:
    text = " ".join(statements().values()) + " ".join(migrations())
    assert not re.search(r"\b(RETURNING|STRICT|MATERIALIZED)\b|->>?", text)
    assert not re.search(r"\bDROP COLUMN\b", text)

"""Checksums: whatever of a row is changed behind the store's back is noticed, and the rest of the store goes on."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asl.errors import StoreError
from asl.stores import sqlite_sums
from asl.stores.base import FAILED, STOP, ActivityTask, LogLine, Message, Reopening
from asl.stores.sqlite import SQLiteStore
from asl.stores.sqlite_file import migrations
from tests.stores.builders import NOW, Time, add, end, event, findings, frame, holding, next_turn, start
from tests.stores.questions import answers, lacks

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

#: All texts that an execution's row may have; the end brings the others.
TEXTS = {"version_arn": "version", "alias_arn": "alias", "parent": "parent", "trace_header": "trace"}
TASK = ActivityTask("activity", 1, "0", 1, "token", "{}")

#: What no checksum covers, as the schema's second script says.
UNCOVERED: dict[str, set[str]] = {
    "live": {"fence", "version", "wake", "seen", "owner", "due"},
    "express": {"fence", "wake", "owner", "due", "arn_sum"},
    "turns": {"id"},
    "messages": {"id"},
    "activity_tasks": {"id"},
    "log": {"id"},
    "documents": {"revision", "made"},
    "definitions": {"put"},
    "workers": {"id", "host", "pid", "expires"},
    "sqlite_sequence": {"name", "seq"},
}

#: By what rows are found: under another key nobody finds them, but ``check`` does.
KEYS = {
    "executions": {"id", "arn", "status"},
    "live": {"execution"},
    "express": {"id", "arn"},
    "turns": {"execution", "first"},
    "frames": {"execution"},
    "payloads": {"execution", "frame"},
    "messages": {"execution"},
    "activity_tasks": {"activity"},
    "documents": {"kind", "name"},
    "definitions": {"digest"},
    "log": {"machine"},
}


def fill(path: Path) -> None:
    """One row at least in each table: 1 runs, 2 was redriven and failed, 3 is an Express one."""
    with closing(SQLiteStore(path, clock=Time())) as store:
        store.put_definition("digest", "text")
        store.put_document("machine", "Machine", {"n": 1}, None)
        store.register("host", 1, 100)
        frames = [frame("0", payload="large"), frame("0/0.0")]
        add(store, start(1, of=TEXTS, core="core", frames=frames, notes=[(0, "note")], queued=[TASK]))
        failed = end(FAILED, output="[2]", error="E", cause="C", keeps_frames=True)
        add(store, start(2, of=TEXTS, end=failed))
        reopening = Reopening(1, NOW, '["note"]')
        add(store, next_turn(holding(store, 2), foreign=True, events=[event(2)], reopening=reopening, end=failed))
        add(store, start(3, of={**TEXTS, "express": True}, core="core", events=()))
        add(store, Message(1, STOP), Message(3, STOP), LogLine("Machine", "arn", NOW, "{}"))
        assert findings(store) == []


def asked(path: Path) -> dict[str, Any]:
    with closing(SQLiteStore(path, clock=Time())) as store:
        found = answers(store, range(1, 4), [f"arn:m:{number}" for number in range(1, 4)], ["digest"])
        for activity in ("activity", "other"):
            try:
                found[activity] = store.take_activity(activity, None)
            except StoreError as problem:
                found[activity] = problem
        return found


def columns() -> Iterator[tuple[str, str]]:
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.create_function("checksum", -1, sqlite_sums.checksum)
        for script in migrations():
            connection.executescript(script)
        for (table,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
            for column in connection.execute(f"PRAGMA table_info({table})"):
                yield table, column[1]


COLUMNS = list(columns())


def change(path: Path, table: str, column: str) -> int:
    """Change a value in all rows that have one; how many there are."""
    changes = {int: lambda value: value ^ 1024, str: lambda value: chr(ord(value[0]) ^ 1) + value[1:] if value else "x"}
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.create_function("changed", 1, lambda value: changes[type(value)](value))
        return connection.execute(
            f"UPDATE {table} SET {column} = changed({column}) WHERE {column} IS NOT NULL"
        ).rowcount


@pytest.mark.parametrize(("table", "column"), COLUMNS, ids=map(".".join, COLUMNS))
def test_every_column_is_covered(tmp_path: Path, table: str, column: str) -> None:
    path = tmp_path / "store.db"
    fill(path)
    before = asked(path)
    path.unlink()
    fill(path)
    changed = change(path, table, column)
    with closing(SQLiteStore(path, clock=Time())) as store:
        found = findings(store)
    after = asked(path)
    refused = {name for name in after if isinstance(after[name], StoreError)}
    assert all("checksum; restore a backup" in str(after[name]) and str(path) in str(after[name]) for name in refused)
    if column in UNCOVERED.get(table, ()):
        assert not refused
        return
    assert changed
    assert any("checksum" in finding for finding in found)
    assert all(lacks(after[name], before[name]) for name in after.keys() - refused)
    assert refused or column in KEYS[table]


def damaged(path: Path, sql: str) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        assert connection.execute(sql).rowcount == 1


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "store.db"


@pytest.fixture
def sqlite(path: Path) -> Iterator[SQLiteStore]:
    with closing(SQLiteStore(path, clock=Time())) as store:
        yield store


@pytest.mark.parametrize("express", [False, True])
def test_what_is_damaged_is_put_aside(express: bool, sqlite: SQLiteStore, path: Path) -> None:
    worker = sqlite.register("host", 1, 100).id
    add(sqlite, *[start(number, of={"express": express}, events=()) for number in (1, 2, 3)])
    table, key = ("express", "id") if express else ("live", "execution")
    damaged(path, f"UPDATE {table} SET core = core || ' ' WHERE {key} = 2")
    with pytest.raises(StoreError, match=r"execution 2 is damaged.* checksum; restore a backup, or do without it"):
        sqlite.claim(worker, 9)
    assert sqlite.owned(worker) == [1, 3]
    assert [held.execution.id for held in sqlite.held([1, 3])] == [1, 3]
    assert (sqlite.claim(worker, 9), sqlite.next_due()) == ([], None)
    with pytest.raises(StoreError, match="execution 2"):
        sqlite.held([1, 2, 3])
    assert [finding for finding in findings(sqlite) if "checksum" in finding]
    add(sqlite, Message(2, STOP))  # who tells it something finds out again
    with pytest.raises(StoreError, match="execution 2 is damaged"):
        sqlite.claim(worker, 9)


def test_a_damaged_definition_keeps_nobody_from_others(sqlite: SQLiteStore, path: Path) -> None:
    worker = sqlite.register("host", 1, 100).id
    for digest in ("one", "two"):
        sqlite.put_definition(digest, digest)
    add(sqlite, *[start(number, of={"definition": ("one", "two")[number % 2]}) for number in (1, 2, 3)])
    damaged(path, "UPDATE definitions SET text = 'twp' WHERE digest = 'two'")
    with pytest.raises(StoreError, match="definition two of execution 1, definition two of execution 3 are damaged"):
        sqlite.claim(worker, 9)
    assert sqlite.owned(worker) == [2]
    with pytest.raises(StoreError, match="definition two is damaged"):
        sqlite.definition("two")


def test_a_damaged_activity_task_holds_nobody_up(sqlite: SQLiteStore, path: Path) -> None:
    add(sqlite, *[start(each, frames=[frame()], queued=[TASK._replace(execution=each, frame="f")]) for each in (1, 2)])
    damaged(path, "UPDATE activity_tasks SET input = '[]' WHERE execution = 1")
    taken = sqlite.take_activity("activity", None)
    assert taken is not None
    assert taken.execution == 2
    with pytest.raises(StoreError, match="task 1 of activity 'activity' for execution 1 is damaged"):
        sqlite.take_activity("activity", None)


def test_what_is_damaged_is_not_purged(sqlite: SQLiteStore, path: Path) -> None:
    add(sqlite, *[start(number, end=end()) for number in (1, 2)], *[LogLine("m", "arn", NOW, "{}")] * 2)
    damaged(path, "UPDATE executions SET stop = stop - 1024 WHERE id = 1")
    damaged(path, "UPDATE log SET time = time - 1024 WHERE id = 1")
    assert sqlite.purge(NOW + 1) == 1
    assert sqlite.log("m", after=1) == []
    for ask in (lambda: sqlite.execution_of(1), lambda: sqlite.log("m"), sqlite.executions):
        with pytest.raises(StoreError, match="is damaged"):
            ask()


def test_a_damaged_document_can_be_replaced(sqlite: SQLiteStore, path: Path) -> None:
    document = sqlite.put_document("machine", "m", {"n": 1}, None)
    assert document is not None
    damaged(path, """UPDATE documents SET body = '{"n":3}'""")
    with pytest.raises(StoreError, match="machine 'm' is damaged"):
        sqlite.document("machine", "m")
    assert sqlite.put_document("machine", "m", {"n": 2}, document.revision) is not None
    assert [each.body for each in sqlite.documents("machine")] == [{"n": 2}]


def test_a_name_that_a_damaged_execution_has(sqlite: SQLiteStore, path: Path) -> None:
    add(sqlite, start(1, of={"name": "name"}))
    damaged(path, "UPDATE executions SET status = 'SUCCEEDED'")
    with pytest.raises(StoreError, match="execution 1 is damaged"):
        sqlite.commit([start(2, of={"name": "name"}, reusable=NOW + 1)])


values = st.none() | st.integers() | st.text() | st.sampled_from(["\ud800", "\0", ""])


@given(st.lists(values, min_size=2, max_size=4))
def test_both_ways_to_a_checksum_agree(row: list[Any]) -> None:
    written_out = {2: sqlite_sums.sum_of_two, 3: sqlite_sums.sum_of_three, 4: sqlite_sums.sum_of_four}
    assert written_out[len(row)](*row) == sqlite_sums.checksum(*row)

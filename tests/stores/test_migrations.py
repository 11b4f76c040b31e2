"""The schema: older files are brought up to date whole or not at all, newer ones are refused."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from asl.errors import StoreError
from asl.stores import sqlite_file
from asl.stores.base import FAILED
from asl.stores.sqlite import SQLiteStore
from tests.stores.builders import NOW, Time, add, end, event, execution, findings, frame, holding, next_turn, start

#: Files as past versions left them: ``schema_N.sql`` never changes again.
FROZEN = Path(__file__).parent / "frozen"


def ask(path: Path, sql: str) -> Any:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(sql).fetchall()


def latest() -> int:
    return len(sqlite_file.migrations())


@pytest.mark.parametrize("script", sorted(FROZEN.glob("*.sql")), ids=lambda path: path.stem)
def test_a_file_of_an_older_version(tmp_path: Path, script: Path) -> None:
    path = tmp_path / "a.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(script.read_text("utf-8"))
    with closing(SQLiteStore(path, clock=Time(), create=False)) as store:
        assert ask(path, "PRAGMA user_version") == [(latest(),)]
        assert store.execution_of(1) == execution(1, status=FAILED, stop=NOW + 5, error="E", cause="C")
        assert store.events(1) == [(1, event(1)), (2, event(2))]
        held = holding(store, 2)
        assert (held.owner, held.due, held.wake) == (1, None, 1)
        assert list(held.frames) == [frame(payload="large")]
        assert [message.kind for message in held.messages] == ["answer"]
        assert [document.body for document in store.documents("machine")] == [{"n": 1}]
        assert store.definition("digest") == "text"
        assert [line.event for _, line in store.log("x")] == ["{}"]
        assert findings(store) == []
        add(store, start(9), next_turn(held, read=[held.messages[0].id], first=2, events=[event(2)]))


def test_every_version_has_its_frozen_file() -> None:
    assert sorted(path.stem for path in FROZEN.glob("*.sql")) == [f"schema_{each}" for each in range(1, latest() + 1)]


def test_a_new_file_is_ours_and_up_to_date(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    SQLiteStore(path).close()
    assert ask(path, "PRAGMA application_id") == [(sqlite_file.APPLICATION_ID,)]
    assert ask(path, "PRAGMA user_version") == [(latest(),)]


def test_a_file_whose_making_was_cut_short(tmp_path: Path) -> None:
    """Ours by its header, but without tables."""
    path = tmp_path / "a.db"
    ask(path, f"PRAGMA application_id = {sqlite_file.APPLICATION_ID}")
    with closing(SQLiteStore(path)) as store:
        add(store, start(1))


def test_a_newer_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    SQLiteStore(path).close()
    ask(path, "PRAGMA user_version = 99")
    knows = f"schema version 99, which a newer aslkit wrote; this one knows versions up to {latest()}: upgrade aslkit"
    with pytest.raises(StoreError, match=knows) as problem:
        SQLiteStore(path)
    assert str(path) in str(problem.value)
    assert ask(path, "PRAGMA user_version") == [(99,)]


NEXT = "ALTER TABLE live ADD COLUMN more TEXT;\n-- a comment; with a semicolon\nUPDATE live\nSET more = 'x;y';\n"


def migrated(path: Path, *scripts: str) -> None:
    with closing(sqlite_file.connect(str(path))) as connection:
        sqlite_file.migrate(connection, str(path), (*sqlite_file.migrations(), *scripts))


@pytest.fixture
def older(tmp_path: Path) -> Path:
    path = tmp_path / "a.db"
    with closing(SQLiteStore(path)) as store:
        add(store, start(1), start(2, end=end()))
    return path


def test_an_older_file_is_migrated_step_by_step(older: Path) -> None:
    migrated(older, NEXT, "UPDATE live SET more = more || '!' WHERE execution = 2;\n")
    assert ask(older, "PRAGMA user_version") == [(latest() + 2,)]
    assert ask(older, "SELECT more FROM live ORDER BY execution") == [("x;y",), ("x;y!",)]
    migrated(older, NEXT, "not reached;\n")  # nothing is left to do


def test_an_older_file_that_is_damaged_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript((FROZEN / "schema_1.sql").read_text("utf-8"))
        with connection:
            connection.execute("UPDATE definitions SET text = CAST(x'74ff' AS TEXT)")
    with pytest.raises(StoreError, match=r"isn't UTF-8, so the file is damaged; .* restore a backup") as problem:
        SQLiteStore(path)
    assert str(path) in str(problem.value)
    assert ask(path, "PRAGMA user_version") == [(1,)]


def test_a_migration_that_fails_leaves_all_as_it_was(older: Path) -> None:
    before = ask(older, "SELECT * FROM sqlite_master"), ask(older, "PRAGMA user_version")
    with pytest.raises(sqlite3.OperationalError, match="no such table"):
        migrated(older, NEXT, "UPDATE nowhere SET more = 1;\n")
    assert (ask(older, "SELECT * FROM sqlite_master"), ask(older, "PRAGMA user_version")) == before
    with closing(SQLiteStore(older)) as store:
        assert findings(store) == [f"execution {each} runs definition digest, which does not exist" for each in (1, 2)]

"""Opening: what names which store, and files that can't be one."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from asl.errors import StoreError
from asl.stores import open_store, sqlite_file
from asl.stores.memory import MemoryStore
from asl.stores.sqlite import SQLiteStore
from tests.stores.builders import NOW, Time, start


def mode(store: Any) -> int:
    return store._file._writer.execute("PRAGMA synchronous").fetchone()[0]


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("sqlite:///relative.db", "relative.db"),
        ("sqlite:///folder/any.name", "folder/any.name"),
        ("sqlite:///{here}/absolute.db", "absolute.db"),
        ("plain.db", "plain.db"),
        ("./folder/plain.sqlite", "folder/plain.sqlite"),
        ("{here}/plain.sqlite3", "plain.sqlite3"),
        ("plain.db?synchronous=NORMAL", "plain.db"),
        ("sqlite:///relative.db?synchronous=NORMAL", "relative.db"),
        ("sqlite:///ümlaut %20.db", "ümlaut %20.db"),
    ],
)
def test_files(url: str, path: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "folder").mkdir()
    with closing(open_store(url.format(here=tmp_path), clock=Time())) as store:
        assert (tmp_path / path).is_file()
        assert store.now() == NOW
        assert mode(store) == (1 if "NORMAL" in url else 2)
        again = store.url
        store.commit([start(1)])
    with closing(open_store(again)) as store:
        assert store.execution_of(1)


def test_the_url_goes_before_the_argument(tmp_path: Path) -> None:
    for query, argument, found in (("", "NORMAL", 1), ("?synchronous=FULL", "NORMAL", 2)):
        with closing(open_store(f"{tmp_path}/a.db{query}", synchronous=argument)) as store:
            assert mode(store) == found


def test_memory() -> None:
    store = open_store("memory:", clock=Time())
    assert isinstance(store, MemoryStore)
    assert (store.url, store.now()) == ("memory:", NOW)
    store.close()
    store.close()


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("postgresql://user:secret@host/db", r"postgresql://user:\*\*\*@host/db: there is no PostgreSQL store"),
        ("postgres://host/db", "there is no PostgreSQL store in this aslkit yet; use memory:"),
        ("postgresql+psycopg://host/db", "there is no PostgreSQL store"),
        ("redis://user:secret@host", r"'redis://user:\*\*\*@host' names no store; use memory:, sqlite:///relative.db"),
        ("http://host/a.db", "names no store"),
        ("file.txt", "or a path that ends in .db, .sqlite or .sqlite3"),
        ("memory", "names no store"),
        ("", "'' names no store"),
        ("memory:?synchronous=FULL", "has no settings"),
        ("sqlite:", "names no file"),
        ("sqlite:///", "names no file"),
        ("sqlite://a.db", "names no file"),
        ("sqlite:///:memory:", "names no file; use memory:"),
        ("a.db?synchronous=OFF", "synchronous must be one of FULL, NORMAL, not 'OFF'"),
        ("a.db?mode=ro", "unknown setting 'mode'; there is synchronous=FULL or NORMAL"),
    ],
)
def test_what_names_no_store(url: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(StoreError, match=said) as problem:
        open_store(url)
    assert "secret" not in str(problem.value)
    assert not os.listdir(tmp_path)


def test_the_room_is_light() -> None:
    code = "import sys, asl.stores; assert not {'sqlite3', 'asl.stores.memory', 'asl.stores.sqlite'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True, cwd=Path(__file__).parents[2])


# -- files that can't be a store ---------------------------------------------------------------------------------------


def refused(path: Path, said: str, **options: Any) -> None:
    with pytest.raises(StoreError, match=said) as problem:
        SQLiteStore(path, **options)
    assert str(path) in str(problem.value)


def test_a_missing_folder(tmp_path: Path) -> None:
    refused(tmp_path / "none" / "a.db", f"the folder {tmp_path}/none doesn't exist; create it")
    assert not os.listdir(tmp_path)


def test_a_folder(tmp_path: Path) -> None:
    refused(tmp_path, "is a folder; give the name of a file in it")


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    refused(tmp_path / "a.db", "doesn't exist; check the name", create=False)
    assert not os.listdir(tmp_path)


def test_an_empty_file_becomes_a_store(tmp_path: Path) -> None:
    (tmp_path / "a.db").touch()
    SQLiteStore(tmp_path / "a.db").close()


@pytest.mark.parametrize("content", [b"no database", b"no database" * 1000, b"\0" * 8192], ids=len)
def test_another_kind_of_file(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.db"
    path.write_bytes(content)
    refused(path, "can't open the store: file is not a database; this is another kind of file")
    assert path.read_bytes() == content


@pytest.mark.parametrize(
    "script",
    ["CREATE TABLE t (a)", "PRAGMA application_id = 5", "PRAGMA application_id = 5; CREATE TABLE executions (id)"],
)
def test_the_database_of_another_program(tmp_path: Path, script: str) -> None:
    path = tmp_path / "a.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(script)
    content = path.read_bytes()
    refused(path, "not a store of aslkit's; give the store a file of its own")
    assert path.read_bytes() == content


def test_a_damaged_file(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    SQLiteStore(path).close()
    content = path.read_bytes()
    path.write_bytes(content[:100] + b"\xff" * 4000 + content[4100:])
    refused(path, "malformed; the file is damaged; put it aside and restore a backup")


def test_a_file_cut_short(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    SQLiteStore(path).close()
    path.write_bytes(path.read_bytes()[:50])
    refused(path, "malformed; the file is damaged")


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write everywhere")
def test_a_file_that_may_not_be_written(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    SQLiteStore(path).close()
    path.chmod(0o400)
    refused(path, "make the file, its folder and the -wal and -shm files beside it writable")


def test_a_file_that_another_program_holds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.db"
    monkeypatch.setattr(sqlite_file, "PATIENCE", 0.0)
    store = SQLiteStore(path)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreError, match="can't write the store: database is locked; another process"):
            store.commit([start(1)])
        assert store.execution_of(1) is None
        other.execute("ROLLBACK")
    assert store.commit([start(1)]) == [None]
    store.close()


@pytest.mark.parametrize(
    ("said", "way_out"),
    [
        ("database or disk is full", "make room on that disk"),
        ("disk I/O error", "look at the disk"),
        ("attempt to write a readonly database", "writable for this user"),
        ("unable to open database file", "make sure that this user may read and write"),
        ("no such table: live", "restore a backup"),
        ("no such function: json_array_length", "use another Python"),
    ],
)
def test_errors_name_the_file_and_the_way_out(said: str, way_out: str) -> None:
    text = sqlite_file.explain("the/file.db", "write", sqlite3.OperationalError(said))
    assert text.startswith(f"the/file.db: can't write the store: {said}; ")
    assert way_out in text


def test_an_old_library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite3, "sqlite_version_info", (3, 30, 1))
    with pytest.raises(
        StoreError, match=r"the store needs 3\.31\.0 or newer: use a newer Python, or the store memory:"
    ):
        SQLiteStore(tmp_path / "a.db")

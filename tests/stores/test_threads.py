"""The SQLite store among threads and processes, and when the disk fails or the process dies."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from asl.errors import StoreError
from asl.jsontext import NotJSON
from asl.stores.base import STOP, Held, Message, Turn
from asl.stores.memory import MemoryStore
from asl.stores.sqlite import SQLiteStore
from tests.stores.builders import Time, add, event, findings, frame, holding, next_turn, start, turn

ROOT = Path(__file__).parents[2]


def test_many_threads_and_two_stores_write_one_file(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    with closing(SQLiteStore(path)) as one, closing(SQLiteStore(path)) as two:
        one.put_definition("digest", "text")

        def step_of(held: Held, step: int) -> Turn:
            return next_turn(held, first=step + 1, events=[event(step + 1)], foreign=True)

        def work(number: int) -> None:
            store = (one, two)[number % 2]
            add(store, start(number, frames=[frame()]))
            for step in range(1, 21):
                while store.commit([step_of(holding(store, number), step)]) != [None]:
                    pass  # somebody has claimed it in between
                store.changes()
                if step % 5 == 0:
                    store.claim(worker, 1)

        worker = one.register("host", 1, 100).id
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(work, range(1, 17)))
        assert [len(two.events(number)) for number in range(1, 17)] == [21] * 16
        assert findings(one) == []


def test_many_open_a_new_file_at_once(tmp_path: Path) -> None:
    def work(number: int) -> None:
        with closing(SQLiteStore(tmp_path / "a.db")) as store:
            add(store, start(number))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(1, 9)))
    with closing(SQLiteStore(tmp_path / "a.db")) as store:
        assert list(store.open_executions()) == list(range(1, 9))


def test_other_processes_are_noticed(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    with closing(SQLiteStore(path)) as one, closing(SQLiteStore(path)) as two:
        worker = one.register("host", 1, 100).id
        add(one, start(1, owner=worker))
        seen = one.changes(), two.changes()
        add(two, Message(1, STOP))
        assert one.changes() != seen[0]
        assert two.changes() != seen[1]
        assert one.attention(worker) == [1]


def test_nobody_looks_because_of_an_ordinary_turn(tmp_path: Path) -> None:
    for store in (MemoryStore(Time()), SQLiteStore(tmp_path / "a.db")):
        worker = store.register("host", 1, 100).id
        add(store, start(1, owner=worker, due=None))
        seen = store.changes()
        add(store, next_turn(holding(store), events=[event(2)]))
        store.beat(worker, 100)
        assert store.changes() == seen
        store.close()


def hold(path: Path, store: SQLiteStore, *commits: list[object]) -> list[object]:
    """Commit from a thread each while another connection holds the file, so that all but one get into one group."""

    def commit(writes: list[object]) -> object:
        try:
            return store.commit(writes)
        except (StoreError, NotJSON) as problem:
            return problem

    with closing(sqlite3.connect(path, isolation_level=None)) as other, ThreadPoolExecutor(len(commits) + 1) as pool:
        other.execute("BEGIN IMMEDIATE")
        first = pool.submit(store.commit, [start(999)])
        while not (store._group._led and not store._group._waiting):
            pass
        futures = [pool.submit(commit, writes) for writes in commits]
        while len(store._group._waiting) < len(commits):
            pass
        other.execute("ROLLBACK")
        assert first.result() == [None]
        return [future.result() for future in futures]


def test_a_faulty_write_does_not_spoil_those_of_others(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    with closing(SQLiteStore(path)) as store:
        add(store, start(1))
        twice = turn(1, version=1, first=1, foreign=True)  # there is an event 1
        good, bad, other = hold(path, store, [start(2)], [start(3), twice], [start(4)])
        assert (good, other) == ([None], [None])
        assert isinstance(bad, StoreError)
        assert "UNIQUE constraint failed: turns.execution, turns.first" in str(bad)
        assert [bool(store.execution_of(number)) for number in (2, 3, 4)] == [True, False, True]


def test_a_full_disk_is_told_to_all(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    with closing(SQLiteStore(path)) as store:
        add(store, start(1))
        writer = store._file._writer
        (pages,) = writer.execute("PRAGMA page_count").fetchone()
        writer.execute(f"PRAGMA max_page_count = {pages + 20}")
        large = start(2, core="x" * 10**6)
        problems = hold(path, store, [start(3)], [large], [start(4)])
        assert len({id(problem) for problem in problems}) == 3
        for problem in problems:
            assert isinstance(problem, StoreError)
            assert str(problem).startswith(f"{path}: can't write the store: database or disk is full; make room")
        assert [bool(store.execution_of(number)) for number in (1, 2, 3, 4)] == [True, False, False, False]
        writer.execute(f"PRAGMA max_page_count = {pages * 1000}")
        add(store, large)


def test_numbers_beyond_all_reason(tmp_path: Path) -> None:
    with closing(SQLiteStore(tmp_path / "a.db")) as store:
        for call in (lambda: store.execution_of(2**63), lambda: store.commit([start(2**63)])):
            with pytest.raises(StoreError, match="too large to convert to SQLite INTEGER; one number is larger than"):
                call()


def test_what_is_no_json_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    with closing(SQLiteStore(tmp_path / "a.db")) as store:
        with pytest.raises(NotJSON):
            store.commit([start(1), start(2, events=[("Type", float("nan"))])])
        assert store.execution_of(1) is None


def test_a_closed_store_says_so(tmp_path: Path) -> None:
    store = SQLiteStore(tmp_path / "a.db")
    store.close()
    store.close()
    assert [file.name for file in tmp_path.iterdir()] == ["a.db"]  # and nothing holds the file any more
    for call in (
        lambda: store.commit([start(1)]),
        store.changes,
        store.workers,
        lambda: store.check(print),
        lambda: store.held([1]),
    ):
        with pytest.raises(StoreError, match="the store is closed; open it again"):
            call()


def test_reading_does_not_wait_for_a_commit(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    with closing(SQLiteStore(path)) as store, closing(sqlite3.connect(path, isolation_level=None)) as other:
        add(store, start(1))
        other.execute("BEGIN IMMEDIATE")
        thread = threading.Thread(target=store.commit, args=([start(2)],))
        thread.start()
        while not store._file._writer_lock.locked():
            pass
        assert store.execution_of(1) is not None
        store.changes()
        assert store.execution_of(2) is None
        other.execute("ROLLBACK")
        thread.join()
        assert store.execution_of(2) is not None


#: Writes turns as fast as it can, and tells each that was acknowledged.
WRITER = """
import sys
from asl.stores.sqlite import SQLiteStore
from tests.stores.builders import *
store = SQLiteStore(sys.argv[1], synchronous=sys.argv[2])
store.put_definition("digest", "text")
add(store, start(1, frames=[frame()]))
for number in range(2, 10**6):
    one = next_turn(holding(store), first=number, events=[event(number)], frames=[frame(wait=number)], foreign=True)
    add(store, one)
    print(number, flush=True)
"""


@pytest.mark.parametrize("synchronous", ["FULL", "NORMAL"])
def test_what_was_acknowledged_survives_a_kill(tmp_path: Path, synchronous: str) -> None:
    path = tmp_path / "a.db"
    command = [sys.executable, "-c", WRITER, str(path), synchronous]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
        assert process.stdout is not None
        for _ in range(30):
            process.stdout.readline()
        process.kill()
        acknowledged = [int(line) for line in process.stdout.read().split()] or [31]
    with closing(SQLiteStore(path, create=False)) as store:
        written = len(store.events(1))
        assert acknowledged[-1] <= written
        (row,) = holding(store).frames
        assert row.wait == written
        assert holding(store).version == written
        assert findings(store) == []

"""Purging removes what is old and nothing else; checking finds what can't be."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from asl.errors import StoreError
from asl.stores.base import FAILED, STOP, ExpressEnd, LogLine, Message
from asl.stores.rules import FRESH
from asl.stores.sqlite import SQLiteStore
from asl.stores.sqlite_sums import checksum
from tests.stores.builders import NOW, Time, add, end, event, findings, frame, holding, next_turn, start, turn

if TYPE_CHECKING:
    from pathlib import Path

    from asl.stores.base import Store


def fill(store: Store) -> None:
    """Executions 1 to 5: over at NOW - 1, NOW, NOW + 1, running, and over at NOW - 1 in another machine.

    8 is an Express one that runs.
    """
    store.put_definition("digest", "text")
    stops = {1: NOW - 1, 2: NOW, 3: NOW + 1, 4: None, 5: NOW - 1}
    for number, stop in stops.items():
        machine = "other" if number == 5 else "m"
        add(store, start(number, of={"machine": machine}, notes=[(0, "n")], frames=[frame(payload="p")]))
        if stop is not None:
            ending = end(FAILED, stop, keeps_frames=True)
            add(store, next_turn(holding(store, number), foreign=True, events=[event(2)], end=ending))
    add(store, start(8, of={"express": True}, events=()), Message(4, STOP), Message(8, STOP))


def left(store: Store) -> list[int]:
    return [number for number in range(1, 10) if store.execution_of(number)]


def test_old_executions_are_removed(store: Store) -> None:
    fill(store)
    assert store.purge(NOW) == 2
    assert left(store) == [2, 3, 4, 8]
    assert (store.events(1), store.notes(1), store.held([1]), store.execution("arn:m:1")) == ([], [], [], None)
    assert findings(store) == []
    assert store.purge(NOW) == 0
    add(store, start(1))  # name and id are free again


def test_old_executions_of_one_machine(store: Store) -> None:
    fill(store)
    assert store.purge(NOW + 9, machine="m") == 3
    assert left(store) == [4, 5, 8]
    assert findings(store) == []


def test_many_executions_are_removed(store: Store) -> None:
    add(store, *[start(number, end=end()) for number in range(1, 1203)])
    assert store.purge(NOW + 1) == 1202
    assert store.executions() == []


def test_old_log_lines_are_removed(store: Store) -> None:
    lines = [LogLine(machine, "arn", moment, "{}") for machine in "ab" for moment in (NOW - 1, NOW)]
    add(store, start(1, of={"express": True}, events=()), ExpressEnd(1, 0, lines))
    assert store.purge(NOW, machine="b") == 0
    assert [len(store.log(machine)) for machine in "ab"] == [2, 1]
    store.purge(NOW)
    assert [line.time for machine in "ab" for _, line in store.log(machine)] == [NOW, NOW]


def test_definitions_that_nobody_needs_are_removed(store: Store, clock: Time) -> None:
    for digest in ("runs", "ended", "named", "unused", "again"):
        store.put_definition(digest, "text")
    clock.moment = NOW + FRESH
    store.put_definition("late", "text")
    store.put_definition("again", "text")
    add(store, start(1, of={"definition": "runs"}), start(2, of={"definition": "ended"}, end=end()))
    store.put_document("machine", "m", {"versions": [{"definition": "named"}]}, None)

    def kept() -> list[str]:
        return [digest for digest in ("runs", "ended", "named", "unused", "late", "again") if store.definition(digest)]

    store.purge(NOW + FRESH)
    assert len(kept()) == 6
    store.purge(NOW + FRESH + 1)
    assert kept() == ["runs", "named", "late", "again"]
    store.purge(NOW + 2 * FRESH + 1)
    assert kept() == ["runs", "named"]


def test_nothing_is_found_where_nothing_is_wrong(store: Store) -> None:
    worker = store.register("host", 1, 100).id
    fill(store)
    add(store, start(6, owner=worker, due=None), Message(6, STOP), start(7, of={"express": True}, events=()))
    store.claim(worker, 9)
    assert findings(store) == []


def test_gaps_in_the_events_are_found(store: Store) -> None:
    store.put_definition("digest", "text")
    add(store, start(), turn(1, version=1, first=3, foreign=True))
    assert findings(store) == ["execution 1: event 2 should come next, but a turn begins with 3"]


def test_a_turn_that_is_missing_is_noticed_when_events_are_read(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    with closing(SQLiteStore(path, clock=Time())) as store:
        add(store, start())
        for number in (2, 3):
            add(store, next_turn(holding(store), foreign=True, first=number, events=[event(number)]))
        with closing(sqlite3.connect(path)) as connection, connection:
            connection.execute("DELETE FROM turns WHERE first = 2")
        for backwards in (False, True):
            with pytest.raises(StoreError, match=r"the turns of execution 1 leave a gap .* restore a backup"):
                store.events(1, first=3 if backwards else 1, backwards=backwards)


def test_missing_definitions_are_found(store: Store) -> None:
    add(store, start())
    assert findings(store) == ["execution 1 runs definition digest, which does not exist"]


DAMAGE = {
    "DELETE FROM live WHERE execution = 4": "execution 4 is RUNNING but has no row in live",
    "DELETE FROM live WHERE execution = 1": "execution 1 is FAILED but has no row in live",
    "UPDATE live SET running = 0 WHERE execution = 4": "execution 4 is RUNNING but has no running row in live",
    "UPDATE live SET running = 1 WHERE execution = 1": "execution 1 is FAILED but has a running row in live",
    "UPDATE live SET due = 0 WHERE execution = 1": "execution 1 has ended but is due",
    "UPDATE live SET due = NULL WHERE execution = 4": ("execution 4 has an unread message, no owner, and is not due"),
    "UPDATE live SET owner = 9 WHERE execution = 4": "execution 4 belongs to worker 9, which does not exist",
    "DELETE FROM turns WHERE execution = 1 AND first = 1": (
        "execution 1: event 1 should come next, but a turn begins with 2"
    ),
    "UPDATE turns SET events = '[', checksum = checksum(1, 1, notes, '[') WHERE execution = 1 AND first = 1": (
        "execution 1: the events from 1 on can't be read: line 1, column 2: Expecting value"
    ),
    "UPDATE turns SET events = '7', checksum = checksum(1, 1, notes, '7') WHERE execution = 1 AND first = 1": (
        "execution 1: the events from 1 on can't be read: 'int' object is not iterable"
    ),
    "INSERT INTO live VALUES (9, 0, 0, 0, 0, 1, NULL, 0, NULL, 0, NULL, '', NULL)": (
        "live has rows of execution 9, which does not exist"
    ),
    "INSERT INTO turns VALUES (99, 9, 1, NULL, '[]', 0)": "turns has rows of execution 9, which does not exist",
    "INSERT INTO frames VALUES (9, 'f', 0, '', 0)": "frames has rows of execution 9, which does not exist",
    "INSERT INTO messages VALUES (9, 9, 'stop', '', 0, '', 0)": (
        "messages has rows of execution 9, which does not exist"
    ),
    "INSERT INTO activity_tasks VALUES (9, 'a', 9, 'f', 1, '', '', 0)": (
        "activity_tasks has rows of execution 9, which does not exist"
    ),
    "INSERT INTO payloads VALUES (4, 'g', '', 0)": "payloads has rows of frame 4/g, which does not exist",
    "UPDATE express SET owner = 9": "execution 8 belongs to worker 9, which does not exist",
    "UPDATE express SET due = NULL": "execution 8 has an unread message, no owner, and is not due",
    "UPDATE express SET id = 4": "execution 4 is both Standard and Express",
    "INSERT INTO payloads VALUES (4, '0', '', 0)": "payloads has rows of frame 4/0, which does not exist",
    "DELETE FROM express": "messages has rows of execution 8, which does not exist",
    "UPDATE express SET definition = 'none'": "execution 8 runs definition none, which does not exist",
    "DELETE FROM definitions": "execution 1 runs definition digest, which does not exist",
}


@pytest.mark.parametrize(("damage", "finding"), DAMAGE.items(), ids=DAMAGE)
def test_planted_damage_is_found(tmp_path: Path, damage: str, finding: str) -> None:
    path = tmp_path / "store.db"
    store = SQLiteStore(path, clock=Time())
    fill(store)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.create_function("checksum", -1, checksum)
        assert connection.execute(damage).rowcount > 0
    assert finding in findings(store)
    store.close()


def test_damaged_pages_are_found(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    store = SQLiteStore(path, clock=Time())
    fill(store)
    with closing(sqlite3.connect(path)) as connection, connection:
        (page,) = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'executions_arn'").fetchone()
        (size,) = connection.execute("PRAGMA page_size").fetchone()
    store.close()
    content = bytearray(path.read_bytes())
    content[(page - 1) * size + 100 : page * size] = b"\xff" * (size - 100)
    path.write_bytes(content)
    store = SQLiteStore(path, clock=Time())
    assert findings(store)
    store.close()

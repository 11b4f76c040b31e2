"""Torn writes, cut logs and flipped bits: the store opens at a commit that was, or it is refused by name.

SQLite's log of changes has checksums, its file has none. So the rows have: a bit that flips there within a value is
noticed when the row is read. Damage to the structure of pages SQLite notices itself, when the file is opened, read or
checked; a row may only be missed, because its key or what points to it was hit.
"""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from functools import cache
from random import Random
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from asl import VirtualClock
from asl.errors import StoreError
from asl.stores.base import STOP, LogLine, Message, Turn
from asl.stores.sqlite import SQLiteStore
from tests.crash.scenarios import INPUT, SCENARIOS
from tests.crash.world import World
from tests.drivers.durable.bench import Bench
from tests.machines import task
from tests.stores.questions import answers, lacks
from tests.stores.released.make import fill, handlers

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from asl.stores.base import Refusal, Write

SCENARIO = "narrow map"


def interrupted(folder: Path, *, checkpoint: bool) -> list[Any]:
    """Leave in a folder the files of a process that died in the midst; returns the events that were stored.

    The last part of them stands in the log of changes alone; the first one in the file, too, if there was a checkpoint.
    """
    clock = VirtualClock()
    store = SQLiteStore(str(folder / "live.db"), clock=clock.now)
    struck = World(SCENARIOS[SCENARIO], INPUT, store=store, clock=clock)
    struck.dies_at = 2
    struck.process()
    if checkpoint:
        store._file.checkpoint()
    struck.dies_at = 8
    struck.process()
    struck.dies_at = None
    events = struck.events()
    for ending in ("", "-wal"):  # -shm is made anew
        shutil.copyfile(folder / f"live.db{ending}", folder / f"store.db{ending}")
    store.close()
    return events


@cache
def whole() -> tuple[Any, list[str]]:
    """Result and history without any damage."""
    calm = World(SCENARIOS[SCENARIO], INPUT)
    return calm.run(), calm.lines()


def noticed(problem: StoreError, path: str, how: str) -> int:
    """The damage has a name."""
    assert path in str(problem), how
    return -1


def open_and_go_on(folder: Path, stored: list[Any], how: str) -> int:
    """The events there were, -1 if the damage was noticed. Whatever opens shows what was and comes to the right end."""
    clock = VirtualClock()
    path = str(folder / "store.db")
    try:
        store = SQLiteStore(path, clock=clock.now)
    except StoreError as problem:
        return noticed(problem, path, how)
    findings: list[str] = []
    try:
        store.check(findings.append)
        if findings:
            return -1
        struck = World(SCENARIOS[SCENARIO], INPUT, store=store, clock=clock)
        struck.acknowledged = struck.stored is not None
        found = struck.events()
        assert found == stored[: len(found)], how
        result = struck.run()
        assert "Error" not in str(struck.told), how
        struck.check_end()
        assert (result, struck.lines()) == whole(), how
    except StoreError as problem:
        return noticed(problem, path, how)
    finally:
        store.close()
    return len(found)


@pytest.fixture(scope="module", params=[False, True], ids=["log", "log and file"])
def wreck(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[bytes, bytes, list[Any]]:
    """File and log of a process that died, and the events in them."""
    folder = tmp_path_factory.mktemp("wreck")
    events = interrupted(folder, checkpoint=request.param)
    return (folder / "store.db").read_bytes(), (folder / "store.db-wal").read_bytes(), events


def flip(data: bytearray, place: int, dice: Random) -> None:
    data[place] ^= 1 << dice.randrange(8)


def put(folder: Path, file: bytes, log: bytes) -> None:
    (folder / "store.db").write_bytes(file)
    (folder / "store.db-wal").write_bytes(log)


def test_without_damage_all_of_it_is_there(wreck: Any, tmp_path: Path) -> None:
    file, log, events = wreck
    put(tmp_path, file, log)
    assert open_and_go_on(tmp_path, events, "") == len(events) > 11


@pytest.mark.parametrize("damage", ["cut", "torn", "flipped"])
def test_a_damaged_log_loses_its_end_alone(damage: str, wreck: Any, tmp_path: Path) -> None:
    """What comes before the damage is there, down to the last commit that is whole."""
    file, log, events = wreck
    found = set()
    for seed in range(25):
        dice = Random(f"{damage} {seed}")
        data, place = bytearray(log), dice.randrange(len(log))
        if damage == "cut":
            del data[place:]
        elif damage == "torn":
            size = min(dice.randrange(1, 8192), len(data) - place)
            data[place : place + size] = dice.choice([bytes(size), dice.randbytes(size)])
        else:
            flip(data, place, dice)
        folder = tmp_path / str(seed)
        folder.mkdir()
        put(folder, file, bytes(data))
        found.add(open_and_go_on(folder, events, f"seed {seed}"))
    assert len(found) > 2, "the damage was to be felt"


@pytest.mark.parametrize("wreck", [True], indirect=True, ids=["log and file"])
@pytest.mark.parametrize("damage", ["cut", "pages", "head"])
def test_damage_to_the_file_is_noticed(damage: str, wreck: Any, tmp_path: Path) -> None:
    file, log, events = wreck
    noticed = 0
    for seed in range(25):
        dice = Random(f"{damage} {seed}")
        data = bytearray(file)
        if damage == "cut":
            del data[dice.randrange(len(data)) :]
        elif damage == "pages":  # their first bytes say of what kind they are
            flip(data, 4096 * dice.randrange(1, max(2, len(data) // 4096)) % len(data), dice)
        else:
            flip(data, dice.randrange(100), dice)
        folder = tmp_path / str(seed)
        folder.mkdir()
        put(folder, bytes(data), log)
        noticed += open_and_go_on(folder, events, f"seed {seed}") == -1
    assert noticed


class Scene(NamedTuple):
    """A file with executions in all conditions, and what it answers."""

    file: bytes
    now: int
    ids: list[int]
    arns: list[str]
    definitions: list[str]
    answers: dict[str, Any]

    def ask(self, store: SQLiteStore) -> dict[str, Any]:
        return answers(store, self.ids, self.arns, self.definitions)

    def texts(self, table: str, path: Path) -> list[bytes]:
        """The longer texts of a table. ``path``: where the file may stand for that."""
        path.write_bytes(self.file)
        with closing(sqlite3.connect(path)) as connection:
            rows = connection.execute(f"SELECT * FROM {table}").fetchall()
        path.unlink()
        return sorted({value.encode() for row in rows for value in row if isinstance(value, str) and len(value) > 12})


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    path = tmp_path_factory.mktemp("scene") / "store.db"
    clock = VirtualClock()
    with closing(SQLiteStore(path, clock=clock.now)) as store:
        fill(store, clock)
        store.commit([LogLine("Machine", "arn:of:an:execution", 1, '{"an event":"logged"}')])
        found = [execution for number in range(200) if (execution := store.execution_of(number))]
        ids = [each.id for each in found]
        arns = [each.arn for each in found if not each.express]  # the Express one has another's
        arns.remove(found[-1].arn)
        scene = Scene(b"", clock.now(), ids, arns, sorted({each.definition for each in found}), {})
        whole = scene.ask(store)
        assert not [each for each in whole.values() if isinstance(each, StoreError)]
    return scene._replace(file=path.read_bytes(), answers=whole)


def told(scene: Scene, folder: Path, places: dict[int, int]) -> set[str]:
    """Which questions were refused with some bits flipped: (place, bit). No other answer is wrong."""
    data = bytearray(scene.file)
    for place, bit in places.items():
        data[place] ^= 1 << bit
    path = folder / "store.db"
    for ending in ("-wal", "-shm"):
        path.with_name(path.name + ending).unlink(missing_ok=True)
    path.write_bytes(data)
    try:
        store = SQLiteStore(path, clock=lambda: scene.now)
    except StoreError as problem:
        noticed(problem, str(path), str(places))
        return {"open"}
    with closing(store):
        found = scene.ask(store)
        refused = {name for name, answer in found.items() if isinstance(answer, StoreError)}
        assert all(str(path) in str(found[name]) for name in refused)
        others = [name for name in found.keys() - refused if found[name] != scene.answers[name]]
        if refused or others:
            findings: list[str] = []
            store.check(findings.append)
            assert findings, places
        for name in others:
            assert lacks(found[name], scene.answers[name]), (places, name)
    return refused


@pytest.mark.parametrize("part", range(5))
def test_a_flipped_bit_is_no_wrong_answer(part: int, scene: Scene, tmp_path: Path) -> None:
    refused = 0
    for seed in range(40):
        dice = Random(f"flip {part} {seed}")
        refused += bool(told(scene, tmp_path, {dice.randrange(len(scene.file)): dice.randrange(8)}))
    assert refused > 2, "the damage was to be felt"


#: Tables whose texts are read to go on or to tell what happened.
TABLES = (
    "executions", "live", "express", "turns", "frames", "payloads", "messages", "activity_tasks", "documents",
    "definitions", "log",
)  # fmt: skip


@pytest.mark.parametrize("table", TABLES)
def test_a_flipped_bit_within_a_text(table: str, scene: Scene, tmp_path: Path) -> None:
    """Wherever that text stands, in an index, too."""
    dice = Random(table)
    texts = [text[:300] for text in scene.texts(table, tmp_path / "store.db")]  # what follows may stand on other pages
    refused = set()
    for text in dice.sample(texts, min(len(texts), 6)):
        place = scene.file.find(text)
        while place >= 0:
            refused |= told(scene, tmp_path, {place + dice.randrange(len(text)): dice.choice([0, 3, 7])})
            place = scene.file.find(text, place + len(text))
    assert refused or table == "activity_tasks", "it is read when a worker polls, and by check"


def test_one_damaged_execution_keeps_nobody_from_the_others(scene: Scene, tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    path.write_bytes(scene.file)
    with closing(sqlite3.connect(path)) as connection, connection:
        sql = "SELECT id FROM executions WHERE name = 'wait'"
        ((number,),) = connection.execute(sql).fetchall()
        connection.execute("UPDATE live SET root = replace(root, 'Nap', 'Nbp') WHERE execution = ?", (number,))
    clock = VirtualClock()
    clock.sleep_until(scene.now)
    heard: list[str] = []
    with closing(SQLiteStore(path, clock=clock.now)) as store:
        bench = Bench(store, clock)
        bench.worker(handlers(dying=False), is_dead=lambda _: True, tell=heard.append).run_until_idle(
            until=clock.now() + 86_400_000
        )
        left = {store.execution_of(each).name for each in store.open_executions()}  # type: ignore[union-attr]
    assert left == {"wait", "activity"}, "one is damaged, the other waits for somebody"
    damage = [line for line in heard if f"frame '0' of execution {number} is damaged" in line]
    assert len(damage) == 1, heard


@pytest.mark.parametrize("ends", [False, True], ids=["it hears something", "its turn is refused"])
def test_what_is_damaged_while_a_worker_has_it(ends: bool, tmp_path: Path) -> None:
    """It is seen when it is read again."""
    path, clock = tmp_path / "store.db", VirtualClock()
    with closing(SQLiteStore(path, clock=clock.now)) as store:
        bench = Bench(store, clock)
        definition = {"StartAt": "A", "States": {"A": task(End=True, TimeoutSeconds=60)}}
        odd, sound = bench.row(definition, 1), bench.row(definition, 2)
        commit = store.commit

        def harm() -> None:
            with closing(sqlite3.connect(path)) as connection, connection:
                assert connection.execute("UPDATE executions SET seed = 'x' WHERE id = ?", (odd.id,)).rowcount
            commit([Message(odd.id, STOP)])

        def overtaken(writes: Sequence[Write]) -> list[Refusal | None]:
            if any(isinstance(write, Turn) and write.execution == odd.id and write.end for write in writes):
                harm()
            return commit(writes)

        def f(number: int) -> None:
            if number == 1 and not ends:
                harm()

        if ends:
            store.commit = overtaken  # type: ignore[method-assign]
        heard: list[str] = []
        bench.put(odd)
        bench.put(sound)
        bench.worker({"f": f}, tell=heard.append).run_until_idle()
        assert bench.describe(sound).status == "SUCCEEDED"
        (line,) = heard
        assert f"execution {odd.id} is damaged" in line
        assert (store.workers()[0].id, store.owned(1)) == (1, [])

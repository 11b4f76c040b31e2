"""Torn writes, cut logs and flipped bits: the store opens at a commit that was, or it is refused by name.

SQLite's log of changes has checksums, its file has none: a bit that flips there within a text is beyond what a store
can notice. What is noticed, when the file is opened, read or checked, is damage to the structure of its pages.
"""

from __future__ import annotations

import shutil
from functools import cache
from random import Random
from typing import TYPE_CHECKING, Any

import pytest

from asl import VirtualClock
from asl.errors import StoreError
from asl.stores.sqlite import SQLiteStore
from tests.crash.scenarios import INPUT, SCENARIOS
from tests.crash.world import World

if TYPE_CHECKING:
    from pathlib import Path

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

"""A store that an earlier version wrote opens, and its executions go on to their right ends."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest

from asl import VirtualClock
from asl.jsontext import decode, encode
from asl.kernel import tokens
from asl.kernel.events import TYPE
from asl.stores.base import ANSWER, Message
from asl.stores.sqlite import SQLiteStore
from asl.stores.sqlite_file import migrations
from tests.drivers.durable.bench import Bench
from tests.machines import ACTIVITY
from tests.stores.released.make import EXECUTIONS, HERE, handlers

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from asl.stores.base import Execution

FILES = sorted(HERE.glob("schema-*.sql"))
DAY = 86_400_000

#: How those end that didn't when the file was written: by itself, or after an answer of the outside.
ENDS: dict[str, tuple[str, Any]] = {
    "wait": ("SUCCEEDED", {"v": [1, "é"], "n": 4}),
    "token": ("SUCCEEDED", "answered"),
    "answered": ("SUCCEEDED", "by message"),
    "activity": ("SUCCEEDED", "answered"),
    "map": ("SUCCEEDED", [{"n": number} for number in range(5)]),
    "parallel": ("SUCCEEDED", ["answered", "answered"]),
    "retry": ("SUCCEEDED", {"fail": True}),
    "in doubt, again": ("SUCCEEDED", {"n": 9, "dies": True}),
    "in doubt, once": ("SUCCEEDED", {"n": 10, "dies": True}),
    "in doubt, lost": ("FAILED", None),
    "not begun": ("SUCCEEDED", {"n": 12}),
    "surrogate": ("SUCCEEDED", {"text": "\ud800"}),
}


@pytest.fixture(params=FILES, ids=[file.stem for file in FILES])
def bench(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Bench]:
    """The store as it was left."""
    path = tmp_path / "store.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(request.param.read_text("utf-8"))
    clock = VirtualClock()
    clock.sleep_until(clock.now() + 300_000)
    store = SQLiteStore(path, clock=clock.now, create=False)
    yield Bench(store, clock)
    store.close()


def by_name(bench: Bench) -> dict[str, Execution]:
    return {each.name: bench.describe(each) for each in bench.store.executions(limit=1000)}


def answer(bench: Bench, token: str) -> None:
    place = tokens.read(token)
    assert place is not None
    data = encode({"output": '"answered"'})
    assert bench.store.commit([Message(int(place.address), ANSWER, place.frame, place.wait, data)]) == [None]


def test_every_schema_has_its_file() -> None:
    expected = [f"schema-{number}" for number in range(1, len(migrations()) + 1)]
    assert [file.stem for file in FILES] == expected, "run python -m tests.stores.released.make before a release"


def test_what_had_ended_is_there_and_the_rest_goes_on(bench: Bench) -> None:
    found = by_name(bench)
    assert set(found) == set(EXECUTIONS)
    assert {name: execution.status for name, execution in found.items() if execution.status != "RUNNING"} == {
        "succeeded": "SUCCEEDED",
        "failed": "FAILED",
        "aborted": "ABORTED",
    }
    before = {name: bench.events(execution) for name, execution in found.items()}
    worker = bench.worker(handlers(dying=False), is_dead=lambda _: True)
    worker.run_until_idle(until=bench.clock.now() + 1_000)
    taken = bench.store.take_activity(ACTIVITY, "somebody")
    assert taken is not None
    answer(bench, taken.token)
    for name in ("token", "parallel"):
        for frame in bench.store.held([found[name].id])[0].frames:
            if name == "token" or (frame.wait and frame.frame != "0"):
                place = tokens.Place(str(found[name].id), frame.frame, frame.wait)
                answer(bench, tokens.make(found[name].seed, place))
    worker.run_until_idle(until=bench.clock.now() + DAY)
    assert list(bench.store.open_executions()) == [], "the Express one is over, too"
    for name, (status, output) in ENDS.items():
        execution = bench.describe(found[name])
        assert execution.status == status, name
        assert decode(execution.output or "null") == output, name
        assert bench.events(execution)[: len(before[name])] == before[name]
    assert "worker was lost" in str(bench.describe(found["in doubt, lost"]).cause)
    problems: list[str] = []
    bench.store.check(problems.append)
    assert problems == []


@pytest.mark.parametrize("name", ["failed", "aborted", "in doubt, lost"])
def test_what_ended_badly_can_be_redriven(name: str, bench: Bench) -> None:
    worker = bench.worker(handlers(dying=False), is_dead=lambda _: True)
    worker.run_until_idle(until=bench.clock.now() + 1_000)
    redriven = bench.redrive(by_name(bench)[name])
    assert redriven is not None
    assert (redriven.status, redriven.redrive_count) == ("RUNNING", 1)
    worker.run_until_idle(until=bench.clock.now() + DAY)
    assert bench.describe(redriven).status == "SUCCEEDED"
    assert [event[TYPE] for event in bench.events(redriven)].count("ExecutionRedriven") == 1


def test_documents_are_there(bench: Bench) -> None:
    (document,) = bench.store.documents("machine")
    assert (document.name, document.body) == ("Machine", {"type": "STANDARD"})

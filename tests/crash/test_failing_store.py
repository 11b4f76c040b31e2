"""A store that fails: full disks, I/O errors, commits of which nobody knows. Nothing is lost or done twice."""

from __future__ import annotations

from itertools import product
from random import Random
from typing import TYPE_CHECKING

import pytest

from asl import VirtualClock
from asl.drivers.durable.engine import LEASE
from asl.errors import AslError, StoreError
from asl.kernel.events import TYPE
from asl.stores.sqlite import SQLiteStore
from asl.worker import Definitions
from tests.crash.faults import AFTER, BEFORE, FAIL, KILL, Fault, faulty
from tests.crash.scenarios import INPUT, SCENARIOS, ask, call, machine
from tests.crash.test_kill import check, uninterrupted, world
from tests.crash.world import World

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("idempotent", [True, False], ids=["idempotent", "not idempotent"])
@pytest.mark.parametrize("scenario", SCENARIOS)
def test_failing_at_every_call(scenario: str, idempotent: bool) -> None:
    """The same process goes on when the store works again. ``after``: it fails although it has done what was asked."""
    _, _, calls = uninterrupted(scenario)
    for at, when in product(range(2, calls + 1), [BEFORE, AFTER]):
        struck = world(scenario, idempotent=idempotent)
        died = struck.process(Fault(at, when, FAIL))
        assert not died
        check(struck, scenario, struck.run(), f"failed {when} call {at}")
        assert not any("worker was lost" in str(event) for event in struck.events()), "no worker was lost"


@pytest.mark.parametrize("seed", range(25))
def test_failing_again_and_again(seed: int) -> None:
    """Failures of every length, and deaths between them."""
    dice = Random(seed)
    scenario = dice.choice(list(SCENARIOS))
    struck = world(scenario, idempotent=dice.random() < 0.5)
    faults = [
        Fault(dice.randint(2, 30), dice.choice([BEFORE, AFTER]), dice.choice([FAIL, FAIL, KILL]), times=times)
        for times in (dice.randint(1, 20) for _ in range(3))
    ]
    check(struck, scenario, struck.run(*faults), f"seed {seed}: {scenario}, {faults}")


@pytest.mark.parametrize("when", [BEFORE, AFTER])
def test_a_start_that_failed_is_not_claimed_to_have_worked(when: str) -> None:
    """And when nobody knows, it isn't left lying about: it goes on in this very process."""
    struck = World(machine({"A": call()}), INPUT)
    store, _ = faulty(struck.store, Fault(1, when, FAIL, only="commit"))
    worker = struck.worker(store)
    started = worker.engine.start(struck.bench.new(struck.execution))
    worker.run_until_idle()
    with pytest.raises(StoreError, match="the disk is gone"):
        started.result(0)
    if when == BEFORE:
        assert struck.stored is None
        assert struck.ledger == []
    else:
        struck.check_end()
        assert len(struck.ledger) == 1


def test_nothing_advances_while_the_store_fails_and_all_goes_on_afterwards() -> None:
    struck = World(machine({"A": call(Next="B"), "B": call()}), INPUT)
    store, wrapper = faulty(struck.store, Fault(2, BEFORE, FAIL, only="commit", times=99))
    worker = struck.worker(store)
    struck.start(worker)
    begin = struck.clock.now()
    worker.run_until_idle(until=begin + 60_000)
    assert [effect.state for effect in struck.ledger] == ["A"]
    assert wrapper.calls.count("commit") == 62  # one a second
    assert len(struck.told) == 61
    assert "trying again every 1 s" in struck.told[0]
    assert struck.over is False
    worker.run_until_idle(until=begin + 99_000)
    struck.check_end()
    assert [effect.state for effect in struck.ledger] == ["A", "B"]
    assert struck.stored is not None
    assert struck.stored.stop == begin + 99_000


def test_a_definition_that_could_not_be_read_is_read_again() -> None:
    struck = World(machine({"A": call()}), INPUT)
    assert struck.bench.put(struck.execution) is None
    store, wrapper = faulty(struck.store, Fault(1, BEFORE, FAIL, only="definition"))
    worker = struck.worker(store, definitions=Definitions(store))
    worker.run_until_idle()
    assert wrapper.calls.count("definition") == 2
    struck.check_end()


@pytest.mark.parametrize("only", ["release", "bury"])
def test_a_worker_goes_although_the_store_fails(only: str) -> None:
    """It says so and is gone; what it owned is another's when its lease has run out."""
    struck = World(machine({"A": call(Next="B"), "B": call()}), INPUT)
    assert struck.bench.put(struck.execution) is None
    store, wrapper = faulty(struck.store, Fault(1, BEFORE, FAIL, only=only, times=99))
    worker = struck.worker(store)
    worker.engine._round()
    assert worker.engine._entries
    started = worker.engine.start(struck.bench.new(struck.bench.row(machine({"A": call()}), INPUT)))
    worker.engine.close()
    assert only in wrapper.calls
    assert [line for line in struck.told if "the disk is gone; what this worker owned goes to others" in line]
    with pytest.raises(AslError, match="the worker has stopped"):
        started.result(0)
    other = struck.worker(is_dead=lambda _: False)
    struck.clock.sleep_until(struck.clock.now() + LEASE + 1)
    other.run_until_idle()
    struck.check_end()


# -- for real --


def test_a_disk_that_is_full(tmp_path: Path) -> None:
    """SQLite gets no more pages: nothing is acknowledged that isn't there; with room again, all goes on."""
    clock = VirtualClock()
    store = SQLiteStore(str(tmp_path / "full.db"), clock=clock.now)
    definition = machine({"A": call(Next="B"), "B": call(Next="C"), "C": call()})
    value = {"x": "x" * 50_000}
    struck = World(definition, value, store=store, clock=clock, work=lambda event, context: "x" * 200_000)
    worker = struck.worker()
    pages = limit_pages(store, 1)
    assert pages > 1, "the file has some already"
    started = worker.engine.start(struck.bench.new(struck.execution))
    worker.run_until_idle(until=clock.now() + 5_000)
    with pytest.raises(StoreError, match="full; make room on that disk"):
        started.result(0)
    assert struck.stored is None
    limit_pages(store, pages + 90)
    struck.start(worker)
    worker.run_until_idle(until=clock.now() + 5_000)
    assert struck.acknowledged
    assert [effect.state for effect in struck.ledger] == ["A"]
    assert struck.events()[-1][TYPE] == "LambdaFunctionStarted", "what it did is known here alone"
    limit_pages(store, 1_000_000)
    worker.run_until_idle()
    struck.check_end()
    assert [effect.state for effect in struck.ledger] == ["A", "B", "C"]
    store.close()


def limit_pages(store: SQLiteStore, pages: int) -> int:
    """Let the file have so many pages, but never fewer than it has."""
    with store._file.writing() as cursor:
        found: int
        (found,) = cursor.execute(f"PRAGMA max_page_count = {pages}").fetchone()
        return found


@pytest.mark.parametrize("call_name", ["changes", "attention", "claim", "next_due", "held"])
def test_what_was_to_be_looked_at_is_looked_at_again(call_name: str) -> None:
    """Nobody writes to the store any more, so nothing else would make the engine look."""
    struck = World(machine({"A": ask(Next="B"), "B": call()}), INPUT)
    assert struck.bench.put(struck.execution) is None
    for at in range(1, 5):
        store, _ = faulty(struck.store, Fault(at, BEFORE, FAIL, only=call_name))
        struck.worker(store).run_until_idle()
        if at == 1:
            assert [effect.state for effect in struck.ledger] == ["A"]
            struck.outside()
    struck.check_end()


def test_a_claim_that_fails_is_made_again() -> None:
    struck = World(machine({"A": call()}), INPUT)
    store, _ = faulty(struck.store, Fault(1, BEFORE, FAIL, only="claim"))
    worker = struck.worker(store)
    assert struck.bench.put(struck.execution) is None
    worker.run_until_idle()
    struck.check_end()

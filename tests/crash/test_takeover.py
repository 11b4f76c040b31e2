"""A worker that stands still for longer than its lease: another one takes over, and what the first still brings is
refused."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

import pytest

from asl.drivers.durable.engine import LEASE
from tests.crash.faults import AFTER, BEFORE, PAUSE, Fault, faulty
from tests.crash.scenarios import INPUT, SCENARIOS, call, machine
from tests.crash.test_kill import check, uninterrupted, world
from tests.crash.world import World

if TYPE_CHECKING:
    from asl.worker import Worker


def paused(struck: World, fault: Fault, until: int | None = None) -> list[Worker]:
    """Let a worker stand still at a call of its store, and another one go on meanwhile; then the first wakes up."""
    store, wrapper = faulty(struck.store, fault)
    first = struck.worker(store, is_dead=lambda _: False)
    workers = [first]

    def meanwhile() -> None:
        struck.clock.sleep_until(struck.clock.now() + LEASE + 1)
        second = struck.worker(is_dead=lambda _: False)
        workers.append(second)
        second.run_until_idle(until)
        struck.look()

    wrapper.meanwhile = meanwhile
    struck.start(first)
    first.run_until_idle()
    struck.look()
    return workers


@pytest.mark.parametrize("idempotent", [True, False], ids=["idempotent", "not idempotent"])
@pytest.mark.parametrize("scenario", SCENARIOS)
def test_paused_at_every_call(scenario: str, idempotent: bool) -> None:
    _, _, calls = uninterrupted(scenario)
    for at, when in product(range(2, calls + 1), [BEFORE, AFTER]):
        struck = world(scenario, idempotent=idempotent)
        assert len(paused(struck, Fault(at, when, PAUSE))) == 2
        check(struck, scenario, struck.run(), f"paused {when} call {at}")


@pytest.mark.parametrize("scenario", ["steps", "narrow map", "nested", "token"])
def test_both_go_on_together(scenario: str) -> None:
    """The first wakes up while the other one is in the midst of the work."""
    _, _, calls = uninterrupted(scenario)
    for at, when in product(range(2, calls + 1), [BEFORE, AFTER]):
        struck = world(scenario, idempotent=False)
        workers = paused(struck, Fault(at, when, PAUSE), until=struck.clock.now() + LEASE + 1)
        for _ in range(100):
            for worker in workers:
                worker.run_until_idle(until=struck.clock.now())
                struck.look()
            struck.outside()
            moment = min(worker.engine._next_moment() or 0 for worker in workers)
            if struck.over:
                break
            struck.clock.sleep_until(moment)
        check(struck, scenario, struck.run(), f"paused {when} call {at}")


def test_who_was_paused_is_told() -> None:
    struck = World(machine({"A": call(Next="W"), "W": {"Type": "Wait", "Seconds": 60, "End": True}}), INPUT)
    paused(struck, Fault(2, BEFORE, PAUSE, only="commit"))
    struck.check_end()
    assert struck.told == ["this worker was silent for longer than its lease; what it was doing has gone to others"]


def test_a_lease_as_short_as_one_likes() -> None:
    struck = World(machine({"A": call()}), INPUT)
    struck.worker(lease=300)
    second = struck.worker(is_dead=lambda _: False)
    second.run_until_idle(until=struck.clock.now() + 300)
    assert len(struck.store.workers()) == 2
    struck.clock.sleep_until(struck.clock.now() + 5_000)
    second.run_until_idle()
    assert [worker.expires for worker in struck.store.workers()] == [struck.clock.now() + LEASE]

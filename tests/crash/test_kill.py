"""A process that dies before or after any call of its store: the next one goes on as if nothing had happened."""

from __future__ import annotations

from functools import cache
from itertools import product
from random import Random
from typing import TYPE_CHECKING, Any

import pytest

from asl import VirtualClock
from asl.stores import open_store
from asl.stores.memory import MemoryStore
from tests.crash.faults import AFTER, BEFORE, Fault
from tests.crash.scenarios import INPUT, SCENARIOS
from tests.crash.world import Run, World

if TYPE_CHECKING:
    from pathlib import Path


def world(scenario: str, *, idempotent: bool, store: Any = None, clock: Any = None) -> World:
    clock = clock or VirtualClock()
    return World(store or MemoryStore(clock.now), clock, SCENARIOS[scenario], INPUT, idempotent=idempotent)


@cache
def uninterrupted(scenario: str) -> tuple[Run, list[str], int]:
    """How it goes when nobody dies: its result, its history, and how many calls of the store the first process makes."""
    calm = world(scenario, idempotent=True)
    calm.process()
    calls = calm.calls
    calm.outside()
    result = calm.run()
    calm.check_end()
    calm.check_ledger()
    return result, calm.lines(), calls


@pytest.mark.parametrize("idempotent", [True, False], ids=["idempotent", "not idempotent"])
@pytest.mark.parametrize("scenario", SCENARIOS)
def test_killed_at_every_call(scenario: str, idempotent: bool) -> None:
    result, lines, calls = uninterrupted(scenario)
    assert calls > 5
    for at, when in product(range(1, calls + 1), [BEFORE, AFTER]):
        struck = world(scenario, idempotent=idempotent)
        assert struck.process(Fault(at, when)), f"nobody died at call {at}"
        check(struck, scenario, struck.run(), f"killed {when} call {at}")


def check(struck: World, scenario: str, result: Run, how: str) -> None:
    """The same as the uninterrupted one."""
    expected, lines, _ = uninterrupted(scenario)
    struck.check_end()
    struck.check_ledger()
    if struck.idempotent:
        assert result == expected, how
        assert struck.lines() == lines, how
    else:
        assert (result.status, result.output, result.error) == (expected.status, expected.output, expected.error), how


@pytest.mark.parametrize("seed", range(40))
def test_killed_again_and_again(seed: int, tmp_path: Path) -> None:
    """Several processes die one after the other, each somewhere. On a file, which is all that they share."""
    dice = Random(seed)
    scenario = dice.choice(list(SCENARIOS))
    clock = VirtualClock()
    store = open_store(f"sqlite:///{tmp_path}/store.db", synchronous="NORMAL", clock=clock.now)
    struck = world(scenario, idempotent=dice.random() < 0.5, store=store, clock=clock)
    faults = [Fault(dice.randint(1, 25), dice.choice([BEFORE, AFTER])) for _ in range(dice.randint(2, 5))]
    check(struck, scenario, struck.run(*faults), f"seed {seed}: {scenario}, {faults}")
    store.close()

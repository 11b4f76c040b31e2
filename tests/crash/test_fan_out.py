"""Death amid Map and Parallel: what is finished stays finished, and what isn't goes on within its limits."""

from __future__ import annotations

from collections import Counter
from random import Random
from typing import Any

import pytest

from asl.kernel.events import TYPE
from tests.crash.faults import AFTER, BEFORE, Fault
from tests.crash.scenarios import call, each, machine
from tests.crash.world import World
from tests.machines import scope

ITEMS = {"items": [{"n": number} for number in range(12)]}
STEPS = scope(
    {"One": call(ResultPath=None, Next="Nap"), "Nap": {"Type": "Wait", "Seconds": 1, "Next": "Two"}, "Two": call()}
)


def mapping(width: int) -> dict[str, Any]:
    state = {**each({}, MaxConcurrency=width, End=True), "ItemProcessor": STEPS}
    return machine({"M": state})


def in_flight(world: World) -> int:
    """How many iterations have begun and not ended by what is stored."""
    kinds = Counter(event[TYPE] for event in world.events())
    return kinds["MapIterationStarted"] - kinds["MapIterationSucceeded"]


@pytest.mark.parametrize("width", [1, 3, 0])
@pytest.mark.parametrize("seed", range(6))
def test_a_map_keeps_its_progress(width: int, seed: int) -> None:
    dice = Random(f"{width} {seed}")
    world = World(mapping(width), ITEMS, idempotent=False)
    faults = []
    for _ in range(4):
        fault = Fault(dice.randint(4, 20), dice.choice([BEFORE, AFTER]), only=None)
        faults.append(fault)
        done = Counter(event[TYPE] for event in world.events())["MapIterationSucceeded"]
        world.process(fault)
        now = Counter(event[TYPE] for event in world.events())["MapIterationSucceeded"]
        assert now >= done, "an iteration that had ended runs again"
        assert width == 0 or in_flight(world) <= width
    result = world.run()
    how = f"seed {seed}, width {width}: {faults}"
    assert result.status == "SUCCEEDED", how
    world.check_end()
    world.check_ledger()
    kinds = Counter(event[TYPE] for event in world.events())
    assert kinds["MapIterationStarted"] == kinds["MapIterationSucceeded"] == 12, how
    doubts = kinds["LambdaFunctionFailed"]
    calls = Counter((effect.state, effect.number) for effect in world.ledger)
    assert set(calls) == {(state, number) for state in ("One", "Two") for number in range(12)}
    assert sum(calls.values()) - 24 <= doubts, f"{how}: only what is in doubt is done again"


@pytest.mark.parametrize("number", range(1, 25))
def test_a_map_that_dies_in_any_handler(number: int) -> None:
    """The iteration in doubt, and those that were begun with it, are tried again; no other is."""
    world = World(mapping(3), ITEMS, idempotent=False)
    world.dies_at = number
    result = world.run()
    assert result.status == "SUCCEEDED"
    world.check_end()
    world.check_ledger()
    lost = [event for event in world.events() if "worker was lost" in str(event)]
    assert 1 <= len(lost) <= 3
    assert 24 - len(lost) < len(world.ledger) <= 24 + len(lost)


@pytest.mark.parametrize("number", range(1, 8))
def test_a_branch_that_has_ended_stays_so(number: int) -> None:
    slow = scope(
        {"Nap": {"Type": "Wait", "Seconds": 60, "Next": "Slow"}, "Slow": call(Next="Slower"), "Slower": call()}
    )
    quick = [scope({f"Quick{place}": call()}) for place in range(3)]
    world = World(machine({"P": {"Type": "Parallel", "Branches": [*quick, slow], "End": True}}), idempotent=False)
    world.dies_at = number
    assert world.run().status == "SUCCEEDED"
    world.check_end()
    world.check_ledger()
    if number in (4, 5):
        assert Counter(effect.state for effect in world.ledger)["Quick0"] == 1


def test_a_branch_that_fails_after_the_death_cuts_off_the_others() -> None:
    branches = [scope({"Bad": call(Retry=[])}), scope({"Nap": {"Type": "Wait", "Seconds": 60, "End": True}})]
    catch = [{"ErrorEquals": ["A"], "Next": "Caught"}]
    states = {"P": {"Type": "Parallel", "Branches": branches, "Catch": catch, "End": True}, "Caught": call()}
    calm = World(machine(states))
    expected = calm.run(), calm.lines()
    world = World(machine(states))
    world.dies_at = 1
    assert (world.run(), world.lines()) == expected
    world.check_end()
    assert world.stored is not None
    assert world.stored.stop == world.stored.start, "nobody waited for the branch that was cut off"

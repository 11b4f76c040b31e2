"""A process that dies before or after any call of its store: the next one goes on as if nothing had happened."""

from __future__ import annotations

from functools import cache
from itertools import product
from random import Random
from typing import TYPE_CHECKING, Any

import pytest

from asl import VirtualClock
from asl.kernel.events import VISIT
from asl.stores import open_store
from tests.crash.faults import AFTER, BEFORE, Fault
from tests.crash.scenarios import INPUT, SCENARIOS, call, machine
from tests.crash.world import Run, World

if TYPE_CHECKING:
    from pathlib import Path


def world(scenario: str, *, idempotent: bool, store: Any = None, clock: Any = None) -> World:
    return World(SCENARIOS[scenario], INPUT, idempotent=idempotent, store=store, clock=clock)


@cache
def uninterrupted(scenario: str) -> tuple[Run, list[str], int]:
    """How it goes when nobody dies: result, history, and how many calls of the store the first process makes."""
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
    _, _, calls = uninterrupted(scenario)
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


# -- between an effect and its result --


@pytest.mark.parametrize("idempotent", [True, False], ids=["idempotent", "not idempotent"])
@pytest.mark.parametrize("scenario", [name for name in SCENARIOS if name != "activity"])
def test_killed_between_a_handlers_effect_and_its_result(scenario: str, idempotent: bool) -> None:
    """Nobody knows whether the work was done. Only what is idempotent is called again, and by the same key."""
    calm = world(scenario, idempotent=idempotent)
    calm.run()
    for number in range(1, len(calm.ledger) + 1):
        struck = world(scenario, idempotent=idempotent)
        struck.dies_at = number
        check(struck, scenario, struck.run(), f"killed in call {number}")
        key = struck.ledger[number - 1].key
        again = [effect for effect in struck.ledger[number:] if effect.key == key]
        assert len(again) == idempotent
        lost = [event for event in struck.events() if "worker was lost" in str(event)]
        visit = int(key.split("/")[1])
        assert [event[VISIT] for event in lost].count(visit) == (not idempotent)
        assert {event[-2] for event in lost} <= {"States.TaskFailed"}


def test_what_is_lost_without_a_retry_ends_the_execution() -> None:
    struck = World(machine({"A": {**call(), "Retry": []}}), INPUT, idempotent=False)
    struck.dies_at = 1
    result = struck.run()
    assert (result.status, result.error) == ("FAILED", "States.TaskFailed")
    assert "worker was lost" in str(result.cause)
    assert len(struck.ledger) == 1


def test_what_is_lost_can_be_caught() -> None:
    catch = [{"ErrorEquals": ["States.TaskFailed"], "Next": "B"}]
    definition = machine({"A": {**call(Next="B", Catch=catch), "Retry": []}, "B": {"Type": "Pass", "End": True}})
    struck = World(definition, INPUT, idempotent=False)
    struck.dies_at = 1
    result = struck.run()
    assert (result.status, len(struck.ledger)) == ("SUCCEEDED", 1)
    assert "worker was lost" in str(result.output)


# -- Express --


@pytest.mark.parametrize("when", [BEFORE, AFTER])
def test_an_express_execution_comes_to_its_end_at_least_once(when: str) -> None:
    """Whoever was told that it has started may rely on its end; what nobody was told of may be forgotten."""
    definition = machine({"A": call(Next="B"), "B": call()})
    calm = World(definition, INPUT, express=True, idempotent=False)
    calm.process()
    for at in range(1, calm.calls + 1):
        struck = World(definition, INPUT, express=True, idempotent=False)
        assert struck.process(Fault(at, when))
        told = struck.acknowledged
        struck.process()
        assert struck.stored is None
        states = [effect.state for effect in struck.ledger]
        assert states[-2:] == ["A", "B"], f"killed {when} call {at}"
        assert struck.acknowledged or not told


@pytest.mark.parametrize("call_number", [1, 2])
def test_an_express_execution_that_was_cut_off_starts_again(call_number: int) -> None:
    definition = machine({"A": call(Next="B"), "B": call()})
    struck = World(definition, INPUT, express=True, idempotent=False)
    struck.dies_at = call_number
    struck.process()
    struck.process()
    assert [effect.state for effect in struck.ledger] == [*["A", "B"][:call_number], "A", "B"]
    assert struck.stored is None

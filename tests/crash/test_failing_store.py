"""A store that fails: full disks, I/O errors, commits of which nobody knows. Nothing is lost or done twice."""

from __future__ import annotations

from itertools import product
from random import Random

import pytest

from asl.errors import StoreError
from tests.crash.faults import AFTER, BEFORE, FAIL, Fault
from tests.crash.scenarios import INPUT, SCENARIOS, call, machine
from tests.crash.test_kill import check, uninterrupted, world
from tests.crash.world import World


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

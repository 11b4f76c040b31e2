"""The audit: silent about every execution at every moment, and it finds what was damaged."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings

from asl import VirtualClock
from asl.audit import audit, candidates
from asl.jsontext import decode, encode
from asl.stores.memory import MemoryStore
from tests.drivers.durable.bench import Bench
from tests.machines import task
from tests.strategies import INPUT, handlers, machines, work

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from asl.stores.base import Execution, Held, Refusal, Write

NAP = {"StartAt": "Nap", "States": {"Nap": {"Type": "Wait", "Seconds": 3600, "End": True}}}
FAILS = {
    "StartAt": "Both",
    "States": {
        "Both": {
            "Type": "Parallel",
            "Branches": [
                {"StartAt": "Pay", "States": {"Pay": task(End=True)}},
                {"StartAt": "Rest", "States": {"Rest": {"Type": "Wait", "Seconds": 3600, "End": True}}},
            ],
            "End": True,
        }
    },
}


class Watched(MemoryStore):
    """A store that is audited after each commit."""

    bench: Bench
    found: list[str]

    def commit(self, writes: Sequence[Write]) -> list[Refusal | None]:
        refusals = super().commit(writes)
        self.found += audit(self, self.bench.definitions, candidates(self))
        return refusals


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(machines())
def test_nothing_is_wrong_at_any_moment(definition: dict[str, Any]) -> None:
    clock = VirtualClock()
    store = Watched(clock.now)
    store.bench, store.found = bench, _ = Bench(store, clock), []
    execution = bench.row(definition, INPUT)
    bench.put(execution)
    worker = bench.worker(handlers(work))
    worker.run_until_idle()
    for _ in range(2):
        bench.redrive(execution)
        worker.run_until_idle()
    assert store.found == []

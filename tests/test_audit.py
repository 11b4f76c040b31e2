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


class Damaged:
    """A store that hands out something else than what it was given."""

    def __init__(self, store: MemoryStore, execution: Execution, **damages: Callable[[Any], Any]) -> None:
        self._store = store
        self._id = execution.id
        self._damages = damages
        self.url = store.url

    def held(self, ids: Sequence[int]) -> list[Held]:
        damage = self._damages.get("held", lambda held: held)
        return [damage(held) for held in self._store.held(ids)]

    def events(self, number: int) -> Any:
        return self._damages.get("events", list)(self._store.events(number))

    def notes(self, number: int) -> Any:
        return self._store.notes(number)

    def definition(self, digest: str) -> str | None:
        return self._damages.get("definition", lambda text: text)(self._store.definition(digest))


def in_frame(index: int, value: Any, name: str = "0") -> Callable[[Held], Held]:
    """Change one field in the data of a frame."""

    def damage(held: Held) -> Held:
        rows = []
        for row in held.frames:
            data = decode(row.data)
            if row.frame == name:
                data[index] = value
            rows.append(row._replace(data=encode(data)))
        return held._replace(frames=rows)

    return damage


def in_core(index: int, value: Any) -> Callable[[Held], Held]:
    def damage(held: Held) -> Held:
        core = decode(held.core)
        core[index] = value
        return held._replace(core=encode(core))

    return damage


def in_event(number: int, index: int, value: Any) -> Callable[[Any], Any]:
    def damage(events: list[tuple[int, Any]]) -> list[tuple[int, Any]]:
        return [(at, (*event[:index], value, *event[index + 1 :]) if at == number else event) for at, event in events]

    return damage


STATE, VISIT = 1, 9  # in the data of a frame, see asl.drivers.durable.packing
LAST, STATUS = 0, 5  # in the text of a core

NAPPING = [
    ({"held": in_frame(VISIT, 1)}, "frame 0 is in the state Nap (event 1), which its history doesn't leave open"),
    ({"held": in_frame(VISIT, 1)}, "its history leaves the state Nap open (event 2), in which no frame is"),
    ({"held": in_frame(STATE, "Sleep")}, "its frames can't be read: KeyError: 'Sleep'"),
    ({"held": lambda held: held._replace(core="[")}, "its frames can't be read: NotJSON: "),
    ({"held": lambda held: held._replace(frames=())}, "its history leaves the state Nap open (event 2), in which no "),
    ({"held": in_core(LAST, 3)}, "it counts 3 events, but there are 2"),
    ({"held": in_core(LAST, 1)}, "it counts 1 events, but there are 2"),
    ({"held": in_core(STATUS, "FAILED")}, "it is RUNNING, but its frames say FAILED"),
    ({"events": lambda events: events[1:]}, "event 1 is missing: 2 (WaitStateEntered) comes next"),
    ({"events": in_event(2, 1, 2)}, "event 2 (WaitStateEntered) follows event 2, which isn't before it"),
    ({"events": in_event(2, 3, 1)}, "event 2 (WaitStateEntered) belongs to the state of event 1, which begins none"),
    ({"events": in_event(2, 4, "Rest")}, "frame 0 is in the state Nap, but event 2 enters Rest"),
    ({"events": in_event(2, 0, "ExecutionSucceeded")}, "it is RUNNING, but its last event is ExecutionSucceeded"),
    ({"definition": lambda _: None}, "its definition can't be used: "),
]
FAILED = [
    ({"held": in_frame(VISIT, 1)}, "frame 0 is in the state Both (event 1), which its history doesn't leave open"),
    ({"held": in_frame(VISIT, 5, "0/1.1")}, "frame 0/1.1 is in the state Rest (event 5), which its "),
    ({"events": lambda events: [*events[:-1], (events[-1][0], ("ExecutionAborted", *events[-1][1][1:]))]},
     "it is FAILED, but its last event is ExecutionAborted"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("definition", "damage", "finding"),
    [(NAP, *case) for case in NAPPING] + [(FAILS, *case) for case in FAILED],
)
def test_damage_is_found(definition: Any, damage: dict[str, Any], finding: str) -> None:
    clock = VirtualClock()
    store = MemoryStore(clock.now)
    bench = Bench(store, clock)
    execution = bench.row(definition, INPUT)
    bench.put(execution)
    bench.worker({"f": lambda _: 1 / 0}).run_until_idle(clock.now())
    assert list(audit(store, bench.definitions, [execution.id])) == []
    damaged: Any = Damaged(store, execution, **damage)
    definitions = type(bench.definitions)(damaged)
    found = list(audit(damaged, definitions, [execution.id]))
    assert [one for one in found if one.startswith(f"{execution.arn}: {finding}")], found


def test_what_is_written_meanwhile_is_no_damage() -> None:
    clock = VirtualClock()
    store = MemoryStore(clock.now)
    bench = Bench(store, clock)
    execution = bench.row(NAP)
    bench.put(execution)
    bench.worker().run_until_idle(clock.now())

    def go_on(events: Any) -> Any:
        bench.worker().run_until_idle()
        return store.events(execution.id)

    damaged: Any = Damaged(store, execution, events=go_on)
    assert list(audit(damaged, bench.definitions, [execution.id])) == []
    assert bench.describe(execution).status == "SUCCEEDED"


def test_who_can_go_on() -> None:
    clock = VirtualClock()
    store = MemoryStore(clock.now)
    bench = Bench(store, clock)
    rows = [
        bench.row(definition) for definition in (NAP, FAILS, {"StartAt": "E", "States": {"E": {"Type": "Succeed"}}})
    ]
    for row in rows:
        bench.put(row)
    bench.worker({"f": lambda _: 1 / 0}).run_until_idle(clock.now())
    assert list(candidates(store)) == [rows[0].id, rows[1].id]

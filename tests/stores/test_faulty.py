"""The store that fails as planned does so, and nothing else."""

from __future__ import annotations

import pytest

from asl.errors import StoreError
from asl.stores.base import Store
from asl.stores.memory import MemoryStore
from asl.stores.sqlite import SQLiteStore
from tests.stores.builders import Time, start
from tests.stores.faulty import AFTER, BEFORE, METHODS, Fault, FaultyStore, Killed, random_plan


@pytest.mark.parametrize("kind", [MemoryStore, SQLiteStore])
def test_the_protocol_s_methods_are_all_there(kind: type) -> None:
    assert {"commit", "claim", "check", "now", "close"} < set(METHODS)
    assert all(callable(getattr(kind, name)) for name in METHODS)
    assert "url" in Store.__annotations__


@pytest.mark.parametrize(("when", "written"), [(BEFORE, False), (AFTER, True)])
def test_a_call_fails_before_or_after_the_deed(when: str, written: bool) -> None:
    store = FaultyStore(MemoryStore(Time()), [Fault("commit", 2, when)])
    assert store.commit([start(1)]) == [None]
    assert store.workers() == []
    with pytest.raises(StoreError, match=f"call 2 of commit, {when} commit"):
        store.commit([start(2)])
    assert (store.execution_of(2) is not None) is written
    assert store.commit([start(3)]) == [None]
    assert [fault.call for fault in store.happened] == [2]


def test_calls_of_all_methods_are_counted_together() -> None:
    store = FaultyStore(MemoryStore(), [Fault(None, 3)])
    store.now()
    store.workers()
    with pytest.raises(StoreError):
        store.now()
    assert store.calls == {"now": 2, "workers": 1, None: 3}


def test_who_is_killed_stays_dead() -> None:
    store = FaultyStore(MemoryStore(Time()), [Fault("commit", 1, AFTER, Killed)])
    with pytest.raises(Killed):
        store.commit([start(1)])
    with pytest.raises(Killed):
        store.now()
    assert store.inner.execution_of(1) is not None
    store.close()


def test_others_may_look_on() -> None:
    seen = []
    store = FaultyStore(MemoryStore(), before=lambda method, arguments: seen.append((method, arguments)))
    store.execution("arn")
    assert seen == [("execution", ("arn",))]
    with pytest.raises(AttributeError):
        store.nothing()


def test_plans_are_given_by_their_seed() -> None:
    plans = [random_plan(seed, methods=("commit", None), errors=(StoreError, Killed)) for seed in (1, 1, 2)]
    assert plans[0] == plans[1] != plans[2]
    assert all(1 <= fault.call <= 50 for fault in plans[0])

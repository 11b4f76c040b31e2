"""Workers: leases, who gets which execution, and what becomes of a dead one's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from asl.stores.base import STALE, STOP, Message, Refusal, Worker
from tests.stores.builders import NOW, Time, add, end, frame, holding, next_turn, start

if TYPE_CHECKING:
    from asl.stores.base import Store


def claimed(store: Store, worker: int, limit: int = 9, unable: tuple[str | int, ...] = ()) -> list[int]:
    return [held.execution.id for held in store.claim(worker, limit, unable=unable)]


def test_leases(store: Store, clock: Time) -> None:
    assert store.now() == NOW
    one, two = store.register("host", 11, 100), store.register("höst", 22, 200)
    assert store.workers() == [one, two]
    assert one == Worker(one.id, "host", 11, NOW + 100)
    assert one.id < two.id
    clock.moment = NOW + 1000
    assert store.workers() == [one, two]  # also those whose lease is over
    assert store.beat(one.id, 50)
    assert store.workers() == [one._replace(expires=NOW + 1050), two]
    store.bury(two.id)
    assert not store.beat(two.id, 50)
    assert store.register("host", 33, 1).id > two.id


def test_what_is_due_is_claimed_in_order(store: Store, clock: Time) -> None:
    worker = store.register("host", 1, 100).id
    due = {1: NOW, 2: NOW - 5, 3: None, 4: 0, 5: NOW + 1, 6: NOW}
    add(store, *[start(number, due=moment) for number, moment in due.items()])
    assert store.next_due() == 0
    assert claimed(store, worker, 0) == []
    assert claimed(store, worker, 2) == [4, 2]
    assert claimed(store, worker) == [1, 6]
    assert claimed(store, worker) == []
    assert store.next_due() == NOW + 1
    clock.moment += 1
    assert claimed(store, worker) == [5]
    assert store.next_due() is None


def test_what_a_claim_hands_over(store: Store) -> None:
    worker = store.register("host", 1, 100).id
    add(store, start(1, fence=4, core="core", frames=[frame("a", payload="p"), frame("b")]), start(2), start(3))
    add(store, Message(1, STOP), Message(1, STOP), Message(3, STOP))
    one, two, three = store.claim(worker, 9)
    assert [one, two, three] == store.held([1, 2, 3])
    assert (one.fence, one.version, one.wake, one.owner, one.core) == (5, 1, 2, worker, "core")
    assert sorted(one.frames) == [frame("a", payload="p"), frame("b")]
    assert [len(held.messages) for held in (one, two, three)] == [2, 0, 1]
    assert one.execution.input == '{"n":1}'
    assert store.attention(worker) == [1, 3]  # until a turn has seen them
    add(store, next_turn(one))
    assert store.attention(worker) == [3]


def test_the_one_before_is_fenced_off(store: Store) -> None:
    worker = store.register("host", 1, 100).id
    add(store, start())
    stale = holding(store)
    store.claim(worker, 1)
    assert store.commit([next_turn(stale, owner=worker)]) == [Refusal(STALE)]


def test_what_a_worker_is_unable_to_run(store: Store) -> None:
    worker = store.register("host", 1, 100).id
    definitions = {1: "a", 2: "b", 3: "a", 4: "c", 5: "c"}
    add(store, *[start(number, due=number, of={"definition": name}) for number, name in definitions.items()])
    assert store.next_due(unable=["a"]) == 2
    assert store.next_due(unable=["a", "b", "c"]) is None
    assert claimed(store, worker, unable=("a", "b", "c")) == []
    assert claimed(store, worker, 1, unable=("b", "a")) == [4]
    assert store.next_due(unable=["b", 1, 3]) == 5
    assert claimed(store, worker, unable=("a", 5)) == [2]
    assert claimed(store, worker, unable=("a", 2)) == [5]
    assert claimed(store, worker) == [1, 3]


def test_who_was_buried_gets_nothing(store: Store) -> None:
    worker = store.register("host", 1, 100).id
    store.bury(worker)
    add(store, start())
    assert claimed(store, worker) == []
    assert claimed(store, 99) == []
    assert holding(store).owner is None


def test_a_dead_worker_is_buried(store: Store) -> None:
    dead, alive = store.register("host", 1, 100).id, store.register("host", 2, 100).id
    add(store, *[start(number, owner=dead, due=None, frames=[frame()]) for number in (1, 2, 4)])
    add(store, start(3, owner=alive, due=None), start(5, owner=dead, due=None))
    add(store, next_turn(holding(store, 4), end=end()))
    add(store, next_turn(holding(store, 5), foreign=True, end=end()))
    before = holding(store, 1)
    assert store.next_due() is None
    assert store.bury(dead) == 2
    assert [worker.id for worker in store.workers()] == [alive]
    assert store.commit([next_turn(before)]) == [Refusal(STALE)]
    assert claimed(store, alive) == [1, 2]
    assert holding(store, 5).owner is None
    assert store.attention(dead) == []
    assert store.bury(dead) == 0


def test_what_a_worker_owns(store: Store) -> None:
    one, two = store.register("host", 1, 100).id, store.register("host", 2, 100).id
    add(store, *[start(number, due=0) for number in (1, 2, 3, 4)])
    assert claimed(store, one, 3) == [1, 2, 3]
    assert claimed(store, two) == [4]
    add(store, next_turn(holding(store, 2), end=end()))
    store.release(one, [3])
    assert (store.owned(one), store.owned(two), store.owned(9)) == ([1], [4], [])


def test_giving_up(store: Store) -> None:
    one, two = store.register("host", 1, 100).id, store.register("host", 2, 100).id
    add(store, *[start(number, owner=one, due=None) for number in (1, 2)], start(3, owner=two, due=None))
    before = holding(store, 1)
    store.release(one, [1, 3, 99])
    store.release(one, [])
    assert store.commit([next_turn(before)]) == [Refusal(STALE)]
    assert [held.owner for held in store.held([1, 2, 3])] == [None, one, two]
    assert claimed(store, two) == [1]


def test_a_claim_that_was_given_up_is_claimed_again(store: Store, clock: Time) -> None:
    worker = store.register("host", 1, 100).id
    add(store, start())
    (held,) = store.claim(worker, 1)
    add(store, next_turn(held, due=clock.moment + 100))
    store.release(worker, [1])
    (again,) = store.claim(worker, 1)
    assert again.fence > held.fence


def test_changes_are_noticed(store: Store) -> None:
    worker = store.register("host", 1, 100).id
    seen = store.changes()

    def changed() -> bool:
        nonlocal seen
        before, seen = seen, store.changes()
        return before != seen

    for write in (start(1, owner=None), Message(1, STOP)):
        add(store, write)
        assert changed()
    add(store, next_turn(holding(store), foreign=True))
    assert changed()
    add(store, start(2, owner=worker, due=None))
    add(store, next_turn(holding(store, 2), owner=None, due=0))
    assert changed()
    store.claim(worker, 9)
    store.release(worker, [1])
    assert changed()
    store.bury(worker)
    assert changed()

"""Messages: who may be told what, and how an execution notices."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from asl.stores.base import ANSWER, CLOSED, DELETED, FAILED, HEARTBEAT, MISSING, STARTED, STOP, Message, Refusal
from tests.stores.builders import NOW, add, end, event, frame, holding, next_turn, start, turn

if TYPE_CHECKING:
    from asl.stores.base import Store

KINDS = [ANSWER, HEARTBEAT, STARTED, STOP, DELETED]
FOR_A_FRAME = [ANSWER, HEARTBEAT, STARTED]


@pytest.mark.parametrize("kind", KINDS)
def test_nobody_there(store: Store, kind: str) -> None:
    assert store.commit([Message(1, kind, "f", 1)]) == [Refusal(MISSING)]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("keeps_frames", [False, True])
def test_what_is_over_hears_nothing(store: Store, kind: str, keeps_frames: bool) -> None:
    add(store, start(frames=[frame()], end=end(FAILED, keeps_frames=keeps_frames)))
    assert store.commit([Message(1, kind, "f", 1)]) == [Refusal(CLOSED)]
    assert (holding(store).wake, holding(store).due) == (0, None)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("name", "wait"), [("f", 2), ("g", 1), ("z", 0)])
def test_a_task_hears_only_what_it_waits_for(store: Store, kind: str, name: str, wait: int) -> None:
    add(store, start(frames=[frame("f", 1), frame("z", 0)]))
    refusal = Refusal(CLOSED) if kind in FOR_A_FRAME else None
    assert store.commit([Message(1, kind, name, wait)]) == [refusal]
    assert holding(store).wake == (refusal is None)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("owned", [False, True])
def test_an_execution_is_woken(store: Store, kind: str, owned: bool) -> None:
    worker = store.register("host", 1, 100).id
    add(store, start(frames=[frame()], owner=worker if owned else None, due=None))
    add(store, Message(1, kind, "f", 1, '{"a":1}'))
    held = holding(store)
    assert [message._replace(id=0) for message in held.messages] == [Message(1, kind, "f", 1, '{"a":1}')]
    assert (held.wake, held.due) == (1, None if owned else 0)
    assert store.attention(worker) == ([1] if owned else [])
    assert [each.execution.id for each in store.claim(worker, 9)] == ([] if owned else [1])


def test_the_first_answer_wins(store: Store) -> None:
    add(store, start(frames=[frame("f"), frame("g")]))
    first, second, other = Message(1, ANSWER, "f", 1, "1"), Message(1, ANSWER, "f", 1, "2"), Message(1, ANSWER, "g", 1)
    assert store.commit([first, second, other]) == [None, Refusal(CLOSED), None]
    assert store.commit([second]) == [Refusal(CLOSED)]
    assert [message.data for message in holding(store).messages] == ["1", "null"]
    assert holding(store).wake == 2


def test_signs_of_life_may_come_again(store: Store) -> None:
    add(store, start(frames=[frame()]))
    add(store, Message(1, HEARTBEAT, "f", 1), Message(1, HEARTBEAT, "f", 1), Message(1, ANSWER, "f", 1))
    held = holding(store)
    assert [message.kind for message in held.messages] == [HEARTBEAT, HEARTBEAT, ANSWER]
    ids = [message.id for message in held.messages]
    assert ids == sorted(set(ids))


def test_messages_after_a_turn_of_the_same_commit(store: Store) -> None:
    worker = store.register("host", 1, 100).id
    add(store, start(owner=worker, frames=[frame(wait=1)]))
    moving = next_turn(holding(store), events=[event(2)], frames=[frame(wait=2)])
    late, right = Message(1, ANSWER, "f", 1), Message(1, ANSWER, "f", 2)
    assert store.commit([moving, late, right]) == [None, Refusal(CLOSED), None]
    ending = next_turn(holding(store), end=end(keeps_frames=True))
    assert store.commit([ending, Message(1, STOP)]) == [None, Refusal(CLOSED)]


def test_messages_to_what_the_same_commit_starts(store: Store) -> None:
    add(store, start(frames=[frame()]), Message(1, ANSWER, "f", 1))
    assert holding(store).wake == 1


def test_a_read_answer_makes_room(store: Store) -> None:
    add(store, start(frames=[frame()]), Message(1, ANSWER, "f", 1, "1"))
    held = holding(store)
    add(store, next_turn(held, read=[held.messages[0].id], frames=[frame(wait=2)], foreign=True))
    add(store, Message(1, ANSWER, "f", 2, "2"))
    assert [message.data for message in holding(store).messages] == ["2"]


def test_what_is_let_go_with_everything_seen_sleeps(store: Store) -> None:
    worker = store.register("host", 1, 100).id
    add(store, turn_of(worker), Message(1, STOP))
    add(store, next_turn(holding(store), owner=None, due=None))
    assert store.next_due() is None
    assert store.claim(worker, 9) == []
    add(store, Message(1, STOP))
    assert store.next_due() == 0
    (held,) = store.claim(worker, 9)
    assert len(held.messages) == 2


def turn_of(worker: int) -> object:
    return start()._replace(turn=turn(owner=worker, due=NOW))

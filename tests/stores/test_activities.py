"""Activities: a queue for each, whose tasks are taken once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from asl.stores.base import STARTED, ActivityTask, Message
from tests.stores.builders import add, end, event, frame, holding, next_turn, start

if TYPE_CHECKING:
    from asl.stores.base import Store


def task(execution: int = 1, name: str = "f", wait: int = 1, activity: str = "activity") -> ActivityTask:
    return ActivityTask(activity, execution, name, wait, f"token {execution} {name} {wait}", "{}")


def test_the_oldest_comes_first(store: Store) -> None:
    tasks = {number: task(number, activity="other" if number == 2 else "activity") for number in (3, 1, 2)}
    add(store, *[start(number, frames=[frame()], queued=[each]) for number, each in tasks.items()])
    assert store.take_activity("activity", None) == task(3)
    assert store.take_activity("activity", None) == task(1)
    assert store.take_activity("activity", None) is None
    assert store.take_activity("other", None) == task(2, activity="other")


@pytest.mark.parametrize(("name", "data"), [(None, "null"), ("me", '"me"'), ("ü\ud800", '"ü\ud800"')])
def test_the_execution_is_told(store: Store, name: str | None, data: str) -> None:
    worker = store.register("host", 1, 100).id
    add(store, start(owner=worker, frames=[frame("f", 7)], queued=[task(wait=7)]))
    seen = store.changes()
    assert store.take_activity("activity", name) == task(wait=7)
    assert store.changes() != seen
    (message,) = holding(store).messages
    assert message._replace(id=0) == Message(1, STARTED, "f", 7, data)
    assert store.attention(worker) == [1]


def test_tasks_that_nobody_waits_for_any_more_are_left_out(store: Store) -> None:
    add(
        store,
        start(1, frames=[frame("f", 2)], queued=[task(1, "f", 1), task(1, "gone", 1)]),
        start(2, frames=[frame()], queued=[task(2)]),
    )
    assert store.take_activity("activity", None) == task(2)
    assert store.take_activity("activity", None) is None
    assert not holding(store, 1).messages


def test_tasks_are_taken_back(store: Store) -> None:
    add(store, start(frames=[frame("a"), frame("b")], queued=[task(name="a"), task(name="b")]))
    add(store, next_turn(holding(store), unqueued=[("a", 1), ("b", 2)], foreign=True))
    assert store.take_activity("activity", None) == task(name="b")
    assert store.take_activity("activity", None) is None


def test_tasks_go_with_their_execution(store: Store) -> None:
    add(store, start(1, frames=[frame()], queued=[task(1)]), start(2, frames=[frame()], queued=[task(2)]))
    add(store, next_turn(holding(store, 1), events=[event(2)], foreign=True, end=end(keeps_frames=True)))
    assert store.take_activity("activity", None) == task(2)

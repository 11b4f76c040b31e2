"""Starts: names and ids are given once; Express executions come and go."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from asl.stores.base import (
    ANSWER,
    CHANGED,
    CLOSED,
    DELETED,
    FAILED,
    HEARTBEAT,
    ID_TAKEN,
    MISSING,
    NAME_TAKEN,
    STALE,
    STOP,
    ExpressEnd,
    LogLine,
    Message,
    Needs,
    Refusal,
    Reopening,
)
from tests.stores.builders import NOW, add, end, event, execution, findings, frame, holding, next_turn, start

if TYPE_CHECKING:
    from asl.stores.base import Store

NAMED = {"name": "name"}
EXPRESS = {"express": True, "name": "name"}


def test_an_id_is_taken_once(store: Store) -> None:
    again = start(1, of={"name": "another"})
    assert store.commit([start(1), again]) == [None, Refusal(ID_TAKEN)]
    assert store.commit([again, start(1)]) == [Refusal(ID_TAKEN)] * 2
    assert store.execution("arn:m:another") is None


def test_the_name_of_a_running_execution_is_taken(store: Store) -> None:
    second = start(2, of=NAMED, reusable=NOW + 10**9)
    assert store.commit([start(1, of=NAMED), second]) == [None, Refusal(NAME_TAKEN, execution(1, name="name"))]
    assert store.commit([second]) == [Refusal(NAME_TAKEN, execution(1, name="name"))]
    assert store.execution_of(2) is None
    assert store.held([2]) == []


@pytest.mark.parametrize(("reusable", "taken"), [(NOW - 1, True), (NOW, True), (NOW + 1, False)])
def test_a_name_is_free_again_some_time_after_the_end(store: Store, reusable: int, taken: bool) -> None:
    add(store, start(1, of=NAMED, frames=[frame(payload="p")], notes=[(0, "note")]))
    add(store, next_turn(holding(store), foreign=True, end=end(keeps_frames=True)))
    (refusal,) = store.commit([start(2, of=NAMED, reusable=reusable)])
    found = store.execution("arn:m:name")
    assert found is not None
    if taken:
        assert refusal == Refusal(NAME_TAKEN, store.execution_of(1))
        assert found.id == 1
    else:
        assert refusal is None
        assert found.id == 2
        assert store.execution_of(1) is None
        assert (store.held([1]), store.events(1), store.notes(1)) == ([], [], [])
        assert len(findings(store)) == 1  # the definition alone


def test_an_end_in_the_same_commit_counts(store: Store) -> None:
    add(store, start(1, of=NAMED))
    ending = next_turn(holding(store), foreign=True, events=[event(2)], end=end())
    assert store.commit([ending, start(2, of=NAMED, reusable=NOW + 1)]) == [None, None]
    assert (store.execution_of(1), store.events(1)) == (None, [])


def test_names_are_those_of_a_machine(store: Store) -> None:
    add(store, start(1, of=NAMED), start(2, of={**NAMED, "machine": "other"}))


def test_express_executions_may_share_a_name(store: Store) -> None:
    add(store, start(1, of=NAMED), start(2, of=EXPRESS, events=()), start(3, of=EXPRESS, events=()))
    newest = store.execution("arn:m:name")
    assert newest is not None
    assert newest.id == 3


def test_an_express_execution_leaves_its_log(store: Store) -> None:
    worker = store.register("host", 1, 100).id
    add(store, start(1, of=EXPRESS, events=(), owner=worker), Message(1, STOP))
    lines = [LogLine("m", "arn", NOW, '{"id":1}'), LogLine("m", "arn", NOW + 1, '{"id":"\ud800"}')]
    assert store.commit([ExpressEnd(1, 9, lines), ExpressEnd(2, 0, lines)]) == [Refusal(STALE)] * 2
    assert store.log("m") == []
    add(store, ExpressEnd(1, 0, lines))
    assert [line for _, line in store.log("m")] == lines
    assert (store.execution_of(1), store.held([1]), list(store.open_executions())) == (None, [], [])
    assert store.attention(worker) == []
    assert findings(store) == []
    assert store.commit([ExpressEnd(1, 0, lines)]) == [Refusal(STALE)]


def test_a_line_of_the_log_may_come_by_itself(store: Store) -> None:
    lines = [LogLine("m", "arn", NOW, "1"), LogLine("other", "arn", NOW, "2"), LogLine("m", "arn", NOW, "3")]
    assert store.commit(lines) == [None] * 3
    assert [line.event for _, line in store.log("m")] == ["1", "3"]


def test_a_standard_execution_does_not_end_as_express(store: Store) -> None:
    add(store, start(1))
    assert store.commit([ExpressEnd(1, 0)]) == [Refusal(STALE)]


def test_an_express_execution_of_one_commit(store: Store) -> None:
    add(store, start(1, of=EXPRESS, events=()), ExpressEnd(1, 0, [LogLine("m", "arn", NOW, "{}")]), start(1))
    assert store.execution_of(1) == execution(1)
    assert len(store.log("m")) == 1


def test_a_start_of_somebody_who_was_buried_belongs_to_nobody(store: Store) -> None:
    worker = store.register("host", 1, 100).id
    store.bury(worker)
    add(store, start(1, owner=worker, fence=4, due=None))
    held = holding(store)
    assert (held.owner, held.due) == (None, 0)
    assert held.fence > 4
    add(store, next_turn(held, owner=worker, due=None, foreign=True))
    assert (holding(store).owner, holding(store).due) == (None, 0)


@pytest.mark.parametrize("kinds", [({}, EXPRESS), (EXPRESS, {}), (EXPRESS, EXPRESS)], ids=["new", "old", "both"])
@pytest.mark.parametrize("others", [[], [9]], ids=["the last", "not the last"])
def test_an_id_is_one_of_both_kinds(store: Store, kinds: tuple[dict[str, Any], ...], others: list[int]) -> None:
    add(store, *[start(number, events=()) for number in others])
    one, two = (start(5, of=kind, events=()) for kind in kinds)
    assert store.commit([one, two]) == [None, Refusal(ID_TAKEN)]
    assert store.commit([two, one]) == [Refusal(ID_TAKEN)] * 2
    held = holding(store, 5)
    assert held.execution == one.execution == store.execution_of(5)
    add(store, start(3, of=EXPRESS), ExpressEnd(3, 0), start(3))


def test_what_an_express_execution_is_told(store: Store) -> None:
    worker = store.register("host", 1, 100).id
    add(store, start(1, of=EXPRESS, owner=worker, due=None, core="core"), start(2, of=EXPRESS, due=None))
    assert store.commit([Message(1, ANSWER, "0", 1), Message(1, HEARTBEAT, "0", 0)]) == [Refusal(CLOSED)] * 2
    add(store, Message(1, STOP), Message(1, DELETED), Message(2, STOP))
    one, two = store.held([1, 2])
    assert (one.fence, one.version, one.wake, one.owner, one.due, one.core) == (0, 1, 2, worker, None, "core")
    assert [message.kind for message in one.messages] == [STOP, DELETED]
    assert (two.owner, two.due, list(two.frames)) == (None, 0, [])
    assert store.attention(worker) == [1]
    add(store, ExpressEnd(1, 0))
    assert store.attention(worker) == []
    assert len(findings(store)) == 1  # the definition alone
    assert store.commit([Message(1, STOP)]) == [Refusal(MISSING)]


def test_express_executions_go_from_hand_to_hand(store: Store) -> None:
    one, two = store.register("host", 1, 100).id, store.register("host", 2, 100).id
    add(store, start(1, due=7), start(2, of=EXPRESS, due=7), start(3, of=EXPRESS, due=6), start(4, due=5))
    add(store, start(5, of={**EXPRESS, "definition": "other"}, due=1), start(6, of=EXPRESS, due=NOW + 1))
    assert store.next_due() == 1
    assert store.next_due(unable=["other"]) == 5
    claimed = store.claim(one, 3, unable=["other"])
    assert [(held.execution.id, held.execution.express, held.fence) for held in claimed] == [
        (4, False, 1),
        (3, True, 1),
        (1, False, 1),
    ]
    assert [held.execution.id for held in store.claim(two, 9)] == [5, 2]
    assert (store.owned(one), store.owned(two)) == ([1, 3, 4], [2, 5])
    store.release(one, [2, 3])
    assert store.commit([ExpressEnd(3, 1)]) == [Refusal(STALE)]
    assert store.bury(two) == 2
    assert (store.owned(one), store.next_due()) == ([1, 4], 0)
    again = {held.execution.id: held.fence for held in store.claim(one, 9)}
    assert again == {2: 3, 3: 3, 5: 3}
    add(store, *[ExpressEnd(number, fence) for number, fence in again.items()])
    assert (list(store.open_executions()), store.next_due()) == ([1, 4, 6], NOW + 1)


def test_express_executions_are_children_too(store: Store) -> None:
    add(store, start(1), *[start(number, of={**EXPRESS, "parent": token}) for number, token in ((2, "t"), (3, "u"))])
    add(store, start(4, of={"parent": "t"}), next_turn(holding(store), foreign=True, stops=["t"]))
    told = [held.execution.id for held in store.held([1, 2, 3, 4]) if held.messages]
    assert told == [2, 4]


@pytest.mark.parametrize("express", [False, True])
def test_a_start_that_was_decided_by_a_document(express: bool, store: Store) -> None:
    made = store.put_document("machine", "m", {"n": 1}, None)
    assert made is not None
    needs = Needs("machine", "m", made.revision)

    def begin(number: int, needs: Needs) -> Refusal | None:
        (answer,) = store.commit([start(number, of={"express": express})._replace(needs=needs)])
        return answer

    assert begin(1, needs) is None
    assert begin(2, needs._replace(name="other")) == Refusal(CHANGED)
    assert begin(1, needs._replace(revision=needs.revision + 1)) == Refusal(CHANGED), "before its id is looked at"
    changed = store.put_document("machine", "m", {"n": 2}, made.revision)
    assert changed is not None
    assert begin(2, needs) == Refusal(CHANGED)
    assert begin(2, needs._replace(revision=changed.revision)) is None
    store.delete_document("machine", "m", changed.revision)
    anew = store.put_document("machine", "m", {"n": 1}, None)
    assert anew is not None
    assert begin(3, needs) == begin(3, needs._replace(revision=changed.revision)) == Refusal(CHANGED)
    of_both = [start(4)._replace(needs=needs), start(5)._replace(needs=needs._replace(revision=anew.revision))]
    assert store.commit(of_both) == [Refusal(CHANGED), None]
    assert list(store.open_executions()) == [1, 2, 5]


def test_a_redrive_that_was_decided_by_a_document(store: Store) -> None:
    made = store.put_document("machine", "m", {"n": 1}, None)
    assert made is not None
    add(store, start(1, end=end(FAILED, keeps_frames=True)))
    needs = Needs("machine", "m", made.revision)
    redrive = next_turn(holding(store), foreign=True, events=[event(2)], reopening=Reopening(1, NOW, None))
    assert store.commit([redrive._replace(needs=needs._replace(revision=0))]) == [Refusal(CHANGED)]
    assert store.commit([redrive._replace(needs=needs)]) == [None]
    assert store.commit([redrive._replace(needs=needs)]) == [Refusal(STALE)]

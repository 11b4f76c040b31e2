"""Turns: who may write one, and what it changes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from asl.stores.base import (
    ABORTED,
    ANSWER,
    CLOSED,
    FAILED,
    RUNNING,
    STALE,
    STOP,
    SUCCEEDED,
    ActivityTask,
    End,
    Message,
    Refusal,
    Reopening,
)
from tests.stores.builders import NOW, add, end, event, execution, findings, frame, holding, next_turn, start, turn

if TYPE_CHECKING:
    from asl.stores.base import Store


def test_what_a_start_leaves(store: Store) -> None:
    add(store, start(7, fence=3, core="the core", events=[event(1), event(2)], frames=[frame(payload="large")]))
    held = holding(store, 7)
    assert held.execution == store.execution_of(7) == store.execution("arn:m:7") == execution(7)
    assert (held.fence, held.version, held.wake, held.owner, held.due) == (3, 1, 0, None, 0)
    assert (held.core, list(held.frames), list(held.messages)) == ("the core", [frame(payload="large")], [])
    assert store.events(7) == [(1, event(1)), (2, event(2))]


def test_a_turn_moves_an_execution_on(store: Store) -> None:
    worker = store.register("host", 1, 100).id
    add(store, start(owner=worker, frames=[frame("a"), frame("b", payload="large"), frame("c", payload="gone")]))
    changed = [frame("a", 2, "new"), frame("b", 3), frame("d", 0)]
    add(
        store,
        next_turn(holding(store), core="c2", due=5, events=[event(2), event(3)], frames=changed, gone=["c", "none"]),
    )
    held = holding(store)
    assert (held.fence, held.version, held.owner, held.due, held.core) == (0, 2, worker, 5, "c2")
    assert sorted(held.frames) == [frame("a", 2, "new"), frame("b", 3, payload="large"), frame("d", 0)]
    assert [number for number, _ in store.events(1)] == [1, 2, 3]


@pytest.mark.parametrize("payload", [None, "new"])
def test_a_frame_that_comes_again_has_lost_its_payload(store: Store, payload: str | None) -> None:
    add(store, start(frames=[frame(payload="old")]))
    add(store, next_turn(holding(store), gone=["f"], foreign=True))
    add(store, next_turn(holding(store), frames=[frame(payload=payload)], foreign=True))
    assert list(holding(store).frames) == [frame(payload=payload)]


def test_a_payload_is_replaced(store: Store) -> None:
    add(store, start(frames=[frame(payload="old")]))
    add(store, next_turn(holding(store), frames=[frame(payload="new")], foreign=True))
    assert list(holding(store).frames) == [frame(payload="new")]


@pytest.mark.parametrize(
    "wrong",
    [{"fence": 4}, {"fence": 6}, {"version": 0}, {"version": 2}, {"seen": 0}, {"seen": 2}, {"execution": 2}],
    ids=str,
)
@pytest.mark.parametrize("foreign", [False, True])
@pytest.mark.parametrize("ending", [None, end()])
def test_guards(store: Store, wrong: dict[str, Any], foreign: bool, ending: End | None) -> None:
    worker = store.register("host", 1, 100).id
    add(store, start(owner=worker, fence=5, frames=[frame()]), Message(1, STOP))
    before = holding(store)
    assert (before.fence, before.version, before.wake) == (5, 1, 1)
    right = next_turn(
        before,
        core="new",
        events=[event(2)],
        frames=[frame("g")],
        gone=["f"],
        read=[before.messages[0].id],
        queued=[ActivityTask("activity", 1, "f", 1, "token", "{}")],
        foreign=foreign,
        end=ending,
    )
    assert store.commit([right._replace(**wrong)]) == [Refusal(STALE)]
    assert holding(store) == before
    assert len(store.events(1)) == 1
    assert store.take_activity("activity", None) is None
    add(store, right)


def test_a_turn_is_not_written_twice(store: Store) -> None:
    worker = store.register("host", 1, 100).id
    add(store, start(owner=worker))
    again = next_turn(holding(store), events=[event(2)])
    assert store.commit([again, again]) == [None, Refusal(STALE)]
    assert store.commit([again]) == [Refusal(STALE)]
    assert len(store.events(1)) == 2


def test_turns_of_one_execution_in_one_commit(store: Store) -> None:
    worker = store.register("host", 1, 100).id
    first = turn(owner=worker, frames=[frame("a", payload="one"), frame("b")])
    second = first._replace(version=1, first=2, events=[event(2)], frames=[frame("c")], gone=["a", "b"])
    third = second._replace(version=2, first=3, events=[event(3)], frames=[frame("a", 9)], gone=["c"])
    add(store, start()._replace(turn=first), second, third)
    assert list(holding(store).frames) == [frame("a", 9)]
    assert len(store.events(1)) == 3
    assert findings(store) == ["execution 1 runs definition digest, which does not exist"]


def test_a_refused_write_does_not_touch_the_others(store: Store) -> None:
    worker = store.register("host", 1, 100).id
    add(store, *[start(number, owner=worker) for number in (1, 2, 3)])
    turns = [next_turn(held, core="new", events=[event(2)], frames=[frame()]) for held in store.held([1, 2, 3])]
    turns[1] = turns[1]._replace(version=9)
    assert store.commit(turns) == [None, Refusal(STALE), None]
    assert [held.core for held in store.held([1, 2, 3])] == ["new", "{}", "new"]
    assert [len(store.events(number)) for number in (1, 2, 3)] == [2, 1, 2]


def test_nothing_to_commit(store: Store) -> None:
    assert store.commit([]) == []


def test_a_message_that_was_not_seen_holds_the_turn_up(store: Store) -> None:
    worker = store.register("host", 1, 100).id
    add(store, start(owner=worker, frames=[frame()]))
    late = next_turn(holding(store), owner=None, due=None)
    add(store, Message(1, ANSWER, "f", 1, '"yes"'))
    assert store.commit([late]) == [Refusal(STALE)]
    held = holding(store)
    add(store, next_turn(held, frames=[frame(wait=2)], read=[held.messages[0].id], owner=None, due=None))
    assert not holding(store).messages


def test_only_messages_of_its_own_are_read(store: Store) -> None:
    add(store, start(1), start(2), Message(1, STOP), Message(2, STOP))
    (other,) = holding(store, 2).messages
    add(store, next_turn(holding(store, 1), read=[other.id], foreign=True))
    assert len(holding(store, 1).messages) == len(holding(store, 2).messages) == 1


def test_who_lets_go_is_no_owner_any_more(store: Store) -> None:
    worker = store.register("host", 1, 100).id
    add(store, start(owner=worker))
    held = holding(store)
    add(store, next_turn(held, owner=None, due=NOW + 5))
    after = holding(store)
    assert (after.owner, after.due) == (None, NOW + 5)
    assert after.fence > held.fence
    assert store.commit([next_turn(held, version=2)]) == [Refusal(STALE)]


def test_a_foreign_turn_is_noticed_by_the_owner(store: Store) -> None:
    worker = store.register("host", 1, 100).id
    add(store, start(owner=worker))
    held = holding(store)
    add(store, next_turn(held, core="by others", foreign=True))
    after = holding(store)
    assert (after.fence, after.wake, after.version, after.owner) == (1, 1, 2, worker)
    assert store.attention(worker) == [1]
    assert store.commit([next_turn(held)]) == [Refusal(STALE)]
    add(store, next_turn(after))
    assert store.attention(worker) == []


def test_an_execution_that_others_end_is_noticed_and_released(store: Store) -> None:
    worker = store.register("host", 1, 100).id
    add(store, start(owner=worker))
    add(store, next_turn(holding(store), foreign=True, end=end(ABORTED)))
    assert store.attention(worker) == [1]
    store.release(worker, [1])
    assert store.attention(worker) == []
    held = holding(store)
    assert (held.owner, held.due, store.next_due()) == (None, None, None)


def test_an_end(store: Store) -> None:
    worker = store.register("host", 1, 100).id
    add(store, start(1, owner=worker, frames=[frame(payload="large")]), start(2, frames=[frame()]))
    task = ActivityTask("activity", 1, "f", 1, "token", "{}")
    add(store, next_turn(holding(store), queued=[task, task._replace(execution=2)]), Message(1, STOP), Message(2, STOP))
    assert holding(store).wake == 1
    ending = End(FAILED, NOW + 9, None, "Error", "cause", keeps_frames=False)
    # What the turn says about frames and activities doesn't matter any more.
    more = {"frames": [frame("g", payload="large")], "queued": [task], "due": 0}
    add(store, next_turn(holding(store), events=[event(2)], end=ending, **more))
    held = holding(store)
    assert (held.owner, held.due, list(held.frames), list(held.messages)) == (None, None, [], [])
    assert held.execution == execution(status=FAILED, stop=NOW + 9, error="Error", cause="cause")
    assert len(store.events(1)) == 2
    assert list(store.open_executions()) == [2]
    taken = store.take_activity("activity", None)
    assert taken is not None
    assert taken.execution == 2
    assert store.take_activity("activity", None) is None
    assert len(holding(store, 2).messages) == 2


def test_an_end_in_the_first_turn(store: Store) -> None:
    worker = store.register("host", 1, 100).id
    add(store, start(owner=worker, frames=[frame(payload="p")], end=end(output="[1]")))
    held = holding(store)
    assert held.execution == execution(status=SUCCEEDED, stop=NOW, output="[1]")
    assert (held.owner, held.due, list(held.frames)) == (None, None, [])
    assert store.claim(worker, 9) == []


def test_the_last_frames_stay_for_a_redrive(store: Store) -> None:
    add(store, start(frames=[frame("a", payload="large"), frame("b")]))
    kept = end(FAILED, keeps_frames=True, error="E", cause="c")
    add(store, next_turn(holding(store), frames=[frame("c")], gone=["b"], foreign=True, end=kept))
    held = holding(store)
    assert sorted(held.frames) == [frame("a", payload="large"), frame("c")]
    assert (held.execution.status, held.due) == (FAILED, None)

    reopening = Reopening(1, NOW + 7, '["note"]')
    add(store, next_turn(held, events=[event(2)], foreign=True, due=0, reopening=reopening))
    held = holding(store)
    assert held.execution == execution(redrive_count=1, redrive_date=NOW + 7, redrives='["note"]')
    assert sorted(held.frames) == [frame("a", payload="large"), frame("c")]
    assert (held.due, held.version, list(store.open_executions())) == (0, 3, [1])


def test_a_redrive_that_ends_at_once(store: Store) -> None:
    add(store, start(end=end(FAILED, keeps_frames=True)))
    reopening = Reopening(1, NOW + 7, None)
    add(store, next_turn(holding(store), foreign=True, reopening=reopening, end=end(stop=NOW + 8)))
    held = holding(store)
    assert held.execution == execution(status=SUCCEEDED, stop=NOW + 8, redrive_count=1, redrive_date=NOW + 7)
    assert held.due is None


def test_what_is_over_takes_no_turn_but_a_redrive(store: Store) -> None:
    add(store, start(end=end(FAILED, keeps_frames=True)))
    held = holding(store)
    reopening = Reopening(1, NOW, None)
    for more in ({}, {"foreign": True}, {"end": end()}, {"end": end(), "foreign": True}):
        assert store.commit([next_turn(held, **more)]) == [Refusal(STALE)]
    add(store, next_turn(held, reopening=reopening, foreign=True))
    assert store.commit([next_turn(holding(store), reopening=reopening, foreign=True)]) == [Refusal(STALE)]
    assert holding(store).execution.status == RUNNING


def test_messages_to_others_go_with_the_turn(store: Store) -> None:
    add(store, start(1), start(2, frames=[frame()]), start(3, end=end()))
    messages = [Message(2, ANSWER, "f", 1), Message(2, ANSWER, "f", 1), Message(3, STOP), Message(4, STOP)]
    add(store, next_turn(holding(store, 1), foreign=True, messages=messages))
    assert [message.kind for message in holding(store, 2).messages] == [ANSWER]
    assert not holding(store, 3).messages
    assert store.commit([next_turn(holding(store, 1), version=9, messages=[Message(2, STOP)])]) == [Refusal(STALE)]
    assert holding(store, 2).wake == 1


def test_children_are_stopped(store: Store) -> None:
    parents = {1: None, 2: "one", 3: "two", 4: "two", 5: "three"}
    add(store, *[start(number, of={"parent": parent}) for number, parent in parents.items()])
    add(store, next_turn(holding(store, 4), foreign=True, end=end()))
    add(store, next_turn(holding(store, 1), foreign=True, stops=["one", "two", "none"]))
    told = [held.execution.id for held in store.held(parents) if [each.kind for each in held.messages] == [STOP]]
    assert told == [2, 3]


def test_children_that_the_same_commit_redrives_are_stopped(store: Store) -> None:
    add(store, start(1), start(2, of={"parent": "token"}, end=end(FAILED, keeps_frames=True)))
    redrive = next_turn(holding(store, 2), foreign=True, due=0, reopening=Reopening(1, NOW, None))
    add(store, redrive, next_turn(holding(store, 1), foreign=True, stops=["token"]))
    assert [message.kind for message in holding(store, 2).messages] == [STOP]


def test_children_of_the_same_commit_are_stopped(store: Store) -> None:
    child = start(2, of={"parent": "token"})
    add(store, start(1), child, turn(1, version=1, first=2, events=(), foreign=True, stops=["token"]))
    assert len(holding(store, 2).messages) == 1


#: What JSON's strings may hold, and files must give back.
@pytest.mark.parametrize("text", ['"é"', '"\U0001f600"', '"\ud800"', '"\udc00\ud800"', "\0", "", "x" * 100_000])
def test_all_texts_come_back(store: Store, text: str) -> None:
    one = ("Type", 0, 0, 0, text, {"k": text}, None, True, 1.5)
    add(
        store,
        start(
            1,
            of={"input": text},
            core=text,
            events=[one],
            notes=[(0, text)],
            frames=[frame("f" + text, data=text, payload=text)],
            queued=[ActivityTask("a", 1, "f" + text, 1, text, text)],
        ),
        start(2, end=end(output=text, error=text, cause=text)),
        Message(1, STOP, data=text),
    )
    held = holding(store)
    assert held.core == held.execution.input == held.messages[0].data == text
    assert list(held.frames) == [frame("f" + text, data=text, payload=text)]
    assert store.events(1) == [(1, one)]
    assert store.notes(1) == [(0, text)]
    over = store.execution_of(2)
    assert over is not None
    assert (over.output, over.error, over.cause) == (text, text, text)
    assert store.executions("m")[0].error == text
    taken = store.take_activity("a", text)
    assert taken is not None
    assert (taken.token, taken.input) == (text, text)
    assert store.put_document("kind", "n" + text, [text], None) is not None
    document = store.document("kind", "n" + text)
    assert document is not None
    assert document.body == [text]
    assert [document.body for document in store.documents("kind")] == [[text]]
    store.put_definition("digest", text)
    assert store.definition("digest") == text


ROOT = frame("0", 3, "root", payload="large")


def test_a_turn_may_leave_the_root_frame_alone(store: Store) -> None:
    worker = store.register("host", 1, 100).id
    add(store, start(owner=worker, frames=[ROOT, frame("0/0.0")]))
    add(store, next_turn(holding(store), core="c2", frames=[frame("0/0.0", 2)]))
    assert sorted(holding(store).frames) == [ROOT, frame("0/0.0", 2)]
    add(store, next_turn(holding(store), frames=[frame("0", 4, "new")]))
    assert sorted(holding(store).frames) == [frame("0", 4, "new", payload="large"), frame("0/0.0", 2)]
    assert store.commit([Message(1, ANSWER, "0", 3)]) == [Refusal(CLOSED)]
    add(store, Message(1, ANSWER, "0", 4))
    assert len(findings(store)) == 1  # the definition alone


@pytest.mark.parametrize("foreign", [False, True])
def test_the_root_frame_may_go(store: Store, foreign: bool) -> None:
    worker = store.register("host", 1, 100).id
    add(store, start(owner=worker, frames=[ROOT, frame("0/0.0")]))
    add(store, next_turn(holding(store), gone=["0"], foreign=foreign))
    assert list(holding(store).frames) == [frame("0/0.0")]
    assert store.commit([Message(1, ANSWER, "0", 3)]) == [Refusal(CLOSED)]
    add(store, next_turn(holding(store), frames=[frame("0", 1)]))
    add(store, next_turn(holding(store), gone=["0"], frames=[frame("0", 2)]))
    assert sorted(holding(store).frames) == [frame("0", 2), frame("0/0.0")]
    assert len(findings(store)) == 1  # the definition alone


@pytest.mark.parametrize("keeps_frames", [False, True])
def test_the_root_frame_stays_for_a_redrive(store: Store, keeps_frames: bool) -> None:
    worker = store.register("host", 1, 100).id
    add(store, start(owner=worker, frames=[ROOT]))
    add(store, next_turn(holding(store), end=end(FAILED, keeps_frames=keeps_frames)))
    assert list(holding(store).frames) == ([ROOT] if keeps_frames else [])
    assert store.commit([Message(1, ANSWER, "0", 3)]) == [Refusal(CLOSED)]
    redrive = next_turn(holding(store), foreign=True, due=0, reopening=Reopening(1, NOW, None))
    add(store, redrive._replace(frames=[] if keeps_frames else [ROOT]))
    assert list(holding(store).frames) == [ROOT]
    add(store, Message(1, ANSWER, "0", 3))

"""Answers, heartbeats and activities that come twice, early, late or in another order, also across a restart."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest

from asl.jsontext import encode
from asl.kernel import tokens
from asl.kernel.events import TYPE
from asl.stores.base import ANSWER, CLOSED, HEARTBEAT, Message, Refusal
from tests.crash.faults import BEFORE, PAUSE, Fault, faulty
from tests.crash.scenarios import INPUT, JOB, ask, call, each, machine
from tests.crash.world import World
from tests.machines import ACTIVITY, scope

CLOSED_NOW = Refusal(CLOSED)


def message(token: str, kind: str, data: Any = None) -> Message:
    place = tokens.read(token)
    assert place is not None
    return Message(int(place.address), kind, place.frame, place.wait, encode(data))


def success(value: Any) -> dict[str, str]:
    return {"output": encode(value)}


def waiting(definition: Any, **options: Any) -> World:
    """An execution that has handed its tokens on and waits; its process is gone."""
    world = World(definition, INPUT, **options)
    world.process(until=world.clock.now())
    return world


@pytest.mark.parametrize("restart", [False, True])
def test_the_first_answer_wins_also_across_a_restart(restart: bool) -> None:
    world = waiting(machine({"A": ask(Next="B"), "B": call()}))
    (token,) = world.pending
    assert world.store.commit([message(token, ANSWER, success(1))]) == [None]
    assert world.store.commit([message(token, ANSWER, success(2))]) == [CLOSED_NOW]
    if restart:
        world.process()
    assert world.store.commit([message(token, ANSWER, success(3)), message(token, HEARTBEAT)])[0] == CLOSED_NOW
    world.run()
    world.check_end()
    assert [event[TYPE] for event in world.events()].count("TaskSucceeded") == 1
    assert world.store.commit([message(token, ANSWER, success(4))]) == [CLOSED_NOW]
    exited = next(event for event in world.events() if event[TYPE] == "TaskStateExited")
    assert exited[5] == "1"


def test_an_answer_that_came_while_nobody_was_there_counts_before_the_time_out() -> None:
    world = waiting(machine({"A": ask(TimeoutSeconds=60, Retry=[])}))
    (token,) = world.pending
    world.clock.sleep_until(world.clock.now() + 59_000)
    assert world.store.commit([message(token, ANSWER, success("in time"))]) == [None]
    world.clock.sleep_until(world.clock.now() + 3_600_000)
    assert world.run().output == '"in time"'


def test_an_answer_after_the_time_out_is_refused() -> None:
    world = waiting(machine({"A": ask(TimeoutSeconds=60, Retry=[])}))
    (token,) = world.pending
    world.process()
    assert world.store.commit([message(token, ANSWER, success("late"))]) == [CLOSED_NOW]
    assert world.result().error == "States.Timeout"
    world.check_end()


def test_the_answer_to_an_attempt_that_is_over_is_not_taken_for_the_next_one() -> None:
    retry = [{"ErrorEquals": ["States.Timeout"], "IntervalSeconds": 1, "MaxAttempts": 1}]
    world = waiting(machine({"A": ask(TimeoutSeconds=60, Retry=retry)}))
    world.process(until=world.clock.now() + 61_000)
    first, second = world.pending
    assert first != second
    assert world.store.commit([message(first, ANSWER, success(1)), message(first, HEARTBEAT)]) == [CLOSED_NOW] * 2
    assert world.store.commit([message(second, ANSWER, success(2))]) == [None]
    assert world.run().output == "2"


def test_an_answer_that_comes_before_the_handler_has_returned() -> None:
    """Then the process dies: the task is answered, so it isn't in doubt."""

    def quick(event: Any, context: Any) -> Any:
        context.send_task_success(event["token"], "quick")
        return {"sent": True}

    world = World(machine({"A": ask(Next="B"), "B": {"Type": "Pass", "End": True}}), work=quick, idempotent=False)
    world.process()
    assert world.result().output == '"quick"'
    assert [event[TYPE] for event in world.events()].count("TaskSubmitted") == 1

    struck = World(machine({"A": ask(Next="B"), "B": {"Type": "Pass", "End": True}}), idempotent=False)
    struck.dies_at = 1
    struck.process()
    (token,) = struck.pending
    assert struck.respond(token, "quick") is None
    struck.process()
    struck.check_end()
    assert struck.result().output == '"quick"'
    assert len(struck.ledger) == 1


@pytest.mark.parametrize("seed", range(20))
def test_answers_in_any_order_twice_and_with_deaths_between(seed: int) -> None:
    dice = Random(seed)
    branches = [scope({f"A{number}": ask(ResultPath="$.got", HeartbeatSeconds=3600)}) for number in range(4)]
    world = waiting(machine({"P": {"Type": "Parallel", "Branches": branches, "End": True}}))
    messages = [message(token, ANSWER, success(token[:5])) for token in world.pending] * 2
    messages += [message(token, HEARTBEAT) for token in world.pending] * 2
    expected = [{**INPUT, "got": token[:5]} for token in world.pending]
    dice.shuffle(messages)
    taken: list[tuple[str, int]] = []
    for each_one in messages:
        refusal = world.store.commit([each_one])[0]
        if each_one.kind == ANSWER:
            assert (refusal is None) == ((each_one.frame, each_one.wait) not in taken)
            taken.append((each_one.frame, each_one.wait))
        if dice.random() < 0.5:
            world.process(until=world.clock.now())
    result = world.run()
    assert result.output == encode(expected), f"seed {seed}"
    world.check_end()
    assert [event[TYPE] for event in world.events()].count("TaskSucceeded") == 4


def test_heartbeats_keep_a_task_alive_across_restarts() -> None:
    world = waiting(machine({"A": ask(HeartbeatSeconds=60, Retry=[])}))
    (token,) = world.pending
    begin = world.clock.now()
    for _ in range(5):
        world.clock.sleep_until(world.clock.now() + 50_000)
        assert world.store.commit([message(token, HEARTBEAT)] * 2) == [None, None]
        world.process(until=world.clock.now())
    assert not world.over
    world.process()
    assert world.result().error == "States.Timeout"
    assert world.stored is not None
    assert world.stored.stop == begin + 250_000 + 60_000


def test_an_activity_is_taken_once_and_starts_once() -> None:
    state = {"Type": "Task", "Resource": ACTIVITY, "TimeoutSeconds": 60, "End": True}
    world = waiting(machine({"M": each(state, End=True)}))
    taken = []
    while (task := world.store.take_activity(ACTIVITY, "ann")) is not None:
        taken.append(task)
        world.process(until=world.clock.now())
    assert len({task.token for task in taken}) == len(taken) == 5
    assert world.store.take_activity(ACTIVITY, "bob") is None
    for task in reversed(taken):
        assert world.store.commit([message(task.token, ANSWER, success(task.input))]) == [None]
        assert world.store.commit([message(task.token, ANSWER, success("twice"))]) == [CLOSED_NOW]
    world.run()
    world.check_end()
    started = [event for event in world.events() if event[TYPE] == "ActivityStarted"]
    assert [event[4] for event in started] == ["ann"] * 5


def test_an_activity_of_a_lost_poller_is_found_by_its_time_out() -> None:
    retry = [{"ErrorEquals": ["States.Timeout"], "IntervalSeconds": 1, "MaxAttempts": 1}]
    state = {"Type": "Task", "Resource": ACTIVITY, "TimeoutSeconds": 60, "Retry": retry, "End": True}
    world = waiting(machine({"A": state}))
    lost = world.store.take_activity(ACTIVITY, "ann")
    assert lost is not None
    world.process(until=world.clock.now() + 70_000)
    again = world.store.take_activity(ACTIVITY, "bob")
    assert again is not None
    assert again.token != lost.token
    assert world.store.commit([message(lost.token, ANSWER, success("late"))]) == [CLOSED_NOW]
    assert world.store.commit([message(again.token, ANSWER, success("right"))]) == [None]
    assert world.run().output == '"right"'


def test_an_answer_that_was_acknowledged_is_not_overtaken() -> None:
    """It comes while the owner is about to store anything: a time-out, or that it lets go."""
    seen = set()
    for at in range(1, 7):
        world = World(machine({"A": ask(TimeoutSeconds=60, Retry=[])}), INPUT)
        store, wrapper = faulty(world.store, Fault(at, BEFORE, PAUSE, only="commit"))
        refusals: list[Any] = []

        def respond(world: World = world, refusals: list[Any] = refusals) -> None:
            if world.pending:
                refusals.append(world.respond(world.pending[0], "in time"))

        wrapper.meanwhile = respond
        worker = world.worker(store)
        world.start(worker)
        worker.run_until_idle()
        if refusals:
            assert world.result().status == ("SUCCEEDED" if refusals[0] is None else "FAILED"), f"commit {at}"
            seen.add((refusals[0], world.clock.now() > world.execution.start))
        world.check_end()
    assert (None, True) in seen, "the time-out was to be overtaken"


def test_a_handler_is_not_given_up_before_that_is_stored() -> None:
    """A time-out is refused because of a heartbeat that came first: the handler is still at work, and its only call."""

    def slow(event: Any, context: Any) -> Any:
        context.sleep(90)
        return "done"

    retry: list[Any] = []
    state = call(Resource=JOB, Parameters={"n": 1}, HeartbeatSeconds=60, Retry=retry)
    world = World(machine({"A": state}), INPUT, work=slow, idempotent=False)
    store, wrapper = faulty(world.store, Fault(2, BEFORE, PAUSE, only="commit"))
    place: list[Message] = []

    def beat() -> None:
        (row,) = [frame for frame in world.store.held([1])[0].frames if frame.wait]
        place.append(Message(1, HEARTBEAT, row.frame, row.wait))
        assert world.store.commit(place) == [None]

    wrapper.meanwhile = beat
    worker = world.worker(store)
    world.start(worker)
    worker.run_until_idle()
    world.check_end()
    world.check_ledger()
    assert place
    assert (world.result().output, len(world.ledger)) == ('"done"', 1)

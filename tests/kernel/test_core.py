"""The core's doors: what comes late, twice or early is dropped, what is given up is cancelled; the history's limit."""

from __future__ import annotations

import json
from typing import Any

import pytest

from asl.jsontext import decode
from asl.kernel import snapshot
from asl.kernel.commands import Cancel, Invoke, Sleep
from asl.kernel.core import Core
from asl.kernel.execution import ExecutionInfo
from asl.kernel.outcome import Failure, Value
from asl.kernel.turns import take_turn
from tests.machines import kinds, machine, run, scope, task

DONE = Value({"r": 1}, '{"r":1}')


def begin(states: dict[str, Any], data: Any = None, *, now: int = 0, **top: Any) -> Core:
    """A started core that has run until nothing is ready."""
    info = ExecutionInfo("name", "seed", "Machine", now)
    core = Core(machine(states, **top).program, info, "seed")
    text = json.dumps({} if data is None else data, separators=(",", ":"))
    info.input = decode(text)
    core.start(info.input, text, None, now, info.role_arn)
    settle(core, now)
    return core


def settle(core: Core, now: int) -> None:
    while core.ready:
        core.step(now)


def commands(core: Core) -> list[Any]:
    found, core.commands = core.commands, []
    return found


def only_task(core: Core, now: int = 0) -> Invoke:
    """The one task that was asked for, begun."""
    (invoke,) = commands(core)
    assert isinstance(invoke, Invoke)
    assert core.started(invoke.frame, invoke.wait, now)
    return invoke


def test_what_an_invocation_says() -> None:
    core = begin({"S": task()}, {"a": 1})
    assert commands(core) == [Invoke(frame="0", wait=1, state="S", text='{"a":1}', attempt=0, visit=2)]


def test_an_answer_counts_once() -> None:
    core = begin({"S": task()})
    invoke = only_task(core)
    assert core.resume(invoke.frame, invoke.wait, DONE, 5)
    assert not core.resume(invoke.frame, invoke.wait, Failure("E", None), 6)
    settle(core, 7)
    assert not core.resume(invoke.frame, invoke.wait, DONE, 8)
    assert (core.status, core.output) == ("SUCCEEDED", '{"r":1}')


@pytest.mark.parametrize("tracked", [False, True])
@pytest.mark.parametrize("limit", [25_000, 6, 5])
@pytest.mark.parametrize("outcome", [DONE, Failure("E", None), Failure("F", "c"), Failure("States.Runtime", None)])
@pytest.mark.parametrize(
    "states",
    [
        {"S": task(TimeoutSeconds=5, HeartbeatSeconds=2, Next="T"), "T": task()},
        {"S": task(Retry=[{"ErrorEquals": ["E"]}], Catch=[{"ErrorEquals": ["F"], "Next": "T"}]), "T": task()},
        {"P": {"Type": "Parallel", "Branches": [scope({"S": task()})], "Next": "T"}, "T": task()},
    ],
)
def test_an_answer_is_an_outcome_and_the_step_after_it(
    states: dict[str, Any], outcome: Any, limit: int, tracked: bool
) -> None:
    cores = [begin(states), begin(states)]
    for core in cores:
        core.history_limit = limit
        core.started(*_waiting(core), 1)
        core.commands.clear()
        if tracked:
            take_turn(core)
    resumed, answered = cores
    if resumed.status == "RUNNING":
        frame, wait = _waiting(resumed)
        assert resumed.resume(frame, wait, outcome, 7)
        resumed.step(7)
        answered.answer(answered.frames[frame], outcome, 7)
    assert snapshot.dump(answered) == snapshot.dump(resumed)
    turns = [_told(take_turn(core)) for core in cores]
    assert turns[0] == turns[1]


def _waiting(core: Core) -> tuple[str, int]:
    (found,) = [(frame.id, frame.wait_id) for frame in core.frames.values() if frame.wait_id]
    return found


def _told(turn: Any) -> Any:
    return turn._replace(dirty=[frame.id for frame in turn.dirty])


@pytest.mark.parametrize(("frame", "wait"), [("0", 2), ("0", 0), ("0/1.0", 1), ("nobody", 1)])
def test_every_door_knows_whom_it_lets_in(frame: str, wait: int) -> None:
    core = begin({"S": task(TimeoutSeconds=5)})
    only_task(core)
    before = snapshot.dump(core)
    assert not core.started(frame, wait, 1)
    assert not core.submitted(frame, wait, "{}", 1)
    assert not core.resume(frame, wait, DONE, 1)
    assert not core.wake(frame, wait, 10**9)
    assert not core.heartbeat(frame, wait, 1)
    assert snapshot.dump(core) == before


def test_a_late_answer_after_the_time_out_is_dropped_and_the_task_cancelled() -> None:
    core = begin({"S": task(TimeoutSeconds=5, Retry=[{"ErrorEquals": ["States.Timeout"]}])})
    invoke = only_task(core)
    (alarm,) = commands(core)
    assert alarm == Sleep("0", 1, 5000)
    assert not core.wake("0", 1, 4999)
    assert commands(core) == [alarm]  # armed again
    assert core.wake("0", 1, 5000)
    assert not core.resume("0", 1, DONE, 5001)
    settle(core, 5001)
    assert commands(core) == [Cancel("0", 1), Sleep("0", 2, 6001)]
    assert core.wake("0", 2, 6001)
    settle(core, 6001)
    assert commands(core) == [Invoke("0", 3, "S", "{}", 1, invoke.visit)]


def test_a_time_out_that_ends_the_execution_still_cancels_the_task() -> None:
    core = begin({"S": task(TimeoutSeconds=5)})
    only_task(core)
    commands(core)
    core.wake("0", 1, 5000)
    settle(core, 5000)
    assert (core.status, core.error) == ("FAILED", "States.Timeout")
    assert commands(core) == [Cancel("0", 1)]


def test_heartbeats_move_only_their_own_deadline() -> None:
    core = begin({"S": task(TimeoutSeconds=5, HeartbeatSeconds=2)})
    only_task(core)
    assert commands(core) == [Sleep("0", 1, 2000)]
    assert core.heartbeat("0", 1, 1500)
    assert not core.wake("0", 1, 2000)
    assert commands(core) == [Sleep("0", 1, 3500)]
    assert core.heartbeat("0", 1, 3400)
    assert not core.wake("0", 1, 3500)
    assert commands(core) == [Sleep("0", 1, 5000)]
    assert core.wake("0", 1, 5000)
    assert not core.heartbeat("0", 1, 5000)


def test_a_heartbeat_of_a_task_without_heartbeat_is_welcome_and_does_nothing() -> None:
    core = begin({"S": task()})
    only_task(core)
    before = snapshot.dump(core)
    assert core.heartbeat("0", 1, 5)
    assert snapshot.dump(core) == before


def _two_tasks(**fields: Any) -> dict[str, Any]:
    branches = [scope({"A": task()}), scope({"B": task()}), scope({"W": {"Type": "Wait", "Seconds": 9, "End": True}})]
    return {"P": {"Type": "Parallel", "Branches": branches, "End": True, **fields}}


@pytest.mark.parametrize("error", ["E", "States.Runtime"])
def test_what_a_failing_branch_leaves_under_way_is_cancelled(error: str) -> None:
    core = begin(_two_tasks())
    first, second, sleep = commands(core)
    core.started(first.frame, first.wait, 0)
    core.started(second.frame, second.wait, 0)
    core.resume(first.frame, first.wait, Failure(error, None), 1)
    settle(core, 1)
    assert commands(core) == [Cancel(second.frame, second.wait), Cancel(sleep.frame, sleep.wait)]
    assert (core.status, core.error) == ("FAILED", error)
    assert not core.resume(second.frame, second.wait, DONE, 2)


def test_an_answer_to_a_branch_that_was_aborted_while_it_stood_in_the_queue() -> None:
    core = begin(_two_tasks(Retry=[{"ErrorEquals": ["States.ALL"]}]))
    first, second, _sleep = commands(core)
    for invoke in (first, second):
        core.started(invoke.frame, invoke.wait, 0)
        assert core.resume(invoke.frame, invoke.wait, Failure("E", None), 0)
    settle(core, 0)
    assert [event[0] for event in core.events].count("LambdaFunctionFailed") == 1
    assert [type(command) for command in commands(core)] == [Cancel, Sleep]  # the Wait's; the backoff's


def test_frames_of_a_new_attempt_have_names_of_their_own() -> None:
    core = begin(_two_tasks(Retry=[{"ErrorEquals": ["States.ALL"]}]))
    first, *_ = commands(core)
    core.started(first.frame, first.wait, 0)
    core.resume(first.frame, first.wait, Failure("E", None), 0)
    settle(core, 0)
    backoff = commands(core)[-1]
    core.wake(backoff.frame, backoff.wait, 1000)
    settle(core, 1000)
    assert [command.frame for command in commands(core)] == ["0/2.0", "0/2.1", "0/2.2"]
    assert not core.resume(first.frame, first.wait, DONE, 1000)


def test_abort() -> None:
    core = begin(_two_tasks())
    asked = commands(core)
    core.abort("Stop", "enough", 7)
    core.abort("Again", None, 8)
    assert (core.status, core.error, core.cause) == ("ABORTED", "Stop", "enough")
    assert core.events[-1] == ("ExecutionAborted", 0, 7, 0, "Stop", "enough")  # AWS links it to nothing
    assert commands(core) == [Cancel(command.frame, command.wait) for command in asked]
    assert snapshot.dump(core)["frames"] == []


def test_the_time_limit_of_the_whole_execution() -> None:
    core = begin({"S": task()}, now=1000, TimeoutSeconds=5)
    core.limit_time(3000)
    limit, invoke, shorter = commands(core)
    assert (limit, shorter) == (Sleep("", 0, 6000), Sleep("", 0, 4000))
    core.started(invoke.frame, invoke.wait, 1000)
    assert core.wake("", 0, 4000)
    assert not core.wake("", 0, 6000)
    assert (core.status, core.error, core.cause) == ("TIMED_OUT", "States.Timeout", None)
    assert core.events[-1][:2] == ("ExecutionTimedOut", 4)


# -- the limit of the history ------------------------------------------------------------------------------------------

ENDLESS = {
    "A": {"Type": "Pass", "Next": "C"},
    "C": {"Type": "Choice", "Choices": [{"Variable": "$.stop", "IsPresent": True, "Next": "End"}], "Default": "A"},
    "End": {"Type": "Succeed"},
}
TOO_MANY = "The execution reached the maximum number of history events (25000)."


def test_an_endless_loop_ends_at_the_limit() -> None:
    execution = run(ENDLESS)
    assert (execution.status, execution.error, execution.cause) == ("FAILED", "States.Runtime", TOO_MANY)
    assert len(execution.events) == 25_000
    assert execution.events[-1][:2] == ("ExecutionFailed", 24_999)
    assert len(execution.visits) == kinds(execution).count("PassStateEntered") + kinds(execution).count(
        "ChoiceStateEntered"
    )


def _chain(length: int) -> dict[str, Any]:
    """1 + 2 x length + 1 events."""
    states: dict[str, Any] = {f"S{n}": {"Type": "Pass", "Next": f"S{n + 1}"} for n in range(length - 1)}
    return {**states, f"S{length - 1}": {"Type": "Pass", "End": True}}


@pytest.mark.parametrize(("limit", "status"), [(12, "SUCCEEDED"), (11, "FAILED"), (10, "FAILED"), (13, "SUCCEEDED")])
def test_the_end_may_be_the_last_event_that_fits(limit: int, status: str) -> None:
    info = ExecutionInfo("name", "seed", "Machine", 0)
    core = Core(machine(_chain(5)).program, info, "seed", limit)
    core.start({}, "{}", None, 0, info.role_arn)
    settle(core, 0)
    assert core.status == status
    if status == "FAILED":
        assert len(core.events) == core.last == limit
        assert core.events[-1][:2] == ("ExecutionFailed", limit - 1)
        assert (core.output, core.error) == (None, "States.Runtime")
    else:
        assert len(core.events) == 12


@pytest.mark.parametrize("limit", range(4, 14))
def test_the_limit_may_be_reached_anywhere(limit: int) -> None:
    """In the middle of a task, of its start, of a retry: never one event more, and no note about missing events."""
    info = ExecutionInfo("name", "seed", "Machine", 0)
    core = Core(
        machine({"S": task(Retry=[{"ErrorEquals": ["States.ALL"], "MaxAttempts": 9}])}).program, info, "s", limit
    )
    core.start({}, "{}", None, 0, info.role_arn)
    for now in range(100):
        settle(core, now)
        for command in commands(core):
            if isinstance(command, Invoke) and core.started(command.frame, command.wait, now):
                core.resume(command.frame, command.wait, Failure("E", None), now)
            elif isinstance(command, Sleep):
                core.wake(command.frame, command.wait, command.until)
        if core.status != "RUNNING":
            break
    assert core.status == "FAILED"
    assert core.error == "States.Runtime"
    assert len(core.events) == limit
    assert core.events[-1][:2] == ("ExecutionFailed", limit - 1)
    assert all(note[0] < limit for note in core.notes)


def test_the_limit_survives_saving_and_loading() -> None:
    info = ExecutionInfo("name", "seed", "Machine", 0)
    program = machine(_chain(5)).program
    core = Core(program, info, "seed", 7)
    core.start({}, "{}", None, 0, info.role_arn)
    loaded = snapshot.load(program, info, json.loads(json.dumps(snapshot.dump(core))), decode)
    assert loaded.history_limit == 7


def test_a_core_that_has_ended_is_saved_with_its_result() -> None:
    core = begin({"S": {"Type": "Pass", "Result": "é", "End": True}})
    loaded = snapshot.load(core.program, core.execution, json.loads(json.dumps(snapshot.dump(core))), decode)
    assert (loaded.status, loaded.output) == ("SUCCEEDED", '"é"')
    assert not loaded.frames


def test_task_tokens_differ_between_attempts_and_executions() -> None:
    core = begin({"S": task()})
    tokens = {core.token("0", 1), core.token("0", 2), core.token("0/1.0", 1)}
    other = Core(core.program, core.execution, "other seed")
    assert len(tokens | {other.token("0", 1)}) == 4
    assert core.token("0", 1) == core.token("0", 1)

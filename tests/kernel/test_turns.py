"""What a driver needs that stores executions: turns, and what is due without any Sleep."""

from __future__ import annotations

from typing import Any

from asl.kernel.commands import Invoke
from asl.kernel.core import Core
from asl.kernel.execution import ExecutionInfo
from asl.kernel.outcome import Value
from asl.kernel.turns import next_due, take_turn, wake_next
from tests.machines import machine, scope, task

YEAR = 365 * 86_400_000


def begin(states: dict[str, Any], **top: Any) -> Core:
    """A core whose tasks have all started at 0."""
    info = ExecutionInfo("name", "seed", "Machine", 0)
    core = Core(machine(states, **top).program, info, "seed")
    core.start({}, "{}", None, 0, info.role_arn)
    settle(core, 0)
    return core


def settle(core: Core, now: int) -> None:
    while core.ready:
        core.step(now)


def wait(seconds: int) -> dict[str, Any]:
    return {"Type": "Wait", "Seconds": seconds, "End": True}


def side_by_side(*states: dict[str, Any]) -> dict[str, Any]:
    branches = [scope({f"S{number}": state}) for number, state in enumerate(states)]
    return {"P": {"Type": "Parallel", "Branches": branches, "End": True}}


def test_a_turn_hands_over_what_is_new_only() -> None:
    core = begin({"S": task()})
    first = take_turn(core)
    assert [event[0] for event in first.events] == ["ExecutionStarted", "TaskStateEntered", "LambdaFunctionScheduled"]
    assert [frame.id for frame in first.dirty] == ["0"]
    assert first.commands == [Invoke("0", 1, "S", "{}", 0, 2)]
    assert [list(part) for part in take_turn(core)] == [[], [], [], [], []]
    core.started("0", 1, 1)
    core.resume("0", 1, Value(1), 1)
    settle(core, 1)
    last = take_turn(core)
    assert last.gone == ["0"]
    assert list(last.dirty) == []


def test_what_is_due_next() -> None:
    core = begin(side_by_side(wait(3), wait(2), task(TimeoutSeconds=5, HeartbeatSeconds=1)))
    assert next_due(core) == 2000
    assert core.started("0/1.2", 1, 500)
    assert next_due(core) == 1500
    core.heartbeat("0/1.2", 1, 1400)
    assert next_due(core) == 2000


def test_without_waits_the_execution_s_own_time_is_due() -> None:
    assert next_due(begin({"S": task()})) == YEAR
    assert next_due(begin({"S": task()}, TimeoutSeconds=7)) == 7000


def test_what_has_been_due_for_longest_is_woken_first() -> None:
    core = begin(side_by_side(wait(3), wait(2), wait(2), wait(9)))
    assert not wake_next(core, 1999)
    woken = []
    while wake_next(core, 5000):
        woken += [frame.id for frame in core.ready]
        settle(core, 5000)
    assert woken == ["0/1.1", "0/1.2", "0/1.0"]
    assert next_due(core) == 9000


def test_an_execution_whose_time_is_over_is_ended_and_then_nothing_is_due() -> None:
    core = begin({"S": wait(5)}, TimeoutSeconds=5)
    assert wake_next(core, 5000)
    assert core.status == "TIMED_OUT"
    assert not wake_next(core, 9000)

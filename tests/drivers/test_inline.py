"""The inline driver: one thread; in real time it sleeps and measures, in virtual time it jumps."""

from __future__ import annotations

from typing import Any

import pytest

from asl import TaskError, VirtualClock
from tests.drivers.clocks import FakeClock
from tests.machines import Script, kinds, machine, moments, run, scope, task

BOTH = {
    "P": {
        "Type": "Parallel",
        "Branches": [scope({"A": task(TimeoutSeconds=5)}), scope({"B": task()})],
        "End": True,
    }
}


def test_real_time_is_slept_and_measured() -> None:
    clock = FakeClock()

    def handler(event: Any) -> Any:
        clock.pass_time(2.5)
        return event

    states = {"W": {"Type": "Wait", "Seconds": 3, "Next": "T"}, "T": task()}
    execution = run(states, handlers={"f": handler}, clock=clock)
    assert [pause for pause in clock.slept if pause] == [3000]
    assert moments(execution, "LambdaFunctionStarted") == [3]
    assert moments(execution, "LambdaFunctionSucceeded") == [5.5]


def test_a_handler_that_took_too_long_has_timed_out() -> None:
    clock = FakeClock()
    states = {"T": task(TimeoutSeconds=2)}
    execution = run(states, handlers={"f": lambda _event: clock.pass_time(3)}, clock=clock)
    assert execution.error == "States.Timeout"
    assert clock.slept == [-1000]  # the moment was past already


def test_heartbeats_in_real_time() -> None:
    clock = FakeClock()

    def handler(_event: Any, context: Any) -> str:
        for _ in range(4):
            context.sleep(1.5)
            context.heartbeat()
        return "ok"

    execution = run({"T": task(HeartbeatSeconds=2)}, handlers={"f": handler}, clock=clock)
    assert execution.output == "ok"
    assert clock.slept[:4] == [1500] * 4


def test_what_is_ready_together_is_called_before_any_outcome_counts() -> None:
    order: list[str] = []

    def handler(_event: Any, context: Any) -> None:
        order.append(context.state_name)
        if context.state_name == "A":
            raise TaskError("E")

    execution = run(BOTH, handlers={"f": handler})
    assert order == ["A", "B"]
    assert execution.error == "E"
    assert kinds(execution).count("LambdaFunctionStarted") == 2
    assert "LambdaFunctionSucceeded" not in kinds(execution)


def test_branches_spend_their_time_side_by_side() -> None:
    pauses = {"A": 4, "B": 3}
    execution = run(BOTH, handlers={"f": lambda _event, context: context.sleep(pauses[context.state_name])})
    assert moments(execution, "LambdaFunctionSucceeded") == [3, 4]


@pytest.mark.parametrize("listening", [True, False])
def test_the_listener_hears_everything_once_and_in_order(listening: bool) -> None:
    heard: list[Any] = []
    notes: list[Any] = []
    calls: list[int] = []

    def listener(new_events: list[Any], new_notes: list[Any]) -> None:
        assert new_events or new_notes
        calls.append(len(new_events))
        heard.extend(new_events)
        notes.extend(new_notes)

    states = {"T": task(Retry=[{"ErrorEquals": ["E"]}], Next="W"), "W": {"Type": "Wait", "Seconds": 1, "End": True}}
    execution = run(states, handlers={"f": Script(TaskError("E"), 1)}, listener=listener if listening else None)
    assert heard == (execution.events if listening else [])
    assert notes == (execution.notes if listening else [])
    assert len(calls) > 4 or not listening


def test_the_listener_hears_how_a_time_out_ends_it() -> None:
    heard: list[str] = []
    states = {"W": {"Type": "Wait", "Seconds": 9, "End": True}}
    machine(states, TimeoutSeconds=1).run(
        clock="virtual", listener=lambda events, _notes: heard.extend(event[0] for event in events)
    )
    assert heard == ["ExecutionStarted", "WaitStateEntered", "ExecutionTimedOut"]


def test_an_error_of_the_listener_reaches_the_caller() -> None:
    def listener(_events: Any, _notes: Any) -> None:
        raise LookupError("listener")

    with pytest.raises(LookupError):
        run({"S": {"Type": "Succeed"}}, listener=listener)


def test_a_virtual_clock_can_go_on_through_several_runs() -> None:
    clock = VirtualClock(0)
    states = {"W": {"Type": "Wait", "Seconds": 10, "End": True}}
    run(states, clock=clock)
    execution = run(states, clock=clock)
    assert (execution.events[0][2], clock.now()) == (10_000, 20_000)

"""Redrive: finished work stays, what was under way does its work again, in AWS's order of events."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.machines import ACTIVITY, FUNCTION, scope, task

if TYPE_CHECKING:
    from asl.tasks.context import TaskContext
    from tests.drivers.durable.bench import Bench


BAD = task(Resource=FUNCTION + "bad")


def machine(states: dict[str, Any], **top: Any) -> dict[str, Any]:
    return {"StartAt": next(iter(states)), "States": states, **top}


class Flaky:
    """A handler that fails so many times, then returns its input; remembers its calls."""

    def __init__(self, failures: int) -> None:
        self.failures = failures
        self.calls: list[Any] = []

    def __call__(self, event: Any) -> Any:
        self.calls.append(event)
        if len(self.calls) <= self.failures:
            raise ValueError("not yet")
        return event


def short(bench: Bench, execution: Any, since: int = 1) -> list[str]:
    """``type<-previous`` of the events from one on."""
    return [f"{event[0]}<-{event[1]}" for event in bench.events(execution)[since - 1 :]]


def redrive(bench: Bench, execution: Any, handlers: Any = None) -> Any:
    found = bench.redrive(execution)
    assert found is not None
    assert found.status == "RUNNING"
    assert (found.error, found.cause, found.stop) == (None, None, None)
    bench.worker(handlers).run_until_idle()
    return bench.describe(execution)


def test_a_failed_task_is_scheduled_again_without_being_entered_again(bench: Bench) -> None:
    handler = Flaky(1)
    first = bench.run(machine({"A": {"Type": "Pass", "Next": "B"}, "B": task()}), {"n": 1}, {"f": handler})
    assert first.status == "FAILED"
    last = redrive(bench, first, {"f": handler})
    assert (last.status, last.output, last.redrive_count) == ("SUCCEEDED", '{"n":1}', 1)
    events = short(bench, first)
    at = events.index("ExecutionRedriven<-8")
    assert events[at - 1].startswith("ExecutionFailed")
    assert events[at + 1] == "LambdaFunctionScheduled<-4"
    assert events.count("TaskStateEntered<-3") == 1


def test_retries_begin_anew(bench: Bench) -> None:
    handler = Flaky(5)
    retry = [{"ErrorEquals": ["States.ALL"], "MaxAttempts": 2, "IntervalSeconds": 1}]
    first = bench.run(machine({"A": task(Retry=retry)}), {}, {"f": handler})
    assert (first.status, len(handler.calls)) == ("FAILED", 3)
    assert redrive(bench, first, {"f": handler}).status == "SUCCEEDED"
    assert len(handler.calls) == 6


@pytest.mark.parametrize("kind", ["Parallel", "Map"])
def test_only_what_was_not_finished_is_done_again(bench: Bench, kind: str) -> None:
    good, bad = Flaky(0), Flaky(1)
    definition: dict[str, Any] = {
        "Parallel": machine(
            {"P": {"Type": "Parallel", "End": True,
                   "Branches": [scope({"A": task(Next="B"), "B": task()}),
                                scope({"C": {"Type": "Wait", "Seconds": 9, "Next": "D"}, "D": BAD})]}}
        ),
        "Map": machine(
            {"M": {"Type": "Map", "MaxConcurrency": 1, "End": True,
                   "ItemProcessor": scope({
                       "Which": {"Type": "Choice", "Default": "A",
                                 "Choices": [{"Variable": "$", "NumericEquals": 2, "Next": "D"}]},
                       "A": task(),
                       "D": BAD})}}
        ),
    }[kind]  # fmt: skip
    first = bench.run(definition, [1, 2, 3], {"f": good, "bad": bad})
    assert first.status == "FAILED"
    before = len(good.calls)
    last = redrive(bench, first, {"f": good, "bad": bad})
    assert last.status == "SUCCEEDED"
    assert last.output == ("[[1,2,3],[1,2,3]]" if kind == "Parallel" else "[1,2,3]")
    assert len(bad.calls) == 2
    assert len(good.calls) - before == (0 if kind == "Parallel" else 1)
    types = [event[0] for event in bench.events(first)]
    assert types.count(f"{kind}StateStarted") == types.count(f"{kind}StateEntered") == 1
    assert types.count("MapIterationStarted") == (0 if kind == "Parallel" else 3)


def test_a_fail_state_fails_right_after_the_redrive(bench: Bench) -> None:
    first = bench.run(machine({"F": {"Type": "Fail", "Error": "E", "Cause": "c"}}))
    last = redrive(bench, first)
    assert (last.status, last.error) == ("FAILED", "E")
    assert short(bench, first, 3) == ["ExecutionFailed<-2", "ExecutionRedriven<-3", "ExecutionFailed<-4"]


def test_an_aborted_wait_takes_its_whole_time_again(bench: Bench) -> None:
    execution = bench.row(machine({"W": {"Type": "Wait", "Seconds": 60, "End": True}}))
    bench.put(execution)
    bench.worker().run_until_idle(until=bench.clock.now())
    bench.clock.sleep_until(bench.clock.now() + 50_000)
    bench.stop(execution)
    again = bench.clock.now()
    last = redrive(bench, execution)
    assert (last.status, last.stop) == ("SUCCEEDED", again + 60_000)
    assert short(bench, execution, 2) == [
        "WaitStateEntered<-0", "ExecutionAborted<-0", "ExecutionRedriven<-3", "WaitStateExited<-2",
        "ExecutionSucceeded<-5",
    ]  # fmt: skip


def test_a_machine_that_timed_out_gets_its_time_anew(bench: Bench) -> None:
    definition = machine({"A": {"Type": "Task", "Resource": ACTIVITY, "End": True}}, TimeoutSeconds=60)
    execution = bench.row(definition)
    bench.put(execution)
    bench.worker().run_until_idle()
    assert bench.describe(execution).status == "TIMED_OUT"
    again = bench.clock.now()
    last = redrive(bench, execution)
    assert (last.status, last.stop, last.redrive_count) == ("TIMED_OUT", again + 60_000, 1)
    assert [event[0] for event in bench.events(execution)].count("ActivityScheduled") == 2


def test_variables_and_the_context_object_know_of_the_redrive(bench: Bench) -> None:
    handler = Flaky(1)
    arguments = {"v": "{% $v %}", "count": "{% $states.context.Execution.RedriveCount %}"}
    definition = machine(
        {"A": {"Type": "Pass", "Assign": {"v": 7}, "Next": "B"}, "B": task(Arguments=arguments)},
        QueryLanguage="JSONata",
    )
    first = bench.run(definition, {}, {"f": handler})
    assert first.status == "FAILED"
    assert redrive(bench, first, {"f": handler}).output == '{"v":7,"count":1}'


def test_a_redriven_attempt_has_a_key_of_its_own(bench: Bench) -> None:
    keys: list[str] = []

    def f(event: Any, context: TaskContext) -> Any:
        keys.append(context.idempotency_key)
        if len(keys) < 3:
            raise ValueError(event)
        return event

    execution = bench.run(machine({"A": task()}), {}, {"f": f})
    assert redrive(bench, execution, {"f": f}).status == "FAILED"
    assert redrive(bench, execution, {"f": f}).status == "SUCCEEDED"
    assert len(set(keys)) == 3


def test_what_runs_or_has_succeeded_is_left_alone(bench: Bench) -> None:
    done = bench.run(machine({"A": {"Type": "Pass", "End": True}}))
    assert bench.redrive(done) == done
    execution = bench.row(machine({"W": {"Type": "Wait", "Seconds": 60, "End": True}}))
    bench.put(execution)
    found = bench.redrive(execution)
    assert found is not None
    assert (found.status, found.redrive_count) == ("RUNNING", 0)


def test_a_nested_failure_is_taken_up_at_the_inner_state(bench: Bench) -> None:
    handler = Flaky(1)
    inner = {"Type": "Map", "ItemProcessor": scope({"T": task()}), "MaxConcurrency": 1, "End": True}
    outer = {
        "P": {
            "Type": "Parallel",
            "Branches": [scope({"M": inner}), scope({"W": {"Type": "Wait", "Seconds": 5, "End": True}})],
            "End": True,
        }
    }
    first = bench.run(machine(outer), [1, 2], {"f": handler})
    assert first.status == "FAILED"
    last = redrive(bench, first, {"f": handler})
    assert last.output == "[[1,2],[1,2]]"
    assert handler.calls == [1, 1, 2]


def test_a_branch_that_ended_in_the_last_turn_leaves_no_frame(bench: Bench) -> None:
    both = {"Type": "Parallel", "Branches": [scope({"In": task()})], "Next": "Stop"}
    row = bench.row(machine({"Both": both, "Stop": {"Type": "Fail", "Error": "No"}}))
    bench.put(row)
    bench.worker({"f": lambda event: event}).run_until_idle()
    (held,) = bench.store.held([row.id])
    assert (held.execution.status, [frame.frame for frame in held.frames]) == ("FAILED", ["0"])

"""The short ways of a plain Lambda task: the state that evaluates nothing, and the call that goes straight to the
handler. Each has the general way beside it, and both must tell the same to the letter."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import pytest
from hypothesis import given

from asl import Execution, StateMachine, TaskError, VirtualClock
from asl.compiler import program
from asl.drivers import inline
from asl.jsontext import PAYLOAD_LIMIT, SMALL
from asl.kernel.core import Core
from asl.kernel.execution import ExecutionInfo
from asl.states.dataflow import JsonPathFlow
from asl.states.function import FunctionTask
from asl.states.retry_catch import Catcher
from asl.states.task import Task
from asl.tasks.call import BoundTask
from tests.drivers.clocks import FakeClock
from tests.machines import ACTIVITY, FUNCTION, INVOKE, machine, scope, task
from tests.strategies import INPUT, handlers, machines, work, work_at_once

if TYPE_CHECKING:
    from collections.abc import Callable


def plainly(scope: dict[str, Any]) -> dict[str, Any]:
    """The same scope with plain tasks only."""
    states = {}
    for name, state in scope["States"].items():
        plain = dict(state)
        if state["Type"] == "Task":
            kept = ("Type", "Next", "End", "Retry", "Catch")
            plain = {"Resource": FUNCTION + "f", **{key: state[key] for key in kept if key in state}}
        elif state["Type"] == "Parallel":
            plain["Branches"] = [plainly(branch) for branch in state["Branches"]]
        elif state["Type"] == "Map":
            plain["ItemProcessor"] = plainly(state["ItemProcessor"])
        states[name] = plain
    return {**scope, "States": states}


MACHINES = machines() | machines().map(plainly)


def compiled_generally(definition: dict[str, Any]) -> StateMachine:
    with patch.dict(program._SIMPLE, {"Task": Task}):
        return StateMachine(definition)


def told(execution: Execution) -> tuple[Any, ...]:
    return execution.events, execution.notes, execution.status, execution.output_text, execution.error, execution.cause


@pytest.mark.parametrize("handler", [work, work_at_once])
@given(definition=MACHINES)
def test_both_states_write_the_same_history(handler: Callable[..., Any], definition: dict[str, Any]) -> None:
    short, general = (
        make(definition).run(INPUT, handlers=handlers(handler), clock="virtual", seed="s")
        for make in (StateMachine, compiled_generally)
    )
    assert told(short) == told(general)


@given(definition=MACHINES)
def test_both_ways_to_a_handler_write_the_same_history(definition: dict[str, Any]) -> None:
    """Whoever listens is told of each step, so that the driver takes none together."""

    definition = {"TimeoutSeconds": 1000, **definition}  # no task waits in vain for longer

    def run(**options: Any) -> Execution:
        clock = FakeClock()

        def handler(event: Any) -> Any:
            clock.pass_time(0.5 * (len(str(event)) % 3))
            return work_at_once(event)

        return StateMachine(definition).run(INPUT, handlers=handlers(handler), clock=clock, seed="s", **options)

    calls: list[str] = []
    with patch.object(BoundTask, "outcome", _counted(BoundTask.outcome, calls)):
        direct = run()
        general_calls = len(calls)
        general = run(listener=lambda *_: None)
    assert len(calls) == general_calls
    assert told(direct) == told(general)


def _counted(function: Callable[..., Any], calls: list[str]) -> Callable[..., Any]:
    def counted(*arguments: Any) -> Any:
        calls.append("called")
        return function(*arguments)

    return counted


@pytest.mark.parametrize(
    ("fields", "short"),
    [
        ({}, True),
        ({"Comment": "c", "Retry": [{"ErrorEquals": ["States.ALL"]}]}, True),
        ({"QueryLanguage": "JSONata"}, True),
        ({"Parameters": {"a": 1}}, False),
        ({"ResultPath": "$.r"}, False),
        ({"TimeoutSeconds": 1}, False),
        ({"Credentials": {"RoleArn": "arn:aws:iam::123456789012:role/r"}}, False),
        ({"Resource": ACTIVITY}, False),
        ({"Resource": INVOKE}, False),
    ],
)
def test_which_tasks_are_plain(fields: dict[str, Any], short: bool) -> None:
    state = machine({"T": task(**fields)}).program.state("T")
    assert (type(state) is FunctionTask) == short


@pytest.mark.parametrize(
    "handler",
    [
        lambda event: "x" * SMALL,
        lambda event: "é" * (PAYLOAD_LIMIT // 2),
        lambda event: "x" * (PAYLOAD_LIMIT - 2),
        lambda event: "x" * (PAYLOAD_LIMIT - 1),
        lambda event: {1, 2},
        lambda event: float("nan"),
        lambda event: {1: (event, None)},
        lambda event: 1 / 0,
        lambda event: exit(3),
        lambda event: event.clear(),
    ],
)
@pytest.mark.parametrize("data", [{"a": 1}, {"a": "x" * SMALL}], ids=["small", "large"])
def test_large_results_and_failures(handler: Callable[[Any], Any], data: Any) -> None:
    caught = {"Catch": [{"ErrorEquals": ["States.ALL"], "Next": "B"}], "Next": "B"}
    states = {"A": {"Type": "Task", "Resource": FUNCTION + "f", **caught}, "B": task()}
    answers = {"f": handler}
    definition = scope(states)
    options: dict[str, Any] = {"handlers": answers, "clock": "virtual", "seed": "s"}
    short = StateMachine(definition).run(data, **options)
    assert told(short) == told(compiled_generally(definition).run(data, **options))
    assert told(short) == told(StateMachine(definition).run(data, listener=lambda *_: None, **options))


def test_a_result_is_nobody_elses() -> None:
    """What a handler gets and returns may change later; the execution has copies of its own."""
    kept: list[dict[str, Any]] = []

    def handler(event: dict[str, Any]) -> dict[str, Any]:
        for known in kept:
            known["n"] = "changed"
        event["n"] += 1
        kept.append(event)
        return event

    states = {"A": task(Next="B"), "B": task(ResultPath="$.b", Next="C"), "C": {"Type": "Pass", "End": True}}
    execution = machine(states).run({"n": 0}, handlers={"f": handler}, clock="virtual")
    assert execution.output == {"n": 1, "b": {"n": 2}}


def test_what_is_due_when_the_handler_returns_comes_first() -> None:
    """The second task is the only thing to do and ends at the moment at which the Wait ends."""
    branches = [
        scope({"W": {"Type": "Wait", "Seconds": 2, "End": True}}),
        scope({"A": task(Next="B"), "B": task()}),
    ]
    definition = scope({"P": {"Type": "Parallel", "Branches": branches, "End": True}})

    def run(**options: Any) -> Execution:
        clock = FakeClock()
        answers = {"f": lambda _event: clock.pass_time(1)}
        return StateMachine(definition).run(handlers=answers, clock=clock, seed="s", **options)

    direct = run()
    kinds = [event[0] for event in direct.events]
    assert kinds.index("WaitStateExited") < len(kinds) - 1 - kinds[::-1].index("LambdaFunctionSucceeded")
    assert told(direct) == told(run(listener=lambda *_: None))


def test_what_is_evaluated_takes_time() -> None:
    """Only a state that evaluates nothing shares a moment with its task, and with the state after it."""
    clock = FakeClock()

    def slow(function: Callable[..., Any]) -> Callable[..., Any]:
        def slowed(*arguments: Any, **options: Any) -> Any:
            clock.pass_time(1)
            return function(*arguments, **options)

        return slowed

    def handler(event: Any) -> Any:
        if event == {"a": 1}:
            raise TaskError("E")
        return event

    states = {
        "A": task(Catch=[{"ErrorEquals": ["E"], "Next": "B"}]),
        "B": task(Parameters={"b": 2}, Next="C"),
        "C": task(Next="P"),
        "P": {
            "Type": "Parallel",
            "Branches": [scope({"I": task()})],
            "ResultSelector": {"r.$": "$"},
            "Next": "D",
        },
        "D": {"Type": "Pass", "End": True},
    }
    with (
        patch.object(Catcher, "finish", slow(Catcher.finish)),
        patch.object(JsonPathFlow, "arguments", slow(JsonPathFlow.arguments)),
        patch.object(JsonPathFlow, "finish", slow(JsonPathFlow.finish)),
    ):
        execution = machine(states).run({"a": 1}, handlers={"f": handler}, clock=clock)
    began = execution.events[0][2]
    assert [(event[0], event[4], (event[2] - began) // 1000) for event in execution.events if "StateE" in event[0]] == [
        ("TaskStateEntered", "A", 0),
        ("TaskStateExited", "A", 0),
        ("TaskStateEntered", "B", 1),
        ("TaskStateExited", "B", 2),
        ("TaskStateEntered", "C", 3),
        ("TaskStateExited", "C", 3),
        ("ParallelStateEntered", "P", 3),
        ("TaskStateEntered", "I", 3),
        ("TaskStateExited", "I", 3),
        ("ParallelStateExited", "P", 3),
        ("PassStateEntered", "D", 4),
        ("PassStateExited", "D", 4),
    ]
    started = [(event[2] - began) // 1000 for event in execution.events if event[0] == "LambdaFunctionStarted"]
    assert started == [0, 2, 3, 3]


@pytest.mark.parametrize("limit", range(4, 18))
def test_the_limit_of_the_history_may_be_reached_anywhere(limit: int) -> None:
    retried = {"Retry": [{"ErrorEquals": ["E"]}]}
    states = {"A": task(Next="B"), "B": task(**retried)}
    calls: list[str] = []

    def handler(event: Any) -> Any:
        calls.append("called")
        if event == "again":
            raise TaskError("E")
        return "again"

    def run(**options: Any) -> tuple[Any, ...]:
        calls.clear()
        execution = machine(states).run({}, handlers={"f": handler}, clock="virtual", seed="s", **options)
        return *told(execution), len(calls)

    with patch("asl.machine.HISTORY_LIMIT", limit):
        direct = run()
        assert len(direct[0]) == limit
        assert direct == run(listener=lambda *_: None)


def test_an_input_that_is_too_large_or_too_deep() -> None:
    """No execution hands such an input on; who starts a core himself may."""
    definition = scope({"T": task()})
    deep = "[" * 5000 + "]" * 5000
    for text in (f'"{"x" * PAYLOAD_LIMIT}"', deep):
        ends = []
        for compiled in (StateMachine(definition), compiled_generally(definition)):
            info = ExecutionInfo("name", "seed", "Machine", 0)
            for listener in (None, lambda *_: None):
                core = Core(compiled.program, info, "seed")
                core.start(None, text, None, 0, info.role_arn)
                inline.run(core, compiled._bind({"f": lambda event: event}), VirtualClock(0), listener)
                ends.append((core.events, core.error, core.cause))
        assert ends == ends[:1] * 4
        assert ends[0][1] == ("States.Runtime" if text is deep else "States.DataLimitExceeded")

"""States written in JSONata: every field that takes an expression, and what happens when one can't be evaluated."""

from __future__ import annotations

from typing import Any

import pytest

from asl import Execution, TaskError
from tests.machines import Script, kinds, links, machine, moments, scope, task

PREFIX = "An error occurred while executing the state 'S' (entered at the event id #2). "
ERROR = "States.QueryEvaluationError"


def run(states: dict[str, Any], data: Any = None, /, **options: Any) -> Execution:
    return machine(states, QueryLanguage="JSONata").run(data, **{"clock": "virtual", "seed": "fixed", **options})


def one(state: dict[str, Any], data: Any = None, /, **options: Any) -> Execution:
    return run({"S": state if state["Type"] in {"Fail", "Succeed"} else {"End": True, **state}}, data, **options)


@pytest.mark.parametrize(
    ("output", "expected"),
    [
        ("{% $states.input.a %}", 1),
        ({"x": "{% $states.input.a + 1 %}", "y": "$states.input"}, {"x": 2, "y": "$states.input"}),
        (None, None),
        ([1, "{% $states.context.State.Name %}"], [1, "S"]),
        ("{% {'a': $states.input.none} %}", {}),
        ("{% $states.input.list[$ > 1] %}", [2, 3]),
    ],
)
@pytest.mark.parametrize("kind", ["Pass", "Succeed", "Wait"])
def test_output(kind: str, output: Any, expected: Any) -> None:
    more = {"Seconds": 1} if kind == "Wait" else {}
    execution = one({"Type": kind, "Output": output, **more}, {"a": 1, "list": [1, 2, 3]})
    assert execution.raise_for_status() == expected


def test_task() -> None:
    handler = Script({"r": 5})
    state = task(Arguments={"x": "{% $states.input.a %}"}, Output="{% $states.result.r + $states.input.a %}")
    assert one(state, {"a": 1}, handlers={"f": handler}).output == 6
    assert handler.seen == [{"x": 1}]


@pytest.mark.parametrize(
    ("fields", "seconds"),
    [
        ({"Seconds": "{% $states.input.n * 2 %}"}, 6),
        ({"Seconds": 4}, 4),
        ({"Timestamp": "{% $states.input.at %}"}, 10),
        ({"Timestamp": "2026-01-01T00:00:10Z"}, 10),
    ],
)
def test_wait(fields: dict[str, Any], seconds: float) -> None:
    execution = one({"Type": "Wait", **fields}, {"n": 3, "at": "2026-01-01T00:00:10Z"})
    assert moments(execution, "WaitStateExited") == [seconds]


@pytest.mark.parametrize(
    ("fields", "error", "cause"),
    [
        ({"Error": "{% $states.input.e %}", "Cause": "{% 'because ' & $states.input.e %}"}, "E", "because E"),
        ({"Error": "$states.input.e"}, "$states.input.e", None),
        ({}, None, None),
    ],
)
def test_fail(fields: dict[str, Any], error: str | None, cause: str | None) -> None:
    execution = one({"Type": "Fail", **fields}, {"e": "E"})
    assert (execution.error, execution.cause) == (error, cause)


def test_choice() -> None:
    rule = {"Condition": "{% $states.input.n > 1 %}", "Next": "A", "Output": {"taken": "{% $states.input.n %}"}}
    states = {
        "S": {"Type": "Choice", "Choices": [rule], "Default": "B", "Output": "default"},
        "A": {"Type": "Succeed"},
        "B": {"Type": "Succeed"},
    }
    assert run(states, {"n": 2}).output == {"taken": 2}
    assert run(states, {"n": 1}).output == "default"


def test_map() -> None:
    state = {
        "Type": "Map",
        "Items": "{% $states.input.list %}",
        "ItemSelector": {"v": "{% $states.context.Map.Item.Value %}", "all": "{% $count($states.input.list) %}"},
        "MaxConcurrency": "{% $states.input.at_once %}",
        "ItemProcessor": scope({"W": {"Type": "Wait", "Seconds": 1, "End": True}}),
        "Output": "{% $states.result.v %}",
    }
    execution = one(state, {"list": [7, 8, 9], "at_once": 2})
    assert execution.output == [7, 8, 9]
    assert moments(execution, "MapIterationStarted") == [0, 0, 1]


def test_parallel() -> None:
    branches = [scope({"A": {"Type": "Pass", "End": True}}), scope({"B": {"Type": "Pass", "Output": 2, "End": True}})]
    state = {"Type": "Parallel", "Arguments": {"n": 1}, "Branches": branches, "Output": "{% $states.result[1] %}"}
    assert one(state).output == 2


@pytest.mark.parametrize(
    ("field", "value", "seconds"),
    [("TimeoutSeconds", "{% $states.input.n %}", 3), ("HeartbeatSeconds", "{% $states.input.n + 1 %}", 4)],
)
def test_clocks(field: str, value: Any, seconds: float) -> None:
    execution = one(task(**{field: value}), {"n": 3}, handlers={"f": lambda _event, context: context.sleep(60)})
    assert moments(execution, "LambdaFunctionTimedOut") == [seconds]


def test_a_catcher_s_output() -> None:
    catch = [
        {
            "ErrorEquals": ["E"],
            "Next": "C",
            "Output": {"told": "{% $states.errorOutput %}", "in": "{% $states.input %}"},
        }
    ]
    states = {"S": task(Catch=catch, Next="C", Output="{% $states.result %}"), "C": {"Type": "Succeed"}}
    execution = run(states, 5, handlers={"f": Script(TaskError("E", "why"))})
    assert execution.output == {"told": {"Error": "E", "Cause": "why"}, "in": 5}


def test_credentials() -> None:
    execution = one(task(Credentials={"RoleArn": "{% $states.input.r %}"}), {"r": "arn:r"}, handlers={"f": Script(1)})
    assert execution.history[2]["lambdaFunctionScheduledEventDetails"]["taskCredentials"] == {"roleArn": "arn:r"}


# -- what can't be evaluated -------------------------------------------------------------------------------------------

_UNDEFINED = "The JSONata expression '$states.input.no' specified for the field '{}' returned nothing (undefined)."
NO = "{% $states.input.no %}"


@pytest.mark.parametrize(
    ("state", "location"),
    [
        ({"Type": "Pass", "Output": NO}, "Output"),
        ({"Type": "Pass", "Output": {"a": {"b": NO}}}, "Output/a/b"),
        ({"Type": "Pass", "Assign": {"x": NO}}, "Assign/x"),
        ({"Type": "Succeed", "Output": NO}, "Output"),
        (task(Arguments={"x": NO}), "Arguments/x"),
        (task(TimeoutSeconds=NO), "TimeoutSeconds"),
        ({"Type": "Parallel", "Branches": [scope({"A": {"Type": "Succeed"}})], "Arguments": NO}, "Arguments"),
    ],
)
def test_undefined(state: dict[str, Any], location: str) -> None:
    execution = one(state, {}, handlers={"f": Script()})
    cause = PREFIX + _UNDEFINED.format(location)
    assert (execution.error, execution.cause) == (ERROR, cause)
    # EvaluationFailed follows what was before the state; the end follows EvaluationFailed
    failed = next(number for number, event in enumerate(execution.events, 1) if event[0] == "EvaluationFailed")
    kind, previous, _, visit, *details = execution.events[failed - 1]
    assert (kind, previous, visit, details) == ("EvaluationFailed", 0, 2, ["S", ERROR, cause, location])
    assert execution.events[-1][0] == "ExecutionFailed"


def test_links_of_a_failed_evaluation() -> None:
    states = {"A": {"Type": "Pass", "Next": "S"}, "S": {"Type": "Pass", "Output": NO, "End": True}}
    assert links(run(states, {}), 3) == [
        "3 PassStateExited A",
        "4 PassStateEntered S",
        "5<-3 EvaluationFailed",
        "6 ExecutionFailed",
    ]


def test_a_bad_moment_follows_the_state_itself() -> None:
    execution = one({"Type": "Wait", "Timestamp": "{% 'tomorrow' %}"})
    assert links(execution, 2) == ["2<-0 WaitStateEntered S", "3 EvaluationFailed", "4 ExecutionFailed"]
    assert execution.cause == (
        PREFIX + "The Timestamp field cannot be parsed as an ISO-8601 extended offset date-time format string: tomorrow"
    )


_NOT_AN_ARRAY = (
    "The JSONata expression '1' specified for the field 'Items' returned an unexpected result type. "
    "Expected 'array', but was 'number' for value: 1"
)


@pytest.mark.parametrize(
    ("items", "tail"), [("{% 1 %}", _NOT_AN_ARRAY), (None, "Map state input must be an array but was: {}")]
)
def test_items_of_another_type(items: Any, tail: str) -> None:
    fields = {} if items is None else {"Items": items}
    execution = one({"Type": "Map", "ItemProcessor": scope({"A": {"Type": "Succeed"}}), **fields}, {})
    assert (execution.error, execution.cause) == (ERROR, PREFIX + tail)
    assert links(execution, 2) == [
        "2<-0 MapStateEntered S",
        "3<-0 EvaluationFailed",
        "4 MapStateFailed",
        "5 ExecutionFailed",
    ]


@pytest.mark.parametrize("value", ["{% -1 %}", "{% 1.5 %}", "{% 'x' %}"])
@pytest.mark.parametrize("field", ["Seconds", "TimeoutSeconds", "HeartbeatSeconds", "MaxConcurrency"])
def test_numbers_that_are_none(field: str, value: str) -> None:
    state = {
        "Seconds": {"Type": "Wait"},
        "MaxConcurrency": {"Type": "Map", "ItemProcessor": scope({"A": {"Type": "Succeed"}}), "Items": []},
    }.get(field, task())
    execution = one({**state, field: value}, {}, handlers={"f": Script()})
    assert execution.error == ERROR
    assert "EvaluationFailed" in kinds(execution)


def test_an_evaluation_that_fails_is_retried_and_caught() -> None:
    retry = [{"ErrorEquals": [ERROR], "MaxAttempts": 2}]
    catch = [{"ErrorEquals": ["States.ALL"], "Next": "C"}]
    states = {"S": task(Arguments=NO, Retry=retry, Catch=catch, Next="C"), "C": {"Type": "Succeed"}}
    execution = run(states, {}, handlers={"f": Script()})
    assert execution.output["Error"] == ERROR
    assert moments(execution, "EvaluationFailed") == [0, 1, 3]


@pytest.mark.parametrize("at_once", [0, 1, 2])
@pytest.mark.parametrize("handled", [{}, {"Retry": [{"ErrorEquals": [ERROR], "MaxAttempts": 1}]}])
def test_an_item_selector_that_fails_for_one_item_ends_the_others(at_once: int, handled: dict[str, Any]) -> None:
    """Whether its iteration was to start at once or later: nothing goes on behind the failure."""
    state = {
        "Type": "Map",
        "ItemSelector": "{% $states.context.Map.Item.Value.n %}",
        "MaxConcurrency": at_once,
        "ItemProcessor": scope({"W": {"Type": "Wait", "Seconds": 5, "End": True}}),
        **handled,
    }
    execution = one(state, [{"n": 1}, {"n": 2}, {}, {"n": 4}])
    assert execution.error == ERROR
    assert kinds(execution)[-2:] == ["MapStateFailed", "ExecutionFailed"]
    assert "MapStateExited" not in kinds(execution)
    assert kinds(execution).count("EvaluationFailed") == (2 if handled else 1)
    last = max(number for number, kind in enumerate(kinds(execution)) if kind == "EvaluationFailed")
    assert "WaitStateExited" not in kinds(execution)[last:]


def test_one_state_in_the_other_language() -> None:
    states = {
        "A": {"Type": "Pass", "QueryLanguage": "JSONata", "Output": {"n": "{% $states.input.n + 1 %}"}, "Next": "B"},
        "B": {"Type": "Pass", "Parameters": {"m.$": "$.n"}, "End": True},
    }
    assert machine(states).run({"n": 1}).output == {"m": 2}

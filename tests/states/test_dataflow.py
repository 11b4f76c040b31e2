"""The way of the data through a state: every field, its default, its null, and what fails."""

from __future__ import annotations

from typing import Any

import pytest

from tests.machines import Script, one, run, scope, task

DATA = {"a": {"b": 1}, "list": [1, 2, 3]}


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, DATA),
        ({"Result": 7}, 7),
        ({"Result": {"x.$": "$.a", "y": "$.a"}}, {"x.$": "$.a", "y": "$.a"}),  # nothing in it is evaluated
        ({"Result": None}, DATA),
        ({"Result": False}, False),
        ({"Result": 0}, 0),
        ({"Result": []}, []),
        ({"InputPath": "$"}, DATA),
        ({"InputPath": "$.a"}, {"b": 1}),
        ({"InputPath": "$.a.b"}, 1),
        ({"InputPath": "$.list[*]"}, [1, 2, 3]),
        ({"InputPath": "$.list[5:]"}, []),
        ({"InputPath": None}, {}),
        ({"InputPath": "$$.State.Name"}, "S"),
        ({"OutputPath": "$.a"}, {"b": 1}),
        ({"OutputPath": None}, {}),
        ({"OutputPath": "$$.StateMachine.Name"}, "StateMachine"),
        ({"ResultPath": "$"}, DATA),
        ({"ResultPath": None}, DATA),
        ({"ResultPath": "$.r"}, {**DATA, "r": DATA}),
        ({"ResultPath": "$.new.deep"}, {**DATA, "new": {"deep": DATA}}),
        ({"ResultPath": "$.a"}, {**DATA, "a": DATA}),
        ({"ResultPath": "$['a b']"}, {**DATA, "a b": DATA}),
        ({"Parameters": {"x.$": "$.a.b", "y": "$.a.b"}}, {"x": 1, "y": "$.a.b"}),
        ({"Parameters": {}}, {}),
        ({"Parameters": {"n.$": "States.MathAdd($.a.b, 1)"}}, {"n": 2}),
        ({"InputPath": "$.a", "Parameters": {"x.$": "$.b"}}, {"x": 1}),
        # ResultPath writes into the raw input, whatever InputPath left of it
        ({"InputPath": "$.a", "ResultPath": "$.r"}, {**DATA, "r": {"b": 1}}),
        ({"InputPath": "$.a", "ResultPath": None}, DATA),
        ({"InputPath": "$.a", "ResultPath": "$.r", "OutputPath": "$.r.b"}, 1),
        # Result wins over what Parameters or InputPath make of the input
        ({"Result": 5, "Parameters": {"x": 1}, "ResultPath": "$.r"}, {**DATA, "r": 5}),
        ({"Result": 5, "InputPath": "$.a", "ResultPath": "$.r"}, {**DATA, "r": 5}),
    ],
)
def test_pass(fields: dict[str, Any], expected: Any) -> None:
    execution = one({"Type": "Pass", **fields}, DATA)
    assert execution.raise_for_status() == expected


@pytest.mark.parametrize("kind", ["Succeed", "Wait", "Choice"])
@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, DATA),
        ({"InputPath": "$.a"}, {"b": 1}),
        ({"InputPath": None}, {}),
        ({"OutputPath": "$.list"}, [1, 2, 3]),
        ({"OutputPath": None}, {}),
        ({"InputPath": "$.a", "OutputPath": "$.b"}, 1),
    ],
)
def test_states_without_result(kind: str, fields: dict[str, Any], expected: Any) -> None:
    """OutputPath is applied to the effective input, and nothing is merged into the raw one."""
    work = {
        "Succeed": {},
        "Wait": {"Seconds": 1, "Next": "End"},
        "Choice": {"Choices": [{"Variable": "$.none", "IsPresent": True, "Next": "End"}], "Default": "End"},
    }
    execution = run({"S": {"Type": kind, **work[kind], **fields}} | _end(kind), DATA)
    assert execution.raise_for_status() == expected


def _end(kind: str) -> dict[str, Any]:
    return {} if kind == "Succeed" else {"End": {"Type": "Succeed"}}


@pytest.mark.parametrize(
    ("fields", "seen", "output"),
    [
        ({}, DATA, {"r": 9}),
        ({"InputPath": "$.a"}, {"b": 1}, {"r": 9}),
        ({"InputPath": None}, {}, {"r": 9}),
        ({"Parameters": {"x.$": "$.a.b", "n": None}}, {"x": 1, "n": None}, {"r": 9}),
        ({"ResultSelector": {"y.$": "$.r"}}, DATA, {"y": 9}),
        ({"ResultSelector": {"who.$": "$$.State.Name"}}, DATA, {"who": "S"}),
        ({"ResultPath": "$.out"}, DATA, {**DATA, "out": {"r": 9}}),
        ({"ResultPath": None}, DATA, DATA),
        ({"ResultSelector": {"y.$": "$.r"}, "ResultPath": "$.out", "OutputPath": "$.out.y"}, DATA, 9),
        ({"OutputPath": "$.r"}, DATA, 9),
        ({"OutputPath": None}, DATA, {}),
    ],
)
def test_task(fields: dict[str, Any], seen: Any, output: Any) -> None:
    handler = Script({"r": 9})
    execution = one(task(**fields), DATA, handlers={"f": handler})
    assert execution.raise_for_status() == output
    assert handler.seen == [seen]


@pytest.mark.parametrize(
    ("fields", "seen", "output"),
    [
        ({}, DATA, [DATA]),
        ({"InputPath": "$.a"}, {"b": 1}, [{"b": 1}]),
        ({"Parameters": {"x.$": "$.a.b"}}, {"x": 1}, [{"x": 1}]),
        ({"ResultSelector": {"first.$": "$[0]"}}, DATA, {"first": DATA}),
        ({"ResultPath": "$.r", "Parameters": {}}, {}, {**DATA, "r": [{}]}),
        ({"ResultPath": None}, DATA, DATA),
        ({"OutputPath": "$[0].a.b"}, DATA, 1),
    ],
)
def test_parallel(fields: dict[str, Any], seen: Any, output: Any) -> None:
    execution = one({"Type": "Parallel", "Branches": [scope({"B": {"Type": "Pass", "End": True}})], **fields}, DATA)
    assert execution.raise_for_status() == output
    assert [visit.input for visit in execution.visits if visit.name == "B"] == [seen]


@pytest.mark.parametrize("selector", ["ItemSelector", "Parameters"])
@pytest.mark.parametrize("processor", ["ItemProcessor", "Iterator"])
def test_map_fields_by_both_names(selector: str, processor: str) -> None:
    state = {
        "Type": "Map",
        "InputPath": "$.a",
        "ItemsPath": "$.items",
        selector: {"i.$": "$$.Map.Item.Index", "v.$": "$$.Map.Item.Value", "whole.$": "$.items[2]"},
        processor: scope({"B": {"Type": "Pass", "End": True}}),
        "ResultSelector": {"got.$": "$"},
        "ResultPath": "$.r",
        "OutputPath": "$.r.got",
    }
    execution = one(state, {"a": {"items": ["x", None, 3]}})
    assert execution.raise_for_status() == [
        {"i": 0, "v": "x", "whole": 3},
        {"i": 1, "v": None, "whole": 3},
        {"i": 2, "v": 3, "whole": 3},
    ]


PREFIX = "An error occurred while executing the state 'S' (entered at the event id #2). "


@pytest.mark.parametrize(
    ("fields", "data", "error", "tail"),
    [
        ({"InputPath": "$.no"}, {}, "States.Runtime", "Invalid path '$.no' : No results for path: $['no']"),
        (
            {"InputPath": "$.no.such"},
            {},
            "States.Runtime",
            "Invalid path '$.no.such' : Missing property in path $['no']",
        ),
        ({"OutputPath": "$.no"}, {}, "States.Runtime", "Invalid path '$.no' : No results for path: $['no']"),
        (
            {"Parameters": {"v.$": "$.no"}},
            {"ü": 1},
            "States.Runtime",
            "The JSONPath '$.no' specified for the field 'v.$' could not be found in the input '{\"ü\":1}'",
        ),
        (
            {"InputPath": "$.a", "Parameters": {"v.$": "$$.Execution.Input.no"}},
            {"a": 1},
            "States.Runtime",
            (
                "The JSONPath '$$.Execution.Input.no' specified for the field 'v.$' "
                "could not be found in the input '{\"a\":1}'"
            ),
        ),
        ({"ResultPath": "$.x", "Result": 1}, 4, "States.ReferencePathConflict", None),
        ({"ResultPath": "$.a.x", "Result": 1}, {"a": "text"}, "States.ReferencePathConflict", None),
    ],
)
def test_failures_of_pass(fields: dict[str, Any], data: Any, error: str, tail: str | None) -> None:
    execution = one({"Type": "Pass", **fields}, data)
    assert (execution.status, execution.error) == ("FAILED", error)
    assert execution.cause is not None
    assert execution.cause.startswith(PREFIX)
    if tail is not None:
        assert execution.cause == PREFIX + tail
    assert [event[:2] for event in execution.events] == [
        ("ExecutionStarted", 0),
        ("PassStateEntered", 0),
        ("ExecutionFailed", 2),
    ]


def test_an_output_path_that_fails_after_the_task_succeeded_is_not_caught() -> None:
    states = {
        "S": task(OutputPath="$.no", Catch=[{"ErrorEquals": ["States.ALL"], "Next": "C"}], Next="C"),
        "C": {"Type": "Succeed"},
    }
    execution = run(states, {}, handlers={"f": Script({})})
    assert (execution.error, execution.cause) == (
        "States.Runtime",
        PREFIX + "Invalid path '$.no' : No results for path: $['no']",
    )
    assert execution.events[-1][:2] == ("ExecutionFailed", 5)  # follows LambdaFunctionSucceeded


def test_values_are_never_shared_between_places() -> None:
    """What a state builds from its input can be read after the input's copy elsewhere has been overwritten."""
    states = {
        "A": {"Type": "Pass", "ResultPath": "$.copy", "InputPath": "$.a", "Next": "B"},
        "B": {"Type": "Pass", "Result": 2, "ResultPath": "$.a.b", "End": True},
    }
    execution = run(states, {"a": {"b": 1}})
    assert execution.output == {"a": {"b": 2}, "copy": {"b": 1}}
    assert execution.visits[1].input == {"a": {"b": 1}, "copy": {"b": 1}}

"""``$name`` wherever AWS accepts a path in a JSONPath state; each machine first assigns a variable ``v``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from asl import DefinitionError
from tests.machines import FUNCTION, Script, details, kinds, machine, moments, run, scope, task

if TYPE_CHECKING:
    from asl import Execution

V = {
    "a": [{"b": "deep"}, 2],
    "n": 2,
    "items": [1, 2, 3],
    "error": "Oops",
    "flag": True,
    "at": "2026-01-01T00:00:02Z",
    "role": "arn:aws:iam::123456789012:role/r",
    "k k": "quoted",
    "null": None,
}


def after(state: dict[str, Any], data: Any = None, **options: Any) -> Execution:
    """Run a state S after v has been assigned; Choices go on to Yes and No."""
    states = {
        "Assign": {"Type": "Pass", "Assign": {"v": V}, "Next": "S"},
        "S": state if state["Type"] in {"Choice", "Fail"} or "Next" in state else {**state, "End": True},
    }
    if state["Type"] == "Choice":
        states |= {name: {"Type": "Pass", "Result": name, "End": True} for name in ("Yes", "No")}
    return run(states, data, **options)


INNER = scope({"I": {"Type": "Pass", "End": True}})
INNER_READS = scope({"I": {"Type": "Pass", "InputPath": "$v.n", "End": True}})

#: (state, output)
OUTPUTS: dict[str, tuple[dict[str, Any], Any]] = {
    "InputPath": ({"Type": "Pass", "InputPath": "$v.a[0]"}, {"b": "deep"}),
    "InputPath, whole": ({"Type": "Pass", "InputPath": "$v"}, V),
    "InputPath, quoted": ({"Type": "Pass", "InputPath": "$v['k k']"}, "quoted"),
    "InputPath, null is a value": ({"Type": "Pass", "InputPath": "$v.null"}, None),
    "InputPath, many": ({"Type": "Pass", "InputPath": "$v.items[1:]"}, [2, 3]),
    "InputPath, filter": ({"Type": "Pass", "InputPath": "$v.items[?(@ > 1)]"}, [2, 3]),
    "OutputPath": ({"Type": "Pass", "OutputPath": "$v.a[1]"}, 2),
    "Parameters": ({"Type": "Pass", "Parameters": {"x": {"y.$": "$v.a[0].b"}}}, {"x": {"y": "deep"}}),
    "Parameters, in an array": ({"Type": "Pass", "Parameters": {"x": [{"y.$": "$v.n"}]}}, {"x": [{"y": 2}]}),
    "Parameters, literal": ({"Type": "Pass", "Parameters": {"x": "$v.n"}}, {"x": "$v.n"}),
    "Result is never evaluated": ({"Type": "Pass", "Result": {"x.$": "$v.n"}}, {"x.$": "$v.n"}),
    "ResultSelector": (task(ResultSelector={"x.$": "$v.n", "r.$": "$"}), {"x": 2, "r": "result"}),
    "ItemsPath": ({"Type": "Map", "ItemsPath": "$v.items", "ItemProcessor": INNER}, [1, 2, 3]),
    "ItemSelector": (
        {
            "Type": "Map",
            "ItemsPath": "$v.items",
            "ItemSelector": {"x.$": "$v.n", "i.$": "$$.Map.Item.Value"},
            "ItemProcessor": INNER,
        },
        [{"x": 2, "i": i} for i in (1, 2, 3)],
    ),
    "Map's Parameters": (
        {"Type": "Map", "ItemsPath": "$v.items", "Parameters": {"x.$": "$v.n"}, "ItemProcessor": INNER},
        [{"x": 2}] * 3,
    ),
    "Parallel's Parameters": ({"Type": "Parallel", "Parameters": {"x.$": "$v.n"}, "Branches": [INNER]}, [{"x": 2}]),
    "an iteration": (
        {"Type": "Map", "ItemsPath": "$v.items", "ItemProcessor": INNER_READS},
        [2, 2, 2],
    ),
    "Succeed": ({"Type": "Succeed", "InputPath": "$v", "OutputPath": "$.n"}, 2),
    "an intrinsic's arguments": (
        {
            "Type": "Pass",
            "Parameters": {"x.$": "States.Format('{}{}', $v.a[0].b, States.ArrayGetItem($v.items, $v.n))"},
        },
        {"x": "deep3"},
    ),
    "Wait's InputPath": ({"Type": "Wait", "Seconds": 0, "InputPath": "$v.n"}, 2),
    "Choice's InputPath and OutputPath": (
        {
            "Type": "Choice",
            "InputPath": "$v",
            "OutputPath": "$.n",
            "Choices": [{"Variable": "$.n", "NumericEquals": 2, "Next": "Show"}],
        },
        2,
    ),
}


@pytest.mark.parametrize("name", OUTPUTS)
def test_where_a_variable_makes_the_output(name: str) -> None:
    state, expected = OUTPUTS[name]
    states = {
        "Assign": {"Type": "Pass", "Assign": {"v": V}, "Next": "S"},
        "S": state if state["Type"] in {"Choice", "Succeed"} else {**state, "End": True},
        "Show": {"Type": "Succeed"},
    }
    if state["Type"] != "Choice":
        del states["Show"]
    execution = run(states, handlers={"f": lambda _: "result"})
    assert (execution.status, execution.output) == ("SUCCEEDED", expected)


# -- Choice --


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ({"Variable": "$v.n", "NumericEquals": 2}, "Yes"),
        ({"Variable": "$v.n", "NumericEquals": 3}, "No"),
        ({"Variable": "$v.a[0].b", "StringMatches": "d*p"}, "Yes"),
        ({"Variable": "$v.flag", "BooleanEquals": True}, "Yes"),
        ({"Variable": "$v.at", "TimestampGreaterThan": "2025-01-01T00:00:00Z"}, "Yes"),
        ({"Variable": "$v.null", "IsNull": True}, "Yes"),
        ({"Variable": "$v.nope", "IsPresent": False}, "Yes"),
        ({"Variable": "$nope", "IsPresent": True}, "No"),
        ({"Variable": "$.n", "NumericEqualsPath": "$v.n"}, "Yes"),
        ({"Variable": "$.n", "NumericLessThanPath": "$v.n"}, "No"),
        ({"Not": {"Variable": "$.n", "NumericLessThanPath": "$v.items[2]"}}, "No"),
        ({"And": [{"Variable": "$v.n", "IsNumeric": True}, {"Variable": "$v.error", "IsString": True}]}, "Yes"),
    ],
    ids=str,
)
def test_in_a_choice_rule(rule: dict[str, Any], expected: str) -> None:
    state = {"Type": "Choice", "Choices": [{**rule, "Next": "Yes"}], "Default": "No"}
    assert after(state, {"n": 2}).output == expected


# -- clocks, limits, names of errors, roles --


def test_in_seconds_path_and_timestamp_path() -> None:
    for fields in ({"SecondsPath": "$v.n"}, {"TimestampPath": "$v.at"}):
        assert moments(after({"Type": "Wait", **fields}), "WaitStateExited") == [2]


def test_in_the_clocks_of_a_task() -> None:
    state = task(TimeoutSecondsPath="$v.items[2]", HeartbeatSecondsPath="$v.n")
    state["Resource"] = "arn:aws:states:::sqs:sendMessage"
    execution = after(state, handlers={"S": lambda _: 1})
    (scheduled,) = details(execution, "TaskScheduled")
    assert (scheduled["timeoutInSeconds"], scheduled["heartbeatInSeconds"]) == (3, 2)


def test_in_max_concurrency_path() -> None:
    inner = scope({"W": {"Type": "Wait", "Seconds": 1, "End": True}})
    state = {"Type": "Map", "ItemsPath": "$v.items", "MaxConcurrencyPath": "$v.n", "ItemProcessor": inner}
    assert moments(after(state), "MapIterationStarted") == [0, 0, 1]


def test_in_error_path_and_cause_path() -> None:
    execution = after({"Type": "Fail", "ErrorPath": "$v.error", "CausePath": "States.Format('{}!', $v.a[0].b)"})
    assert (execution.error, execution.cause) == ("Oops", "deep!")


@pytest.mark.parametrize("credentials", [{"RoleArn.$": "$v.role"}, {"RoleArn.$": "States.Format('{}', $v.role)"}])
def test_in_credentials(credentials: dict[str, Any]) -> None:
    execution = after(task(Credentials=credentials), handlers={"f": Script(1)})
    (scheduled,) = details(execution, "LambdaFunctionScheduled")
    assert scheduled["taskCredentials"] == {"roleArn": V["role"]}


def test_in_a_catcher_s_assign() -> None:
    catcher = {"ErrorEquals": ["States.ALL"], "Assign": {"x.$": "$v.n", "e.$": "$.Error"}, "Next": "End"}
    states = {
        "Assign": {"Type": "Pass", "Assign": {"v": V}, "Next": "S"},
        "S": task(Catch=[catcher], Next="End"),
        "End": {"Type": "Pass", "Parameters": {"x.$": "$x", "e.$": "$e"}, "End": True},
    }
    assert run(states, handlers={"f": Script(ValueError())}).output == {"x": 2, "e": "ValueError"}


def test_state_data_and_variables_of_the_same_name_are_different_things() -> None:
    state = {"Type": "Pass", "Parameters": {"data.$": "$.v", "variable.$": "$v.n", "context.$": "$$.Execution.Input.v"}}
    assert after(state, {"v": "data"}).output == {"data": "data", "variable": 2, "context": "data"}


# -- where it is refused, or leads nowhere --


@pytest.mark.parametrize("path", ["$v", "$v.n", "$$.Execution"])
def test_result_path_takes_none(path: str) -> None:
    with pytest.raises(DefinitionError, match=r"ResultPath|reference path"):
        machine({"S": {"Type": "Pass", "ResultPath": path, "End": True}})
    catcher = {"ErrorEquals": ["States.ALL"], "ResultPath": path, "Next": "End"}
    with pytest.raises(DefinitionError, match=r"ResultPath|reference path"):
        machine({"S": task(Catch=[catcher], Next="End"), "End": {"Type": "Succeed"}})


NOWHERE: dict[str, dict[str, Any]] = {
    "InputPath": {"Type": "Pass", "InputPath": "$nope"},
    "InputPath, a member": {"Type": "Pass", "InputPath": "$v.nope"},
    "OutputPath": {"Type": "Pass", "OutputPath": "$nope.a"},
    "Parameters": {"Type": "Pass", "Parameters": {"x.$": "$nope"}},
    "an intrinsic's arguments": {"Type": "Pass", "Parameters": {"x.$": "States.Format('{}', $nope)"}},
    "ResultSelector": task(ResultSelector={"x.$": "$nope"}),
    "Assign": {"Type": "Pass", "Assign": {"x.$": "$nope"}},
    "ItemsPath": {"Type": "Map", "ItemsPath": "$nope", "ItemProcessor": INNER},
    "ItemSelector": {
        "Type": "Map",
        "ItemsPath": "$v.items",
        "ItemSelector": {"x.$": "$nope"},
        "ItemProcessor": INNER,
    },
    "MaxConcurrencyPath": {
        "Type": "Map",
        "ItemsPath": "$v.items",
        "MaxConcurrencyPath": "$nope",
        "ItemProcessor": INNER,
    },
    "SecondsPath": {"Type": "Wait", "SecondsPath": "$nope"},
    "TimestampPath": {"Type": "Wait", "TimestampPath": "$nope"},
    "TimeoutSecondsPath": task(TimeoutSecondsPath="$nope"),
    "HeartbeatSecondsPath": task(HeartbeatSecondsPath="$nope"),
    "Credentials": task(Credentials={"RoleArn.$": "$nope"}),
    "Variable": {
        "Type": "Choice",
        "Choices": [{"Variable": "$nope", "NumericEquals": 1, "Next": "Yes"}],
        "Default": "No",
    },
    "...Path of a rule": {
        "Type": "Choice",
        "Choices": [{"Variable": "$v.n", "NumericEqualsPath": "$nope", "Next": "Yes"}],
        "Default": "No",
    },
    "ErrorPath": {"Type": "Fail", "ErrorPath": "$nope"},
    "CausePath": {"Type": "Fail", "CausePath": "$nope"},
}


@pytest.mark.parametrize("name", NOWHERE)
def test_a_variable_that_has_no_value_ends_the_execution(name: str) -> None:
    execution = after(NOWHERE[name], handlers={"f": lambda _: 1})
    assert (execution.status, execution.error) == ("FAILED", "States.Runtime")
    assert execution.cause is not None
    assert execution.cause.startswith("An error occurred while executing the state 'S' (entered at the event id #4). ")
    assert "nope" in execution.cause
    assert kinds(execution)[-1] == "ExecutionFailed"
    assert "EvaluationFailed" not in kinds(execution)


def test_the_resource_is_never_computed() -> None:
    with pytest.raises(DefinitionError):
        machine({"S": {"Type": "Task", "Resource": "$v.resource", "End": True}})
    with pytest.raises(DefinitionError):
        machine({"S": {"Type": "Task", "Resource.$": "$v.resource", "Resource": FUNCTION + "f", "End": True}})

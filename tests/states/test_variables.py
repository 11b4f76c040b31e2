"""Assign: where it may stand, what its expressions see, what the history tells of it, and what later states read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from asl import TaskError
from tests.machines import Script, run, run_jsonata, scope, task

if TYPE_CHECKING:
    from asl import Execution

JSONATA = {"QueryLanguage": "JSONata"}
END = {"Type": "Pass", "End": True}

#: The last state of most machines here: all of the variable x.
SHOW = {"Type": "Pass", "Parameters": {"x.$": "$x"}, "End": True}
SHOW_JSONATA = {"Type": "Pass", "Output": {"x": "{% $x %}"}, "End": True}


def fail(_event: Any) -> Any:
    raise TaskError("Broken", "as planned")


def assigned(execution: Execution, state: str) -> Any:
    """What the history tells that the visit of a state assigned: name -> JSON text."""
    for event in execution.history:
        details = event.get("stateExitedEventDetails", {})
        if details.get("name") == state:
            assert ("assignedVariables" in details) == ("assignedVariablesDetails" in details)
            return details.get("assignedVariables")
    raise AssertionError(f"{state} was never left")


# -- what $ and $states are, by state type --

DATA = {"n": 1, "items": [1, 2]}
INNER = scope({"I": {"Type": "Pass", "Result": "inner", "End": True}})
INNER_JSONATA = scope({"I": {"Type": "Pass", "Output": "inner", "End": True}})
NEVER = {"Variable": "$[0]", "NumericEquals": 9, "Next": "Show"}

#: (state, what ``"x.$": "$"`` in its Assign is); the Task's function returns {"r": 7}
DOLLAR: dict[str, tuple[dict[str, Any], Any]] = {
    "Task: the result": (task(Next="Show"), {"r": 7}),
    "Task: the result after ResultSelector": (task(ResultSelector={"s.$": "$.r"}, Next="Show"), {"s": 7}),
    "Task: the result before ResultPath": (task(ResultPath="$.t", Next="Show"), {"r": 7}),
    "Task: the result, though ResultPath drops it": (task(ResultPath=None, Next="Show"), {"r": 7}),
    "Task: the result before OutputPath": (task(OutputPath="$.r", Next="Show"), {"r": 7}),
    "Parallel: the results": ({"Type": "Parallel", "Branches": [INNER], "Next": "Show"}, ["inner"]),
    "Map: the results": (
        {"Type": "Map", "ItemsPath": "$.items", "ItemProcessor": INNER, "Next": "Show"},
        ["inner", "inner"],
    ),
    "Pass: the input": ({"Type": "Pass", "Next": "Show"}, DATA),
    "Pass: the effective input": ({"Type": "Pass", "InputPath": "$.items", "Next": "Show"}, [1, 2]),
    "Pass: Parameters": ({"Type": "Pass", "Parameters": {"p.$": "$.n"}, "Next": "Show"}, {"p": 1}),
    "Pass: Result": ({"Type": "Pass", "Result": {"fixed": True}, "Next": "Show"}, {"fixed": True}),
    "Wait: the effective input": ({"Type": "Wait", "Seconds": 1, "InputPath": "$.items", "Next": "Show"}, [1, 2]),
    "Choice: the effective input": (
        {"Type": "Choice", "InputPath": "$.items", "Choices": [NEVER], "Default": "Show"},
        [1, 2],
    ),
}


@pytest.mark.parametrize("name", DOLLAR)
def test_the_dollar_of_assign_in_jsonpath(name: str) -> None:
    state, expected = DOLLAR[name]
    execution = run({"S": {**state, "Assign": {"x.$": "$"}}, "Show": SHOW}, DATA, handlers={"f": lambda _: {"r": 7}})
    assert execution.output == {"x": expected}


#: (state, the member of $states, what it is)
STATES: dict[str, tuple[dict[str, Any], str, Any]] = {
    "Task": (task(Next="Show"), "result", {"r": 7}),
    "Task: not the arguments": (task(Arguments=5, Next="Show"), "input", DATA),
    "Task: not the output": (task(Output=5, Next="Show"), "result", {"r": 7}),
    "Parallel": ({"Type": "Parallel", "Branches": [INNER_JSONATA], "Next": "Show"}, "result", ["inner"]),
    "Map": ({"Type": "Map", "Items": [5, 6], "ItemProcessor": INNER_JSONATA, "Next": "Show"}, "result", ["inner"] * 2),
    "Pass": ({"Type": "Pass", "Next": "Show"}, "input", DATA),
    "Wait": ({"Type": "Wait", "Seconds": 1, "Next": "Show"}, "input", DATA),
    "Choice": ({"Type": "Choice", "Choices": [{"Condition": False, "Next": "Show"}], "Default": "Show"}, "input", DATA),
    "the context": ({"Type": "Pass", "Next": "Show"}, "context.State.Name", "S"),
}


@pytest.mark.parametrize("name", STATES)
def test_the_states_of_assign_in_jsonata(name: str) -> None:
    state, member, expected = STATES[name]
    states = {"S": {**state, "Assign": {"x": f"{{% $states.{member} %}}"}}, "Show": SHOW_JSONATA}
    assert run_jsonata(states, DATA, handlers={"f": lambda _: {"r": 7}}).output == {"x": expected}


# -- values --

VALUES = [None, True, 0, -1.5, "", "ä", [], [[1], {}], {}, {"a": {"b": [None]}}]


@pytest.mark.parametrize("value", VALUES, ids=repr)
def test_any_json_can_be_assigned(value: Any) -> None:
    in_jsonpath = run({"S": {"Type": "Pass", "Assign": {"x": value}, "Next": "Show"}, "Show": SHOW})
    in_jsonata = run_jsonata({"S": {"Type": "Pass", "Assign": {"x": value}, "Next": "Show"}, "Show": SHOW_JSONATA})
    assert in_jsonpath.output == in_jsonata.output == {"x": value}


def test_only_marked_values_are_evaluated() -> None:
    literal = {"x": "$.n", "y": {"z.$": "$.n"}}
    execution = run({"S": {"Type": "Pass", "Assign": literal, "End": True}}, DATA)
    assert assigned(execution, "S") == {"x": '"$.n"', "y": '{"z":1}'}
    literal = {"x": " {% $states.input.n %}", "y": ["{% $states.input.n %}", "$.n"]}
    execution = run_jsonata({"S": {"Type": "Pass", "Assign": literal, "End": True}}, DATA)
    assert assigned(execution, "S") == {"x": '" {% $states.input.n %}"', "y": '[1,"$.n"]'}


def test_history_holds_the_values_as_json_text() -> None:
    values = {"text": "foo", "number": 42, "nothing": None, "list": ["ä", {"b": 1}]}
    execution = run({"S": {"Type": "Pass", "Assign": values, "End": True}})
    assert assigned(execution, "S") == {
        "text": '"foo"',
        "number": "42",
        "nothing": "null",
        "list": '["ä",{"b":1}]',
    }
    (exited,) = [event for event in execution.history if event["type"] == "PassStateExited"]
    assert exited["stateExitedEventDetails"]["assignedVariablesDetails"] == {"truncated": False}


@pytest.mark.parametrize("fields", [{}, {"Assign": {}}])
def test_history_is_silent_when_nothing_is_assigned(fields: dict[str, Any]) -> None:
    assert assigned(run({"S": {**END, **fields}}), "S") is None


def test_a_variable_is_replaced_as_a_whole() -> None:
    states = {
        "A": {"Type": "Pass", "Assign": {"x": {"a": 1}, "y": 1}, "Next": "B"},
        "B": {"Type": "Pass", "Assign": {"x": {"b": 2}}, "Next": "C"},
        "C": {"Type": "Pass", "Parameters": {"x.$": "$x", "y.$": "$y"}, "End": True},
    }
    assert run(states).output == {"x": {"b": 2}, "y": 1}


def test_names_are_case_sensitive_and_may_be_those_of_functions() -> None:
    states = {
        "A": {"Type": "Pass", "Assign": {"sum": 1, "Sum": 2, "éa_1": 3}, "Next": "B"},
        "B": {"Type": "Pass", "Output": "{% [$sum, $Sum, $éa_1, $max([4, 5])] %}", "End": True},
    }
    assert run_jsonata(states).output == [1, 2, 3, 5]


# -- entry-time values --


def test_fields_of_the_same_state_see_the_values_of_entry_in_jsonpath() -> None:
    states = {
        "A": {"Type": "Pass", "Assign": {"x": {"v": "old"}}, "Next": "B"},
        "B": {
            "Type": "Task",
            "Resource": "arn:aws:lambda:us-east-1:123456789012:function:f",
            "InputPath": "$x",
            "Parameters": {"p.$": "$x.v"},
            "ResultSelector": {"r.$": "$", "s.$": "$x.v"},
            "ResultPath": "$.result",
            "OutputPath": "$",
            "Assign": {"x": {"v": "new"}, "before.$": "$x.v"},
            "Next": "C",
        },
        "C": {"Type": "Pass", "Parameters": {"in.$": "$", "x.$": "$x.v", "before.$": "$before"}, "End": True},
    }
    assert run(states, handlers={"f": lambda event: event}).output == {
        "in": {"result": {"r": {"p": "old"}, "s": "old"}},
        "x": "new",
        "before": "old",
    }


def test_output_path_shows_the_variable_as_it_was() -> None:
    states = {
        "A": {"Type": "Pass", "Assign": {"x": "old"}, "Next": "B"},
        "B": {"Type": "Pass", "InputPath": "$x", "OutputPath": "$x", "Assign": {"x": "new"}, "End": True},
    }
    assert run(states).output == "old"


def test_fields_of_the_same_state_see_the_values_of_entry_in_jsonata() -> None:
    states = {
        "A": {"Type": "Pass", "Assign": {"x": "old"}, "Next": "B"},
        "B": {
            **task(Next="C"),
            "Arguments": {"x": "{% $x %}"},
            "Assign": {"x": "new", "before": "{% $x %}"},
            "Output": {"x": "{% $x %}", "sent": "{% $states.result %}"},
        },
        "C": {
            "Type": "Pass",
            "Output": {"in": "{% $states.input %}", "x": "{% $x %}", "before": "{% $before %}"},
            "End": True,
        },
    }
    assert run_jsonata(states, handlers={"f": lambda event: event}).output == {
        "in": {"x": "old", "sent": {"x": "old"}},
        "x": "new",
        "before": "old",
    }


def test_a_counter_and_a_swap() -> None:
    states = {
        "A": {"Type": "Pass", "Assign": {"n": 1, "a": "left", "b": "right"}, "Next": "B"},
        "B": {"Type": "Pass", "Assign": {"n": "{% $n + 1 %}", "a": "{% $b %}", "b": "{% $a %}"}, "Next": "C"},
        "C": {"Type": "Pass", "Output": "{% [$n, $a, $b] %}", "End": True},
    }
    assert run_jsonata(states).output == [2, "right", "left"]


def test_a_variable_does_not_exist_in_the_state_that_assigns_it_first() -> None:
    execution = run_jsonata({"S": {"Type": "Pass", "Assign": {"x": 1}, "Output": "{% $x %}", "End": True}})
    assert execution.error == "States.QueryEvaluationError"
    execution = run({"S": {"Type": "Pass", "Assign": {"x": 1, "y.$": "$x"}, "End": True}})
    assert execution.error == "States.Runtime"


def test_every_attempt_sees_the_values_of_entry() -> None:
    answers = Script(TaskError("Busy"), TaskError("Busy"), "done")
    states = {
        "A": {"Type": "Pass", "Assign": {"n": 1}, "Next": "B"},
        "B": {
            **task(Next="Show"),
            "Arguments": {"n": "{% $n %}"},
            "Assign": {"n": "{% $n + 1 %}"},
            "Retry": [{"ErrorEquals": ["Busy"]}],
        },
        "Show": {"Type": "Pass", "Output": "{% $n %}", "End": True},
    }
    assert run_jsonata(states, handlers={"f": answers}).output == 2
    assert answers.seen == [{"n": 1}] * 3


# -- Choice --

#: (input, the variables at the end): a rule's Assign belongs to it, the state's own to Default alone
CHOSEN = [
    ({"n": 1}, {"from": '"first"'}),
    ({"n": 2}, None),
    ({"n": 3}, {"from": '"default"', "only": "true"}),
]


@pytest.mark.parametrize(("data", "expected"), CHOSEN)
def test_assign_of_the_rule_or_of_default_in_jsonpath(data: Any, expected: Any) -> None:
    states = {
        "C": {
            "Type": "Choice",
            "Choices": [
                {"Variable": "$.n", "NumericEquals": 1, "Assign": {"from": "first"}, "Next": "End"},
                {"Variable": "$.n", "NumericEquals": 2, "Next": "End"},
            ],
            "Assign": {"from": "default", "only": True},
            "Default": "End",
        },
        "End": END,
    }
    assert assigned(run(states, data), "C") == expected


@pytest.mark.parametrize(("data", "expected"), CHOSEN)
def test_assign_of_the_rule_or_of_default_in_jsonata(data: Any, expected: Any) -> None:
    states = {
        "C": {
            "Type": "Choice",
            "Choices": [
                {"Condition": "{% $states.input.n = 1 %}", "Assign": {"from": "first"}, "Next": "End"},
                {"Condition": "{% $states.input.n = 2 %}", "Next": "End"},
            ],
            "Assign": {"from": "default", "only": "{% $states.input.n = 3 %}"},
            "Default": "End",
        },
        "End": END,
    }
    assert assigned(run_jsonata(states, data), "C") == expected


@pytest.mark.parametrize(("number", "output"), [(1, "rule"), (2, {"n": 2}), (3, "default")])
def test_output_of_the_rule_or_of_default(number: int, output: Any) -> None:
    rules = [
        {"Condition": "{% $states.input.n = 1 %}", "Output": "rule", "Next": "End"},
        {"Condition": "{% $states.input.n = 2 %}", "Next": "End"},
    ]
    states = {"C": {"Type": "Choice", "Choices": rules, "Output": "default", "Default": "End"}, "End": END}
    assert run_jsonata(states, {"n": number}).output == output


def test_a_rule_s_assign_does_not_change_what_later_rules_see() -> None:
    rules = [
        {"Variable": "$x", "NumericEquals": 2, "Assign": {"x": 1}, "Next": "Show"},
        {"Variable": "$x", "NumericEquals": 1, "Assign": {"x": 2}, "Next": "Show"},
    ]
    states = {
        "A": {"Type": "Pass", "Assign": {"x": 1}, "Next": "C"},
        "C": {"Type": "Choice", "Choices": rules},
        "Show": SHOW,
    }
    assert run(states).output == {"x": 2}


# -- catchers --

ERROR = {"Error": "Broken", "Cause": "as planned"}


def test_a_catcher_s_assign_sees_the_error_in_jsonpath() -> None:
    catcher = {
        "ErrorEquals": ["States.ALL"],
        "ResultPath": "$.error",
        "Assign": {"x.$": "$.Cause", "all.$": "$", "state.$": "$$.State.Name"},
        "Next": "End",
    }
    states = {"T": task(Assign={"x": "never"}, Catch=[catcher], Next="End"), "End": END}
    execution = run(states, {"n": 1}, handlers={"f": fail})
    assert execution.output == {"n": 1, "error": ERROR}
    assert assigned(execution, "T") == {
        "x": '"as planned"',
        "all": '{"Error":"Broken","Cause":"as planned"}',
        "state": '"T"',
    }


def test_a_catcher_s_assign_sees_the_error_in_jsonata() -> None:
    catcher = {
        "ErrorEquals": ["States.ALL"],
        "Assign": {"x": "{% $states.errorOutput.Cause %}", "n": "{% $states.input.n %}"},
        "Output": {"was": "{% $states.errorOutput %}"},
        "Next": "End",
    }
    states = {"T": task(Assign={"x": "never"}, Output="never", Catch=[catcher], Next="End"), "End": END}
    execution = run_jsonata(states, {"n": 1}, handlers={"f": fail})
    assert execution.output == {"was": ERROR}
    assert assigned(execution, "T") == {"x": '"as planned"', "n": "1"}


def test_a_catcher_without_output_gives_the_error() -> None:
    states = {"T": task(Catch=[{"ErrorEquals": ["States.ALL"], "Next": "End"}], Next="End"), "End": END}
    assert run_jsonata(states, {"n": 1}, handlers={"f": fail}).output == ERROR


def test_a_catcher_sees_the_values_of_entry() -> None:
    catcher = {"ErrorEquals": ["States.ALL"], "Assign": {"x": "{% $x + 1 %}"}, "Output": "{% $x %}", "Next": "Show"}
    states = {
        "A": {"Type": "Pass", "Assign": {"x": 1}, "Next": "T"},
        "T": task(Catch=[catcher], Next="Show"),
        "Show": {"Type": "Pass", "Output": "{% [$states.input, $x] %}", "End": True},
    }
    assert run_jsonata(states, handlers={"f": fail}).output == [1, 2]


# -- undefined --


def test_an_undefined_variable_in_jsonpath_ends_the_execution() -> None:
    catch = [{"ErrorEquals": ["States.ALL"], "Next": "End"}]
    states = {"T": task(Parameters={"x.$": "$nowhere.a"}, Catch=catch, Next="End"), "End": END}
    execution = run(states, handlers={"f": fail})
    assert execution.error == "States.Runtime"
    assert execution.cause is not None
    assert "The JSONPath '$nowhere.a' specified for the field 'x.$' could not be found" in execution.cause


def test_an_undefined_variable_in_jsonata_can_be_caught() -> None:
    catch = [{"ErrorEquals": ["States.QueryEvaluationError"], "Next": "End"}]
    states = {"T": task(Arguments={"x": "{% $nowhere %}"}, Catch=catch, Next="End"), "End": END}
    assert (
        run_jsonata(states, handlers={"f": fail})
        .output["Cause"]
        .endswith(
            "The JSONata expression '$nowhere' specified for the field 'Arguments/x' returned nothing (undefined)."
        )
    )


def test_null_is_a_value_and_not_undefined() -> None:
    states = {
        "A": {"Type": "Pass", "Assign": {"x": None}, "Next": "B"},
        "B": {"Type": "Pass", "Assign": {"y": "{% $x %}"}, "Output": "{% $x %}", "End": True},
    }
    execution = run_jsonata(states)
    assert (execution.status, execution.output) == ("SUCCEEDED", None)
    assert assigned(execution, "B") == {"y": "null"}


def test_both_languages_share_the_variables() -> None:
    states = {
        "A": {"Type": "Pass", "Assign": {"x": {"list": [1, {"deep": "a"}]}}, "Next": "B"},
        "B": {"Type": "Pass", **JSONATA, "Assign": {"y": "{% $x.list[1].deep & 'b' %}"}, "Next": "C"},
        "C": {"Type": "Pass", "Parameters": {"y.$": "States.Format('{}c', $y)", "one.$": "$x.list[0]"}, "End": True},
    }
    assert run(states).output == {"y": "abc", "one": 1}

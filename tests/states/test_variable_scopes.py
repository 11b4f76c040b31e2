"""Scopes of variables: what branches and iterations read of the lines around them, and that nothing of theirs leaks."""

from __future__ import annotations

from typing import Any

import pytest

from asl import DefinitionError, StateMachine, TaskError
from tests.machines import Script, details, run, run_jsonata, scope, task

JSONATA = {"QueryLanguage": "JSONata"}


def keep(**values: Any) -> dict[str, Any]:
    """A Pass that assigns."""
    return {"Type": "Pass", "Assign": values}


def give(value: Any) -> dict[str, Any]:
    """A Pass that ends with this output."""
    return {"Type": "Pass", "Output": value, "End": True}


def test_branches_read_outer_variables_and_keep_their_own_apart() -> None:
    """Both branches use the same local name; each adds to what it read outside."""

    def branch(letter: str, own: int) -> dict[str, Any]:
        return scope(
            {
                f"Set{letter}": {**keep(local=own, sum=f"{{% $base + {own} %}}"), "Next": f"Wait{letter}"},
                f"Wait{letter}": {"Type": "Wait", "Seconds": 1, "Next": f"Get{letter}"},
                f"Get{letter}": give("{% [$base, $local, $sum] %}"),
            }
        )

    states = {
        "Start": {**keep(base=10), "Next": "Fork"},
        "Fork": {"Type": "Parallel", "Branches": [branch("A", 5), branch("B", 15)], "End": True},
    }
    assert run_jsonata(states).output == [[10, 5, 15], [10, 15, 25]]


def test_iterations_read_outer_variables_and_keep_their_own_apart() -> None:
    processor = scope(
        {
            "Set": {**keep(mine="{% $states.input * $factor %}"), "Next": "Wait"},
            "Wait": {"Type": "Wait", "Seconds": "{% 5 - $states.input %}", "Next": "Get"},
            "Get": give("{% $mine %}"),
        }
    )
    states = {
        "Start": {**keep(factor=100), "Next": "Each"},
        "Each": {"Type": "Map", "Items": [1, 2, 3], "ItemProcessor": processor, "End": True},
    }
    assert run_jsonata(states).output == [100, 200, 300]


def test_an_iteration_begins_without_what_the_one_before_assigned() -> None:
    processor = scope({"See": {**keep(seen=True), "Output": "{% $exists($seen) %}", "End": True}})
    states = {"Each": {"Type": "Map", "Items": [1, 2], "MaxConcurrency": 1, "ItemProcessor": processor, "End": True}}
    assert run_jsonata(states).output == [False, False]


def test_a_nested_scope_reads_all_that_are_around_it() -> None:
    innermost = scope({"Get": give("{% [$outer, $middle, $states.input] %}")})
    middle = scope(
        {
            "Set": {**keep(middle="{% $states.input %}"), "Next": "Each"},
            "Each": {"Type": "Map", "Items": ["x", "y"], "ItemProcessor": innermost, "End": True},
        }
    )
    states = {
        "Start": {**keep(outer="o"), "Next": "Fork"},
        "Fork": {"Type": "Parallel", "Branches": [middle], "End": True},
    }
    assert run_jsonata(states, "in").output == [[["o", "in", "x"], ["o", "in", "y"]]]


@pytest.mark.parametrize("kind", ["branch", "iteration"])
def test_inner_variables_are_gone_at_the_end(kind: str) -> None:
    inner = scope({"Set": {**keep(local=1), "End": True}})
    state = {"Type": "Parallel", "Branches": [inner]} if kind == "branch" else {"Type": "Map", "ItemProcessor": inner}
    states = {"S": {**state, "Next": "Get"}, "Get": give("{% $exists($local) %}")}
    assert run_jsonata(states, [1]).output is False


def test_a_fresh_name_may_be_used_by_scopes_after_each_other() -> None:
    def inner(name: str) -> dict[str, Any]:
        return scope({name: {**keep(local=name), "Next": f"Get{name}"}, f"Get{name}": give("{% $local %}")})

    states = {
        "One": {"Type": "Parallel", "Branches": [inner("A")], "Next": "Two"},
        "Two": {"Type": "Parallel", "Branches": [inner("B")], "End": True},
    }
    assert run_jsonata(states).output == ["B"]


@pytest.mark.parametrize("kind", ["Parallel", "Map"])
def test_the_state_s_own_assign_writes_the_outer_scope(kind: str) -> None:
    inner = scope({"I": give("{% $x %}")})
    state = {"Type": "Parallel", "Branches": [inner]} if kind == "Parallel" else {"Type": "Map", "ItemProcessor": inner}
    states = {
        "Start": {**keep(x=1), "Next": "S"},
        "S": {**state, "Assign": {"x": "{% $states.result[0] + 1 %}", "old": "{% $x %}"}, "Next": "Get"},
        "Get": give("{% [$x, $old] %}"),
    }
    assert run_jsonata(states, [1]).output == [2, 1]


@pytest.mark.parametrize("kind", ["Parallel", "Map"])
def test_the_state_s_catcher_writes_the_outer_scope(kind: str) -> None:
    inner = scope(
        {"Set": {**keep(local=1), "Next": "F"}, "F": {"Type": "Fail", "Error": "E", "Cause": "{% 'c' & $local %}"}}
    )
    state = {"Type": "Parallel", "Branches": [inner]} if kind == "Parallel" else {"Type": "Map", "ItemProcessor": inner}
    catcher = {
        "ErrorEquals": ["E"],
        "Assign": {"error": "{% $states.errorOutput.Cause %}", "inside": "{% $exists($local) %}"},
        "Next": "Get",
    }
    states = {"S": {**state, "Catch": [catcher], "End": True}, "Get": give("{% [$error, $inside] %}")}
    assert run_jsonata(states, [1]).output == ["c1", False]


def test_a_retried_parallel_begins_with_no_inner_variables() -> None:
    answers = Script(TaskError("Busy"), "done")
    branch = scope(
        {
            "Set": {**keep(tries="{% $exists($tries) ? 'leaked' : 1 %}"), "Next": "T"},
            "T": task(Next="Get"),
            "Get": give("{% $tries %}"),
        }
    )
    fork = {"Type": "Parallel", "Branches": [branch], "Retry": [{"ErrorEquals": ["Busy"]}], "End": True}
    execution = run_jsonata({"Fork": fork}, handlers={"f": answers})
    assert execution.output == [1]
    assert len(details(execution, "ParallelStateStarted")) == 2


def test_scopes_in_jsonpath() -> None:
    processor = scope(
        {
            "Set": {"Type": "Pass", "Assign": {"mine.$": "States.MathAdd($, $base)"}, "Next": "Get"},
            "Get": {"Type": "Pass", "Parameters": {"mine.$": "$mine", "base.$": "$base"}, "End": True},
        }
    )
    states = {
        "Start": {**keep(base=10), "Next": "Each"},
        "Each": {"Type": "Map", "ItemProcessor": processor, "Assign": {"first.$": "$[0].mine"}, "Next": "Show"},
        "Show": {"Type": "Pass", "Parameters": {"first.$": "$first", "all.$": "$[*].mine"}, "End": True},
    }
    assert run(states, [1, 2]).output == {"first": 11, "all": [11, 12]}


def test_an_inner_variable_read_outside_ends_a_jsonpath_execution() -> None:
    inner = scope({"Set": {**keep(local=1), "End": True}})
    states = {
        "Fork": {"Type": "Parallel", "Branches": [inner], "Next": "Get"},
        "Get": {"Type": "Pass", "InputPath": "$local", "End": True},
    }
    assert run(states).error == "States.Runtime"


@pytest.mark.parametrize("language", ["JSONPath", "JSONata"])
def test_an_inner_scope_can_t_assign_a_name_of_an_outer_one(language: str) -> None:
    inner = scope({"Inner": {**keep(x=2), "End": True}})
    states = {
        "Start": {**keep(x=1), "Next": "Fork"},
        "Fork": {"Type": "Parallel", "Branches": [inner], "End": True},
    }
    with pytest.raises(DefinitionError, match="The variable name 'x' was already defined in a parent scope"):
        StateMachine({"QueryLanguage": language, "StartAt": "Start", "States": states})

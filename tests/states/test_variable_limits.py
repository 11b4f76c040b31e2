"""Limits of variables, to the byte: names, 256 KiB a variable and an Assign, 10 MiB an execution.

Sizes are UTF-8 bytes of the values' JSON text: the quotes of a string count, the variable's name does not.
"""

from __future__ import annotations

from typing import Any

import pytest

from asl import DefinitionError, StateMachine, TaskError
from asl.states.variables import EXECUTION_LIMIT
from tests.machines import Script, details, links, machine, run, run_jsonata, scope, task

KIB_256 = 262_144
LIMIT = "States.DataLimitExceeded"


def assign(**values: Any) -> dict[str, Any]:
    """A Pass state that assigns."""
    return {"Type": "Pass", "Assign": values}


def text(size: int) -> str:
    """A string whose JSON text has so many bytes."""
    return "x" * (size - 2)


# -- names --


@pytest.mark.parametrize("name", ["x", "X1", "état", "変数", "a_b", "x" * 80])
def test_names_that_are_accepted(name: str) -> None:
    states = {
        "A": {**assign(**{name: 1}), "Next": "B"},
        "B": {"Type": "Pass", "Parameters": {"v.$": f"${name}"}, "End": True},
    }
    assert run(states).output == {"v": 1}
    states["B"] = {"Type": "Pass", "Output": {"v": f"{{% ${name} %}}"}, "End": True}
    assert run_jsonata(states).output == {"v": 1}


@pytest.mark.parametrize("name", ["", "1x", "$x", "a-b", "a b", "a.b", "x" * 81, "states"])
@pytest.mark.parametrize("language", ["JSONPath", "JSONata"])
@pytest.mark.parametrize("place", ["state", "rule", "catcher"])
def test_names_that_are_refused(name: str, language: str, place: str) -> None:
    condition = {"Condition": True} if language == "JSONata" else {"Variable": "$", "IsPresent": True}
    holder = {"Assign": {name: 1}}
    states: dict[str, dict[str, Any]] = {
        "state": {"S": {"Type": "Pass", **holder, "Next": "End"}},
        "rule": {"S": {"Type": "Choice", "Choices": [{**condition, **holder, "Next": "End"}]}},
        "catcher": {"S": task(Catch=[{"ErrorEquals": ["States.ALL"], **holder, "Next": "End"}], Next="End")},
    }[place]
    definition = {"QueryLanguage": language, "StartAt": "S", "States": {**states, "End": {"Type": "Succeed"}}}
    with pytest.raises(DefinitionError, match="can't name a variable"):
        StateMachine(definition)


def test_names_carry_no_mark_in_jsonata() -> None:
    """``.$`` marks what is evaluated in JSONPath; in JSONata it would be a part of the name."""
    state = {"Type": "Pass", "Assign": {"x.$": "$"}, "End": True}
    machine({"S": state})
    with pytest.raises(DefinitionError, match=r"\"x\.\$\" can't name a variable"):
        machine({"S": state}, QueryLanguage="JSONata")
    with pytest.raises(DefinitionError, match="can't name a variable"):
        machine({"S": {**state, "QueryLanguage": "JSONata"}})


# -- one variable --

AT_THE_LIMIT = [
    pytest.param(text(KIB_256), id="ascii"),
    pytest.param("ä" * ((KIB_256 - 2) // 2), id="two bytes each"),
    pytest.param("😀" * ((KIB_256 - 4) // 4) + "é", id="four bytes each"),
    pytest.param([text(KIB_256 - 2)], id="array"),
    pytest.param({"k": text(KIB_256 - 6)}, id="object"),
]


def _and_one_byte(value: Any) -> Any:
    match value:
        case [inner]:
            return [inner + "x"]
        case {"k": inner}:
            return {"k": inner + "x"}
        case _:
            return value + "x"


@pytest.mark.parametrize("value", AT_THE_LIMIT)
def test_a_variable_may_have_256_kib(value: Any) -> None:
    states = {"A": {"Type": "Pass", "Assign": {"x.$": "$"}, "Next": "B"}, "B": {"Type": "Pass", "InputPath": "$x"}}
    states["B"]["End"] = True
    assert run(states, value).output == value


@pytest.mark.parametrize("value", AT_THE_LIMIT)
def test_a_variable_may_not_have_one_byte_more(value: Any) -> None:
    execution = run({"A": {**assign(x=_and_one_byte(value)), "End": True}})
    assert execution.error == LIMIT
    assert execution.cause == (
        "Variable size limit exceeded. State 'A' assigned a value to the variable 'x' that exceeds the limit "
        "by 1 bytes."
    )
    assert links(execution) == [
        "1 ExecutionStarted",
        "2<-0 PassStateEntered A",
        "3 EvaluationFailed",
        "4 ExecutionFailed",
    ]
    assert details(execution, "EvaluationFailed") == [
        {"state": "A", "error": LIMIT, "cause": execution.cause, "location": "Assign"}
    ]


# -- one Assign --


def test_an_assign_may_have_256_kib_in_all() -> None:
    half = text(KIB_256 // 2)
    assert run({"A": {**assign(a=half, b=half), "End": True}}).status == "SUCCEEDED"
    execution = run({"A": {**assign(a=half, b=half + "x"), "End": True}})
    assert execution.error == LIMIT
    assert execution.cause is not None
    assert "by 1 bytes" in execution.cause


def test_a_scope_may_have_more() -> None:
    states = {
        "A": {**assign(a=text(200_000)), "Next": "B"},
        "B": {**assign(b=text(200_000)), "Next": "C"},
        "C": {"Type": "Pass", "Output": "{% $length($a) + $length($b) %}", "End": True},
    }
    assert run_jsonata(states).output == 399_996


def test_an_assign_that_fails_sets_nothing() -> None:
    catch = [{"ErrorEquals": [LIMIT], "Next": "Get"}]
    states = {
        "A": {**assign(a="old"), "Next": "T"},
        "T": task(Assign={"a": "new", "b": text(KIB_256 + 1)}, Catch=catch, Next="Get"),
        "Get": {"Type": "Pass", "Output": "{% [$a, $exists($b)] %}", "End": True},
    }
    assert run_jsonata(states, handlers={"f": Script(1)}).output == ["old", False]


def test_a_task_s_assign_that_is_too_large_can_be_retried_and_caught() -> None:
    state = task(
        Assign={"x": "{% $states.result %}"},
        Output="done",
        Retry=[{"ErrorEquals": [LIMIT], "MaxAttempts": 1}],
        Catch=[{"ErrorEquals": ["States.ALL"], "Output": "{% $states.errorOutput.Error %}", "Next": "End"}],
        Next="End",
    )
    states = {"T": state, "End": {"Type": "Succeed"}}
    # A payload of the limit is a result like any other; in an array with something else it is too large for a variable.
    state["Assign"] = {"x": "{% [$states.result, 1] %}"}
    large = text(KIB_256)
    assert run_jsonata(states, handlers={"f": Script(large, "small")}).output == "done"
    assert run_jsonata(states, handlers={"f": Script(large, large)}).output == LIMIT


# -- the execution --


def _in_turn(count: int, last: dict[str, Any], *, same: bool = False) -> dict[str, Any]:
    """States that assign the whole input one after the other, to x0, x1, ... or always to x."""
    states = {
        f"Assign{n}": {**assign(**{"x.$" if same else f"x{n}.$": "$"}), "Next": f"Assign{n + 1}"} for n in range(count)
    }
    return {**states, f"Assign{count}": last}


def _excess(state: str, count: int) -> str:
    return (
        f"Execution total variable size limit exceeded. State '{state}' assigned variables that exceed the total "
        f"execution limit by {count} bytes."
    )


def test_an_execution_may_have_10_mib() -> None:
    assert EXECUTION_LIMIT == 10_485_760 == 40 * KIB_256
    assert run(_in_turn(40, {"Type": "Succeed"}), text(KIB_256)).status == "SUCCEEDED"
    execution = run(_in_turn(40, {**assign(y=1), "End": True}), text(KIB_256))
    assert (execution.error, execution.cause) == (LIMIT, _excess("Assign40", 1))


def test_aws_s_words_for_an_execution_with_too_much() -> None:
    """42 values of 250,002 bytes, as recorded on AWS."""
    execution = run(_in_turn(41, {**assign(**{"y.$": "$"}), "End": True}), text(250_002))
    assert execution.cause == _excess("Assign41", 14_324)
    (failed,) = details(execution, "EvaluationFailed")
    assert failed["location"] == "Assign"
    assert links(execution)[-3:] == ["84 PassStateEntered Assign41", "85 EvaluationFailed", "86 ExecutionFailed"]


def test_what_is_replaced_no_longer_counts() -> None:
    assert run(_in_turn(50, {"Type": "Succeed"}, same=True), text(KIB_256)).status == "SUCCEEDED"


def _large_branch(name: str, count: int = 25) -> dict[str, Any]:
    """A branch that assigns so many variables of 256 KiB and then calls a function."""
    states = {f"{name}{n}": {**assign(**{f"{name}{n}.$": "$"}), "Next": f"{name}{n + 1}"} for n in range(count)}
    ends = {"Type": "Pass", "Result": name, "End": True}
    return scope({**states, f"{name}{count}": task(ResultPath=None, Next=f"{name}End"), f"{name}End": ends})


def test_variables_of_all_branches_count_while_they_live() -> None:
    fork = {"Type": "Parallel", "Branches": [_large_branch("a"), _large_branch("b")], "End": True}
    assert run({"Fork": fork}, text(KIB_256), handlers={"f": Script(1, 1)}).error == LIMIT
    one_after_the_other = {
        "One": {"Type": "Parallel", "Branches": [_large_branch("a")], "ResultPath": None, "Next": "Two"},
        "Two": {"Type": "Parallel", "Branches": [_large_branch("b")], "End": True},
    }
    assert run(one_after_the_other, text(KIB_256), handlers={"f": Script(1, 1)}).output == ["b"]


def test_variables_of_a_branch_that_failed_no_longer_count() -> None:
    fork = {"Type": "Parallel", "Branches": [_large_branch("a")], "Retry": [{"ErrorEquals": ["Busy"]}], "End": True}
    answers = Script(TaskError("Busy"), TaskError("Busy"), 1)
    assert run({"Fork": fork}, text(KIB_256), handlers={"f": answers}).output == ["a"]

"""Hypothesis strategies: one abstract description of a machine, and the same machine written in either query language.

A description is data (``Step``); ``write`` turns it into a definition, state by state in JSONPath or JSONata. The data
is an object with a number ``n`` and an array ``items``, to which each step adds a member of its own name. Every scope
first assigns its variables, all numbers, so that each is defined wherever it is read. Run the machines with
``strategies.INPUT`` and ``strategies.handlers``.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from itertools import count
from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

from tests.machines import FUNCTION

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

    Draw = Callable[[st.SearchStrategy[Any]], Any]

#: What a step reads: ``""`` is the member n of its input, anything else the variable of that name.
Source = str


@dataclass(frozen=True)
class Step:
    """One state. ``source`` is the number it reads; ``later`` the step to which it may jump (Choice, Catch)."""

    kind: str
    name: str
    source: Source = ""
    number: int = 0
    variable: str = ""  # what it assigns
    later: str = ""
    handled: bool = False  # it has Retry and Catch
    inner: tuple[Scope, ...] = ()


@dataclass(frozen=True)
class Scope:
    """Steps one after the other, and the variables assigned at the beginning."""

    variables: tuple[str, ...]
    start: str
    steps: tuple[Step, ...]
    end: Step = field(default_factory=lambda: Step("succeed", ""))


KINDS = ["add", "text", "assign", "assign", "wait", "choice", "task", "task"]


@st.composite
def scopes(draw: Draw, depth: int = 2) -> Scope:
    """A description of a whole machine."""
    return _scope(draw, count(1), depth, ())


def _scope(draw: Draw, names: Iterator[int], depth: int, outer: tuple[str, ...]) -> Scope:
    own = tuple(f"v{next(names)}" for _ in range(draw(st.integers(1, 2))))
    readable = st.sampled_from(["", *outer, *own])
    chosen = draw(st.lists(st.sampled_from(KINDS + ["map", "parallel"] * bool(depth)), min_size=1, max_size=4))
    entries = [f"{kind}{next(names)}" for kind in chosen]
    last = f"last{next(names)}"
    steps = []
    for place, (kind, name) in enumerate(zip(chosen, entries, strict=True)):
        inner = {"map": 1, "parallel": draw(st.integers(1, 2))}.get(kind, 0)
        step = Step(
            kind,
            name,
            draw(readable),
            draw(st.integers(0, 3)),
            draw(st.sampled_from(["", *own])) if kind != "assign" else draw(st.sampled_from(own)),
            draw(st.sampled_from([*entries[place + 1 :], last])),
            kind in {"task", "map", "parallel"} and draw(st.booleans()),
            tuple(_scope(draw, names, depth - 1, (*outer, *own)) for _ in range(inner)),
        )
        steps.append(step)
    end = Step(draw(st.sampled_from(["succeed", "succeed", "succeed", "fail"])), last, draw(readable))
    return Scope(own, f"start{next(names)}", tuple(steps), end)


def state_names(scope: Scope) -> list[str]:
    """The names of all states."""
    inner = [name for step in scope.steps for part in step.inner for name in state_names(part)]
    return [scope.start, *(step.name for step in scope.steps), scope.end.name, *inner]


def write(scope: Scope, in_jsonata: Collection[str]) -> dict[str, Any]:
    """The definition, with the states of these names in JSONata and all others in JSONPath."""
    following = [*(step.name for step in scope.steps), scope.end.name]
    initial = {name: number for number, name in enumerate(scope.variables)}
    states = {scope.start: {"Type": "Pass", "Assign": initial, "Next": following[0]}}
    if scope.start in in_jsonata:
        states[scope.start]["QueryLanguage"] = "JSONata"
    for step, after in zip((*scope.steps, scope.end), (*following[1:], ""), strict=True):
        if step.name in in_jsonata:
            states[step.name] = {**_JSONATA[step.kind](step, in_jsonata), "QueryLanguage": "JSONata"}
        else:
            states[step.name] = _JSONPATH[step.kind](step, in_jsonata)
        if after and step.kind != "choice":
            states[step.name]["Next"] = after
        if step.kind == "choice":
            states[step.name]["Default"] = after
    return {"StartAt": scope.start, "States": states}


_RETRY = [{"ErrorEquals": ["A", "States.Timeout"], "MaxAttempts": 1}]
_ALL = ["States.ALL"]


# -- in JSONPath --


def _path(step: Step) -> str:
    return f"${step.source}" if step.source else "$.n"


def _path_result(step: Step) -> dict[str, Any]:
    """Where the result goes, what is assigned, and what happens to errors; $ is the step's result."""
    fields: dict[str, Any] = {"ResultPath": f"$.{step.name}"}
    if step.variable:
        fields["Assign"] = {step.variable: step.number, f"{step.variable}_all.$": "$"}
    if step.handled:
        catcher = {"ErrorEquals": _ALL, "ResultPath": f"$.{step.name}Error", "Next": step.later}
        if step.variable:
            catcher["Assign"] = {step.variable: 5, f"{step.variable}_error.$": "$.Error"}
        fields |= {"Retry": _RETRY, "Catch": [catcher]}
    return fields


def _path_add(step: Step, _: Collection[str]) -> dict[str, Any]:
    parameters = {"sum.$": f"States.MathAdd({_path(step)}, {step.number})", "literal": [{"$.n": None}, "$.n"]}
    return {"Type": "Pass", "Parameters": parameters, **_path_result(step)}


def _path_text(step: Step, _: Collection[str]) -> dict[str, Any]:
    text = f"States.Format('{{}} in {{}} at {{}}', {_path(step)}, $$.State.Name, $$.State.EnteredTime)"
    return {"Type": "Pass", "Parameters": {"text.$": text}, **_path_result(step)}


def _path_assign(step: Step, _: Collection[str]) -> dict[str, Any]:
    parameters = {"old.$": f"${step.variable}", "new.$": f"States.MathAdd({_path(step)}, {step.number})"}
    fields = {"ResultPath": f"$.{step.name}", "Assign": {f"{step.variable}.$": "$.new"}}
    return {"Type": "Pass", "Parameters": parameters, **fields}


def _path_wait(step: Step, _: Collection[str]) -> dict[str, Any]:
    return {"Type": "Wait", "SecondsPath": _path(step), **({"Assign": {step.variable: 2}} if step.variable else {})}


def _path_choice(step: Step, _: Collection[str]) -> dict[str, Any]:
    rule: dict[str, Any] = {"Variable": _path(step), "NumericGreaterThan": step.number, "Next": step.later}
    if step.variable:
        rule["Assign"] = {f"{step.variable}.$": _path(step)}
        return {"Type": "Choice", "Choices": [rule], "Assign": {step.variable: 3}}
    return {"Type": "Choice", "Choices": [rule]}


def _path_task(step: Step, _: Collection[str]) -> dict[str, Any]:
    parameters = {"n.$": _path(step), "try.$": "$$.State.RetryCount"}
    return {"Type": "Task", "Resource": FUNCTION + "f", "Parameters": parameters, **_path_result(step)}


def _path_map(step: Step, in_jsonata: Collection[str]) -> dict[str, Any]:
    return {
        "Type": "Map",
        "ItemsPath": "$.items",
        "ItemSelector": {
            "n.$": "$$.Map.Item.Value",
            "i.$": "$$.Map.Item.Index",
            "items": [1, 2],
            "from.$": _path(step),
        },
        "MaxConcurrency": step.number,
        "ItemProcessor": write(step.inner[0], in_jsonata),
        **_path_result(step),
    }


def _path_parallel(step: Step, in_jsonata: Collection[str]) -> dict[str, Any]:
    return {
        "Type": "Parallel",
        "Parameters": {"n.$": _path(step), "items.$": "$.items"},
        "Branches": [write(branch, in_jsonata) for branch in step.inner],
        **_path_result(step),
    }


def _path_fail(step: Step, _: Collection[str]) -> dict[str, Any]:
    return {"Type": "Fail", "Error": "A", "CausePath": f"States.Format('because {{}}', {_path(step)})"}


def _succeed(_step: Step, _: Collection[str]) -> dict[str, Any]:
    return {"Type": "Succeed"}


# -- in JSONata --


def _value(step: Step) -> str:
    return f"${step.source}" if step.source else "$states.input.n"


def _braces(expression: str) -> str:
    return f"{{% {expression} %}}"


def _merged(name: str, expression: str) -> str:
    return _braces(f"$merge([$states.input, {{'{name}': {expression}}}])")


def _result(step: Step, result: str) -> dict[str, Any]:
    """The same as ``_path_result``; ``result`` is the expression for the step's result."""
    fields: dict[str, Any] = {"Output": _merged(step.name, result)}
    if step.variable:
        fields["Assign"] = {step.variable: step.number, f"{step.variable}_all": _braces(result)}
    if step.handled:
        catcher = {
            "ErrorEquals": _ALL,
            "Output": _merged(f"{step.name}Error", "$states.errorOutput"),
            "Next": step.later,
        }
        if step.variable:
            catcher["Assign"] = {step.variable: 5, f"{step.variable}_error": _braces("$states.errorOutput.Error")}
        fields |= {"Retry": _RETRY, "Catch": [catcher]}
    return fields


def _add(step: Step, _: Collection[str]) -> dict[str, Any]:
    literal = json.dumps([{"$.n": None}, "$.n"])
    return {"Type": "Pass", **_result(step, f"{{'sum': {_value(step)} + {step.number}, 'literal': {literal}}}")}


def _text(step: Step, _: Collection[str]) -> dict[str, Any]:
    context = "$states.context.State"
    return {
        "Type": "Pass",
        **_result(step, f"{{'text': {_value(step)} & ' in ' & {context}.Name & ' at ' & {context}.EnteredTime}}"),
    }


def _assign(step: Step, _: Collection[str]) -> dict[str, Any]:
    new = f"{_value(step)} + {step.number}"
    output = _merged(step.name, f"{{'old': ${step.variable}, 'new': {new}}}")
    return {"Type": "Pass", "Output": output, "Assign": {step.variable: _braces(new)}}


def _wait(step: Step, _: Collection[str]) -> dict[str, Any]:
    return {
        "Type": "Wait",
        "Seconds": _braces(_value(step)),
        **({"Assign": {step.variable: 2}} if step.variable else {}),
    }


def _choice(step: Step, _: Collection[str]) -> dict[str, Any]:
    rule: dict[str, Any] = {"Condition": _braces(f"{_value(step)} > {step.number}"), "Next": step.later}
    if step.variable:
        rule["Assign"] = {step.variable: _braces(_value(step))}
        return {"Type": "Choice", "Choices": [rule], "Assign": {step.variable: 3}}
    return {"Type": "Choice", "Choices": [rule]}


def _task(step: Step, _: Collection[str]) -> dict[str, Any]:
    arguments = {"n": _braces(_value(step)), "try": _braces("$states.context.State.RetryCount")}
    return {"Type": "Task", "Resource": FUNCTION + "f", "Arguments": arguments, **_result(step, "$states.result")}


def _map(step: Step, in_jsonata: Collection[str]) -> dict[str, Any]:
    item = "$states.context.Map.Item"
    selector = {
        "n": _braces(f"{item}.Value"),
        "i": _braces(f"{item}.Index"),
        "items": [1, 2],
        "from": _braces(_value(step)),
    }
    return {
        "Type": "Map",
        "Items": _braces("$states.input.items"),
        "ItemSelector": selector,
        "MaxConcurrency": _braces(str(step.number)),
        "ItemProcessor": write(step.inner[0], in_jsonata),
        **_result(step, "$states.result"),
    }


def _parallel(step: Step, in_jsonata: Collection[str]) -> dict[str, Any]:
    return {
        "Type": "Parallel",
        "Arguments": {"n": _braces(_value(step)), "items": _braces("$states.input.items")},
        "Branches": [write(branch, in_jsonata) for branch in step.inner],
        **_result(step, "$states.result"),
    }


def _fail(step: Step, _: Collection[str]) -> dict[str, Any]:
    return {"Type": "Fail", "Error": "A", "Cause": _braces(f"'because ' & {_value(step)}")}


_Write = dict[str, "Callable[[Step, Collection[str]], dict[str, Any]]"]

_JSONPATH: _Write = {
    "add": _path_add,
    "text": _path_text,
    "assign": _path_assign,
    "wait": _path_wait,
    "choice": _path_choice,
    "task": _path_task,
    "map": _path_map,
    "parallel": _path_parallel,
    "fail": _path_fail,
    "succeed": _succeed,
}

_JSONATA: _Write = {
    "add": _add,
    "text": _text,
    "assign": _assign,
    "wait": _wait,
    "choice": _choice,
    "task": _task,
    "map": _map,
    "parallel": _parallel,
    "fail": _fail,
    "succeed": _succeed,
}

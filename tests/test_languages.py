"""Laws of the query languages and of variables, over machines written in either language from one description."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

from hypothesis import given
from hypothesis import strategies as st

from asl import Execution, StateMachine
from asl.jsontext import decode
from asl.kernel import snapshot
from tests.languages import Scope, scopes, state_names, write
from tests.machines import run, run_jsonata, scope
from tests.strategies import INPUT, handlers, work
from tests.test_laws import Stepper

if TYPE_CHECKING:
    from asl.kernel.core import Core
    from asl.kernel.turns import Turn


def execute(definition: dict[str, Any]) -> Execution:
    return StateMachine(definition).run(INPUT, handlers=handlers(work), clock="virtual", seed="s")


def in_jsonpath(described: Scope) -> dict[str, Any]:
    return write(described, ())


def in_jsonata(described: Scope) -> dict[str, Any]:
    definition = write(described, state_names(described))
    return {"QueryLanguage": "JSONata", **definition}


@given(scopes(), st.data())
def test_both_languages_do_the_same(described: Scope, data: st.DataObject) -> None:
    """JSONPath, JSONata, and any mixture: the same outputs, errors, events, links, moments and variables."""
    names = state_names(described)
    mixture = set(data.draw(st.lists(st.sampled_from(names), unique=True)))
    expected = execute(in_jsonpath(described))
    for definition in (in_jsonata(described), write(described, mixture)):
        execution = execute(definition)
        assert execution.status == expected.status
        assert execution.output == expected.output
        assert (execution.error, execution.cause) == (expected.error, expected.cause)
        assert [event[:4] for event in execution.events] == [event[:4] for event in expected.events]
        assert _assigned(execution) == _assigned(expected)


def _assigned(execution: Execution) -> list[Any]:
    return [
        {name: json.loads(text) for name, text in (event[6] or {}).items()}
        for event in execution.events
        if event[0].endswith("StateExited")
    ]


@given(scopes())
def test_both_drivers_write_the_same_history_of_a_jsonata_machine(described: Scope) -> None:
    machine = StateMachine(in_jsonata(described))
    options: dict[str, Any] = {"handlers": handlers(work), "clock": "virtual", "seed": "s"}
    inline = machine.run(INPUT, **options)
    concurrent = asyncio.run(machine.run_async(INPUT, **options))
    assert concurrent.events == inline.events


@given(scopes())
def test_an_execution_with_variables_is_saved_and_loaded_after_every_step(described: Scope) -> None:
    def reload(core: Core, _turn: Turn) -> Core:
        data = json.loads(json.dumps(snapshot.dump(core)))
        loaded = snapshot.load(core.program, core.execution, data, decode)
        assert snapshot.dump(loaded) == snapshot.dump(core)
        return loaded

    definition = in_jsonata(described)
    stepper = Stepper(definition, reload)
    stepper.run()
    assert stepper.events == execute(definition).events


@given(scopes())
def test_the_variables_alive_are_what_is_counted(described: Scope) -> None:
    """After every step; and at the end nothing is left."""

    def count(core: Core, _turn: Turn) -> Core:
        live = {frame.id: frame for frame in core.frames.values()}
        sizes = [
            len(json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode())
            for frame in live.values()
            for value in (frame.variables or {}).values()
        ]
        if core.status == "RUNNING":
            assert core.variable_bytes == sum(sizes)
        return core

    Stepper(in_jsonata(described), count).run()


# -- Assign and the output of its own state --

NAMES = ["a", "b", "c"]
EXPRESSIONS = st.sampled_from(["$a", "$b & $c", "$a + 1", "$states.input", "$states.context.State.Name", "[$c, $a]"])
ASSIGNS = st.dictionaries(st.sampled_from([*NAMES, "d"]), EXPRESSIONS.map(lambda text: f"{{% {text} %}}"))


@given(ASSIGNS, st.sampled_from(["Pass", "Wait", "Map", "Parallel", "Succeed", "Choice"]))
def test_assign_never_affects_the_output_of_its_own_state(assign: dict[str, str], kind: str) -> None:
    inner = scope({"Inner": {"Type": "Pass", "Output": "{% $c %}", "End": True}})
    more: dict[str, Any] = {
        "Wait": {"Seconds": "{% $a %}"},
        "Map": {"Items": "{% [$a, $b] %}", "ItemProcessor": inner},
        "Parallel": {"Arguments": "{% $b %}", "Branches": [inner]},
        "Choice": {"Choices": [{"Condition": "{% $b = 'x' %}", "Next": "End"}], "Default": "End"},
    }
    state = {
        "Type": kind,
        **more.get(kind, {}),
        "Output": {"a": "{% $a %}", "rest": "{% {'b': $b, 'c': $c, 'd': $exists($d)} %}"},
    }
    if kind not in {"Choice", "Succeed"}:
        state["Next"] = "End"
    first = {"Type": "Pass", "Assign": {"a": 1, "b": "two", "c": [3]}, "Next": "S"}

    def output(fields: dict[str, Any]) -> Any:
        states = {"First": first, "S": {**state, **fields}}
        if kind != "Succeed":
            states["End"] = {"Type": "Succeed"}
        return run_jsonata(states, "in").output

    expected = {"a": 1, "rest": {"b": "two", "c": [3], "d": False}}
    assert output({}) == expected
    if kind != "Succeed":  # which can't assign
        assert output({"Assign": assign}) == expected


@given(st.dictionaries(st.sampled_from([*NAMES, "d"]), st.sampled_from(["$a", "$c[0]", "$", "$$.State.Name"])))
def test_assign_never_affects_the_output_of_its_own_state_in_jsonpath(assign: dict[str, str]) -> None:
    state = {
        "Type": "Pass",
        "InputPath": "$a",
        "Parameters": {"b.$": "$b", "c.$": "$c"},
        "ResultPath": "$.s",
        "OutputPath": "$.s",
        "End": True,
    }
    first = {"Type": "Pass", "Assign": {"a": {"n": 1}, "b": "two", "c": [3]}, "Next": "S"}
    plain = run({"First": first, "S": state}, {})
    with_assign = run({"First": first, "S": {**state, "Assign": {f"{k}.$": v for k, v in assign.items()}}}, {})
    assert with_assign.output == plain.output == {"b": "two", "c": [3]}


# -- leaks --


@st.composite
def _nests(draw: Any, depth: int = 2) -> dict[str, Any]:
    """Nested Parallels and Maps in which every scope assigns a variable of its own: {kind, inner}."""
    inner = draw(st.lists(_nests(depth - 1), max_size=2)) if depth else []
    return {"kind": draw(st.sampled_from(["Parallel", "Map"])), "waits": draw(st.integers(0, 2)), "inner": inner}


@given(st.lists(_nests(), min_size=1, max_size=2))
def test_a_variable_never_leaks(nests: list[dict[str, Any]]) -> None:
    """Each scope tells which of all variables it sees when those inside it are done: its own and those around it."""
    every: list[str] = []
    expected: dict[str, list[str]] = {}

    def build(nest: list[dict[str, Any]], own: str, around: list[str], wait: int) -> dict[str, Any]:
        every.append(own)
        seen = [*around, own]
        expected[own] = seen
        chain = [f"Set{own}", f"Wait{own}", *(f"In{own}{index}" for index in range(len(nest))), f"Tell{own}"]
        states: dict[str, Any] = {
            chain[0]: {"Type": "Pass", "Assign": {own: 1}, "Next": chain[1]},
            chain[1]: {"Type": "Wait", "Seconds": wait, "Next": chain[2]},
            chain[-1]: {"Type": "Pass", "End": True},  # its Output comes when all names are known
        }
        for index, part in enumerate(nest):
            inner = build(part["inner"], f"{own}{index}", seen, part["waits"])
            other = build([], f"{own}{index}o", seen, 1)
            fields = (
                {"Branches": [inner, other]}
                if part["kind"] == "Parallel"
                else {"Items": [1, 2], "ItemProcessor": inner}
            )
            if part["kind"] == "Map":
                every.remove(f"{own}{index}o")
                del expected[f"{own}{index}o"]
            states[chain[2 + index]] = {"Type": part["kind"], **fields, "Next": chain[3 + index]}
        return {"StartAt": chain[0], "States": states}

    definition = build(nests, "v", [], 0)
    members = ", ".join(f"'{name}': $exists(${name})" for name in every)

    def tell(body: dict[str, Any]) -> None:
        for name, state in body["States"].items():
            if name.startswith("Tell"):
                state["Output"] = f"{{% {{{members}}} %}}"
            for inner in (*state.get("Branches", ()), *filter(None, [state.get("ItemProcessor")])):
                tell(inner)

    tell(definition)
    execution = StateMachine({"QueryLanguage": "JSONata", **definition}).run(clock="virtual", seed="s")
    assert execution.status == "SUCCEEDED"
    told: dict[str, list[Any]] = {}
    for visit in execution.visits:
        if visit.name.startswith("Tell"):
            told.setdefault(visit.name.removeprefix("Tell"), []).append(visit.output)
    for own, seen in expected.items():
        for answer in told[own]:
            assert [name for name, exists in answer.items() if exists] == [name for name in every if name in seen]

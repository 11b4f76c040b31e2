"""Whatever a definition holds, the answer is a list of findings: no exception, no endless work."""

from __future__ import annotations

import copy
import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from asl.compiler.analysis import FIELDS, analyse
from asl.syntax.rules import RULES
from asl.syntax.source import MAX_DEPTH, Source

if TYPE_CHECKING:
    from asl.syntax.diagnostics import Diagnostic

WORDS = sorted({name for table in FIELDS.values() for name in table.fields} | set(FIELDS) | {"StartAt", "States", "A"})
NAMES = st.sampled_from(WORDS) | st.text(max_size=5)
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | NAMES
    | st.sampled_from(["$.a", "{% 1 %}"])
)
JSON = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner, max_size=5), max_leaves=30
)

MACHINE: dict[str, Any] = {
    "StartAt": "Check",
    "States": {
        "Check": {
            "Type": "Choice",
            "Choices": [
                {
                    "And": [{"Variable": "$.a", "IsPresent": True}, {"Not": {"Variable": "$.a", "NumericEquals": 1}}],
                    "Next": "Work",
                }
            ],
            "Default": "Pause",
        },
        "Pause": {"Type": "Wait", "Seconds": 1, "Next": "Both", "Assign": {"x.$": "$.a"}},
        "Both": {
            "Type": "Parallel",
            "Branches": [
                {"StartAt": "In", "States": {"In": {"Type": "Pass", "Parameters": {"a.$": "$"}, "End": True}}}
            ],
            "Next": "Each",
        },
        "Each": {
            "Type": "Map",
            "ItemsPath": "$.items",
            "ItemProcessor": {
                "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},
                "StartAt": "Item",
                "States": {"Item": {"Type": "Pass", "End": True}},
            },
            "ItemReader": {"Resource": "arn:aws:states:::s3:getObject", "ReaderConfig": {"InputType": "JSON"}},
            "Label": "L",
            "Next": "Work",
        },
        "Work": {
            "Type": "Task",
            "Resource": "arn:aws:states:::lambda:invoke",
            "TimeoutSeconds": 9,
            "HeartbeatSeconds": 3,
            "Retry": [
                {"ErrorEquals": ["E"], "MaxDelaySeconds": 9, "IntervalSeconds": 1},
                {"ErrorEquals": ["States.ALL"]},
            ],
            "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "Bad", "ResultPath": "$.error"}],
            "Next": "Done",
        },
        "Bad": {"Type": "Fail", "Error": "E", "CausePath": "$.error.Cause"},
        "Done": {"Type": "Succeed"},
    },
}


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    found = [path] if path else []
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        found += places(inner, (*path, key))
    return found


PLACES = places(MACHINE)


def assert_sound(findings: list[Diagnostic], source: Source) -> None:
    for finding in findings:
        assert finding.rule in RULES
        assert finding.format(snippet=True).isprintable() or "\n" in finding.format(snippet=True)
        if source.has_positions:
            assert finding.line is not None
            assert finding.column is not None
            assert 1 <= finding.line <= source.text.count("\n") + 1
            assert 1 <= finding.column <= len(source.line_text(finding.line)) + 2
    assert [finding.order for finding in findings] == sorted(finding.order for finding in findings)


def test_the_machine_is_valid() -> None:
    assert [finding for finding in analyse(Source.from_value(MACHINE)) if finding.severity != "advice"] == []


@given(JSON)
def test_any_json(value: Any) -> None:
    source = Source(json.dumps(value, indent=1))
    assert source.readable
    assert source.tree == value
    assert_sound(analyse(source), source)


SMALL = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=2) | st.dictionaries(NAMES, inner, max_size=3), max_leaves=5
)
STATES = st.builds(
    lambda kind, fields: {**fields, "Type": kind},
    st.sampled_from(sorted(FIELDS)),
    st.dictionaries(st.sampled_from(WORDS), SMALL, max_size=5),
)


@given(st.dictionaries(NAMES, STATES, max_size=3))
def test_any_states(states: dict[str, Any]) -> None:
    source = Source(json.dumps({"StartAt": "A", "States": states}))
    assert_sound(analyse(source), source)


@given(
    st.lists(
        st.tuples(st.sampled_from(PLACES), st.sampled_from(["replace", "remove", "rename", "add"]), JSON), max_size=3
    ),
    st.booleans(),
)
@settings(max_examples=200)
def test_any_mutation(mutations: list[tuple[tuple[Any, ...], str, Any]], express: bool) -> None:
    machine = copy.deepcopy(MACHINE)
    for path, how, value in mutations:
        mutate(machine, path, how, value)
    source = Source.from_value(machine)
    assert_sound(analyse(source, express=express), source)


def mutate(machine: Any, path: tuple[Any, ...], how: str, value: Any) -> None:
    for step in path[:-1]:
        try:
            machine = machine[step]
        except (KeyError, IndexError, TypeError):
            return  # an earlier mutation took it away
    last = path[-1]
    if isinstance(machine, dict) and last in machine:
        if how == "replace":
            machine[last] = value
        elif how == "remove":
            del machine[last]
        elif how == "rename":
            machine[f"{last}x"] = machine.pop(last)
        else:
            machine[str(value)[:20]] = value
    elif isinstance(machine, list) and isinstance(last, int) and last < len(machine):
        machine[last] = value


@given(st.sampled_from(PLACES), st.sampled_from(["definitely not a field", 7.25, None, [], {}]))
def test_a_mutation_at_a_known_place_never_hides_others(path: tuple[Any, ...], value: Any) -> None:
    """A second, independent mistake is still found after any first one outside of its state."""
    machine = copy.deepcopy(MACHINE)
    mutate(machine, path, "replace", value)
    states = machine.get("States")
    if (
        not isinstance(states, dict)
        or not isinstance(states.get("Done"), dict)
        or states["Done"].get("Type") != "Succeed"
    ):
        return
    states["Done"]["Oops"] = 1
    found = [finding.pointer for finding in analyse(Source.from_value(machine))]
    assert "/States/Done/Oops" in found


@given(st.text(), st.sampled_from(["a.json", "a.yaml"]))
def test_any_text(text: str, name: str) -> None:
    source = Source(text, name)
    assert_sound(analyse(source), source)


@given(st.binary(), st.sampled_from(["a.json", "a.yaml"]))
def test_any_bytes(data: bytes, name: str) -> None:
    source = Source.from_bytes(data, name)
    assert_sound(analyse(source), source)


@given(st.text(alphabet='{}[]:,"\\ \n1a-&*!|#', max_size=40), st.sampled_from(["a.json", "a.yaml"]))
@settings(max_examples=300)
def test_texts_made_of_marks(text: str, name: str) -> None:
    source = Source(text, name)
    assert_sound(analyse(source), source)


@given(st.integers(0, len(json.dumps(MACHINE)) - 1), st.sampled_from(["", ",", '"', "}", "[", "'", "x"]))
@settings(max_examples=200)
def test_any_broken_spot_of_a_machine(offset: int, replacement: str) -> None:
    text = json.dumps(MACHINE)
    source = Source(text[:offset] + replacement + text[offset + 1 :])
    assert_sound(analyse(source), source)


@pytest.mark.parametrize("depth", [MAX_DEPTH + 1, 5_000, 100_000])
@pytest.mark.parametrize(("opening", "closing"), [("[", "]"), ('{"a":', "}"), ('{"Not":[', "]}")])
@pytest.mark.parametrize("name", ["a.json", "a.yaml"])
def test_nesting(depth: int, opening: str, closing: str, name: str) -> None:
    assert [finding.rule for finding in analyse(Source(opening * depth + "1" + closing * depth, name))] == ["ASL107"]


@pytest.mark.parametrize("depth", [MAX_DEPTH + 1, 5_000, 100_000])
def test_nesting_of_values(depth: int) -> None:
    value: Any = 1
    for _ in range(depth):
        value = [value]
    found = analyse(Source.from_value({"StartAt": value}))
    assert [finding.rule for finding in found] in (["ASL107"], ["ASL101"])
    while isinstance(value, list):  # take it apart; Python's own clean-up would recurse
        value = value[0]


def test_scopes_as_deep_as_allowed() -> None:
    machine: dict[str, Any] = {"StartAt": "0", "States": {"0": {"Type": "Succeed"}}}
    for depth in range(1, 48):
        machine = {
            "StartAt": str(depth),
            "States": {str(depth): {"Type": "Parallel", "End": True, "Branches": [machine]}},
        }
    assert analyse(Source.from_value(machine)) == []


def test_nested_choice_rules_as_deep_as_allowed() -> None:
    rule: dict[str, Any] = {"Variable": "$.a", "IsNull": True}
    for _ in range(190):
        rule = {"Not": rule}
    machine = {
        "StartAt": "A",
        "States": {"A": {"Type": "Choice", "Choices": [{**rule, "Next": "B"}], "Default": "B"}, "B": {"Type": "Fail"}},
    }
    assert analyse(Source.from_value(machine)) == []


def test_many_mistakes_stay_cheap() -> None:
    states = {f"state{i}": {"Type": "Pass", "Next": f"stat{i}", "Foo": 1} for i in range(3000)}
    found = analyse(Source.from_value({"StartAt": "state0", "States": states}))
    assert len(found) == 6000


def test_aliases_that_multiply() -> None:
    lines = ["a0: &a0 [1, 1]"] + [f"a{i}: &a{i} [*a{i - 1}, *a{i - 1}]" for i in range(1, 40)]
    assert [finding.rule for finding in analyse(Source("\n".join(lines), "x.yaml"))] == ["ASL109"]


@pytest.mark.parametrize("value", [float("nan"), {1, 2}, object(), {"a": b"x"}, {(1, 2): 3}])
def test_values_that_are_no_json(value: Any) -> None:
    assert [
        finding.rule
        for finding in analyse(Source.from_value({"StartAt": value} if not isinstance(value, dict) else value))
    ] == ["ASL101"]


def test_a_value_that_contains_itself() -> None:
    value: dict[str, Any] = {}
    value["States"] = value
    assert [finding.rule for finding in analyse(Source.from_value(value))] == ["ASL101"]

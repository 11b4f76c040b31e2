"""Anything at all gives diagnostics, never a crash or a hang; what is broken in a valid machine is found where it is.

``ASL_FUZZ`` sets how many random inputs are tried (10,000 take about a minute); without it there are fewer.
"""

from __future__ import annotations

import json
import os
import time
from copy import deepcopy
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import asl
from asl.compiler.dataflow import check_data
from asl.syntax.source import Source
from asl.syntax.templates import load_text
from asl.syntax.templates.loader import STDIN
from tests.strategies import machines

if TYPE_CHECKING:
    from collections.abc import Iterator

    from asl.syntax.diagnostics import Diagnostic

EXAMPLES = int(os.environ.get("ASL_FUZZ", "300"))
many = settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.too_slow])

SEED = json.dumps(
    {
        "StartAt": "A",
        "States": {
            "A": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "ResultPath": "$.r", "Next": "B"},
            "B": {"Type": "Pass", "QueryLanguage": "JSONata", "Output": {"a": "{% $states.input.r %}"}, "End": True},
        },
    }
).encode()
PIECES = [
    b'{"Resources": {"A": {"Type": "AWS::StepFunctions::StateMachine", "Properties": {"DefinitionString": "',
    b"Resources:\n  A:\n    Type: AWS::Serverless::StateMachine\n    Properties:\n      Definition: !Sub |\n        ",
    b'{"format_version": "1", "planned_values": {"root_module": {"resources": [',
    b"stepFunctions:\n  stateMachines:\n    a:\n      definition:\n        StartAt: !Ref ",
    b"${A}",
    b"!GetAtt [",
    b"&a [*a, <<: *a]",
    b"{% $map(",
    b"States.Format('{}', $..[?(@.",
    SEED,
]
BYTES = st.binary(max_size=200) | st.lists(st.sampled_from(PIECES) | st.binary(max_size=8), min_size=1, max_size=6).map(
    b"".join
)
NAMES = st.sampled_from(["a.json", "a.yaml", "template.yaml", STDIN])


def sound(findings: list[Diagnostic]) -> None:
    for finding in findings:
        assert finding.line is not None
        assert finding.column is not None
        assert finding.line >= 1
        assert finding.column >= 1
        assert finding.format(snippet=True)


@given(BYTES, NAMES)
@many
def test_any_bytes_of_any_file(data: bytes, name: str) -> None:
    for machine in load_text(data, name):
        sound(asl.validate(machine.source))


@given(BYTES)
@many
def test_any_bytes_given_to_validate(data: bytes) -> None:
    sound(asl.validate(data))


@given(st.integers(0, len(SEED) - 1), st.binary(max_size=3), st.integers(0, 4))
@many
def test_a_machine_with_a_wrong_spot(offset: int, inserted: bytes, removed: int) -> None:
    sound(asl.validate(SEED[:offset] + inserted + SEED[offset + removed :]))


@pytest.mark.parametrize("name", ["a.json", "a.yaml"])
@pytest.mark.parametrize("opening", ["[", '{"a":', '{"Resources":{"a":', "a: [", "${"])
def test_nesting_of_100_000(name: str, opening: str) -> None:
    began = time.process_time()
    for machine in load_text((opening * 100_000).encode(), name):
        assert asl.validate(machine.source)
    assert time.process_time() - began < 20


def large(count: int) -> bytes:
    """A valid chain of states with variables and stored results, about 250 bytes each."""
    states: dict[str, Any] = {}
    for index in range(count):
        states[f"S{index}"] = {
            "Type": "Task",
            "Resource": "arn:aws:states:::lambda:invoke",
            "Parameters": {"FunctionName": "f", "Payload": {"a.$": f"$.r{index % 7}", "b.$": f"$v{index}"}},
            "Assign": {f"v{index + 1}.$": "$.Payload"},
            "ResultPath": f"$.r{index % 5}",
            "Next": f"S{index + 1}",
        }
    return json.dumps({"StartAt": "S0", "States": {**states, f"S{count}": {"Type": "Succeed"}}}).encode()


def test_ten_megabytes() -> None:
    data = large(44_000)
    assert len(data) > 10_000_000
    began = time.process_time()
    found = asl.validate(data)
    assert time.process_time() - began < 60
    assert "ASL801" in {finding.rule for finding in found}


def test_the_largest_definition_that_aws_takes() -> None:
    data = large(4_200)
    assert 900_000 < len(data) < 1_048_576
    began = time.process_time()
    found = asl.validate(data)
    assert time.process_time() - began < 10
    assert [finding.rule for finding in found if finding.severity == "error"] == []


@given(machines())
@settings(deadline=None)
def test_the_machines_of_the_laws_have_no_error(machine: dict[str, Any]) -> None:
    assert [finding.format() for finding in asl.validate(machine) if finding.severity == "error"] == []


def _states(scope: dict[str, Any], pointer: str) -> Iterator[tuple[dict[str, Any], str, dict[str, Any]]]:
    """(state, pointer, the States around it) at every depth."""
    for name, state in scope["States"].items():
        place = f"{pointer}/States/{name}"
        yield state, place, scope["States"]
        for index, branch in enumerate(state.get("Branches", ())):
            yield from _states(branch, f"{place}/Branches/{index}")
        for field in ("ItemProcessor", "Iterator"):
            if field in state:
                yield from _states(state[field], f"{place}/{field}")


#: what a slip does to a state -> (rule, where below the state); None where the state can't have the slip
def _mistype(state: dict[str, Any]) -> tuple[str, str]:
    state["Type"] = state["Type"].lower()
    return "ASL211", "/Type"


def _unknown_field(state: dict[str, Any]) -> tuple[str, str]:
    state["Coment"] = "x"
    return "ASL202", "/Coment"


def _dangling(state: dict[str, Any]) -> tuple[str, str] | None:
    if "Next" not in state:
        return None
    state["Next"] += "?"
    return "ASL302", "/Next"


def _both_ends(state: dict[str, Any]) -> tuple[str, str] | None:
    if "Next" not in state:
        return None
    state["End"] = True
    return "ASL307", "/End"


def _no_way_on(state: dict[str, Any]) -> tuple[str, str] | None:
    if "Next" not in state:
        return None
    del state["Next"]
    return "ASL307", ""


def _broken_path(state: dict[str, Any]) -> tuple[str, str] | None:
    if state["Type"] == "Fail" or "QueryLanguage" in state:
        return None
    state["InputPath"] = "$.a["
    return "ASL401", "/InputPath"


def _other_language(state: dict[str, Any]) -> tuple[str, str] | None:
    if state["Type"] == "Fail" or "QueryLanguage" in state:
        return None
    state["Output"] = 1
    return "ASL203", "/Output"


def _all_with_others(state: dict[str, Any]) -> tuple[str, str] | None:
    if state["Type"] not in ("Task", "Parallel", "Map"):
        return None
    state["Retry"] = [{"ErrorEquals": ["States.ALL", "Mine"]}]
    return "ASL501", "/Retry/0/ErrorEquals"


def _quoted_number(state: dict[str, Any]) -> tuple[str, str] | None:
    if state["Type"] != "Task":
        return None
    state["TimeoutSeconds"] = "5"
    return "ASL204", "/TimeoutSeconds"


def _reserved_variable(state: dict[str, Any]) -> tuple[str, str] | None:
    if state["Type"] in ("Fail", "Succeed"):
        return None
    state["Assign"] = {"states": 1}
    return "ASL601", "/Assign/states"


SLIPS = [
    _mistype,
    _unknown_field,
    _dangling,
    _both_ends,
    _no_way_on,
    _broken_path,
    _other_language,
    _all_with_others,
    _quoted_number,
    _reserved_variable,
]


@pytest.mark.parametrize("slip", SLIPS)
@given(machine=machines(), data=st.data())
@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.too_slow])
def test_a_slip_is_found_where_it_is(slip: Any, machine: dict[str, Any], data: st.DataObject) -> None:
    broken = deepcopy(machine)
    places = list(_states(broken, ""))
    state, pointer, _ = places[data.draw(st.integers(0, len(places) - 1))]
    expected = slip(state)
    if expected is None:
        return
    rule, below = expected
    text = json.dumps(broken, indent=1)
    found = asl.validate(text)
    assert (rule, pointer + below) in [(finding.rule, finding.pointer) for finding in found]
    errors = [finding for finding in found if finding.severity == "error"]
    # what else is found follows from the slip, and none of it is far from what the state is part of
    assert {finding.rule for finding in errors} <= {rule, "ASL303"}


def test_shapes_that_grow_in_a_loop_stay_small() -> None:
    states: dict[str, Any] = {"S0": {"Type": "Pass", "Result": {"x": 1}, "Next": "S1"}}
    for index in range(1, 200):
        states[f"S{index}"] = {
            "Type": "Choice",
            "Choices": [{"Variable": "$.x", "IsPresent": True, "Next": f"P{index}"}],
            "Default": "S1",
        }
        states[f"P{index}"] = {
            "Type": "Pass",
            "Parameters": {f"m{index}.$": "$", "x.$": "$.x"},
            "ResultPath": f"$.p{index}",
            "Next": f"S{index + 1}",
        }
    states["S200"] = {"Type": "Succeed"}
    began = time.process_time()
    check_data(_Nothing(), {"StartAt": "S0", "States": states})  # type: ignore[arg-type]  # a stand-in that counts nothing
    assert time.process_time() - began < 5


class _Nothing:
    def add(self, *_: Any, **__: Any) -> None: ...

    def suggest(self, *_: Any) -> str:
        return ""


def test_a_source_without_name() -> None:
    assert asl.validate(Source("")) != []

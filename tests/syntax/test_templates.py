"""Definitions inside templates: what is found in them, at the places of the file that people edit."""

from __future__ import annotations

from pathlib import Path

import pytest

import asl
from asl.errors import DefinitionError
from asl.syntax.templates import load, load_one, load_text

FOLDER = Path(__file__).parents[1] / "validation" / "templates"

EXPECTED = {
    "sam.yaml": [
        "sam.yaml ASL302 21:19",
        "sam.yaml ASL703 22:37",
        "placeholders.asl.json ASL204 2:103",
        "sam.yaml ASL110 32:22",
        "sam.yaml ASL202 45:90",
        "sam.yaml ASL211 51:79",
        "sam.yaml ASL103 57:84",
        "sam.yaml ASL101 62:41",
    ],
    "cdk.template.json": [
        "cdk.template.json ASL403 7:22",
        "cdk.template.json ASL302 7:38",
        "cdk.template.json ASL110 10:92",
    ],
    "serverless.yml": ["serverless.yml ASL202 11:63", "placeholders.asl.json ASL204 2:103"],
    "plan.json": ["plan.json ASL211 3:77"],
    "placeholders.asl.json": ["placeholders.asl.json ASL204 2:103"],
    "no-machine.json": [],
}


@pytest.mark.parametrize("name", EXPECTED)
def test_findings(name: str) -> None:
    found = asl.validate_file(FOLDER / name)
    assert [
        f"{Path(finding.source.name).name} {finding.rule} {finding.line}:{finding.column}"
        for finding in found
        if finding.source
    ] == EXPECTED[name]


def test_names_and_types() -> None:
    machines = load(FOLDER / "sam.yaml")
    assert [(machine.name, machine.express) for machine in machines[:3]] == [
        ("Inline", True),
        ("File", False),
        ("Missing", False),
    ]
    assert [machine.express for machine in load(FOLDER / "cdk.template.json")] == [True, False]


def test_intrinsic_functions_are_left_open() -> None:
    inline = load(FOLDER / "sam.yaml")[0].source.tree
    assert inline["States"]["A"]["Resource"] == "${Fn.Arn}"
    assert inline["States"]["B"]["Seconds"] == "${Delay}"


def test_values_fill_in_placeholders() -> None:
    (machine,) = load(FOLDER / "placeholders.asl.json", {"T": "30", "FnArn": "arn:x", "Where": "B"})
    state = machine.source.tree["States"]["A"]
    assert (state["TimeoutSeconds"], state["Resource"], state["Next"]) == (30, "arn:x", "B")


def test_an_open_resource_becomes_a_function_when_it_is_run() -> None:
    machine = load_one(FOLDER / "placeholders.asl.json", {"T": "30", "Where": "B"})
    assert machine.source.tree["States"]["A"]["Resource"] == "arn:aws:lambda:us-east-1:123456789012:function:FnArn"


def test_what_is_left_open_elsewhere_is_an_error_when_it_is_run() -> None:
    source = load_one(FOLDER / "placeholders.asl.json").source
    found = [f"{finding.rule} {finding.line}:{finding.column}" for finding in asl.validate(source)]
    assert found == ["ASL204 2:77", "ASL204 2:103", "ASL302 3:12"]


@pytest.mark.parametrize("name", ["sam.yaml", "no-machine.json"])
def test_one_machine_is_run(name: str) -> None:
    with pytest.raises(DefinitionError, match="one state machine is needed"):
        load_one(FOLDER / name)


def test_a_missing_file() -> None:
    with pytest.raises(DefinitionError, match=r"can't read 'nope\.json'"):
        load("nope.json")


@pytest.mark.parametrize(
    "text",
    [
        '{"Resources": {"A": 1, "B": {"Type": ["x"]}}}',
        '{"Resources": {"A": {"Type": "AWS::StepFunctions::StateMachine"}}}',
        '{"Resources": {"A": {"Type": "AWS::StepFunctions::StateMachine", "Properties": []}}}',
        '{"format_version": "1", "planned_values": 1}',
        '{"format_version": "1", "values": {"root_module": {"resources": {}, "child_modules": [1]}}}',
        '{"stepFunctions": 1}',
        '{"stepFunctions": {"stateMachines": {"a": 1, "b": {"definition": [1]}}}}',
    ],
)
def test_templates_that_hold_something_else_have_no_machine(text: str) -> None:
    assert load_text(text.encode(), "t.json") == []


@pytest.mark.parametrize(
    ("properties", "rules"),
    [
        ('"DefinitionString": {"Fn::Join": ["", "x"]}', []),
        ('"DefinitionString": {"Fn::Join": [",", ["{", 1]]}', []),
        ('"DefinitionString": {"Fn::Join": ["", []]}', ["ASL102"]),
        ('"DefinitionString": {"Fn::Sub": 1}', []),
        ('"DefinitionString": {"Fn::Sub": ["{}"]}', ["ASL201"]),
        ('"DefinitionString": {"StartAt": "A"}', ["ASL201"]),
        ('"DefinitionString": null', ["ASL110"]),
        ('"Definition": {"Fn::Transform": {}}', []),
        ('"DefinitionUri": {"Ref": "X"}', []),
        ('"DefinitionUri": "${X}.json"', []),
    ],
)
def test_definitions_in_odd_forms(properties: str, rules: list[str]) -> None:
    text = f'{{"Resources": {{"A": {{"Type": "AWS::Serverless::StateMachine", "Properties": {{{properties}}}}}}}}}'
    found = [finding for machine in load_text(text.encode(), "t.json") for finding in asl.validate(machine.source)]
    assert [finding.rule for finding in found] == rules
    assert all(finding.line == 1 for finding in found)

"""The public functions: ``validate``, ``validate_file``, and AWS's answers made of the same findings."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import asl

if TYPE_CHECKING:
    from pathlib import Path

GOOD = {"StartAt": "A", "States": {"A": {"Type": "Succeed"}}}
WARNED = {"StartAt": "A", "States": {"A": {"Type": "Pass", "Parameters": {"a": "$.b"}, "End": True}}}
BROKEN = {"StartAt": "B", "States": {"A": {"Type": "Succeed"}}}


def test_text_bytes_and_value() -> None:
    text = '{"StartAt": "B",\n "States": {"A": {"Type": "Succeed"}}}'
    (found,) = asl.validate(text)
    assert (found.rule, found.severity, found.pointer, found.line, found.column) == (
        "ASL301",
        "error",
        "/StartAt",
        1,
        13,
    )
    assert [finding.line for finding in asl.validate(text.encode())] == [1]
    (found,) = asl.validate(BROKEN)
    assert (found.rule, found.pointer, found.line, found.column) == ("ASL301", "/StartAt", None, None)
    assert asl.validate(GOOD) == []


def test_placeholders_are_left_open() -> None:
    wait = '{"Type": "Wait", "Seconds": ${Delay}, "Next": "${Next}"}'
    text = '{"StartAt": "A", "States": {"A": %s, "B": {"Type": "Fail"}}}' % wait  # noqa: UP031 - JSON is full of braces
    assert asl.validate(text) == []
    assert [finding.column for finding in asl.validate(text.replace("Fail", "Fall"))] == [106]


@pytest.mark.parametrize("kind", ["EXPRESS", "express"])
def test_express(kind: str) -> None:
    resource = "arn:aws:states:us-east-1:123456789012:activity:a"
    task = {"StartAt": "A", "States": {"A": {"Type": "Task", "Resource": resource, "End": True}}}
    assert asl.validate(task) == []
    assert [finding.rule for finding in asl.validate(task, type=kind)] == ["ASL703"]


def test_an_unknown_type() -> None:
    with pytest.raises(asl.DefinitionError, match="type must be"):
        asl.validate(GOOD, type="FAST")


def test_files(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_text("StartAt: B\nStates: {A: {Type: Succeed}}\n", "utf-8")
    assert [(found.rule, found.line) for found in asl.validate_file(path)] == [("ASL301", 1)]
    with pytest.raises(asl.DefinitionError, match="can't read"):
        asl.validate_file(tmp_path / "none.json")


def test_aws_accepts() -> None:
    assert asl.aws_validation(asl.validate(GOOD)) == {"result": "OK", "diagnostics": [], "truncated": False}
    assert asl.aws_refusal(asl.validate(GOOD)) is None


def test_warnings_are_asked_for() -> None:
    found = asl.validate(WARNED)
    assert asl.aws_validation(found) == {"result": "OK", "diagnostics": [], "truncated": False}
    answer = asl.aws_validation(found, severity="WARNING")
    assert answer["result"] == "OK"
    (warning,) = answer["diagnostics"]
    assert (warning["code"], warning["severity"]) == ("NO_DOLLAR", "WARNING")
    assert warning["location"] == "/States/A/Parameters/a"


def test_advice_is_ours_alone() -> None:
    choice = {"Type": "Choice", "Choices": [{"Variable": "$.a", "IsNull": True, "Next": "B"}]}
    found = asl.validate({"StartAt": "A", "States": {"A": choice, "B": {"Type": "Fail"}}})
    assert [finding.severity for finding in found] == ["advice"]
    assert asl.aws_validation(found, severity="WARNING")["diagnostics"] == []


def test_broken_json_as_recorded() -> None:
    (diagnostic,) = asl.aws_validation(asl.validate("not a definition"))["diagnostics"]
    assert diagnostic == {
        "severity": "ERROR",
        "code": "INVALID_JSON_DESCRIPTION",
        "message": "Unrecognized token 'not': was expecting"
        " (JSON String, Number, Array, Object or token 'null', 'true' or 'false')",
        "location": '[Source: (String)"not a definition"; line: 1, column: 4]',
    }


def test_empty_text_as_recorded() -> None:
    (diagnostic,) = asl.aws_validation(asl.validate(""))["diagnostics"]
    assert diagnostic == {
        "severity": "ERROR",
        "code": "SCHEMA_VALIDATION_FAILED",
        "message": "Definition must be a valid JSON object",
    }


def test_missing_fields_as_recorded() -> None:
    problem = "SCHEMA_VALIDATION_FAILED: These fields are required: [States, StartAt] at /"
    assert asl.aws_refusal(asl.validate({})) == f"Invalid State Machine Definition: '{problem}'"


def test_truncation() -> None:
    many = asl.validate({"StartAt": "A", "States": {f"S{index}": {"Type": "X"} for index in range(150)}})
    whole = asl.aws_validation(many)
    assert (len(whole["diagnostics"]), whole["truncated"], whole["result"]) == (100, True, "FAIL")
    some = asl.aws_validation(many, max_results=3)
    assert (len(some["diagnostics"]), some["truncated"]) == (3, True)

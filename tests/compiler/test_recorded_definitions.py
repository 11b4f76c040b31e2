"""Definitions that AWS ran give no error; definitions that AWS refused give AWS's code, words and place."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from asl.compiler.analysis import analyse
from asl.syntax.source import Source

CONFORMANCE = Path(os.environ.get("ASL_CONFORMANCE") or Path(__file__).parents[2].parent / "shared" / "conformance")
if not (CONFORMANCE / "cases").is_dir():
    CONFORMANCE = Path(__file__).parents[2].parent.parent / "shared" / "conformance"

pytestmark = pytest.mark.skipif(
    not (CONFORMANCE / "cases").is_dir(), reason="no recordings: set ASL_CONFORMANCE to their folder"
)


def cases(*kinds: str) -> list[tuple[str, dict[str, Any]]]:
    found = []
    for path in sorted((CONFORMANCE / "cases").rglob("*.json")):
        case = json.loads(path.read_text("utf-8"))
        if case["kind"] in kinds and ("definition" in case or "definition_text" in case):
            found.append((path.stem, case))
    return found


def source_of(name: str, case: dict[str, Any]) -> Source:
    text = case.get("definition_text")
    return Source(json.dumps(case["definition"]) if text is None else text, name)


def test_definitions_that_ran_have_no_error() -> None:
    ran = cases("execution", "express")
    assert len(ran) > 100
    errors = [
        finding.format()
        for name, case in ran
        for finding in analyse(source_of(name, case), express=case["kind"] == "express")
        if finding.severity == "error"
    ]
    assert errors == []


def test_validate_answers() -> None:
    compared = 0
    for name, case in cases("validate"):
        expected = [
            {key: value for key, value in diagnostic.items() if key != "severity"}
            for diagnostic in case["expected"]["validation_response"]["diagnostics"]
        ]
        if any(diagnostic["code"] == "INVALID_JSON_DESCRIPTION" for diagnostic in expected):
            continue  # the words of AWS's own JSON parser
        found = analyse(source_of(name, case), express="express" in name)
        answer = [
            {"code": finding.aws_code, "message": finding.message}
            | ({"location": finding.aws_location} if finding.aws_location else {})
            for finding in found
            if finding.severity == "error"
        ]
        assert answer == expected, name
        compared += 1
    assert compared > 3


def test_refused_definitions() -> None:
    compared = 0
    for name, case in cases("create_state_machine"):
        refusals = [
            refusal["message"]
            for refusal in case["expected"].get("$exceptions", {}).values()
            if refusal.get("code") == "InvalidDefinition"
        ]
        if not refusals or "escape" in name:  # an intrinsic's escapes are judged by its compiler
            continue
        found = analyse(source_of(name, case), express="illegal_callbacks" in name)
        assert found, name
        if refusals[0].startswith("Invalid State Machine Definition: "):
            errors = [finding for finding in found if finding.severity == "error"]
            answer = ", ".join(f"{error.aws_code}: {error.message} at {error.aws_location}" for error in errors)
            expected = refusals[0].removeprefix("Invalid State Machine Definition: ").replace("<partition>", "aws")
            assert f"'{answer}'" == expected, name
        compared += 1
    assert compared > 10

"""Each case of tests/validation gives exactly the findings that stand beside it, at exactly those places."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from asl.compiler.analysis import DEFINITION_LIMIT, analyse
from asl.syntax.rules import RULES
from asl.syntax.source import Source

FOLDER = Path(__file__).parents[1] / "validation"
CASES = [
    pytest.param(case, id=f"{file.stem}: {case['name']}")
    for file in sorted(FOLDER.glob("*.yaml"))
    for case in yaml.safe_load(file.read_text("utf-8"))
]

#: rules whose definitions can't stand in a text file of moderate size
ELSEWHERE = {"ASL104", "ASL110", "ASL801"}


def source_of(case: dict[str, Any]) -> Source:
    match case:
        case {"yaml": text}:
            return Source(text, "case.yaml")
        case {"scope": text}:
            return Source("{\n" + text + "\n}", "case.json")
        case {"state": text}:
            return Source('{"StartAt": "S", "States": {"S":\n' + text + "\n}}", "case.json")
        case _:
            return Source(case["text"], "case.json")


@pytest.mark.parametrize("case", CASES)
def test_findings(case: dict[str, Any]) -> None:
    found = analyse(source_of(case), express=case.get("express", False))
    assert [f"{finding.rule} {finding.line}:{finding.column}" for finding in found] == case["expect"]


READABLE = [case for case in CASES if source_of(case.values[0]).readable and not source_of(case.values[0]).problems]


@pytest.mark.parametrize("case", READABLE)
def test_a_value_gives_the_same_findings_as_its_text(case: dict[str, Any]) -> None:
    source = source_of(case)
    express = case.get("express", False)
    by_value = analyse(Source.from_value(source.tree), express=express)
    assert [(finding.rule, finding.pointer) for finding in by_value] == [
        (finding.rule, finding.pointer) for finding in analyse(source, express=express)
    ]
    assert all(finding.line is None for finding in by_value)


def test_every_rule_has_a_case() -> None:
    covered = {finding.split()[0] for case in CASES for finding in case.values[0]["expect"]}
    assert covered == set(RULES) - ELSEWHERE


def test_definition_limit() -> None:
    def machine(size: int) -> Source:
        text = '{"StartAt": "A", "States": {"A": {"Type": "Succeed"}}, "Comment": "%s"}'
        return Source(text % ("x" * (size - len(text) + 2)))

    assert analyse(machine(DEFINITION_LIMIT)) == []
    assert [finding.rule for finding in analyse(machine(DEFINITION_LIMIT + 1))] == ["ASL801"]

"""How findings look."""

from __future__ import annotations

import pytest

from asl.syntax.diagnostics import Diagnostic, Findings, aws_location, child, did_you_mean, tokens
from asl.syntax.rules import RULES
from asl.syntax.source import Source

SOURCE = Source('{"StartAt": "A",\n\t"States": {"B": 1}}', "dir/machine.json")


def test_one_line() -> None:
    finding = Diagnostic("ASL301", "Missing 'StartAt' target: A.", "/StartAt", SOURCE, "did you mean 'B'?")
    assert finding.format() == "dir/machine.json:1:13: ASL301 error: Missing 'StartAt' target: A; did you mean 'B'?"


def test_snippet_with_a_tab() -> None:
    finding = Diagnostic("ASL207", "Value cannot be empty", "/States", SOURCE)
    assert finding.format(snippet=True).splitlines() == [
        "dir/machine.json:2:12: ASL207 error: Value cannot be empty",
        '    2 |  "States": {"B": 1}}',
        "      |            ^",
    ]


def test_at_the_name() -> None:
    finding = Diagnostic("ASL202", "x", "/States/B", SOURCE, at_key=True)
    assert (finding.line, finding.column) == (2, 13)


def test_without_positions_the_pointer_says_where() -> None:
    finding = Diagnostic("ASL301", "Missing", "/StartAt", Source.from_value({"StartAt": "A"}))
    assert finding.format(snippet=True) == "<value>: ASL301 error: Missing at /StartAt"


def test_nothing_of_a_definition_reaches_the_terminal_raw() -> None:
    source = Source('{"StartAt": "\x1b[2J"}')
    finding = Diagnostic("ASL301", "Missing target: \x1b[2J\u202e\ud800", "", source)
    assert "\x1b" not in finding.format(snippet=True)
    assert r"\x1b[2J\u202e\ud800" in finding.format()


def test_document_order() -> None:
    findings = Findings(SOURCE)
    findings.add("ASL202", "/States/B", "third")
    findings.add("ASL201", "", "first")
    findings.add("ASL202", "/StartAt", "second")
    assert [finding.message for finding in findings.in_order()] == ["first", "second", "third"]


def test_long_lines_are_cut_around_the_place() -> None:
    source = Source('{"a": "' + "x" * 500 + '", "b": 1, "c": "' + "y" * 500 + '"}')
    line, caret = Diagnostic("ASL204", "x", "/b", source).snippet().splitlines()
    assert len(line) < 120
    assert line[caret.index("^")] == "1"


@pytest.mark.parametrize(
    ("name", "known", "answer"),
    [
        ("next", ["End", "Next"], "did you mean 'Next'?"),
        ("Nxt", ["End", "Next"], "did you mean 'Next'?"),
        ("Foo", ["End", "Next"], ""),
        ("Foo", [], ""),
    ],
)
def test_suggestions(name: str, known: list[str], answer: str) -> None:
    assert did_you_mean(name, known) == answer


def test_pointers() -> None:
    assert child(child("", "a/b~"), 3) == "/a~1b~0/3"
    assert tokens("/a~1b~0/3") == ["a/b~", "3"]


def test_aws_location() -> None:
    tree = {"States": {"0": {"Branches": [{"States": {"a/b": 1}}]}}}
    assert aws_location("", tree) == "/"
    assert aws_location("/States/0/Branches/0/States/a~1b", tree) == "/States/0/Branches[0]/States/a/b"


def test_rules_are_well_formed() -> None:
    for name, rule in RULES.items():
        assert name == rule.id
        assert name.startswith("ASL")
        assert len(name) == 6
        assert rule.title
        assert rule.why.endswith(".")

"""``asl validate``: options, formats, ``[tool.aslkit]``, patterns, standard input, --fix; and ``asl explain``."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import pytest
from asl_cli.explain import command as explain
from asl_cli.main import cli
from asl_cli.validate import command
from click.testing import CliRunner, Result

from asl.syntax.rules import RULES

if TYPE_CHECKING:
    from pathlib import Path

GOOD = '{"StartAt": "A", "States": {"A": {"Type": "Succeed"}}}'
#: an error (2:41), a warning (3:2) and advice (4:16)
MIXED = """{"StartAt": "A", "States": {
 "A": {"Type": "Wait", "Seconds": "5", "Next": "C"},
 "B": {"Type": "Succeed"},
 "C": {"Type": "Choice", "Choices": [{"Variable": "$.a", "IsNull": true, "Next": "A"}]}}}
"""
YAML = "StartAt: A\nStates:\n  A: {Type: Wait, Seconds: '5', End: true}\n"
EXPRESS = """{"StartAt": "A", "States": {"A": {"Type": "Task", "End": true,
 "Resource": "arn:aws:states:us-east-1:123456789012:activity:a"}}}"""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "sub").mkdir()
    files = {"good.asl.json": GOOD, "mixed.asl.json": MIXED, "sub/a.asl.yaml": YAML, "express.json": EXPRESS}
    for name, text in files.items():
        (tmp_path / name).write_text(text, "utf-8")
    return tmp_path


def run(*arguments: str, stdin: str | bytes | None = None) -> Result:
    return CliRunner().invoke(command, arguments, input=stdin)


def found(*arguments: str, stdin: str | bytes | None = None) -> list[str]:
    """``file:line:column RULE`` of each finding."""
    result = run(*arguments, "--format", "json", stdin=stdin)
    return [f"{one['file']}:{one['line']}:{one['column']} {one['rule']}" for one in json.loads(result.stdout)]


ERROR, WARNING, ADVICE = "mixed.asl.json:2:35 ASL204", "mixed.asl.json:3:2 ASL304", "mixed.asl.json:4:16 ASL308"


@pytest.mark.parametrize(
    ("options", "code", "expected"),
    [
        ([], 1, [ERROR, WARNING, ADVICE]),
        (["--select", "ASL3"], 0, [WARNING, ADVICE]),
        (["--select", "ASL304,ASL204"], 1, [ERROR, WARNING]),
        (["--select", "asl304", "--select", "ASL2"], 1, [ERROR, WARNING]),
        (["--ignore", "ASL2"], 0, [WARNING, ADVICE]),
        (["--ignore", "ASL2", "--strict"], 1, [WARNING, ADVICE]),
        (["--select", "ASL3", "--ignore", "ASL304"], 0, [ADVICE]),
        (["--select", "ASL3", "--ignore", "ASL304", "--strict"], 1, [ADVICE]),
        (["--select", "ASL1", "--strict"], 0, []),
    ],
)
def test_which_rules_count(options: list[str], code: int, expected: list[str]) -> None:
    assert found("mixed.asl.json", *options) == expected
    assert run("mixed.asl.json", *options).exit_code == code


@pytest.mark.parametrize("option", ["--select", "--ignore"])
def test_an_unknown_rule_is_bad_usage(option: str) -> None:
    assert run("good.asl.json", option, "ASL999").exit_code == 2


def test_types() -> None:
    assert run("express.json").exit_code == 0
    assert run("express.json", "--type", "express").exit_code == 1
    assert run("express.json", "--express").exit_code == 1


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["**/*.asl.yaml"], ["sub/a.asl.yaml:3:28 ASL204"]),
        (["sub"], ["sub/a.asl.yaml:3:28 ASL204"]),
        (["sub", "sub/a.asl.yaml", "good.asl.json"], ["sub/a.asl.yaml:3:28 ASL204"]),
        (["*.asl.json"], [ERROR, WARNING, ADVICE]),
    ],
)
def test_patterns_and_folders(arguments: list[str], expected: list[str]) -> None:
    assert found(*arguments) == expected


def test_a_pattern_that_matches_nothing_is_bad_usage() -> None:
    assert run("*.nope").exit_code == 2


@pytest.mark.parametrize(
    ("stdin", "expected"),
    [
        (GOOD, []),
        (MIXED.encode(), [name.replace("mixed.asl.json", "<stdin>") for name in (ERROR, WARNING, ADVICE)]),
        (YAML, ["<stdin>:3:28 ASL204"]),
        ("", ["<stdin>:1:1 ASL102"]),
        (b"\xff", ["<stdin>:1:1 ASL104"]),
    ],
)
def test_standard_input(stdin: str | bytes, expected: list[str]) -> None:
    assert found("-", stdin=stdin) == expected


@pytest.mark.parametrize(
    ("table", "code", "expected"),
    [
        ("", 1, [ERROR, WARNING, ADVICE]),
        ('[tool.aslkit]\nselect = ["ASL3"]', 0, [WARNING, ADVICE]),
        ('[tool.aslkit]\nignore = ["ASL204", "ASL304"]\nstrict = true', 1, [ADVICE]),
        ('[tool.aslkit]\nexclude = ["mixed*"]', 1, [ERROR, WARNING, ADVICE]),
    ],
)
def test_settings(folder: Path, table: str, code: int, expected: list[str]) -> None:
    (folder / "pyproject.toml").write_text(table, "utf-8")
    assert found("mixed.asl.json") == expected
    assert run("mixed.asl.json").exit_code == code


def test_settings_exclude_what_a_pattern_finds(folder: Path) -> None:
    (folder / "pyproject.toml").write_text('[tool.aslkit]\nexclude = ["mixed*"]\ntype = "express"', "utf-8")
    assert found("*.asl.json") == []
    assert [line.split()[1] for line in found("express.json")] == ["ASL703"]


def test_settings_of_a_folder_above(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "pyproject.toml").write_text('[tool.aslkit]\nignore = ["ASL204"]', "utf-8")
    monkeypatch.chdir(folder / "sub")
    assert found("a.asl.yaml") == []


@pytest.mark.parametrize(
    "table",
    [
        "[tool.aslkit]\nselekt = []",
        "[tool.aslkit]\nselect = 1",
        "[tool.aslkit]\nselect = [1]",
        "[tool.aslkit]\nstrict = 'yes'",
        "[tool.aslkit]\ntype = 'x'",
        "[tool]\naslkit = 1",
        "[tool.aslkit",
    ],
)
def test_settings_that_cannot_be_used(folder: Path, table: str) -> None:
    (folder / "pyproject.toml").write_text(table, "utf-8")
    result = run("good.asl.json")
    assert result.exit_code == 2
    assert "pyproject.toml" in result.output


def test_github() -> None:
    assert run("mixed.asl.json", "--format", "github").stdout.splitlines() == [
        (
            "::error file=mixed.asl.json,line=2,col=35,title=ASL204::"
            "The field 'Seconds' must be an integer, but is \"5\"; write it without quotes"
        ),
        "::warning file=mixed.asl.json,line=3,col=2,title=ASL304::No transition leads to the state 'B'",
        (
            "::notice file=mixed.asl.json,line=4,col=16,title=ASL308::"
            'An input that no rule matches fails the execution; add "Default": "<state>"'
        ),
    ]
    assert run("good.asl.json", "--format", "github").stdout == ""


def test_github_escapes(folder: Path) -> None:
    (folder / "a,b%.json").write_text('{"StartAt": "x%\\ny", "States": {"A": {"Type": "Succeed"}}}', "utf-8")
    (line,) = run("a,b%.json", "--format", "github").stdout.splitlines()
    assert line == "::error file=a%2Cb%25.json,line=1,col=13,title=ASL301::Missing 'StartAt' target: x%25%0Ay"


def test_junit() -> None:
    suite = ET.fromstring(run("good.asl.json", "mixed.asl.json", "--format", "junit").stdout)
    assert suite.attrib == {"name": "asl validate", "tests": "2", "failures": "1", "errors": "0"}
    good, mixed = suite
    assert len(good) == 0
    failure, rest = mixed
    assert failure.attrib["type"] == "ASL204"
    assert "mixed.asl.json:2:35" in str(failure.text)
    assert "ASL304" in str(rest.text)


def test_sarif() -> None:
    log: dict[str, Any] = json.loads(run("mixed.asl.json", "--format", "sarif").stdout)
    assert log["version"] == "2.1.0"
    (sarif,) = log["runs"]
    assert [rule["id"] for rule in sarif["tool"]["driver"]["rules"]] == ["ASL204", "ASL304", "ASL308"]
    assert [result["level"] for result in sarif["results"]] == ["error", "warning", "note"]
    first = sarif["results"][0]
    place = first["locations"][0]["physicalLocation"]
    assert place == {"artifactLocation": {"uri": "mixed.asl.json"}, "region": {"startLine": 2, "startColumn": 35}}
    assert sarif["tool"]["driver"]["rules"][first["ruleIndex"]]["id"] == first["ruleId"]


@pytest.mark.parametrize("form", ["json", "sarif", "github", "junit", "text"])
def test_every_format_takes_any_text(folder: Path, form: str) -> None:
    (folder / "odd.json").write_bytes(b'{"StartAt": "\\u0000\\ud800<&\x7f", "States": {"A": {"Type": "Succeed"}}}')
    result = run("odd.json", "--format", form)
    assert result.exit_code == 1
    if form == "junit":
        ET.fromstring(result.stdout)


def test_diff_writes_nothing(folder: Path) -> None:
    result = run("mixed.asl.json", "--diff", "--select", "ASL204")
    assert '-+ "Seconds"' not in result.stdout
    assert '+ "A": {"Type": "Wait", "Seconds": 5, "Next": "C"},' in result.stdout.splitlines()
    assert (folder / "mixed.asl.json").read_text("utf-8") == MIXED
    assert result.exit_code == 1


def test_fix_writes_and_checks_again(folder: Path) -> None:
    result = run("mixed.asl.json", "sub", "--fix", "--select", "ASL204")
    assert result.exit_code == 0
    assert (folder / "mixed.asl.json").read_text("utf-8") == MIXED.replace('"5"', "5")
    assert (folder / "sub/a.asl.yaml").read_text("utf-8") == YAML.replace("'5'", "5")
    assert run("mixed.asl.json", "--fix", "--select", "ASL204").stdout == ""


def test_explain() -> None:
    result = CliRunner().invoke(explain, ["asl304", "ASL204"])
    assert result.exit_code == 0
    assert RULES["ASL304"].why in result.output
    assert "AWS reports it as SCHEMA_VALIDATION_FAILED" in result.output


def test_explain_lists_all_rules() -> None:
    lines = CliRunner().invoke(cli, ["explain"]).output.splitlines()
    assert [line.split()[0] for line in lines] == list(RULES)


def test_explain_an_unknown_rule() -> None:
    result = CliRunner().invoke(explain, ["ASL3004"])
    assert result.exit_code == 2
    assert "did you mean ASL304?" in result.output

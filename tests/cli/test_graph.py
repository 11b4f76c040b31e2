"""``asl graph`` and ``asl report``."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from asl_cli.main import cli
from click.testing import CliRunner, Result

from asl import StateMachine

GOOD = {"StartAt": "Hello", "States": {"Hello": {"Type": "Pass", "Next": "Done"}, "Done": {"Type": "Succeed"}}}
OLD = {"StartAt": "Hello", "States": {"Hello": {"Type": "Succeed"}}}
BROKEN = {"StartAt": "Hello", "States": {"Hello": {"Type": "Pass", "Next": "Nowhere"}}}
YAML = "StartAt: Hello\nStates:\n  Hello:\n    Type: Succeed\n"
ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name, definition in {"good": GOOD, "old": OLD, "broken": BROKEN}.items():
        (tmp_path / f"{name}.asl.json").write_text(json.dumps(definition), "utf-8")
    (tmp_path / "good.yaml").write_text(YAML, "utf-8")
    (tmp_path / "empty.json").write_text("[]", "utf-8")
    (tmp_path / "text.json").write_text("{ no", "utf-8")
    history = StateMachine(GOOD).run({"n": 1}).history
    (tmp_path / "run.json").write_text(json.dumps({"events": history}), "utf-8")
    (tmp_path / "run.jsonl").write_text("\n".join(map(json.dumps, history)) + "\n", "utf-8")
    return tmp_path


def invoke(*arguments: str, stdin: str | None = None) -> Result:
    return CliRunner().invoke(cli, arguments, input=stdin)


def test_without_options_it_draws_in_the_terminal() -> None:
    result = invoke("graph", "good.asl.json")
    assert result.exit_code == 0
    assert "│ Hello │" in result.output
    assert "▼" in result.output


@pytest.mark.parametrize(
    ("file", "begins"),
    [
        ("o.svg", "<svg"),
        ("o.mmd", "flowchart TD"),
        ("o.dot", 'digraph "good"'),
        ("o.html", "<!doctype html>"),
        ("o.txt", " "),
        ("O.SVG", "<svg"),
    ],
)
def test_the_suffix_tells_the_format(file: str, begins: str) -> None:
    assert invoke("graph", "good.asl.json", "-o", file).exit_code == 0
    assert Path(file).read_text("utf-8").startswith(begins)


def test_png() -> None:
    pytest.importorskip("resvg_py")
    assert invoke("graph", "good.asl.json", "-o", "o.png").exit_code == 0
    assert Path("o.png").read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize("history", ["run.json", "run.jsonl"])
def test_history_colours_the_run(history: str) -> None:
    result = invoke("graph", "good.asl.json", "--format", "svg", "--history", history)
    assert result.exit_code == 0
    assert result.output.count('data-status="succeeded"') == 4
    assert "✔ Hello" in invoke("graph", "good.asl.json", "--history", history).output


def test_diff_shows_what_changed() -> None:
    result = invoke("graph", "good.asl.json", "--format", "outline", "--diff", "old.asl.json")
    assert "+ Done" in result.output
    assert "~ Hello" in result.output


def test_definitions_with_errors_are_drawn() -> None:
    result = invoke("graph", "broken.asl.json")
    assert result.exit_code == 0
    assert "no such state" in result.output
    assert "✗" in result.output


def test_yaml_and_stdin() -> None:
    assert "Hello" in invoke("graph", "good.yaml").output
    assert "Hello" in invoke("graph", "-", stdin=json.dumps(GOOD)).output


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["graph", "missing.json"], "can't read 'missing.json'"),
        (["graph", "empty.json"], "nothing to draw"),
        (["graph", "text.json"], "text.json:1"),
        (["graph", "good.asl.json", "-o", "o.gif"], "can't tell the format"),
        (["graph", "good.asl.json", "-o", "none/o.svg"], "can't write none/o.svg"),
        (["graph", "good.asl.json", "--history", "missing.json"], "the history missing.json"),
        (["graph", "good.asl.json", "--history", "text.json"], "is not JSON"),
        (["graph", "good.asl.json", "--history", "old.asl.json"], "a history is a list of events"),
        (["graph", "good.asl.json", "--history", "run.json", "--diff", "old.asl.json"], "exclude each other"),
        (["graph", "good.asl.json", "--diff", "missing.json"], "can't read"),
        (["report", "missing.json"], "the history missing.json"),
        (["report", "old.asl.json"], "a history is a list of events"),
        (["report", "run.json", "-m", "missing.json"], "can't read"),
    ],
)
def test_mistakes_are_told_in_a_line(arguments: list[str], said: str) -> None:
    result = invoke(*arguments)
    assert result.exit_code == 2
    assert said in result.output
    assert "Traceback" not in result.output


def test_report_writes_a_page() -> None:
    assert invoke("report", "run.json", "-m", "good.asl.json").exit_code == 0
    page = Path("run.html").read_text("utf-8")
    assert page.startswith("<!doctype html>")
    assert "<h1>good</h1>" in page
    assert invoke("report", "run.json", "-o", "-", "--title", "A & B").output.count("<h1>A &amp; B</h1>") == 1

"""``asl validate``."""

from __future__ import annotations

import io
import subprocess
import sys
from pathlib import Path

import pytest
from asl_cli.formats import print_text
from asl_cli.validate import command
from click.testing import CliRunner

from asl.compiler.analysis import analyse
from asl.syntax.source import Source

GOOD = '{"StartAt": "A", "States": {"A": {"Type": "Succeed"}}}'
BAD = '{"StartAt": "A",\n "States": {"A": {"Type": "Pass", "Next": "B"}, "C": {"Type": "Fail", "Eror": "x"}}}'
WARNING = '{"StartAt": "A", "States": {"A": {"Type": "Succeed"}, "B": {"Type": "Succeed"}}}'


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name, text in {"good.json": GOOD, "bad.json": BAD, "warning.json": WARNING, "bad.yaml": "StartAt: A\n"}.items():
        (tmp_path / name).write_text(text, "utf-8")
    return tmp_path


@pytest.mark.parametrize(
    ("arguments", "code", "lines"),
    [
        (["good.json"], 0, []),
        (["warning.json"], 0, ["warning.json:1:55: ASL304 warning: No transition leads to the state 'B'"]),
        (
            ["good.json", "bad.json", "bad.yaml"],
            1,
            [
                "bad.json:2:43: ASL302 error: Missing 'Next' target: B",
                "bad.json:2:71: ASL202 error: Field 'Eror' is not supported; did you mean 'Error'?",
                "bad.yaml:1:1: ASL201 error: These fields are required: [States]",
            ],
        ),
    ],
)
@pytest.mark.usefixtures("files")
def test_findings(arguments: list[str], code: int, lines: list[str]) -> None:
    result = CliRunner().invoke(command, arguments)
    assert result.output.splitlines() == lines
    assert result.exit_code == code


@pytest.mark.usefixtures("files")
def test_an_unreadable_file_does_not_hide_the_others() -> None:
    result = CliRunner().invoke(command, ["missing.json", "bad.yaml"])
    assert result.exit_code == 2
    assert "asl validate: can't read 'missing.json': No such file or directory" in result.output
    assert "bad.yaml:1:1: ASL201" in result.output


def test_standard_input() -> None:
    result = CliRunner().invoke(command, ["-"], input='{"StartAt": "\u00e9"')
    assert result.exit_code == 1
    assert result.output == "<stdin>:1:15: ASL101 error: The text ends too early; missing at the end: }\n"


def test_no_file_is_bad_usage() -> None:
    assert CliRunner().invoke(command, []).exit_code == 2


def test_express() -> None:
    machine = GOOD.replace(
        '"Succeed"', '"Task", "End": true, "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken"'
    )
    assert CliRunner().invoke(command, ["-"], input=machine).exit_code == 0
    result = CliRunner().invoke(command, ["--express", "-"], input=machine)
    assert result.exit_code == 1
    assert "ASL703" in result.output


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_terminal_also_shows_the_line() -> None:
    stream = Terminal()
    text = GOOD.replace('"A",', '"é",')
    print_text(analyse(Source(text, "m.json")), stream)
    assert stream.getvalue().splitlines()[1:] == [f"    1 | {text}", "      |             ^"]


def test_a_stream_that_can_not_show_a_character() -> None:
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding="ascii")
    print_text(analyse(Source(GOOD.replace('"A",', '"é",'), "m.json")), stream)
    stream.flush()
    assert rb"Missing 'StartAt' target: \xe9" in raw.getvalue()


def test_start_up_imports_nothing_heavy() -> None:
    heavy = {"yaml", "rich", "lark", "jsonpath_ng", "asyncio"}
    root = Path(__file__).parents[2]
    program = f"""
import sys
sys.path[:0] = [{str(root)!r}, {str(root / "cli")!r}]
import asl_cli.validate, asl.compiler.analysis
print({heavy!r} & set(sys.modules))
"""
    output = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert output.stdout == "set()\n"

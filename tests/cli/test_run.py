"""``asl run`` from the command line to its exit code, on real state machines."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
from asl_cli.main import cli
from click.testing import CliRunner, Result

if TYPE_CHECKING:
    from pathlib import Path

PASS = {"StartAt": "A", "States": {"A": {"Type": "Pass", "End": True}}}
FAIL = {"StartAt": "Stop", "States": {"Stop": {"Type": "Fail", "Error": "No.Stock", "Cause": "sold out\nuntil May"}}}
YEAR = {"StartAt": "Nap", "States": {"Nap": {"Type": "Wait", "Seconds": 31_536_000, "End": True}}}
TASK = {
    "StartAt": "Pay",
    "States": {"Pay": {"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:123456789012:function:pay", "End": True}},
}


@pytest.fixture(autouse=True)
def _in_a_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))
    monkeypatch.setattr(sys, "dont_write_bytecode", True)


def run(definition: Any, *arguments: str, stdin: str | bytes | None = None) -> Result:
    text = definition if isinstance(definition, str) else json.dumps(definition)
    with open("machine.json", "w", encoding="utf-8") as file:
        file.write(text)
    return CliRunner().invoke(cli, ["run", "machine.json", *arguments], input=stdin, catch_exceptions=False)


# -- the input


@pytest.mark.parametrize(
    ("arguments", "stdin", "output"),
    [
        ([], None, {}),
        ([], "", {}),
        ([], " \n", {}),
        ([], '{"a": 1}', {"a": 1}),
        (["-i", "[1, 2]"], "ignored", [1, 2]),
        (["-i", "@input.json"], None, {"from": "file"}),
        (["-i", "-"], "7", 7),
        (["--input", '"ü"'], None, "ü"),
    ],
)
def test_where_the_input_comes_from(tmp_path: Path, arguments: list[str], stdin: str | None, output: Any) -> None:
    (tmp_path / "input.json").write_bytes(b'\xef\xbb\xbf{"from": "file"}')
    result = run(PASS, "--quiet", *arguments, stdin=stdin)
    assert (result.exit_code, json.loads(result.stdout)) == (0, output)


@pytest.mark.parametrize(
    ("arguments", "stdin", "message"),
    [
        (["-i", '{"a":\n tru}'], None, "the input given with -i is not JSON: line 2, column 2"),
        (["-i", ""], None, "the input given with -i is not JSON: line 1, column 1"),
        (["-i", "machine.json"], None, "write -i @machine.json"),
        (["-i", '{"a": NaN}'], None, "NaN is not JSON"),
        (["-i", "-Infinity"], None, "-Infinity is not JSON"),
        (["-i", "[" * 100_000], None, "is not JSON: "),
        (["-i", "9" * 5000], None, "is not JSON: "),
        (["-i", "@nothing.json"], None, "the input file nothing.json: No such file"),
        (["-i", "@."], None, "the input file .: Is a directory"),
        (["-i", "@latin.json"], None, "the input file latin.json is not UTF-8: byte 1 is 0xe9"),
        (["-i", "-"], "", "the input on stdin is not JSON: line 1, column 1"),
        ([], "{]", "the input on stdin is not JSON: line 1, column 2"),
        ([], b'"\xff"', "the input on stdin is not UTF-8: byte 1 is 0xff"),
        (["-i", '"' + "x" * 262_143 + '"'], None, "262144"),
    ],
)
def test_an_input_that_cannot_be_used(
    tmp_path: Path, arguments: list[str], stdin: str | bytes | None, message: str
) -> None:
    (tmp_path / "latin.json").write_bytes(b'"\xe9"')
    result = run(PASS, *arguments, stdin=stdin)
    assert result.exit_code == 2
    assert message in result.stderr
    assert result.stdout == ""


# -- what goes where


def test_into_a_pipe_goes_the_output_and_the_trace_goes_to_stderr() -> None:
    result = run(PASS, "-i", '{"a": "ü"}')
    assert (result.exit_code, result.stdout) == (0, '{\n  "a": "ü"\n}\n')
    assert result.stderr.splitlines()[0] == "ok      A  Pass  0 ms"
    assert "SUCCEEDED in " in result.stderr


def test_the_trace_can_be_asked_for_on_stdout() -> None:
    result = run(YEAR, "--trace", "--virtual-time")
    assert result.stdout == "ok      Nap  Wait  365 d\n\nSUCCEEDED in 365 d\n{}\n"
    assert result.stderr == ""


def test_quiet_gives_compact_json_alone() -> None:
    result = run(PASS, "-q", "-i", '{"a": [1, 2]}')
    assert (result.stdout, result.stderr) == ('{"a":[1,2]}\n', "")


def test_json_gives_the_history_one_event_a_line() -> None:
    result = run(FAIL, "--json")
    events = [json.loads(line) for line in result.stdout.splitlines()]
    assert [event["id"] for event in events] == [1, 2, 3]
    assert [event["type"] for event in events] == ["ExecutionStarted", "FailStateEntered", "ExecutionFailed"]
    assert events[-1]["executionFailedEventDetails"] == {"error": "No.Stock", "cause": "sold out\nuntil May"}
    assert result.exit_code == 1


def test_the_history_goes_to_a_file_even_if_the_execution_fails(tmp_path: Path) -> None:
    result = run(FAIL, "--history", "history.json", "-q")
    history = json.loads((tmp_path / "history.json").read_text(encoding="utf-8"))
    assert [event["type"] for event in history["events"]] == ["ExecutionStarted", "FailStateEntered", "ExecutionFailed"]
    assert result.exit_code == 1


def test_a_history_file_that_cannot_be_written_is_told_before_the_run() -> None:
    result = run(FAIL, "--history", "no/such/directory.json")
    assert result.exit_code == 2
    assert result.stderr == "Error: --history no/such/directory.json: No such file or directory\n"


# -- failures


def test_a_failure_is_told_in_full_with_the_state_to_look_at() -> None:
    result = run(FAIL, "-i", '{"n":1}')
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.splitlines()[-5:] == [
        "  error  No.Stock",
        "  cause  sold out",
        "         until May",
        "  state  Stop",
        '  input  {"n":1}',
    ]


def test_a_failure_is_told_when_quiet_too() -> None:
    result = run(FAIL, "-q")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.splitlines()[:2] == ["FAILED", "  error  No.Stock"]


def test_a_failure_inside_a_map_says_where() -> None:
    inner = {"StartAt": "Stop", "States": FAIL["States"]}
    definition = {
        "StartAt": "Fork",
        "States": {
            "Fork": {
                "Type": "Parallel",
                "End": True,
                "Branches": [
                    {"StartAt": "Ok", "States": {"Ok": {"Type": "Succeed"}}},
                    {"StartAt": "Each", "States": {"Each": {"Type": "Map", "ItemProcessor": inner, "End": True}}},
                ],
            }
        },
    }
    result = run(definition, "-i", "[1]")
    assert "  state  Stop, iteration 0 of Each, branch 2 of Fork" in result.stderr.splitlines()


def test_a_time_limit() -> None:
    result = run(YEAR, "--virtual-time", "--timeout", "5")
    assert result.exit_code == 1
    assert "TIMED_OUT in 5 s" in result.stderr
    assert "  state  Nap" in result.stderr


@pytest.mark.parametrize("limit", ["0", "-1", "nan", "inf", "soon"])
def test_a_time_limit_that_is_none(limit: str) -> None:
    assert run(YEAR, "--virtual-time", "--timeout", limit).exit_code == 2


# -- handlers


def test_handlers_answer_tasks_and_their_printing_does_not_spoil_stdout(tmp_path: Path) -> None:
    text = "print('loading')\ndef pay(event):\n    print('paying')\n    return {'paid': event}\n"
    (tmp_path / "handlers.py").write_text(text, encoding="utf-8")
    result = run(TASK, "-q", "--handlers", "handlers.py", "-i", "5")
    assert (result.exit_code, result.stdout) == (0, '{"paid":5}\n')
    assert result.stderr == "loading\npaying\n"


def test_an_exception_of_a_handler_fails_the_task_and_shows_its_line(tmp_path: Path) -> None:
    (tmp_path / "handlers.py").write_text("def pay(event):\n    raise ValueError('no money')\n", encoding="utf-8")
    result = run(TASK, "--handlers", "handlers.py")
    assert result.exit_code == 1
    assert "FAILED  Pay  lambda pay" in result.stderr
    assert "ValueError: no money" in result.stderr
    assert "line 2, in pay" in result.stderr


def test_a_handler_file_with_a_mistake(tmp_path: Path) -> None:
    (tmp_path / "handlers.py").write_text("def pay(:\n", encoding="utf-8")
    result = run(TASK, "--handlers", "handlers.py")
    assert result.exit_code == 2
    assert "handlers.py:1: SyntaxError" in result.stderr
    assert "Traceback" not in result.stderr


def test_a_task_without_handler_names_the_option() -> None:
    result = run(TASK)
    assert result.exit_code == 2
    assert "Pay" in result.stderr
    assert "--handlers FILE" in result.stderr


# -- definitions


def test_every_error_of_a_definition_is_told_with_its_place() -> None:
    result = run('{"StartAt": "A",\n "States": {"A": {"Type": "Pas", "End": true}, "B": {"Type": "Wait"}}}')
    assert result.exit_code == 2
    assert result.stderr.startswith("Error: the definition has ")
    assert "machine.json:2:27: " in result.stderr
    assert "did you mean 'Pass'" in result.stderr
    assert result.stdout == ""


@pytest.mark.parametrize("text", ["", "{", "[]", "[" * 100_000, '"x"', "{\"StartAt\": 'A'}"])
def test_a_definition_that_is_none(text: str) -> None:
    result = run(text)
    assert result.exit_code == 2
    assert "machine.json" in result.stderr


@pytest.mark.parametrize("path", ["nothing.json", "."])
def test_a_definition_that_is_not_there(path: str) -> None:
    result = CliRunner().invoke(cli, ["run", path])
    assert result.exit_code == 2
    assert path in result.stderr


def test_the_same_seed_gives_the_same_output() -> None:
    definition = {
        "StartAt": "A",
        "States": {"A": {"Type": "Pass", "Parameters": {"id.$": "States.UUID()"}, "End": True}},
    }
    first, second, other = (run(definition, "-q", "--seed", seed).stdout for seed in ("7", "7", "8"))
    assert first == second != other


# -- as a process


def start(*arguments: str, **options: Any) -> subprocess.Popen[str]:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    command = [sys.executable, "-m", "asl_cli.main", *arguments]
    return subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment, **options
    )


def write(path: Path, definition: Any) -> str:
    path.write_text(json.dumps(definition), encoding="utf-8")
    return str(path)


def test_ctrl_c_ends_it_with_130_and_says_where(tmp_path: Path) -> None:
    machine = write(tmp_path / "machine.json", YEAR)
    process = start("run", machine, "--json", "-i", "1", stdin=subprocess.DEVNULL)
    assert process.stdout is not None
    for line in process.stdout:
        if "WaitStateEntered" in line:
            break
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=20)
    assert (process.returncode, err.strip()) == (130, "interrupted")


def test_a_reader_that_has_seen_enough_causes_no_traceback(tmp_path: Path) -> None:
    definition = {
        "StartAt": "Each",
        "States": {
            "Each": {
                "Type": "Map",
                "ItemProcessor": {"StartAt": "A", "States": PASS["States"]},
                "End": True,
            }
        },
    }
    machine = write(tmp_path / "machine.json", definition)
    process = start("run", machine, "--json", "-i", json.dumps(list(range(2000))), stdin=subprocess.DEVNULL)
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.readline()
    process.stdout.close()
    err = process.stderr.read()
    process.stderr.close()
    assert (process.wait(timeout=20), err) == (1, "")


@pytest.mark.parametrize("closed", [False, True], ids=["a silent pipe", "stdin closed"])
def test_stdin_that_says_nothing_does_not_hang(tmp_path: Path, closed: bool) -> None:
    machine = write(tmp_path / "machine.json", PASS)
    options: dict[str, Any] = {"preexec_fn": lambda: os.close(0)} if closed else {"stdin": subprocess.PIPE}
    process = start("run", machine, "-q", **options)
    assert process.stdout is not None
    assert process.stdout.read() == "{}\n"  # while our end of the pipe is still open
    _, err = process.communicate(timeout=20)
    assert process.returncode == 0
    assert ("nothing came on stdin" in err) is not closed

"""The pytest plugin, in sessions of its own: what passes, what fails and how that reads, what is kept."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    Session = Callable[..., pytest.RunResult]

PASSING = """
def test_refund(state_machine):
    scenario = state_machine("order.asl.json").mock("ChargeCard", returns={"id": 1}).mock("Ship", raises="Carrier.Down")
    assert scenario.run({"orderId": 7}).succeeded
"""

FAILING = """
def test_refund(state_machine):
    scenario = state_machine("order.asl.json").mock("ChargeCard", returns={"id": 1})
    run = scenario.mock("Ship", raises=("Carrier.Down", "503")).run({"orderId": 7})
    assert run.path == ["Reserve"]
"""


def test_a_test_passes(session: Session) -> None:
    session(PASSING).assert_outcomes(passed=1)


def test_a_failing_test_shows_the_trace_and_no_dict(session: Session) -> None:
    result = session(FAILING, "--show-capture=no")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            "*assert *'Reserve'*",
            "*- state machine -*",
            "order: SUCCEEDED after 7s",
            '  input   {"orderId":7}',
            '  ok      Reserve  Pass  {"orderId":7}',
            "  ok      ChargeCard  Task  *",
            "  caught  Ship  Task  4 attempts, waited 1s, 2s, 4s  Carrier.Down: 503  -> Refund",
            "  ok      Refund  Pass  *",
            "  ok      Done  Succeed",
            '  output  {"orderId":7,*',
        ]
    )
    assert "executionStartedEventDetails" not in result.stdout.str()


def test_the_runs_of_a_failing_test_are_told_apart(session: Session) -> None:
    text = """
def test_two(state_machine):
    scenario = state_machine({"StartAt": "P", "States": {"P": {"Type": "Succeed"}}})
    scenario.run(1)
    assert scenario.run(2).output == 3
"""
    result = session(text)
    result.stdout.fnmatch_lines(["*- state machine, run 1 of 2 -*", "*- state machine, run 2 of 2 -*"])


def test_a_passing_test_shows_nothing(session: Session) -> None:
    assert "Carrier.Down" not in session(PASSING, "-rA").stdout.str()


@pytest.mark.parametrize(
    ("mock", "message"),
    [
        (
            '.mock("Ship", returns={}).mock("ChargeCard", returns={}).run({"orderId": 1}, start_at="Ship")',
            "the mock of 'ChargeCard' was never called",
        ),
        (
            '.mock("Ship", raises="Carrier.Down", times=9).run({"orderId": 1}, start_at="Ship")',
            "the mock of 'Ship' has 9 answers, but was called 4 times",
        ),
    ],
)
def test_an_unused_mock_is_warned_of_where_it_was_given(session: Session, mock: str, message: str) -> None:
    text = f"def test_it(state_machine):\n    state_machine('order.asl.json'){mock}\n"
    result = session(text, "-W", "default::asl.testing.UnusedMockWarning")
    result.assert_outcomes(passed=1, warnings=1)
    result.stdout.fnmatch_lines(["*test_it.py:2: *UnusedMockWarning: " + message])


def test_a_failing_test_is_not_warned_besides(session: Session) -> None:
    text = "def test_it(state_machine):\n    state_machine('order.asl.json').mock('Ship', returns=1)\n    assert 0\n"
    session(text).assert_outcomes(failed=1)


def test_a_broken_definition_is_told_with_its_place(session: Session, pytester: pytest.Pytester) -> None:
    (pytester.path / "broken.asl.json").write_text('{"StartAt": "A",\n "States": {"B": {"Type": "Succeed"}}}', "utf-8")
    result = session("def test_it(state_machine):\n    state_machine('broken.asl.json')\n")
    result.stdout.fnmatch_lines(["*DefinitionError: *broken.asl.json:1:* error: *Missing 'StartAt' target: A*"])


@pytest.mark.parametrize(
    ("text", "words"),
    [("{", "broken.asl.json:1:*"), ("not JSON", "broken.asl.json:1:1*")],
)
def test_a_file_that_is_no_json(session: Session, pytester: pytest.Pytester, text: str, words: str) -> None:
    (pytester.path / "broken.asl.json").write_text(text, "utf-8")
    result = session("def test_it(state_machine):\n    state_machine('broken.asl.json')\n")
    result.stdout.fnmatch_lines([f"*DefinitionError: *{words}"])


def test_a_machine_that_is_nowhere(session: Session) -> None:
    result = session("def test_it(state_machine):\n    state_machine('nowhere.asl.json')\n")
    result.stdout.fnmatch_lines(["*MockError: there is no state machine nowhere.asl.json in *asl_machines*"])


def test_machines_are_found_in_configured_folders(session: Session, pytester: pytest.Pytester) -> None:
    folder = pytester.mkdir("deep")
    (folder / "order.asl.json").write_text((pytester.path / "order.asl.json").read_text("utf-8"), "utf-8")
    (pytester.path / "order.asl.json").unlink()
    session(PASSING).assert_outcomes(failed=1)
    pytester.makeini("[pytest]\nasl_machines = deep\n")
    session(PASSING).assert_outcomes(passed=1)


def test_other_kinds_of_machines(session: Session) -> None:
    text = """
from asl import StateMachine

DEFINITION = {"StartAt": "P", "States": {"P": {"Type": "Pass", "End": True}}}

def test_definition(state_machine):
    assert state_machine(DEFINITION).run(1).output == 1
    assert state_machine(StateMachine(DEFINITION)).run(1).output == 1

def test_express(state_machine):
    run = state_machine("order.asl.json", type="EXPRESS").run({"orderId": 1}, stop_after="Reserve")
    assert ":express:" in run.execution.arn
"""
    session(text).assert_outcomes(passed=2)


def test_reports_are_kept_of_every_run(session: Session, pytester: pytest.Pytester) -> None:
    session(PASSING, "--asl-report", "kept").assert_outcomes(passed=1)
    names = sorted(path.name for path in (pytester.path / "kept").iterdir())
    stem = "test_it.py-test_refund"
    assert names == [f"{stem}.html", f"{stem}.json", f"{stem}.txt"]
    kept = json.loads((pytester.path / "kept" / f"{stem}.json").read_text("utf-8"))
    assert (kept["outcome"], kept["status"]) == ("passed", "SUCCEEDED")
    assert kept["events"][0]["type"] == "ExecutionStarted"
    assert "caught  Ship" in (pytester.path / "kept" / f"{stem}.txt").read_text("utf-8")
    page = (pytester.path / "kept" / f"{stem}.html").read_text("utf-8")
    assert "<svg" in page
    assert 'data-status="caught"' in page  # Ship


def test_runs_without_the_fixture_are_seen_as_well(session: Session) -> None:
    text = """
def test_it():
    from asl.testing import load
    run = load({"StartAt": "P", "States": {"P": {"Type": "Succeed"}}}).run(1)
    assert run.output == 2
"""
    session(text).stdout.fnmatch_lines(["  ok      P  Succeed"])


def test_results_are_checked_when_the_project_says_so(session: Session, pytester: pytest.Pytester) -> None:
    pytest.importorskip("botocore")
    pytester.makeini("[pytest]\nasl_check_results = true\n")
    text = """
TASK = {"Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage", "End": True}
def test_it(state_machine):
    state_machine({"StartAt": "T", "States": {"T": TASK}}).mock("T", returns={"MessageID": "m"})
"""
    session(text).stdout.fnmatch_lines(
        ["*MockError: *sqs:sendMessage returns: *'MessageID'; did you mean 'MessageId'?"]
    )


def test_the_plugin_itself_loads_nothing_of_asl() -> None:
    code = "import sys, asl.testing.plugin; print(*sorted(name for name in sys.modules if name.startswith('asl')))"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=Path(__file__).parents[2]
    )
    assert done.stdout.split() == ["asl", "asl.testing", "asl.testing.plugin"]

"""MockConfigFile.json: a file in the form of AWS's well-known example runs unchanged, and the counters are as they
say."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from asl_cli.main import cli
from click.testing import CliRunner

from asl import StateMachine
from asl.testing import MockConfig, MockError, Scenario

if TYPE_CHECKING:
    from collections.abc import Callable

MACHINES = Path(__file__).parent / "machines"
LEADS = MACHINES / "lead-generation.asl.json"
FILE = MACHINES / "MockConfigFile.json"
LEAD = {"email": "e", "ssn": "s", "street": "x", "comments": "nice"}
FUNCTION = "arn:aws:lambda:us-east-1:123456789012:function:work"
TASK = {"Type": "Task", "Resource": FUNCTION}


@pytest.mark.parametrize(
    ("case", "path", "status", "elapsed"),
    [
        ("HappyPathTest", ["Check Contact", "Detect Sentiment", "Notify", "Tell Sales"], "SUCCEEDED", 0),
        (
            "NegativeSentimentTest",
            ["Check Contact", "Detect Sentiment", "Notify", "Ask A Person", "Tell Sales"],
            "SUCCEEDED",
            0,
        ),
        ("CustomValidationFailedTest", ["Check Contact", "Reject"], "FAILED", 0),
        ("RetryOnServiceExceptionTest", ["Check Contact", "Detect Sentiment", "Notify", "Tell Sales"], "SUCCEEDED", 14),
    ],
)
def test_the_well_known_example(
    state_machine: Callable[..., Scenario], case: str, path: list[str], status: str, elapsed: int
) -> None:
    run = state_machine(LEADS).mocks_from(FILE, case).run(LEAD)
    assert (run.status, run.path, run.elapsed) == (status, path, timedelta(seconds=elapsed))
    if status == "FAILED":
        run.assert_failed("Lead.Rejected", "Check Identity Validation Failed")


def test_retries_advance_the_counter(state_machine: Callable[..., Scenario]) -> None:
    run = state_machine(LEADS).mocks_from(FILE, "RetryOnServiceExceptionTest").run(LEAD)
    assert run.state("Check Identity").waited == [2, 4, 8]
    assert [retry.error for visit in run.state("Check Identity").visits for retry in visit.retries] == [
        "Lambda.TooManyRequestsException",
        "Lambda.TooManyRequestsException",
        "Lambda.TimeoutException",
    ]


def test_a_job_is_submitted_before_it_ends(state_machine: Callable[..., Scenario]) -> None:
    run = state_machine(LEADS).mocks_from(FILE, "NegativeSentimentTest").run(LEAD)
    kinds = [event["type"] for event in run.history if event["type"].startswith("Task")]
    asked = kinds.index("TaskSubmitted")
    assert kinds[asked - 2 : asked + 2] == ["TaskScheduled", "TaskStarted", "TaskSubmitted", "TaskSucceeded"]
    assert run.state("Ask A Person").output["person"] == {"accepted": True}


def config(answers: dict[str, Any], state: str = "T") -> MockConfig:
    return MockConfig(
        {"StateMachines": {"Any": {"TestCases": {"Case": {state: "R"}}}}, "MockedResponses": {"R": answers}}
    )


def machine(**states: dict[str, Any]) -> Scenario:
    return Scenario(StateMachine({"StartAt": next(iter(states)), "States": states}))


def returns(*values: Any) -> dict[str, Any]:
    return {str(number): {"Return": value} for number, value in enumerate(values)}


def test_loops_advance_the_counter() -> None:
    choice = {"Type": "Choice", "Choices": [{"Variable": "$", "StringEquals": "done", "Next": "End"}], "Default": "T"}
    scenario = machine(T={**TASK, "Next": "C"}, C=choice, End={"Type": "Succeed"})
    answers = {"0-2": {"Return": "running"}, "3": {"Return": "done"}}
    run = scenario.mocks_from(config(answers), "Case").run()
    assert run.path == ["T", "C"] * 4 + ["End"]


def test_iterations_of_a_map_and_their_retries_share_a_counter() -> None:
    task = {**TASK, "Retry": [{"ErrorEquals": ["E"]}], "End": True}
    each = {"StartAt": "T", "States": {"T": task}}
    answers = {"0": {"Return": "a"}, "1": {"Throw": {"Error": "E", "Cause": "c"}}, "2-3": {"Return": "b"}}
    scenario = machine(M={"Type": "Map", "ItemProcessor": each, "MaxConcurrency": 1, "End": True})
    run = scenario.mocks_from(config(answers), "Case").run([1, 2, 3])
    assert run.output == ["a", "b", "b"]
    assert [visit.attempts for visit in run.state("T").visits] == [1, 2, 1]


def test_a_counter_begins_anew_with_each_execution() -> None:
    scenario = machine(T={**TASK, "End": True}).mocks_from(config(returns(1)), "Case")
    assert [scenario.run().output, scenario.run().output] == [1, 1]


def test_a_call_that_has_no_answer_is_told() -> None:
    scenario = machine(T={**TASK, "Next": "U"}, U={"Type": "Pass", "Next": "T"}, E={"Type": "Succeed"})
    with pytest.raises(MockError, match="'T' has no more answers: it was called 3 times and has 2"):
        scenario.mocks_from(config(returns(1, 2)), "Case").run()


@pytest.mark.parametrize(
    ("answers", "message"),
    [
        ({"x": {"Return": 1}}, "'x' is neither a number nor a range"),
        ({"0": {"Return": 1}, "2": {"Return": 1}}, "call 1 has no answer"),
        ({"0-1": {"Return": 1}, "1": {"Return": 1}}, "call 1 is answered twice"),
        ({"2-1": {"Return": 1}}, "doesn't go from a smaller"),
        ({"0-999999999": {"Return": 1}}, "below 25000"),
        ({"0": {"Return": 1, "Throw": {}}}, r"R\.0: needs exactly one of Return and Throw"),
        ({"0": {}}, "not nothing"),
        ({"0": 1}, "should be an object, not int"),
        ({"0": {"Throw": {"Cause": "c"}}}, "needs the strings Error and Cause"),
    ],
)
def test_what_is_wrong_with_a_response(answers: Any, message: str) -> None:
    with pytest.raises(MockError, match=message):
        config(answers)


@pytest.mark.parametrize(
    ("state", "case", "name", "message"),
    [
        ("Tt", "Case", None, "names a Task state 'Tt' that isn't there; did you mean 'T'"),
        ("T", "Kase", None, "names a test case 'Kase' that isn't there; did you mean 'Case'"),
        ("T", "Case", "Other", "names a state machine 'Other' that isn't there; there are: Any"),
        ("T", "Kase", "Any", "'Any' names a test case 'Kase'"),
    ],
)
def test_what_a_file_does_not_have(state: str, case: str, name: str | None, message: str) -> None:
    with pytest.raises(MockError, match=message):
        machine(T={**TASK, "End": True}).mocks_from(config(returns(1), state), case, name=name)


def test_a_response_that_is_not_there() -> None:
    broken = MockConfig({"StateMachines": {"Any": {"TestCases": {"Case": {"T": "Q"}}}}, "MockedResponses": {}})
    with pytest.raises(MockError, match="names a response 'Q' that isn't there"):
        machine(T={**TASK, "End": True}).mocks_from(broken, "Case")


def test_several_machines_with_the_same_case_need_a_name() -> None:
    cases = {"TestCases": {"Case": {"T": "R"}}}
    two = MockConfig({"StateMachines": {"A": cases, "B": cases}, "MockedResponses": {"R": returns(1)}})
    scenario = machine(T={**TASK, "End": True})
    with pytest.raises(MockError, match="several state machines have a test case 'Case'"):
        scenario.mocks_from(two, "Case")
    assert scenario.mocks_from(two, "Case", name="B").run().output == 1


@pytest.mark.parametrize(
    ("text", "message"), [("{", "is not JSON: line 1"), ("[]", "the whole file: should be an object")]
)
def test_files_that_are_none(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "mocks.json").write_text(text, "utf-8")
    with pytest.raises(MockError, match=message):
        MockConfig.load(tmp_path / "mocks.json")
    with pytest.raises(MockError, match="No such file"):
        MockConfig.load(tmp_path / "nowhere.json")


# -- asl run --mocks


def run_command(*options: str) -> Any:
    return CliRunner().invoke(cli, ["run", str(LEADS), "-i", json.dumps(LEAD), "--virtual-time", "-q", *options])


def test_the_command_runs_a_test_case() -> None:
    result = run_command("--mocks", str(FILE), "--test-case", "RetryOnServiceExceptionTest")
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout)["checks"][0]["approved"] is True


def test_the_command_tells_how_a_case_fails() -> None:
    result = run_command("--mocks", str(FILE), "--test-case", "CustomValidationFailedTest")
    assert result.exit_code == 1
    assert "Lead.Rejected" in result.stderr


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--mocks", str(FILE)], "--mocks FILE and --test-case NAME belong together"),
        (["--test-case", "HappyPathTest"], "--mocks FILE and --test-case NAME belong together"),
        (["--mocks", str(FILE), "--test-case", "HapyPathTest"], "did you mean 'HappyPathTest'"),
        (["--mocks", str(LEADS), "--test-case", "X"], "names a state machine 'lead-generation' that isn't there"),
    ],
)
def test_bad_use_of_the_command(options: list[str], message: str) -> None:
    result = run_command(*options)
    assert result.exit_code == 2
    assert message in result.stderr


def test_a_state_that_a_case_leaves_out_fails_only_when_it_is_called(tmp_path: Path) -> None:
    content = json.loads(FILE.read_text("utf-8"))
    del content["StateMachines"]["LeadGenerationStateMachine"]["TestCases"]["HappyPathTest"]["Tell Sales"]
    mocks, handlers = tmp_path / "mocks.json", tmp_path / "handlers.py"
    mocks.write_text(json.dumps(content), "utf-8")
    handlers.write_text("HANDLERS = {'Tell Sales': lambda data: {}}\n", "utf-8")
    options = ["--mocks", str(mocks), "--test-case", "HappyPathTest"]
    alone, with_handler = run_command(*options), run_command(*options, "--handlers", str(handlers))
    assert (alone.exit_code, with_handler.exit_code) == (1, 0)
    assert "no response for the state 'Tell Sales', and there is no handler" in alone.stderr

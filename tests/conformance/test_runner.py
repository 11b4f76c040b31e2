"""The runner itself, with made-up cases, a fake machine and, where it is at hand, the real comparer."""

from __future__ import annotations

import json
import time
import traceback
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest

from asl import Return, Silence, Throw
from asl.errors import DefinitionError
from tests.conformance import __main__ as command
from tests.conformance import engine as engine_module
from tests.conformance.cases import (
    Case,
    CasesNotFound,
    Comparer,
    Selection,
    cases_root,
    load_cases,
    load_comparer,
)
from tests.conformance.engine import Names, names_of, run_with_aslkit
from tests.conformance.handlers import CannotRun, build_players
from tests.conformance.known import Difference, load_known
from tests.conformance.parts import DERIVED, Ended, derive
from tests.conformance.runner import run_case
from tests.conformance.test_recorded import RECORDED

if TYPE_CHECKING:
    from pathlib import Path

ROLE = "arn:aws:iam::111111111111:role/runs-machines"
FUNCTION = "arn:aws:lambda:us-east-1:111111111111:function:double"

#: A comparer with the interface of the real one, which only knows equality.
FAKE_COMPARER = """
class Matcher:
    def __init__(self, placeholders=()):
        pass


def drop(event):
    return {key: value for key, value in event.items() if key != "timestamp"}


def compare(expected, actual, placeholders=(), *, order="strict"):
    expected, actual = list(map(drop, expected)), list(map(drop, actual))
    return [] if expected == actual else [f"expected {expected}, got {actual}"]


def compare_value(expected, actual, placeholders=(), *, matcher=None):
    return [] if expected == actual else [f"expected {expected}, got {actual}"]


def modern_events(case):
    return case["expected"]["events"]


def as_timeline(case):
    return "strict"
"""


def event(number: int, previous: int, kind: str, **details: Any) -> dict[str, Any]:
    return {"id": number, "previousEventId": previous, "timestamp": 1_700_000_000 + number / 4, "type": kind, **details}


def pass_history(output: str = '{"a":1}') -> list[dict[str, Any]]:
    truncated = {"truncated": False}
    return [
        event(
            1,
            0,
            "ExecutionStarted",
            executionStartedEventDetails={"input": "{}", "inputDetails": truncated, "roleArn": ROLE},
        ),
        event(
            2,
            0,
            "PassStateEntered",
            stateEnteredEventDetails={"name": "P", "input": "{}", "inputDetails": truncated},
        ),
        event(
            3,
            2,
            "PassStateExited",
            stateExitedEventDetails={"name": "P", "output": output, "outputDetails": truncated},
        ),
        event(
            4,
            3,
            "ExecutionSucceeded",
            executionSucceededEventDetails={"output": output, "outputDetails": truncated},
        ),
    ]


def failed_history(kind: str = "ExecutionFailed") -> list[dict[str, Any]]:
    first = pass_history()[0]
    details = kind[0].lower() + kind[1:] + "EventDetails"
    return [first, event(2, 0, "FailStateEntered"), event(3, 2, kind, **{details: {"error": "E", "cause": "C"}})]


@dataclass
class FakeExecution:
    history: list[dict[str, Any]] = field(default_factory=pass_history)
    status: str = "SUCCEEDED"
    error: str | None = None
    cause: str | None = None
    arn: str = "arn:aws:states:us-east-1:111111111111:execution:machine:run"


def recorded(**members: Any) -> dict[str, Any]:
    """The data of a case of one Pass state."""
    return {
        "kind": "execution",
        "type": "STANDARD",
        "recorded": "2025-01-01",
        "tags": [],
        "definition": {"StartAt": "P", "States": {"P": {"Type": "Pass", "End": True}}},
        "input": {},
        "state_machine_name": "machine",
        "role_arn": ROLE,
        "functions": {},
        "placeholders": [],
        "expected": {"events": pass_history()},
    } | members


def case_of(**members: Any) -> Case:
    return Case("folder/name", recorded(**members))


def ended(execution: FakeExecution, **members: Any) -> Ended:
    case = case_of(**members)
    return Ended(case, names_of(case), execution)


@pytest.fixture
def cases(tmp_path: Path) -> Path:
    """A folder of three cases with a fake comparer above it."""
    (tmp_path / "compare.py").write_text(FAKE_COMPARER)
    root = tmp_path / "cases"
    contents: dict[str, dict[str, Any]] = {
        "base/good": {"tags": ["lambda"]},
        "base/wrong/00": {"expected": {"events": pass_history("[]")}, "tags": ["service:sqs:sendMessage", "lambda"]},
        "other/fast": {"kind": "express", "type": "EXPRESS"},
        "other/api": {"kind": "api"},
    }
    for name, members in contents.items():
        path = root / f"{name}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(recorded(**members)))
    return root


@pytest.fixture
def comparer(cases: Path) -> Comparer:
    return load_comparer([cases])


# -- finding and selecting


@pytest.mark.parametrize(
    ("selection", "ids"),
    [
        (Selection(), ["base/good", "base/wrong/00", "other/fast"]),
        (Selection(kinds=["api"]), ["other/api"]),
        (Selection(tags=["lambda"]), ["base/good", "base/wrong/00"]),
        (Selection(tags=["lambda", "service:*"]), ["base/wrong/00"]),
        (Selection(without=["service:*"]), ["base/good", "other/fast"]),
    ],
)
def test_selects_by_kind_and_tag(cases: Path, selection: Selection, ids: list[str]) -> None:
    assert [case.id for case in load_cases([cases], selection)] == ids


@pytest.mark.parametrize("below", ["", "..", "base", "base/wrong", "base/wrong/00.json"])
def test_an_id_is_the_path_below_the_cases_folder_wherever_one_starts(cases: Path, below: str) -> None:
    place = cases / below
    assert cases_root(place) == cases
    assert "base/wrong/00" in [case.id for case in load_cases([place], Selection())]


def test_a_case_found_twice_is_run_once(cases: Path) -> None:
    assert len(load_cases([cases, cases / "base"], Selection())) == 3


def test_missing_folders_and_comparers_are_named(tmp_path: Path) -> None:
    with pytest.raises(CasesNotFound, match=r"nowhere: no such file or folder"):
        load_cases([tmp_path / "nowhere"], Selection())
    with pytest.raises(CasesNotFound, match=r"there is no compare\.py here or in a folder above"):
        load_comparer([tmp_path])


@pytest.mark.parametrize(
    ("members", "text"),
    [
        ({"input": {"a": "é", "b": [1, 2]}}, '{"a": "\\u00e9", "b": [1, 2]}'),
        ({"input": [1], "input_text": "[ 1 ]"}, "[ 1 ]"),
    ],
)
def test_the_input_is_sent_as_it_was_recorded(members: dict[str, Any], text: str) -> None:
    assert case_of(**members).input_text == text


# -- running one case


def engine_of(execution: FakeExecution) -> engine_module.Engine:
    return lambda case, names: execution


def test_equal_events_pass_and_others_do_not(comparer: Comparer) -> None:
    assert run_case(case_of(), comparer, engine_of(FakeExecution())).passed
    result = run_case(case_of(), comparer, engine_of(FakeExecution(pass_history("[]"))))
    assert not result.passed
    assert result.events == pass_history("[]")


def test_a_recording_taken_during_the_run_is_compared_as_far_as_it_goes(comparer: Comparer) -> None:
    first = {"events": pass_history()[:2]}
    engine = engine_of(FakeExecution())
    assert run_case(case_of(expected=first, tags=["unfinished"]), comparer, engine).passed
    assert not run_case(case_of(expected=first), comparer, engine).passed
    other = engine_of(FakeExecution(failed_history()))
    assert not run_case(case_of(expected=first, tags=["unfinished"]), comparer, other).passed


def raising(problem: BaseException) -> engine_module.Engine:
    def engine(case: Case, names: Names) -> Any:
        raise problem

    return engine


@pytest.mark.parametrize(
    ("problem", "difference"),
    [
        (CannotRun("needs mocked services: S"), "can't be run yet: needs mocked services: S"),
        (DefinitionError("no StartAt"), "DefinitionError: no StartAt"),
        (ZeroDivisionError("oops"), "ZeroDivisionError: oops (raised in engine, "),
    ],
)
def test_a_case_that_can_not_be_run_fails_with_the_reason(
    comparer: Comparer, problem: Exception, difference: str
) -> None:
    result = run_case(case_of(), comparer, raising(problem))
    assert len(result.differences) == 1
    assert result.differences[0].startswith(difference)


def test_a_case_that_hangs_is_stopped_even_if_the_engine_catches_every_exception(comparer: Comparer) -> None:
    def hangs(case: Case, names: Names) -> Any:
        stop = time.monotonic() + 5
        while time.monotonic() < stop:
            try:
                while time.monotonic() < stop:
                    pass
            except Exception:  # noqa: BLE001 - what the test is about
                continue

    started = time.monotonic()
    assert run_case(case_of(), comparer, hangs, time_limit=0.05).differences == ["not finished after 0.05 seconds"]
    assert time.monotonic() - started < 4


def test_every_recorded_part_must_be_compared(comparer: Comparer) -> None:
    expected = {"output": '{"a":1}', "s3_objects": [], "start_execution": "other"}
    differences = run_case(case_of(expected=expected), comparer, engine_of(FakeExecution())).differences
    assert differences[0] == "s3_objects: can't be derived from an execution; add a derivation to parts.DERIVED"
    assert differences[1].startswith("start_execution: expected other, got {")
    assert len(differences) == 2


def test_a_case_of_which_nothing_was_recorded_can_not_pass(comparer: Comparer) -> None:
    assert not run_case(case_of(expected={}), comparer, engine_of(FakeExecution())).passed


# -- what follows from an execution


def test_describes_a_success() -> None:
    answer = derive("describe_execution", ended(FakeExecution()))
    assert answer["output"] == '{"a":1}'
    assert answer["status"] == "SUCCEEDED"
    assert answer["redriveStatusReason"] == "Execution is SUCCEEDED and cannot be redriven"
    assert answer["executionArn"] == FakeExecution.arn
    assert "error" not in answer


def test_describes_a_failure() -> None:
    execution = FakeExecution(failed_history(), "FAILED", "E", None)
    answer = derive("describe_execution", ended(execution))
    assert answer["error"] == "E"
    assert answer["redriveStatus"] == "REDRIVABLE"
    assert not {"cause", "output", "outputDetails", "redriveStatusReason"} & set(answer)


def test_the_description_of_a_timeout_has_no_error() -> None:
    execution = FakeExecution(failed_history("ExecutionTimedOut"), "TIMED_OUT", "States.Timeout", None)
    assert "error" not in derive("describe_execution", ended(execution))


def test_redriving_is_unknown_to_recordings_older_than_it() -> None:
    answer = derive("describe_execution", ended(FakeExecution(), recorded="2023-03-04"))
    assert not [key for key in answer if key.startswith("redrive")]


def test_a_synchronous_answer_has_output_details_even_without_output_and_a_bill() -> None:
    execution = FakeExecution(failed_history(), "FAILED", "E", "C")
    answer = derive("start_sync_execution", ended(execution, type="EXPRESS"))
    assert "output" not in answer
    assert answer["outputDetails"] == {"included": True}
    assert answer["billingDetails"] == {"billedDurationInMilliseconds": 500, "billedMemoryUsedInMB": 64}
    assert answer["executionArn"] == FakeExecution.arn


@pytest.mark.parametrize(
    ("level", "ids"), [("ALL", ["1", "2", "3"]), ("ERROR", ["2", "3"]), ("FATAL", ["3"]), ("OFF", [])]
)
def test_logs_by_level(level: str, ids: list[str]) -> None:
    logging = {"level": level, "includeExecutionData": False}
    records = derive("logged_execution_events", ended(FakeExecution(failed_history()), logging=logging))
    assert [record["id"] for record in records] == ids


@pytest.mark.parametrize("with_data", [True, False])
def test_log_records_are_flat_and_hold_data_only_if_asked(with_data: bool) -> None:
    logging = {"level": "ALL", "includeExecutionData": with_data}
    record = derive("logged_execution_events", ended(FakeExecution(), logging=logging))[2]
    data = {"output": '{"a":1}', "outputDetails": {"truncated": False}} if with_data else {}
    assert record.pop("execution_arn").startswith("arn:aws:states:us-east-1:111111111111:execution:machine:")
    assert record == {
        "id": "3",
        "type": "PassStateExited",
        "details": {"name": "P", **data},
        "previous_event_id": "2",
        "event_timestamp": "1700000000750",
        "redrive_count": "0",
    }


def test_every_derivation_takes_a_success_and_a_failure() -> None:
    for part in DERIVED:
        derive(part, ended(FakeExecution()))
        derive(part, ended(FakeExecution(failed_history(), "FAILED", "E", "C")))


# -- functions and services


def lambda_case(behaviour: dict[str, Any], **members: Any) -> Case:
    return case_of(functions={FUNCTION: {"name": "double", **behaviour}}, **members)


@pytest.mark.parametrize(
    ("behaviour", "result"),
    [
        ({"behaviour": "echo"}, {"a": 1}),
        ({"behaviour": "return", "value": [None]}, [None]),
        ({"behaviour": "return_text", "text": '"Hi"'}, "Hi"),
        ({"behaviour": "large_string", "char": "x", "size": 4}, "xxxx"),
    ],
)
def test_functions_are_called_by_arn_or_name(behaviour: dict[str, Any], result: Any) -> None:
    handlers = build_players(lambda_case(behaviour)).handlers
    assert handlers[FUNCTION]({"a": 1}) == handlers["double"]({"a": 1}) == result


def test_a_sleeping_function_spends_the_time_of_the_execution() -> None:
    @dataclass
    class Context:
        slept: float = 0

        def sleep(self, seconds: float) -> None:
            self.slept += seconds

    context = Context()
    handler = build_players(lambda_case({"behaviour": "sleep", "seconds": 60, "then": "echo"})).handlers["double"]
    assert handler("event", context) == "event"
    assert context.slept == 60


def test_an_unknown_behaviour_is_named() -> None:
    with pytest.raises(CannotRun, match="'dance'"):
        build_players(lambda_case({"behaviour": "dance"}))


def thrown_by(handler: Any) -> Exception:
    try:
        handler({}, None)
    except Exception as problem:  # noqa: BLE001 - any class may be raised
        return problem
    raise AssertionError("the handler raised nothing")


CUSTOM_TRACE = '"stackTrace": ["  File \\"/var/task/handler.py\\", line 9, in handler\\n    raise Oops()\\n"]'


@pytest.mark.parametrize(
    ("name", "message", "mocks", "trace"),
    [
        (
            "ValueError",
            'so "bad"',
            {},
            '  File "/var/task/handler.py", line 2, in handler\n    raise ValueError("so \\"bad\\"")\n',
        ),
        (
            "Oops",
            "",
            {"T": [{"resource": FUNCTION, "throw": {"Error": "Oops", "Cause": "{" + CUSTOM_TRACE + "}"}}]},
            '  File "/var/task/handler.py", line 9, in handler\n    raise Oops()\n',
        ),
        (
            "Oops",
            "",
            {
                "T": [
                    {
                        "resource": "lambda:invoke",
                        "parameters": {"FunctionName": "double"},
                        "throw": {"Error": "Oops", "Cause": '{"requestId":<request-id>,' + CUSTOM_TRACE + "}"},
                    }
                ]
            },
            '  File "/var/task/handler.py", line 9, in handler\n    raise Oops()\n',
        ),
    ],
)
def test_a_function_raises_as_the_recorded_one_did(name: str, message: str, mocks: Any, trace: str) -> None:
    behaviour = {"behaviour": "raise", "error_type": name, "message": message}
    handler = build_players(lambda_case(behaviour, mocks=mocks)).handlers["double"]
    caught = thrown_by(handler)
    assert (type(caught).__name__, str(caught)) == (name, message)
    assert traceback.format_tb(caught.__traceback__)[1:] == [trace]


def task_case(resource: str, script: list[dict[str, Any]], **members: Any) -> Case:
    """The Task T calls ``resource``, inside a Map inside a Parallel."""
    task = {"StartAt": "T", "States": {"T": {"Type": "Task", "Resource": resource, "End": True}}}
    branch = {"StartAt": "M", "States": {"M": {"Type": "Map", "ItemProcessor": task, "End": True}}}
    definition = {"StartAt": "B", "States": {"B": {"Type": "Parallel", "Branches": [branch], "End": True}}}
    return case_of(definition=definition, mocks={"T": script}, **members)


def test_a_mocked_service_follows_its_script() -> None:
    submitted = {"JobId": "j"}
    script = [
        {"resource": "sqs:sendMessage", "parameters": {}, "throw": {"Error": "E", "Cause": "C"}},
        {"resource": "sqs:sendMessage", "parameters": {}, "return": {"MessageId": "m"}},
        {"resource": "sqs:sendMessage", "parameters": {}, "timeout": {}, "submit_return": submitted},
    ]
    players = build_players(task_case("arn:aws:states:::sqs:sendMessage", script))
    assert players.mocks == {"T": [Throw("E", "C"), Return({"MessageId": "m"}), Silence(submitted=submitted)]}


def test_an_activity_is_taken_by_the_worker_who_acts_in_the_case() -> None:
    take = {"Resource": "arn:aws:states:::aws-sdk:sfn:getActivityTask", "Parameters": {"WorkerName": "w"}}
    activity = "arn:aws:states:us-east-1:111111111111:activity:a"
    script = [{"resource": activity, "parameters": {}, "return": 1}]
    actors = [{"actor": "activity_worker", "as_state_machine": {"States": {"Take": take}}}]
    assert build_players(task_case(activity, script, actors=actors)).mocks == {"T": [Return(1, worker="w")]}


def test_a_task_that_aws_never_called_has_an_empty_script() -> None:
    players = build_players(task_case("arn:aws:states:::sqs:sendMessage.waitForTaskToken", []))
    assert players.mocks == {"T": []}


def test_an_activity_without_script_is_played_by_nobody() -> None:
    assert build_players(task_case("arn:aws:states:us-east-1:111111111111:activity:a", [])) == ({}, {})


INVOKE = "arn:aws:states:::lambda:invoke"


def test_a_task_that_calls_a_known_function_needs_no_script() -> None:
    functions = {FUNCTION: {"name": "double", "behaviour": "echo"}}
    timeout = {"resource": "lambda:invoke", "parameters": {"FunctionName": FUNCTION}, "timeout": {}}
    for resource, script in ((INVOKE, [timeout]), (FUNCTION, [timeout]), (INVOKE, [])):
        players = build_players(task_case(resource, script, functions=functions))
        assert set(players.handlers) == {FUNCTION, "double"}
        assert not players.mocks


def test_what_no_script_can_play_is_a_reason() -> None:
    entry = {"resource": "r", "parameters": {}, "dance": 1}
    with pytest.raises(CannotRun, match="answers with dance"):
        build_players(task_case("arn:aws:states:::sqs:sendMessage", [entry]))


# -- the public API


class FakeAsl:
    """Stands for the package: remembers how the machine was made and run."""

    def __init__(self) -> None:
        self.calls: list[Any] = []
        calls = self.calls

        class StateMachine:
            def __init__(self, definition: Any, type: str = "STANDARD") -> None:
                calls.append((definition, type))

            @classmethod
            def parse(cls, text: str) -> StateMachine:
                return cls(json.loads(text))

            def run(self, **options: Any) -> FakeExecution:
                calls.append(options)
                return FakeExecution()

        self.StateMachine = StateMachine

    def VirtualClock(self, start: int) -> tuple[str, int]:
        return ("clock", start)


@pytest.fixture
def asl(monkeypatch: pytest.MonkeyPatch) -> FakeAsl:
    fake = FakeAsl()
    monkeypatch.setattr("importlib.import_module", lambda name: fake)
    return fake


def test_runs_under_the_recorded_names_in_virtual_time(asl: FakeAsl) -> None:
    case = case_of(input={"a": 1}, execution_name="chosen")
    run_with_aslkit(case, names_of(case))
    made, options = asl.calls
    assert made == (case.data["definition"], "STANDARD")
    assert options.pop("handlers") == {}
    assert options == {
        "input_text": '{"a": 1}',
        "clock": "virtual",
        "seed": 1,
        "name": "chosen",
        "machine_name": "machine",
        "role_arn": ROLE,
        "account": "111111111111",
        "region": "us-east-1",
        "partition": "aws",
        "mocks": {},
    }


def test_a_recorded_clock_is_where_virtual_time_starts(asl: FakeAsl) -> None:
    case = case_of(clock="2026-11-21T08:52:00Z")
    run_with_aslkit(case, names_of(case))
    assert asl.calls[-1]["clock"] == ("clock", 1_795_251_120_000)


def test_definitions_that_are_not_json_go_in_as_text(asl: FakeAsl) -> None:
    case = case_of(definition_text='{"StartAt": "X"}')
    run_with_aslkit(case, names_of(case))
    assert asl.calls[0][0] == {"StartAt": "X"}


def test_an_express_machine_is_made_as_one(asl: FakeAsl) -> None:
    case = case_of(type="EXPRESS")
    run_with_aslkit(case, names_of(case))
    assert asl.calls[0][1] == "EXPRESS"


# -- the command


def known_file(tmp_path: Path, *ids: str) -> str:
    path = tmp_path / "known.toml"
    path.write_text("".join(f'[cases."{name}"]\naws = "did this"\nwhy = "we do that"\n' for name in ids))
    return str(path)


@pytest.mark.parametrize(
    ("listed", "status", "words"),
    [
        ([], 1, ["FAILED  base/wrong/00: expected ", "base      1 / 2", "total     2 / 3"]),
        (["base/wrong/00"], 0, ["known   base/wrong/00: we do that"]),
        (["base/wrong/00", "base/good"], 1, ["STALE   base/good: "]),
        (["base/wrong/00", "not/here"], 0, ["total     2 / 3"]),
    ],
)
def test_the_exit_status_follows_the_list_of_known_differences(
    asl: FakeAsl,
    cases: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    listed: list[str],
    status: int,
    words: list[str],
) -> None:
    out = tmp_path / "out.json"
    assert command.main([str(cases), "--known", known_file(tmp_path, *listed), "--json", str(out)]) == status
    printed = capsys.readouterr().out
    assert [word for word in words if word not in printed] == []
    written = json.loads(out.read_text())
    assert (written["total"], written["passed"]) == (3, 2)
    assert [failed["id"] for failed in written["failed"]] == ["base/wrong/00"]
    assert written["failed"][0]["differences"][0].startswith("expected ")


def test_show_puts_expected_events_beside_those_that_happened(
    asl: FakeAsl, cases: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command.main([str(cases), "--show", "base/wrong/00", "--known", known_file(tmp_path)]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "base/wrong/00: 1 difference(s)"
    assert f"  {'2<-0 PassStateEntered':<50} | 2<-0 PassStateEntered" in lines
    changed = lines.index(f"! {'3<-2 PassStateExited':<50} | 3<-2 PassStateExited")
    assert '"output": "[]"' in lines[changed + 1]
    assert '"output": "{\\"a\\":1}"' in lines[changed + 2]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--tag", "no such tag"], "no case matches"),
        (["--show", "no/such/case"], "no selected case has the id no/such/case"),
    ],
)
def test_asking_for_nothing_is_an_error(
    asl: FakeAsl, cases: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], message: str
) -> None:
    assert command.main([str(cases), *arguments]) == 2
    assert message in capsys.readouterr().err


def test_a_difference_may_be_known_for_all_cases_of_a_tag(tmp_path: Path) -> None:
    path = tmp_path / "known.toml"
    path.write_text('[tags."wait"]\naws = "did this"\nwhy = "we do that"\n')
    known = load_known(path)
    assert known.of(case_of(tags=["jsonata", "wait"])) == Difference("did this", "we do that")
    assert known.of(case_of(tags=["jsonata"])) is None


def test_a_known_difference_needs_its_reasons(tmp_path: Path) -> None:
    path = tmp_path / "known.toml"
    path.write_text('[cases."a/b"]\naws = "x"\nwhy = " "\n')
    with pytest.raises(ValueError, match=r'\[cases\."a/b"\] needs aws'):
        load_known(path)


def test_the_list_that_ships_can_be_read() -> None:
    load_known()


# -- the real comparer


@pytest.mark.skipif(not RECORDED.is_dir(), reason="no recorded executions: set ASL_CONFORMANCE to their folder")
def test_recorded_events_conform_to_themselves() -> None:
    """The real comparer finds no difference between a recording and itself, and some after any event is lost."""
    comparer = load_comparer([RECORDED])
    tried = [case for case in load_cases([RECORDED], Selection()) if set(case.expected) == {"events"}]
    assert tried
    for case in tried:
        events = comparer.modern_events(case.data)
        assert run_case(case, comparer, engine_of(FakeExecution(events))).differences == []
        assert run_case(case, comparer, engine_of(FakeExecution(events[:-1]))).differences != []

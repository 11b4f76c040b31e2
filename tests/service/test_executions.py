"""Starting, describing, stopping and redriving executions."""

from __future__ import annotations

from concurrent.futures import Future
from typing import Any

import pytest

from asl import Service, StoreError, TaskError
from asl.service import starting
from asl.stores import open_store
from asl.stores.base import ID_TAKEN, Refusal
from tests.service.bench import ACTIVITY, FAIL, FUNCTION, OWNER, PACK, PASS, ROLE, WAIT, WORK, Bench, refusal, text

DAY = 24 * 3_600_000
ARN = f"{OWNER}:stateMachine:Machine"
RUN = f"{OWNER}:execution:Machine:run"
TAKEN = ("ExecutionAlreadyExists", f"Execution Already Exists: '{RUN}'")
NOT_THIS_TYPE = ("StateMachineTypeNotSupported", "This operation is not supported by this type of state machine")
BAD_INPUT = "Invalid State Machine Execution Input: '{}'"
LITERALS = "(JSON String, Number, Array, Object or token 'null', 'true' or 'false')"


def later(bench: Bench, milliseconds: int) -> None:
    bench.clock.sleep_until(bench.clock.now() + milliseconds)


# -- starting


@pytest.mark.parametrize(
    ("given", "complaint"),
    [
        ("", "Invalid execution input."),
        ("  ", "Invalid execution input."),
        ("not json", f"Unrecognized token 'not': was expecting {LITERALS}"),
        ("{'a': 1}", "Unexpected character (''' (code 39)): was expecting double-quote to start field name"),
        ('{"a" 1}', "Unexpected character ('1' (code 49)): was expecting a colon to separate field name and value"),
        ("[1 2]", "Unexpected character ('2' (code 50)): was expecting comma to separate entries"),
        ("[,]", f"Unexpected character (',' (code 44)): expected a valid value {LITERALS}"),
        ("[", "Unexpected end-of-input"),
        ('"a', "Unexpected end-of-input"),
        ("NaN", "NaN is not JSON"),
        ("[" * 200_000, "nested too deeply"),
        ("[" * 701 + "]" * 701, "nested more than 700 levels deep"),
        ('[{"a":' * 350 + "[1]" + "}]" * 350, "nested more than 700 levels deep"),
        ("1e999", "NaN and Infinity are not JSON"),
        ('{"a": [-1e999]}', "NaN and Infinity are not JSON"),
        (f'"{"ä" * 131_072}"', "The input has 262146 bytes; the limit is 262144"),
    ],
)
@pytest.mark.parametrize("operation", ["start_execution", "start_sync_execution"])
def test_inputs_that_are_refused(operation: str, given: str, complaint: str) -> None:
    with Service("memory:", clock="virtual") as service:
        arn = service.create_state_machine(name="m", definition=text(PASS), type="EXPRESS")["stateMachineArn"]
        found = refusal(getattr(service, operation), stateMachineArn=arn, input=given)
        assert found == ("InvalidExecutionInput", BAD_INPUT.format(complaint))


@pytest.mark.parametrize(
    "given", ["null", "2", '"text"', "[1, 2]", ' {"a" : 1} ', "[" * 700 + "]" * 700, f"[{'[],' * 600}{{}}]"]
)
def test_inputs_are_kept_to_the_letter(bench: Bench, given: str) -> None:
    execution = bench.ran(PASS, input=given)
    assert bench.describe(execution)["input"] == given
    first = bench.service.get_execution_history(executionArn=execution)["events"][0]
    assert first["executionStartedEventDetails"]["input"] == given


def test_a_start_is_repeated_while_it_runs(bench: Bench) -> None:
    bench.machine(WAIT)
    first = bench.service.start_execution(stateMachineArn=ARN, name="run", input='{"a":1}')
    later(bench, 500)
    assert bench.service.start_execution(stateMachineArn=ARN, name="run", input='{"a":1}') == first
    assert refusal(bench.start, ARN, name="run", input='{"a": 1}') == TAKEN
    bench.run()
    assert bench.describe(RUN)["status"] == "SUCCEEDED"
    assert refusal(bench.start, ARN, name="run", input='{"a":1}') == TAKEN


def test_a_name_is_free_again_after_ninety_days(bench: Bench) -> None:
    bench.machine()
    bench.start(ARN, name="run", input="1")
    bench.run()
    later(bench, 90 * DAY)
    assert refusal(bench.start, ARN, name="run", input="2") == TAKEN
    later(bench, 1)
    assert bench.start(ARN, name="run", input="2") == RUN
    bench.run()
    assert bench.describe(RUN)["input"] == "2"


def test_names_and_inputs_come_before_existence(bench: Bench) -> None:
    assert refusal(bench.start, ARN, name="a b") == ("InvalidName", "Invalid Name: 'a b'")
    assert refusal(bench.start, ARN, input="x")[0] == "InvalidExecutionInput"
    assert refusal(bench.start, ARN)[0] == "StateMachineDoesNotExist"


def test_express_executions_have_no_names_of_their_own(bench: Bench) -> None:
    bench.machine(WORK, type="EXPRESS")
    first, second = (bench.start(ARN, name="run", input="1") for _ in range(2))
    assert first != second
    assert first.startswith(f"{OWNER}:express:Machine:run:")
    bench.run()
    assert bench.done == [1, 1]
    invalid = ("InvalidArn", "Invalid Arn: 'Resource type not valid in this context: express'")
    for operation in ("describe_execution", "stop_execution", "get_execution_history", "redrive_execution"):
        assert refusal(getattr(bench.service, operation), executionArn=first) == invalid
    assert refusal(bench.service.list_executions, stateMachineArn=ARN) == NOT_THIS_TYPE


def test_an_id_that_is_taken_is_no_matter(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    bench.machine()
    real = starting._submit
    refused: list[int] = []

    def submit(*arguments: Any) -> Refusal | None:
        if not refused:
            refused.append(1)
            return Refusal(ID_TAKEN)
        return real(*arguments)

    monkeypatch.setattr(starting, "_submit", submit)
    assert bench.start(ARN, name="run") == RUN
    assert refused == [1]


def test_starts_through_a_running_worker() -> None:
    """Real time: the start goes straight to the engine, and the store has the end."""
    with Service("memory:", handlers={"work": lambda event: event + 1}) as service:
        arn = service.create_state_machine(name="m", definition=text(WORK))["stateMachineArn"]
        worker = service.worker(threads=2)
        with worker:
            service.engine = worker.engine
            ended = [service.start_execution(stateMachineArn=arn, input=str(number)) for number in range(20)]
            while any(_status(service, one) == "RUNNING" for one in ended):
                pass
        outputs = [service.describe_execution(executionArn=one["executionArn"])["output"] for one in ended]
        assert outputs == [str(number + 1) for number in range(20)]


def _status(service: Service, started: dict[str, Any]) -> str:
    return str(service.describe_execution(executionArn=started["executionArn"])["status"])


def test_what_no_handler_is_here_for_waits_for_another_worker() -> None:
    store = open_store("memory:")
    with Service(store) as service:
        arn = service.create_state_machine(name="m", definition=text(WORK))["stateMachineArn"]
        with service.worker(threads=1) as worker:
            service.engine = worker.engine
            started = service.start_execution(stateMachineArn=arn)
        assert _status(service, started) == "RUNNING"
        with service.worker({"work": lambda event: event}, threads=1):
            while _status(service, started) == "RUNNING":
                pass


class Deaf:
    """An engine that was stopped; it counts how often it was told to look at the store."""

    def __init__(self) -> None:
        self.nudged = 0

    def start(self, new: Any) -> Future[None]:
        return Future()

    def nudge(self) -> None:
        self.nudged += 1


def test_the_engine_hears_of_what_is_written(bench: Bench) -> None:
    engine: Any = Deaf()
    service = bench.service
    service.create_activity(name="pack")
    execution = bench.ran({"StartAt": "Pack", "States": {"Pack": {**PACK["States"]["Pack"], "HeartbeatSeconds": 9}}})  # type: ignore[index]
    service.engine = engine
    token = service.get_activity_task(activityArn=ACTIVITY)["taskToken"]
    assert engine.nudged == 1
    service.send_task_heartbeat(taskToken=token)
    assert engine.nudged == 2
    service.send_task_failure(taskToken=token)
    assert engine.nudged == 3
    service.stop_execution(executionArn=execution)
    assert engine.nudged == 4
    service.redrive_execution(executionArn=execution)
    assert engine.nudged == 5
    service.delete_state_machine(stateMachineArn=ARN)
    assert engine.nudged == 6


def test_an_engine_that_does_not_answer(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(starting, "_PATIENCE", 0)
    bench.machine()
    engine: Any = Deaf()
    bench.service.engine = engine
    assert bench.service.engine is engine
    with pytest.raises(StoreError, match=r"the engine hasn't stored .* within 0 s"):
        bench.start(ARN)


# -- synchronous


def test_a_synchronous_execution(bench: Bench) -> None:
    nap = {"StartAt": "A", "States": {"A": {"Type": "Wait", "Seconds": 7, "Next": "Work"}, **WORK["States"]}}  # type: ignore[dict-item]
    bench.machine(nap, type="EXPRESS", publish=True)
    began = bench.clock.now() / 1000
    answer = bench.service.start_sync_execution(
        stateMachineArn=f"{ARN}:1", name="run", input='{ "a":1}', traceHeader="Root=1"
    )
    assert answer.pop("executionArn").startswith(f"{OWNER}:express:Machine:run:")
    assert answer == {
        "stateMachineArn": ARN,
        "name": "run",
        "status": "SUCCEEDED",
        "startDate": began,
        "stopDate": began + 7,
        "input": '{ "a":1}',
        "inputDetails": {"included": True},
        "output": '{"a":1}',
        "outputDetails": {"included": True},
        "traceHeader": "Root=1",
        "billingDetails": {"billedDurationInMilliseconds": 7000, "billedMemoryUsedInMB": 64},
    }
    assert bench.done == [{"a": 1}]


def test_a_synchronous_execution_that_fails(bench: Bench) -> None:
    bench.machine(FAIL, type="EXPRESS")
    answer = bench.service.start_sync_execution(stateMachineArn=ARN)
    assert (answer["status"], answer["error"], answer["cause"]) == ("FAILED", "Broken", "on purpose")
    assert answer["outputDetails"] == {"included": True}
    assert "output" not in answer
    assert answer["billingDetails"]["billedDurationInMilliseconds"] == 100
    bare = bench.service.start_sync_execution(stateMachineArn=ARN, includedData="METADATA_ONLY")
    assert not {"input", "error", "cause", "inputDetails", "outputDetails"} & bare.keys()


def test_only_express_executions_are_synchronous(bench: Bench) -> None:
    bench.machine()
    assert refusal(bench.service.start_sync_execution, stateMachineArn=ARN) == NOT_THIS_TYPE


# -- describing


def test_what_is_told_of_a_success(bench: Bench) -> None:
    began = bench.clock.now() / 1000
    execution = bench.ran(WAIT, name="run", input="[1]", traceHeader="Root=1")
    expected = {
        "executionArn": RUN,
        "stateMachineArn": ARN,
        "name": "run",
        "status": "SUCCEEDED",
        "startDate": began,
        "stopDate": began + 60,
        "input": "[1]",
        "inputDetails": {"included": True},
        "output": "[1]",
        "outputDetails": {"included": True},
        "traceHeader": "Root=1",
        "redriveCount": 0,
        "redriveStatus": "NOT_REDRIVABLE",
        "redriveStatusReason": "Execution is SUCCEEDED and cannot be redriven",
    }
    assert bench.describe(execution) == expected
    data = {"input", "inputDetails", "output", "outputDetails"}
    bare = bench.service.describe_execution(executionArn=RUN, includedData="METADATA_ONLY")
    assert bare == {name: value for name, value in expected.items() if name not in data}


def test_what_is_told_of_a_failure(bench: Bench) -> None:
    found = bench.describe(bench.ran(FAIL))
    assert (found["status"], found["error"], found["cause"]) == ("FAILED", "Broken", "on purpose")
    assert found["redriveStatus"] == "REDRIVABLE"
    assert not {"output", "outputDetails", "redriveStatusReason"} & found.keys()


@pytest.mark.parametrize(
    "operation",
    [
        "describe_execution",
        "stop_execution",
        "get_execution_history",
        "redrive_execution",
        "describe_state_machine_for_execution",
        "list_map_runs",
    ],
)
def test_what_there_is_not(bench: Bench, operation: str) -> None:
    act = getattr(bench.service, operation)
    assert refusal(act, executionArn=RUN) == ("ExecutionDoesNotExist", f"Execution Does Not Exist: '{RUN}'")
    labelled = ("ValidationException", "Labeled Execution ARNs are not supported for this API")
    assert refusal(act, executionArn=f"{OWNER}:execution:Machine/label:run") == labelled


MAP_RUN = f"{OWNER}:mapRun:Machine/label:id"


@pytest.mark.parametrize(
    ("operation", "params", "code"),
    [
        ("ListExecutions", {}, "ValidationException"),
        ("ListExecutions", {"stateMachineArn": ARN, "mapRunArn": MAP_RUN}, "ValidationException"),
        ("ListExecutions", {"mapRunArn": MAP_RUN}, "ResourceNotFound"),
        ("ListExecutions", {"stateMachineArn": ARN, "redriveFilter": "REDRIVEN"}, "ValidationException"),
        ("ListExecutions", {"stateMachineArn": ARN, "statusFilter": "PENDING_REDRIVE"}, "ValidationException"),
        ("ListExecutions", {"stateMachineArn": f"{ARN}x"}, "StateMachineDoesNotExist"),
        ("DescribeMapRun", {"mapRunArn": MAP_RUN}, "ResourceNotFound"),
        ("UpdateMapRun", {"mapRunArn": MAP_RUN, "maxConcurrency": 1}, "ResourceNotFound"),
        ("DescribeMapRun", {"mapRunArn": ARN}, "InvalidArn"),
    ],
)
def test_listings_that_are_refused(bench: Bench, operation: str, params: dict[str, Any], code: str) -> None:
    bench.machine()
    assert refusal(bench.service.call, operation, params)[0] == code


def test_listing_by_status(bench: Bench) -> None:
    bench.machine(WAIT)
    bench.start(ARN, name="done")
    bench.run()
    bench.start(ARN, name="open")

    def names(**params: str) -> list[str]:
        found = bench.service.list_executions(stateMachineArn=ARN, **params)["executions"]  # type: ignore[arg-type]
        return [item["name"] for item in found]

    assert names() == ["open", "done"]
    assert names(statusFilter="RUNNING") == ["open"]
    assert names(statusFilter="SUCCEEDED") == ["done"]
    assert names(statusFilter="FAILED") == []
    assert bench.service.list_map_runs(executionArn=RUN.replace(":run", ":done")) == {"mapRuns": []}


def test_a_history_both_ways_and_without_data(bench: Bench) -> None:
    execution = bench.ran(PASS)
    history = bench.service.get_execution_history
    events = history(executionArn=execution)["events"]
    assert [event["type"] for event in events] == [
        "ExecutionStarted",
        "PassStateEntered",
        "PassStateExited",
        "ExecutionSucceeded",
    ]
    assert history(executionArn=execution, reverseOrder=True)["events"] == events[::-1]
    found: list[Any] = []
    more: dict[str, Any] = {}
    while True:
        answer = history(executionArn=execution, reverseOrder=True, maxResults=3, **more)
        found += answer["events"]
        if "nextToken" not in answer:
            break
        more = {"nextToken": answer["nextToken"]}
    assert found == events[::-1]
    bare = history(executionArn=execution, includeExecutionData=False)["events"]
    assert bare[0]["executionStartedEventDetails"] == {"roleArn": ROLE}


# -- stopping


def test_stopping(bench: Bench) -> None:
    execution = bench.start(bench.machine(WAIT))
    bench.run(until=bench.clock.now() + 1000)
    later(bench, 1000)
    stopped = {"stopDate": bench.clock.now() / 1000}
    stop = bench.service.stop_execution
    assert stop(executionArn=execution, error="Enough", cause="it took too long") == stopped
    later(bench, 1000)
    assert stop(executionArn=execution, error="Again") == stopped
    found = bench.describe(execution)
    assert (found["status"], found["error"], found["cause"]) == ("ABORTED", "Enough", "it took too long")
    assert bench.types(execution)[-1] == "ExecutionAborted"
    bench.run()
    assert bench.describe(execution) == found


def test_stopping_what_has_ended(bench: Bench) -> None:
    execution = bench.ran(PASS)
    before = bench.describe(execution)
    later(bench, 1000)
    assert bench.service.stop_execution(executionArn=execution) == {"stopDate": before["stopDate"]}
    assert bench.describe(execution) == before


# -- redriving


class Flaky:
    """Fails until it is mended."""

    def __init__(self) -> None:
        self.mended = False
        self.calls = 0

    def __call__(self, event: Any) -> Any:
        self.calls += 1
        if not self.mended:
            raise TaskError("Broken", "on purpose")
        return event


def flaky(bench: Bench) -> Flaky:
    """Lets the bench's function fail, and runs an execution that needs it."""
    made = Flaky()
    bench.worker = bench.service.worker({FUNCTION: made}, threads=0, is_dead=lambda _: False)
    bench.start(bench.machine(WORK), name="run", input="5")
    bench.run()
    assert bench.describe(RUN)["status"] == "FAILED"
    return made


def redrive(bench: Bench, **params: Any) -> dict[str, Any]:
    return bench.service.redrive_execution(executionArn=RUN, **params)


def test_a_redrive(bench: Bench) -> None:
    function = flaky(bench)
    before = bench.describe(RUN)
    function.mended = True
    later(bench, 5000)
    date = bench.clock.now() / 1000
    assert redrive(bench) == {"redriveDate": date}
    running = bench.describe(RUN)
    assert (running["status"], running["redriveCount"], running["redriveDate"]) == ("RUNNING", 1, date)
    assert not {"error", "cause", "stopDate"} & running.keys()
    assert running["startDate"] == before["startDate"]
    not_now = ("ExecutionNotRedrivable", "Execution ARN invalid for redrive as: Execution is {} and cannot be redriven")
    assert refusal(redrive, bench) == (not_now[0], not_now[1].format("RUNNING"))
    bench.run()
    found = bench.describe(RUN)
    assert (found["status"], found["output"], found["redriveCount"]) == ("SUCCEEDED", "5", 1)
    assert refusal(redrive, bench) == (not_now[0], not_now[1].format("SUCCEEDED"))
    listed = bench.service.list_executions(stateMachineArn=ARN)["executions"][0]
    assert (listed["redriveCount"], listed["redriveDate"]) == (1, date)
    assert bench.types(RUN).count("ExecutionRedriven") == 1
    assert function.calls == 2


def test_a_redrive_with_the_same_token_is_the_same(bench: Bench) -> None:
    function = flaky(bench)
    later(bench, 5000)
    first = redrive(bench, clientToken="t")
    bench.run()
    later(bench, 5000)
    assert redrive(bench, clientToken="t") == first
    assert bench.describe(RUN)["redriveCount"] == 1
    function.mended = True
    second = redrive(bench, clientToken="u")
    bench.run()
    assert second["redriveDate"] > first["redriveDate"]
    assert redrive(bench, clientToken="t") == first
    assert redrive(bench, clientToken="u") == second
    assert refusal(redrive, bench, clientToken="v")[0] == "ExecutionNotRedrivable"
    later(bench, 15 * 60_000)
    assert refusal(redrive, bench, clientToken="u")[0] == "ExecutionNotRedrivable"


def test_the_last_ten_tokens_are_known(bench: Bench) -> None:
    flaky(bench)
    for number in range(11):
        redrive(bench, clientToken=str(number))
        bench.run()
        later(bench, 1000)
    assert bench.describe(RUN)["redriveCount"] == 11
    redrive(bench, clientToken="1")
    assert bench.describe(RUN)["redriveCount"] == 11
    redrive(bench, clientToken="0")
    assert bench.describe(RUN)["redriveCount"] == 12


def test_a_refused_redrive_does_not_use_its_token_up(bench: Bench) -> None:
    flaky(bench)
    redrive(bench, clientToken="a")
    assert refusal(redrive, bench, clientToken="b")[0] == "ExecutionNotRedrivable"
    bench.run()
    redrive(bench, clientToken="b")
    assert bench.describe(RUN)["redriveCount"] == 2


def test_a_machine_in_deletion_redrives_nothing(bench: Bench) -> None:
    flaky(bench)
    bench.service.start_execution(stateMachineArn=ARN, name="other")  # which nobody runs: the machine stays for it
    bench.service.delete_state_machine(stateMachineArn=ARN)
    message = "Execution ARN invalid for redrive as: State machine is being deleted"
    assert refusal(redrive, bench) == ("ExecutionNotRedrivable", message)


def test_after_two_weeks_it_is_too_late(bench: Bench) -> None:
    flaky(bench)
    later(bench, 14 * DAY)
    assert bench.describe(RUN)["redriveStatus"] == "REDRIVABLE"
    later(bench, 1)
    found = bench.describe(RUN)
    reason = "Execution has exceeded the redrivable period of 14 days"
    assert (found["redriveStatus"], found["redriveStatusReason"]) == ("NOT_REDRIVABLE", reason)
    message = f"Execution ARN invalid for redrive as: {reason}"
    assert refusal(redrive, bench) == ("ExecutionNotRedrivable", message)


def test_an_aborted_execution_is_redriven(bench: Bench) -> None:
    bench.start(bench.machine(WAIT), name="run")
    bench.run(until=bench.clock.now() + 1000)
    bench.service.stop_execution(executionArn=RUN)
    later(bench, 1000)
    redrive(bench)
    bench.run()
    assert bench.describe(RUN)["status"] == "SUCCEEDED"


def test_a_history_that_is_full(bench: Bench) -> None:
    rule = {"Variable": "$", "IsNull": True, "Next": "End"}
    choice = {"Type": "Choice", "Choices": [rule], "Default": "Round"}
    execution = bench.ran({"StartAt": "Round", "States": {"Round": choice, "End": {"Type": "Succeed"}}})
    found = bench.describe(execution)
    reason = "Execution has exceeded the maximum history event limit"
    assert (found["status"], found["redriveStatusReason"]) == ("FAILED", reason)
    assert refusal(bench.service.redrive_execution, executionArn=execution)[0] == "ExecutionNotRedrivable"

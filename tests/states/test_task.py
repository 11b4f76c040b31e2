"""Task: the events of each kind of resource, its two clocks, Retry, Catch, and results that are too large."""

from __future__ import annotations

import json
from itertools import pairwise
from typing import Any

import pytest

from asl import Execution, TaskContext, TaskError
from tests.machines import ACTIVITY, FUNCTION, INVOKE, SEND, Script, kinds, links, machine, moments, one, run, task

PREFIX = "An error occurred while executing the state 'S' (entered at the event id #2). "
LIMIT = 262_144


# -- kinds of resource -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("resource", "family"),
    [
        (FUNCTION + "f", "LambdaFunction"),
        (FUNCTION + "f:live", "LambdaFunction"),
        (ACTIVITY, "Activity"),
        (SEND, "Task"),
        ("arn:aws-cn:states:::aws-sdk:s3:getObject", "Task"),
    ],
)
@pytest.mark.parametrize("ends", ["Succeeded", "Failed", "TimedOut"])
def test_events(resource: str, family: str, ends: str) -> None:
    def handler(_event: Any, context: TaskContext) -> str:
        if ends == "Failed":
            raise TaskError("E", "why")
        context.sleep(10 if ends == "TimedOut" else 1)
        return "out"

    execution = one(task(Resource=resource, TimeoutSeconds=5), {}, handlers={"S": handler})
    last = ["TaskStateExited S", "ExecutionSucceeded"] if ends == "Succeeded" else ["ExecutionFailed"]
    events = ["TaskStateEntered S", f"{family}Scheduled", f"{family}Started", f"{family}{ends}", *last]
    assert links(execution, 2) == [f"2<-0 {events[0]}", *(f"{n} {event}" for n, event in enumerate(events[1:], 3))]
    assert execution.error == {"Succeeded": None, "Failed": "E", "TimedOut": "States.Timeout"}[ends]


@pytest.mark.parametrize(
    ("resource", "kind", "name"),
    [
        (SEND, "sqs", "sendMessage"),
        ("arn:aws:states:::aws-sdk:sfn:describeExecution", "aws-sdk:sfn", "describeExecution"),
    ],
)
def test_details_of_a_service(resource: str, kind: str, name: str) -> None:
    execution = one(
        task(Resource=resource, Parameters={"A.$": "$.a"}, TimeoutSeconds=9), {"a": 1}, handlers={"S": Script(7)}
    )
    scheduled = execution.history[2]["taskScheduledEventDetails"]
    assert scheduled == {
        "resourceType": kind,
        "resource": name,
        "region": "us-east-1",
        "parameters": '{"A":1}',
        "timeoutInSeconds": 9,
    }


def test_lambda_invoke_wraps_the_result_in_its_envelope() -> None:
    state = task(Resource=INVOKE, Parameters={"FunctionName": "f", "Payload.$": "$.in"})
    handler = Script({"ü": 1})
    execution = one(state, {"in": {"x": 2}}, handlers={"f": handler})
    assert handler.seen == [{"x": 2}]
    output = execution.output
    assert sorted(output) == ["ExecutedVersion", "Payload", "SdkHttpMetadata", "SdkResponseMetadata", "StatusCode"]
    assert output["Payload"] == {"ü": 1}
    assert output["StatusCode"] == 200
    headers = output["SdkHttpMetadata"]["HttpHeaders"]
    assert headers["Content-Length"] == str(len(json.dumps({"ü": 1})))
    assert headers["Date"] == "Thu, 01 Jan 2026 00:00:00 GMT"
    assert headers["x-amzn-RequestId"] == output["SdkResponseMetadata"]["RequestId"]
    assert output["SdkHttpMetadata"]["AllHttpHeaders"] == {name: [value] for name, value in headers.items()}


def test_lambda_invoke_with_its_log() -> None:
    state = task(Resource=INVOKE, Parameters={"FunctionName": "f", "LogType": "Tail"})
    assert one(state, handlers={"f": Script(1)}).output["LogResult"]


# -- Retry -------------------------------------------------------------------------------------------------------------


def _delays(execution: Execution) -> list[float]:
    return [note[8] / 1000 for note in execution.notes if note[3] == "retry"]


def _fails(*errors: str, then: Any = "ok") -> Script:
    return Script(*(TaskError(error) for error in errors), then)


@pytest.mark.parametrize(
    ("retrier", "delays"),
    [
        ({}, [1, 2, 4]),
        ({"IntervalSeconds": 3}, [3, 6, 12]),
        ({"BackoffRate": 1}, [1, 1, 1]),
        ({"BackoffRate": 1.5, "IntervalSeconds": 2, "MaxAttempts": 4}, [2, 3, 4.5, 6.75]),
        ({"MaxAttempts": 1}, [1]),
        ({"MaxAttempts": 0}, []),
        ({"MaxDelaySeconds": 5, "IntervalSeconds": 4}, [4, 5, 5]),
        ({"IntervalSeconds": 99_999_999, "MaxAttempts": 2}, [99_999_999, 99_999_999]),
        ({"BackoffRate": 1e300, "MaxAttempts": 4}, [1, 99_999_999, 99_999_999, 99_999_999]),
        ({"BackoffRate": 1e300, "MaxAttempts": 3, "MaxDelaySeconds": 60}, [1, 60, 60]),
    ],
)
def test_delays(retrier: dict[str, Any], delays: list[float]) -> None:
    handler = _fails(*["E"] * 10)
    execution = one(task(Retry=[{"ErrorEquals": ["E"], **retrier}]), handlers={"f": handler})
    assert execution.error == "E"
    assert len(handler.seen) == len(delays) + 1
    assert _delays(execution) == delays
    begun = moments(execution, "LambdaFunctionScheduled")
    assert [later - earlier for earlier, later in pairwise(begun)] == delays


def test_attempts_are_told_apart_in_the_history() -> None:
    execution = one(task(Retry=[{"ErrorEquals": ["E"]}]), handlers={"f": _fails("E")})
    assert links(execution, 3) == [
        "3 LambdaFunctionScheduled",
        "4 LambdaFunctionStarted",
        "5 LambdaFunctionFailed",
        "6 LambdaFunctionScheduled",
        "7 LambdaFunctionStarted",
        "8 LambdaFunctionSucceeded",
        "9 TaskStateExited S",
        "10 ExecutionSucceeded",
    ]


def test_jitter_is_reproducible_and_never_longer_than_the_delay() -> None:
    state = task(Retry=[{"ErrorEquals": ["E"], "JitterStrategy": "FULL", "IntervalSeconds": 10, "MaxAttempts": 6}])

    def delays(seed: str) -> list[float]:
        return _delays(one(state, handlers={"f": _fails(*["E"] * 6)}, seed=seed))

    first = delays("1")
    assert delays("1") == first != delays("2")
    assert all(0 <= delay <= 10 * 2**count for count, delay in enumerate(first))
    assert len(set(first)) == 6


SPEC_EXAMPLE = [{"ErrorEquals": ["ErrorA", "ErrorB"], "MaxAttempts": 2}, {"ErrorEquals": ["ErrorC"], "MaxAttempts": 5}]


def test_every_retrier_has_its_own_count() -> None:
    """The specification's example: A, B, C, C, B; the last B exhausts the first retrier."""
    state = task(Retry=SPEC_EXAMPLE, Catch=[{"ErrorEquals": ["States.ALL"], "Next": "Caught"}], Next="Caught")
    handler = _fails("ErrorA", "ErrorB", "ErrorC", "ErrorC", "ErrorB")
    execution = run({"S": state, "Caught": {"Type": "Succeed"}}, handlers={"f": handler})
    assert execution.output == {"Error": "ErrorB", "Cause": None}
    told = [(error, retrier, attempt, delay) for *_, error, _cause, retrier, attempt, delay in execution.notes[:4]]
    assert told == [("ErrorA", 0, 1, 1000), ("ErrorB", 0, 2, 2000), ("ErrorC", 1, 3, 1000), ("ErrorC", 1, 4, 2000)]


def test_only_the_first_retrier_that_matches_counts() -> None:
    retry = [{"ErrorEquals": ["E"], "MaxAttempts": 1}, {"ErrorEquals": ["States.ALL"], "MaxAttempts": 9}]
    execution = one(task(Retry=retry), handlers={"f": _fails("E", "E")})
    assert (execution.error, _delays(execution)) == ("E", [1])


def test_counts_start_anew_with_every_visit() -> None:
    states = {
        "S": task(Retry=[{"ErrorEquals": ["E"], "MaxAttempts": 1}], ResultPath=None, Next="Again"),
        "Again": {
            "Type": "Choice",
            "Choices": [
                {"Variable": "$$.State.EnteredTime", "StringGreaterThan": "2026-01-01T00:00:01.500Z", "Next": "End"}
            ],
            "Default": "S",
        },
        "End": {"Type": "Succeed"},
    }
    execution = run(states, handlers={"f": Script(TaskError("E"), 1, TaskError("E"), 1)})
    assert execution.status == "SUCCEEDED"
    assert _delays(execution) == [1, 1]


def test_every_attempt_evaluates_its_payload_anew() -> None:
    handler = _fails("E", "E")
    state = task(Retry=[{"ErrorEquals": ["E"]}], Parameters={"n.$": "$$.State.RetryCount", "id.$": "States.UUID()"})
    assert one(state, handlers={"f": handler}).status == "SUCCEEDED"
    assert [event["n"] for event in handler.seen] == [0, 1, 2]
    assert len({event["id"] for event in handler.seen}) == 3


#: which ErrorEquals take which error
MATCHES: dict[str, dict[str, bool]] = {
    "E": {
        "E": True,
        "e": False,
        "States.ALL": True,
        "States.TaskFailed": True,
        "States.Timeout": False,
        "States.Runtime": False,
    },
    "States.TaskFailed": {"States.TaskFailed": True, "States.ALL": True, "States.Timeout": False, "E": False},
    "States.Permissions": {"States.Permissions": True, "States.ALL": True, "States.TaskFailed": True},
    "States.Runtime": {"States.Runtime": False, "States.ALL": False, "States.TaskFailed": False},
    "States.DataLimitExceeded": {"States.DataLimitExceeded": True, "States.ALL": True},
    "timeout": {
        "States.Timeout": True,
        "States.ALL": True,
        "States.TaskFailed": False,
        "States.HeartbeatTimeout": False,
    },
    "heartbeat": {
        "States.Timeout": True,
        "States.ALL": True,
        "States.TaskFailed": False,
        "States.HeartbeatTimeout": True,
    },
}


@pytest.mark.parametrize(
    ("error", "name", "expected"),
    [(error, name, taken) for error, names in MATCHES.items() for name, taken in names.items()],
)
@pytest.mark.parametrize("by", ["Retry", "Catch"])
def test_matching(error: str, name: str, expected: bool, by: str) -> None:
    calls = 0

    def handler(_event: Any, context: TaskContext) -> str:
        nonlocal calls
        calls += 1
        if calls == 1:
            if error not in {"timeout", "heartbeat"}:
                raise TaskError(error)
            context.sleep(100)
        return "ok"

    clocks = {"timeout": {"TimeoutSeconds": 10}, "heartbeat": {"TimeoutSeconds": 50, "HeartbeatSeconds": 10}}
    rule = {"ErrorEquals": [name]} | ({"Next": "Caught"} if by == "Catch" else {})
    states = {"S": task(**clocks.get(error, {}), **{by: [rule]}, Next="Caught"), "Caught": {"Type": "Succeed"}}
    execution = run(states, handlers={"f": handler})
    assert (execution.status == "SUCCEEDED") is expected
    assert [note[3] for note in execution.notes] == ([by.lower()] if expected else [])


# -- Catch -------------------------------------------------------------------------------------------------------------

ERROR_OUTPUT = {"Error": "E", "Cause": "why"}


@pytest.mark.parametrize(
    ("catcher", "expected"),
    [
        ({}, ERROR_OUTPUT),
        ({"ResultPath": "$"}, ERROR_OUTPUT),
        ({"ResultPath": None}, {"in": 1}),
        ({"ResultPath": "$.err"}, {"in": 1, "err": ERROR_OUTPUT}),
        ({"ResultPath": "$.a.b"}, {"in": 1, "a": {"b": ERROR_OUTPUT}}),
    ],
)
def test_catch(catcher: dict[str, Any], expected: Any) -> None:
    """What shapes the result of a success plays no part: ResultSelector, the state's own ResultPath, OutputPath."""
    state = task(
        InputPath="$.in",
        ResultSelector={"x.$": "$.no"},
        ResultPath="$.own",
        OutputPath="$.no",
        Catch=[{"ErrorEquals": ["Other"], "Next": "Wrong"}, {"ErrorEquals": ["E"], "Next": "Caught", **catcher}],
        Next="Wrong",
    )
    states = {"S": state, "Caught": {"Type": "Succeed"}, "Wrong": {"Type": "Fail"}}
    execution = run(states, {"in": 1}, handlers={"f": Script(TaskError("E", "why"))})
    assert execution.output == expected
    assert links(execution, 5)[:3] == ["5 LambdaFunctionFailed", "6 TaskStateExited S", "7 SucceedStateEntered Caught"]
    (note,) = execution.notes
    assert note[3:] == ("catch", "E", "why", 1, "Caught")


def _caught(handler: Any, **fields: Any) -> Any:
    state = task(Catch=[{"ErrorEquals": ["States.ALL"], "Next": "Caught"}], Next="Caught", **fields)
    return run({"S": state, "Caught": {"Type": "Succeed"}}, handlers={"f": handler}).output


def test_a_time_out_is_caught_with_an_empty_cause() -> None:
    caught = _caught(lambda _event, context: context.sleep(2), TimeoutSeconds=1)
    assert caught == {"Error": "States.Timeout", "Cause": ""}


@pytest.mark.parametrize(("error", "cause"), [(None, None), ("E", None), (None, "why"), ("", "")])
def test_an_error_may_lack_a_name_or_a_cause(error: str | None, cause: str | None) -> None:
    assert _caught(Script(TaskError(error, cause))) == {"Error": error, "Cause": cause}


def test_a_retry_comes_before_a_catch() -> None:
    handler = _fails("E", "E", "E", "E")
    states = {
        "S": task(Retry=[{"ErrorEquals": ["E"]}], Catch=[{"ErrorEquals": ["E"], "Next": "Caught"}], Next="Caught"),
        "Caught": {"Type": "Succeed"},
    }
    execution = run(states, handlers={"f": handler})
    assert [note[3] for note in execution.notes] == ["retry", "retry", "retry", "catch"]
    assert execution.visits[0].output == {"Error": "E", "Cause": None}


# -- the two clocks ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "slept", "status", "seconds"),
    [
        ({"TimeoutSeconds": 5}, [5], "SUCCEEDED", 5),  # just in time
        ({"TimeoutSeconds": 5}, [5.001], "FAILED", 5),
        ({"TimeoutSeconds": 5, "HeartbeatSeconds": 2}, [2.5], "FAILED", 2),
        ({"TimeoutSeconds": 5, "HeartbeatSeconds": 2}, [1.5, 1.5, 1.5], "SUCCEEDED", 4.5),
        ({"TimeoutSeconds": 5, "HeartbeatSeconds": 2}, [1.5] * 4, "FAILED", 5),  # a heartbeat doesn't extend the other
        ({"HeartbeatSeconds": 2}, [1.5] * 20, "SUCCEEDED", 30),
        ({"HeartbeatSeconds": 2}, [1.5, 1.5, 2.5], "FAILED", 5),
        ({"TimeoutSecondsPath": "$.five"}, [6], "FAILED", 5),
        ({"TimeoutSecondsPath": "$.five", "HeartbeatSecondsPath": "$.two"}, [3], "FAILED", 2),
        ({"TimeoutSecondsPath": "$$.Execution.Input.five"}, [6], "FAILED", 5),
    ],
)
def test_clocks(fields: dict[str, Any], slept: list[float], status: str, seconds: float) -> None:
    def handler(_event: Any, context: TaskContext) -> str:
        for pause in slept:
            context.sleep(pause)
            context.heartbeat()
        return "ok"

    execution = one(task(**fields), {"five": 5, "two": 2}, handlers={"f": handler})
    assert execution.status == status
    ended = "LambdaFunctionSucceeded" if status == "SUCCEEDED" else "LambdaFunctionTimedOut"
    assert moments(execution, ended) == [seconds]
    assert execution.error == (None if status == "SUCCEEDED" else "States.Timeout")
    assert execution.cause is None


def test_every_attempt_has_its_own_clock() -> None:
    slept = iter([6, 6, 4])
    state = task(TimeoutSeconds=5, Retry=[{"ErrorEquals": ["States.Timeout"]}])
    execution = one(state, handlers={"f": lambda _event, context: context.sleep(next(slept))})
    assert execution.status == "SUCCEEDED"
    assert moments(execution, "LambdaFunctionTimedOut") == [5, 11]
    assert moments(execution, "LambdaFunctionSucceeded") == [17]


@pytest.mark.parametrize("name", ["TimeoutSeconds", "HeartbeatSeconds"])
@pytest.mark.parametrize(
    ("data", "tail"),
    [
        ({}, "Invalid path '$.X' : No results for path: $['X']"),
        ({"X": 0}, "The {}Path parameter must reference a positive integer: $.X == 0"),
        ({"X": -5}, "The {}Path parameter must reference a positive integer: $.X == -5"),
        ({"X": 1.5}, "The {}Path parameter must reference a positive integer: $.X == 1.5"),
        ({"X": "5"}, 'The {}Path parameter must reference a positive integer: $.X == "5"'),
        ({"X": True}, "The {}Path parameter must reference a positive integer: $.X == true"),
    ],
)
def test_a_path_that_leads_to_no_time(name: str, data: Any, tail: str) -> None:
    execution = one(task(**{f"{name}Path": "$.X"}), data, handlers={"f": Script()})
    assert (execution.error, execution.cause) == ("States.Runtime", PREFIX + tail.format(name))
    assert kinds(execution) == ["ExecutionStarted", "TaskStateEntered", "ExecutionFailed"]


def test_what_the_context_tells_of_the_time_left() -> None:
    left: list[int] = []

    def handler(_event: Any, context: TaskContext) -> None:
        left.append(context.get_remaining_time_in_millis())
        context.sleep(3)
        left.append(context.get_remaining_time_in_millis())
        context.sleep(1_000_000)
        left.append(context.get_remaining_time_in_millis())

    one(task(TimeoutSeconds=5), handlers={"f": handler})
    one(task(), handlers={"f": handler})
    assert left == [5000, 2000, 0, 900_000, 897_000, 0]


# -- the execution's own clock -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("own", "argument", "seconds"), [(5, None, 5), (None, 5, 5), (5, 3, 3), (3, 5, 3), (None, 0.25, 0.25)]
)
def test_the_execution_times_out(own: int | None, argument: float | None, seconds: float) -> None:
    catch = [{"ErrorEquals": ["States.ALL"], "Next": "Caught"}]
    states = {
        "S": task(Retry=[{"ErrorEquals": ["States.ALL"]}], Catch=catch, Next="Caught"),
        "Caught": {"Type": "Succeed"},
    }
    top = {} if own is None else {"TimeoutSeconds": own}
    execution = machine(states, **top).run(
        clock="virtual", timeout=argument, handlers={"f": lambda _event, context: context.sleep(60)}
    )
    assert (execution.status, execution.error, execution.cause, execution.output) == ("TIMED_OUT", None, None, None)
    assert moments(execution, "ExecutionTimedOut") == [seconds]
    assert links(execution, 3) == ["3 LambdaFunctionScheduled", "4 LambdaFunctionStarted", "5 ExecutionTimedOut"]
    assert execution.history[-1]["executionTimedOutEventDetails"] == {"error": "States.Timeout"}


def test_an_execution_that_ends_in_time_does_not_time_out() -> None:
    states = {"W": {"Type": "Wait", "Seconds": 4, "End": True}}
    assert machine(states, TimeoutSeconds=5).run(clock="virtual").status == "SUCCEEDED"


# -- sizes -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("resource", "named"), [(FUNCTION + "f", FUNCTION + "f"), (SEND, "sqs"), (ACTIVITY, ACTIVITY)])
@pytest.mark.parametrize("caught_by", ["States.DataLimitExceeded", "States.ALL"])
def test_a_result_that_is_too_large_can_be_caught(resource: str, named: str, caught_by: str) -> None:
    handlers = {"S": Script("é" * (LIMIT // 2 - 1), "é" * (LIMIT // 2))}
    state = task(Resource=resource, Catch=[{"ErrorEquals": [caught_by], "Next": "Caught"}], Next="Caught")
    states = {"S": state, "Caught": {"Type": "Pass", "End": True}}
    assert len(run(states, handlers=handlers).output) == LIMIT // 2 - 1
    assert run(states, handlers=handlers).output == {
        "Error": "States.DataLimitExceeded",
        "Cause": f"The state/task '{named}' returned a result with a size exceeding the maximum number of bytes "
        "service limit.",
    }


def test_an_output_that_is_too_large_cannot() -> None:
    states = {
        "S": task(ResultPath="$.r", Catch=[{"ErrorEquals": ["States.ALL"], "Next": "Caught"}], Next="Caught"),
        "Caught": {"Type": "Succeed"},
    }
    execution = run(states, {"in": "x" * 1000}, handlers={"f": Script("y" * (LIMIT - 500))})
    assert execution.error == "States.DataLimitExceeded"
    assert execution.cause == (
        "The state/task 'S' returned a result with a size exceeding the maximum number of bytes service limit."
    )
    assert kinds(execution)[-2:] == ["LambdaFunctionSucceeded", "ExecutionFailed"]


def test_an_input_that_is_too_large_never_reaches_the_handler() -> None:
    handler = Script()
    state = task(Parameters={"a.$": "$", "b.$": "$"}, Catch=[{"ErrorEquals": ["States.ALL"], "Next": "C"}], Next="C")
    execution = run({"S": state, "C": {"Type": "Succeed"}}, "x" * (LIMIT // 2), handlers={"f": handler})
    assert (execution.status, execution.error, handler.seen) == ("FAILED", "States.DataLimitExceeded", [])
    assert kinds(execution) == ["ExecutionStarted", "TaskStateEntered", "ExecutionFailed"]


def test_credentials() -> None:
    for credentials in ({"RoleArn": "arn:r"}, {"RoleArn.$": "$.role"}):
        execution = one(task(Credentials=credentials), {"role": "arn:r"}, handlers={"f": Script(1)})
        details = execution.history[2]["lambdaFunctionScheduledEventDetails"]
        assert details["taskCredentials"] == {"roleArn": "arn:r"}

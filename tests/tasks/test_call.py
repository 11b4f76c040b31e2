"""What a handler receives, and what becomes of what it returns or raises."""

from __future__ import annotations

import datetime as dt
import json
import math
from typing import Any

import pytest

from asl import Execution, StateMachine, TaskContext, TaskError
from tests.machines import FUNCTION, INVOKE, SEND, Script, one, run, task

CYCLE: list[Any] = []
CYCLE.append(CYCLE)


def _nested(depth: int) -> Any:
    value: Any = 0
    for _ in range(depth):
        value = [value]
    return value


class Unprintable:
    def __repr__(self) -> str:
        raise RuntimeError("no")


@pytest.mark.parametrize(
    ("value", "kind", "reason"),
    [
        (dt.datetime(2026, 1, 1, tzinfo=dt.UTC), "datetime", "a value of type datetime is not JSON"),
        ({"when": dt.date(2026, 1, 1)}, "dict", "a value of type date is not JSON: datetime.date(2026, 1, 1)"),
        ({1, 2}, "set", "a value of type set is not JSON"),
        (b"bytes", "bytes", "a value of type bytes is not JSON"),
        (math.nan, "float", "NaN and Infinity are not JSON"),
        ([math.inf], "list", "NaN and Infinity are not JSON"),
        ({(1, 2): 3}, "dict", "keys must be str, int, float, bool or None, not tuple"),
        (CYCLE, "list", "nested too deeply, or it contains itself"),
        (_nested(200_000), "list", "nested too deeply, or it contains itself"),
        (_nested(701), "list", "nested more than 700 levels deep"),
        (Unprintable(), "Unprintable", "<unprintable: RuntimeError>"),
        ([10**5000], "list", "Exceeds the limit"),
    ],
)
@pytest.mark.parametrize("resource", [FUNCTION + "f", INVOKE])
def test_results_that_are_no_json(value: Any, kind: str, reason: str, resource: str) -> None:
    fields = {"Parameters": {"FunctionName": "f"}} if resource == INVOKE else {}
    execution = one(task(Resource=resource, **fields), handlers={"f": lambda _event: value})
    assert execution.error == "Runtime.MarshalError"
    told = json.loads(str(execution.cause))
    assert told["errorType"] == "Runtime.MarshalError"
    assert told["errorMessage"].startswith(
        f"Unable to marshal response: the handler of state 'S' returned a value of type {kind} that is not JSON: "
    )
    assert reason in told["errorMessage"]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, None),
        (False, False),
        (0, 0),
        ("", ""),
        ((1, 2), [1, 2]),
        ({1: "a", None: "b", 2.5: "c"}, {"1": "a", "null": "b", "2.5": "c"}),
        ({"é": "\u2028\U0001f600"}, {"é": "\u2028\U0001f600"}),
        ("\ud800", "\ud800"),
        (2**70, 2**70),
        (1e300, 1e300),
    ],
)
def test_results(value: Any, expected: Any) -> None:
    assert one(task(), handlers={"f": lambda _event: value}).raise_for_status() == expected


@pytest.mark.parametrize(
    ("payload", "seen"),
    [
        ({}, {}),
        ({"Payload": None}, {}),
        ({"Payload": {"a": [1]}}, {"a": [1]}),
        ({"Payload": 0}, 0),
        ({"Payload": False}, False),
        ({"Payload": '{"a": 1}'}, {"a": 1}),
        ({"Payload": '"text"'}, "text"),
        ({"Payload": "null"}, None),
        ({"Payload.$": "States.JsonToString($.x)"}, {"y": 1}),
    ],
)
def test_payload(payload: dict[str, Any], seen: Any) -> None:
    handler = Script(1)
    one(task(Resource=INVOKE, Parameters={"FunctionName": "f", **payload}), {"x": {"y": 1}}, handlers={"f": handler})
    assert handler.seen == [seen]


@pytest.mark.parametrize("payload", ["text", "", "{", "NaN"])
def test_a_string_payload_that_spells_no_json(payload: str) -> None:
    state = task(Resource=INVOKE, Parameters={"FunctionName": "f", "Payload": payload})
    execution = one(state, handlers={"f": Script()})
    assert execution.error == "Lambda.InvalidRequestContentException"
    assert str(execution.cause).startswith("Could not parse request body into json: ")


# -- errors ------------------------------------------------------------------------------------------------------------


class CustomError(Exception):
    pass


class BrokenTextError(Exception):
    def __str__(self) -> str:
        raise RuntimeError("no")


@pytest.mark.parametrize(
    ("error", "name", "message"),
    [
        (ValueError("bad ü"), "ValueError", "bad ü"),
        (Exception(), "Exception", ""),
        (CustomError("x", 1), "CustomError", "('x', 1)"),
        (KeyError("k"), "KeyError", "'k'"),
        (StopIteration(), "StopIteration", ""),
        (BrokenTextError(), "BrokenTextError", "<unprintable: RuntimeError>"),
    ],
)
@pytest.mark.parametrize("resource", [FUNCTION + "f", INVOKE, SEND])
def test_an_exception_is_told_as_lambda_tells_it(error: Exception, name: str, message: str, resource: str) -> None:
    fields = {"Parameters": {"FunctionName": "f"}} if resource == INVOKE else {}
    execution = one(task(Resource=resource, **fields), handlers={"f": Script(error), SEND: Script(error)})
    assert execution.error == name
    cause = str(execution.cause)
    told = json.loads(cause)
    assert list(told) == ["errorMessage", "errorType", "requestId", "stackTrace"]
    assert (told["errorMessage"], told["errorType"]) == (message, name)
    assert len(told["requestId"]) == 36
    assert "raise answer" in told["stackTrace"][-1]
    assert "asl/" not in "".join(told["stackTrace"])  # only what happened in the handler
    # a function named by its ARN writes its own JSON, with blanks; AWS's services write it without
    assert (cause == json.dumps(told)) is (resource not in (INVOKE, SEND))
    if resource in (INVOKE, SEND):
        assert cause == json.dumps(told, separators=(",", ":"), ensure_ascii=False)


@pytest.mark.parametrize(("error", "cause"), [("E", "why"), (None, None), ("", ""), ("E", '{"a":1}')])
def test_a_task_error_is_taken_as_it_is(error: str | None, cause: str | None) -> None:
    execution = one(task(), handlers={"f": Script(TaskError(error, cause))})
    assert (execution.error, execution.cause) == (error, cause)


@pytest.mark.parametrize(("code", "status"), [(3, 3), (None, 0), ("bye", "bye")])
def test_a_handler_that_exits_ends_its_attempt_only(code: Any, status: Any) -> None:
    def handler(_event: Any) -> None:
        raise SystemExit(code)

    execution = one(task(), handlers={"f": handler})
    assert execution.error == "Runtime.ExitError"
    told = json.loads(str(execution.cause))
    assert told["errorMessage"].endswith(f"Error: Runtime exited with exit status {status}")


def test_what_ends_the_program_is_no_failure_of_a_task() -> None:
    def interrupted(_event: Any) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        one(task(), handlers={"f": interrupted})


def test_an_exception_that_is_raised_again_and_again_tells_the_same() -> None:
    error = ValueError("x")
    state = task(Retry=[{"ErrorEquals": ["ValueError"]}])
    execution = one(state, handlers={"f": Script(*[error] * 4)})
    causes = [json.loads(event[5]) for event in execution.events if event[0] == "LambdaFunctionFailed"]
    assert len({tuple(cause["stackTrace"]) for cause in causes}) == 1


# -- what is handed over is a copy -------------------------------------------------------------------------------------


def test_handlers_may_change_their_input_and_their_result_afterwards() -> None:
    kept: list[Any] = []

    def handler(event: Any) -> Any:
        event["list"].append("changed")
        event.clear()
        result = {"answer": [1]}
        kept.append(result)
        for earlier in kept[:-1]:
            earlier["answer"].append("late")
        return result

    data = {"list": [1]}
    states = {"S": task(ResultPath="$.r", Next="T"), "T": task(ResultPath="$.t")}
    execution = run(states, data, handlers={"f": handler})
    assert data == {"list": [1]}
    assert execution.output == {"list": [1], "r": {"answer": [1]}, "t": {"answer": [1]}}
    assert execution.history[2]["lambdaFunctionScheduledEventDetails"]["input"] == '{"list":[1]}'


def test_branches_cannot_reach_each_other_through_a_handler() -> None:
    def handler(event: Any) -> Any:
        event["items"].append(1)
        return event

    branch = {"Resource": FUNCTION + "f", "Type": "Task", "End": True}
    branches = [{"StartAt": name, "States": {name: branch}} for name in ("A", "B")]
    execution = run(
        {"P": {"Type": "Parallel", "Branches": branches, "End": True}}, {"items": []}, handlers={"f": handler}
    )
    assert execution.output == [{"items": [1]}, {"items": [1]}]


# -- the context -------------------------------------------------------------------------------------------------------


def _contexts(seed: str = "s", **fields: Any) -> tuple[list[TaskContext], Execution]:
    found: list[TaskContext] = []

    def handler(_event: Any, context: TaskContext) -> Any:
        found.append(context)
        if len(found) == 1:
            raise TaskError("E")
        return {}

    states = {"S": task(Retry=[{"ErrorEquals": ["E"]}], Next="T", **fields), "T": task(**fields)}
    execution = run(states, {}, handlers={"f": handler}, seed=seed)
    assert execution.status == "SUCCEEDED"
    return found, execution


def test_context() -> None:
    (first, second, third), execution = _contexts(TimeoutSeconds=7)
    assert [context.state_name for context in (first, second, third)] == ["S", "S", "T"]
    assert [context.attempt for context in (first, second, third)] == [0, 1, 0]
    assert (first.function_name, first.invoked_function_arn) == ("f", FUNCTION + "f")
    assert first.execution_arn == execution.arn
    assert (first.function_version, first.memory_limit_in_mb) == ("$LATEST", "128")
    assert first.identity is first.client_context is None


def test_keys_and_request_ids_differ_by_attempt_and_repeat_with_the_seed() -> None:
    found, _ = _contexts("1")
    again, _ = _contexts("1")
    other, _ = _contexts("2")
    for name in ("idempotency_key", "aws_request_id"):
        told, repeated, elsewhere = ([getattr(context, name) for context in run] for run in (found, again, other))
        assert len(set(told)) == 3
        assert repeated == told
        assert not set(elsewhere) & set(told)


def test_keys_differ_between_visits_and_iterations() -> None:
    keys: list[str] = []
    processor = {"StartAt": "T", "States": {"T": task()}}
    states = {"S": {"Type": "Map", "ItemProcessor": processor, "Next": "U"}, "U": task()}
    StateMachine({"StartAt": "S", "States": states}).run(
        [1, 2, 3], handlers={"f": lambda _event, context: keys.append(context.idempotency_key)}, clock="virtual"
    )
    assert len(set(keys)) == len(keys) == 4


def test_the_request_id_stands_in_the_envelope_and_in_the_cause() -> None:
    seen: list[str] = []

    def handler(_event: Any, context: TaskContext) -> Any:
        seen.append(context.aws_request_id)
        if len(seen) == 1:
            raise ValueError
        return 1

    state = task(Resource=INVOKE, Parameters={"FunctionName": "f"}, Retry=[{"ErrorEquals": ["ValueError"]}])
    execution = one(state, handlers={"f": handler})
    failed = next(event for event in execution.events if event[0] == "TaskFailed")
    assert json.loads(failed[7])["requestId"] == seen[0]
    assert execution.output["SdkResponseMetadata"]["RequestId"] == seen[1]


def test_the_function_name_in_the_context_of_an_invocation() -> None:
    names: list[str] = []
    state = task(Resource=INVOKE, Parameters={"FunctionName": FUNCTION + "f:live"})
    one(state, handlers={"f": lambda _event, context: names.append(context.function_name)})
    assert names == [FUNCTION + "f:live"]

"""Wait, Choice, Succeed and Fail: every field, and AWS's words for what can't be done."""

from __future__ import annotations

from typing import Any

import pytest

from asl import VirtualClock
from tests.machines import links, moments, one, run, scope

PREFIX = "An error occurred while executing the state 'S' (entered at the event id #2). "
START = 1_767_225_600_000  # 2026-01-01T00:00:00Z
PAST, SOON = "2020-02-29T23:59:59Z", "2026-01-01T00:00:10Z"


# -- Wait --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "data", "seconds"),
    [
        ({"Seconds": 0}, {}, 0),
        ({"Seconds": 1}, {}, 1),
        ({"Seconds": 99_999_999}, {}, 99_999_999),
        ({"SecondsPath": "$.p"}, {"p": 5}, 5),
        ({"SecondsPath": "$.p"}, {"p": 0}, 0),
        ({"SecondsPath": "$.p"}, {"p": "7"}, 7),
        ({"SecondsPath": "$.p"}, {"p": 2.0}, 2),
        ({"SecondsPath": "$.q[1]", "InputPath": "$.p"}, {"p": {"q": [1, 3]}}, 3),
        ({"SecondsPath": "$$.Execution.Input.p"}, {"p": 4}, 4),
        ({"Timestamp": SOON}, {}, 10),
        ({"Timestamp": "2026-01-01T02:00:10+02:00"}, {}, 10),
        ({"Timestamp": "2026-01-01T00:00:10.25Z"}, {}, 10.25),
        ({"Timestamp": PAST}, {}, 0),
        ({"TimestampPath": "$.p"}, {"p": SOON}, 10),
        ({"TimestampPath": "$.p"}, {"p": PAST}, 0),
    ],
)
def test_wait(fields: dict[str, Any], data: Any, seconds: float) -> None:
    execution = one({"Type": "Wait", **fields}, data)
    assert execution.output == data if "InputPath" not in fields else execution.status == "SUCCEEDED"
    assert moments(execution, "WaitStateExited") == [seconds]
    assert links(execution) == [
        "1 ExecutionStarted",
        "2<-0 WaitStateEntered S",
        "3 WaitStateExited S",
        "4 ExecutionSucceeded",
    ]


_LONG = "The SecondsPath parameter cannot be parsed as a long value: $.p == "
_MOMENT = (
    "The TimestampPath parameter does not reference a valid ISO-8601 extended offset date-time format string: $.p == "
)


@pytest.mark.parametrize(
    ("fields", "data", "tail"),
    [
        ({"SecondsPath": "$.p"}, {"p": -1}, "The SecondsPath parameter references a negative value: $.p == -1"),
        ({"SecondsPath": "$.p"}, {"p": "-1"}, "The SecondsPath parameter references a negative value: $.p == -1"),
        ({"SecondsPath": "$.p"}, {"p": 1.5}, _LONG + "1.5"),
        ({"SecondsPath": "$.p"}, {"p": "1.5"}, _LONG + "1.5"),
        ({"SecondsPath": "$.p"}, {"p": "x"}, _LONG + "x"),
        ({"SecondsPath": "$.p"}, {"p": " 1"}, _LONG + " 1"),
        ({"SecondsPath": "$.p"}, {"p": "1_0"}, _LONG + "1_0"),
        ({"SecondsPath": "$.p"}, {"p": True}, _LONG + "true"),
        ({"SecondsPath": "$.p"}, {"p": None}, _LONG + "null"),
        ({"SecondsPath": "$.p"}, {"p": [1]}, _LONG + "[1]"),
        ({"SecondsPath": "$.p"}, {}, "The SecondsPath parameter does not reference an input value: $.p"),
        ({"TimestampPath": "$.p"}, {}, "The TimestampPath parameter does not reference an input value: $.p"),
        ({"TimestampPath": "$.p"}, {"p": "tomorrow"}, _MOMENT + "tomorrow"),
        ({"TimestampPath": "$.p"}, {"p": "2026-01-01T00:00:00"}, _MOMENT + "2026-01-01T00:00:00"),
        ({"TimestampPath": "$.p"}, {"p": "2026-13-01T00:00:00Z"}, _MOMENT + "2026-13-01T00:00:00Z"),
        ({"TimestampPath": "$.p"}, {"p": 5}, _MOMENT + "5"),
        ({"SecondsPath": "$.p"}, {"p": 2**31}, "Wait state delay is too long."),
        ({"Timestamp": "9999-01-01T00:00:00Z"}, {}, "Wait state delay is too long."),
    ],
)
def test_wait_that_cannot(fields: dict[str, Any], data: Any, tail: str) -> None:
    execution = one({"Type": "Wait", **fields}, data)
    assert (execution.error, execution.cause) == ("States.Runtime", PREFIX + tail)
    assert links(execution) == ["1 ExecutionStarted", "2<-0 WaitStateEntered S", "3 ExecutionFailed"]


def test_the_longest_wait_is_the_bound_itself() -> None:
    execution = one({"Type": "Wait", "SecondsPath": "$"}, 2**31 - 1)
    assert execution.status == "SUCCEEDED"


def test_a_wait_whose_output_fails_after_it_waited() -> None:
    execution = one({"Type": "Wait", "Seconds": 1, "OutputPath": "$.no"}, {})
    assert (execution.error, execution.cause) == (
        "States.Runtime",
        PREFIX + "Invalid path '$.no' : No results for path: $['no']",
    )


def test_a_moment_between_start_and_now_is_past() -> None:
    states = {
        "First": {"Type": "Wait", "Seconds": 60, "Next": "S"},
        "S": {"Type": "Wait", "Timestamp": SOON, "End": True},
    }
    assert moments(run(states), "WaitStateExited") == [60, 60]


# -- Choice ------------------------------------------------------------------------------------------------------------


def _choice(*rules: dict[str, Any], **fields: Any) -> dict[str, Any]:
    targets = {rule["Next"] for rule in rules} | {fields.get("Default", "A")}
    ends = {name: {"Type": "Pass", "Result": name, "End": True} for name in sorted(targets)}
    return {"S": {"Type": "Choice", "Choices": list(rules), **fields}, **ends}


def _is(value: Any, target: str) -> dict[str, Any]:
    return {"Variable": "$.v", "NumericEquals": value, "Next": target}


@pytest.mark.parametrize(
    ("data", "expected"),
    [({"v": 1}, "A"), ({"v": 2}, "B"), ({"v": 3}, "D"), ({"v": "1"}, "D"), ({"v": None}, "D")],
)
def test_choice_takes_the_first_rule_that_matches(data: Any, expected: str) -> None:
    execution = run(_choice(_is(1, "A"), _is(1, "B"), _is(2, "B"), Default="D"), data)
    assert execution.output == expected
    assert links(execution)[1:4] == [
        "2<-0 ChoiceStateEntered S",
        "3 ChoiceStateExited S",
        f"4 PassStateEntered {expected}",
    ]


def test_choice_reads_the_effective_input() -> None:
    execution = run(_choice(_is(1, "A"), Default="D", InputPath="$.in"), {"v": 1, "in": {"v": 2}})
    assert execution.output == "D"


@pytest.mark.parametrize(
    ("fields", "data", "tail"),
    [
        ({}, {"v": 3}, "Failed to transition out of the state. The state does not point to a next state."),
        (
            {"Default": "D"},
            {},
            "Invalid path '$.v': The choice state's condition path references an invalid value.",
        ),
    ],
)
def test_choice_that_leads_nowhere(fields: dict[str, Any], data: Any, tail: str) -> None:
    execution = run(_choice(_is(1, "A"), _is(2, "B"), **fields), data)
    assert (execution.error, execution.cause) == ("States.Runtime", PREFIX + tail)
    assert links(execution) == ["1 ExecutionStarted", "2<-0 ChoiceStateEntered S", "3 ExecutionFailed"]


def test_nobody_can_catch_a_choice_that_leads_nowhere() -> None:
    branch = scope({"C": {"Type": "Choice", "Choices": [{**_is(1, "E")}]}, "E": {"Type": "Succeed"}})
    states = {
        "P": {
            "Type": "Parallel",
            "Branches": [branch],
            "Retry": [{"ErrorEquals": ["States.ALL"]}],
            "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "After"}],
            "Next": "After",
        },
        "After": {"Type": "Succeed"},
    }
    execution = run(states, {"v": 2})
    assert execution.error == "States.Runtime"
    assert links(execution, 3) == ["3 ParallelStateStarted", "4 ChoiceStateEntered C", "5 ExecutionFailed"]


# -- Fail --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "error", "cause"),
    [
        ({}, None, None),
        ({"Error": "E"}, "E", None),
        ({"Cause": "C"}, None, "C"),
        ({"Error": "E", "Cause": "C"}, "E", "C"),
        ({"Error": "", "Cause": ""}, "", ""),
        ({"Error": "$.e"}, "$.e", None),
        ({"ErrorPath": "$.e", "CausePath": "$.c"}, "ee", "cc"),
        ({"ErrorPath": "$$.State.Name"}, "S", None),
        ({"ErrorPath": "States.Format('{}-{}', $.e, $.n)"}, "ee-1", None),
        ({"CausePath": "States.JsonToString($.o)"}, None, '{"x":[1,null]}'),
        ({"ErrorPath": "States.ArrayGetItem($.l, 1)"}, "l1", None),
    ],
)
def test_fail(fields: dict[str, Any], error: str | None, cause: str | None) -> None:
    data = {"e": "ee", "c": "cc", "n": 1, "o": {"x": [1, None]}, "l": ["l0", "l1"]}
    execution = one({"Type": "Fail", **fields}, data)
    assert (execution.status, execution.error, execution.cause) == ("FAILED", error, cause)
    assert execution.output is None
    assert links(execution) == ["1 ExecutionStarted", "2<-0 FailStateEntered S", "3 ExecutionFailed"]
    details = execution.history[-1]["executionFailedEventDetails"]
    assert details == {key: value for key, value in (("error", error), ("cause", cause)) if value is not None}


@pytest.mark.parametrize(
    ("fields", "tail"),
    [
        (
            {"ErrorPath": "$.ErrorX"},
            "The JSONPath '$.ErrorX' specified for the field 'ErrorPath' could not be found in the input '{\"n\":1}'",
        ),
        (
            {"Error": "E", "CausePath": "$.a.b"},
            "The JSONPath '$.a.b' specified for the field 'CausePath' could not be found in the input '{\"n\":1}'",
        ),
        ({"ErrorPath": "$.n"}, "The ErrorPath parameter must reference a string: $.n == 1"),
    ],
)
def test_fail_whose_path_leads_nowhere(fields: dict[str, Any], tail: str) -> None:
    execution = one({"Type": "Fail", **fields}, {"n": 1})
    assert (execution.error, execution.cause) == ("States.Runtime", PREFIX + tail)


def test_fail_with_a_random_error_is_reproducible() -> None:
    state = {"Type": "Fail", "ErrorPath": "States.UUID()"}
    assert one(state, seed="1").error == one(state, seed="1").error != one(state, seed="2").error


def test_the_context_object_counts_no_retries_in_states_that_have_none() -> None:
    clock = VirtualClock(START + 45_090)
    execution = one(
        {"Type": "Pass", "Parameters": {"s.$": "$$.State", "e.$": "$$.Execution"}}, {"in": 1}, clock=clock, name="n"
    )
    assert execution.output == {
        "s": {"Name": "S", "EnteredTime": "2026-01-01T00:00:45.090Z"},
        "e": {
            "Id": "arn:aws:states:us-east-1:123456789012:execution:StateMachine:n",
            "Input": {"in": 1},
            "StartTime": "2026-01-01T00:00:45.090Z",
            "Name": "n",
            "RoleArn": "arn:aws:iam::123456789012:role/aslkit",
            "RedriveCount": 0,
        },
    }

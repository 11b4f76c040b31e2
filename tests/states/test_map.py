"""Map: how many iterations run at a time, their items, and the exact events of success and failure."""

from __future__ import annotations

from typing import Any

import pytest

from asl import StateMachine, TaskError, UnsupportedError
from tests.machines import Script, kinds, links, moments, one, run, scope, task

PASS = {"Type": "Pass", "End": True}
PREFIX = "An error occurred while executing the state 'S' (entered at the event id #2). "


def _map(states: dict[str, Any], **fields: Any) -> dict[str, Any]:
    return {"Type": "Map", "ItemProcessor": scope(states), **fields}


def test_one_at_a_time() -> None:
    """The recorded history of two items with MaxConcurrency 1, link by link."""
    execution = one(_map({"B": PASS}, MaxConcurrency=1), ["x", "y"])
    assert execution.output == ["x", "y"]
    assert links(execution, 2) == [
        "2<-0 MapStateEntered S",
        "3 MapStateStarted 2",
        "4 MapIterationStarted 0",
        "5 PassStateEntered B",
        "6 PassStateExited B",
        "7 MapIterationSucceeded 0",
        "8<-6 MapIterationStarted 1",
        "9 PassStateEntered B",
        "10 PassStateExited B",
        "11 MapIterationSucceeded 1",
        "12 MapStateSucceeded",
        "13<-11 MapStateExited S",
        "14 ExecutionSucceeded",
    ]


def test_iterations_start_together() -> None:
    execution = one(_map({"B": PASS}), [1, 2])
    assert links(execution, 3) == [
        "3 MapStateStarted 2",
        "4 MapIterationStarted 0",
        "5<-3 MapIterationStarted 1",
        "6<-4 PassStateEntered B",
        "7 PassStateExited B",
        "8 MapIterationSucceeded 0",
        "9<-5 PassStateEntered B",
        "10 PassStateExited B",
        "11 MapIterationSucceeded 1",
        "12 MapStateSucceeded",
        "13<-11 MapStateExited S",
        "14 ExecutionSucceeded",
    ]


def test_no_items() -> None:
    execution = one(_map({"B": PASS}), [])
    assert execution.output == []
    assert links(execution, 2) == [
        "2<-0 MapStateEntered S",
        "3 MapStateStarted 0",
        "4 MapStateSucceeded",
        "5<-3 MapStateExited S",
        "6 ExecutionSucceeded",
    ]


def _most_at_a_time(events: list[Any]) -> int:
    most = running = 0
    for kind, *_ in events:
        running += (kind == "MapIterationStarted") - (kind == "MapIterationSucceeded")
        most = max(most, running)
    return most


@pytest.mark.parametrize(
    ("fields", "most"),
    [
        ({}, 40),
        ({"MaxConcurrency": 0}, 40),
        ({"MaxConcurrency": 1}, 1),
        ({"MaxConcurrency": 2}, 2),
        ({"MaxConcurrency": 39}, 39),
        ({"MaxConcurrency": 1000}, 40),
        ({"MaxConcurrencyPath": "$.m"}, 3),
        ({"MaxConcurrencyPath": "$.zero"}, 40),
        ({"MaxConcurrencyPath": "$$.Execution.Input.m"}, 3),
    ],
)
def test_concurrency(fields: dict[str, Any], most: int) -> None:
    data = {"items": list(range(90)), "m": 3, "zero": 0}
    execution = one(_map({"W": {"Type": "Wait", "Seconds": 1, "End": True}}, ItemsPath="$.items", **fields), data)
    assert execution.output == data["items"]
    assert _most_at_a_time(execution.events) == most
    assert moments(execution, "MapStateSucceeded") == [-(-90 // most)]
    begun = [event[5] for event in execution.events if event[0] == "MapIterationStarted"]
    assert begun == list(range(90))


def test_the_next_iteration_takes_the_place_of_whichever_ends_first() -> None:
    state = _map({"W": {"Type": "Wait", "SecondsPath": "$", "End": True}}, MaxConcurrency=2)
    execution = one(state, [5, 1, 1, 1])
    assert moments(execution, "MapIterationStarted") == [0, 0, 1, 2]
    assert execution.output == [5, 1, 1, 1]


_ARRAY = 'Reference path "{}" must point to array.'
_INTEGER = "The MaxConcurrencyPath field refers to value {} which is not a valid integer: $.m"


@pytest.mark.parametrize(
    ("fields", "data", "tail"),
    [
        ({}, {}, _ARRAY.format("$")),
        ({}, "text", _ARRAY.format("$")),
        ({"ItemsPath": "$.x"}, {}, _ARRAY.format("$.x")),
        ({"ItemsPath": "$.x"}, {"x": None}, _ARRAY.format("$.x")),
        ({"ItemsPath": "$.x"}, {"x": {"a": 1}}, _ARRAY.format("$.x")),
        ({"ItemsPath": "$.i", "MaxConcurrencyPath": "$.m"}, {"i": [], "m": "NoNumber"}, _INTEGER.format('"NoNumber"')),
        ({"ItemsPath": "$.i", "MaxConcurrencyPath": "$.m"}, {"i": [], "m": 1.5}, _INTEGER.format('"1.5"')),
        ({"ItemsPath": "$.i", "MaxConcurrencyPath": "$.m"}, {"i": [], "m": True}, _INTEGER.format('"true"')),
        ({"ItemsPath": "$.i", "MaxConcurrencyPath": "$.m"}, {"i": [], "m": {"a": 1}}, _INTEGER.format('"{}"')),
        ({"ItemsPath": "$.i", "MaxConcurrencyPath": "$.m"}, {"i": [], "m": -1}, "MaxConcurrency cannot be negative"),
        (
            {"ItemsPath": "$.i", "MaxConcurrencyPath": "$.m"},
            {"i": []},
            "Invalid path '$.m' : No results for path: $['m']",
        ),
    ],
)
def test_what_is_no_array_or_number(fields: dict[str, Any], data: Any, tail: str) -> None:
    execution = one(_map({"B": PASS}, **fields), data)
    assert execution.error == "States.Runtime"
    assert execution.cause is not None
    assert execution.cause.startswith(PREFIX + tail)
    assert kinds(execution) == ["ExecutionStarted", "MapStateEntered", "ExecutionFailed"]


ONE_FAILS = {
    0: [
        "MapIterationFailed 0",
        "TaskStateAborted",
        "MapIterationAborted 1",
        "TaskStateAborted",
        "MapIterationAborted 2",
        "TaskStateAborted",
    ],
    1: ["MapIterationFailed 1", "TaskStateAborted", "MapIterationAborted 2", "TaskStateAborted"],
    2: ["MapIterationFailed 2", "TaskStateAborted"],
}


@pytest.mark.parametrize("failing", [0, 1, 2])
def test_a_failing_iteration_of_three(failing: int) -> None:
    """The iterations before it have ended by then; those after it are aborted, each with its open state."""
    answers = [TaskError("E", "why") if index == failing else index for index in range(3)]
    execution = one(_map({"T": task()}), [0, 1, 2], handlers={"f": Script(*answers)})
    assert (execution.error, execution.cause) == ("E", "why")
    failed = kinds(execution).index("LambdaFunctionFailed") + 1
    found = links(execution, failed + 1)
    expected = [*ONE_FAILS[failing], "MapStateFailed"]
    assert [line.split(" ", 1)[1] for line in found] == [*expected, "ExecutionFailed"]
    assert [event[1] for event in execution.events[failed:]] == [failed] * len(expected) + [failed + len(expected)]


def test_iterations_before_the_failing_one_that_are_still_open() -> None:
    """Item 1 of 2 fails while item 0 is at work: ascending order, each record followed by that of the open state."""
    state = _map({"W": {"Type": "Wait", "SecondsPath": "$", "Next": "T"}, "T": task()})
    execution = one(state, [9, 1], handlers={"f": Script(TaskError("E"))})
    assert links(execution, 8) == [
        "8 WaitStateExited W",
        "9 TaskStateEntered T",
        "10 LambdaFunctionScheduled",
        "11 LambdaFunctionStarted",
        "12 LambdaFunctionFailed",
        "13 MapIterationAborted 0",
        "14<-12 WaitStateAborted",
        "15<-12 MapIterationFailed 1",
        "16<-12 TaskStateAborted",
        "17<-12 MapStateFailed",
        "18 ExecutionFailed",
    ]


def test_a_fail_state_leaves_no_aborted_event_of_its_own() -> None:
    state = _map({"F": {"Type": "Fail", "Error": "E"}}, Catch=[{"ErrorEquals": ["E"], "Next": "A"}], Next="A")
    execution = run({"S": state, "A": PASS}, [1])
    assert links(execution, 4) == [
        "4 MapIterationStarted 0",
        "5 FailStateEntered F",
        "6 MapIterationFailed 0",
        "7<-5 MapStateFailed",
        "8 MapStateExited S",
        "9 PassStateEntered A",
        "10 PassStateExited A",
        "11 ExecutionSucceeded",
    ]


def test_a_retry_starts_every_iteration_again() -> None:
    state = _map({"T": task()}, Retry=[{"ErrorEquals": ["E"], "IntervalSeconds": 2}], MaxConcurrency=1)
    handler = Script("a", TaskError("E"), "c", "d")
    execution = one(state, [1, 2], handlers={"f": handler})
    assert execution.output == ["c", "d"]
    assert handler.seen == [1, 2, 1, 2]
    failed = kinds(execution).index("LambdaFunctionFailed") + 1
    assert links(execution, failed + 1)[:4] == [
        f"{failed + 1} MapIterationFailed 1",
        f"{failed + 2}<-{failed} TaskStateAborted",
        f"{failed + 3}<-{failed} MapStateStarted 2",
        f"{failed + 4} MapIterationStarted 0",
    ]
    assert moments(execution, "MapStateStarted") == [0, 2]


def test_nested_in_each_other() -> None:
    """A Map in a Parallel in a Map: results, the items that the context object shows, and the links of the joins."""
    inner = _map(
        {"Leaf": {**PASS, "Parameters": {"outer.$": "$.outer", "item.$": "$$.Map.Item.Value"}}},
        ItemSelector={"outer.$": "$.name", "item.$": "$$.Map.Item.Value"},
        ItemsPath="$.values",
    )
    both = {
        "Type": "Parallel",
        "Branches": [scope({"Inner": {**inner, "End": True}}), scope({"Side": {**PASS, "Result": 0}})],
    }
    execution = one(
        _map({"Both": {**both, "End": True}}), [{"name": "a", "values": [1, 2]}, {"name": "b", "values": []}]
    )
    leaf = [{"outer": "a", "item": 1}, {"outer": "a", "item": 2}]
    assert execution.output == [[leaf, 0], [[], 0]]
    events = execution.events
    for event_id, (kind, previous, *_rest) in enumerate(events, 1):
        if kind == "MapIterationSucceeded":
            assert events[previous - 1][0] in {"PassStateExited", "ParallelStateExited"}
        if kind == "ParallelStateExited":
            assert events[previous - 1][0] in {"PassStateExited", "MapStateExited"}
            assert events[event_id - 2][:2] == ("ParallelStateSucceeded", previous)


def test_a_later_item_selector_that_fails_ends_the_execution() -> None:
    state = _map({"B": PASS}, MaxConcurrency=1, ItemSelector={"x.$": "$$.Map.Item.Value.x"})
    execution = one(state, [{"x": 1}, {}])
    assert execution.error == "States.Runtime"
    assert execution.cause is not None
    assert "'$$.Map.Item.Value.x' specified for the field 'x.$'" in execution.cause
    assert len(execution.visits) == 2


def test_a_distributed_map_is_refused_by_name() -> None:
    processor = {**scope({"B": PASS}), "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "EXPRESS"}}
    with pytest.raises(UnsupportedError, match=r"'S' is a Distributed Map"):
        StateMachine({"StartAt": "S", "States": {"S": {"Type": "Map", "ItemProcessor": processor, "End": True}}})


def test_the_source_of_an_inline_map_s_item_is_absent() -> None:
    execution = one(_map({"B": {**PASS, "Parameters": {"s.$": "$$.Map.Item.Source"}}}), [1])
    assert execution.error == "States.Runtime"

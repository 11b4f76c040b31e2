"""The rows: what is measured, how many units of work one call does, and the floor beside it."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

from asl import StateMachine
from benchmarks import floor

if TYPE_CHECKING:
    from collections.abc import Callable


class Row(NamedTuple):
    """One row of the table."""

    name: str
    unit: str
    units: int
    ours: Callable[[], Any]
    floor: Callable[[], Any]


def one_state() -> Row:
    """W1: a single Pass state."""
    machine = StateMachine({"StartAt": "Only", "States": {"Only": {"Type": "Pass", "End": True}}})
    value = {"orderId": 7, "items": ["a", "b"]}
    return Row("W1 one Pass state", "executions", 1, lambda: machine.run(value), lambda: floor.one_pass(value))


def pass_chain(length: int = 100) -> Row:
    """W2: Pass states with three members from paths and a ResultPath."""
    parameters = {"order.$": "$.order.id", "customer.$": "$.customer", "total.$": "$.total"}
    names = [f"S{index}" for index in range(length)]
    states = {
        name: {"Type": "Pass", "Parameters": parameters, "ResultPath": "$.summary", "Next": following}
        for name, following in zip(names, [*names[1:], "Done"], strict=True)
    }
    machine = StateMachine({"StartAt": names[0], "States": states | {"Done": {"Type": "Succeed"}}})
    value = {"order": {"id": 7, "lines": [1, 2, 3]}, "customer": "Ann", "total": 12.5}
    return Row(
        "W2 100 Pass, Parameters + ResultPath",
        "states",
        length,
        lambda: machine.run(value),
        lambda: floor.pass_chain(value, length),
    )


def counting_loop(until: int = 1000) -> Row:
    """W3: Choice and Pass with States.MathAdd."""
    machine = StateMachine(
        {
            "StartAt": "Enough?",
            "States": {
                "Enough?": {
                    "Type": "Choice",
                    "Choices": [{"Variable": "$.n", "NumericGreaterThanEquals": until, "Next": "Done"}],
                    "Default": "Count",
                },
                "Count": {"Type": "Pass", "Parameters": {"n.$": "States.MathAdd($.n, 1)"}, "Next": "Enough?"},
                "Done": {"Type": "Succeed"},
            },
        }
    )
    return Row(
        "W3 loop of Choice + MathAdd to 1,000",
        "rounds",
        until,
        lambda: machine.run({"n": 0}),
        lambda: floor.counting_loop({"n": 0}, until),
    )


def map_items(length: int = 1000) -> Row:
    """W4: an inline Map with ItemSelector."""
    processor = {"StartAt": "Item", "States": {"Item": {"Type": "Pass", "End": True}}}
    selector = {"index.$": "$$.Map.Item.Index", "value.$": "$$.Map.Item.Value"}
    machine = StateMachine(
        {
            "StartAt": "Each",
            "States": {
                "Each": {
                    "Type": "Map",
                    "ItemsPath": "$.items",
                    "ItemSelector": selector,
                    "ItemProcessor": processor,
                    "End": True,
                }
            },
        }
    )
    value = {"items": [{"id": number} for number in range(length)]}
    return Row("W4 Map over 1,000 items", "items", length, lambda: machine.run(value), lambda: floor.map_items(value))


def parallel(branches: int = 10, length: int = 10) -> Row:
    """W4: Parallel branches of Pass states."""

    def branch(number: int) -> dict[str, Any]:
        names = [f"B{number}S{index}" for index in range(length)]
        states: dict[str, Any] = {
            name: {"Type": "Pass", "Next": following} for name, following in pairwise(names)
        }
        return {"StartAt": names[0], "States": states | {names[-1]: {"Type": "Pass", "End": True}}}

    fork = {"Type": "Parallel", "Branches": [branch(number) for number in range(branches)], "End": True}
    machine = StateMachine({"StartAt": "Fork", "States": {"Fork": fork}})
    value = {"orderId": 7, "items": ["a", "b"]}
    return Row(
        "W4 Parallel of 10 x 10 Pass",
        "states",
        branches * length,
        lambda: machine.run(value),
        lambda: floor.parallel(value, branches, length),
    )


def tasks(length: int = 100) -> Row:
    """W5: Lambda tasks with a trivial sync handler."""

    def handler(event: dict[str, Any]) -> dict[str, Any]:
        return {"n": event["n"] + 1}

    arn = "arn:aws:lambda:us-east-1:123456789012:function:count"
    names = [f"T{index}" for index in range(length)]
    states = {
        name: {"Type": "Task", "Resource": arn, "Next": following}
        for name, following in zip(names, [*names[1:], "Done"], strict=True)
    }
    machine = StateMachine({"StartAt": names[0], "States": states | {"Done": {"Type": "Succeed"}}})
    handlers = {"count": handler}
    return Row(
        "W5 100 Lambda tasks",
        "tasks",
        length,
        lambda: machine.run({"n": 0}, handlers=handlers),
        lambda: floor.tasks({"n": 0}, length, handler),
    )


ROWS = {
    "one": one_state,
    "chain": pass_chain,
    "loop": counting_loop,
    "map": map_items,
    "parallel": parallel,
    "tasks": tasks,
}

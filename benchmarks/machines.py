"""The machines that are measured: one definition and input for ours, the floor and every peer."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable


class Machine(NamedTuple):
    """A state machine at work. ``handlers`` are functions by the name under which the definition calls them."""

    definition: dict[str, Any]
    input: Any
    handlers: dict[str, Callable[[Any], Any]] | None = None
    #: the JavaScript spelling of the one handler, for peers that run there
    handler_in_javascript: str = ""


def one_state() -> Machine:
    """W1: a single Pass state."""
    definition = {"StartAt": "Only", "States": {"Only": {"Type": "Pass", "End": True}}}
    return Machine(definition, {"orderId": 7, "items": ["a", "b"]})


def pass_chain(length: int) -> Machine:
    """W2: Pass states with three members from paths, and a ResultPath."""
    parameters = {"order.$": "$.order.id", "customer.$": "$.customer", "total.$": "$.total"}
    states = _chain(length, {"Type": "Pass", "Parameters": parameters, "ResultPath": "$.summary"})
    return Machine(states, {"order": {"id": 7, "lines": [1, 2, 3]}, "customer": "Ann", "total": 12.5})


def counting_loop(until: int) -> Machine:
    """W3: a loop of Choice and Pass with States.MathAdd."""
    enough = {"Variable": "$.n", "NumericGreaterThanEquals": until, "Next": "Done"}
    states = {
        "Enough?": {"Type": "Choice", "Choices": [enough], "Default": "Count"},
        "Count": {"Type": "Pass", "Parameters": {"n.$": "States.MathAdd($.n, 1)"}, "Next": "Enough?"},
        "Done": {"Type": "Succeed"},
    }
    return Machine({"StartAt": "Enough?", "States": states}, {"n": 0})


def map_items(length: int) -> Machine:
    """W4: an inline Map with an ItemSelector."""
    each = {
        "Type": "Map",
        "ItemsPath": "$.items",
        "ItemSelector": {"index.$": "$$.Map.Item.Index", "value.$": "$$.Map.Item.Value"},
        "ItemProcessor": {"StartAt": "Item", "States": {"Item": {"Type": "Pass", "End": True}}},
        "End": True,
    }
    items = [{"id": number} for number in range(length)]
    return Machine({"StartAt": "Each", "States": {"Each": each}}, {"items": items})


def parallel(branches: int, length: int) -> Machine:
    """W4: Parallel branches of Pass states."""

    def branch(number: int) -> dict[str, Any]:
        names = [f"B{number}S{index}" for index in range(length)]
        states: dict[str, Any] = {name: {"Type": "Pass", "Next": following} for name, following in pairwise(names)}
        return {"StartAt": names[0], "States": states | {names[-1]: {"Type": "Pass", "End": True}}}

    fork = {"Type": "Parallel", "Branches": [branch(number) for number in range(branches)], "End": True}
    return Machine({"StartAt": "Fork", "States": {"Fork": fork}}, {"orderId": 7, "items": ["a", "b"]})


def tasks(length: int) -> Machine:
    """W5: Lambda tasks with a trivial synchronous handler."""

    def count(event: dict[str, Any]) -> dict[str, Any]:
        return {"n": event["n"] + 1}

    arn = "arn:aws:lambda:us-east-1:123456789012:function:count"
    states = _chain(length, {"Type": "Task", "Resource": arn})
    return Machine(states, {"n": 0}, {"count": count}, "(event) => ({ n: event.n + 1 })")


def jsonata_chain(length: int) -> Machine:
    """W6: JSONata Pass states, two members, one of them a function call."""
    output = {
        "order": "{% $states.input.order %}",
        "customer": "{% $uppercase($states.input.customer) %}",
    }
    states = _chain(length, {"Type": "Pass", "Output": output})
    return Machine(states | {"QueryLanguage": "JSONata"}, {"order": {"id": 7}, "customer": "Ann"})


def large_payload(length: int, changing: bool) -> Machine:
    """W7: Pass states that carry 200 KB, with one small change each or with none."""
    states = _chain(length, {"Type": "Pass"} | ({"Result": {"ok": True}, "ResultPath": "$.last"} if changing else {}))
    lines = [{"id": number, "name": f"item {number}", "price": number / 4} for number in range(4_300)]
    return Machine(states, {"orderId": 7, "last": None, "lines": lines})


def waits(branches: int) -> Machine:
    """W10: Waits at the same time, each in a branch of its own."""

    def branch(number: int) -> dict[str, Any]:
        return {"StartAt": f"W{number}", "States": {f"W{number}": {"Type": "Wait", "Seconds": 60, "End": True}}}

    fork = {"Type": "Parallel", "Branches": [branch(number) for number in range(branches)], "End": True}
    return Machine({"StartAt": "Fork", "States": {"Fork": fork}}, {})


def _chain(length: int, state: dict[str, Any]) -> dict[str, Any]:
    """The same state so many times, then Succeed."""
    names = [f"S{index}" for index in range(length)]
    states: dict[str, Any] = {name: state | {"Next": following} for name, following in pairwise([*names, "Done"])}
    return {"StartAt": names[0], "States": states | {"Done": {"Type": "Succeed"}}}

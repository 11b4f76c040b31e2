"""Short ways to write a machine, run it in virtual time and read its history, for the tests of the engine."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from asl import StateMachine

if TYPE_CHECKING:
    from collections.abc import Iterable

    from asl import Execution
    from asl.kernel.events import Event

FUNCTION = "arn:aws:lambda:us-east-1:123456789012:function:"
INVOKE = "arn:aws:states:::lambda:invoke"
SEND = "arn:aws:states:::sqs:sendMessage"
ACTIVITY = "arn:aws:states:us-east-1:123456789012:activity:work"


def machine(states: dict[str, Any], **top: Any) -> StateMachine:
    """A machine of these states, which starts at the first one."""
    return StateMachine({"StartAt": next(iter(states)), "States": states, **top})


def scope(states: dict[str, Any]) -> dict[str, Any]:
    """A branch, or an item processor."""
    return {"StartAt": next(iter(states)), "States": states}


def task(**fields: Any) -> dict[str, Any]:
    """A Task state that calls function ``f`` and ends, unless told otherwise."""
    state = {"Type": "Task", "Resource": FUNCTION + "f", **fields}
    return state if "Next" in state else {**state, "End": True}


def run(states: dict[str, Any], data: Any = None, /, **options: Any) -> Execution:
    """Run these states in virtual time, with a fixed seed."""
    return machine(states).run(data, **{"clock": "virtual", "seed": "fixed", **options})


def run_jsonata(states: dict[str, Any], data: Any = None, /, **options: Any) -> Execution:
    """The same with JSONata as the machine's query language."""
    return machine(states, QueryLanguage="JSONata").run(data, **{"clock": "virtual", "seed": "fixed", **options})


def one(state: dict[str, Any], data: Any = None, /, **options: Any) -> Execution:
    """Run a machine of one state ``S``; all but Choice, Succeed and Fail end there."""
    ends = state["Type"] in {"Choice", "Succeed", "Fail"} or "Next" in state
    return run({"S": state if ends else {**state, "End": True}}, data, **options)


def links(execution: Execution, since: int = 1) -> list[str]:
    """The history in short: ``12<-7 Type detail``; without an arrow the event follows the one above it."""
    found = []
    for event_id, (kind, previous, _time, _visit, *details) in enumerate(execution.events, 1):
        arrow = "" if previous == event_id - 1 else f"<-{previous}"
        detail = ""
        if kind.endswith(("StateEntered", "StateExited")) or kind == "MapStateStarted":
            detail = f" {details[0]}"
        elif kind.startswith("MapIteration"):
            detail = f" {details[1]}"
        found.append(f"{event_id}{arrow} {kind}{detail}")
    return found[since - 1 :]


def details(execution: Execution, kind: str) -> list[Any]:
    """What the history says in the details object of each event of one type."""
    key = f"{kind[0].lower()}{kind[1:]}EventDetails"
    return [event.get(key) for event in execution.history if event["type"] == kind]


def kinds(execution: Execution) -> list[str]:
    """The types of all events."""
    return [event[0] for event in execution.events]


def without_tokens(events: Iterable[Event], tokens: Iterable[str]) -> list[Event]:
    """The events with these task tokens made alike: a token says where its execution is kept."""
    pattern = re.compile("|".join(map(re.escape, tokens)) or "$^")
    return [tuple(pattern.sub("TOKEN", part) if isinstance(part, str) else part for part in event) for event in events]


def moments(execution: Execution, kind: str) -> list[float]:
    """When the events of one type happened, in seconds after the start."""
    start = execution.events[0][2]
    return [(event[2] - start) / 1000 for event in execution.events if event[0] == kind]


class Script:
    """A handler that answers from a list: an exception is raised, anything else returned. ``seen`` holds its inputs."""

    def __init__(self, *answers: Any) -> None:
        self.answers = list(answers)
        self.seen: list[Any] = []

    def __call__(self, event: Any) -> Any:
        self.seen.append(event)
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

"""A service on a store in virtual time, with a worker, and machines to try things on."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from asl import Service, ServiceError

if TYPE_CHECKING:
    from collections.abc import Callable

    from asl import VirtualClock
    from asl.stores.base import Store

OWNER = "arn:aws:states:us-east-1:123456789012"
ROLE = "arn:aws:iam::123456789012:role/aslkit"
ACTIVITY = f"{OWNER}:activity:pack"
FUNCTION = "arn:aws:lambda:us-east-1:123456789012:function:work"

PASS = {"StartAt": "Only", "States": {"Only": {"Type": "Pass", "End": True}}}
FAIL = {"StartAt": "Only", "States": {"Only": {"Type": "Fail", "Error": "Broken", "Cause": "on purpose"}}}
NAP = {"Type": "Wait", "Seconds": 60, "Next": "Then"}
WAIT = {"StartAt": "Nap", "States": {"Nap": NAP, "Then": {"Type": "Succeed"}}}
WORK = {"StartAt": "Work", "States": {"Work": {"Type": "Task", "Resource": FUNCTION, "End": True}}}
PACK = {"StartAt": "Pack", "States": {"Pack": {"Type": "Task", "Resource": ACTIVITY, "End": True}}}


def text(definition: Any) -> str:
    return definition if isinstance(definition, str) else json.dumps(definition)


def variant(number: int) -> dict[str, Any]:
    """Definitions that differ."""
    return {**PASS, "Comment": f"variant {number}"}


class Bench:
    """See the module. ``done`` are the inputs that the function was called with."""

    def __init__(self, store: Store, clock: VirtualClock) -> None:
        self.store = store
        self.clock = clock
        self.done: list[Any] = []
        self.service = self.another()
        self.worker = self.service.worker(threads=0, is_dead=lambda _: False)

    def another(self) -> Service:
        """One more service on the same store."""
        return Service(self.store, clock=self.clock, handlers={"work": self._work})

    def _work(self, event: Any) -> Any:
        self.done.append(event)
        return event

    def run(self, until: int | None = None) -> None:
        self.worker.run_until_idle(until)

    def machine(self, definition: Any = None, name: str = "Machine", **params: Any) -> str:
        """The ARN of a new machine."""
        made = self.service.create_state_machine(name=name, definition=text(definition or PASS), **params)
        return str(made["stateMachineArn"])

    def start(self, arn: str, **params: Any) -> str:
        return str(self.service.start_execution(stateMachineArn=arn, **params)["executionArn"])

    def ran(self, definition: Any, **params: Any) -> str:
        """The ARN of an execution that has come as far as it can by itself."""
        arn = self.start(self.machine(definition), **params)
        self.run()
        return arn

    def describe(self, execution: str) -> dict[str, Any]:
        return self.service.describe_execution(executionArn=execution)

    def types(self, execution: str) -> list[str]:
        events = self.service.get_execution_history(executionArn=execution)["events"]
        return [event["type"] for event in events]


def refusal(act: Callable[..., Any], *arguments: Any, **params: Any) -> tuple[str, str]:
    """The code and message with which something is refused."""
    try:
        answer = act(*arguments, **params)
    except ServiceError as problem:
        return problem.code, problem.message
    raise AssertionError(f"not refused: {answer}")

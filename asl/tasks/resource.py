"""The forms of a Task's Resource, and the events by which each shows in the history.

| Resource | events |
|---|---|
| ``arn:P:lambda:R:A:function:NAME[:QUALIFIER]`` | LambdaFunction... |
| ``arn:P:states:R:A:activity:NAME`` | Activity... |
| ``arn:P:states:::SERVICE:ACTION[.sync|.sync:2|.waitForTaskToken]`` | Task... with resourceType and resource |
| ``arn:P:states:::aws-sdk:SERVICE:ACTION[.waitForTaskToken]`` | Task..., resourceType ``aws-sdk:SERVICE`` |
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from asl.expressions.scope import EvaluationError, ExpressionSyntaxError
from asl.kernel.outcome import RUNTIME_ERROR
from asl.tasks.services import ADAPTERS

if TYPE_CHECKING:
    from asl.kernel.core import Core
    from asl.kernel.frame import Frame
    from asl.kernel.outcome import Failure

REQUEST, SYNC, TOKEN = "request-response", "sync", "waitForTaskToken"


class Resource(Protocol):
    """One form of resource: what the kernel's events are called, and with which details."""

    arn: str
    pattern: str
    has_token: bool  # whether $$.Task.Token exists
    label: str  # short name for people: a function's name, "sqs:sendMessage"
    limited_name: str  # how AWS names it when a result is too large

    def scheduled(
        self, core: Core, frame: Frame, payload: str, timeout: int | None, heartbeat: int | None, role_arn: str | None
    ) -> None:
        """Record that the task was asked for; ``payload`` is JSON text, times are seconds. Raises EvaluationError if
        nobody can be asked."""

    def parameters(self, payload: Any) -> Any:
        """What AWS makes of the payload before it is sent. Raises EvaluationError for one that can't be sent."""

    def started(self, core: Core, frame: Frame, worker: str | None) -> None:
        """Record that it began; ``worker`` is who took it, for an activity."""

    def submitted(self, core: Core, frame: Frame, output: str) -> None:
        """Record that a job was accepted or a token handed on."""

    def succeeded(self, core: Core, frame: Frame, output: str) -> None:
        """Record its result."""

    def failed(self, core: Core, frame: Frame, failure: Failure) -> None:
        """Record its error."""

    def timed_out(self, core: Core, frame: Frame, failure: Failure) -> None:
        """Record that it was too late."""


class LambdaFunction:
    """A function named directly by its ARN: it gets the effective input and its result is the task's."""

    __slots__ = ("arn", "has_token", "label", "limited_name", "pattern")

    def __init__(self, arn: str, parts: list[str]) -> None:
        self.arn = arn
        self.pattern = REQUEST
        self.has_token = False
        self.label = parts[6]
        self.limited_name = arn

    def scheduled(
        self, core: Core, frame: Frame, payload: str, timeout: int | None, heartbeat: int | None, role_arn: str | None
    ) -> None:
        core.record(frame, "LambdaFunctionScheduled", self.arn, payload, timeout, role_arn)

    def parameters(self, payload: Any) -> Any:
        return payload

    def started(self, core: Core, frame: Frame, worker: str | None) -> None:
        core.record(frame, "LambdaFunctionStarted")

    def submitted(self, core: Core, frame: Frame, output: str) -> None:
        raise AssertionError("a function called by its ARN is never submitted")

    def succeeded(self, core: Core, frame: Frame, output: str) -> None:
        core.record(frame, "LambdaFunctionSucceeded", output)

    def failed(self, core: Core, frame: Frame, failure: Failure) -> None:
        core.record(frame, "LambdaFunctionFailed", failure.error, failure.cause)

    def timed_out(self, core: Core, frame: Frame, failure: Failure) -> None:
        core.record(frame, "LambdaFunctionTimedOut", failure.error, failure.cause)


class Activity:
    """Work that a worker fetches."""

    __slots__ = ("arn", "has_token", "label", "limited_name", "pattern")

    def __init__(self, arn: str, parts: list[str]) -> None:
        self.arn = arn
        self.pattern = REQUEST
        self.has_token = True
        self.label = f"activity:{parts[6]}"
        self.limited_name = arn

    def scheduled(
        self, core: Core, frame: Frame, payload: str, timeout: int | None, heartbeat: int | None, role_arn: str | None
    ) -> None:
        exists = core.execution.activity_exists
        if exists is not None and not exists(self.arn):
            raise EvaluationError(RUNTIME_ERROR, f"The activity {self.arn} does not exist.")
        core.record(frame, "ActivityScheduled", self.arn, payload, timeout, heartbeat)

    def parameters(self, payload: Any) -> Any:
        return payload

    def started(self, core: Core, frame: Frame, worker: str | None) -> None:
        core.record(frame, "ActivityStarted", worker)

    def submitted(self, core: Core, frame: Frame, output: str) -> None:
        raise AssertionError("an activity is never submitted")

    def succeeded(self, core: Core, frame: Frame, output: str) -> None:
        core.record(frame, "ActivitySucceeded", output)

    def failed(self, core: Core, frame: Frame, failure: Failure) -> None:
        core.record(frame, "ActivityFailed", failure.error, failure.cause)

    def timed_out(self, core: Core, frame: Frame, failure: Failure) -> None:
        core.record(frame, "ActivityTimedOut", failure.error, failure.cause)


class Service:
    """A service integration: an optimised one, an AWS SDK call, or an HTTP call."""

    __slots__ = ("_adapt", "arn", "has_token", "label", "limited_name", "pattern", "resource", "resource_type")

    def __init__(self, arn: str, resource_type: str, resource: str) -> None:
        self.arn = arn
        self.resource_type = resource_type
        self.resource = resource
        self.label = f"{resource_type}:{resource}"
        self.limited_name = resource_type
        action = resource.partition(".")[2]
        self.has_token = bool(action)
        self._adapt = ADAPTERS.get(self.label.partition(".")[0])
        self.pattern = SYNC if action.startswith("sync") else TOKEN if action == "waitForTaskToken" else REQUEST

    def scheduled(
        self, core: Core, frame: Frame, payload: str, timeout: int | None, heartbeat: int | None, role_arn: str | None
    ) -> None:
        region = core.execution.region
        kind, name = self.resource_type, self.resource
        core.record(frame, "TaskScheduled", kind, name, region, payload, timeout, heartbeat, role_arn)

    def parameters(self, payload: Any) -> Any:
        return payload if self._adapt is None else self._adapt(payload)

    def started(self, core: Core, frame: Frame, worker: str | None) -> None:
        core.record(frame, "TaskStarted", self.resource_type, self.resource)

    def submitted(self, core: Core, frame: Frame, output: str) -> None:
        core.record(frame, "TaskSubmitted", self.resource_type, self.resource, output)

    def succeeded(self, core: Core, frame: Frame, output: str) -> None:
        core.record(frame, "TaskSucceeded", self.resource_type, self.resource, output)

    def failed(self, core: Core, frame: Frame, failure: Failure) -> None:
        core.record(frame, "TaskFailed", self.resource_type, self.resource, failure.error, failure.cause)

    def timed_out(self, core: Core, frame: Frame, failure: Failure) -> None:
        core.record(frame, "TaskTimedOut", self.resource_type, self.resource, failure.error, failure.cause)


def parse_resource(arn: Any) -> Resource:
    """The form of a Resource. Raises ExpressionSyntaxError for anything that isn't an ARN of one of the forms."""
    parts = arn.split(":") if isinstance(arn, str) else []
    if len(parts) >= 6 and parts[0] == "arn":
        if parts[2] == "lambda" and parts[5] == "function" and len(parts) in (7, 8) and parts[6]:
            return LambdaFunction(arn, parts)
        if parts[2] == "states" and parts[5] == "activity" and len(parts) == 7 and parts[6]:
            return Activity(arn, parts)
        if parts[2] == "states" and parts[3:5] == ["", ""]:
            names = parts[5:]
            if names[-1] == "2" and len(names) > 2:  # .sync:2
                names[-2:] = [f"{names[-2]}:2"]
            if len(names) >= 2 and all(names):
                return Service(arn, ":".join(names[:-1]), names[-1])
    raise ExpressionSyntaxError(
        f"The resource {arn} is not an ARN of a Lambda function, an activity or a service integration "
        "(arn:aws:lambda:REGION:ACCOUNT:function:NAME, arn:aws:states:REGION:ACCOUNT:activity:NAME, "
        "arn:aws:states:::SERVICE:ACTION)"
    )

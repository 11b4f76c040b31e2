"""Task: one unit of work done by something outside: a function, an activity, a service.

Fields: ``Resource`` is never computed. The two clocks are literals, expressions (JSONata) or have a ``...Path`` twin
(JSONPath). ``Credentials`` needs ``RoleArn``; AWS accepts other fields beside it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from asl.expressions.reference import compile_reference_path
from asl.expressions.scope import EvaluationError
from asl.expressions.template import compile_template
from asl.jsontext import encode, too_large
from asl.kernel.core import RUNTIME_ERROR, TIMEOUT_ERROR
from asl.kernel.outcome import Failure, Value
from asl.states.base import DATA_LIMIT_ERROR, EVALUATION_ERRORS, size_cause
from asl.states.handled import BACKOFF, HandledState
from asl.states.retry_catch import HEARTBEAT_ERROR, RETRY_CATCH
from asl.states.scope import VisitScope
from asl.syntax.fields import (
    ASSIGN,
    COMMON,
    INPUT_OUTPUT,
    JSONATA,
    JSONPATH,
    MAX_SECONDS,
    TRANSITION,
    OneOf,
    Table,
    anything,
    integer,
    path,
    reference_path,
    template,
    template_object,
    text,
)
from asl.tasks.resource import parse_resource

if TYPE_CHECKING:
    from collections.abc import Mapping

    from asl.expressions.scope import Scope
    from asl.kernel.core import Core
    from asl.kernel.frame import Frame
    from asl.kernel.outcome import Outcome
    from asl.states.base import State

_NO_ROLE = "The field 'RoleArn' is required but was missing"

CREDENTIALS_FIELDS = Table(
    {"RoleArn": text(nonempty=True), "RoleArn.$": anything(only=JSONPATH)},
    exactly_one=(
        OneOf(("RoleArn", "RoleArn.$"), _NO_ROLE, only=JSONPATH, rule_none="ASL201"),
        OneOf(("RoleArn",), _NO_ROLE, only=JSONATA, rule_none="ASL201"),
    ),
    is_open=True,
)

FIELDS = Table(
    {
        **COMMON,
        **TRANSITION,
        **INPUT_OUTPUT,
        **ASSIGN,
        **RETRY_CATCH,
        "Resource": text(required=True, nonempty=True),
        "Arguments": template(only=JSONATA),
        "Parameters": template_object(only=JSONPATH),
        "ResultSelector": template_object(only=JSONPATH),
        "ResultPath": reference_path(nullable=True),
        "TimeoutSeconds": integer(1, MAX_SECONDS, expression=True),
        "TimeoutSecondsPath": path(),
        "HeartbeatSeconds": integer(1, MAX_SECONDS, expression=True),
        "HeartbeatSecondsPath": path(),
        "Credentials": template_object(CREDENTIALS_FIELDS),
    },
    exclusive=(("TimeoutSeconds", "TimeoutSecondsPath"), ("HeartbeatSeconds", "HeartbeatSecondsPath")),
)


TASK = "task"  # the phase in which the resource works

_TIMED_OUT = Failure(TIMEOUT_ERROR, None)


class Task(HandledState):
    """Its clocks start when the attempt starts; every attempt evaluates its payload anew."""

    type = "Task"
    aborted = "TaskStateAborted"

    def __init__(self, name: str, fields: Mapping[str, Any]) -> None:
        super().__init__(name, fields)
        self.resource = parse_resource(fields["Resource"])
        self.fixed_parameters: Mapping[str, Any] = fields.get("Parameters") or {}
        self.timeout = _Seconds(fields, "TimeoutSeconds")
        self.heartbeat = _Seconds(fields, "HeartbeatSeconds")
        self.credentials = compile_template(fields["Credentials"]) if "Credentials" in fields else None
        needs = (self.timeout.reads_scope, self.heartbeat.reads_scope, self.credentials is not None)
        self.reads_scope = self.flow.reads_scope or any(needs)

    def scope(self, core: Core, frame: Frame) -> Scope | None:
        return VisitScope(core, frame) if self.reads_scope else None

    def attempt(self, core: Core, frame: Frame) -> State | None:
        flow, raw = self.flow, frame.value
        scope = self.scope(core, frame)
        effective = flow.effective(raw, scope)
        payload = flow.arguments(effective, scope)
        text = frame.text if payload is raw else encode(payload)
        timeout = self.timeout.read(effective, scope)
        heartbeat = self.heartbeat.read(effective, scope)
        role_arn = None if self.credentials is None else self.credentials(effective, scope).get("RoleArn")
        self.resource.scheduled(core, frame, text, timeout, heartbeat, role_arn)
        frame.local = None if timeout is None and heartbeat is None else [timeout, heartbeat, None]
        core.invoke(frame, TASK, text)
        return None

    def started(self, core: Core, frame: Frame) -> None:
        self.resource.started(core, frame)
        if frame.local is not None:
            timeout, heartbeat, _ = frame.local
            frame.deadline = None if timeout is None else core.now + timeout * 1000
            if heartbeat is not None:
                frame.beat = heartbeat * 1000
                frame.heartbeat = core.now + frame.beat
            frame.local = [timeout, heartbeat, frame.deadline]

    def resume(self, core: Core, frame: Frame, outcome: Outcome | None) -> State | None:
        if frame.phase == BACKOFF:
            return self.attempt_again(core, frame)
        if outcome is None:
            # AWS's history tells a missed heartbeat like a time-out; Retry and Catch may name either.
            _, heartbeat, deadline = frame.local
            missed = heartbeat is not None and (deadline is None or core.now < deadline)
            alias = HEARTBEAT_ERROR if missed else None
            self.resource.timed_out(core, frame, _TIMED_OUT)
            return self.handle(core, frame, _TIMED_OUT, alias)
        if type(outcome) is Value:
            text = encode(outcome.value) if outcome.text is None else outcome.text
            if not too_large(text):
                return self._succeed(core, frame, outcome.value, text)
            outcome = Failure(DATA_LIMIT_ERROR, size_cause(self.resource.limited_name))
        assert isinstance(outcome, Failure), "a value was dealt with above"
        self.resource.failed(core, frame, outcome)
        return self.handle(core, frame, outcome)

    def _succeed(self, core: Core, frame: Frame, result: Any, text: str) -> State | None:
        self.resource.succeeded(core, frame, text)
        try:
            if self.flow.plain:
                return self.leave(core, frame, result, text)
            return self.leave(core, frame, self.flow.output(frame.value, result, self.scope(core, frame)))
        except EVALUATION_ERRORS as problem:
            return self.broken(core, frame, problem)


class _Seconds:
    """TimeoutSeconds or HeartbeatSeconds, fixed or by its ...Path."""

    __slots__ = ("fixed", "name", "path", "reads_scope")

    def __init__(self, fields: Mapping[str, Any], name: str) -> None:
        self.name = f"{name}Path"
        self.fixed: int | None = fields.get(name)
        self.path = compile_reference_path(fields[self.name]) if self.name in fields else None
        self.reads_scope = self.path is not None and self.path.reads_scope

    def read(self, data: Any, scope: Scope | None) -> int | None:
        """Whole seconds, or None without a limit. Raises EvaluationError when the path leads to anything else."""
        if self.path is None:
            return self.fixed
        value = self.path(data, scope)
        if not isinstance(value, int) or isinstance(value, bool) or value <= 0:
            raise EvaluationError(
                RUNTIME_ERROR,
                f"The {self.name} parameter must reference a positive integer: {self.path.text} == {encode(value)}",
            )
        return value

"""Task: one unit of work done by something outside: a function, an activity, a service.

Fields: ``Resource`` is never computed. The two clocks are literals, expressions (JSONata) or have a ``...Path`` twin
(JSONPath). ``Credentials`` needs ``RoleArn``; AWS accepts other fields beside it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from asl.expressions.jsonpath import compile_path
from asl.expressions.scope import EvaluationError, QueryEvaluationError
from asl.expressions.template import compile_template
from asl.jsontext import encode, too_large
from asl.kernel.outcome import RUNTIME_ERROR, TIMEOUT_ERROR, Failure, Value
from asl.states.base import EVALUATION_ERRORS, size_cause
from asl.states.handled import BACKOFF, HandledState
from asl.states.jsonata import JsonataValue
from asl.states.retry_catch import HEARTBEAT_ERROR, RETRY_CATCH
from asl.states.scope import VisitScope
from asl.states.variables import DATA_LIMIT_ERROR
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
    from collections.abc import Callable, Mapping

    from asl.kernel.core import Core
    from asl.kernel.frame import Frame
    from asl.kernel.outcome import Outcome
    from asl.states.base import State

_NO_ROLE = "The field 'RoleArn' is required but was missing"

CREDENTIALS_FIELDS = Table(
    {"RoleArn": text(nonempty=True, expression=True), "RoleArn.$": anything(only=JSONPATH)},
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
    evaluates: bool = True  # whether the way to its task and back may take time

    def __init__(self, name: str, fields: Mapping[str, Any], language: str) -> None:
        super().__init__(name, fields, language)
        self.resource = parse_resource(fields["Resource"])
        parameters = fields.get("Arguments" if language == JSONATA else "Parameters")
        self.fixed_parameters: Mapping[str, Any] = parameters if isinstance(parameters, dict) else {}
        self.timeout = _seconds(fields, "TimeoutSeconds")
        self.heartbeat = _seconds(fields, "HeartbeatSeconds")
        self.role_arn = _role_arn(fields, language)
        readers = (self.timeout, self.heartbeat, self.role_arn)
        self.reads_scope = self.flow.reads_scope or any(reader is not None for reader in readers)

    def scope(self, core: Core, frame: Frame) -> VisitScope | None:
        return VisitScope(core, frame) if self.reads_scope else None

    def work(self, core: Core, frame: Frame) -> State | None:
        flow, raw = self.flow, frame.value
        scope = None
        if self.reads_scope:
            scope = VisitScope(core, frame, token=core.next_token(frame) if self.resource.has_token else None)
        effective = flow.effective(raw, scope)
        payload = self.resource.parameters(flow.arguments(effective, scope))
        text = frame.text if payload is raw else encode(payload)
        if too_large(text):
            core.crash(frame, Failure(DATA_LIMIT_ERROR, size_cause(self.name)))
            return None
        timeout = None if self.timeout is None else self.timeout(effective, scope)
        heartbeat = None if self.heartbeat is None else self.heartbeat(effective, scope)
        role_arn = None if self.role_arn is None else self.role_arn(effective, scope)
        self.resource.scheduled(core, frame, text, timeout, heartbeat, role_arn)
        frame.local = None if timeout is None and heartbeat is None else [timeout, heartbeat, None]
        core.invoke(frame, TASK, text)
        return None

    def started(self, core: Core, frame: Frame, worker: str | None) -> None:
        self.resource.started(core, frame, worker)
        if frame.local is not None:
            timeout, heartbeat, _ = frame.local
            frame.deadline = None if timeout is None else core.now + timeout * 1000
            if heartbeat is not None:
                frame.beat = heartbeat * 1000
                frame.heartbeat = core.now + frame.beat
            frame.local = [timeout, heartbeat, frame.deadline]

    def submitted(self, core: Core, frame: Frame, output: str) -> None:
        self.resource.submitted(core, frame, output)

    def resume(self, core: Core, frame: Frame, outcome: Outcome | None) -> State | None:
        if frame.phase == BACKOFF:
            return self.attempt_again(core, frame)
        if outcome is None:
            # AWS's history tells a missed heartbeat like a time-out; Retry and Catch may name either.
            _, heartbeat, deadline = frame.local
            missed = heartbeat is not None and (deadline is None or core.now < deadline)
            alias = HEARTBEAT_ERROR if missed else None
            core.cancel(frame)
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
            output, assigned = self.flow.finish(frame.value, result, self.scope(core, frame))
            return self.leave(core, frame, output, assigned=assigned)
        except EVALUATION_ERRORS as problem:
            return self.broken(core, frame, problem)


def _seconds(fields: Mapping[str, Any], name: str) -> Callable[[Any, Any], int] | None:
    """A reader of TimeoutSeconds or HeartbeatSeconds, fixed, by expression or by its ...Path; None where there is
    none."""
    path_field = f"{name}Path"
    if path_field in fields:
        read, shown = compile_path(fields[path_field]), fields[path_field]
    elif name not in fields:
        return None
    elif isinstance(fields[name], int):
        fixed: int = fields[name]
        return lambda _data, _scope: fixed
    else:
        value = JsonataValue(fields[name], name, "integer")

        def evaluated(data: Any, scope: Any) -> int:
            seconds: int = value(data, scope)
            if seconds <= 0:
                raise QueryEvaluationError(f"The {name} field must be a positive integer: {seconds}", name)
            return seconds

        return evaluated

    def referenced(data: Any, scope: Any) -> int:
        value = read(data, scope)
        if not isinstance(value, int) or isinstance(value, bool) or value <= 0:
            raise EvaluationError(
                RUNTIME_ERROR,
                f"The {path_field} parameter must reference a positive integer: {shown} == {encode(value)}",
            )
        return value

    return referenced


def _role_arn(fields: Mapping[str, Any], language: str) -> Callable[[Any, Any], str] | None:
    """A reader of the role in Credentials; None where there is none."""
    if "Credentials" not in fields:
        return None
    if language == JSONATA:
        return JsonataValue(fields["Credentials"]["RoleArn"], "Credentials/RoleArn", "string")
    credentials = compile_template(fields["Credentials"])

    def role_arn(data: Any, scope: Any) -> str:
        role = credentials(data, scope)["RoleArn"]
        if not isinstance(role, str):
            raise EvaluationError(RUNTIME_ERROR, f"The RoleArn of Credentials must be a string, but is: {encode(role)}")
        return role

    return role_arn

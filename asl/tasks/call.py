"""A Task state with its handler, and one call of it: what the handler receives, and what becomes of its answer.

The drivers share all of this; they only differ in how they run ``handler(event)`` or ``handler(event, context)``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from asl.errors import TaskError
from asl.jsontext import SHALLOW, NotJSON, check_levels, decode, encode, round_trip
from asl.kernel import entropy
from asl.kernel.outcome import RUNTIME_ERROR, Failure, Outcome, Value
from asl.tasks.context import TaskContext
from asl.tasks.lambda_ import (
    envelope,
    event_of,
    exit_error,
    failure_of,
    function_not_found,
    is_invoke,
    marshal_error,
    not_json,
    outcome_of,
)
from asl.tasks.resource import REQUEST, SYNC, TOKEN, LambdaFunction

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from asl.kernel.commands import Invoke
    from asl.kernel.core import Core
    from asl.tasks.context import Spell
    from asl.tasks.resource import Resource

    Handler = Callable[..., Any]


_make = tuple.__new__  # a named tuple's own constructor takes twice as long


class HandlerMode(NamedTuple):
    """How a handler is called."""

    wants_context: bool
    is_async: bool


class Reply(NamedTuple):
    """What becomes of an invocation."""

    outcome: Outcome | None  # None: it isn't answered now, and perhaps never
    submitted: str | None = None  # JSON text: what the service said when it took the job or the token
    after: int = 0  # milliseconds from now until the outcome
    worker: str | None = None  # who took the activity


class Submitted(NamedTuple):
    """What the handler of a ``.sync`` task returns when the job only has begun; its outcome comes by the task token."""

    value: Any  # what TaskSubmitted shows


class BoundTask:
    """A Task state with its handler (None: known only when the FunctionName has been evaluated)."""

    __slots__ = ("compact", "direct", "find", "handler", "invokes", "light", "modes", "resource", "state")

    def __init__(
        self,
        state: str,
        resource: Resource,
        handler: Handler | None,
        *,
        light: bool,
        modes: Mapping[int, HandlerMode],
        find: Callable[[str], Handler | None],
    ) -> None:
        self.state = state
        self.resource = resource
        self.handler = handler
        self.light = light  # whether its state evaluates nothing, and so takes no time
        self.modes = modes  # by id of the handler
        self.find = find
        self.invokes = is_invoke(resource.label)
        self.compact = not isinstance(resource, LambdaFunction)
        #: whether calling the handler with the input is all there is to it; see ``outcome``
        self.direct = (
            handler is not None
            and not self.invokes
            and resource.pattern == REQUEST
            and modes[id(handler)] == HandlerMode(wants_context=False, is_async=False)
        )

    @property
    def is_async(self) -> bool:
        """Whether its handler has to be awaited (or one of those that it may turn out to be)."""
        return any(mode.is_async for mode in self.modes.values())

    def prepare(self, core: Core, invoke: Invoke) -> Call | Reply:
        """The call that an Invoke asks for; a Reply when it can't even be made."""
        try:
            event = parameters = decode(invoke.text)
        except NotJSON as problem:  # nested so deeply that it can't be read here
            return Reply(Failure(RUNTIME_ERROR, f"The input of the task can't be read: {problem}"))
        handler = self.handler
        if self.invokes:
            name = parameters.get("FunctionName") if isinstance(parameters, dict) else None
            if not isinstance(name, str):
                return Reply(
                    Failure("Lambda.ValidationException", "The FunctionName of lambda:invoke must be a string")
                )
            handler = handler or self.find(name)
            if handler is None:
                request_id = entropy.uuid4(entropy.draw(core.seed, f"{invoke.frame} request", invoke.wait))
                return Reply(function_not_found(name, core, request_id))
            try:
                event = event_of(parameters)
            except NotJSON as problem:
                return Reply(not_json(problem))
        assert handler is not None, "only lambda:invoke looks its handler up late"
        return Call(self, handler, event, parameters, core, invoke)

    def outcome(self, core: Core, invoke: Invoke) -> Outcome:
        """Of a direct task: ``prepare``, the call, and its ``answer`` or ``error`` in one."""
        handler = self.handler
        assert handler is not None, "a direct task has one"
        try:
            event = decode(invoke.text)
        except NotJSON:
            return _outcome_of(self.prepare(core, invoke))
        try:
            result = handler(event)
        except (Exception, SystemExit) as error:  # noqa: BLE001 - whatever a handler raises is its task's failure
            return _outcome_of(Call(self, handler, event, event, core, invoke).error(error))
        try:
            text = encode(result)
            value = decode(text)
            if len(text) > SHALLOW:
                check_levels(text, value)
            return _make(Value, (value, text))
        except NotJSON:
            return _outcome_of(Call(self, handler, event, event, core, invoke).answer(result, core.now))


def _outcome_of(reply: Call | Reply) -> Outcome:
    assert isinstance(reply, Reply), "what can't be read isn't called"
    assert reply.outcome is not None, "a request is answered at once"
    return reply.outcome


class Call:
    """One attempt at a task."""

    __slots__ = ("bound", "core", "event", "handler", "invoke", "is_async", "parameters", "wants_context")

    worker = None  # a handler that does an activity's work has no name

    def __init__(
        self, bound: BoundTask, handler: Handler, event: Any, parameters: Any, core: Core, invoke: Invoke
    ) -> None:
        self.bound = bound
        self.handler = handler
        self.event = event
        self.parameters = parameters
        self.core = core
        self.invoke = invoke
        self.wants_context, self.is_async = bound.modes[id(handler)]

    def request_id(self) -> str:
        """The attempt's request id; it derives from the seed, so a replay shows the same one."""
        return entropy.uuid4(entropy.draw(self.core.seed, f"{self.invoke.frame} request", self.invoke.wait))

    def idempotency_key(self) -> str:
        """What names this attempt among those of all executions: their names needn't differ, their ARNs do. A redriven
        state counts its attempts anew."""
        execution, invoke = self.core.execution, self.invoke
        redriven = f"/{execution.redrive_count}" if execution.redrive_count else ""
        return f"{execution.arn}/{invoke.visit}/{invoke.attempt}{redriven}"

    def context(self, spell: Spell) -> TaskContext:
        """The second argument for a handler that wants one; ``spell`` is what it may do with time."""
        core, invoke, bound = self.core, self.invoke, self.bound
        frame = core.frames[invoke.frame]
        return TaskContext(
            state_name=invoke.state,
            function_name=self.parameters["FunctionName"] if bound.invokes else bound.resource.label,
            invoked_function_arn=bound.resource.arn,
            aws_request_id=self.request_id(),
            idempotency_key=self.idempotency_key(),
            execution_arn=core.execution.arn,
            attempt=invoke.attempt,
            timeout=None if frame.deadline is None else frame.deadline - core.now,
            task_token=core.token(invoke.frame, invoke.wait) if bound.resource.has_token else None,
            spell=spell,
        )

    def answer(self, result: Any, now: int) -> Reply:
        """What becomes of the task when the handler has returned.

        The handler of a ``.waitForTaskToken`` task has handed the token on, and returns what the service answered to
        that; the task itself goes on waiting. The handler of a ``.sync`` task has done the job.
        """
        bound = self.bound
        if bound.direct:
            try:
                return Reply(Value(*round_trip(result)))
            except NotJSON:
                pass  # which is told below
        if isinstance(result, Submitted) and bound.resource.pattern == SYNC:
            return Reply(None, encode(result.value))
        where = f"the handler of state '{bound.state}'"
        outcome = outcome_of(result, where, self.request_id, compact=bound.compact)
        if bound.invokes and isinstance(outcome, Value):
            try:
                outcome = envelope(self.parameters, outcome.value, self.request_id(), now)
            except NotJSON as problem:
                outcome = marshal_error(result, where, str(problem), self.request_id(), compact=bound.compact)
        if bound.resource.pattern == REQUEST or isinstance(outcome, Failure):
            return Reply(outcome)
        if bound.resource.pattern == TOKEN:
            return Reply(None, outcome.text or encode(outcome.value))
        return Reply(outcome, "{}")

    def error(self, error: BaseException) -> Reply:
        """What becomes of the task when the handler has raised."""
        if isinstance(error, TaskError):
            failure = Failure(error.error, error.cause)
        elif isinstance(error, SystemExit):
            failure = exit_error(error, self.request_id(), compact=self.bound.compact)
        else:
            failure = failure_of(error, self.request_id(), compact=self.bound.compact)
        error.__traceback__ = None  # an exception that is raised again (by a mock) would drag the old one along
        return Reply(failure)

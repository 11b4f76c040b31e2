"""Carrying out a TestState request: the state enters, its work is answered, and the first decision ends the test."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from asl.compiler.program import Program
from asl.drivers import inline
from asl.drivers.clock import VirtualClock
from asl.errors import HandlerError
from asl.jsontext import decode, encode, size
from asl.kernel.core import Core
from asl.kernel.execution import ExecutionInfo
from asl.kernel.outcome import RUNTIME_ERROR, Failure
from asl.states.base import EVALUATION_ERRORS
from asl.states.fanout import FanOutState
from asl.states.map_ import Map
from asl.syntax.fields import JSONATA
from asl.tasks.mock import Return, Throw, reply_of
from asl.tasks.registry import bind
from asl.testing.teststate.context import made_up
from asl.testing.teststate.map_state import furnish, tolerated
from asl.testing.teststate.map_state import inline as inlined
from asl.testing.teststate.probes import SHOWN, attach
from asl.testing.teststate.request import NAMELESS, VALIDATION, TestStateError, read

if TYPE_CHECKING:
    from collections.abc import Mapping

    from asl.kernel.commands import Invoke
    from asl.kernel.events import Event, Note
    from asl.kernel.frame import Frame
    from asl.states.base import State
    from asl.states.task import Task
    from asl.tasks.call import Handler, Reply
    from asl.tasks.registry import Tasks
    from asl.testing.teststate.probes import Seen
    from asl.testing.teststate.request import Request

_THRESHOLD = Failure("States.ExceedToleratedFailureThreshold", "The specified tolerated failure threshold was exceeded")


class _Decided(BaseException):
    """The state has come to a decision. Not an Exception: nothing that handles errors may take it for one."""


def respond(
    params: Mapping[str, Any],
    *,
    handlers: Mapping[str, Handler] | None = None,
    account: str | None = None,
    region: str = "us-east-1",
    partition: str = "aws",
    seed: str = "0",
    needs_role: bool = True,
) -> dict[str, Any]:
    """Answer a TestState call: ``params`` and the answer have the shapes of AWS's API, payloads are JSON text.

    ``handlers`` play the services that a Task without a mock calls. The account is that of the role unless given.
    Raises TestStateError where AWS refuses the call, HandlerError for a Task with neither mock nor handler.
    """
    request = read(params, needs_role=needs_role)
    program = Program(inlined(request.definition))
    state = program.states[request.state]
    seen: Seen = {}
    if isinstance(state, Map):
        furnish(state, request, seen)
    attach(state, seen)
    # AWS's sentence around a cause is left out here.
    state.cause = _bare  # type: ignore[method-assign]  # of this program only, which nobody else has
    account = account or _account_of(request.role_arn)
    core = _core(request, program, state, seed, account, region, partition)
    if isinstance(state, FanOutState):
        _run_children(core, state, request, seen)
    else:
        _run(core, state, request, handlers or {})
    return _answer(core, state, request, seen)


def _bare(frame: Frame, text: str) -> str:  # noqa: ARG001 - as ``State.cause`` is called
    """The cause alone."""
    return text


def _account_of(role_arn: str | None) -> str:
    parts = (role_arn or "").split(":")
    return parts[4] if len(parts) > 5 and parts[4] else "123456789012"


def _core(
    request: Request, program: Program, state: State, seed: str, account: str, region: str, partition: str
) -> Core:
    clock = VirtualClock()
    info = ExecutionInfo(None, seed, "test", clock.now(), request.role_arn, partition, region, account, express=True)
    info.input = request.input
    prefix = f"arn:{partition}:states:{region}:{account}"
    if request.context is not None:
        given = request.context
        info.overlay = lambda _: given
    else:
        info.overlay = lambda real: made_up(real, seed, NAMELESS, request.role_arn, prefix)
    core = Core(program, info, seed)
    core.start(request.input, encode(request.input), None, clock.now(), None)
    root = core.root
    root.state = state
    if request.variables:
        sizes = {name: size(encode(value)) for name, value in request.variables.items()}
        core.assign(root, dict(request.variables), sizes)
    handled = getattr(state, "handlers", None)
    if request.retry_count and handled is not None:
        root.retries = [request.retry_count] * len(handled.retriers)
    return core


# -- states that do their work themselves, or have it done by a task


def _run(core: Core, state: State, request: Request, handlers: Mapping[str, Handler]) -> None:
    tasks: Tasks = {}
    if request.type == "Task":
        tasks = {state.name: _Mocked(state, request)} if request.mock is not None else _bound(state, handlers)

    def decide(events: list[Event], notes: list[Note]) -> None:
        if notes or any(event[0] == state.exited for event in events):
            raise _Decided

    try:
        inline.run(core, tasks, VirtualClock(core.now), decide)
    except _Decided:
        return


def _bound(state: Any, handlers: Mapping[str, Handler]) -> Tasks:
    bound: Tasks = bind([state], handlers)
    if any(task.is_async for task in bound.values()):
        raise HandlerError(
            f"the handler of '{state.name}' is async: a state is tested with a plain function, or a mock"
        )
    return bound


class _Mocked:
    """A task that answers what the request says."""

    is_async = False

    def __init__(self, state: Any, request: Request) -> None:
        self._task: Task = state
        assert request.mock is not None, "asked for only then"
        self._mock = request.mock

    def prepare(self, core: Core, invoke: Invoke) -> Reply:
        """The result or error."""
        mock = self._mock
        answer = Throw(mock.error, mock.cause, submitted={}) if mock.fails else Return(mock.result)
        return reply_of(answer, self._task.resource)


# -- states that have children


def _run_children(core: Core, state: FanOutState, request: Request, seen: Seen) -> None:
    """The children never run: each is given its result, or one of them the error."""
    mock = request.mock
    assert mock is not None, "without one AWS refuses these states"
    core.step(core.now)
    root = core.root
    if core.status != "RUNNING" or root.state is not state or not root.children:
        return
    count = len(root.plan["items"]) if request.type == "Map" else len(root.children)
    failure = Failure(mock.error, mock.cause) if mock.fails else None
    if request.failure_count is not None:
        if request.failure_count > count:
            raise TestStateError(
                VALIDATION, "Map iteration failure count must be less than or equal to the number of Map iterations"
            )
        if failure is None and tolerated(seen, count) < request.failure_count:
            failure = _THRESHOLD
    if failure is not None:
        core.fail(root.children[0], failure)
        return
    if isinstance(mock.result, dict):  # what a ResultWriter leaves
        _written(core, state, mock.result)
        return
    if len(mock.result) != count:
        raise TestStateError(VALIDATION, "Input array does not equal the mocked result array's size")
    results = mock.result
    for number, result in enumerate(results):
        if core.status != "RUNNING" or root.state is not state or not root.children or number >= len(root.children):
            return
        core.finish(root.children[number], result, encode(result))


def _written(core: Core, state: FanOutState, result: Any) -> None:
    """The Map's result is what its ResultWriter left."""
    root = core.root
    core.drop_children(root)
    try:
        output, assigned = state.flow.finish(root.value, result, state.scope(core, root))
        following = state.leave(core, root, output, assigned=assigned)
    except EVALUATION_ERRORS as problem:
        following = state.broken(core, root, problem)
    if following is not None:
        core.follow(root, following)


# -- the answer


def _answer(core: Core, state: State, request: Request, seen: Seen) -> dict[str, Any]:
    error, cause, details = _problem(core, state)
    exited = next((event for event in reversed(core.events) if event[0] == state.exited), None)
    answer: dict[str, Any] = {}
    if exited is not None:
        own = request.language == JSONATA and "Output" in request.fields
        answer["output"] = exited[5] if own else request.texts.get(exited[5], exited[5])
        if core.status == "RUNNING":
            answer["nextState"] = core.root.state.name
    if exited is not None and core.status in ("RUNNING", "SUCCEEDED"):
        answer["status"] = "SUCCEEDED" if error is None else "CAUGHT_ERROR"
    else:
        answer["status"] = "RETRIABLE" if "retryBackoffIntervalSeconds" in details else "FAILED"
    if answer["status"] != "SUCCEEDED":
        answer.update({name: text for name, text in (("error", error), ("cause", cause)) if text is not None})
    if request.level != "INFO":
        answer["inspectionData"] = _inspected(core, request, seen, details)
    return answer


def _problem(core: Core, state: State) -> tuple[str | None, str | None, dict[str, Any]]:
    """Error, cause and errorDetails; nothing if all went well."""
    handled = getattr(state, "handlers", None)
    for _, _, _, kind, error, cause, index, *more in core.notes:
        if kind == "retry":
            seconds = more[1] / 1000
            whole = int(seconds) if seconds.is_integer() else seconds
            return error, cause, {"retryIndex": index, "retryBackoffIntervalSeconds": whole}
        return error, cause, {"catchIndex": index}
    if core.status in ("RUNNING", "SUCCEEDED"):
        return None, None, {}
    error, cause = core.error, core.cause
    retriers = handled.retriers if handled is not None and error != RUNTIME_ERROR else ()
    used = next((number for number, retrier in enumerate(retriers) if retrier.matcher.matches(error)), None)
    return error, cause, {} if used is None else {"retryIndex": used}


def _inspected(core: Core, request: Request, seen: Seen, details: Mapping[str, Any]) -> dict[str, Any]:
    seen.setdefault("afterInputPath", request.input)  # Fail doesn't look at it, and shows it
    for event in core.events:
        if event[0] in ("LambdaFunctionSucceeded", "ActivitySucceeded"):
            seen["result"] = decode(event[4])
        elif event[0] == "TaskSucceeded":
            seen["result"] = decode(event[6])
    if request.type == "Pass" and request.fields.get("Result") is not None:
        seen["result"] = request.fields["Result"]
        seen.pop("afterInputPath", None)
    if request.type == "Map":
        if "items" not in seen:
            seen.pop("maxConcurrency", None)  # AWS evaluates it after the items
        elif request.reader_data is None:
            seen.setdefault("afterItemsPath", seen["items"])
    shown: dict[str, Any] = {"input": _text(request.input, request)}
    for name in SHOWN[request.language][request.type]:
        if name in seen:
            value = seen[name]
            number = name in ("maxConcurrency", "toleratedFailureCount", "toleratedFailurePercentage")
            shown[name] = value if number else _spaced(value) if name in _LISTS else _text(value, request)
    if request.variables or _assigned(core):
        shown["variables"] = encode({**request.variables, **_assigned(core)})
    if details:
        shown["errorDetails"] = dict(details)
    return shown


_LISTS = ("afterItemsPath", "afterItemSelector", "afterItemBatcher", "afterItemsPointer")


def _assigned(core: Core) -> dict[str, Any]:
    return {
        name: decode(text)
        for event in core.events
        if event[0].endswith("StateExited") and event[6]
        for name, text in event[6].items()
    }


def _text(value: Any, request: Request) -> str:
    """JSON text: what was given with the request keeps its spelling, blanks and all."""
    text = encode(value)
    return request.texts.get(text, text)


def _spaced(items: Any) -> str:
    """AWS puts blanks between items, and none inside them."""
    if not isinstance(items, list):
        return encode(items)
    return f"[{', '.join(encode(item) for item in items)}]"

"""Which handler does the work of which Task state.

A handler is a plain callable ``(input)`` or ``(input, context)``, sync or async. It is looked up by the full ARN of the
resource, then by function name, then by state name. All lookups that can be made are made before anything runs, so that
a missing handler is told at once and not in the middle of an execution.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from types import CodeType
from typing import TYPE_CHECKING, Any, Protocol

from asl.errors import HandlerError
from asl.tasks.activity import QueuedActivity
from asl.tasks.call import BoundTask, HandlerMode
from asl.tasks.lambda_ import function_name, is_invoke
from asl.tasks.resource import Activity, LambdaFunction

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from asl.kernel.commands import Invoke
    from asl.kernel.core import Core
    from asl.tasks.call import Call, Handler, Reply
    from asl.tasks.mock import Answer, MockedTask
    from asl.tasks.resource import Resource


class Task(Protocol):
    """What a driver needs of a Task state: its next call, or its reply."""

    @property
    def is_async(self) -> bool:
        """Whether it has to be awaited."""

    def prepare(self, core: Core, invoke: Invoke) -> Call | Reply:
        """What to call, or what becomes of it without a call."""


Tasks = Mapping[str, Task]


class TaskState(Protocol):
    """What the lookup needs of a Task state."""

    name: str
    resource: Resource
    evaluates: bool
    fixed_parameters: Mapping[str, Any]


def mock(tasks: Iterable[tuple[str, Resource]], mocks: Mapping[str, Sequence[Answer]]) -> dict[str, MockedTask]:
    """The Task states, given as (name, resource), that are answered by a script: by state name or by resource ARN.

    Raises HandlerError for a key that is no Task state of the machine and no resource of one, with the nearest name,
    and for what is no list of answers.
    """
    from asl.tasks.mock import MockedTask, Script

    known = list(tasks)
    names = {name for name, _ in known} | {resource.arn for _, resource in known}
    for key in mocks:
        if key not in names:
            from difflib import get_close_matches

            near = get_close_matches(key, names, n=1)
            hint = f" (did you mean '{near[0]}'?)" if near else ""
            raise HandlerError(f"the mock '{key}' is neither a Task state nor a resource of this state machine{hint}")
    scripts = {key: Script(key, answers) for key, answers in mocks.items()}
    return {
        name: MockedTask(resource, scripts[key])
        for name, resource in known
        for key in (name if name in scripts else resource.arn,)
        if key in scripts
    }


def bind_durable(tasks: Iterable[TaskState], handlers: Mapping[str, Handler]) -> dict[str, BoundTask | QueuedActivity]:
    """``bind`` for executions in a store: an activity without a handler waits for a worker that polls. Raises
    HandlerError for any other Task without one."""
    tasks = list(tasks)
    queued = {
        task.name: QueuedActivity(task.resource)
        for task in tasks
        if isinstance(task.resource, Activity) and find(handlers, _keys(task.name, task.resource, {})[0]) is None
    }
    return {**bind([task for task in tasks if task.name not in queued], handlers), **queued}


def bind(tasks: Iterable[TaskState], handlers: Mapping[str, Handler]) -> dict[str, BoundTask]:
    """Find the handler of every Task state, or say that there is none.

    Raises HandlerError naming every task that has none, what was looked for, and the nearest name among the handlers.
    """
    for key, given in handlers.items():
        if not callable(given):
            raise HandlerError(f"the handler '{key}' is a {type(given).__name__}, which can't be called")
    bound, problems = {}, []
    for task in tasks:
        state, resource, parameters = task.name, task.resource, task.fixed_parameters
        keys, late = _keys(state, resource, parameters)
        handler = find(handlers, keys)
        if handler is None and not late:
            problems.append(_missing(state, resource, keys, handlers))
            continue
        candidates = list(handlers.values()) if handler is None else [handler]
        bound[state] = BoundTask(
            state,
            resource,
            handler,
            light=not task.evaluates,
            modes={id(one): HandlerMode(takes_context(one), is_async(one)) for one in candidates},
            find=lambda name, state=state: find(handlers, _lambda_keys(name, state)),  # type: ignore[misc]  # a bound loop variable
        )
    if problems:
        raise HandlerError("\n".join(problems))
    return bound


def _keys(state: str, resource: Resource, parameters: Mapping[str, Any]) -> tuple[list[str], bool]:
    """The names under which a state's handler may be given, most precise first, and whether more will be known at run
    time."""
    if isinstance(resource, LambdaFunction):
        return _lambda_keys(resource.arn, state), False
    if is_invoke(resource.label):
        name = parameters.get("FunctionName")
        if isinstance(name, str) and not name.startswith("{%"):
            return [resource.arn, *_lambda_keys(name, state)], False
        if isinstance(name, str) or "FunctionName.$" in parameters or not parameters:  # the input may name it too
            return [resource.arn], True
        return [resource.arn, state], False
    return [resource.arn, resource.label, state], False


def _lambda_keys(reference: str, state: str) -> list[str]:
    name, qualifier = function_name(reference)
    keys = [reference]
    if qualifier is not None:
        keys += [reference.removesuffix(f":{qualifier}"), f"{name}:{qualifier}"]
    return [*keys, name, f"*:{name}", state]


def find(handlers: Mapping[str, Handler], keys: list[str]) -> Handler | None:
    """The first handler under one of the keys; ``*:NAME`` stands for any ARN of a function of that name."""
    for key in keys:
        if key.startswith("*:"):
            for given, handler in handlers.items():
                if given.startswith("arn:") and ":function:" in given and function_name(given)[0] == key[2:]:
                    return handler
        elif key in handlers:
            return handlers[key]
    return None


def _missing(state: str, resource: Resource, keys: list[str], handlers: Mapping[str, Handler]) -> str:
    from difflib import get_close_matches

    names = list(dict.fromkeys(key for key in keys if not key.startswith("*:")))
    text = f"the Task state '{state}' ({resource.arn}) has no handler; give one named {' or '.join(map(repr, names))}"
    for name in (state, *reversed(names)):
        near = get_close_matches(name, handlers, n=1)
        if near:
            return f"{text} (did you mean '{near[0]}'?)"
    return text


def takes_context(handler: Handler) -> bool:
    """Whether a handler is called with ``(input, context)`` rather than ``(input)``.

    It is when it has a second positional parameter which it needs or calls ``context``. Raises HandlerError if it can
    take neither.
    """
    import inspect

    try:
        signature = inspect.signature(handler)
    except (TypeError, ValueError):  # built-in functions may have none; they take the input
        return False
    positional = [p for p in signature.parameters.values() if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
    wants = len(positional) >= 2 and (positional[1].default is positional[1].empty or positional[1].name == "context")
    try:
        signature.bind(*((None, None) if wants else (None,)))
    except TypeError:
        name = getattr(handler, "__qualname__", None) or repr(handler)
        raise HandlerError(f"the handler {name}{signature} takes neither (input) nor (input, context)") from None
    return wants


def is_async(handler: Handler) -> bool:
    """Whether the handler is an ``async def``."""
    while isinstance(handler, partial):
        handler = handler.func
    code = getattr(handler, "__code__", None) or getattr(getattr(handler, "__call__", None), "__code__", None)  # noqa: B004
    return isinstance(code, CodeType) and bool(code.co_flags & 0x80)  # inspect.CO_COROUTINE, without importing inspect

"""The handlers that play a case's Lambda functions and mocked services.

Functions follow their recorded behaviour, so that aslkit itself has to build results, envelopes and causes. A mocked
service answers from the script that was read out of the recording, one entry for each attempt.
"""

from __future__ import annotations

import ast
import builtins
import json
import linecache
import re
from typing import TYPE_CHECKING, Any, NamedTuple

from asl import Return, Silence, Throw

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from asl.tasks.mock import Answer

    from .cases import Case

    Handler = Callable[..., Any]

#: The file name that Lambda shows in its stack traces.
HANDLER_FILE = "/var/task/handler.py"

_LAMBDA_ARN = re.compile(r"arn:[^:]+:lambda:[^:]*:[^:]*:function:")
_INVOKE = re.compile(r"arn:[^:]+:states:[^:]*:[^:]*:lambda:invoke$")
_ACTIVITY = re.compile(r"arn:[^:]+:states:[^:]*:[^:]*:activity:")
_TRACE = re.compile(r'"stackTrace": ?(\[.*\])\}')
_FRAME = re.compile(r'  File "[^"]*", line (?P<line>\d+), in handler\n    (?P<code>.*)\n')


class CannotRun(Exception):
    """The case needs something that can't be played yet; the message says what."""


class Players(NamedTuple):
    """Who answers the tasks of a case."""

    handlers: dict[str, Handler]
    mocks: dict[str, list[Answer]]


def build_players(case: Case) -> Players:
    """Handlers for the case's functions, by ARN and by name; scripts for its mocked services, by the name of the state.

    Raises CannotRun for a function or an entry of a script that nothing expresses.
    """
    functions: dict[str, Mapping[str, Any]] = case.data.get("functions", {})
    handlers: dict[str, Handler] = {}
    for arn, function in functions.items():
        handlers[arn] = handlers[function["name"]] = _function(case, arn, function)
    scripts: dict[str, list[dict[str, Any]]] = case.data.get("mocks") or {}
    mocks: dict[str, list[Answer]] = {}
    for name, resource in _tasks(case.data.get("definition", {})):
        # Without a script AWS never called the task; a call is then a difference. An activity without one didn't exist.
        script = scripts.get(name, [])
        if (script or not _ACTIVITY.match(resource)) and not _plays_function(resource, script, handlers):
            mocks[name] = [_answer(case, name, entry) for entry in script]
    return Players(handlers, mocks)


# -- functions


def _function(case: Case, arn: str, function: Mapping[str, Any]) -> Handler:
    behaviour = function["behaviour"]
    make = BEHAVIOURS.get(behaviour)
    if make is None:
        raise CannotRun(f"function {arn} has the behaviour {behaviour!r}, which has no handler; add it to BEHAVIOURS")
    return make(case, arn, function)


def _echo(case: Case, arn: str, function: Mapping[str, Any]) -> Handler:
    return lambda event: event


def _return(case: Case, arn: str, function: Mapping[str, Any]) -> Handler:
    return lambda event: function["value"]


def _return_text(case: Case, arn: str, function: Mapping[str, Any]) -> Handler:
    """The handler returned these bytes, which Lambda sent as they are: the payload is what the text means."""
    return lambda event: json.loads(function["text"])


def _large_string(case: Case, arn: str, function: Mapping[str, Any]) -> Handler:
    return lambda event: function["char"] * function["size"]


def _sleep(case: Case, arn: str, function: Mapping[str, Any]) -> Handler:
    if function["then"] != "echo":
        raise CannotRun(f"function {arn} sleeps and then does {function['then']!r}, which has no handler")

    def sleep_and_echo(event: Any, context: Any) -> Any:
        context.sleep(function["seconds"])
        return event

    return sleep_and_echo


def _raise(case: Case, arn: str, function: Mapping[str, Any]) -> Handler:
    """A function that raises where the recorded one did, so that a stack trace made from the traceback is the same."""
    name, message = function["error_type"], function["message"]
    line, shown = _recorded_frame(case, arn) or (2, f"raise {name}({json.dumps(message) if message else ''})")
    known = getattr(builtins, name, None)
    error = known if isinstance(known, type) and issubclass(known, Exception) else type(name, (Exception,), {})

    def show_source() -> None:
        lines = [*["\n"] * (line - 2), "def handler(event, context):\n", f"    {shown}\n"]
        linecache.cache[HANDLER_FILE] = (sum(map(len, lines)), None, lines, HANDLER_FILE)

    # The traceback shows the recorded line, but this is what runs: the text of a recording never becomes code.
    tree = ast.parse("def handler(event, context):\n    show_source()\n    raise error(*arguments)\n")
    for node in ast.walk(tree):
        if isinstance(node, (ast.stmt, ast.expr)) and not isinstance(node, ast.FunctionDef):
            node.lineno = node.end_lineno = line
            node.col_offset, node.end_col_offset = 4, 4 + len(shown)
    scope = {"show_source": show_source, "error": error, "arguments": (message,) if message else ()}
    exec(compile(tree, HANDLER_FILE, "exec"), scope)
    handler: Handler = scope["handler"]  # type: ignore[assignment]  # exec put it there
    return handler


def _recorded_frame(case: Case, arn: str) -> tuple[int, str] | None:
    """Line number and text of the statement that raised, from the stack trace that was recorded for the function."""
    for script in case.data.get("mocks", {}).values():
        for entry in script:
            if _called(entry).rpartition(":")[2] != arn.rpartition(":")[2]:
                continue
            # Only the trace is parsed: a placeholder elsewhere in the cause may have made it invalid JSON.
            trace = _TRACE.search(str(entry.get("throw", {}).get("Cause")))
            frame = trace and _FRAME.fullmatch("".join(json.loads(trace[1])))
            if frame:
                return int(frame["line"]), frame["code"]
    return None


def _called(entry: Mapping[str, Any]) -> str:
    """The function that an entry of a script is about, by name or ARN; or the service."""
    parameters = entry.get("parameters")
    if entry["resource"] == "lambda:invoke" and isinstance(parameters, dict):
        return str(parameters.get("FunctionName"))
    return str(entry["resource"])


BEHAVIOURS: dict[str, Callable[[Case, str, Mapping[str, Any]], Handler]] = {
    "echo": _echo,
    "return": _return,
    "return_text": _return_text,
    "large_string": _large_string,
    "sleep": _sleep,
    "raise": _raise,
}


# -- mocked services


def _tasks(definition: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """(name, resource) of every Task state, at any depth."""
    for name, state in definition.get("States", {}).items():
        if state.get("Type") == "Task":
            yield name, state.get("Resource", "")
        for inner in (*state.get("Branches", ()), state.get("ItemProcessor", {}), state.get("Iterator", {})):
            yield from _tasks(inner)


def _plays_function(resource: str, script: list[dict[str, Any]], handlers: Mapping[str, Handler]) -> bool:
    """Whether the task calls a function that has a handler already."""
    if _LAMBDA_ARN.match(resource):
        return resource in handlers
    return bool(_INVOKE.match(resource)) and all(_called(entry) in handlers for entry in script)


def _answer(case: Case, name: str, entry: Mapping[str, Any]) -> Answer:
    """One entry of a script, with the name of the worker who took an activity."""
    extra = set(entry) - {"resource", "parameters", "return", "throw", "timeout", "submit_return"}
    if extra:
        raise CannotRun(f"{name} ({entry['resource']}) answers with {', '.join(sorted(extra))}")
    submitted = entry.get("submit_return")
    worker = _worker(case) if _ACTIVITY.match(entry["resource"]) else None
    if "timeout" in entry:
        return Silence(submitted=submitted, worker=worker)
    if "throw" in entry:
        error, cause = entry["throw"].get("Error"), entry["throw"].get("Cause")
        return Throw(error, cause, submitted=submitted, worker=worker)
    return Return(entry["return"], submitted=submitted, worker=worker)


def _worker(case: Case) -> str | None:
    """The name that the activity's worker gives, who is told as a state machine."""
    for actor in case.data.get("actors") or ():
        for state in actor.get("as_state_machine", {}).get("States", {}).values():
            if state.get("Resource", "").endswith(":getActivityTask"):
                return state["Parameters"].get("WorkerName")
    return None

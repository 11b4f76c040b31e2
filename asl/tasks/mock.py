"""Scripted tasks: what a state's (or a resource's) calls answer, in the order in which they come.

One counter per key and execution: it advances over retries, loops and iterations alike, as in Step Functions Local.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, NamedTuple

from asl.errors import HandlerError
from asl.jsontext import NotJSON, decode, encode
from asl.kernel.outcome import RUNTIME_ERROR, Failure, Value
from asl.tasks.call import Reply
from asl.tasks.resource import REQUEST

if TYPE_CHECKING:
    from collections.abc import Sequence

    from asl.kernel.commands import Invoke
    from asl.kernel.core import Core
    from asl.tasks.resource import Resource


class Return(NamedTuple):
    """The call succeeds with ``value``, after so many seconds of the execution's clock.

    ``submitted`` is what TaskSubmitted shows (``.sync`` and ``.waitForTaskToken`` tasks), ``worker`` who took an
    activity.
    """

    value: Any
    after: float = 0
    submitted: Any = None
    worker: str | None = None


class Throw(NamedTuple):
    """The call fails with this error and cause. Other members as in ``Return``; without ``submitted`` a ``.sync`` or
    ``.waitForTaskToken`` call fails before it is submitted."""

    error: str | None = None
    cause: str | None = None
    after: float = 0
    submitted: Any = None
    worker: str | None = None


class Silence(NamedTuple):
    """The call is never answered: it ends by its time-outs, or not at all."""

    submitted: Any = None
    worker: str | None = None


Answer = Return | Throw | Silence


class MockedTask:
    """A Task state that is answered by a script."""

    __slots__ = ("_resource", "_script")

    is_async = False

    def __init__(self, resource: Resource, script: Script) -> None:
        self._resource = resource
        self._script = script

    def prepare(self, core: Core, invoke: Invoke) -> Reply:
        """The next answer of the script; it fails the execution when there is none."""
        script = self._script
        answer = script.next()
        if answer is None:
            said = f"The mock '{script.key}' has no more answers: it was called {len(script.answers) + 1} times"
            return Reply(Failure(RUNTIME_ERROR, said))
        return reply_of(answer, self._resource)


def reply_of(answer: Answer, resource: Resource) -> Reply:
    """What becomes of a call of this resource that is answered so."""
    submitted = None
    if resource.pattern != REQUEST and not (isinstance(answer, Throw) and answer.submitted is None):
        submitted = encode({} if answer.submitted is None else answer.submitted)
    match answer:
        case Return(value, after, _, worker):
            text = encode(value)
            return Reply(Value(decode(text), text), submitted, round(after * 1000), worker)
        case Throw(error, cause, after, _, worker):
            return Reply(Failure(error, cause), submitted, round(after * 1000), worker)
        case Silence(_, worker):
            return Reply(None, submitted, 0, worker)


class Script:
    """The answers under one key, and how many were given.

    Raises HandlerError, which names the key and the answer, for anything that is no list of answers.
    """

    __slots__ = ("answers", "given", "key")

    def __init__(self, key: str, answers: Sequence[Answer]) -> None:
        if not isinstance(answers, list | tuple) or isinstance(answers, Answer):
            raise HandlerError(f"the mock '{key}' must be a list of Return, Throw and Silence, but is: {answers!r}")
        for number, answer in enumerate(answers, 1):
            problem = _problem(answer)
            if problem:
                raise HandlerError(f"the mock '{key}', answer {number}: {problem}")
        self.key = key
        self.answers: tuple[Answer, ...] = tuple(answers)
        self.given = 0

    def next(self) -> Answer | None:
        """The next answer; None when there are no more."""
        if self.given >= len(self.answers):
            return None
        self.given += 1
        return self.answers[self.given - 1]


def _problem(answer: object) -> str | None:
    """What is wrong with an answer."""
    if not isinstance(answer, Answer):
        return f"it must be a Return, Throw or Silence, but is: {answer!r}"
    try:
        encode([answer.submitted, answer.value if isinstance(answer, Return) else None])
    except NotJSON as problem:
        return str(problem)
    after = 0 if isinstance(answer, Silence) else answer.after
    if not isinstance(after, int | float) or not math.isfinite(after) or after < 0:
        return f"'after' must be a number of seconds, 0 or more, but is: {after!r}"
    return None

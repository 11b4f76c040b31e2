"""Scripted tasks: what a state's (or a resource's) calls answer, in the order in which they come.

One counter per key and execution: it advances over retries, loops and iterations alike, as in Step Functions Local.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from asl.jsontext import encode
from asl.kernel.outcome import Failure, Value
from asl.tasks.call import Reply
from asl.tasks.resource import REQUEST

if TYPE_CHECKING:
    from collections.abc import Sequence

    from asl.kernel.commands import Invoke
    from asl.kernel.core import Core
    from asl.tasks.resource import Resource


class Return(NamedTuple):
    """The call succeeds with ``value``, after so many seconds of the execution's clock.

    ``submitted`` is what TaskSubmitted shows (``.sync`` and ``.waitForTaskToken`` tasks), ``worker`` who took an activity.
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

    __slots__ = ("_key", "_resource", "_script")

    is_async = False

    def __init__(self, key: str, resource: Resource, script: Script) -> None:
        self._key = key
        self._resource = resource
        self._script = script

    def prepare(self, core: Core, invoke: Invoke) -> Reply:
        """The next answer of the script."""
        answer = self._script.next()
        if answer is None:
            count = len(self._script.answers)
            return Reply(
                Failure(
                    "States.Runtime", f"The mock '{self._key}' has no more answers: it was called {count + 1} times"
                )
            )
        return reply_of(answer, self._resource)


def reply_of(answer: Answer, resource: Resource) -> Reply:
    """What becomes of a call of this resource that is answered so."""
    submitted = None
    if resource.pattern != REQUEST and not (isinstance(answer, Throw) and answer.submitted is None):
        submitted = encode({} if answer.submitted is None else answer.submitted)
    match answer:
        case Return(value, after, _, worker):
            return Reply(Value(value), submitted, round(after * 1000), worker)
        case Throw(error, cause, after, _, worker):
            return Reply(Failure(error, cause), submitted, round(after * 1000), worker)
        case Silence(_, worker):
            return Reply(None, submitted, 0, worker)


class Script:
    """The answers under one key, and how many were given."""

    __slots__ = ("answers", "given")

    def __init__(self, answers: Sequence[Answer]) -> None:
        self.answers = answers
        self.given = 0

    def next(self) -> Answer | None:
        """The next answer; None when there are no more."""
        if self.given >= len(self.answers):
            return None
        self.given += 1
        return self.answers[self.given - 1]

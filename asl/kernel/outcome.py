"""What a task, a child or an evaluation came to: a value or a failure. Errors of the language are values here."""

from __future__ import annotations

from typing import Any, NamedTuple

#: Nobody may catch this one.
RUNTIME_ERROR = "States.Runtime"
TIMEOUT_ERROR = "States.Timeout"


class Failure(NamedTuple):
    """An error of the language. Either member may be None (a Fail state without fields, SendTaskFailure without)."""

    error: str | None
    cause: str | None


class Value(NamedTuple):
    """A JSON value, and its compact text when somebody has it already (a payload is serialised at most once)."""

    value: Any
    text: str | None = None


Outcome = Value | Failure

"""The exceptions that aslkit raises to its callers; all of them in one tree.

    AslError
    ├── DefinitionError      the state machine can't be used as it is written (.diagnostics lists every problem)
    │   └── UnsupportedError     it is valid, but uses something that aslkit doesn't run yet; the message names it
    ├── InputError           the execution input is not JSON, or larger than AWS accepts
    ├── HandlerError         a handler is missing, can't be loaded or can't be called
    ├── ExecutionError       an execution ended otherwise than SUCCEEDED; raised by ``Execution.raise_for_status()``
    │   ├── ExecutionFailed
    │   ├── ExecutionTimedOut
    │   └── ExecutionAborted
    ├── StoreError           the store can't be opened, read or written; the message names it and the way out
    ├── ServiceError         the service refuses a request, as AWS would (.code, .message, .reason)
    └── TaskError            raised *by a handler* to fail its task with a chosen error name and cause

Errors of the language (``States.Timeout``, a missing path, ...) are values inside the kernel and never one of these.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence


class AslError(Exception):
    """Base of everything aslkit raises on purpose."""


class DefinitionError(AslError):
    """The definition is not valid; ``diagnostics`` holds every problem found, in document order."""

    def __init__(self, message: str, diagnostics: Sequence[Any] = ()) -> None:
        super().__init__(message)
        self.diagnostics = tuple(diagnostics)


class UnsupportedError(DefinitionError):
    """The definition is valid ASL, but names a feature which aslkit doesn't run (yet)."""


class InputError(AslError):
    """The execution input can't be used: not JSON, or over the 256 KiB limit."""


class HandlerError(AslError):
    """A task's handler is missing, could not be loaded, or has a signature that can't be called."""


class ExecutionError(AslError):
    """An execution did not succeed. ``error`` and ``cause`` are those of the execution; either may be None."""

    def __init__(self, message: str, error: str | None = None, cause: str | None = None) -> None:
        super().__init__(message)
        self.error = error
        self.cause = cause


class ExecutionFailed(ExecutionError):
    """The execution ended as FAILED."""


class ExecutionTimedOut(ExecutionError):
    """The execution ended as TIMED_OUT."""


class ExecutionAborted(ExecutionError):
    """The execution ended as ABORTED."""


class StoreError(AslError):
    """The store of executions can't be opened, read or written. What was acknowledged before is safe."""


class ServiceError(AslError):
    """The service refuses a request. ``code`` and ``message`` are AWS's, ``reason`` too where AWS gives one."""

    def __init__(self, code: str, message: str, reason: str | None = None) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.reason = reason


class TaskError(AslError):
    """Raise this in a handler to fail the task with exactly this error name and cause.

    >>> raise TaskError("Card.Declined", "insufficient funds")
    Traceback (most recent call last):
    asl.errors.TaskError: Card.Declined: insufficient funds
    """

    def __init__(self, error: str | None = None, cause: str | None = None) -> None:
        super().__init__(": ".join(part for part in (error, cause) if part))
        self.error = error
        self.cause = cause

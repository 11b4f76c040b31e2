"""Retry and Catch: which errors their names mean, and whether a handler can ever be the one that is used."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, TypeGuard

from asl.syntax.diagnostics import shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from asl.compiler.state_checks import StateView

#: the reserved error names: AWS's documents, and what was recorded
ERROR_NAMES: Final = (
    "States.ALL",
    "States.BranchFailed",
    "States.DataLimitExceeded",
    "States.ExceedToleratedFailureThreshold",
    "States.HeartbeatTimeout",
    "States.Http.AccessDenied",
    "States.Http.Socket",
    "States.IntrinsicFailure",
    "States.ItemReaderFailed",
    "States.NoChoiceMatched",
    "States.ParameterPathFailure",
    "States.Permissions",
    "States.QueryEvaluationError",
    "States.ReferencePathConflict",
    "States.ResultPathMatchFailure",
    "States.ResultWriterFailed",
    "States.Runtime",
    "States.TaskFailed",
    "States.Timeout",
)
_HTTP_STATUS = r"States\.Http\.StatusCode\.\d{3}"


def check_handlers(view: StateView) -> None:
    """All that is said about Retry and Catch beyond their fields."""
    for field in ("Retry", "Catch"):
        handlers = view.state.get(field)
        if isinstance(handlers, list) and handlers:
            _check_all(view, field, handlers)
            _check_names(view, field, handlers)
    _check_delays(view)
    _check_attempts(view)


def _check_all(view: StateView, field: str, handlers: list[Any]) -> None:
    """States.ALL stands alone in its ErrorEquals, and only in the last Retrier or Catcher."""
    for index, handler in enumerate(handlers):
        names = names_of(handler)
        if "States.ALL" not in names:
            continue
        place = f"/{field}/{index}/ErrorEquals"
        if len(names) > 1:
            view.add("ASL501", place, "'States.ALL' must stand alone in ErrorEquals", "it matches every error")
        if index < len(handlers) - 1:
            where = "Retrier" if field == "Retry" else "Catcher"
            view.add("ASL502", place, f"'States.ALL' can stand only in the last {where}", "move it to the end")


def _check_names(view: StateView, field: str, handlers: list[Any]) -> None:
    seen: dict[str, str] = {}
    for index, name, place in _each_name(field, handlers):
        if name == "States.Runtime":
            view.add("ASL507", place, f"{field} never sees States.Runtime", "no handler can stop it")
        elif name.startswith("States.") and name not in ERROR_NAMES and re.fullmatch(_HTTP_STATUS, name) is None:
            view.add("ASL505", place, f"There is no error {shown(name)}", view.findings.suggest(name, ERROR_NAMES))
        if earlier := _handled_before(name, seen):
            view.add("ASL506", place, f"{shown(name)} is handled before, by {earlier}")
        seen.setdefault(name, f"{shown(name)} of {field}[{index}]")


def _handled_before(name: str, seen: dict[str, str]) -> str:
    """Which earlier name takes all errors of this one; "" if none does for sure."""
    if name in seen:
        return seen[name]
    if name == "States.HeartbeatTimeout":
        return seen.get("States.Timeout", "")
    return "" if name.startswith("States.") else seen.get("States.TaskFailed", "")


def _each_name(field: str, handlers: list[Any]) -> Iterator[tuple[int, str, str]]:
    for index, handler in enumerate(handlers):
        for position, name in enumerate(names_of(handler)):
            if isinstance(name, str):
                yield index, name, f"/{field}/{index}/ErrorEquals/{position}"


def names_of(handler: Any) -> list[Any]:
    """The ErrorEquals of a Retrier or Catcher; [] for anything else."""
    names = handler.get("ErrorEquals") if isinstance(handler, dict) else None
    return names if isinstance(names, list) else []


def _check_delays(view: StateView) -> None:
    """A Retrier's cap is above its first interval."""
    retriers = view.state.get("Retry")
    for index, retrier in enumerate(retriers if isinstance(retriers, list) else ()):
        if not isinstance(retrier, dict):
            continue
        interval, cap = retrier.get("IntervalSeconds"), retrier.get("MaxDelaySeconds")
        if is_integer(interval) and is_integer(cap) and 0 < cap <= interval:
            message = f"MaxDelaySeconds ({cap}) must be greater than IntervalSeconds ({interval})"
            view.add("ASL503", f"/Retry/{index}/MaxDelaySeconds", message)


def _check_attempts(view: StateView) -> None:
    """MaxAttempts 0 exempts errors from the Retriers behind it; in the last one it says nothing."""
    retriers = view.state.get("Retry")
    if not isinstance(retriers, list) or not retriers or not isinstance(retriers[-1], dict):
        return
    attempts = retriers[-1].get("MaxAttempts")
    if is_integer(attempts) and attempts == 0:
        message = "The last Retrier has MaxAttempts 0: it never retries"
        hint = "remove it, or allow attempts"
        view.add("ASL508", f"/Retry/{len(retriers) - 1}/MaxAttempts", message, hint)


def is_integer(value: Any) -> TypeGuard[int]:
    """Whether a JSON value is an integer (true and false are none)."""
    return isinstance(value, int) and not isinstance(value, bool)

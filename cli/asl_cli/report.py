"""The end of a run: how it ended, the output, or the error and cause in full and where to look."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Protocol

from asl_cli.terminal import clean, clean_lines, duration, shorten

if TYPE_CHECKING:
    from collections.abc import Sequence

    from asl.kernel.events import Event, Note
    from asl.visits import Visit
    from asl_cli.terminal import Screen

#: Characters of the failed state's input that are shown; the whole is in the history.
INPUT_WIDTH = 200
#: A cause that is JSON text and longer than this is laid out.
ONE_LINE = 100

#: status of an execution -> (sign, colour)
_STATUSES = {
    "SUCCEEDED": ("succeeded", "bold green"),
    "FAILED": ("failed", "bold red"),
    "TIMED_OUT": ("timed out", "bold red"),
    "ABORTED": ("aborted", "bold yellow"),
}


class Ended(Protocol):
    """What the report reads of an execution."""

    @property
    def status(self) -> str: ...
    @property
    def error(self) -> str | None: ...
    @property
    def cause(self) -> str | None: ...
    @property
    def events(self) -> Sequence[Event]: ...
    @property
    def notes(self) -> Sequence[Note]: ...


def summary(execution: Ended, screen: Screen) -> list[str]:
    """A blank line, and the line that says how it ended and after how long."""
    events = execution.events
    took = f" in {duration(events[-1][2] - events[0][2])}" if events else ""
    return ["", _headline(execution, screen) + screen.paint(took, "dim")]


def _headline(execution: Ended, screen: Screen) -> str:
    sign, colour = _STATUSES.get(execution.status, ("running", "bold"))
    status = screen.paint(execution.status, colour)
    return f"{screen.sign(sign)} {status}" if screen.glyphs else status


def failure(execution: Ended, visits: Sequence[Visit], screen: Screen, *, headline: bool) -> list[str]:
    """Error and cause in full, and the state they come from; with a ``headline`` if nothing above says it failed."""
    lines = [_headline(execution, screen)] if headline else []
    lines += problem(execution.status, execution.error, execution.cause, screen)
    visit = culprit(visits)
    if visit is not None:
        lines += _field("state", place_of(visit), screen)
        lines += _field("input", screen.text(shorten(visit.input_text, INPUT_WIDTH)), screen)
    return lines


def problem(status: str, error: str | None, cause: str | None, screen: Screen) -> list[str]:
    """Error and cause in full."""
    lines = _field("error", clean(error), screen) if error is not None else []
    for name, text in told_by(cause):
        lines += _field(name, text, screen)
    if status == "FAILED" and error is None and cause is None:
        lines += _field("error", "none given", screen)
    return lines


def _field(name: str, text: str, screen: Screen) -> list[str]:
    first, *others = clean_lines(text)
    return [f"  {screen.paint(name, 'dim')}  {first}", *(f"         {line}" for line in others)]


def told_by(cause: str | None) -> list[tuple[str, str]]:
    """A cause in named parts. A function's exception is JSON text: its message and traceback read better alone."""
    if cause is None:
        return []
    try:
        value = json.loads(cause) if cause.startswith("{") else None
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, dict):
        return [("cause", cause)]
    message, trace = value.get("errorMessage"), value.get("stackTrace", [])
    if isinstance(message, str) and isinstance(trace, list) and all(isinstance(line, str) for line in trace):
        return [("cause", message), *([("trace", "\n".join(map(str.rstrip, trace)))] if trace else [])]
    return [("cause", json.dumps(value, indent=2, ensure_ascii=False) if len(cause) > ONE_LINE else cause)]


def culprit(visits: Sequence[Visit]) -> Visit | None:
    """The state to look at: the innermost one on the way of the failure, or what was open when the execution ended."""
    ended = [visit for visit in visits if visit.status in ("failed", "timed out", "aborted")]
    top = next((visit for visit in reversed(ended) if visit.parent is None), None)
    while top is not None:
        inner = next((visit for visit in reversed(top.children) if visit.status == top.status), None)
        if inner is None:
            break
        top = inner
    return top


def place_of(visit: Visit) -> str:
    """``Charge, iteration 12 of Orders, branch 1 of Checkout``: a state and where it stands."""
    parts = [clean(visit.name)]
    for inner in reversed(visit.path):
        if inner.parent is not None:
            kind, number = ("iteration", inner.slot) if inner.parent.type == "Map" else ("branch", inner.slot + 1)
            parts.append(f"{kind} {number} of {clean(inner.parent.name)}")
    return ", ".join(parts)


def visits_of(execution: Ended) -> list[Visit]:
    from asl.visits import fold

    return fold(execution.events, execution.notes)


def pretty(value: Any) -> str:
    """JSON for people."""
    return json.dumps(value, indent=2, ensure_ascii=False)

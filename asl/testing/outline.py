"""The trace of an execution as plain text: one line per state, branches and iterations indented; for messages of
tests."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from asl.execution import Execution
    from asl.visits import Visit

#: Iterations of a Map that are shown, and those that failed besides.
SHOWN = 3
#: Characters of a payload or cause.
WIDTH = 100
#: Visits at one level that are shown: the first and the last of a long loop.
LONGEST = 40

_SIGNS = {"succeeded": "ok", "failed": "FAILED", "caught": "caught", "aborted": "aborted", "timed out": "timed out"}


def outline(execution: Execution, *, title: str = "", stopped: bool = False) -> str:
    """The execution as text of several lines, without a newline at its end."""
    events = execution.events
    took = (events[-1][2] - events[0][2]) / 1000
    status = "STOPPED" if stopped else execution.status
    lines = [f"{title + ': ' if title else ''}{status} after {seconds(took)}"]
    lines.append(f"  input   {shorten(events[0][4])}")
    lines += _level([visit for visit in execution.visits if visit.parent is None], "  ")
    if execution.status == "SUCCEEDED":
        lines.append(f"  output  {shorten(execution.output_text or '')}")
    elif execution.error or execution.cause:
        lines.append(f"  error   {shorten(': '.join(filter(None, (execution.error, execution.cause))), 400)}")
    return "\n".join(lines)


def _level(visits: Sequence[Visit], indent: str) -> Iterator[str]:
    left_out = len(visits) - LONGEST
    for number, visit in enumerate(visits):
        if left_out > 0 and number == LONGEST // 2:
            yield f"{indent}... {left_out} more"
        if left_out > 0 and LONGEST // 2 <= number < LONGEST // 2 + left_out:
            continue
        yield indent + _line(visit)
        yield from _inside(visit, indent)


def _inside(visit: Visit, indent: str) -> Iterator[str]:
    slots: dict[int, list[Visit]] = {}
    for inner in visit.children:
        slots.setdefault(inner.slot, []).append(inner)
    hidden = 0
    for slot, visits in slots.items():
        failed = any(inner.status in ("failed", "aborted") for inner in visits)
        if visit.type == "Map" and slot >= SHOWN and not failed:
            hidden += 1
            continue
        yield f"{indent}  #{slot}" if visit.type == "Map" else f"{indent}  branch {slot + 1}"
        yield from _level(visits, indent + "    ")
    if hidden:
        yield f"{indent}  ... {hidden} more"


def _line(visit: Visit) -> str:
    parts = [f"{_SIGNS.get(visit.status, visit.status):<7} {visit.name}", visit.type]
    if visit.attempts > 1:
        waited = f", waited {', '.join(seconds(delay) for delay in visit.waited)}" if visit.waited else ""
        parts.append(f"{visit.attempts} attempts{waited}")
    if visit.rule is not None:
        parts.append("Default" if visit.rule < 0 else f"rule {visit.rule + 1}")
    if visit.error is not None or visit.status in ("failed", "caught"):
        parts.append(shorten(": ".join(filter(None, (visit.error, visit.cause))) or "no error name"))
    if visit.next is not None:
        parts.append(f"-> {visit.next}")
    if (
        visit.status == "succeeded"
        and visit.output_text is not None
        and visit.type in ("Task", "Pass", "Map", "Parallel")
    ):
        parts.append(shorten(visit.output_text))
    elif visit.status == "failed":
        parts.append(f"input {shorten(visit.input_text)}")
    return "  ".join(parts)


def shorten(text: str, width: int = WIDTH) -> str:
    """One line of at most so many characters."""
    line = " ".join(text.split())
    return line if len(line) <= width else line[: width - 3] + "..."


def seconds(value: float) -> str:
    """``1.5s``."""
    return f"{value:g}s"

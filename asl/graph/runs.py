"""A run laid over a drawing: what became of each state, how often, and which transitions were taken.

A run is known by its state visits (``asl.visits``). They come from an Execution, or are folded from a history as AWS
shapes it, which ``asl.graph.histories`` reads.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from asl.graph.labels import shorten
from asl.jsontext import NotJSON, decode

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from asl.graph.model import Edge, Node
    from asl.visits import Visit

#: From the most telling: of several visits the state shows the first of these that any of them has.
_TELLING = ("running", "failed", "timed out", "caught", "aborted", "succeeded")
#: Characters of an error that stand below a name.
_ERROR = 38


@dataclass(slots=True)
class StateRun:
    """What became of one state, over all its visits."""

    status: str = ""
    visits: int = 0
    #: the most attempts that one visit took
    attempts: int = 0
    error: str | None = None
    cause: str | None = None
    #: of a Map: items in all, and how many iterations came to which end
    length: int | None = None
    iterations: dict[str, int] = field(default_factory=dict)
    milliseconds: int = 0


class RunOverlay:
    """The overlay of a run. ``ended``: the status of the execution as far as the visits tell it."""

    kind = "of-run"

    def __init__(self, visits: Sequence[Visit], definition: Mapping[str, Any]) -> None:
        self.states = _states(visits)
        self.taken = taken(visits, definition)
        failed = [name for name, run in self.states.items() if run.status in ("failed", "timed out")]
        reached = len(self.states)
        self.summary = f"The run reached {reached} state" + "s" * (reached != 1) + "."
        if failed:
            self.summary += f" It failed in {', '.join(failed)}."

    def status(self, node: Node) -> str:
        if node.kind == "start":
            return "succeeded" if self.states else "none"
        if node.kind == "end":
            return (
                "succeeded" if any(target == node.name and kind == "end" for _, target, kind in self.taken) else "none"
            )
        run = self.states.get(node.name)
        return "none" if run is None else run.status.replace(" ", "-")

    def told(self, node: Node) -> str:
        run = self.states.get(node.name)
        if run is None or run.status not in ("failed", "timed out", "caught"):
            return ""
        return shorten(run.error, _ERROR) if run.error else ""

    def badge(self, node: Node) -> str:
        run = self.states.get(node.name)
        if run is None:
            return ""
        if run.length is not None:
            return progress(run.iterations, run.length)
        parts = [f"{run.visits}×"] if run.visits > 1 else []
        if run.attempts > 1:
            parts.append(f"{run.attempts} attempts")
        return " · ".join(parts)

    def details(self, node: Node) -> list[str]:
        run = self.states.get(node.name)
        if run is None:
            return ["not reached"] if node.kind == "state" else []
        times = f", {run.visits} visits" if run.visits > 1 else ""
        tried = f", up to {run.attempts} attempts" if run.attempts > 1 else ""
        lines = [f"{run.status}{times}{tried}, {run.milliseconds:,} ms"]
        problem = ": ".join(part for part in (run.error, _message(run.cause)) if part)
        return [*lines, shorten(problem, 400)] if problem else lines

    def edge_class(self, edge: Edge) -> str:
        return "taken" if edge.key in self.taken else "untaken"


def _message(cause: str | None) -> str | None:
    """A cause in short: of a function's exception, which is JSON text, only the message, without its stack trace."""
    if cause is None or not cause.startswith("{"):
        return cause
    try:
        told = decode(cause)
    except NotJSON:
        return cause
    message = told.get("errorMessage") if isinstance(told, dict) else None
    return message if isinstance(message, str) else cause


def progress(iterations: Mapping[str, int], length: int) -> str:
    """``12/40 · 1 failed``: how many iterations of a Map are done."""
    parts = [f"{iterations.get('succeeded', 0)}/{length}"]
    parts += [f"{iterations[end]} {end}" for end in ("failed", "aborted") if iterations.get(end)]
    return " · ".join(parts)


def overlay_of(history: Any, definition: Mapping[str, Any]) -> RunOverlay:
    """The overlay of an Execution, of visits, or of a history as AWS shapes it. Raises ValueError for anything else."""
    return RunOverlay(visits_of(history, definition), definition)


def visits_of(history: Any, definition: Mapping[str, Any]) -> Sequence[Visit]:
    """The visits of a run, whatever tells of it. Raises ValueError for what can't be read as a run."""
    from asl.visits import Visit

    visits = getattr(history, "visits", None)
    if visits is not None:
        return list(visits)
    if isinstance(history, list) and history and all(isinstance(one, Visit) for one in history):
        return history
    from asl.graph.histories import read
    from asl.visits import fold

    return fold(read(history, definition))


def _states(visits: Iterable[Visit]) -> dict[str, StateRun]:
    states: dict[str, StateRun] = {}
    for visit in visits:
        run = states.setdefault(visit.name, StateRun())
        run.visits += 1
        run.attempts = max(run.attempts, visit.attempts)
        run.milliseconds += 0 if visit.end_ms is None else visit.end_ms - visit.start_ms
        if not run.status or _TELLING.index(visit.status) < _TELLING.index(run.status):
            run.status = visit.status
            run.error, run.cause = visit.error, visit.cause
        if visit.length is not None:
            run.length = (run.length or 0) + visit.length
            for end, count in visit.iterations.items():
                run.iterations[end] = run.iterations.get(end, 0) + count
    return states


def taken(visits: Sequence[Visit], definition: Mapping[str, Any]) -> set[tuple[str, str, str]]:
    """The transitions that a run took, by the key of their edges."""
    return {key for _, key in transitions(visits, definition)}


def transitions(visits: Sequence[Visit], definition: Mapping[str, Any]) -> list[tuple[Visit, tuple[str, str, str]]]:
    """Every transition of a run in order: the visit that it led to (at the end: from), and the key of its edge."""
    ways = _Ways(definition)
    latest: dict[tuple[int, int], Visit] = {}
    found: list[tuple[Visit, tuple[str, str, str]]] = []
    for visit in visits:
        place = (visit.parent.id if visit.parent is not None else 0, visit.slot)
        before = latest.get(place)
        latest[place] = visit
        if before is not None:
            found.append((visit, (before.name, visit.name, ways.kind(before, visit.name))))
        elif visit.parent is None:
            found.append((visit, ("Start", visit.name, "start")))
    last = latest.get((0, -1))
    if last is not None and last.status == "succeeded" and ways.ends(last.name):
        found.append((last, (last.name, "End", "end")))
    return found


class _Ways:
    """Which kind of transition led from one state to another, as the definition allows."""

    def __init__(self, definition: Mapping[str, Any]) -> None:
        from asl.graph.model import build

        self._kinds: dict[tuple[str, str], list[Edge]] = {}
        for edge in build(definition).edges():
            self._kinds.setdefault((edge.source.name, edge.target.name), []).append(edge)

    def ends(self, name: str) -> bool:
        """Whether the machine can end with this state."""
        return any(edge.kind == "end" for edge in self._kinds.get((name, "End"), ()))

    def kind(self, before: Visit, target: str) -> str:
        edges = self._kinds.get((before.name, target), [])
        if before.status == "caught":
            return "catch"
        kinds = [edge.kind for edge in edges if edge.kind != "catch"]
        if before.rule is not None and len(kinds) > 1:
            return "default" if before.rule < 0 else "choice"
        return kinds[0] if kinds else "next"

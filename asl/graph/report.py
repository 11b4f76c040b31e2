"""The report of a run: one HTML file with the drawing, a scrubber through time, an inspector, a timeline, all events.

The page gets the run as data and draws what is looked at: lists hold only the rows in sight, a text that occurs often
is stored once. So a history of 25,000 events stays usable.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from asl.graph import svg
from asl.graph.drawing import definition_of
from asl.graph.model import build
from asl.graph.page import document, own_fields, template
from asl.graph.runs import RunOverlay, transitions
from asl.graph.svg import escape, legal

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from asl.kernel.events import Event, Note
    from asl.visits import Visit

#: Characters of one payload that a report keeps.
LONGEST = 50_000


def report(history: Any, machine: Any = None, *, title: str = "") -> str:
    """The report of a run as an HTML document.

    ``history``  an Execution, or events as AWS shapes them (a list, or ``{"events": [...]}``)
    ``machine``  the StateMachine or its definition; without it, what the run shows of it is drawn

    Raises ValueError for what can't be read as a history, DefinitionError for what can't be read as a definition.
    """
    from asl.graph.histories import read
    from asl.graph.observed import observed

    definition = getattr(history, "_definition", None) if machine is None else definition_of(machine)
    events = getattr(history, "events", None)
    notes: Sequence[Note] = getattr(history, "notes", ())
    if not isinstance(events, list) or isinstance(history, dict):
        events = read(history, definition)
    told = _Told(events, notes)
    if definition is None:
        definition = observed(told.visits)
    title = title or str(getattr(machine, "name", "") or getattr(history, "name", "") or "Run")
    graph = build(definition)
    overlay = RunOverlay(told.visits, definition)
    drawn = svg.render(graph, overlay=overlay, title=title)
    measure = svg.SvgMeasure()
    data = {
        **told.data(definition),
        "states": {legal(name): fields for name, fields in own_fields(definition).items()},
        "subtitles": {legal(node.name): measure.plain_sub(node) for node in graph.walk() if node.kind == "state"},
    }
    return document(
        title,
        template("report.html", title=escape(title), drawing=drawn),
        data,
        ("base.css", "report.css"),
        ("canvas.js", "report.js"),
    )


class _Told:
    """A log, followed event by event."""

    def __init__(self, events: Sequence[Event], notes: Sequence[Note]) -> None:
        from asl.visits import VisitLog

        self._events = events
        log = VisitLog()
        by_event: dict[int, list[Note]] = {}
        for note in notes:
            by_event.setdefault(note[0], []).append(note)
        #: id of each visit -> number of the event that ended it
        self._ends: dict[int, int] = {}
        self._iterations: list[list[Any]] = []
        self._retries: list[list[Any]] = []
        for number, event in enumerate(events, 1):
            for change in log.feed((event,), by_event.get(number, ())):
                if change.kind == "closed":
                    self._ends[change.visit.id] = number
                elif change.kind == "iterated":
                    self._iterations.append([number, change.visit.id, change.outcome])
                elif change.retry is not None:
                    self._retries.append([number, change.visit.id, change.retry.delay_ms])
        self.visits: list[Visit] = log.visits
        self._texts: dict[str, int] = {}

    def data(self, definition: Mapping[str, Any]) -> dict[str, Any]:
        """What the page is told. Numbers of events count from 1; visits are known by their places in the list."""
        places = {visit.id: place for place, visit in enumerate(self.visits)}
        start = self._events[0][2] if self._events else 0
        found = {
            "start": start,
            "status": self._status(),
            "events": [self._event(number, event, start, places) for number, event in enumerate(self._events, 1)],
            "visits": [self._visit(visit, start, places) for visit in self.visits],
            "edges": [self._edge(visit, key) for visit, key in transitions(self.visits, definition)],
            "iterations": [[number, places.get(visit, -1), outcome] for number, visit, outcome in self._iterations],
            "retries": [[number, places.get(visit, -1), delay] for number, visit, delay in self._retries],
        }
        return {**found, "texts": list(self._texts)}

    def _status(self) -> str:
        last = str(self._events[-1][0]) if self._events else ""
        return _STATUSES.get(last, "RUNNING")

    def _text(self, text: str | None) -> int:
        """The number of a text in the table; -1 = none."""
        if text is None:
            return -1
        if len(text) > LONGEST:
            text = f"{text[:LONGEST]}… ({len(text) - LONGEST:,} more characters)"
        return self._texts.setdefault(text, len(self._texts))

    def _event(self, number: int, event: Event, start: int, places: Mapping[int, int]) -> list[Any]:
        visit = number if number in places else event[3]
        return [event[0], event[2] - start, places.get(visit, -1), event[1], self._details(number, event)]

    def _details(self, number: int, event: Event) -> dict[str, Any]:
        from asl.history import shape

        try:
            shaped = shape(number, event)
        except (KeyError, IndexError):  # of a type that only newer histories of AWS have
            return {}
        details: dict[str, Any] = next((value for key, value in shaped.items() if key.endswith("EventDetails")), {})
        return {
            key: [self._text(value)] if isinstance(value, str) and len(value) > 20 else value
            for key, value in details.items()
            if not key.endswith("Details")
        }

    def _visit(self, visit: Visit, start: int, places: Mapping[int, int]) -> dict[str, Any]:
        return {
            "name": legal(visit.name),
            "type": visit.type,
            "first": visit.id,
            "last": self._ends.get(visit.id, 0),
            "from": visit.start_ms - start,
            "to": None if visit.end_ms is None else visit.end_ms - start,
            "parent": places[visit.parent.id] if visit.parent is not None else -1,
            "slot": visit.slot,
            "depth": len(visit.path) - 1,
            "status": visit.status,
            "attempts": visit.attempts,
            "input": self._text(visit.input_text),
            "output": self._text(visit.output_text),
            "error": visit.error,
            "cause": self._text(visit.cause),
            "length": visit.length,
        }

    def _edge(self, visit: Visit, key: tuple[str, str, str]) -> list[Any]:
        number = self._ends.get(visit.id, 0) if key[2] == "end" else visit.id
        return [number, *map(legal, key)]


_STATUSES = {
    "ExecutionSucceeded": "SUCCEEDED",
    "ExecutionFailed": "FAILED",
    "ExecutionAborted": "ABORTED",
    "ExecutionTimedOut": "TIMED_OUT",
}

"""The trace: one line per state as it happens, with Map and Parallel as trees.

Branches and iterations run at the same time, but a page is read from top to bottom. So each Map or Parallel has a
*stage*: the lines of one branch go straight out, those of the others wait in their lane until the stage is free, and
the status line (on a terminal) says what runs meanwhile. Of a large Map only the first iterations are shown, and the
first that fail; the rest is counted in one line.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from asl.visits import Change, Visit, VisitLog
from asl_cli.report import told_by
from asl_cli.terminal import clean, duration, shorten

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from asl.kernel.events import Event, Note
    from asl_cli.terminal import Screen

#: Maps of up to so many items are shown whole; of a larger one the first iterations, and how many more if they fail.
SHOWN_WHOLE = 5
SHOWN = 3
SHOWN_FAILED = 3
#: Characters of an error's cause, a Choice rule's condition and an iteration's item in a line of the trace.
CAUSE_WIDTH = 72
CONDITION_WIDTH = 80
ITEM_WIDTH = 60


class Machine(Protocol):
    """What the trace asks a state machine."""

    @property
    def definition(self) -> Mapping[str, Any]:
        """The definition, known to be valid."""

    def describe_choice(self, state: str, rule: int) -> str:
        """The condition of a Choice rule in short, e.g. ``$.n < 10``; "" if unknown."""

    def resource_of(self, state: str) -> str | None:
        """The resource of a Task."""


@dataclass(slots=True, eq=False)
class _Lane:
    """The lines of one branch or iteration that wait for the stage. The top level is a lane without a scope."""

    scope: _Scope | None = None
    slot: int = -1
    label: str = ""
    waiting: list[str] = field(default_factory=list)
    #: nothing will follow in it
    ended: bool = False


@dataclass(slots=True, eq=False)
class _Scope:
    """A Map or Parallel whose line is out and whose end isn't; ``lane`` is where it stands itself."""

    visit: Visit
    lane: _Lane
    lanes: dict[int, _Lane] = field(default_factory=dict)
    #: iterations that run out of sight; they are dropped when they end, unless they fail
    hidden: dict[int, _Lane] = field(default_factory=dict)
    stage: _Lane | None = None
    #: the lane that the last label named
    labelled: _Lane | None = None
    #: iterations shown, by how they ended
    shown: dict[str, int] = field(default_factory=dict)
    shown_failed: int = 0


class Trace:
    """Feed it the log as it grows; it writes to ``screen``."""

    def __init__(self, screen: Screen, machine: Machine) -> None:
        self.log = VisitLog(machine)
        self._screen = screen
        self._machine = machine
        self._states = _states(machine.definition)
        self._top = _Lane()
        self._scopes: dict[int, _Scope] = {}
        self._out: list[str] = []

    def feed(self, events: Iterable[Event], notes: Iterable[Note] = ()) -> None:
        """A listener of an execution."""
        for change in self.log.feed(events, notes):
            _CHANGES[change.kind](self, change)
        for scope in self._scopes.values():
            self._settle(scope)
        self._screen.lines(self._out, self._status() if self._screen.live else "")
        self._out.clear()

    # -- changes

    def _opened(self, change: Change) -> None:
        visit = change.visit
        if visit.parent is None:
            return
        scope = self._scope(visit.parent)
        lane = self._lane(visit)
        if scope.stage is None and visit.slot in scope.lanes:
            self._take_stage(scope, lane)

    def _retried(self, change: Change) -> None:
        visit, retry = change.visit, change.retry
        if retry is None:
            return
        what = f"retry {retry.number} in {duration(retry.delay_ms)}: {self._problem(retry.error, retry.cause)}"
        scope = self._scopes.get(visit.id)
        if scope is None:
            self._emit(self._lane(visit), self._line("retry", visit, what, timed=False))
        else:
            self._clear(scope)
            sign = f"{self._screen.sign('retry')} " if self._screen.glyphs else ""
            self._emit(scope.lane, f"{self._screen.sign('branch')}{sign}{what}")
            scope.lanes.clear()
            scope.hidden.clear()
            scope.stage = scope.labelled = None
            scope.shown.clear()
            scope.shown_failed = 0

    def _closed(self, change: Change) -> None:
        visit = change.visit
        lane = self._lane(visit)
        line = self._line(visit.status, visit, self._remark(visit))
        lane.ended = visit.status != "caught" and self._is_last(visit)
        scope = self._scopes.pop(visit.id, None)
        if scope is None:
            self._emit(lane, line)
            return
        self._clear(scope)
        self._count_the_rest(scope)
        self._emit(scope.lane, self._screen.sign("last") + line)

    def _iterated(self, change: Change) -> None:
        """An iteration ended: if it was hidden, its lines are forgotten, unless it is one of the first that failed."""
        scope = self._scopes.get(change.visit.id)
        if scope is None:
            return
        lane = scope.hidden.pop(change.slot, None)
        if lane is not None and change.outcome == "failed" and scope.shown_failed < SHOWN_FAILED:
            scope.shown_failed += 1
            scope.lanes[change.slot] = lane
        if change.slot in scope.lanes:
            scope.shown[change.outcome] = scope.shown.get(change.outcome, 0) + 1

    # -- lanes and stages

    def _scope(self, visit: Visit) -> _Scope:
        """The scope of an open Map or Parallel; its first state brings its line."""
        scope = self._scopes.get(visit.id)
        if scope is None:
            lane = self._lane(visit)
            size = "" if visit.length is None else f"{visit.length:,} item" + "s" * (visit.length != 1)
            self._emit(lane, self._line("open", visit, self._screen.paint(size, "dim"), timed=False))
            scope = self._scopes[visit.id] = _Scope(visit, lane)
        return scope

    def _lane(self, visit: Visit) -> _Lane:
        if visit.parent is None:
            return self._top
        scope = self._scope(visit.parent)
        return scope.lanes.get(visit.slot) or scope.hidden.get(visit.slot) or self._add_lane(scope, visit)

    def _add_lane(self, scope: _Scope, first: Visit) -> _Lane:
        paint = self._screen.paint
        if scope.visit.type == "Map":
            item = self._screen.text(shorten(first.input_text, ITEM_WIDTH))
            label = f"{paint(f'#{first.slot}', 'magenta')}  {paint(item, 'dim')}"
        else:
            label = paint(f"Branch {first.slot + 1}", "magenta")
        hidden = first.slot >= SHOWN and (scope.visit.length or 0) > SHOWN_WHOLE
        lane = _Lane(scope, first.slot, label)
        (scope.hidden if hidden else scope.lanes)[first.slot] = lane
        return lane

    def _emit(self, lane: _Lane, line: str) -> None:
        """A line goes out if its lane and all lanes around it are on stage; else it waits where it is held up."""
        while lane.scope is not None:
            if lane.scope.stage is not lane:
                lane.waiting.append(line)
                return
            line = self._screen.sign("guide") + line
            lane = lane.scope.lane
        self._out.append(line)

    def _take_stage(self, scope: _Scope, lane: _Lane) -> None:
        scope.stage = lane
        if scope.labelled is not lane:
            scope.labelled = lane
            self._emit(scope.lane, self._screen.sign("branch") + lane.label)
        waiting, lane.waiting = lane.waiting, []
        for line in waiting:
            self._emit(lane, line)

    def _settle(self, scope: _Scope) -> None:
        """When the branch on stage has ended: show the others that ended meanwhile, then the next one that runs."""
        if scope.stage is None or not scope.stage.ended:
            return
        running: _Lane | None = None
        for _, lane in sorted(scope.lanes.items()):
            if not lane.ended:
                running = running or lane
            elif lane.waiting:
                self._take_stage(scope, lane)
        scope.stage = None
        if running is not None:
            self._take_stage(scope, running)

    def _clear(self, scope: _Scope) -> None:
        """The scope ends: everything that still waits in it is shown."""
        for _, lane in sorted(scope.lanes.items()):
            if lane.waiting:
                self._take_stage(scope, lane)

    def _count_the_rest(self, scope: _Scope) -> None:
        visit = scope.visit
        more = (visit.length or 0) - len(scope.lanes)
        if more <= 0:
            return
        ended = {outcome: count - scope.shown.get(outcome, 0) for outcome, count in visit.iterations.items()}
        parts = [
            self._screen.paint(f"{ended[outcome]:,} {word}", colour)
            for outcome, word, colour in (
                ("succeeded", "ok", "green"),
                ("failed", "failed", "red"),
                ("aborted", "aborted", ""),
            )
            if ended.get(outcome)
        ]
        never = more - sum(ended.values())
        if never > 0:
            parts.append(f"{never:,} not finished")
        self._emit(
            scope.lane, f"{self._screen.sign('branch')}{self._screen.sign('more')} {more:,} more: {', '.join(parts)}"
        )

    # -- lines

    def _line(self, sign: str, visit: Visit, remark: str, *, timed: bool = True) -> str:
        paint = self._screen.paint
        parts = [f"{self._screen.mark(sign)} {paint(clean(visit.name), 'bold')}"]
        parts.append(paint(kind_of(visit), "dim"))
        if timed and visit.end_ms is not None:
            parts.append(paint(duration(visit.end_ms - visit.start_ms), "cyan"))
        if remark:
            parts.append(remark)
        return "  ".join(parts)

    def _remark(self, visit: Visit) -> str:
        """What is worth saying about a visit that ended."""
        paint = self._screen.paint
        parts = []
        if visit.attempts > 1:
            parts.append(paint(f"{visit.attempts} attempts", "yellow"))
        if visit.status == "caught":
            arrow = f" {self._screen.sign('arrow')} {paint(clean(visit.next), 'bold')}" if visit.next else ""
            parts.append(f"{self._screen.sign('catch')}{self._problem(visit.error, visit.cause)}{arrow}")
        elif visit.status == "failed":
            # the cause stands beside the state inside that failed
            parts.append(self._problem(visit.error, None if visit.children else visit.cause))
        elif visit.rule is not None:
            parts.append(self._rule(visit.name, visit.rule))
        return "  ".join(parts)

    def _rule(self, state: str, rule: int) -> str:
        """``if $.n < 10 → Next``, ``else → Next``."""
        fields = self._states[state]
        if rule < 0:
            taken, target = "else", fields["Default"]
        else:
            condition = self._machine.describe_choice(state, rule)
            taken = f"if {shorten(condition, CONDITION_WIDTH)}" if condition else f"rule {rule + 1}"
            target = fields["Choices"][rule]["Next"]
        return f"{self._screen.text(taken)} {self._screen.sign('arrow')} {self._screen.paint(clean(target), 'bold')}"

    def _is_last(self, visit: Visit) -> bool:
        """Whether nothing follows this visit in its branch, as it wasn't caught."""
        return visit.status != "succeeded" or visit.type == "Succeed" or self._states[visit.name].get("End") is True

    def _problem(self, error: str | None, cause: str | None) -> str:
        told = told_by(cause)
        text = self._screen.text(shorten(told[0][1], CAUSE_WIDTH)) if told else ""
        named = self._screen.paint(clean(error), "red") if error else ""
        return ": ".join(part for part in (named, text) if part) or "no error"

    def _status(self) -> str:
        """What is running, from the outermost state inwards, if it is something that takes time."""
        visit = self.log.running
        if visit is None:
            return ""
        parts = []
        while visit.running:
            parts.append(self._running(visit))
            if len(visit.running) > 1:
                names = list(dict.fromkeys(clean(inner.name) for inner in visit.running[:100]))
                more = [] if len(names) <= 3 else [self._screen.sign("more")]
                parts.append(", ".join([*names[:3], *more]))
                break
            visit = visit.running[0]
        else:
            if visit.type not in _SLOW:
                return ""
            parts.append(self._running(visit))
        return f"{self._screen.sign('running')} " + f" {self._screen.sign('inside')} ".join(parts)

    def _running(self, visit: Visit) -> str:
        name = self._screen.paint(clean(visit.name), "bold")
        if visit.length is not None:
            return f"{name} {sum(visit.iterations.values()):,}/{visit.length:,}"
        return name if visit.children else f"{name}  {self._screen.paint(kind_of(visit), 'dim')}"


_CHANGES = {
    "opened": Trace._opened,
    "retried": Trace._retried,
    "closed": Trace._closed,
    "iterated": Trace._iterated,
}
_SLOW = frozenset(("Task", "Wait", "Map", "Parallel"))


def _states(definition: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """The fields of every state, those inside Map and Parallel too: a name stands once in a whole machine."""
    found: dict[str, Mapping[str, Any]] = {}
    waiting = [definition]
    while waiting:
        for name, fields in waiting.pop()["States"].items():
            found[name] = fields
            inner = [fields.get("ItemProcessor"), fields.get("Iterator"), *fields.get("Branches", ())]
            waiting.extend(processor for processor in inner if processor)
    return found


def kind_of(visit: Visit) -> str:
    """What a state is, in short: its type, or what a Task calls ("sqs:sendMessage", "lambda Pay", "activity:Ask")."""
    resource = visit.resource
    if resource is None:
        return visit.type
    if resource == "lambda:invoke" and (name := _function_name(visit)):
        return f"lambda:invoke {clean(name)}"
    if not resource.startswith("arn:"):
        return clean(resource)
    fields = resource.split(":")
    if len(fields) < 7:
        return clean(resource)
    if fields[2] == "lambda":  # arn:aws:lambda:region:account:function:name
        return f"lambda {clean(fields[6])}"
    if fields[5] == "activity":  # arn:aws:states:region:account:activity:name
        return f"activity:{clean(fields[6])}"
    return clean(":".join(fields[5:]))  # arn:aws:states:::service:action


def _function_name(visit: Visit) -> str | None:
    """The name of the function that a ``lambda:invoke`` task calls."""
    parameters = json.loads(visit.payload_text or "null")
    name = parameters.get("FunctionName") if isinstance(parameters, dict) else None
    if not isinstance(name, str):
        return None
    return name.split(":function:")[-1].split(":")[0]

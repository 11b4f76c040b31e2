"""The fold: how each record of the log changes the visits.

How a visit ends can't be read off one event: a failing state leaves no event of its own. It is the visit that the
failure event (the ``previous`` of what follows from it) belongs to, with every Map/Parallel between it and the one that
ended; all other visits that were open there were aborted.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Literal, NamedTuple, Protocol

from asl.visits.visit import Retry, Status, Visit

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from asl.kernel.events import Event, Note

ChangeKind = Literal["opened", "retried", "closed", "iterated"]


class Change(NamedTuple):
    """What a stretch of the log did to a visit: "opened", "retried" (``retry`` says how), "closed", or, of a Map,
    "iterated": the iteration ``slot`` came to the end ``outcome`` ("succeeded", "failed" or "aborted")."""

    kind: ChangeKind
    visit: Visit
    retry: Retry | None = None
    slot: int = -1
    outcome: str = ""


class Describer(Protocol):
    """The part of a state machine that knows more than its log."""

    def resource_of(self, state: str) -> str | None: ...


def fold(events: Iterable[Event], notes: Iterable[Note] = (), machine: Describer | None = None) -> list[Visit]:
    """The visits of a log, in the order of entering; those it leaves open have the status "running".

    Without ``notes`` (a history that came from elsewhere) the delays of retries and the catchers are unknown.
    ``machine`` adds the resource of Tasks that failed before they were scheduled.
    """
    log = VisitLog(machine)
    log.feed(events, notes)
    return log.visits


class VisitLog:
    """The visits of a log that still grows. ``visits`` holds all of them so far, in the order of entering."""

    def __init__(self, machine: Describer | None = None) -> None:
        self.visits: list[Visit] = []
        self._machine = machine
        self._top = Visit(id=0, name="", type="", input_text="null", start_ms=0)
        self._by_id: dict[int, Visit] = {0: self._top}
        self._count = 0
        self._changes: list[Change] = []
        # Failed visits whose error no event of their own told: it comes with what their failure leads to.
        self._unexplained: list[Visit] = []

    @property
    def running(self) -> Visit | None:
        """The top-level visit that is open now."""
        return self._top._open.get(-1)

    def feed(self, events: Iterable[Event], notes: Iterable[Note] = ()) -> list[Change]:
        """Take the next records of the log; answers what they changed, in the order in which it happened."""
        self._changes = []
        waiting = deque(notes)
        for event in events:
            while waiting and waiting[0][0] <= self._count:
                self._note(waiting.popleft())
            self._count += 1
            self._event(event)
        for note in waiting:
            self._note(note)
        return self._changes

    # -- one record

    def _event(self, event: Event) -> None:
        kind: str = event[0]
        if kind in _ENTERED:
            self._enter(event)
            return
        visit = self._by_id[event[3]]
        if kind in _ABORTED:
            self._close_tree(visit, event)
        elif kind in _EXITED:
            self._exit(visit, event)
        elif kind in _STARTED:
            self._start(visit, event)
        elif kind in _ERROR_AT:
            at = _ERROR_AT[kind]
            self._fail(visit, event[at], event[at + 1])
        elif kind in _SCOPE_FAILED:
            visit._failing = True
            self._close_inner(visit, event)
        elif kind in _ITERATED:
            self._iterate(visit, event, _ITERATED[kind])
        elif kind in _ENDED:
            self._end(event, _ENDED[kind])
        elif kind == "ExecutionRedriven":
            self._reopen(self._top)
        visit._last = self._count

    def _note(self, note: Note) -> None:
        _, _, number, kind, error, cause, *details = note
        visit = self._by_id[number]
        self._explain(error, cause)
        visit.error, visit.cause = error, cause
        visit._failing = False
        if kind == "retry":
            retrier, attempt, delay = details
            retry = Retry(error, cause, delay, attempt, retrier)
            visit.retries.append(retry)
            visit._retrying = visit._started = True
            visit._since = len(visit.children)
            self._changes.append(Change("retried", visit, retry))
        else:
            visit.caught_by, visit.next = details

    # -- a visit from its first event to its last

    def _enter(self, event: Event) -> None:
        kind, _, time, above, name, text, slot = event
        parent = self._by_id[above]
        visit = Visit(self._count, name, _ENTERED[kind], text, time, slot=slot, _last=self._count)
        if parent is not self._top:
            visit.parent = parent
        if self._machine is not None and visit.type == "Task":
            visit.resource = self._machine.resource_of(name)
        parent.children.append(visit)
        parent._open[slot] = visit
        self._by_id[visit.id] = visit
        self.visits.append(visit)
        self._changes.append(Change("opened", visit))
        if visit.type == "Fail":  # it leaves no further event
            self._close(visit, time, "failed")

    def _start(self, visit: Visit, event: Event) -> None:
        """Its work starts, for the first time or again."""
        again = visit._started
        if again:
            visit.attempts += 1
            visit._since = len(visit.children)
        visit._started = True
        visit._retrying = visit._failing = visit._told = False
        kind = event[0]
        if kind == "TaskScheduled":
            visit.resource = f"{event[4]}:{event[5]}"
            visit.payload_text = event[7]
        elif kind == "MapStateStarted":
            visit.length = event[4]
            visit.iterations = {}
        elif kind != "ParallelStateStarted":
            visit.resource, visit.payload_text = event[4], event[5]
        if again:
            self._close_inner(visit, event)
            self._answered(visit)

    def _fail(self, visit: Visit, error: str | None, cause: str | None) -> None:
        """An attempt failed; whether the visit did, is told by what follows."""
        if visit._retrying:  # it failed before its work was started again
            visit.attempts += 1
            visit._retrying = False
        visit.error, visit.cause = error, cause
        visit._failing = visit._told = True

    def _exit(self, visit: Visit, event: Event) -> None:
        caught = visit.caught_by is not None or visit._failing
        if caught:
            self._close_inner(visit, event)
            self._answered(visit)
        visit.output_text = event[5]
        visit.rule = event[7]
        self._close(visit, event[2], "caught" if caught else "succeeded")

    def _answered(self, visit: Visit) -> None:
        """What failed inside was retried or caught here: a note told its error, or nothing ever will."""
        if visit.retries or visit.caught_by is not None:
            self._explain(visit.error, visit.cause)
        self._unexplained.clear()

    def _iterate(self, visit: Visit, event: Event, outcome: str) -> None:
        slot = event[5]
        inner = visit._open.get(slot)
        if inner is not None:
            inner._failing = inner._failing or outcome == "failed"
            self._close_tree(inner, event)
        visit.iterations[outcome] = visit.iterations.get(outcome, 0) + 1
        self._changes.append(Change("iterated", visit, slot=slot, outcome=outcome))

    def _end(self, event: Event, status: Status) -> None:
        """The execution ended: so did everything that is still open."""
        error, cause = (event[4], event[5]) if status != "succeeded" else (None, None)
        last = self.running
        if last is not None:
            if status == "failed":
                last._failing = True
                self._close_tree(last, event)
            else:
                self._close_tree(last, event, status)
        self._explain(error, cause)

    def _reopen(self, visit: Visit) -> None:
        """The execution goes on after a bad end: in each line of control the last visit does, unless it ended well.
        What belongs to an attempt that was given up for a retry has ended for good."""
        for inner in {inner.slot: inner for inner in visit.children[visit._since :]}.values():
            if inner.status not in ("succeeded", "caught"):
                inner.end_ms, inner.status = None, "running"
                inner._failing = inner._told = False
                inner.iterations = {end: count for end, count in inner.iterations.items() if end == "succeeded"}
                visit._open[inner.slot] = inner
                self._changes.append(Change("opened", inner))
                self._reopen(inner)

    # -- closing

    def _close_inner(self, visit: Visit, event: Event) -> None:
        for inner in visit.running:
            self._close_tree(inner, event)

    def _close_tree(self, top: Visit, event: Event, status: Status | None = None) -> None:
        """Close a visit and all that is open in it: as ``status``, or failed where the failure passed, else aborted."""
        if top.end_ms is not None:
            return
        cause = event[1]
        failed: set[int] = set()
        for visit in reversed(list(_open_tree(top))):  # inner ones first
            if status is not None:
                self._close(visit, event[2], status)
            elif visit._failing or visit._last == cause or visit.id in failed:
                if visit is not top and visit.parent is not None:
                    failed.add(visit.parent.id)
                self._close(visit, event[2], "failed")
            else:
                self._close(visit, event[2], "aborted")

    def _close(self, visit: Visit, time: int, status: Status) -> None:
        visit.end_ms, visit.status = time, status
        (visit.parent or self._top)._open.pop(visit.slot, None)
        if status == "failed" and not visit._told:
            self._unexplained.append(visit)
        self._changes.append(Change("closed", visit))

    def _explain(self, error: str | None, cause: str | None) -> None:
        for visit in self._unexplained:
            visit.error, visit.cause = error, cause
        self._unexplained.clear()


def _open_tree(top: Visit) -> Iterator[Visit]:
    """``top`` and all that is open in it, outer visits before inner ones."""
    waiting = [top]
    while waiting:
        visit = waiting.pop()
        yield visit
        waiting.extend(visit._open.values())


_ENTERED = {
    f"{state}StateEntered": state for state in ("Pass", "Task", "Choice", "Wait", "Succeed", "Fail", "Parallel", "Map")
}
_EXITED = frozenset(f"{state}StateExited" for state in _ENTERED.values())
_ABORTED = frozenset(f"{state}StateAborted" for state in _ENTERED.values())
_STARTED = frozenset(
    ("LambdaFunctionScheduled", "ActivityScheduled", "TaskScheduled", "MapStateStarted", "ParallelStateStarted")
)
_SCOPE_FAILED = frozenset(("MapStateFailed", "ParallelStateFailed"))
_ITERATED = {
    "MapIterationSucceeded": "succeeded",
    "MapIterationFailed": "failed",
    "MapIterationAborted": "aborted",
}
_ENDED: dict[str, Status] = {
    "ExecutionSucceeded": "succeeded",
    "ExecutionFailed": "failed",
    "ExecutionAborted": "aborted",
    "ExecutionTimedOut": "timed out",
}
#: failures of one attempt -> position of the error in the record; the cause follows it
_ERROR_AT = {
    "EvaluationFailed": 5,
    **dict.fromkeys(("LambdaFunctionFailed", "LambdaFunctionTimedOut", "ActivityFailed", "ActivityTimedOut"), 4),
    **dict.fromkeys(("TaskFailed", "TaskTimedOut", "TaskStartFailed", "TaskSubmitFailed"), 6),
}

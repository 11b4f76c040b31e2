"""Does what is stored of an execution agree with itself? Its history, folded, must lead to its live frames.

Recovery never replays a history: it loads the frames. So a fault that let the two drift apart would show only much
later, as a history that no machine could have. Here both are read, and compared:

- the events are numbered without a gap, each follows an earlier one and belongs to a visit that was begun;
- the core counts as many events as there are, and agrees with the execution's row about the status;
- an execution that has ended has the event of that end as its last one, one that runs has none;
- each live frame that is in a state has the visit of that state open in the folded history; and while the execution
  runs, each open visit has its frame.

What has ended badly and can be redriven is held against the visits that a redrive would open again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from asl.drivers.durable.bare import Machine, bare_core
from asl.drivers.durable.packing import unpack
from asl.errors import DefinitionError, StoreError
from asl.history import shape
from asl.jsontext import decode
from asl.kernel.frame import DONE
from asl.stores.base import ABORTED, FAILED, RUNNING, TIMED_OUT
from asl.visits import VisitLog

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from asl.kernel.core import Core
    from asl.kernel.events import Event, Note
    from asl.stores.base import Execution, Held, Store
    from asl.worker import Definitions

#: status -> the event that says so
_LAST = {
    "SUCCEEDED": "ExecutionSucceeded",
    FAILED: "ExecutionFailed",
    TIMED_OUT: "ExecutionTimedOut",
    ABORTED: "ExecutionAborted",
}
_ENTERED = "StateEntered"

#: What reading rows of the wrong shape may raise.
_UNREADABLE = (ValueError, TypeError, LookupError, AttributeError)


def candidates(store: Store) -> Iterator[int]:
    """Ids of the Standard executions that may go on: those that run, and those that ended badly."""
    yield from store.open_executions()
    for status in (FAILED, TIMED_OUT, ABORTED):
        last = None
        while page := store.executions(status=status, before=last):
            yield from (execution.id for execution in page)
            last = page[-1].id


def audit(store: Store, definitions: Definitions, ids: Iterable[int]) -> Iterator[str]:
    """What is wrong with executions, each finding in one line that begins with the execution's ARN.

    May run beside workers: what is written in the meantime isn't looked at.
    """
    for number in ids:
        try:
            before = store.held([number])
            if not before or before[0].execution.express:  # of an Express execution no history is kept
                continue
            events, notes = store.events(number), store.notes(number)
            after = store.held([number])
        except (StoreError, *_UNREADABLE) as problem:
            yield f"execution {number} can't be read: {problem}"
            continue
        if not after:  # purged just now
            continue
        untouched = after[0].version == before[0].version
        arn = before[0].execution.arn
        for finding in _check(before[0], events, notes, definitions, untouched=untouched):
            yield f"{arn}: {finding}"


def _check(
    held: Held, events: Sequence[tuple[int, Event]], notes: Sequence[Note], definitions: Definitions, *, untouched: bool
) -> Iterator[str]:
    execution = held.execution
    if execution.status != RUNNING and not held.frames:  # it never goes on
        return
    try:
        core = _core(held, definitions)
    except (DefinitionError, StoreError) as problem:
        yield f"its definition can't be used: {problem}"
        return
    except _UNREADABLE as problem:
        yield f"its frames can't be read: {type(problem).__name__}: {problem}"
        return
    if untouched and core.last != len(events):
        yield f"it counts {core.last} events, but there are {len(events)}"
    if core.status != execution.status:
        yield f"it is {execution.status}, but its frames say {core.status}"
    events = events[: core.last]
    try:
        broken = list(_check_events(events, execution))
        yield from broken
        if not broken:
            yield from _check_frames(core, execution, events, [note for note in notes if note[0] <= core.last])
    except _UNREADABLE as problem:
        yield f"its history can't be followed: {type(problem).__name__}: {problem}"


def _core(held: Held, definitions: Definitions) -> Core:
    """The core as a worker would load it."""
    execution = held.execution
    machine = Machine(definitions.find(execution.definition, express=False).program, {})
    value = decode(execution.input or "null")
    core, _, _ = unpack(held.core, held.frames, machine.program, lambda _: bare_core(execution, machine, value))
    return core


def _check_events(events: Sequence[tuple[int, Event]], execution: Execution) -> Iterator[str]:
    visits = {0}
    for expected, (number, event) in enumerate(events, 1):
        kind, previous, _, visit = event[:4]
        if number != expected:
            yield f"event {expected} is missing: {number} ({kind}) comes next"
            return
        if not 0 <= previous < number:
            yield f"event {number} ({kind}) follows event {previous}, which isn't before it"
        if visit not in visits:
            yield f"event {number} ({kind}) belongs to the state of event {visit}, which begins none"
        if kind.endswith(_ENTERED):
            visits.add(number)
        shape(number, event)  # raises for what no event can be
    last = events[-1][1][0] if events else "none"
    wanted = _LAST.get(execution.status)
    ended_otherwise = last in _LAST.values() if wanted is None else last != wanted
    if ended_otherwise:
        yield f"it is {execution.status}, but its last event is {last}"


def _check_frames(
    core: Core, execution: Execution, events: Sequence[tuple[int, Event]], notes: Sequence[Note]
) -> Iterator[str]:
    log = VisitLog()
    log.feed([event for _, event in events], notes)
    runs = execution.status == RUNNING
    if not runs:  # what a redrive would go on with
        log.feed([("ExecutionRedriven", core.last, core.now, 0, execution.redrive_count + 1)])
    visits = {visit.id: visit for visit in log.visits if visit.status == "running"}
    held = set()
    for frame in core.frames.values():
        if frame.status is DONE or not frame.phase:  # between two states nothing is open
            continue
        held.add(frame.visit)
        visit, state = visits.get(frame.visit), frame.state.name
        if visit is None:
            place = f"frame {frame.id} is in the state {state} (event {frame.visit})"
            yield f"{place}, which its history doesn't leave open"
        elif visit.name != state:
            yield f"frame {frame.id} is in the state {state}, but event {frame.visit} enters {visit.name}"
    for number in sorted(visits.keys() - held) if runs else ():
        if any(visit.backing_off for visit in visits[number].path[:-1]):  # closed when the next attempt begins
            continue
        yield f"its history leaves the state {visits[number].name} open (event {number}), in which no frame is"

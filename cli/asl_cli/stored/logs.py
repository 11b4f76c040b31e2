"""The log of a stored execution, read as far as it has come and folded into visits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from asl import Service, StateMachine
    from asl.kernel.events import Event, Note
    from asl.visits import VisitLog


class Log:
    """Reads on with each ``read``. ``visits`` is there when somebody looks at it first."""

    def __init__(self, service: Service, arn: str) -> None:
        from asl.visits import VisitLog
        from asl_cli.problems import Problem

        execution = service.store.execution(arn)
        if execution is None:  # purged or deleted since it was described
            raise Problem(f"there is no execution {arn} any more")
        self.visits: VisitLog = VisitLog()
        self._store = service.store
        self._id = execution.id
        self._events = self._notes = 0

    def read(self) -> tuple[list[tuple[int, Event]], list[Note]]:
        """The events, with their numbers, and the notes that have come since the last time."""
        found = self._store.events(self._id, first=self._events + 1)
        if found and found[0][0] <= self._events:  # nothing new: a store then answers with the last event
            found = []
        self._events += len(found)
        # Notes are read later than events, so none is missing; those of events that aren't read yet must wait.
        notes = [note for note in self._store.notes(self._id) if note[0] <= self._events][self._notes :]
        self.visits.feed([event for _, event in found], notes)
        self._notes += len(notes)
        return found, notes


class Stored(NamedTuple):
    """A stored execution as reports read one."""

    name: str
    status: str
    error: str | None
    cause: str | None
    events: list[Event]
    notes: list[Note]


def stored(service: Service, arn: str) -> Stored:
    """The execution with all of its log so far. Raises Problem if it is gone."""
    log = Log(service, arn)
    events, notes = log.read()
    found = service.store.execution(arn)
    assert found is not None, "its log was just read"
    return Stored(found.name, found.status, found.error, found.cause, [event for _, event in events], notes)


def machine_of(service: Service, arn: str) -> StateMachine:
    """The state machine as the execution runs it."""
    from asl import StateMachine

    answer: dict[str, Any] = service.call("DescribeStateMachineForExecution", {"executionArn": arn})
    return StateMachine.parse(answer["definition"], name=answer["name"])

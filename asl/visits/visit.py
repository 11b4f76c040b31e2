"""The record of one visit of one state."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal, NamedTuple

from asl.jsontext import decode

Status = Literal["running", "succeeded", "failed", "caught", "aborted", "timed out"]


class Retry(NamedTuple):
    """A retrier took a failure: attempt ``number`` (1 = the first retry) starts after ``delay_ms`` milliseconds."""

    error: str | None
    cause: str | None
    delay_ms: int
    number: int
    retrier: int


@dataclass(slots=True, eq=False)
class Visit:
    """One visit of one state. ``id`` is the id of its ...StateEntered event; times are milliseconds since the epoch."""

    id: int
    name: str
    #: "Pass", "Task", "Choice", "Wait", "Succeed", "Fail", "Parallel" or "Map"
    type: str
    input_text: str
    start_ms: int
    #: the visit of the enclosing Map or Parallel
    parent: Visit | None = None
    #: index of the branch or iteration in ``parent``; -1 at top level
    slot: int = -1
    output_text: str | None = None
    end_ms: int | None = None
    status: Status = "running"
    #: how many times the work was started (Task, Parallel, Map); 1 for all other states
    attempts: int = 1
    #: the last error seen, even if it was caught or retried
    error: str | None = None
    cause: str | None = None
    #: of a Task: the ARN of a function or activity, or "<service>:<action>", e.g. "sqs:sendMessage"
    resource: str | None = None
    #: of a Task: JSON text of what its last attempt was given
    payload_text: str | None = None
    #: of a Choice: index of the rule taken, -1 = Default
    rule: int | None = None
    #: index of the catcher that took the failure, and the state it leads to
    caught_by: int | None = None
    next: str | None = None
    retries: list[Retry] = field(default_factory=list)
    children: list[Visit] = field(default_factory=list)
    #: of a Map: number of items, and how many iterations of the last attempt came to which end
    length: int | None = None
    iterations: dict[str, int] = field(default_factory=dict)
    # -- what only the fold (``log.py``) needs
    #: the visit now open in each branch or iteration: there is at most one
    _open: dict[int, Visit] = field(default_factory=dict, repr=False)
    #: index of the first child that belongs to the present attempt
    _since: int = 0
    #: id of the last event that belongs to this visit
    _last: int = 0
    #: the work of this attempt has started / a retry was decided and hasn't started / its failure is unanswered
    _started: bool = False
    _retrying: bool = False
    _failing: bool = False
    #: an event of its own told the error of that failure
    _told: bool = False

    @property
    def input(self) -> Any:
        """The raw input of the state (before InputPath), parsed anew at each access."""
        return decode(self.input_text)

    @property
    def output(self) -> Any:
        """The output of the state, parsed anew at each access; None while there is none (see ``output_text``)."""
        return None if self.output_text is None else decode(self.output_text)

    @property
    def start(self) -> datetime:
        return _moment(self.start_ms)

    @property
    def end(self) -> datetime | None:
        return None if self.end_ms is None else _moment(self.end_ms)

    @property
    def duration(self) -> float | None:
        """Seconds from entering to the end; None while the visit is open."""
        return None if self.end_ms is None else (self.end_ms - self.start_ms) / 1000

    @property
    def waited(self) -> list[float]:
        """The delay before each retry, in seconds."""
        return [retry.delay_ms / 1000 for retry in self.retries]

    @property
    def running(self) -> list[Visit]:
        """The visits directly inside this one that are open now, by branch or iteration."""
        return list(self._open.values())

    @property
    def backing_off(self) -> bool:
        """Whether it waits to be tried again; what is open inside it then belongs to the attempt that failed."""
        return self._retrying

    @property
    def path(self) -> list[Visit]:
        """The enclosing visits from the outermost one, then this one."""
        found = [self]
        while (above := found[-1].parent) is not None:
            found.append(above)
        return found[::-1]


def _moment(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000, UTC)

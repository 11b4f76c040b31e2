"""What the durable driver and the service ask of a store, and the records they hand to each other.

The rules that every store keeps
--------------------------------
- ``commit`` takes independent writes and makes them durable together. Each write happens whole or not at all, and one
  that is refused doesn't touch the others. When ``commit`` raises StoreError, none of them has been acknowledged: the
  writer reads again what there is (after a failed commit nobody knows) and goes on from there.
- An execution is advanced by its owner only. The owner holds a *fence*, which grows with every change of owner (also
  when one lets go, gives up or is buried), and the *version*, which grows with every turn. A turn is written only where
  both are what the writer believes. So a worker that was paused and replaced, and a turn that is written twice, are
  refused. What is over takes no turn but a redrive, and what runs can't be redriven.
- Whoever isn't the owner leaves a *message*. It counts the execution's ``wake`` up, and a turn is also refused while
  there is a message that its writer hasn't ``seen``: an answer that was acknowledged is never overtaken by a time-out
  or by the owner's letting go. Nobody can tell anything to what is over.
- ``due`` says when an execution next needs somebody: 0 = now, None = only when a message comes. What has no owner and
  is due is given out by ``claim``. A worker lives as long as its lease; the executions of a dead one are due at once,
  as soon as somebody has buried it. Only registered workers own: who writes itself down as the owner of something new,
  but was buried before, doesn't get it, and it is due at once.
- ``now`` is the store's own clock: leases never compare the clocks of two machines.

All moments are milliseconds since the epoch. All payloads are JSON text.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from asl.errors import StoreError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from asl.kernel.events import Event, Note

RUNNING, SUCCEEDED, FAILED, TIMED_OUT, ABORTED = "RUNNING", "SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED"


class DamageError(StoreError):
    """What is stored isn't what was written: asking again won't help."""


class Execution(NamedTuple):
    """One execution, as DescribeExecution tells it."""

    id: int  # grows with the moment of starting, so that it also is the order
    arn: str
    machine: str  # name of the state machine
    name: str
    express: bool
    definition: str  # digest of the definition that it runs to its end
    status: str
    start: int
    stop: int | None
    seed: str
    role_arn: str
    version_arn: str | None = None
    alias_arn: str | None = None
    parent: str | None = None  # the task token of the ``.sync`` task that waits for it
    trace_header: str | None = None
    redrive_count: int = 0
    redrive_date: int | None = None
    redrives: str | None = None  # JSON: the service's own notes on redrive requests
    error: str | None = None
    cause: str | None = None
    input: str | None = None  # the text as it was sent; None where a listing leaves payloads out
    output: str | None = None


class FrameRow(NamedTuple):
    """One live frame. ``data`` and ``payload`` are the driver's own."""

    frame: str
    wait: int  # what it waits for; 0 = nothing. Task tokens are checked against it
    data: str
    payload: str | None  # its large texts, in a row of their own; None in a turn: as they were


class ActivityTask(NamedTuple):
    """Work for whoever polls the activity."""

    activity: str  # ARN
    execution: int
    frame: str
    wait: int
    token: str
    input: str


#: Kinds of messages: a task's outcome, a sign of life, an activity's start; stop a child; the machine was deleted.
ANSWER, HEARTBEAT, STARTED, STOP, DELETED = "answer", "heartbeat", "started", "stop", "deleted"


class Message(NamedTuple):
    """Something for the owner of an execution to see.

    ANSWER, HEARTBEAT and STARTED are refused with CLOSED unless the frame waits for ``wait`` (which isn't 0), and
    ANSWER also when there is an unread one already: the first answer wins. All are, when the execution is over.
    """

    execution: int
    kind: str
    frame: str = ""
    wait: int = 0
    data: str = "null"  # JSON
    id: int = 0  # given by the store; in this order they are read


class End(NamedTuple):
    """How an execution came to its end. ``keeps_frames``: it may be redriven, so its last frames stay.

    Its unread messages and queued activity tasks go with it. Its owner lets it go, whatever the turn says; after a
    foreign turn it keeps the owner that the turn says, who finds it by ``attention`` and then releases it.
    """

    status: str
    stop: int
    output: str | None
    error: str | None
    cause: str | None
    keeps_frames: bool


class Reopening(NamedTuple):
    """What a redrive changes in the execution's row."""

    redrive_count: int
    redrive_date: int
    redrives: str | None


class Needs(NamedTuple):
    """A document that must stand as it was read, or else what was decided by it doesn't hold."""

    kind: str
    name: str
    revision: int


class Turn(NamedTuple):
    """All that happened to an execution since its last turn. Refused with STALE where the guards don't hold, and with
    CHANGED where the document that it ``needs`` isn't the same any more."""

    execution: int
    fence: int  # guard
    version: int  # guard: how many turns there were before
    seen: int  # guard: the wake counter, up to which messages were read
    owner: int | None  # who has it after this turn; None lets it go. The fence is the owner's own
    due: int | None
    core: str  # the driver's own
    first: int  # id of the first event
    events: Sequence[Event]
    notes: Sequence[Note] = ()
    frames: Sequence[FrameRow] = ()  # new and changed ones
    gone: Sequence[str] = ()
    read: Sequence[int] = ()  # messages that are done with
    queued: Sequence[ActivityTask] = ()  # for activity workers
    unqueued: Sequence[tuple[str, int]] = ()  # (frame, wait) that nobody should fetch any more
    messages: Sequence[Message] = ()  # for other executions; those that come too late vanish
    stops: Sequence[str] = ()  # executions whose ``parent`` is one of these tokens get a STOP
    end: End | None = None
    reopening: Reopening | None = None
    foreign: bool = False  # not written by the owner: the fence grows, and ``wake`` too, so that the owner notices
    needs: Needs | None = None


class Start(NamedTuple):
    """A new execution and its first turn (whose guards don't count; an Express one has no events and no frames).

    Its fence is the turn's, its version afterwards 1. A turn with ``end`` starts what is over at once.

    Refused with NAME_TAKEN when a Standard execution of the machine has the name: one that runs, or was closed at
    ``reusable`` or later. An older one is removed. Refused with ID_TAKEN when the id is in use, and before all with
    CHANGED when the document that it ``needs`` isn't the same any more.
    """

    execution: Execution
    turn: Turn
    reusable: int
    needs: Needs | None = None


class ExpressEnd(NamedTuple):
    """An Express execution is over and leaves nothing but its log. Refused with STALE if it is somebody else's."""

    execution: int
    fence: int
    log: Sequence[LogLine] = ()


class LogLine(NamedTuple):
    """One line of an Express execution's log: an event as AWS logs it, as JSON. By itself it is a write, too."""

    machine: str
    arn: str
    time: int
    event: str


Write = Start | Turn | Message | ExpressEnd | LogLine

STALE, NAME_TAKEN, ID_TAKEN, CLOSED, MISSING, CHANGED = (
    "stale", "name taken", "id taken", "closed", "missing", "changed",
)  # fmt: skip


class Refusal(NamedTuple):
    """Why a write did not happen. ``holder`` is the execution that has the name. MISSING: no such execution."""

    reason: str
    holder: Execution | None = None


class Held(NamedTuple):
    """An execution with all that is needed to go on with it."""

    execution: Execution
    fence: int
    version: int
    wake: int
    owner: int | None
    due: int | None
    core: str
    frames: Sequence[FrameRow]  # in no order
    messages: Sequence[Message]  # in the order in which they came


class Worker(NamedTuple):
    """A process that advances executions."""

    id: int
    host: str  # the machine and process namespace in which ``pid`` means something
    pid: int
    expires: int  # end of its lease


class Document(NamedTuple):
    """A named thing that changes rarely: a state machine, an activity. ``revision`` grows with each change, and none
    comes twice, not even when a document is removed and made again."""

    kind: str
    name: str
    revision: int
    body: Any  # JSON


class Store(Protocol):
    """See the module. Every method may be called from any thread and raises StoreError when the store fails."""

    url: str

    def close(self) -> None:
        """Let go of files and connections. Closing twice is no error."""

    def now(self) -> int:
        """The moment by the store's clock."""

    def changes(self) -> int:
        """A number that is another one after somebody else has written; asking is cheap."""

    # -- executions ----------------------------------------------------------------------------------------------------

    def commit(self, writes: Sequence[Write]) -> list[Refusal | None]:
        """Make writes durable; the answer has one entry for each, None = done.

        Calls from several threads are put together into one transaction.
        """

    def execution(self, arn: str) -> Execution | None:
        """One execution with all its texts; of several that had this ARN in turn, the newest."""

    def execution_of(self, id: int) -> Execution | None:
        """The same by id."""

    def executions(
        self,
        machine: str | None = None,
        *,
        status: str | None = None,
        version_arn: str | None = None,
        alias_arn: str | None = None,
        before: int | None = None,
        limit: int = 100,
    ) -> list[Execution]:
        """Standard executions, the newest first, without input, output and cause; ``before`` is the id after which to
        go on."""

    def events(
        self, id: int, *, first: int = 1, limit: int | None = None, backwards: bool = False
    ) -> list[tuple[int, Event]]:
        """(event id, event), from ``first`` on upwards, or downwards; from beyond the last event: from that one on."""

    def notes(self, id: int) -> list[Note]:
        """All notes of an execution, in order."""

    def held(self, ids: Iterable[int]) -> list[Held]:
        """What is stored of these executions, running or over, all at one moment and in the order of ``ids``; those
        that don't exist are left out."""

    def open_executions(self, machine: str | None = None) -> Iterator[int]:
        """Ids of the executions that run at the moment of asking, Express ones too, in order."""

    # -- workers -------------------------------------------------------------------------------------------------------

    def register(self, host: str, pid: int, lease: int) -> Worker:
        """Begin a lease of so many milliseconds. Nobody ever gets the id of another one again."""

    def beat(self, worker: int, lease: int) -> bool:
        """Renew a lease. False when the worker has been buried; its executions aren't its own any more."""

    def workers(self) -> list[Worker]:
        """All that are registered, their lease over or not."""

    def bury(self, worker: int) -> int:
        """Remove a worker, take all executions away from it and make them due at once; returns how many ran."""

    def claim(self, worker: int, limit: int, *, unable: Iterable[str | int] = ()) -> list[Held]:
        """Become the owner of executions that are due, the longest due first; those in ``unable`` (ids) and those of
        definitions in it are left alone. A worker that isn't registered gets none."""

    def attention(self, worker: int) -> list[int]:
        """The worker's executions whose ``wake`` has grown beyond what a turn has seen, ended ones too."""

    def owned(self, worker: int) -> list[int]:
        """The running executions that a worker owns; this may look at all of them."""

    def release(self, worker: int, ids: Iterable[int]) -> None:
        """Give up executions without a turn: they are due at once. What isn't the worker's stays as it is."""

    def next_due(self, *, unable: Iterable[str | int] = ()) -> int | None:
        """When the next execution without owner is due."""

    # -- activities ----------------------------------------------------------------------------------------------------

    def take_activity(self, activity: str, worker_name: str | None) -> ActivityTask | None:
        """Take the oldest task of the activity's queue that is still waited for, and tell its execution (STARTED, with
        ``worker_name`` as data)."""

    # -- documents and definitions -------------------------------------------------------------------------------------

    def document(self, kind: str, name: str) -> Document | None:
        """The document as it is now."""

    def documents(self, kind: str) -> list[Document]:
        """All of a kind, in the order of their making."""

    def put_document(self, kind: str, name: str, body: Any, revision: int | None) -> Document | None:
        """Write a document whose revision is ``revision`` (None: there is none yet); None if that isn't so."""

    def delete_document(self, kind: str, name: str, revision: int) -> bool:
        """Remove it if its revision is this one."""

    def put_definition(self, digest: str, text: str) -> None:
        """Keep a definition under its digest; one that is there already stays. Do it again before each use of it,
        which costs little: what was put lately is no prey of ``purge``."""

    def definition(self, digest: str) -> str | None:
        """The text of a definition."""

    # -- housekeeping --------------------------------------------------------------------------------------------------

    def log(self, machine: str, *, after: int = 0, limit: int = 100) -> list[tuple[int, LogLine]]:
        """(number, line) of the Express log of a machine, in order, those after number ``after``."""

    def purge(self, before: int, *, machine: str | None = None) -> int:
        """Remove what ended before a moment (executions, log lines; definitions put more than an hour before it that no
        execution has and no document mentions); returns how many executions those were. With ``machine`` only
        executions and log lines of that one."""

    def check(self, report: Callable[[str], None]) -> None:
        """Look for what can't be: damaged pages, gaps between turns, frames of nobody. Each goes to ``report``."""

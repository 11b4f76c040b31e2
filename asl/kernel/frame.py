"""A frame: where one line of control stands, as plain data.

The execution's own line is the root frame; each branch of a Parallel and each iteration of a Map is a frame below the
one that started it. A frame can be written as JSON and read again at any moment between two steps, which is what lets
an execution be saved, printed, debugged, cancelled and redriven.
"""

from __future__ import annotations

from sys import intern
from typing import TYPE_CHECKING, Any, Protocol

from asl.kernel.outcome import Failure, Outcome, Value

if TYPE_CHECKING:
    from collections.abc import Callable

    from asl.kernel.core import Core

#: What a frame does next. READY frames stand in the core's queue; WAITING ones have asked the outside for something
#: (``wait_id`` says for what) and JOINING ones wait for their children; DONE ones hold their result for the join.
READY, WAITING, JOINING, DONE = "ready", "waiting", "joining", "done"


class State(Protocol):
    """What the kernel knows of a state. It knows no state type."""

    name: str

    def enter(self, core: Core, frame: Frame) -> State | None:
        """Begin a visit; ``frame.value`` is the raw input. Returns the next state, or None: it waits, or its line
        ended."""

    def resume(self, core: Core, frame: Frame, outcome: Outcome | None) -> State | None:
        """Go on with a visit that waited; ``outcome`` is the answer, or None when the time it slept for has come."""

    def started(self, core: Core, frame: Frame, worker: str | None) -> None:
        """The outside has begun the task which this visit asked for; ``worker`` names who, for an activity."""

    def submitted(self, core: Core, frame: Frame, output: str) -> None:
        """The service has accepted the job, or the message with the task token; ``output`` is its answer."""

    def joined(self, core: Core, frame: Frame, child: Frame) -> State | None:
        """A child has ended well; its result is ``child.value``."""

    def child_failed(self, core: Core, frame: Frame, child: Frame, failure: Failure) -> State | None:
        """A child has failed; ``child.previous`` is the event that tells of it."""

    def redrive(self, core: Core, frame: Frame) -> State | None:
        """Do the work of a visit again which didn't come to its end when the execution ended badly."""

    def abort(self, core: Core, frame: Frame, cause: int) -> None:
        """Record what history says of a visit that is cut off because of event ``cause``."""


class Frame:
    """One line of control. ``id`` is ``"0"`` for the root and ``"<parent>/<generation>.<slot>"`` for children."""

    __slots__ = (
        "attempt",
        "beat",
        "came_from",
        "children",
        "deadline",
        "draws",
        "entered_at",
        "heartbeat",
        "id",
        "item",
        "local",
        "outcome",
        "parent",
        "parts",
        "phase",
        "plan",
        "previous",
        "retries",
        "sizes",
        "slot",
        "spawned",
        "state",
        "status",
        "text",
        "value",
        "variables",
        "visit",
        "wait_id",
        "waits",
    )

    def __init__(self, frame_id: str, parent: Frame | None, slot: int, state: State, value: Any, text: str) -> None:
        self.id = frame_id
        self.parent = parent
        self.slot = slot  # branch or iteration index; -1 for the root
        self.state = state
        self.value = value  # the raw input of the state; the result, once DONE
        self.text = text  # its JSON text
        self.parts: dict[int, Any] = {}  # texts of its large parts; only to save work, never saved
        self.status = READY
        self.phase = ""  # what the state waits for, in its own words; "" = about to enter
        self.outcome: Outcome | None = None  # the answer that has come for a waiting frame
        self.previous = 0  # id of the last event on this line
        self.visit = 0  # id of the ...StateEntered event of the visit
        self.came_from = 0  # id of the event before that
        self.entered_at = 0  # milliseconds
        self.wait_id = 0  # what it waits for; 0 = nothing. A late or repeated answer doesn't match any more
        self.waits = 0  # how many waits there were
        self.deadline: int | None = None  # when to wake it (milliseconds): a time-out, or the end of a sleep
        self.heartbeat: int | None = None  # when its task is given up unless it beats before
        self.beat = 0  # milliseconds that each heartbeat gives
        self.attempt = 0  # State.RetryCount: how often the visit was retried
        self.retries: list[int] | None = None  # how often by each retrier
        self.children: list[Frame] | None = None
        self.spawned = 0  # how many generations of children there were
        self.draws = 0  # how many random numbers were drawn
        self.item: tuple[int, Any] | None = None  # (index, value) of a Map's iteration
        self.variables: dict[str, Any] | None = None  # assigned on this line; inner lines read outer ones
        self.sizes: dict[str, int] | None = None  # their sizes in bytes of JSON text
        self.local: Any = None  # the state's own notes between enter and resume; JSON
        self.plan: Any = None  # what the state worked out once for the visit and never changes; JSON, may be large


_PLAIN = (
    "slot", "status", "phase", "previous", "visit", "came_from", "entered_at", "wait_id", "waits", "deadline",
    "heartbeat", "beat", "attempt", "retries", "spawned", "draws", "variables", "sizes", "local", "plan",
)  # fmt: skip


def dump(frame: Frame) -> dict[str, Any]:
    """The frame as a JSON value. Payloads stay text, so that they come back to the letter."""
    data: dict[str, Any] = {name: getattr(frame, name) for name in _PLAIN}
    outcome = frame.outcome
    return data | {
        "id": frame.id,
        "parent": frame.parent.id if frame.parent else None,
        "state": frame.state.name,
        "text": frame.text,
        "item": list(frame.item) if frame.item else None,
        "fanned": frame.children is not None,
        "outcome": None if outcome is None else {"kind": type(outcome).__name__, "parts": list(outcome)},
    }


def load(data: dict[str, Any], parent: Frame | None, state: State, decode: Callable[[str], Any]) -> Frame:
    """The opposite of ``dump``; ``decode`` reads JSON text. The caller adds children to their parents in slot order."""
    frame = Frame(data["id"], parent, data["slot"], state, decode(data["text"]), data["text"])
    for name in _PLAIN:
        setattr(frame, name, data[name])
    frame.status = intern(frame.status)  # statuses are compared by identity
    frame.item = (data["item"][0], data["item"][1]) if data["item"] else None
    frame.children = [] if data["fanned"] else None
    if data["outcome"]:
        kind: type[Failure] | type[Value] = Failure if data["outcome"]["kind"] == "Failure" else Value
        frame.outcome = kind(*data["outcome"]["parts"])
    return frame


def tree(frame: Frame) -> list[Frame]:
    """The frame and all below it, parents before their children."""
    found = [frame]
    for child in found:
        found += child.children or ()
    return found


def due(frame: Frame) -> int | None:
    """When a waiting frame wants to be woken; None: only by its answer."""
    deadline, heartbeat = frame.deadline, frame.heartbeat
    if deadline is None or heartbeat is None:
        return heartbeat if deadline is None else deadline
    return min(deadline, heartbeat)

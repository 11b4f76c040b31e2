"""The core: whatever changes a running execution comes in here.

Theory of operation
-------------------
An execution is a tree of frames (``frame.py``). READY frames stand in a queue. ``step`` takes one, lets its state enter
or resume, and follows the state that comes next; so one step is one state, and the lines of control take turns. A state
never waits: it asks for something (``invoke``, ``sleep``, ``spawn``) and returns None. What it asked for leaves the
core as a command; the answer comes back through one of five doors, each naming the frame and its ``wait_id``:

    started     the outside has begun the task            (arms its time-outs)
    submitted   a service has taken its job, or the message with its token
    resume      the task's outcome
    wake        a moment has come: a sleep is over, or a task is late
    heartbeat   the task is alive                         (moves its heartbeat deadline)

``abort`` ends the whole execution; ``redrive.py`` takes it up again after a bad end (``ending.py``). A driver that
stores executions asks for more: what has happened since it last asked, and what is due (``turns.py``).

A frame waits on exactly one ``wait_id`` and forgets it with the first answer, so a late or repeated one no longer
matches and is dropped. That one comparison settles time-outs, heartbeats, duplicate callbacks and races.

A line that ends well is joined by the state which spawned it, or ends the execution. One that fails is handed to that
state, or ends the execution. ``crash`` ends the execution from anywhere: AWS lets nobody catch ``States.Runtime``.

``now`` (milliseconds) comes in with every call, random numbers derive from the seed: the same calls give the same
events.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Any

from asl.kernel import entropy, tokens
from asl.kernel.commands import Cancel, Command, Invoke, Sleep
from asl.kernel.ending import end, enforce_history_limit, remember, stop, time_out
from asl.kernel.events import HISTORY_LIMIT
from asl.kernel.frame import DONE, JOINING, READY, WAITING, Frame, due, tree
from asl.kernel.outcome import RUNTIME_ERROR

if TYPE_CHECKING:
    from asl.kernel.events import Event, Note
    from asl.kernel.frame import State
    from asl.kernel.outcome import Failure, Outcome
    from asl.kernel.program import Program

#: Phases that the core gives to a frame itself: its state failed in entering; it is to do its work again.
FAILED, REDRIVEN = "failed", "redriven"

_make = tuple.__new__  # a named tuple's own constructor takes twice as long


class Core:
    """One execution. ``execution`` is whatever the states need to know of it; the core doesn't look inside."""

    __slots__ = (
        "address",
        "before",
        "cause",
        "commands",
        "dirty",
        "error",
        "events",
        "execution",
        "frames",
        "gone",
        "history_limit",
        "last",
        "latest_end",
        "limit",
        "notes",
        "now",
        "output",
        "program",
        "ready",
        "root",
        "seed",
        "status",
        "variable_bytes",
        "wreck",
    )

    def __init__(self, program: Program, execution: Any, seed: str = "", history_limit: int = HISTORY_LIMIT) -> None:
        self.program = program
        self.execution = execution
        self.seed = seed
        self.history_limit = history_limit
        self.now = 0
        self.last = 0  # id of the last event
        self.latest_end = 0  # when AWS would end it
        self.limit = 0  # when it is ended as TIMED_OUT
        self.address = ""  # what its task tokens say of where it is kept
        self.events: list[Event] = []
        self.notes: list[Note] = []
        self.commands: list[Command] = []
        self.frames: dict[str, Frame] = {}  # live ones; finished children stay with their parent
        self.ready: deque[Frame] = deque()
        self.root: Frame
        self.dirty: dict[str, Frame] | None = None  # kept only for a driver that takes turns
        self.gone: list[str] = []
        self.before: dict[str, Frame] = {}  # frames as they were before this step dropped them
        self.wreck: list[Frame] = []  # after a bad end, for a driver that takes turns: all frames as they were then
        self.variable_bytes = 0  # of all live variables
        self.status = "RUNNING"
        self.output: str | None = None  # JSON text
        self.error: str | None = None
        self.cause: str | None = None

    # -- doors for the driver -----------------------------------------------------------------------------------------

    def start(self, value: Any, text: str, sent: str | None, now: int, *details: Any) -> None:
        """Begin with an input. ``text`` is its compact JSON, ``sent`` the text as it was given, where that differs."""
        self.now = now
        self.last = 1
        self.events.append(("ExecutionStarted", 0, now, 0, sent or text, *details))
        self.root = root = Frame("0", None, -1, self.program.start, value, text)
        self.frames["0"] = root
        self.ready.append(root)
        self.begin_time()

    def begin_time(self) -> None:
        """Let the time limits of the execution begin now."""
        self.limit = self.latest_end = self.now + self.program.longest
        if self.program.timeout is not None:
            self.limit_time(self.program.timeout)

    def limit_time(self, milliseconds: int) -> None:
        """Give a started execution a time limit beside those it has."""
        moment = self.now + milliseconds
        if moment <= self.limit:
            self.limit = moment
            self.commands.append(Sleep("", 0, moment))

    def step(self, now: int) -> None:
        """Advance one ready frame by one state."""
        self.now = now
        frame = self.ready.popleft()
        if frame.status is not READY:  # cut off while it stood in the queue
            return
        if self.dirty is not None:
            self.dirty[frame.id] = frame  # before its work, which may end it
            self.before.clear()
        state = frame.state
        if frame.phase:
            outcome = frame.outcome
            frame.outcome = None
            again = frame.phase == REDRIVEN
            following = state.redrive(self, frame) if again else state.resume(self, frame, outcome)
        else:
            following = state.enter(self, frame)
        if following is not None:
            self.follow(frame, following)
        if self.last >= self.history_limit:
            enforce_history_limit(self)

    def is_waiting(self, frame_id: str, wait: int) -> bool:
        """Whether anybody still waits for this."""
        return self.waiting(frame_id, wait) is not None

    def started(self, frame_id: str, wait: int, now: int, worker: str | None = None) -> bool:
        """The task has begun. False when nobody waits for it any more."""
        frame = self.waiting(frame_id, wait)
        return frame is not None and self.begin(frame, now, worker)

    def begin(self, frame: Frame, now: int, worker: str | None = None) -> bool:
        """``started`` for a frame of which the driver knows that it waits for this task."""
        self.now = now
        if self.dirty is not None:
            self.dirty[frame.id] = frame
        frame.state.started(self, frame, worker)
        if frame.deadline is not None or frame.heartbeat is not None:
            self._arm(frame)
        return self.last < self.history_limit or self._within_history_limit()

    def submitted(self, frame_id: str, wait: int, output: str, now: int) -> bool:
        """A job was accepted, or a task token handed on; its outcome comes later. False when nobody waits any more."""
        frame = self.waiting(frame_id, wait)
        if frame is None:
            return False
        self.now = now
        self._mark(frame)
        frame.state.submitted(self, frame, output)
        return self._within_history_limit()

    def resume(self, frame_id: str, wait: int, outcome: Outcome, now: int) -> bool:
        """The answer to an Invoke. False when it comes too late or twice."""
        frame = self.waiting(frame_id, wait)
        if frame is None:
            return False
        self.now = now
        frame.outcome = outcome
        self._awake(frame)
        return True

    def answer(self, frame: Frame, outcome: Outcome, now: int) -> None:
        """``resume`` and the ``step`` that it leads to in one, for a driver that knows the frame to wait for this and
        has nothing else ready."""
        self.now = now
        frame.wait_id = 0
        frame.status = READY
        frame.deadline = frame.heartbeat = None
        if self.dirty is not None:
            self.dirty[frame.id] = frame
            self.before.clear()
        following = frame.state.resume(self, frame, outcome)
        if following is not None:
            self.follow(frame, following)
        if self.last >= self.history_limit:
            enforce_history_limit(self)

    def wake(self, frame_id: str, wait: int, now: int) -> bool:
        """The moment asked for by a Sleep has come. Early calls and calls for forgotten waits do nothing."""
        if frame_id == "":
            return time_out(self, now)
        frame = self.waiting(frame_id, wait)
        if frame is None:
            return False
        moment = due(frame)
        if moment is None or now < moment:  # the deadline has moved since
            self._arm(frame)
            return False
        self.now = now
        self._awake(frame)
        return True

    def heartbeat(self, frame_id: str, wait: int, now: int) -> bool:
        """The task is alive, and gets its heartbeat interval anew. False when nobody waits for it any more."""
        frame = self.waiting(frame_id, wait)
        if frame is None:
            return False
        if frame.heartbeat is not None:
            frame.heartbeat = now + frame.beat
            self._mark(frame)
        return True

    def abort(self, error: str | None, cause: str | None, now: int) -> None:
        """Stop the execution from outside. AWS links the event to nothing."""
        if self.status == "RUNNING":
            self.now = now
            self.before.clear()
            end(self, "ABORTED", "ExecutionAborted", 0, error, cause)

    # -- what a state may ask for --------------------------------------------------------------------------------------

    def record(self, frame: Frame, kind: str, *details: Any) -> int:
        """Write an event that follows the last one on the frame's line. Returns its id."""
        self.last = event_id = self.last + 1
        self.events.append((kind, frame.previous, self.now, frame.visit) + details)  # noqa: RUF005 - builds no list on the way
        frame.previous = event_id
        return event_id

    def record_entered(self, frame: Frame, kind: str, name: str) -> None:
        """Write ...StateEntered; from here on the frame's events belong to this visit."""
        parent = frame.parent
        frame.came_from = previous = frame.previous
        frame.entered_at = now = self.now
        self.last = frame.previous = event_id = self.last + 1
        outer = 0 if parent is None else parent.visit
        self.events.append((kind, previous, now, outer, name, frame.text, frame.slot))
        frame.visit = event_id

    def record_exited(
        self, frame: Frame, kind: str, name: str, text: str, assigned: dict[str, str] | None, rule: int | None
    ) -> None:
        """Write ...StateExited."""
        self.events.append((kind, frame.previous, self.now, frame.visit, name, text, assigned, rule))
        self.last = frame.previous = self.last + 1

    def record_after(self, previous: int, frame: Frame, kind: str, *details: Any) -> int:
        """Write an event with a predecessor of its own; the frame's line doesn't move. Returns its id."""
        self.last = event_id = self.last + 1
        self.events.append((kind, previous, self.now, frame.visit) + details)  # noqa: RUF005 - as above
        return event_id

    def note(self, frame: Frame, kind: str, *details: Any) -> None:
        """Write down a decision that AWS's history doesn't show."""
        self.notes.append((self.last, self.now, frame.visit, kind, *details))

    def invoke(self, frame: Frame, phase: str, text: str) -> None:
        """Ask for the frame's task to be started with this payload."""
        frame.phase = phase
        frame.status = WAITING
        frame.waits = frame.wait_id = wait = frame.waits + 1
        self.commands.append(_make(Invoke, (frame.id, wait, frame.state.name, text, frame.attempt, frame.visit)))

    def sleep(self, frame: Frame, phase: str, until: int) -> None:
        """Ask to be resumed at ``until``."""
        frame.phase = phase
        frame.status = WAITING
        frame.waits = frame.wait_id = wait = frame.waits + 1
        frame.deadline = until
        self.commands.append(Sleep(frame.id, wait, until))

    def cancel(self, frame: Frame) -> None:
        """Give up the task that the frame last asked for; its time is over."""
        self.commands.append(Cancel(frame.id, frame.waits))

    def fan_out(self, frame: Frame, phase: str) -> None:
        """Begin a new generation of children."""
        frame.phase = phase
        frame.status = JOINING
        frame.children = []
        frame.spawned += 1

    def spawn(self, parent: Frame, state: State, value: Any, text: str, previous: int) -> Frame:
        """Add a child, which starts at ``state``; its first event follows event ``previous``."""
        children = parent.children
        assert children is not None, "fan_out comes before spawn"
        child = Frame(f"{parent.id}/{parent.spawned}.{len(children)}", parent, len(children), state, value, text)
        child.previous = previous
        children.append(child)
        self.frames[child.id] = child
        self.ready.append(child)
        self._mark(child)
        return child

    def finish(self, frame: Frame, value: Any, text: str) -> None:
        """The frame's line has ended with this result."""
        parent = frame.parent
        frame.value, frame.text = value, text
        frame.status = DONE
        self._forget_variables(frame)
        del self.frames[frame.id]
        if parent is None:
            self.record(frame, "ExecutionSucceeded", text)
            self.status, self.output = "SUCCEEDED", text
            stop(self)
            return
        self._mark(parent)
        following = parent.state.joined(self, parent, frame)
        if following is not None:
            self.follow(parent, following)

    def fail(self, frame: Frame, failure: Failure) -> None:
        """The frame's line has failed and its own state didn't handle it."""
        if not frame.phase:
            frame.phase = FAILED
        if failure.error == RUNTIME_ERROR or frame.parent is None:
            self.crash(frame, failure)
            return
        parent = frame.parent
        self._mark(parent)
        following = parent.state.child_failed(self, parent, frame, failure)
        if following is not None:
            self.follow(parent, following)

    def crash(self, frame: Frame, failure: Failure) -> None:
        """End the whole execution with a failure that nobody may catch."""
        if not frame.phase:
            frame.phase = FAILED
        end(self, "FAILED", "ExecutionFailed", frame.previous, failure.error, failure.cause)

    def cut_off(self, frame: Frame) -> None:
        """Forget a frame and all below it: answers to it are dropped, its tasks cancelled."""
        remember(self, frame)
        self.drop_children(frame)
        if frame.wait_id and frame.status is WAITING:
            self.commands.append(Cancel(frame.id, frame.wait_id))
        frame.status = DONE
        frame.wait_id = 0
        self._forget_variables(frame)
        if self.frames.pop(frame.id, None) is not None and self.dirty is not None:
            self.dirty.pop(frame.id, None)
            self.gone.append(frame.id)

    def drop_children(self, frame: Frame) -> None:
        """Forget the children of a frame whose state is done with them."""
        remember(self, frame)
        for child in frame.children or ():
            if child.status is not DONE:
                self.cut_off(child)
            elif self.dirty is not None:
                self.dirty.pop(child.id, None)
                self.gone.append(child.id)
        frame.children = None

    def assign(self, frame: Frame, values: dict[str, Any], sizes: dict[str, int]) -> None:
        """Set variables of the frame's line; ``sizes`` are their bytes of JSON text."""
        known = frame.sizes or {}
        self.variable_bytes += sum(sizes.values()) - sum(known.get(name, 0) for name in sizes)
        # New mappings: a scope that is being read keeps what it had.
        frame.variables = {**(frame.variables or {}), **values}
        frame.sizes = {**known, **sizes}

    def next_token(self, frame: Frame) -> str:
        """The task token of the frame's next invocation. It can't be guessed without the seed and is different every
        time."""
        return self.token(frame.id, frame.waits + 1)

    def token(self, frame_id: str, wait: int) -> str:
        """The task token of an invocation."""
        return tokens.make(self.seed, tokens.Place(self.address, frame_id, wait))

    def draw(self, frame: Frame) -> bytes:
        """16 bytes of the frame's own random numbers."""
        frame.draws += 1
        return entropy.draw(self.seed, frame.id, frame.draws)

    # -- its own workings ----------------------------------------------------------------------------------------------

    def follow(self, frame: Frame, following: State) -> None:
        """Let a frame enter the next state; its value and text are already the new input."""
        frame.state = following
        frame.phase = ""
        frame.local = frame.plan = None
        if frame.attempt:
            frame.attempt = 0
        frame.retries = None
        frame.status = READY
        self.ready.append(frame)

    def _forget_variables(self, frame: Frame) -> None:
        if frame.sizes is not None:
            self.variable_bytes -= sum(frame.sizes.values())
            frame.variables = frame.sizes = None

    def waiting(self, frame_id: str, wait: int) -> Frame | None:
        """The frame, if it waits for this."""
        frame = self.frames.get(frame_id)
        return frame if frame is not None and frame.wait_id == wait and frame.status is WAITING else None

    def _awake(self, frame: Frame) -> None:
        frame.wait_id = 0
        frame.status = READY
        frame.deadline = frame.heartbeat = None
        self.ready.append(frame)
        if self.dirty is not None:
            self.dirty[frame.id] = frame

    def _mark(self, frame: Frame) -> None:
        if self.dirty is not None:
            self.dirty[frame.id] = frame

    def alive(self) -> list[Frame]:
        """All frames that the execution still needs, parents before their children; none once it has ended."""
        return tree(self.root) if self.status == "RUNNING" else []

    def _arm(self, frame: Frame) -> None:
        moment = due(frame)
        if moment is not None:
            self.commands.append(Sleep(frame.id, frame.wait_id, moment))

    def _within_history_limit(self) -> bool:
        if self.last >= self.history_limit:
            enforce_history_limit(self)
        return self.status == "RUNNING"

"""One execution that is in memory: its core, the calls of handlers that are under way, and its next turn."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from asl.drivers.durable.answers import read_outcome
from asl.drivers.durable.bare import bare_core
from asl.drivers.durable.nested import outcome_of
from asl.drivers.durable.packing import QUEUED, STARTED, Saved, unpack
from asl.drivers.durable.record import turn_of
from asl.drivers.settle import settle
from asl.jsontext import decode
from asl.kernel.commands import Cancel, Invoke
from asl.kernel.outcome import RUNTIME_ERROR, Failure
from asl.kernel.turns import wake_next
from asl.stores.base import ANSWER, ActivityTask
from asl.tasks.activity import Enqueue
from asl.tasks.call import Call
from asl.tasks.declare import is_idempotent

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from asl.drivers.durable.bare import Machine
    from asl.kernel.core import Core
    from asl.kernel.outcome import Outcome
    from asl.stores.base import Execution, Held, Message, Turn
    from asl.tasks.call import Reply

#: A turn ends after so many steps even if the core could go on, so that a long loop is kept in stages.
_STEPS = 500

WORKER_LOST = Failure(
    "States.TaskFailed",
    "The worker was lost while the task was under way; whether it had any effect isn't known",
)


class Hands(Protocol):
    """What an entry needs of its driver."""

    def free(self, call: Call) -> bool:
        """Whether this handler may be called now."""

    def at(self, entry: Entry, moment: int, act: Callable[..., Any], *arguments: Any) -> None:
        """Let ``act(*arguments, now)`` happen to the entry's core at a moment."""

    def cancel(self, entry: Entry, call: Call) -> None:
        """Nobody waits for this call any more."""


class Entry:
    """See the module. ``advance`` applies what has come and steps; ``turn`` is what must be stored before the calls in
    ``fresh`` may be made."""

    __slots__ = (
        "_hands",
        "armed",
        "asked",
        "calls",
        "cancelled",
        "core",
        "deferred",
        "doomed",
        "execution",
        "fence",
        "fresh",
        "in_doubt",
        "machine",
        "messages_read",
        "queued",
        "replies",
        "saved",
        "saving",
        "seen",
        "seen_stored",
        "stops",
        "unqueued",
        "version",
        "waiting",
    )

    def __init__(self, execution: Execution, machine: Machine, hands: Hands) -> None:
        self.execution = execution
        self.machine = machine
        self._hands = hands
        self.core: Core
        self.fence = 1
        self.version = 0
        self.seen = self.seen_stored = 0
        self.saving: Turn | None = None  # the turn that is being stored; until then the core stands still
        self.armed: int | None = None  # the moment for which the engine has set its alarm
        self.doomed = False  # its machine was deleted: it fails at its next transition
        self.saved: Saved = {}
        self.calls: dict[tuple[str, int], Call] = {}  # under way
        self.cancelled: set[tuple[str, int]] = set()  # those of them that nobody waits for once the turn is stored
        self.asked: dict[str, tuple[int, str]] = {}  # frame -> QUEUED or STARTED, and what the handler gets
        self.waiting: list[Invoke] = []  # for a free hand
        self.fresh: list[Call] = []  # to be made once the turn is stored
        self.replies: list[tuple[Invoke, Reply]] = []  # that came since the last stored turn
        self.in_doubt: list[Invoke] = []  # that a lost worker had made
        self.deferred: list[Message] = []  # answers to tasks whose handler hasn't returned
        self.messages_read: list[int] = []
        self.queued: list[ActivityTask] = []
        self.unqueued: list[tuple[str, int]] = []
        self.stops: list[str] = []

    # -- how it comes into memory --------------------------------------------------------------------------------------

    def begin(self, value: Any, text: str, sent: str | None, now: int) -> None:
        """A new one."""
        self.core = core = bare_core(self.execution, self.machine, value)
        core.start(value, text, sent, now, self.execution.role_arn)
        if not self.execution.express:  # of which no turn is ever taken
            core.dirty = {core.root.id: core.root}
        core.commands = []  # when its time is over is asked of the core

    def load(self, held: Held, *, mine: bool) -> None:
        """One that is in the store. ``mine``: its calls are this very entry's, under way or never made; else those of a
        lost worker."""
        self.execution = held.execution
        self.fence, self.version, self.seen = held.fence, held.version, held.wake
        self.seen_stored = -1  # whatever it is, this has to be stored
        self.saved, self.fresh, self.waiting, self.deferred, self.in_doubt = {}, [], [], [], []
        self.messages_read, self.queued, self.unqueued, self.stops = [], [], [], []
        value = decode(held.execution.input or "null")
        self.core, calls, self.doomed = unpack(
            held.core, held.frames, self.machine.program, lambda _: bare_core(held.execution, self.machine, value)
        )
        self.asked = {}
        before, self.calls, self.cancelled = self.calls, {}, set()
        returned = {(invoke.frame, invoke.wait) for invoke, _ in self.replies}
        for call in calls:
            frame = self.core.frames.get(call.frame)
            if frame is None or not frame.wait_id:
                continue
            invoke = Invoke(frame.id, frame.wait_id, frame.state.name, call.asked, frame.attempt, frame.visit)
            key = (frame.id, frame.wait_id)
            self.asked[frame.id] = (call.call, call.asked)
            if call.call == QUEUED:
                self.waiting.append(invoke)
            elif mine and key in before:
                self.calls[key] = before[key]
            elif not mine:
                self.in_doubt.append(invoke)
            elif key not in returned:  # the store failed and yet took the turn that asked for it
                made = self.machine.tasks[invoke.state].prepare(self.core, invoke)
                assert isinstance(made, Call), "it was one when it was marked as started"
                self.fresh.append(made)
        for key, under_way in before.items():
            if key not in self.calls:
                self._hands.cancel(self, under_way)

    # -- inputs --------------------------------------------------------------------------------------------------------

    def hear(self, messages: Sequence[Message], wake: int, now: int) -> None:
        """Read messages, up to the one that made the wake counter this."""
        known = {*self.messages_read, *(message.id for message in self.deferred)}
        for message in messages:
            if message.id not in known:
                self._hear(message, now)
                self.advance(now)
        self.seen = wake

    def reply(self, call: Call, reply: Reply, now: int) -> None:
        """A handler has returned."""
        invoke = call.invoke
        key = (invoke.frame, invoke.wait)
        if self.calls.get(key) is call:  # else nobody waits for it any more
            del self.calls[key]
            self.cancelled.discard(key)
            self.replies.append((invoke, reply))
            self._settle(invoke, reply, now)

    def resolve_doubts(self, now: int) -> None:
        """Settle the calls of a lost worker that nobody has answered: an idempotent handler is called again, with the
        same idempotency key; for any other the attempt has failed."""
        doubts, self.in_doubt = self.in_doubt, []
        for invoke in doubts:
            if not self.core.is_waiting(invoke.frame, invoke.wait):
                continue
            call = self.machine.tasks[invoke.state].prepare(self.core, invoke)
            if isinstance(call, Call) and is_idempotent(call.handler):
                self.fresh.append(call)
            else:
                del self.asked[invoke.frame]
                self.core.resume(invoke.frame, invoke.wait, WORKER_LOST, now)

    def wake(self, now: int) -> None:
        """Wake what is due, one after the other."""
        self.armed = None
        while wake_next(self.core, now):
            self.advance(now)

    def beat(self, frame: str, wait: int, now: int) -> None:
        """A handler's task is alive."""
        self.core.heartbeat(frame, wait, now)

    def again(self, now: int) -> None:
        """Apply once more what came since the last stored turn, after the entry was loaded anew."""
        for invoke, reply in self.replies:
            self._settle(invoke, reply, now)

    def _settle(self, invoke: Invoke, reply: Reply, now: int) -> None:
        core = self.core
        frame = core.waiting(invoke.frame, invoke.wait)
        if frame is not None:
            self.asked.pop(invoke.frame, None)
        outcome, submitted, after, _ = reply
        plain = not (submitted is not None or after or core.ready or self.doomed)
        if plain and frame is not None and outcome is not None:
            core.answer(frame, outcome, now)  # settled, and the step made that it leads to
        else:
            settle(core, self._at, invoke, reply, now)
        if self.deferred:
            for message in self._take_deferred((invoke.frame, invoke.wait)):
                self._hear(message, now)

    def _take_deferred(self, key: tuple[str, int]) -> list[Message]:
        """The answers to one task that came before its handler had returned."""
        found = [message for message in self.deferred if (message.frame, message.wait) == key]
        self.deferred = [message for message in self.deferred if message not in found]
        return found

    def _at(self, moment: int, act: Callable[..., Any], *arguments: Any) -> None:
        self._hands.at(self, moment, act, *arguments)

    def _hear(self, message: Message, now: int) -> None:
        core, key = self.core, (message.frame, message.wait)
        if message.kind == ANSWER and key in self.calls and key not in self.cancelled:
            self.deferred.append(message)  # the handler that hands on the token has yet to return
            return
        self.messages_read.append(message.id)
        match message.kind:
            case "answer":
                if core.is_waiting(*key):
                    self.asked.pop(message.frame, None)
                    core.resume(*key, self._outcome(message), now)
            case "heartbeat":
                core.heartbeat(*key, now)
            case "started":
                core.started(*key, now, decode(message.data))
            case "stop":
                core.abort(None, None, now)
            case "deleted":
                self.doomed = True

    def _outcome(self, message: Message) -> Outcome:
        data = decode(message.data)
        if "child" in data:
            resource = getattr(self.core.frames[message.frame].state, "resource", None)
            return outcome_of(data["child"], parsed=str(getattr(resource, "arn", "")).endswith(".sync:2"))
        return read_outcome(data)

    # -- work ----------------------------------------------------------------------------------------------------------

    def advance(self, now: int) -> None:
        """Step until the core waits; start its tasks as far as hands are free."""
        core, steps = self.core, 0
        while core.status == "RUNNING":
            if self.waiting:
                self._begin_waiting(now)
            while core.ready and steps < _STEPS:
                if self.doomed:
                    cause = f"State machine {self.execution.machine} has been deleted"
                    core.crash(core.ready[0], Failure(RUNTIME_ERROR, cause))
                    break
                core.step(now)
                steps += 1
            if not core.commands:
                break
            self._carry_out(now)
            if not core.ready or steps >= _STEPS:
                break
        if core.commands:
            self._carry_out(now)

    def _carry_out(self, now: int) -> None:
        commands, self.core.commands = self.core.commands, []
        for command in commands:
            if type(command) is Invoke:
                self._invoke(command, now)
            elif type(command) is Cancel:
                self.cancel(command)
            # Sleeps need no carrying out: what is due is asked of the core.

    def _begin_waiting(self, now: int) -> None:
        waiting, self.waiting = self.waiting, []
        for invoke in waiting:
            self.asked.pop(invoke.frame, None)
            self._invoke(invoke, now)

    def _invoke(self, invoke: Invoke, now: int) -> None:
        core, wait = self.core, invoke.wait
        frame = core.waiting(invoke.frame, wait)
        if frame is None:
            return
        task = self.machine.tasks[invoke.state]
        call = task.prepare(core, invoke)
        if isinstance(call, Call) and not self._hands.free(call):
            self.waiting.append(invoke)
            self._mark(invoke, QUEUED)
            return
        if isinstance(call, Enqueue):
            self.queued.append(ActivityTask(call.activity, self.execution.id, frame.id, wait, call.token, call.input))
            return
        if not core.begin(frame, now, call.worker):
            return
        if isinstance(call, Call):
            self.fresh.append(call)
            self._mark(invoke, STARTED)
        else:
            self._settle(invoke, call, now)

    def _mark(self, invoke: Invoke, call: int) -> None:
        self.asked[invoke.frame] = (call, invoke.text)
        if self.core.dirty is not None:
            self.core.dirty[invoke.frame] = self.core.frames[invoke.frame]

    def cancel(self, command: Cancel) -> None:
        """Nobody waits for a task any more: its handler, its place in an activity's queue, the execution it started."""
        key = (command.frame, command.wait)
        self.asked.pop(command.frame, None)
        self.unqueued.append(key)
        self.stops.append(self.core.token(*key))
        if key in self.calls:
            self.cancelled.add(key)
            self.messages_read += [message.id for message in self._take_deferred(key)]  # they come too late now
        self.fresh = [one for one in self.fresh if (one.invoke.frame, one.invoke.wait) != key]

    # -- what must be stored -------------------------------------------------------------------------------------------

    @property
    def changed(self) -> bool:
        """Whether there is anything to store."""
        core = self.core
        return bool(
            core.events or core.dirty or core.gone or self.messages_read or self.fresh or self.seen != self.seen_stored
        )

    @property
    def idle(self) -> bool:
        """Whether it only waits for a moment or a message."""
        if self.fresh or self.waiting or self.core.ready or self.deferred:
            return False
        return not self.calls.keys() - self.cancelled

    def turn(self, worker: int | None, keep_until: int) -> Turn:
        """The turn that stores what has happened; it lets the execution go if nothing is due until ``keep_until``."""
        self.saving = made = turn_of(self, worker, keep_until)
        return made

    def stored(self) -> list[Call]:
        """The turn is in the store. Returns the calls that may now be made."""
        self.version += 1
        self.saving = None
        self.seen_stored = self.seen
        self.replies.clear()
        if self.messages_read:
            self.messages_read = []
        if self.queued:
            self.queued = []
        if self.unqueued:
            self.unqueued, self.stops = [], []
        for key in self.cancelled:
            self._hands.cancel(self, self.calls.pop(key))
        self.cancelled.clear()
        fresh, self.fresh = self.fresh, []
        for call in fresh:
            invoke = call.invoke
            self.calls[invoke.frame, invoke.wait] = call
        return fresh

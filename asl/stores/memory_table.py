"""The executions of the memory store, and how a write changes them. Who calls holds the store's lock."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from asl.stores.base import (
    ANSWER,
    CLOSED,
    ID_TAKEN,
    MISSING,
    NAME_TAKEN,
    RUNNING,
    STALE,
    STOP,
    ActivityTask,
    Execution,
    ExpressEnd,
    FrameRow,
    Held,
    LogLine,
    Message,
    Refusal,
    Start,
    Turn,
    Worker,
)
from asl.stores.rules import FOR_A_FRAME, opened, owner_after, reopened

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from asl.kernel.events import Event, Note
    from asl.stores.base import Write


@dataclass(slots=True)
class Entry:
    """One execution and everything of it."""

    execution: Execution
    fence: int
    core: str
    owner: int | None = None
    due: int | None = None
    version: int = 1
    wake: int = 0
    seen: int = 0
    frames: dict[str, FrameRow] = field(default_factory=dict)
    events: list[tuple[int, Event]] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    messages: list[Message] = field(default_factory=list)
    queues: bool = False  # it has ever queued an activity task

    @property
    def running(self) -> bool:
        return self.execution.status == RUNNING

    def held(self) -> Held:
        """All of it as it is now."""
        frames, messages = tuple(self.frames.values()), tuple(self.messages)
        return Held(
            self.execution, self.fence, self.version, self.wake, self.owner, self.due, self.core, frames, messages
        )


class Table:
    """All executions, and the sets in which they are looked for."""

    def __init__(self) -> None:
        self.entries: dict[int, Entry] = {}
        self.names: dict[tuple[str, str], int] = {}  # of Standard executions
        self.arns: dict[str, list[int]] = {}
        self.children: dict[str, dict[int, None]] = {}  # by the token of the task that waits for them
        self.unowned: set[int] = set()  # no owner, and due some time
        self.calling: dict[int, set[int]] = {}  # by owner: those with something unseen
        self.workers: dict[int, Worker] = {}
        self.activities: dict[str, list[ActivityTask]] = {}
        self.log: dict[int, LogLine] = {}
        self._last_message = self._last_line = 0

    def apply(self, write: Write) -> Refusal | None:
        """One write, whole or not at all."""
        match write:
            case Turn():
                return self._turn(write)
            case Message():
                return self.message(write)
            case Start():
                return self._start(write)
            case ExpressEnd():
                return self._express_end(write)
            case LogLine():
                self._add_line(write)
                return None

    def _turn(self, turn: Turn) -> Refusal | None:
        entry = self.entries.get(turn.execution)
        believed = (turn.fence, turn.version, turn.seen, turn.reopening is None)
        if entry is None or (entry.fence, entry.version, entry.wake, entry.running) != believed:
            return Refusal(STALE)
        entry.version += 1
        entry.seen = entry.wake
        entry.wake += turn.foreign
        entry.core = turn.core
        entry.execution = reopened(entry.execution, turn)
        entry.owner, entry.due = owner_after(turn, self.workers)
        entry.fence += turn.foreign or entry.owner is None
        self._contents(entry, turn)
        return None

    def _contents(self, entry: Entry, turn: Turn) -> None:
        """Everything of a turn but who has the execution."""
        entry.events += enumerate(map(tuple, turn.events), turn.first)
        entry.notes += map(tuple, turn.notes)
        for frame in turn.gone:
            entry.frames.pop(frame, None)
        for row in turn.frames:
            before = entry.frames.get(row.frame)
            keeps = row.payload is None and before is not None
            entry.frames[row.frame] = row._replace(payload=before.payload) if keeps and before else row
        entry.messages = [message for message in entry.messages if message.id not in turn.read]
        if turn.unqueued:
            gone = {(turn.execution, *key) for key in turn.unqueued}
            self._unqueue(lambda task: task[1:4] in gone)
        for task in turn.queued:
            self.activities.setdefault(task.activity, []).append(task)
            entry.queues = True
        if turn.end is not None:
            entry.messages = []
            if entry.queues:
                self._unqueue(lambda task: task.execution == turn.execution)
            if not turn.end.keeps_frames:
                entry.frames = {}
        self._settle(entry)
        for message in turn.messages:
            self.message(message)
        for child in sorted(child for token in turn.stops for child in self.children.get(token, ())):
            self.message(Message(child, STOP))

    def _unqueue(self, which: Callable[[ActivityTask], bool]) -> None:
        for activity, tasks in self.activities.items():
            self.activities[activity] = [task for task in tasks if not which(task)]

    def _settle(self, entry: Entry) -> None:
        """Bring the sets up to date in which executions are looked for."""
        number = entry.execution.id
        if entry.owner is None and entry.due is not None:
            self.unowned.add(number)
        else:
            self.unowned.discard(number)
        for calling in self.calling.values():
            calling.discard(number)
        if entry.owner is not None and entry.wake != entry.seen:
            self.calling.setdefault(entry.owner, set()).add(number)

    def message(self, message: Message) -> Refusal | None:
        """Tell an execution something."""
        entry = self.entries.get(message.execution)
        if entry is None:
            return Refusal(MISSING)
        if not entry.running or (message.kind in FOR_A_FRAME and not self._awaited(entry, message)):
            return Refusal(CLOSED)
        self._last_message += 1
        entry.messages.append(message._replace(id=self._last_message))
        entry.wake += 1
        if entry.owner is None:
            entry.due = 0
        self._settle(entry)
        return None

    def _awaited(self, entry: Entry, message: Message) -> bool:
        frame = entry.frames.get(message.frame)
        if frame is None or frame.wait != message.wait or not message.wait:
            return False
        answer = (ANSWER, message.frame, message.wait)
        return message.kind != ANSWER or all(each[1:4] != answer for each in entry.messages)

    def _start(self, start: Start) -> Refusal | None:
        execution, turn = start.execution, start.turn
        if execution.id in self.entries:
            return Refusal(ID_TAKEN)
        if not execution.express:
            holder = self.names.get((execution.machine, execution.name))
            if holder is not None:
                other = self.entries[holder].execution
                if other.status == RUNNING or (other.stop or 0) >= start.reusable:
                    return Refusal(NAME_TAKEN, other)
                self.remove(holder)
            self.names[execution.machine, execution.name] = execution.id
        owner, due = owner_after(turn, self.workers)
        entry = Entry(opened(execution, turn), turn.fence + (owner != turn.owner), turn.core, owner, due)
        self.entries[execution.id] = entry
        self.arns.setdefault(execution.arn, []).append(execution.id)
        if execution.parent is not None:
            self.children.setdefault(execution.parent, {})[execution.id] = None
        self._contents(entry, turn)
        return None

    def _express_end(self, end: ExpressEnd) -> Refusal | None:
        entry = self.entries.get(end.execution)
        if entry is None or entry.fence != end.fence or not entry.execution.express:
            return Refusal(STALE)
        self.remove(end.execution)
        for line in end.log:
            self._add_line(line)
        return None

    def _add_line(self, line: LogLine) -> None:
        self._last_line += 1
        self.log[self._last_line] = line

    def remove(self, number: int) -> None:
        """Remove an execution and everything of it."""
        entry = self.entries.pop(number)
        execution = entry.execution
        entry.owner = entry.due = None
        self._settle(entry)
        if entry.queues:
            self._unqueue(lambda task: task.execution == number)
        self.arns[execution.arn].remove(number)
        if not execution.express:
            del self.names[execution.machine, execution.name]
        if execution.parent is not None:
            del self.children[execution.parent][number]

    def hand_over(self, entry: Entry, worker: int) -> None:
        """A worker becomes the owner."""
        entry.owner = worker
        entry.fence += 1
        self._settle(entry)

    def let_go(self, entry: Entry) -> None:
        """Nobody is the owner; if it runs, it is due at once."""
        entry.owner = None
        entry.fence += 1
        entry.due = 0 if entry.running else None
        self._settle(entry)

    def waiting(self, unable: Iterable[str | int]) -> list[tuple[int, Entry]]:
        """What has no owner, in the order in which it is due."""
        without = frozenset(unable)
        found = [
            (entry.due, number, entry)
            for number in self.unowned
            if (entry := self.entries[number]).due is not None
            and number not in without
            and entry.execution.definition not in without
        ]
        return [(due, entry) for due, _, entry in sorted(found, key=lambda each: each[:2])]

"""Executions in plain Python structures: for tests, and for runs that may be lost. One lock guards all of it."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from asl.jsontext import decode, encode
from asl.stores.base import CHANGED, STARTED, Document, LogLine, Message, Refusal, Start, Turn, Worker
from asl.stores.memory_table import Table
from asl.stores.rules import FRESH, concerns_others

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from asl.kernel.events import Event, Note
    from asl.stores.base import ActivityTask, Execution, Held, Write


@dataclass(slots=True)
class _Document:
    document: Document
    made: int
    text: str


class MemoryStore:
    """See ``asl.stores.base`` for what the methods do."""

    url = "memory:"

    def __init__(self, clock: Callable[[], int] | None = None) -> None:
        self._clock = clock
        self._lock = threading.RLock()
        self._changes = 0
        self._table = Table()
        self._documents: dict[tuple[str, str], _Document] = {}
        self._definitions: dict[str, tuple[int, str]] = {}
        self._last_worker = self._last_revision = 0

    def close(self) -> None:
        """Nothing to let go of: what is in here lives as long as the object."""

    def now(self) -> int:
        """The clock that was given, or this machine's."""
        return self._clock() if self._clock is not None else time.time_ns() // 1_000_000

    def changes(self) -> int:
        """Counts the writes that concern others than their writer."""
        return self._changes

    # -- commits -------------------------------------------------------------------------------------------------------

    def commit(self, writes: Sequence[Write]) -> list[Refusal | None]:
        """One after the other, under the lock."""
        with self._lock:
            answers = [Refusal(CHANGED) if self._has_changed(write) else self._table.apply(write) for write in writes]
            self._changes += concerns_others(writes)
            return answers

    def _has_changed(self, write: Write) -> bool:
        """Whether the document that a write needs isn't the same any more."""
        if not isinstance(write, Start | Turn) or write.needs is None:
            return False
        kind, name, revision = write.needs
        found = self._documents.get((kind, name))
        return found is None or found.document.revision != revision

    # -- executions ----------------------------------------------------------------------------------------------------

    def execution(self, arn: str) -> Execution | None:
        """The newest with this ARN."""
        with self._lock:
            numbers = self._table.arns.get(arn)
            return self._table.entries[max(numbers)].execution if numbers else None

    def execution_of(self, id: int) -> Execution | None:
        """The execution with this id."""
        entry = self._table.entries.get(id)
        return entry.execution if entry else None

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
        """Looks at all of them."""
        wanted = {"machine": machine, "status": status, "version_arn": version_arn, "alias_arn": alias_arn}
        sought = [(name, value) for name, value in wanted.items() if value is not None]
        with self._lock:
            found = [
                execution._replace(cause=None, input=None, output=None)
                for execution in (entry.execution for entry in self._table.entries.values())
                if not execution.express
                and (before is None or execution.id < before)
                and all(getattr(execution, name) == value for name, value in sought)
            ]
        return sorted(found, key=lambda execution: -execution.id)[:limit]

    def events(
        self, id: int, *, first: int = 1, limit: int | None = None, backwards: bool = False
    ) -> list[tuple[int, Event]]:
        """A slice of the list."""
        with self._lock:
            entry = self._table.entries.get(id)
            events = entry.events if entry else []
            if backwards:
                return [event for event in reversed(events) if event[0] <= first][:limit]
            return [event for event in events if event[0] >= first][:limit]

    def notes(self, id: int) -> list[Note]:
        """All notes, in order."""
        with self._lock:
            entry = self._table.entries.get(id)
            return list(entry.notes) if entry else []

    def held(self, ids: Iterable[int]) -> list[Held]:
        """In the order of ``ids``."""
        with self._lock:
            found = (self._table.entries.get(number) for number in dict.fromkeys(ids))
            return [entry.held() for entry in found if entry is not None]

    def open_executions(self, machine: str | None = None) -> Iterator[int]:
        """Those that run at this moment, in the order of ids."""
        with self._lock:
            return iter(
                sorted(
                    number
                    for number, entry in self._table.entries.items()
                    if entry.running and machine in (None, entry.execution.machine)
                )
            )

    # -- workers -------------------------------------------------------------------------------------------------------

    def register(self, host: str, pid: int, lease: int) -> Worker:
        """A new worker."""
        with self._lock:
            self._last_worker += 1
            worker = Worker(self._last_worker, host, pid, self.now() + lease)
            self._table.workers[worker.id] = worker
            return worker

    def beat(self, worker: int, lease: int) -> bool:
        """Renew a lease."""
        with self._lock:
            if worker not in self._table.workers:
                return False
            self._table.workers[worker] = self._table.workers[worker]._replace(expires=self.now() + lease)
            return True

    def workers(self) -> list[Worker]:
        """In the order of their registration."""
        with self._lock:
            return list(self._table.workers.values())

    def bury(self, worker: int) -> int:
        """Its running executions are due at once; those that have ended forget it."""
        with self._lock:
            self._table.workers.pop(worker, None)
            owned = [entry for entry in self._table.entries.values() if entry.owner == worker]
            for entry in owned:
                self._table.let_go(entry)
            self._table.calling.pop(worker, None)
            self._changes += 1
            return sum(entry.running for entry in owned)

    def claim(self, worker: int, limit: int, *, unable: Iterable[str | int] = ()) -> list[Held]:
        """The longest due first."""
        with self._lock:
            if worker not in self._table.workers:
                return []
            now = self.now()
            entries = [entry for due, entry in self._table.waiting(unable) if due <= now][: max(limit, 0)]
            for entry in entries:
                self._table.hand_over(entry, worker)
            return [entry.held() for entry in entries]

    def attention(self, worker: int) -> list[int]:
        """In the order of ids."""
        with self._lock:
            return sorted(self._table.calling.get(worker, ()))

    def owned(self, worker: int) -> list[int]:
        """In the order of ids."""
        with self._lock:
            return sorted(
                number for number, entry in self._table.entries.items() if entry.owner == worker and entry.running
            )

    def release(self, worker: int, ids: Iterable[int]) -> None:
        """Those that run are due at once."""
        with self._lock:
            for number in ids:
                entry = self._table.entries.get(number)
                if entry is not None and entry.owner == worker:
                    self._table.let_go(entry)
            self._changes += 1

    def next_due(self, *, unable: Iterable[str | int] = ()) -> int | None:
        """The earliest ``due``."""
        with self._lock:
            waiting = self._table.waiting(unable)
            return waiting[0][0] if waiting else None

    # -- activities ----------------------------------------------------------------------------------------------------

    def take_activity(self, activity: str, worker_name: str | None) -> ActivityTask | None:
        """The oldest first."""
        data = encode(worker_name)
        with self._lock:
            tasks = self._table.activities.get(activity, [])
            while tasks:
                task = tasks.pop(0)
                if self._table.message(Message(task.execution, STARTED, task.frame, task.wait, data)) is None:
                    self._changes += 1
                    return task
            return None

    # -- documents and definitions -------------------------------------------------------------------------------------

    def document(self, kind: str, name: str) -> Document | None:
        """The document as it is now."""
        with self._lock:
            found = self._documents.get((kind, name))
            return found.document._replace(body=decode(found.text)) if found else None

    def documents(self, kind: str) -> list[Document]:
        """All of a kind, in the order of their making."""
        with self._lock:
            found = sorted(self._documents.values(), key=lambda each: each.made)
            return [each.document._replace(body=decode(each.text)) for each in found if each.document.kind == kind]

    def put_document(self, kind: str, name: str, body: Any, revision: int | None) -> Document | None:
        """Compare and set."""
        text = encode(body)
        with self._lock:
            found = self._documents.get((kind, name))
            if (found.document.revision if found else None) != revision:
                return None
            self._last_revision += 1
            made = found.made if found else self._last_revision
            document = Document(kind, name, self._last_revision, body)
            self._documents[kind, name] = _Document(document, made, text)
            self._changes += 1
            return document

    def delete_document(self, kind: str, name: str, revision: int) -> bool:
        """Compare and remove."""
        with self._lock:
            found = self._documents.get((kind, name))
            if found is None or found.document.revision != revision:
                return False
            del self._documents[kind, name]
            self._changes += 1
            return True

    def put_definition(self, digest: str, text: str) -> None:
        """Keep it, and remember that somebody wants it now."""
        with self._lock:
            now = self.now()
            found = self._definitions.get(digest)
            if found is None or found[0] <= now - FRESH:
                self._definitions[digest] = (now, found[1] if found else text)

    def definition(self, digest: str) -> str | None:
        """The text of a definition."""
        found = self._definitions.get(digest)
        return found[1] if found else None

    # -- housekeeping --------------------------------------------------------------------------------------------------

    def log(self, machine: str, *, after: int = 0, limit: int = 100) -> list[tuple[int, LogLine]]:
        """(number, line), in order."""
        with self._lock:
            found = [each for each in self._table.log.items() if each[0] > after and each[1].machine == machine]
            return found[:limit]

    def purge(self, before: int, *, machine: str | None = None) -> int:
        """All at once."""
        with self._lock:
            executions = [entry.execution for entry in self._table.entries.values() if not entry.running]
            old = [
                each.id
                for each in executions
                if each.stop is not None and each.stop < before and machine in (None, each.machine)
            ]
            for number in old:
                self._table.remove(number)
            self._table.log = {
                number: line
                for number, line in self._table.log.items()
                if line.time >= before or machine not in (None, line.machine)
            }
            used = {entry.execution.definition for entry in self._table.entries.values()}
            for digest, (put, _) in list(self._definitions.items()):
                named = any(digest in each.text for each in self._documents.values())
                if put < before - FRESH and digest not in used and not named:
                    del self._definitions[digest]
            return len(old)

    def check(self, report: Callable[[str], None]) -> None:
        """Only what a writer can do wrong: there are no pages to be damaged."""
        with self._lock:
            for number, entry in sorted(self._table.entries.items()):
                for expected, (found, _) in enumerate(entry.events, 1):
                    if found != expected:
                        report(f"execution {number}: event {expected} should come next, but a turn begins with {found}")
                        break
                definition = entry.execution.definition
                if definition not in self._definitions:
                    report(f"execution {number} runs definition {definition}, which does not exist")

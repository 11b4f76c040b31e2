"""Executions in one SQLite file: durable without a server, for one machine.

Where the file is, as ``open_store`` and the command take it:

| form | file |
|---|---|
| ``sqlite:///asl.db`` | relative to the folder where the process runs |
| ``sqlite:////var/lib/asl/asl.db`` | absolute |
| ``asl.db``, ``/var/lib/asl/store.sqlite`` | a plain path that ends in ``.db``, ``.sqlite`` or ``.sqlite3`` |

The folder must exist. SQLite keeps two more files beside it (``-wal`` and ``-shm``): they belong to it, also in a copy.
Several processes of one machine may use the file at the same time; a network file system won't do.

``synchronous`` (in a URL ``?synchronous=NORMAL``) says what a commit waits for:

- ``FULL``: until the disk has it. What was acknowledged survives a power failure.
- ``NORMAL``: until the operating system has it. The last commits may be lost when the power fails, never when the
  process dies or is killed; the file is consistent in any case. It saves one wait for the disk in each group.

``now`` is the clock of the machine: SQLite runs in the process, and all that use the file share that clock.
"""

from __future__ import annotations

import os
import sqlite3
import time
from typing import TYPE_CHECKING, Any

from asl.errors import StoreError
from asl.jsontext import encode
from asl.stores.base import (
    ABORTED,
    FAILED,
    RUNNING,
    STARTED,
    SUCCEEDED,
    TIMED_OUT,
    ActivityTask,
    Document,
    LogLine,
    Message,
    Worker,
)
from asl.stores.group import Group
from asl.stores.rules import FRESH, concerns_others
from asl.stores.sqlite_check import check_file
from asl.stores.sqlite_claims import Claims
from asl.stores.sqlite_connections import Connections
from asl.stores.sqlite_file import statements
from asl.stores.sqlite_held import held_executions
from asl.stores.sqlite_purge import purge_file
from asl.stores.sqlite_rows import (
    definition_of,
    document_of,
    events_of,
    execution_of,
    express_of,
    line_of,
    listed_of,
    storable,
    storable_row,
    task_of,
    turn_of,
)
from asl.stores.sqlite_sums import Damaged, restored, sum_of_one, sum_of_three, sum_of_two
from asl.stores.sqlite_writes import Batch, Prepared, Stale, prepared

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from asl.kernel.events import Event, Note
    from asl.stores.base import Execution, Held, Refusal, Write


SYNCHRONOUS = ("FULL", "NORMAL")

_LAST = 2**63 - 1  # beyond all ids
_STATUSES = (RUNNING, SUCCEEDED, FAILED, TIMED_OUT, ABORTED)

#: Errors that are the fault of one write, of which the others needn't know.
_FAULTS = (sqlite3.IntegrityError, sqlite3.DataError, sqlite3.InterfaceError, sqlite3.ProgrammingError, OverflowError)

#: The writes of one caller, and whether they concern others.
_Request = tuple["list[Prepared]", bool]


class SQLiteStore:
    """See the module, and ``asl.stores.base`` for what the methods do."""

    def __init__(
        self,
        path: str | os.PathLike[str],
        *,
        synchronous: str = "FULL",
        clock: Callable[[], int] | None = None,
        create: bool = True,
    ) -> None:
        if synchronous not in SYNCHRONOUS:
            raise StoreError(f"synchronous must be one of {', '.join(SYNCHRONOUS)}, not {synchronous!r}")
        self.path = os.fspath(path)
        self.url = f"sqlite:///{self.path}"
        self._clock = clock
        self._sql = statements()
        self._file = Connections(self.path, self._sql, synchronous, create=create)
        self._claims = Claims(self._sql)
        self._group: Group[_Request, list[Refusal | None] | Exception] = Group(self._commit_group)

    def close(self) -> None:
        """Close the file; SQLite tidies up its log of changes when nobody else has it open."""
        self._file.close()

    def now(self) -> int:
        """The clock that was given, or this machine's."""
        return self._clock() if self._clock is not None else time.time_ns() // 1_000_000

    def changes(self) -> int:
        """Counts writes of other processes, and those of this one that concern others than their writer."""
        return self._file.changes()

    # -- commits -------------------------------------------------------------------------------------------------------

    def commit(self, writes: Sequence[Write]) -> list[Refusal | None]:
        """Make writes durable, in one transaction with what other threads commit at the moment."""
        if not writes:
            return []
        answer = self._group.call((list(map(prepared, writes)), concerns_others(writes)))
        if isinstance(answer, Exception):
            raise answer
        return answer

    def _commit_group(self, requests: Sequence[_Request]) -> Sequence[list[Refusal | None] | Exception]:
        try:
            return self._commit(requests)
        except Exception as problem:  # noqa: BLE001 - all that ask get an answer
            if isinstance(problem, StoreError) and not isinstance(problem.__cause__, _FAULTS):
                return [StoreError(str(problem)) for _ in requests]  # an exception of its own for each thread
            if len(requests) == 1:
                return [problem]
            return [answer for request in requests for answer in self._commit_group([request])]

    def _commit(self, requests: Sequence[_Request]) -> list[list[Refusal | None]]:
        try:
            return self._apply(requests, carefully=False)
        except Stale:
            return self._apply(requests, carefully=True)

    def _apply(self, requests: Sequence[_Request], *, carefully: bool) -> list[list[Refusal | None]]:
        with self._file.writing(concerns=any(concerns for _, concerns in requests)) as cursor:
            batch = Batch(cursor, self._sql, registered=self._file.workers, carefully=carefully)
            answers = [[batch.apply(write) for write in writes] for writes, _ in requests]
            batch.flush()
            self._file.workers = batch.registered
        return answers

    # -- executions ----------------------------------------------------------------------------------------------------

    def execution(self, arn: str) -> Execution | None:
        """The newest with this ARN."""
        found = self._file.records("execution_by_arn", execution_of, (arn,))
        found += self._file.records("express_by_arn", express_of, (sum_of_one(arn),))  # or of others that have this sum
        return max((each for each in found if each.arn == arn), default=None)

    def execution_of(self, id: int) -> Execution | None:
        """The execution with this id."""
        found = self._file.records("execution_by_id", execution_of, (id,))
        found = found or self._file.records("express_by_id", express_of, (id,))
        return found[0] if found else None

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
        """Listed along the index that fits best."""
        before = _LAST if before is None else before
        if version_arn is not None or alias_arn is not None:
            name = "list_executions_of_version" if version_arn is not None else "list_executions_of_alias"
            wanted = {"machine": machine, "status": status, "version_arn": version_arn, "alias_arn": alias_arn}
            return self._file.records(name, listed_of, {**wanted, "before": before, "limit": limit})
        if machine is not None:  # in order of ids within each status
            name, statuses = "list_executions_of_machine", _STATUSES if status is None else (status,)
            rows = [row for each in statuses for row in self._file.rows(name, (each, machine, before, limit))]
            with self._file.explained():
                return [listed_of(row) for row in sorted(rows, reverse=True)[:limit]]
        if status is not None:
            return self._file.records("list_executions_with_status", listed_of, (status, before, limit))
        return self._file.records("list_executions", listed_of, (before, limit))

    def events(
        self, id: int, *, first: int = 1, limit: int | None = None, backwards: bool = False
    ) -> list[tuple[int, Event]]:
        """Turn by turn, as many as are needed."""
        found: list[tuple[int, Event]] = []
        before: range | None = None
        with self._file.reading() as connection:
            for row in connection.execute(
                self._sql["events_downwards" if backwards else "events_upwards"], {"id": id, "first": first}
            ):
                if limit is not None and len(found) >= limit:
                    break
                start, _, text = turn_of(row)
                events = list(enumerate(events_of(text or "[]"), start))
                these = range(start, start + len(events))
                if before is not None and (these.stop != before.start if backwards else before.stop != these.start):
                    raise sqlite3.DatabaseError(
                        f"malformed: the turns of execution {id} leave a gap beside event {start}"
                    )
                before = these
                if backwards:
                    found += [event for event in reversed(events) if event[0] <= first]
                else:
                    found += [event for event in events if event[0] >= first]
        return found[:limit]

    def notes(self, id: int) -> list[Note]:
        """All notes, in order."""
        turns = self._file.records("notes", turn_of, (id,))
        return [note for _, notes, _ in turns for note in events_of(notes or "[]")]

    def held(self, ids: Iterable[int]) -> list[Held]:
        """In the order of ``ids``."""
        wanted = list(ids)
        if not wanted:
            return []
        with self._file.reading() as connection:
            found, damaged = held_executions(connection, self._sql, wanted)
            for problem in damaged.values():
                raise problem
        return found

    def open_executions(self, machine: str | None = None) -> Iterator[int]:
        """Those that run at this moment, in the order of ids."""
        if machine is None:
            rows = self._file.rows("open_executions")
        else:
            rows = self._file.rows("open_executions_of_machine", {"machine": machine})
        return iter([row[0] for row in rows])

    # -- workers -------------------------------------------------------------------------------------------------------

    def register(self, host: str, pid: int, lease: int) -> Worker:
        """A new worker."""
        expires = self.now() + lease
        with self._file.writing(concerns=False) as cursor:
            cursor.execute(self._sql["add_worker"], storable_row(host, pid, expires))
            assert cursor.lastrowid is not None
            self._file.workers = None
            return Worker(cursor.lastrowid, host, pid, expires)

    def beat(self, worker: int, lease: int) -> bool:
        """Renew a lease."""
        with self._file.writing(concerns=False) as cursor:
            return cursor.execute(self._sql["beat"], (self.now() + lease, worker)).rowcount == 1

    def workers(self) -> list[Worker]:
        """In the order of their registration."""
        return [Worker(number, restored(host), *rest) for number, host, *rest in self._file.rows("workers")]

    def bury(self, worker: int) -> int:
        """Its running executions are due at once; those that have ended forget it."""
        with self._file.writing() as cursor:
            self._file.workers = None
            cursor.execute(self._sql["remove_worker"], (worker,))
            cursor.execute(self._sql["bury_ended"], (worker,))
            return sum(cursor.execute(self._sql[name], (worker,)).rowcount for name in ("bury", "bury_express"))

    def claim(self, worker: int, limit: int, *, unable: Iterable[str | int] = ()) -> list[Held]:
        """Looks before it writes, so that asking in vain costs nobody anything.

        What is damaged is put aside: it isn't due any more until it is told something. That is an error, once, and the
        others that were due belong to the worker all the same.
        """
        without = frozenset(unable)
        next_due = self.next_due(unable=without)
        if next_due is None or next_due > self.now() or limit <= 0:
            return []
        with self._file.writing(concerns=False) as cursor:
            if not cursor.execute(self._sql["is_registered"], (worker,)).fetchone():
                return []
            found, damaged = self._claims.claim(cursor, worker, self.now(), limit, without)
        if damaged is not None:
            with self._file.explained():
                raise damaged
        return found

    def attention(self, worker: int) -> list[int]:
        """In the order of ids."""
        return [row[0] for row in self._file.rows("attention", {"worker": worker})]

    def owned(self, worker: int) -> list[int]:
        """In the order of ids."""
        return [row[0] for row in self._file.rows("owned", {"worker": worker})]

    def release(self, worker: int, ids: Iterable[int]) -> None:
        """Those that run are due at once."""
        rows = [(execution, worker) for execution in ids]
        if rows:
            with self._file.writing() as cursor:
                cursor.executemany(self._sql["release"], rows)
                cursor.executemany(self._sql["release_express"], rows)

    def next_due(self, *, unable: Iterable[str | int] = ()) -> int | None:
        """The earliest ``due``."""
        without = frozenset(unable)
        due: int
        if not without:
            row = self._file.row("next_due")
            return row[0] if row else None
        with self._file.reading() as connection:
            for due, number, definition in connection.execute(self._sql["next_due_with_definition"]):
                if number not in without and restored(definition) not in without:
                    return due
        return None

    # -- activities ----------------------------------------------------------------------------------------------------

    def take_activity(self, activity: str, worker_name: str | None) -> ActivityTask | None:
        """Looks before it writes: pollers mostly come in vain."""
        if self._file.row("next_activity", (activity, 0)) is None:
            return None
        data = encode(worker_name)
        damaged, number = None, 0
        with self._file.writing() as cursor:
            while row := cursor.execute(self._sql["next_activity"], storable_row(activity, number)).fetchone():
                number = row[0]
                try:
                    task = task_of(row)
                except Damaged as problem:  # it stays, and nobody has to wait for it
                    damaged = problem
                    continue
                cursor.execute(self._sql["remove_activity"], (number,))
                message = Message(task.execution, STARTED, task.frame, task.wait, data)
                if Batch(cursor, self._sql).apply(Prepared(message)) is None:  # else nobody waits for it any more
                    return task
            if damaged is not None:
                raise damaged
        return None

    # -- documents and definitions -------------------------------------------------------------------------------------

    def document(self, kind: str, name: str) -> Document | None:
        """The document as it is now."""
        found = self._file.records("document", document_of, (kind, name))
        return found[0] if found else None

    def documents(self, kind: str) -> list[Document]:
        """All of a kind, in the order of their making."""
        return self._file.records("documents", document_of, (kind,))

    def put_document(self, kind: str, name: str, body: Any, revision: int | None) -> Document | None:
        """Compare and set."""
        text = encode(body)
        keys = storable_row(kind, name)
        with self._file.writing() as cursor:
            row = cursor.execute(self._sql["revision"], keys).fetchone()  # its text isn't needed any more
            if (row[0] if row else None) != revision:
                return None
            if row:
                cursor.execute(self._sql["remove_document"], (*keys, revision))
            row_of_it = (row[1] if row else 0, *keys, storable(text), sum_of_three(kind, name, text))
            cursor.execute(self._sql["add_document"], row_of_it)
            number = cursor.lastrowid
            assert number is not None
            if not row:
                cursor.execute(self._sql["made_now"], (number,))
        return Document(kind, name, number, body)

    def delete_document(self, kind: str, name: str, revision: int) -> bool:
        """Compare and remove."""
        with self._file.writing() as cursor:
            removed = cursor.execute(self._sql["remove_document"], (*storable_row(kind, name), revision))
            return removed.rowcount == 1

    def put_definition(self, digest: str, text: str) -> None:
        """Writes only now and then, so that it may be called often."""
        now = self.now()
        row = self._file.row("last_put", (digest,))
        if row is None or row[0] <= now - FRESH:
            with self._file.writing(concerns=False) as cursor:
                cursor.execute(self._sql["put_definition"], storable_row(digest, now, text, sum_of_two(digest, text)))

    def definition(self, digest: str) -> str | None:
        """The text of a definition."""
        found = self._file.records("definition", definition_of, (digest,))
        return found[0] if found else None

    # -- housekeeping --------------------------------------------------------------------------------------------------

    def log(self, machine: str, *, after: int = 0, limit: int = 100) -> list[tuple[int, LogLine]]:
        """(number, line), in order."""
        return self._file.records("log", line_of, (machine, after, limit))

    def purge(self, before: int, *, machine: str | None = None) -> int:
        """The file doesn't shrink: SQLite uses the space again."""
        return purge_file(self._file, self._sql, before, machine)

    def check(self, report: Callable[[str], None]) -> None:
        """Reads all of the file, on a connection of its own: nobody waits for it."""
        self._file.usable()
        check_file(self.path, self._sql, report)

"""The connections of one SQLite store: one that writes and one that reads, each used by one thread at a time."""

from __future__ import annotations

import threading
from contextlib import AbstractContextManager, contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

from asl.errors import StoreError
from asl.stores.sqlite_file import connect, explained, open_file, prepare, transaction
from asl.stores.sqlite_rows import storable, storable_row

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterator, Sequence

    from asl.stores.sqlite_rows import Row

Record = TypeVar("Record")


class Connections:
    """Reading waits for no commit, and a commit for no reader."""

    def __init__(self, path: str, sql: dict[str, str], synchronous: str, *, create: bool) -> None:
        self._path = path
        self._sql = sql
        self._writer = open_file(path, synchronous, create=create)
        self._cursor = self._writer.cursor()
        try:
            with explained(path, "open"):
                self._reader = connect(path)
                prepare(self._reader, path, synchronous)
        except BaseException:
            self._writer.close()
            raise
        self._writer_lock = threading.Lock()
        self._reader_lock = threading.Lock()
        self._closed = False
        self._changes = 0
        self._data_version = 0
        self.workers: frozenset[int] | None = None  # what the writing one knows of those that are registered

    def close(self) -> None:
        """Once they are free. Closing twice is no error."""
        with self._writer_lock, self._reader_lock:
            if not self._closed:
                self._closed = True
                self._cursor.close()  # a connection lives on with the statements of its cursors, and holds the file
                self._reader.close()
                self._writer.close()

    def usable(self) -> None:
        """Raise StoreError after ``close``."""
        if self._closed:
            raise StoreError(f"{self._path}: the store is closed; open it again")

    def explained(self) -> AbstractContextManager[None]:
        """What is found out about rows that were read, as StoreError."""
        return explained(self._path, "read")

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """For several statements that must see the same moment."""
        with self._reader_lock:
            self.usable()
            with explained(self._path, "read"), transaction(self._reader, "BEGIN"):
                yield self._reader

    @contextmanager
    def writing(self, *, concerns: bool = True) -> Iterator[sqlite3.Cursor]:
        """A transaction. ``concerns``: others should look at what was written."""
        with self._writer_lock:
            self.usable()
            with explained(self._path, "write"), transaction(self._writer):
                self._look_for_others()
                yield self._cursor
            self._changes += concerns

    def records(
        self, name: str, make: Callable[[Row], Record], parameters: Sequence[Any] | dict[str, Any] = ()
    ) -> list[Record]:
        """What one statement finds, as records; ``make`` may find that a row is damaged."""
        with explained(self._path, "read"):
            return list(map(make, self.rows(name, parameters)))

    def rows(self, name: str, parameters: Sequence[Any] | dict[str, Any] = ()) -> list[Any]:
        """What one statement finds."""
        if isinstance(parameters, dict):
            parameters = {key: storable(value) for key, value in parameters.items()}
        else:
            parameters = storable_row(*parameters)
        with self._reader_lock:
            self.usable()
            with explained(self._path, "read"):
                return self._reader.execute(self._sql[name], parameters).fetchall()

    def row(self, name: str, parameters: Sequence[Any] | dict[str, Any] = ()) -> Any:
        """The first row, or None."""
        rows = self.rows(name, parameters)
        return rows[0] if rows else None

    def checkpoint(self) -> None:
        """Bring the log of changes into the file, as far as nobody reads it."""
        with self._writer_lock:
            self.usable()
            with explained(self._path, "write"):
                self._cursor.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()

    # SQLite's data_version changes with the commits of other connections alone. So the writing one is asked, whose own
    # commits must not make a waiting engine look each time; those that should are counted.

    def changes(self) -> int:
        """A number that is another one after somebody has written something that concerns others."""
        if self._writer_lock.acquire(blocking=False):  # else a commit is under way, and has looked itself
            try:
                self.usable()
                with explained(self._path, "read"):
                    self._look_for_others()
            finally:
                self._writer_lock.release()
        return self._changes

    def _look_for_others(self) -> None:
        (version,) = self._cursor.execute("PRAGMA data_version").fetchone()
        if version != self._data_version:
            self._data_version = version
            self.workers = None
            self._changes += 1

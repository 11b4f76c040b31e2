"""The file of the SQLite store: opening, its schema and migrations, and what SQLite's errors mean to people."""

from __future__ import annotations

import functools
import os
import sqlite3
from contextlib import contextmanager, suppress
from importlib import resources
from typing import TYPE_CHECKING

from asl.errors import StoreError
from asl.stores.base import DamageError
from asl.stores.sqlite_sums import Damaged, checksum

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

#: Stands in the file's header, so that nobody takes another program's database for a store: "ASLk".
APPLICATION_ID = 0x41534C6B

#: The oldest SQLite library whose language suffices.
OLDEST_SQLITE = (3, 31, 0)

#: So long a writer waits for another process to finish its commit, in seconds.
PATIENCE = 30.0

#: A text that isn't UTF-8 any more is read all the same: its checksum says whose it is.
_TEXT = functools.partial(str, encoding="utf-8", errors="replace")

_CHECKPOINT_PAGES = 4000
_CACHE_KIB = 16 * 1024  # of each connection
_LARGEST_LEFT_OVER = 64 * 1024 * 1024  # bytes of the log of changes that are kept after a checkpoint


@functools.cache
def statements() -> dict[str, str]:
    """The SQL of ``sql/statements.sql`` by name."""
    found: dict[str, str] = {}
    text = resources.files("asl.stores").joinpath("sql/statements.sql").read_text("utf-8")
    for part in text.split("-- name: ")[1:]:
        name, _, sql = part.partition("\n")
        found[name.strip()] = sql.split("\n-- ---", 1)[0].strip()
    return found


@functools.cache
def migrations() -> tuple[str, ...]:
    """The scripts that make version 1 of the schema of nothing, version 2 of version 1, and so on."""
    scripts = [file for file in resources.files("asl.stores").joinpath("sql").iterdir() if file.name[:4].isdigit()]
    return tuple(file.read_text("utf-8") for file in sorted(scripts, key=lambda file: file.name))


def connect(path: str) -> sqlite3.Connection:
    """A connection that begins and ends transactions when it is told to, and may be used by any thread."""
    connection = sqlite3.connect(
        path, timeout=PATIENCE, isolation_level=None, check_same_thread=False, cached_statements=256
    )
    connection.text_factory = _TEXT
    return connection


def open_file(path: str, synchronous: str, *, create: bool) -> sqlite3.Connection:
    """The store's file, brought to the present schema; raises StoreError when it can't be used."""
    _look_at_library()
    _look_at_path(path, create=create)
    with explained(path, "open"):
        connection = connect(path)
        try:
            prepare(connection, path, synchronous)
            migrate(connection, path, migrations())
        except BaseException:
            connection.close()
            raise
    return connection


def _look_at_library() -> None:
    if sqlite3.sqlite_version_info < OLDEST_SQLITE:
        oldest = ".".join(map(str, OLDEST_SQLITE))
        raise StoreError(
            f"the SQLite library of this Python is {sqlite3.sqlite_version}; the store needs {oldest} or newer: "
            "use a newer Python, or the store memory:"
        )


def _look_at_path(path: str, *, create: bool) -> None:
    folder = os.path.dirname(path) or "."
    if not os.path.isdir(folder):
        raise StoreError(f"{path}: the folder {folder} doesn't exist; create it, or give the store another place")
    if os.path.isdir(path):
        raise StoreError(f"{path} is a folder; give the name of a file in it, as {os.path.join(path, 'asl.db')}")
    if not create and not os.path.exists(path):
        raise StoreError(f"{path} doesn't exist; check the name, or let the store be created")


def prepare(connection: sqlite3.Connection, path: str, synchronous: str) -> None:
    """Check whose file it is, and set how the connection works."""
    application, tables = _identity(connection)
    if application != APPLICATION_ID and (application or tables):
        raise StoreError(f"{path} is an SQLite database, but not a store of aslkit's; give the store a file of its own")
    (mode,) = connection.execute("PRAGMA journal_mode = WAL").fetchone()
    if mode != "wal":
        raise StoreError(
            f"{path}: SQLite can't keep a write-ahead log there (it answers {mode!r}); "
            "put the file on a local disk that can be written to"
        )
    connection.execute(f"PRAGMA synchronous = {synchronous}")
    connection.execute("PRAGMA fullfsync = ON")  # where fsync alone isn't durable: macOS
    connection.execute(f"PRAGMA wal_autocheckpoint = {_CHECKPOINT_PAGES}")
    connection.execute(f"PRAGMA journal_size_limit = {_LARGEST_LEFT_OVER}")
    connection.execute(f"PRAGMA cache_size = {-_CACHE_KIB}")
    connection.execute("PRAGMA temp_store = MEMORY")
    connection.execute("SELECT json_array_length('[]')")  # older libraries may be built without JSON
    connection.execute("BEGIN IMMEDIATE")  # fails where the file can't be written
    connection.execute("ROLLBACK")


def _identity(connection: sqlite3.Connection) -> tuple[int, int]:
    """The application id, and how many tables there are."""
    with transaction(connection, "BEGIN"):  # one snapshot: another process may be creating the file
        (application,) = connection.execute("PRAGMA application_id").fetchone()
        (tables,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    return application, tables


def migrate(connection: sqlite3.Connection, path: str, scripts: Sequence[str]) -> None:
    """Bring the schema up to date, whole or not at all; a newer one is refused."""
    if _version(connection, path, scripts) == len(scripts):
        return
    with transaction(connection):
        version = _version(connection, path, scripts)  # once more: another process may have been faster
        connection.create_function("checksum", -1, checksum, deterministic=True)
        for script in scripts[version:]:
            for statement in _split(script):
                connection.execute(statement)
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.execute(f"PRAGMA user_version = {len(scripts)}")


def _version(connection: sqlite3.Connection, path: str, scripts: Sequence[str]) -> int:
    version: int
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version > len(scripts):
        raise StoreError(
            f"{path} has schema version {version}, which a newer aslkit wrote; this one knows versions up to "
            f"{len(scripts)}: upgrade aslkit (pip install -U aslkit)"
        )
    return version


def _split(script: str) -> Iterator[str]:
    """The statements of a script: ``executescript`` would commit first."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""


@contextmanager
def transaction(connection: sqlite3.Connection, begin: str = "BEGIN IMMEDIATE") -> Iterator[None]:
    """All or nothing."""
    connection.execute(begin)
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        # SQLite may have rolled back on its own, and what went wrong first is what counts.
        with suppress(sqlite3.Error):
            if connection.in_transaction:
                connection.execute("ROLLBACK")
        raise


@contextmanager
def explained(path: str, doing: str) -> Iterator[None]:
    """SQLite's errors as StoreError that names the file and the way out."""
    try:
        yield
    except Damaged as problem:
        raise DamageError(explain(path, doing, problem)) from problem
    except (sqlite3.Error, OverflowError) as problem:
        raise StoreError(explain(path, doing, problem)) from problem
    except UnicodeDecodeError as problem:  # SQLite's message quotes what stands in a damaged schema
        raise StoreError(explain(path, doing, sqlite3.DatabaseError("malformed database schema"))) from problem


#: What SQLite says, and what to do about it.
_WAYS_OUT = (
    ("user-defined function", "a text isn't UTF-8, so the file is damaged; put it aside and restore a backup"),
    ("checksum", "restore a backup, or do without it: nothing else of the store is touched"),
    ("disk is full", "make room on that disk and start again"),
    (
        "disk i/o error",
        "look at the disk (is it full?), its quota and the system's log; what was acknowledged is in the file",
    ),
    ("not a database", "this is another kind of file, or its beginning is damaged; give the store a file of its own"),
    (
        "malformed",
        "the file is damaged; put it aside and restore a backup, or save what there is: sqlite3 FILE .recover",
    ),
    ("readonly", "make the file, its folder and the -wal and -shm files beside it writable for this user"),
    ("unable to open", "make sure that this user may read and write the file and its folder"),
    ("locked", "another process has been writing for too long; see which one has the file open, and stop it"),
    ("busy", "another process has been writing for too long; see which one has the file open, and stop it"),
    ("no such function: json", "the SQLite library of this Python lacks its JSON functions; use another Python"),
    ("closed database", "the store was closed before; open it again"),
    ("no such table", "somebody has changed its tables; restore a backup"),
    ("too large", "one number is larger than SQLite can hold"),
    ("too big", "one text is larger than SQLite can hold"),
)


def explain(path: str, doing: str, problem: Exception) -> str:
    """One line: which file, what could not be done, what SQLite says, and what to do."""
    said = str(problem)
    way_out = next((way for sign, way in _WAYS_OUT if sign in said.lower()), None)
    return f"{path}: can't {doing} the store: {said}" + (f"; {way_out}" if way_out else "")

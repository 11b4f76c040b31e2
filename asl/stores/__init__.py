"""Where executions are kept. ``base`` is the protocol, every other module one way of keeping them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from asl.errors import StoreError

if TYPE_CHECKING:
    from collections.abc import Callable

    from asl.stores.base import Store

__all__ = ["open_store"]

_FORMS = "memory:, sqlite:///relative.db, sqlite:////absolute.db, or a path that ends in .db, .sqlite or .sqlite3"
_FILE_ENDINGS = (".db", ".sqlite", ".sqlite3")


def open_store(url: str, *, synchronous: str = "FULL", clock: Callable[[], int] | None = None) -> Store:
    """The store that a URL or a path names; raises StoreError when there is no such kind, or it can't be opened.

    ``?synchronous=NORMAL`` at the end of an SQLite URL goes before the argument (see ``asl.stores.sqlite``). ``clock``
    gives the store's milliseconds; without it time is the machine's.
    """
    place, _, query = url.partition("?")
    if place == "memory:":
        if query:
            raise StoreError(f"{url}: the store memory: has no settings; leave out ?{query}")
        from asl.stores.memory import MemoryStore

        return MemoryStore(clock)
    if re.match(r"postgres(ql)?(\+\w+)?:", place):
        raise StoreError(f"{_without_password(url)}: there is no PostgreSQL store in this aslkit yet; use {_FORMS}")
    path = _path_of(place)
    if path is None:
        raise StoreError(f"{_without_password(url)!r} names no store; use {_FORMS}")
    from asl.stores.sqlite import SQLiteStore

    return SQLiteStore(path, synchronous=_synchronous(url, query) or synchronous, clock=clock)


def _path_of(place: str) -> str | None:
    """The path of an SQLite file."""
    if place.startswith("sqlite:"):
        path = place.removeprefix("sqlite:///")
        if path == place or not path or path == ":memory:":
            raise StoreError(f"{place} names no file; use {_FORMS}")
        return path
    if place.endswith(_FILE_ENDINGS) and "://" not in place:
        return place
    return None


def _synchronous(url: str, query: str) -> str | None:
    settings = dict(parse_qsl(query, keep_blank_values=True))
    found = settings.pop("synchronous", None)
    if settings:
        raise StoreError(f"{url}: unknown setting {next(iter(settings))!r}; there is synchronous=FULL or NORMAL")
    return found


def _without_password(url: str) -> str:
    return re.sub(r"(://[^/@:]*):[^/@]*@", r"\1:***@", url)

"""Giving out what is due. What is damaged goes to nobody, so that it keeps no worker from the rest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from asl.stores.sqlite_held import held_executions
from asl.stores.sqlite_rows import definition_of, is_whole, storable_row
from asl.stores.sqlite_sums import Damaged, restored

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Container

    from asl.stores.base import Held


class Claims:
    """Claims of one store, each within a transaction of the caller's."""

    def __init__(self, sql: dict[str, str]) -> None:
        self._sql = sql
        self._sound: set[str] = set()  # definitions that were looked at

    def claim(
        self, cursor: sqlite3.Cursor, worker: int, now: int, limit: int, unable: Container[str | int]
    ) -> tuple[list[Held], Damaged | None]:
        """What a worker owns from here on, and what is damaged: that isn't due any more until it is told something."""
        due = self._due(cursor, now, limit, unable)
        cursor.executemany(self._sql["own"], [(worker, number) for number, express in due if not express])
        cursor.executemany(self._sql["own_express"], [(worker, number) for number, express in due if express])
        found, damaged = held_executions(cursor.connection, self._sql, [number for number, _ in due])
        self._look_at_definitions(cursor, found, damaged)
        if not damaged:
            return found, None
        for name in ("put_aside", "put_aside_express"):
            cursor.executemany(self._sql[name], [(number,) for number in damaged])
        whole = [held for held in found if held.execution.id not in damaged]
        return whole, Damaged(*(what for problem in damaged.values() for what in problem.what))

    def _due(self, cursor: sqlite3.Cursor, now: int, limit: int, unable: Container[str | int]) -> list[tuple[int, int]]:
        """Ids, and whether they are those of Express executions."""
        if not unable:
            return [row[1:] for row in cursor.execute(self._sql["due"], {"now": now, "limit": limit})]
        found: list[tuple[int, int]] = []
        for _, number, express, definition in cursor.execute(self._sql["due_with_definition"], {"now": now}):
            if number not in unable and restored(definition) not in unable:
                found.append((number, express))
                if len(found) == limit:
                    break
        return found

    def _look_at_definitions(self, cursor: sqlite3.Cursor, found: list[Held], damaged: dict[int, Damaged]) -> None:
        """Without its definition an execution can't go on."""
        for digest in {held.execution.definition for held in found} - self._sound:
            row = cursor.execute(self._sql["definition"], storable_row(digest)).fetchone()
            if row is None or is_whole(row, definition_of):
                self._sound.add(digest)
                continue
            for held in found:
                number = held.execution.id
                if held.execution.definition == digest:
                    damaged[number] = Damaged(f"definition {digest} of execution {number}")

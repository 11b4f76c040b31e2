"""What stored executions are measured beside: raw SQLite commits, and DBOS in a Python that has it."""

from __future__ import annotations

import sqlite3
import subprocess
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_SCRIPT = Path(__file__).with_name("dbos_process.py")


class Commits:
    """One row a transaction, made durable, in a file of its own: what any store on SQLite pays for a step alone."""

    def __init__(self, folder: Path) -> None:
        self._connection = sqlite3.connect(folder / "commits.db", isolation_level=None)
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = FULL")
        self._connection.execute("CREATE TABLE steps (id INTEGER PRIMARY KEY, text TEXT)")

    def rate(self, seconds: float) -> float:
        """Commits per second."""
        text, commits, began = "x" * 500, 0, time.perf_counter()
        while (taken := time.perf_counter() - began) < seconds:
            self._connection.execute("INSERT INTO steps (text) VALUES (?)", (text,))
            commits += 1
        return commits / taken

    def close(self) -> None:
        self._connection.close()


class DBOS:
    """Workflows of ten steps, each an addition, in a process of its own that stays."""

    def __init__(self, process: subprocess.Popen[str], versions: Sequence[str]) -> None:
        self._process = process
        self.version, self.python = versions

    @classmethod
    def found(cls, python: str, folder: Path) -> DBOS | None:
        """DBOS as that Python has it; None: it has none."""
        process = subprocess.Popen(
            [python, str(_SCRIPT), str(folder / "dbos.sqlite")],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert process.stdout is not None
        versions = process.stdout.readline().split()
        if len(versions) == 2:
            return cls(process, versions)
        process.wait()
        return None

    def rate(self, at_a_time: int, seconds: float) -> float:
        """Workflows per second."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{at_a_time} {seconds}\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline()
        assert answer, "DBOS has ended"
        return float(answer)

    def close(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait()

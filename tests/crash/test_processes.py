"""Real processes on one SQLite file, killed and stopped by signals wherever they happen to be."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing, contextmanager
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

import pytest

from asl import VirtualClock
from asl.stores import open_store
from tests.crash.child import OUTPUT
from tests.drivers.durable.bench import Bench

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.skipif(os.name != "posix", reason="signals")

ROOT = Path(__file__).parents[2]
CALLS = 6  # of handlers in one execution
LEASE, SHORT = 15_000, 600


@contextmanager
def process(folder: Path, handlers: str, lease: int = LEASE, start: int = 0) -> Iterator[subprocess.Popen[str]]:
    """A process that works on the folder's store."""
    arguments = [str(folder / "store.db"), str(folder / "ledger"), handlers, str(lease), str(start)]
    child = subprocess.Popen(
        [sys.executable, "-m", "tests.crash.child", *arguments],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "cli")])},
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield child
    finally:
        child.kill()
        child.communicate()


def read(child: subprocess.Popen[str], lines: int) -> int:
    """Read so many lines of its output, or all there are."""
    assert child.stdout is not None
    return sum(1 for _ in zip(range(lines), child.stdout, strict=False))


def check(folder: Path, handlers: str, executions: int) -> None:
    """All came to the right end, and nobody did anything twice that can't be."""
    store = open_store(str(folder / "store.db"))
    bench = Bench(store, VirtualClock())
    found = store.executions(limit=1000)
    assert len(found) == executions
    for each in found:
        execution = bench.describe(each)
        assert (execution.status, execution.output) == ("SUCCEEDED", OUTPUT)
        kinds = [event[0] for event in bench.events(execution)]
        assert kinds.count("LambdaFunctionSucceeded") == CALLS
        lost = sum("worker was lost" in str(event) for event in bench.events(execution))
        assert kinds.count("LambdaFunctionScheduled") == CALLS + lost
        assert not (lost and handlers == "idempotent")
    problems: list[str] = []
    store.check(problems.append)
    assert problems == []
    store.close()
    keys = [line.split()[0] for line in (folder / "ledger").read_text().splitlines()]
    assert len(set(keys)) >= executions * CALLS
    if handlers == "once":
        assert len(set(keys)) == len(keys)


@pytest.mark.parametrize("handlers", ["once", "idempotent"])
@pytest.mark.parametrize("seed", range(2))
def test_killed_by_a_signal(seed: int, handlers: str, tmp_path: Path) -> None:
    kill_and_go_on(tmp_path, handlers, Random(f"{seed} {handlers}"), executions=8, deaths=2)


def kill_and_go_on(folder: Path, handlers: str, dice: Random, *, executions: int, deaths: int) -> None:
    """Let processes die one after the other, each after some calls of handlers; the last one comes to the end."""
    for number in range(deaths):
        with process(folder, handlers, start=0 if number else executions) as child:
            read(child, dice.randint(executions if not number else 1, executions * 2))
            child.kill()
    with process(folder, handlers) as child:
        child.communicate(timeout=60)
        assert child.returncode == 0
    check(folder, handlers, executions)


def stop_between_commits(child: subprocess.Popen[str], folder: Path) -> None:
    """Within one it would hold SQLite's lock, and all others would wait until it goes on or is killed."""
    with closing(sqlite3.connect(folder / "store.db", timeout=0, isolation_level=None)) as connection:
        while True:
            os.kill(child.pid, signal.SIGSTOP)
            os.waitpid(child.pid, os.WUNTRACED)
            try:
                connection.execute("BEGIN IMMEDIATE")
                connection.execute("ROLLBACK")
            except sqlite3.OperationalError:
                os.kill(child.pid, signal.SIGCONT)
                continue
            return


@pytest.mark.parametrize("handlers", ["once", "idempotent"])
def test_stopped_past_its_lease_and_continued(handlers: str, tmp_path: Path) -> None:
    """The other one takes over when the lease is over: a process that is there but paused isn't dead."""
    executions = 8
    with process(tmp_path, handlers, SHORT, executions) as paused:
        assert read(paused, executions + 3) == executions + 3
        stop_between_commits(paused, tmp_path)
        with process(tmp_path, handlers, SHORT) as other:
            other.communicate(timeout=60)
            assert other.returncode == 0
        check(tmp_path, handlers, executions)
        os.kill(paused.pid, signal.SIGCONT)
        said, _ = paused.communicate(timeout=60)
        assert paused.returncode == 0
    assert "Traceback" not in said
    check(tmp_path, handlers, executions)

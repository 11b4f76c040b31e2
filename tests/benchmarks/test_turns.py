"""What storing a turn takes, counted: statements of SQLite and calls of Python functions, with no clock to disturb.

Two runs of different lengths are compared, so that what an execution and a worker cost once drops out.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from asl import VirtualClock
from asl.stores.sqlite import SQLiteStore
from benchmarks import machines
from tests.drivers.durable.bench import Bench

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


class Work(NamedTuple):
    """What one turn takes: a task's answer, and the next task."""

    statements: float
    commits: float
    calls: float


#: The most that a turn may take, of an execution alone and of sixteen that advance together. If a change needs more: is
#: it worth it? Then write the new number here and say why in the commit. If it needs less, lower the number.
BOUNDS = {1: Work(6, 1, 318), 16: Work(2.5, 1 / 16, 96)}


@pytest.mark.parametrize(("executions", "bound"), BOUNDS.items())
def test_work_of_a_turn(executions: int, bound: Work, tmp_path: Path) -> None:
    short, long = 10, 30
    _work(1, 1, tmp_path / "first.db")  # whatever is made once is made now
    few, many = (_work(executions, length, tmp_path / f"{length}.db") for length in (short, long))
    turns = executions * (long - short)
    found = Work(*((more - less) / turns for more, less in zip(many, few, strict=True)))
    assert all(mine <= most for mine, most in zip(found, bound, strict=True)), (
        f"a turn takes {found}, more than {bound}; see BOUNDS in {__file__}"
    )
    assert found.commits == bound.commits
    assert found.statements > bound.statements - 0.5, f"a turn takes {found} now: lower the bound in BOUNDS"
    assert found.calls > bound.calls * 0.9, f"a turn takes {found} now: lower the bound in BOUNDS"


def _work(executions: int, tasks: int, path: Path) -> Work:
    clock, machine = VirtualClock(), machines.tasks(tasks)
    store = SQLiteStore(path, clock=clock.now)
    bench = Bench(store, clock)
    worker = bench.worker(machine.handlers)
    rows = [bench.row(machine.definition, machine.input) for _ in range(executions)]
    statements: list[str] = []
    store._file._writer.set_trace_callback(statements.append)
    for row in rows:
        worker.engine.start(bench.new(row))
    calls = _count_calls(worker.run_until_idle)
    store._file._writer.set_trace_callback(None)
    assert all(bench.describe(row).status == "SUCCEEDED" for row in rows)
    store.close()
    return Work(len(statements), statements.count("COMMIT"), calls)


def _count_calls(run: Callable[[], object]) -> int:
    calls = 0

    def count(frame: Any, event: str, _argument: Any) -> None:
        nonlocal calls
        calls += event == "call" and not frame.f_code.co_name.endswith("comp>")  # Python 3.12 makes no call of these

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        run()
    finally:
        sys.setprofile(before)
    return calls

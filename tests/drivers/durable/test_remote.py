"""What somebody who doesn't own an execution does to it, when the store contradicts itself."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from asl import VirtualClock
from asl.errors import StoreError
from asl.stores.sqlite import SQLiteStore
from asl.stores.sqlite_sums import checksum
from tests.drivers.durable.bench import Bench

if TYPE_CHECKING:
    from pathlib import Path

STATES = {
    "RUNNING": {"Type": "Wait", "Seconds": 60, "End": True},
    "FAILED": {"Type": "Parallel", "Branches": [{"StartAt": "B", "States": {"B": {"Type": "Fail"}}}], "End": True},
}


@pytest.mark.parametrize("status", STATES)
def test_a_row_that_contradicts_the_status_is_no_endless_race(status: str, tmp_path: Path) -> None:
    path, clock = tmp_path / "store.db", VirtualClock()
    with closing(SQLiteStore(path, clock=clock.now)) as store:
        bench = Bench(store, clock)
        execution = bench.row({"StartAt": "A", "States": {"A": STATES[status]}})
        bench.put(execution)
        bench.worker().run_until_idle(until=clock.now() + 1_000)
        assert bench.describe(execution).status == status
        with closing(sqlite3.connect(path)) as connection, connection:
            connection.create_function("checksum", -1, checksum)
            connection.execute("UPDATE live SET running = 1 - running")
            connection.execute("UPDATE live SET core_sum = checksum(execution, running, core)")
        act = bench.stop if status == "RUNNING" else bench.redrive
        with pytest.raises(StoreError) as caught:
            act(execution)
        assert str(caught.value).startswith(f"{store.url}: {execution.arn} is {status}, but its live row takes no such")

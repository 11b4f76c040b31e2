"""Who drives the loop while the engine's thread is in a handler."""

from __future__ import annotations

from itertools import count
from threading import Event, Lock, Semaphore, get_ident
from time import perf_counter
from typing import TYPE_CHECKING, Any

import pytest

from asl.drivers.clock import RealClock
from asl.drivers.durable.standin import Seat
from asl.stores import open_store
from tests.drivers.durable.bench import Bench
from tests.machines import FUNCTION

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from asl.stores.base import Execution
    from asl.worker import Worker

PATIENCE = 30
TASKS = 40


def seat_of(drive: Callable[[Seat], None]) -> Seat:
    seat = Seat(lambda: drive(seat), lambda: None)
    return seat


def test_nobody_stands_in_for_who_is_back() -> None:
    drives: list[int] = []
    seat = seat_of(lambda _: drives.append(1))
    for _ in range(100):
        seat.leave()
        seat.back()
    seat.close()
    assert not drives


def test_somebody_stands_in_until_the_seat_is_wanted() -> None:
    driven, drivers = Event(), []

    def drive(seat: Seat) -> None:
        drivers.append(get_ident())
        driven.set()
        while not seat.wanted:
            pass

    seat = seat_of(drive)
    for _ in range(3):
        driven.clear()
        seat.leave()
        assert driven.wait(PATIENCE)
        seat.back()
    seat.close()
    assert len(drivers) == 3
    assert get_ident() not in drivers


def test_what_goes_wrong_meanwhile_is_raised_in_the_engines_thread() -> None:
    driven = Event()

    def drive(_: Seat) -> None:
        driven.set()
        raise MemoryError

    seat = seat_of(drive)
    seat.leave()
    assert driven.wait(PATIENCE)
    with pytest.raises(MemoryError):
        seat.back()
    seat.close()


def test_who_stands_in_leaves_when_all_is_closed() -> None:
    """A second Ctrl-C may come just when the engine's thread has left its seat."""
    driven, nudged = Event(), Event()

    def drive() -> None:
        driven.set()
        assert nudged.wait(PATIENCE)
        assert seat.wanted

    seat = Seat(drive, nudged.set)
    seat.leave()
    assert driven.wait(PATIENCE)
    seat.close()
    seat.back()


def test_closing_twice_is_no_error() -> None:
    seat = seat_of(lambda _: None)
    seat.leave()
    seat.back()
    seat.close()
    seat.close()


# -- in the engine -----------------------------------------------------------------------------------------------------


def chain(function: str, states: int) -> dict[str, Any]:
    tasks: dict[str, Any] = {
        f"T{number}": {"Type": "Task", "Resource": FUNCTION + function, "Next": f"T{number + 1}"}
        for number in range(states)
    }
    return {"StartAt": "T0", "States": {**tasks, f"T{states}": {"Type": "Succeed"}}}


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(open_store(str(tmp_path / "asl.db")), RealClock())  # type: ignore[arg-type]  # it only asks the time


def run(bench: Bench, worker: Worker, execution: Execution) -> None:
    """One execution to its end, by a worker in this thread."""
    ended = worker.engine.watch(execution.id)
    ended.add_done_callback(lambda _: worker.engine.stop())
    worker.engine.start(bench.new(execution))
    worker.run()
    assert ended.result(0) == "SUCCEEDED"


def test_quick_handlers_are_called_by_the_engines_thread(bench: Bench) -> None:
    callers: list[int] = []
    worker = bench.worker({"f": lambda _: callers.append(get_ident())}, threads=4)
    execution = bench.row(chain("f", TASKS))
    run(bench, worker, execution)
    assert len(callers) == TASKS
    assert get_ident() in callers, "once it was known that they are quick"
    assert callers[0] != get_ident(), "at first nobody knows"


def test_a_handler_that_was_quick_may_wait_for_another_execution(bench: Bench) -> None:
    """It waits in the engine's own thread for what only the engine can bring about."""
    helped, asked = Event(), []

    def waits(_: Any) -> str:
        if get_ident() == here:
            helper = bench.row(chain("helps", 1))
            asked.append(helper)
            worker.engine.start(bench.new(helper))
            assert helped.wait(PATIENCE), "nobody stood in"
        return "done"

    worker = bench.worker({"waits": waits, "helps": lambda _: helped.set()}, threads=4)
    here = get_ident()
    execution = bench.row(chain("waits", TASKS))
    run(bench, worker, execution)
    assert asked, "it was called by the engine's thread once it had been quick"


def test_an_interrupt_in_a_quick_handler_reaches_who_runs_the_worker(bench: Bench) -> None:
    def interrupted(_: Any) -> None:
        if get_ident() == here:
            raise KeyboardInterrupt

    worker = bench.worker({"f": interrupted}, threads=4)
    here = get_ident()
    execution = bench.row(chain("f", TASKS))
    worker.engine.start(bench.new(execution))
    with pytest.raises(KeyboardInterrupt):
        worker.run()
    worker.engine.close()
    assert bench.describe(execution).status == "RUNNING"


@pytest.mark.parametrize("threads", [1, 2, 3])
def test_never_more_handlers_at_a_time_than_allowed(threads: int, bench: Bench) -> None:
    """Neither beside the engine's own thread, nor when somebody stands in for it."""
    lock, at_work, most, ended = Lock(), 0, 0, Semaphore(0)

    def at(seconds_of_work: Callable[[], float]) -> Callable[[Any], None]:
        def handler(_: Any) -> None:
            nonlocal at_work, most
            with lock:
                at_work += 1
                most = max(most, at_work)
            until = perf_counter() + seconds_of_work()
            while perf_counter() < until:
                pass
            with lock:
                at_work -= 1

        return handler

    numbers = count()
    handlers = {
        "quick": at(lambda: 0.0),
        "slow": at(lambda: 0.001),
        "fickle": at(lambda: 0.012 if next(numbers) % 40 == 39 else 0.0),
    }
    worker = bench.worker(handlers, threads=threads)
    executions = [bench.row(chain(function, TASKS)) for function in handlers for _ in range(4)]
    for execution in executions:
        worker.engine.watch(execution.id).add_done_callback(lambda _: ended.release())
        worker.engine.start(bench.new(execution))
    with worker:
        assert all(ended.acquire(timeout=PATIENCE) for _ in executions)
    assert {bench.describe(execution).status for execution in executions} == {"SUCCEEDED"}
    assert most <= threads

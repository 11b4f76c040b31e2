"""Starting, stopping and redriving by several at the same time."""

from __future__ import annotations

from functools import partial
from threading import Barrier, Thread
from typing import TYPE_CHECKING, Any

import pytest

from asl import VirtualClock
from asl.drivers.durable.remote import start_of
from asl.jsontext import decode
from asl.kernel.events import TYPE
from asl.stores import open_store
from asl.stores.base import NAME_TAKEN, RUNNING
from tests.crash.faults import AFTER, BEFORE, PAUSE, Fault, faulty
from tests.crash.scenarios import INPUT, RETRY, call, machine
from tests.crash.world import World
from tests.drivers.durable.bench import Bench
from tests.machines import task

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from asl.stores.base import Refusal, Start

STARTS = 50
NAP = machine({"A": {"Type": "Wait", "Seconds": 60, "End": True}})


def at_once(jobs: Sequence[Callable[[], Any]]) -> list[Any]:
    """What they return, each in a thread of its own."""
    answers: list[Any] = [None] * len(jobs)
    barrier = Barrier(len(jobs))

    def run(number: int) -> None:
        barrier.wait()
        answers[number] = jobs[number]()

    threads = [Thread(target=run, args=(number,)) for number in range(len(jobs))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


@pytest.fixture(params=["memory:", "sqlite"])
def bench(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Bench]:
    clock = VirtualClock()
    url = request.param if request.param == "memory:" else f"sqlite:///{tmp_path}/executions.db"
    store = open_store(url, clock=clock.now)
    yield Bench(store, clock)
    store.close()


def one_wins(bench: Bench, answers: list[Refusal | None]) -> None:
    assert answers.count(None) == 1
    (winner,) = bench.store.open_executions()
    for refusal in answers:
        if refusal is not None:
            assert refusal.reason == NAME_TAKEN
            assert refusal.holder is not None
            assert refusal.holder.id == winner


def test_of_fifty_starts_by_the_store_one_wins(bench: Bench) -> None:
    rows = [bench.row(NAP, name="same") for _ in range(STARTS)]
    program = bench.program(rows[0])
    starts = [start_of(row, program, decode(row.input or ""), row.input or "", 0) for row in rows]

    def commit(start: Start) -> Refusal | None:
        return bench.store.commit([start])[0]

    one_wins(bench, at_once([partial(commit, start) for start in starts]))


def test_of_fifty_starts_by_engines_one_wins(bench: Bench) -> None:
    workers = [bench.worker(clock="real") for _ in range(3)]
    for worker in workers:
        worker.start()
    new = [bench.new(bench.row(NAP, name="same")) for _ in range(STARTS)]

    def start(number: int) -> Refusal | None:
        return workers[number % 3].engine.start(new[number]).result(60)

    jobs = [partial(start, number) for number in range(STARTS)]
    answers = at_once(jobs)
    for worker in workers:
        worker.stop()
    one_wins(bench, answers)


# -- stop --


def calls_of(definition: Any) -> int:
    calm = World(definition, INPUT)
    calm.process()
    return calm.calls


TWO = machine({"A": call(Next="B"), "B": {"Type": "Wait", "Seconds": 5, "Next": "C"}, "C": call()})


@pytest.mark.parametrize("when", [BEFORE, AFTER])
def test_a_stop_at_every_call_of_the_owner(when: str) -> None:
    """Either the execution was stopped, or it had ended before; nothing is called after the stop was acknowledged."""
    seen = set()
    for at in range(2, calls_of(TWO) + 1):
        world = World(TWO, INPUT, idempotent=False)
        store, wrapper = faulty(world.store, Fault(at, when, PAUSE))
        stopped: list[Any] = []

        def stop(world: World = world, stopped: list[Any] = stopped) -> None:
            stopped.append(world.bench.stop(world.execution, "E", "why"))
            stopped.append(world.events())

        wrapper.meanwhile = stop
        worker = world.worker(store)
        world.start(worker)
        worker.run_until_idle()
        how = f"stopped {when} call {at}"
        if stopped[0] is None:  # it had not started yet
            assert world.result().status == "SUCCEEDED", how
            continue
        found, events = stopped
        seen.add(found.status)
        assert found.status in ("ABORTED", "SUCCEEDED"), how
        world.process()
        world.check_end()
        world.check_ledger()
        assert (world.result().status, world.result().error) == (found.status, found.error), how
        assert world.events() == events, f"{how}: something happened after the end"
        assert worker.engine._entries == {}, how
    assert seen == {"ABORTED", "SUCCEEDED"}


# -- redrive --


class Mending:
    """A handler that fails until somebody has mended what was broken."""

    def __init__(self) -> None:
        self.keys: list[str] = []
        self.mended = False

    def __call__(self, event: Any, context: Any) -> Any:
        self.keys.append(context.idempotency_key)
        if not self.mended:
            raise ValueError("broken")
        return event


def broken(definition: Any) -> tuple[World, Mending]:
    """An execution that has failed, and what mends it."""
    mending = Mending()
    world = World(definition, INPUT, work=mending)
    assert world.run().status == "FAILED"
    mending.mended = True
    return world, mending


PLAIN = machine({"A": task(Next="B"), "B": {"Type": "Pass", "End": True}})


def test_of_several_redrives_at_once_one_works() -> None:
    world, mending = broken(PLAIN)
    found = at_once([lambda: world.bench.redrive(world.execution) for _ in range(10)])
    assert {execution.redrive_count for execution in found} == {1}
    assert world.run().status == "SUCCEEDED"
    kinds = [event[TYPE] for event in world.events()]
    assert kinds.count("ExecutionRedriven") == 1
    assert len(mending.keys) == 2
    done = world.bench.redrive(world.execution)
    assert done is not None
    assert (done.status, done.redrive_count) == ("SUCCEEDED", 1)


def test_every_attempt_has_a_key_of_its_own_also_after_a_redrive() -> None:
    world, mending = broken(PLAIN)
    for count in (1, 2):
        mending.mended = count == 2
        assert world.bench.redrive(world.execution) is not None
        world.process()
    assert world.result().status == "SUCCEEDED"
    assert len(mending.keys) == len(set(mending.keys)) == 3


def test_executions_of_one_name_have_keys_of_their_own() -> None:
    """Those of another machine, and all Express ones, may be called the same."""
    keys: list[str] = []
    world = World(PLAIN)
    handlers = {"f": lambda event, context: keys.append(context.idempotency_key)}
    for machine_name in ("One", "Two"):
        arn = f"arn:aws:states:us-east-1:123456789012:execution:{machine_name}:same"
        assert world.bench.put(world.bench.row(PLAIN, name="same", machine=machine_name, arn=arn)) is None
    for number in range(2):
        arn = f"arn:aws:states:us-east-1:123456789012:express:One:same:{number}"
        assert world.bench.put(world.bench.row(PLAIN, name="same", machine="One", arn=arn, express=True)) is None
    world.bench.worker(handlers).run_until_idle()
    assert len(set(keys)) == len(keys) == 4


@pytest.mark.parametrize("when", [BEFORE, AFTER])
def test_stops_and_redrives_racing_the_end(when: str) -> None:
    """Somebody stops it, redrives it at once, and the owner goes on with what it believes to have."""
    for at in range(4, calls_of(TWO) + 1):
        world = World(TWO, INPUT, idempotent=True)
        store, wrapper = faulty(world.store, Fault(at, when, PAUSE))

        def meanwhile(world: World = world) -> None:
            world.bench.stop(world.execution)
            world.bench.redrive(world.execution)

        wrapper.meanwhile = meanwhile
        worker = world.worker(store)
        world.start(worker)
        worker.run_until_idle()
        world.look()
        result = world.run()
        how = f"{when} call {at}"
        assert result.status == "SUCCEEDED", how
        kinds = [event[TYPE] for event in world.events()]
        assert kinds.count("ExecutionAborted") == kinds.count("ExecutionRedriven") <= 1, how
        assert kinds.count("ExecutionSucceeded") == 1, how
        assert kinds.count("WaitStateExited") == 1, how


@pytest.mark.parametrize("when", [BEFORE, AFTER])
def test_a_redriven_execution_survives_deaths(when: str) -> None:
    for at in range(2, 12):
        world, _ = broken(machine({"A": {**task(Next="B"), **RETRY}, "B": call()}))
        assert world.bench.redrive(world.execution) is not None
        world.process(Fault(at, when))
        assert world.run().status == "SUCCEEDED", f"killed {when} call {at}"
        assert [event[TYPE] for event in world.events()].count("ExecutionRedriven") == 1


def test_an_execution_runs_the_definition_with_which_it_was_started() -> None:
    """Also when redriven after its machine has another one: the digest stands in its row."""
    world, _ = broken(PLAIN)
    other = world.bench.row(machine({"A": {"Type": "Fail", "Error": "other"}}))
    assert world.bench.put(other) is None
    assert world.bench.redrive(world.execution) is not None
    assert world.run().status == "SUCCEEDED"
    assert world.stored is not None
    assert world.stored.definition == world.execution.definition != other.definition
    assert world.bench.describe(other).error == "other"


def test_a_stop_before_anybody_has_begun() -> None:
    world = World(NAP)
    assert world.bench.put(world.execution) is None
    stopped = at_once([lambda: world.bench.stop(world.execution, "E") for _ in range(10)])
    assert {execution.status for execution in stopped} == {"ABORTED"}
    assert [event[TYPE] for event in world.events()] == ["ExecutionStarted", "ExecutionAborted"]
    world.process()
    assert world.result().status != RUNNING

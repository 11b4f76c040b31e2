"""The concurrent driver: what runs side by side really does; time-outs in real time; cancelling; nothing hangs.

Real parallelism is shown by barriers that nobody passes alone; real time by a loop that jumps rather than waits.
"""

from __future__ import annotations

import asyncio
import threading
from typing import Any

import pytest

from asl import Execution, HandlerError, TaskError
from tests.drivers.clocks import LoopClock, run_jumping
from tests.machines import INVOKE, Script, kinds, machine, run, scope, task

PATIENCE = 20  # seconds, after which a test that hangs gives up


def run_async(states: dict[str, Any], data: Any = None, /, **options: Any) -> Execution:
    return asyncio.run(machine(states).run_async(data, **{"clock": "virtual", "seed": "fixed", **options}))


def run_real(states: dict[str, Any], data: Any = None, /, **options: Any) -> Execution:
    """In real time that jumps."""
    return run_jumping(machine(states).run_async(data, seed="fixed", clock=LoopClock(), **options))


def _branches(count: int, **fields: Any) -> dict[str, Any]:
    branches = [scope({f"T{n}": task(**fields)}) for n in range(count)]
    return {"P": {"Type": "Parallel", "Branches": branches, "End": True}}


def _map(**fields: Any) -> dict[str, Any]:
    return {"M": {"Type": "Map", "ItemProcessor": scope({"T": task()}), "End": True, **fields}}


# -- side by side ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("how", [run_async, run_real])
def test_sync_handlers_run_on_threads_at_the_same_time(how: Any) -> None:
    barrier = threading.Barrier(8, timeout=PATIENCE)
    execution = how(_branches(8), handlers={"f": lambda _event: barrier.wait() >= 0})
    assert execution.raise_for_status() == [True] * 8


@pytest.mark.parametrize("how", [run_async, run_real])
def test_async_handlers_are_awaited_at_the_same_time(how: Any) -> None:
    arrived: list[int] = []
    all_here = asyncio.Event()

    async def handler(_event: Any) -> int:
        arrived.append(1)
        if len(arrived) == 8:
            all_here.set()
        await all_here.wait()
        return len(arrived)

    assert how(_branches(8), handlers={"f": handler}).raise_for_status() == [8] * 8


def test_both_kinds_of_handlers_in_one_machine() -> None:
    states = {"A": task(Resource="arn:aws:states:::sqs:sendMessage", Next="B"), "B": task()}

    async def second(event: Any) -> Any:
        return [event, threading.current_thread() is threading.main_thread()]

    def first(_event: Any) -> Any:
        return threading.current_thread() is threading.main_thread()

    assert run_async(states, handlers={"A": first, "B": second}).output == [False, True]


@pytest.mark.parametrize(("fields", "most"), [({}, 40), ({"MaxConcurrency": 3}, 3), ({"MaxConcurrency": 1}, 1)])
def test_no_more_at_a_time_than_max_concurrency(fields: dict[str, Any], most: int) -> None:
    inside = seen = 0

    async def handler(event: Any) -> Any:
        nonlocal inside, seen
        inside += 1
        seen = max(seen, inside)
        await asyncio.sleep(0)
        inside -= 1
        return event

    data = list(range(90))
    assert run_async(_map(**fields), data, handlers={"f": handler}).output == data
    assert seen == most


# -- outcomes ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("how", [run_async, run_real])
@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (TaskError("E", "why"), "E"),
        (ValueError("x"), "ValueError"),
        (StopIteration(), "StopIteration"),
        (asyncio.CancelledError(), "CancelledError"),
        (SystemExit(3), "Runtime.ExitError"),
    ],
)
def test_exceptions_of_sync_handlers(how: Any, error: BaseException, expected: str) -> None:
    def handler(_event: Any) -> Any:
        raise error

    assert how({"T": task()}, handlers={"f": handler}).error == expected


@pytest.mark.parametrize("how", [run_async, run_real])
@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (TaskError("E"), "E"),
        (ValueError("x"), "ValueError"),
        (asyncio.CancelledError(), "CancelledError"),
        (TimeoutError(), "TimeoutError"),
    ],
)
def test_exceptions_of_async_handlers(how: Any, error: BaseException, expected: str) -> None:
    async def handler(_event: Any) -> Any:
        await asyncio.sleep(0)
        raise error

    assert how({"T": task()}, handlers={"f": handler}).error == expected


def test_a_function_that_does_not_exist_beside_one_that_never_ends() -> None:
    """Its failure needs no handler, and ends the other one before it began."""
    begun: list[Any] = []

    async def handler(event: Any) -> Any:
        begun.append(event)
        await asyncio.Event().wait()

    missing = task(Resource=INVOKE, Parameters={"FunctionName.$": "$.no"})
    states = {"P": {"Type": "Parallel", "Branches": [scope({"A": task()}), scope({"B": missing})], "End": True}}
    execution = run_real(states, {"no": "nowhere"}, handlers={"f": handler})
    assert execution.error == "Lambda.ResourceNotFoundException"
    assert begun == []


def test_what_ends_the_program_ends_the_run() -> None:
    def handler(_event: Any) -> Any:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_async({"T": task()}, handlers={"f": handler})


def test_a_fault_in_the_driver_is_raised_and_never_hangs(monkeypatch: pytest.MonkeyPatch) -> None:
    from asl.tasks.call import Call

    def broken(*_arguments: Any) -> Any:
        raise LookupError("a fault of the house")

    monkeypatch.setattr(Call, "answer", broken)
    with pytest.raises(LookupError, match="a fault of the house"):
        run_async({"T": task()}, handlers={"f": lambda event: event})


# -- time --------------------------------------------------------------------------------------------------------------


def test_waits_and_backoffs_in_real_time() -> None:
    states = {"W": {"Type": "Wait", "Seconds": 3600, "Next": "T"}, "T": task(Retry=[{"ErrorEquals": ["E"]}])}
    execution = run_real(states, handlers={"f": Script(TaskError("E"), TaskError("E"), 1)})
    assert execution.output == 1
    assert (execution.events[-1][2] - execution.events[0][2]) / 1000 == pytest.approx(3603, abs=5)


@pytest.mark.parametrize(
    "ending",
    [
        {},
        {"Retry": [{"ErrorEquals": ["States.Timeout"], "MaxAttempts": 1}]},
        {"Catch": [{"ErrorEquals": ["States.ALL"], "Next": "W"}]},
    ],
)
def test_a_time_out_cancels_an_async_handler_at_once(ending: dict[str, Any]) -> None:
    """Also when the machine goes on: in a retry, or in the state that catches."""
    log: list[str] = []

    async def handler(_event: Any) -> None:
        log.append("begun")
        try:
            await asyncio.Event().wait()
        finally:
            log.append("cancelled")

    def listener(events: list[Any], _notes: Any) -> None:
        log.extend(event[0] for event in events if event[0] in {"WaitStateExited", "LambdaFunctionTimedOut"})

    states = {"T": task(TimeoutSeconds=60, **ending, Next="W"), "W": {"Type": "Wait", "Seconds": 1, "End": True}}
    execution = run_real(states, handlers={"f": handler}, listener=listener)
    once = ["begun", "LambdaFunctionTimedOut", "cancelled"]
    if "Retry" in ending:
        assert log == once * 2
    elif "Catch" in ending:
        assert log == [*once, "WaitStateExited"]
        assert execution.status == "SUCCEEDED"
    else:
        assert log == once


def test_a_thread_that_is_stuck_does_not_keep_the_execution() -> None:
    release, finished = threading.Event(), threading.Event()

    def stuck(_event: Any) -> None:
        release.wait(PATIENCE)
        finished.set()

    try:
        execution = run_real({"T": task(TimeoutSeconds=60)}, handlers={"f": stuck})
        assert execution.error == "States.Timeout"
        assert not finished.is_set()
    finally:
        release.set()
    assert finished.wait(PATIENCE)


def test_the_execution_times_out_while_a_handler_is_at_work() -> None:
    async def handler(_event: Any) -> None:
        await asyncio.Event().wait()

    execution = run_real({"T": task()}, handlers={"f": handler}, timeout=30)
    assert execution.status == "TIMED_OUT"
    assert kinds(execution)[-1] == "ExecutionTimedOut"


def test_heartbeats_keep_a_task_alive_in_real_time() -> None:
    async def handler(_event: Any, context: Any) -> str:
        for _ in range(5):
            await asyncio.sleep(8)
            context.heartbeat()
        return "ok"

    assert run_real({"T": task(HeartbeatSeconds=10)}, handlers={"f": handler}).output == "ok"


def test_heartbeats_of_a_thread_reach_the_core(monkeypatch: pytest.MonkeyPatch) -> None:
    from asl.kernel.core import Core

    arrived = threading.Event()
    real = Core.heartbeat

    def heartbeat(*arguments: Any) -> bool:
        assert threading.current_thread() is threading.main_thread()
        arrived.set()
        return real(*arguments)

    def handler(_event: Any, context: Any) -> bool:
        context.heartbeat()
        return arrived.wait(PATIENCE)

    monkeypatch.setattr(Core, "heartbeat", heartbeat)
    assert run_async({"T": task(HeartbeatSeconds=10)}, handlers={"f": handler}, clock="real").output is True


def test_a_missed_heartbeat_in_real_time() -> None:
    async def handler(_event: Any, context: Any) -> None:
        await asyncio.sleep(8)
        context.heartbeat()
        await asyncio.sleep(12)

    execution = run_real({"T": task(HeartbeatSeconds=10)}, handlers={"f": handler})
    assert execution.error == "States.Timeout"
    assert (execution.events[-1][2] - execution.events[0][2]) / 1000 == pytest.approx(18, abs=1)


# -- ending ------------------------------------------------------------------------------------------------------------


def test_a_failing_branch_cancels_the_others() -> None:
    cancelled: list[str] = []
    all_begun = asyncio.Event()

    async def handler(_event: Any, context: Any) -> None:
        if context.state_name == "T2":
            all_begun.set()
            raise TaskError("E")
        try:
            await all_begun.wait()
            await asyncio.Event().wait()
        finally:
            cancelled.append(context.state_name)

    execution = run_real(_branches(3), handlers={"f": handler})
    assert execution.error == "E"
    assert sorted(cancelled) == ["T0", "T1"]


def test_cancelling_the_run_cancels_its_handlers() -> None:
    log: list[str] = []

    async def handler(_event: Any) -> None:
        try:
            log.append("begun")
            await asyncio.Event().wait()
        finally:
            log.append("cancelled")

    async def main() -> None:
        running = asyncio.create_task(machine({"T": task()}).run_async(handlers={"f": handler}))
        while not log:
            await asyncio.sleep(0)
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running
        await asyncio.sleep(0)
        assert log == ["begun", "cancelled"]
        assert asyncio.all_tasks() == {asyncio.current_task()}

    asyncio.run(main())


def test_many_executions_on_one_loop() -> None:
    async def handler(event: Any) -> Any:
        await asyncio.sleep(0)
        return event

    async def main() -> list[Execution]:
        one = machine(_map())
        return await asyncio.gather(*(one.run_async([n] * 3, handlers={"f": handler}) for n in range(20)))

    assert [execution.output for execution in asyncio.run(main())] == [[n] * 3 for n in range(20)]


def test_run_starts_a_loop_for_async_handlers() -> None:
    async def handler(event: Any) -> Any:
        await asyncio.sleep(0)
        return {"got": event}

    assert run({"T": task()}, 5, handlers={"f": handler}).output == {"got": 5}


def test_run_inside_a_running_loop_says_what_to_do() -> None:
    async def handler(event: Any) -> Any:
        return event

    async def main() -> None:
        with pytest.raises(HandlerError, match=r"use `await machine.run_async\(...\)`"):
            run({"T": task()}, handlers={"f": handler})
        assert run({"T": task()}, 1, handlers={"f": lambda event: event}).output == 1  # sync ones do run

    asyncio.run(main())


def test_the_listener_hears_everything_once_and_in_order() -> None:
    heard: list[Any] = []
    notes: list[Any] = []

    def listener(new_events: list[Any], new_notes: list[Any]) -> None:
        assert new_events or new_notes
        heard.extend(new_events)
        notes.extend(new_notes)

    handler = Script(TaskError("E"), 1)
    execution = run_real({"T": task(Retry=[{"ErrorEquals": ["E"]}])}, handlers={"f": handler}, listener=listener)
    assert heard == execution.events
    assert notes == execution.notes

"""What must not grow: the memory of a worker, the cost of a turn in a long history, and the time to take up again what
a killed process has left. Each in a process of its own."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from itertools import count, pairwise
from pathlib import Path
from statistics import median
from threading import Event
from typing import Any

from asl.tasks.declare import task
from benchmarks import machines
from benchmarks.durable.site import Site
from benchmarks.machines import Machine

_ROOT = Path(__file__).parents[2]
_ARN = "arn:aws:lambda:us-east-1:123456789012:function:hold"
_AT_A_TIME = 64


def memory(executions: int, steps: int) -> list[tuple[int, float]]:
    """(finished executions, resident MiB of the process then), in so many steps."""
    lines = _child("memory", str(executions), str(steps)).communicate()[0].splitlines()
    return [(int(ended), float(mib)) for ended, mib in map(str.split, lines)]


def history(events: int = 25_000, part: int = 1_000) -> tuple[float, float]:
    """Events per second that are stored among the first ``part`` of a history, and among the last."""
    moments: list[float] = []

    def handler(event: Any) -> Any:
        moments.append(time.perf_counter())
        return event

    always = {"Variable": "$.n", "IsPresent": True, "Next": "Hold"}
    states = {
        "Hold": {"Type": "Task", "Resource": _ARN, "Next": "Again?"},
        "Again?": {"Type": "Choice", "Choices": [always], "Default": "Done"},
        "Done": {"Type": "Succeed"},
    }
    machine = Machine({"StartAt": "Hold", "States": states}, {"n": 0}, {"hold": handler})
    with tempfile.TemporaryDirectory() as folder, Site(Path(folder), machine, synchronous="NORMAL", threads=0) as site:
        assert site.begin().result() == "FAILED"  # AWS ends an execution at its 25,000th event
    a_task = events / len(moments)
    times = [after - before for before, after in pairwise(moments)]
    some = round(part / a_task)
    return a_task / median(times[:some]), a_task / median(times[-some:])


def recovery(executions: int) -> float:
    """Seconds from opening the store until the handler was called for the last of so many executions. Half of them wait
    for a moment that comes while nobody is there; half are in the middle of an idempotent task when their process is
    killed."""
    calls, all_called = count(1), Event()

    @task(idempotent=True)
    def handler(event: Any) -> Any:
        if next(calls) == executions:
            all_called.set()
        return event

    with tempfile.TemporaryDirectory() as folder:
        until = time.time() + 10 + executions / 500
        child = _child("hold", folder, str(executions), str(until))
        assert child.stdout is not None
        assert child.stdout.readline() == "ready\n"
        os.kill(child.pid, signal.SIGKILL)
        child.wait()
        assert time.time() < until, "the waiting ones must wait until their process is gone"
        time.sleep(until - time.time() + 0.1)
        began = time.perf_counter()
        with Site(Path(folder), _held(until), handlers={"hold": handler}):
            all_called.wait()
            return time.perf_counter() - began


def _held(until: float) -> Machine:
    """Waits if it is told to, and then has a task."""
    moment = datetime.fromtimestamp(until, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    states = {
        "Waits?": {
            "Type": "Choice",
            "Choices": [{"Variable": "$.wait", "BooleanEquals": True, "Next": "Wait"}],
            "Default": "Hold",
        },
        "Wait": {"Type": "Wait", "Timestamp": moment, "Next": "Hold"},
        "Hold": {"Type": "Task", "Resource": _ARN, "End": True},
    }
    return Machine({"StartAt": "Waits?", "States": states}, None)


def _child(*arguments: str) -> subprocess.Popen[str]:
    """This module in a process of its own."""
    paths = os.pathsep.join(filter(None, [str(_ROOT), os.environ.get("PYTHONPATH", "")]))
    command = [sys.executable, "-m", __spec__.name, *arguments]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": paths})


def _run_many(executions: int, steps: int) -> None:
    with tempfile.TemporaryDirectory() as folder, Site(Path(folder), machines.tasks(1)) as site:
        for step in range(steps):
            site.keep_busy(_AT_A_TIME, executions=executions // steps)
            print(executions // steps * (step + 1), _resident_mib(), flush=True)


def _resident_mib() -> float:
    """The present size of this process where the system tells it, else the peak."""
    if Path("/proc/self/statm").exists():
        pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") / 2**20
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (2**20 if sys.platform == "darwin" else 1024)


def _hold(folder: str, executions: int, until: float) -> None:
    called, all_called = count(1), Event()

    @task(idempotent=True)
    async def handler(_: Any) -> None:
        if next(called) == executions // 2:
            all_called.set()
        await asyncio.get_running_loop().create_future()

    with Site(Path(folder), _held(until), threads=executions, handlers={"hold": handler}) as site:
        started = [site.start({"wait": number % 2 == 0}) for number in range(executions)]
        for each in started:
            assert each.result() is None
        all_called.wait()
        print("ready", flush=True)
        time.sleep(3_600)  # it is killed here


if __name__ == "__main__":
    match sys.argv[1:]:
        case "memory", executions, steps:
            _run_many(int(executions), int(steps))
        case "hold", folder, executions, until:
            _hold(folder, int(executions), float(until))

"""Whole processes: how long they take from their start, and how much memory at their peak."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median
from typing import NamedTuple

_ROOT = Path(__file__).parents[1]
_MACHINE = '{"StartAt":"Only","States":{"Only":{"Type":"Pass","End":true}}}'
_LIBRARY = "from asl import StateMachine; print(StateMachine.load({path!r}).run({{}}).output)"
_COMMAND = "from asl_cli.main import main; main()"

#: 10,000 Waits at once, as branches of one execution; and the same with a wait in each of 10,000 executions.
_WAITS = """
import time
from asl import StateMachine
from benchmarks.machines import waits
machine = StateMachine(waits({count}).definition)
began = time.perf_counter()
assert machine.run(clock="virtual").status == "SUCCEEDED"
print(time.perf_counter() - began)
"""
_EXECUTIONS = """
import asyncio, time
from asl import StateMachine
machine = StateMachine({{"StartAt": "W", "States": {{"W": {{"Type": "Wait", "Seconds": 60, "End": True}}}}}})
async def main():
    done = await asyncio.gather(*[machine.run_async(clock="virtual") for _ in range({count})])
    assert all(execution.status == "SUCCEEDED" for execution in done)
began = time.perf_counter()
asyncio.run(main())
print(time.perf_counter() - began)
"""


class Process(NamedTuple):
    """A process: seconds (best and median of some runs) and its largest resident size in MiB."""

    name: str
    best: float
    median: float
    peak_mib: float


def start_up(runs: int = 11) -> list[Process]:
    """W8: from process start to the result of a one-state machine, beside a Python that does nothing."""
    with tempfile.TemporaryDirectory() as folder:
        path = str(Path(folder, "one.asl.json"))
        Path(path).write_text(_MACHINE, encoding="utf-8")
        commands = {
            "python -c pass": ["-c", "pass"],
            "library script": ["-c", _LIBRARY.format(path=path)],
            "asl run": ["-c", _COMMAND, "run", path, "-i", "{}", "--quiet"],
            "asl validate": ["-c", _COMMAND, "validate", path],
        }
        times: dict[str, list[float]] = {name: [] for name in commands}
        peaks: dict[str, float] = {}
        for arguments in commands.values():
            _launch(arguments)  # a first time, so that Python keeps its bytecode as it does for an installed package
        for _ in range(runs):
            for name, arguments in commands.items():
                seconds, peak, _ = _launch(arguments)
                times[name].append(seconds)
                peaks[name] = max(peak, peaks.get(name, 0.0))
    return [Process(name, min(values), median(values), peaks[name]) for name, values in times.items()]


def waits(counts: tuple[int, ...] = (1, 100, 10_000), runs: int = 3) -> list[Process]:
    """W10: the seconds that so many Waits take in virtual time, and the peak size of a process that does only that."""
    done = []
    for title, code in (("branches", _WAITS), ("executions", _EXECUTIONS)):
        for count in counts:
            measured = [_launch(["-c", code.format(count=count)]) for _ in range(runs)]
            seconds = [float(output) for _, _, output in measured]
            peak = max(peak for _, peak, _ in measured)
            done.append(Process(f"W10 {count:,} Waits at once ({title})", min(seconds), median(seconds), peak))
    return done


#: Starts a command and tells its seconds and peak size. A process of its own, for a child's peak counts what its parent
#: held when it was forked.
_LAUNCHER = """
import os, sys, time
began = time.perf_counter()
child = os.posix_spawn(sys.argv[1], sys.argv[1:], os.environ, file_actions=[
    (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0)])
_, status, usage = os.wait4(child, 0)
print(time.perf_counter() - began, usage.ru_maxrss, file=sys.stderr)
sys.exit(os.waitstatus_to_exitcode(status))
"""


def _launch(arguments: list[str]) -> tuple[float, float, str]:
    """Seconds, peak size in MiB and stdout of a Python process."""
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    paths = [str(_ROOT), str(_ROOT / "cli"), environment.get("PYTHONPATH", "")]  # also when it isn't installed
    environment["PYTHONPATH"] = os.pathsep.join(filter(None, paths))
    launcher = [sys.executable, "-S", "-c", _LAUNCHER, sys.executable, *arguments]
    done = subprocess.run(launcher, check=True, capture_output=True, text=True, env=environment)
    seconds, peak = done.stderr.split()[-2:]
    return float(seconds), int(peak) / (1024 if sys.platform != "darwin" else 1024 * 1024), done.stdout

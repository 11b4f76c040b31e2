"""Timing: rounds of ours and the floor in turn, so that a machine that slows down slows both."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

    from benchmarks.rows import Row

ROUNDS = 9
SECONDS_A_ROUND = 0.15


class Figure(NamedTuple):
    """Seconds a call, best and median of the rounds."""

    best: float
    median: float


class Measured(NamedTuple):
    """One row's result. ``ratio`` is ours to the floor in units a second: 1.0 = as fast; median over the pairs of
    rounds."""

    row: Row
    ours: Figure
    floor: Figure
    ratio: float


def measure(row: Row) -> Measured:
    """Time one row."""
    ours, floor = [], []
    calls_ours, calls_floor = _calls(row.ours), _calls(row.floor)
    for _ in range(ROUNDS):
        ours.append(_time(row.ours, calls_ours))
        floor.append(_time(row.floor, calls_floor))
    ratio = median(theirs / mine for mine, theirs in zip(ours, floor, strict=True))
    return Measured(row, Figure(min(ours), median(ours)), Figure(min(floor), median(floor)), ratio)


def _calls(work: Callable[[], object]) -> int:
    """How many calls fill a round."""
    work()
    calls = 1
    while True:
        took = _time(work, calls) * calls
        if took > SECONDS_A_ROUND / 4:
            return max(1, round(calls * SECONDS_A_ROUND / took))
        calls *= 2


def _time(work: Callable[[], object], calls: int) -> float:
    began = time.perf_counter()
    for _ in range(calls):
        work()
    return (time.perf_counter() - began) / calls


class Process(NamedTuple):
    """A whole process: median wall seconds and largest resident size in MiB."""

    name: str
    seconds: float
    peak_mib: float


_MACHINE = '{"StartAt":"Only","States":{"Only":{"Type":"Pass","End":true}}}'
_LIBRARY = "from asl import StateMachine; print(StateMachine.load({path!r}).run({{}}).output)"


def processes(runs: int = 9) -> list[Process]:
    """From process start to the result of a one-state machine, beside a Python that does nothing."""
    with tempfile.TemporaryDirectory() as folder:
        path = str(Path(folder, "one.asl.json"))
        Path(path).write_text(_MACHINE, encoding="utf-8")
        cli = [sys.executable, "-c", "from asl_cli.main import main; main()", "run", path, "-i", "{}", "--quiet"]
        commands = {
            "python -c pass": [sys.executable, "-c", "pass"],
            "library script": [sys.executable, "-c", _LIBRARY.format(path=path)],
            "asl run": cli,
        }
        times: dict[str, list[float]] = {name: [] for name in commands}
        peaks: dict[str, float] = {}
        for _ in range(runs):
            for name, command in commands.items():
                seconds, peak = _process(command)
                times[name].append(seconds)
                peaks[name] = max(peak, peaks.get(name, 0.0))
    return [Process(name, median(values), peaks[name]) for name, values in times.items()]


#: Starts a command and tells its seconds and peak size. A process of its own, for a child's peak counts what its parent
#: held when it was forked.
_LAUNCHER = """
import os, sys, time
began = time.perf_counter()
child = os.posix_spawn(sys.argv[1], sys.argv[1:], os.environ, file_actions=[
    (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0), (os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)])
_, status, usage = os.wait4(child, 0)
print(time.perf_counter() - began, usage.ru_maxrss)
sys.exit(os.waitstatus_to_exitcode(status))
"""


def _process(command: list[str]) -> tuple[float, float]:
    launcher = [sys.executable, "-S", "-c", _LAUNCHER, *command]
    seconds, peak = subprocess.run(launcher, check=True, capture_output=True, text=True).stdout.split()
    return float(seconds), int(peak) / (1024 if sys.platform != "darwin" else 1024 * 1024)

"""Rates: executions, starts, commits per second. Each is taken in a fresh store."""

from __future__ import annotations

import tempfile
import time
from collections import deque
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks import machines
from benchmarks.durable.site import Site
from benchmarks.machines import Machine

if TYPE_CHECKING:
    from collections.abc import Iterator

    from asl.drivers.durable.engine import Started

TASKS = 10

#: States entered by one execution: its tasks, and the Succeed at its end.
TRANSITIONS = TASKS + 1

_UNDER_WAY = 256  # starts, and Express executions


def standard(at_a_time: int, seconds: float, *, synchronous: str, threads: int) -> float:
    """Executions of ten tasks per second."""
    with _folder() as folder, Site(folder, machines.tasks(TASKS), synchronous=synchronous, threads=threads) as site:
        return site.one_after_the_other(seconds) if at_a_time == 1 else site.keep_busy(at_a_time, seconds=seconds)


def express(machine: Machine, seconds: float) -> float:
    """Express executions per second that were started and came to their end."""
    with _folder() as folder, Site(folder, machine, express=True) as site:
        return site.keep_busy(_UNDER_WAY, seconds=seconds)


def starts(seconds: float) -> float:
    """Acknowledged starts of Standard executions per second; what is started waits and is let go."""
    wait = {"StartAt": "Wait", "States": {"Wait": {"Type": "Wait", "Seconds": 86_400, "End": True}}}
    with _folder() as folder, Site(folder, Machine(wait, {"n": 0})) as site:
        asked: deque[Started] = deque()
        done, began = 0, time.perf_counter()
        while (taken := time.perf_counter() - began) < seconds:
            asked.append(site.start())
            if len(asked) > _UNDER_WAY:
                assert asked.popleft().result() is None
                done += 1
        for started in asked:
            started.result()
    return done / taken


@contextmanager
def _folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="asl-benchmark-") as folder:
        yield Path(folder)

"""Timing: rounds of ours, the floor and the peers in turn, so that a machine that slows down slows all of them."""

from __future__ import annotations

import gc
import time
from statistics import median
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from benchmarks.rows import Row

    #: Does the work so many times and returns the seconds that one took.
    Timed = Callable[[int], float]

ROUNDS = 9
SECONDS_A_ROUND = 0.12

#: Something this slow is timed in so many rounds at most.
_SLOW_SECONDS, _SLOW_ROUNDS = 0.5, 2


class Figure(NamedTuple):
    """Seconds a call, best and median of the rounds, and the ratio to the floor (1.0: as fast; 2.0: twice as fast)."""

    best: float
    median: float
    ratio: float


def measure(row: Row, peers: Mapping[str, Timed]) -> dict[str, Figure]:
    """Time one row. Returns the figures of ``floor``, ``ours`` and each peer; ratios are medians over the rounds."""
    runners = {"floor": in_process(row.floor), "ours": in_process(row.ours), **peers}
    calls = {name: _calls(run) for name, run in runners.items()}
    times: dict[str, list[float]] = {name: [] for name in runners}
    gc.collect()
    gc.freeze()  # what a peer keeps for good is nothing that the collector should walk on our time
    for number in range(ROUNDS):
        for name, run in runners.items():
            if number < _SLOW_ROUNDS or not times[name] or times[name][-1] < _SLOW_SECONDS:
                times[name].append(run(calls[name]))
    base = times["floor"]
    return {
        name: Figure(
            min(taken),
            median(taken),
            median(by_hand / mine for mine, by_hand in zip(taken, base, strict=False)),
        )
        for name, taken in times.items()
    }


def in_process(work: Callable[[], object]) -> Timed:
    """Time a Python function."""

    def run(calls: int) -> float:
        began = time.perf_counter()
        for _ in range(calls):
            work()
        return (time.perf_counter() - began) / calls

    return run


def _calls(run: Timed) -> int:
    """How many calls fill a round. What is slow anyway isn't warmed up for long."""
    took = run(1)
    calls = 1
    while took * calls < SECONDS_A_ROUND / 4:
        calls *= 2
        took = run(calls)
    return max(1, round(SECONDS_A_ROUND / took))

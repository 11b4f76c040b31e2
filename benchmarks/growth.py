"""W10: whether work grows in step with its size: the rate of a long loop beside that of a short one."""

from __future__ import annotations

from statistics import median
from typing import NamedTuple

from asl import StateMachine
from benchmarks import machines
from benchmarks.measure import ROUNDS, in_process

#: Transitions. The loop has two a round.
LENGTHS = (1_000, 5_000, 10_000)


class Growth(NamedTuple):
    """Transitions a second (median), and that rate beside the shortest loop's, as median over the rounds."""

    name: str
    rate: float
    relative: float


def loops() -> list[Growth]:
    """The rates of loops of LENGTHS, measured in turn."""
    runners = []
    for length in LENGTHS:
        machine = machines.counting_loop(length // 2)
        compiled = StateMachine(machine.definition)
        runners.append(in_process(lambda compiled=compiled, value=machine.input: compiled.run(value)))  # type: ignore[misc]  # bound now
    rates: list[list[float]] = [[] for _ in LENGTHS]
    for _ in range(ROUNDS):
        for length, run, found in zip(LENGTHS, runners, rates, strict=True):
            found.append(length / run(max(LENGTHS) // length))
    return [
        Growth(
            f"W10 loop of {length:,} transitions",
            median(found),
            median(mine / first for mine, first in zip(found, rates[0], strict=True)),
        )
        for length, found in zip(LENGTHS, rates, strict=True)
    ]

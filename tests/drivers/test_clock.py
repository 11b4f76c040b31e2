"""Clocks: time never goes backwards, virtual time only jumps."""

from __future__ import annotations

import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asl import RealClock, VirtualClock
from asl.drivers.clock import VIRTUAL_START, clock_of


def test_virtual_time_only_goes_forward() -> None:
    clock = VirtualClock()
    assert clock.now() == VIRTUAL_START
    clock.sleep_until(VIRTUAL_START + 5)
    clock.sleep_until(VIRTUAL_START)
    assert clock.now() == VIRTUAL_START + 5


MILLISECOND = 1_000_000
SECOND = 1_000_000_000
HOUR = 3600 * SECOND


@pytest.mark.parametrize(
    ("jumps", "expected"),
    [
        ([0, 0, 0], [10, 20, 30]),
        ([HOUR, 0, 0], [3610, 3620, 3630]),  # set forward, or the machine has slept
        ([-HOUR, 0, 0], [9, 18, 27]),  # set back: by a tenth slower, never backwards
        ([-HOUR, HOUR, 0], [9, 20, 30]),  # and at once with the machine's clock when that has caught up
        ([-2 * SECOND, 0, 0], [9, 18, 28]),
    ],
)
def test_real_time_when_the_machine_s_clock_jumps(jumps: list[int], expected: list[int]) -> None:
    wall, steady = 0, 0
    clock = RealClock(lambda: wall, lambda: steady)
    found = []
    for jump in jumps:
        wall, steady = wall + 10 * SECOND + jump, steady + 10 * SECOND
        found.append(clock.now() // 1000)
    assert found == expected


@given(st.lists(st.tuples(st.integers(-HOUR, HOUR), st.integers(0, HOUR) | st.integers(0, 2 * MILLISECOND))))
def test_real_time_never_goes_backwards_nor_falls_behind(jumps: list[tuple[int, int]]) -> None:
    wall, steady = 10 * HOUR, 0
    clock = RealClock(lambda: wall, lambda: steady)
    last = clock.now()
    for jump, elapsed in jumps:
        wall, steady = wall + elapsed + jump, steady + elapsed
        now = clock.now()
        assert now >= last
        if elapsed >= MILLISECOND:  # the clock isn't looked at more often
            assert now >= wall // MILLISECOND
        last = now


def test_time_that_goes_slower_never_goes_backwards() -> None:
    wall, steady = MILLISECOND // 20, 0
    clock = RealClock(lambda: wall, lambda: steady)
    wall -= HOUR
    steady = MILLISECOND - 1000
    assert clock.now() == 1
    steady = MILLISECOND
    assert clock.now() == 1


@pytest.mark.parametrize(("moment", "slept"), [(1250, [0.25]), (1000, []), (900, [])])
def test_real_sleep(monkeypatch: pytest.MonkeyPatch, moment: int, slept: list[float]) -> None:
    found: list[float] = []
    monkeypatch.setattr(time, "sleep", found.append)
    RealClock(lambda: SECOND, lambda: 0).sleep_until(moment)
    assert found == slept


def test_clock_of() -> None:
    clock = VirtualClock()
    assert clock_of(clock) is clock
    assert clock_of("virtual").virtual
    assert not clock_of("real").virtual


@pytest.mark.parametrize("wrong", ["", "Virtual", "fake"])
def test_a_clock_that_nobody_knows(wrong: Any) -> None:
    with pytest.raises(ValueError, match='clock must be "virtual", "real" or a Clock'):
        clock_of(wrong)

"""Clocks: time never goes backwards, virtual time only jumps."""

from __future__ import annotations

import time
from typing import Any

import pytest

from asl import RealClock, VirtualClock
from asl.drivers.clock import VIRTUAL_START, clock_of


def test_virtual_time_only_goes_forward() -> None:
    clock = VirtualClock()
    assert clock.now() == VIRTUAL_START
    clock.sleep_until(VIRTUAL_START + 5)
    clock.sleep_until(VIRTUAL_START)
    assert clock.now() == VIRTUAL_START + 5


def test_real_time_stands_still_while_the_machine_s_clock_is_set_back(monkeypatch: pytest.MonkeyPatch) -> None:
    moments = iter([5_000_000, 3_000_000, 6_999_999])
    monkeypatch.setattr(time, "time_ns", lambda: next(moments))
    clock = RealClock()
    assert [clock.now(), clock.now(), clock.now()] == [5, 5, 6]


@pytest.mark.parametrize(("moment", "slept"), [(1250, [0.25]), (1000, []), (900, [])])
def test_real_sleep(monkeypatch: pytest.MonkeyPatch, moment: int, slept: list[float]) -> None:
    found: list[float] = []
    monkeypatch.setattr(time, "time_ns", lambda: 1_000_000_000)
    monkeypatch.setattr(time, "sleep", found.append)
    RealClock().sleep_until(moment)
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

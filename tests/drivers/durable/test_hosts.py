"""Whether another worker of this machine is alive."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from asl.drivers.durable.hosts import here, is_dead
from asl.stores.base import Worker


def test_a_process_that_has_ended_is_dead_at_once() -> None:
    child = subprocess.Popen([sys.executable, "-c", ""])
    child.wait()
    assert is_dead(Worker(1, here(), child.pid, 0))


@pytest.mark.parametrize("host", [here(), "elsewhere"])
def test_this_one_is_alive_and_of_others_nothing_is_known(host: str) -> None:
    assert not is_dead(Worker(1, host, os.getpid(), 0))
    assert not is_dead(Worker(1, "elsewhere", 2**22 - 1, 0))


def test_somebody_else_s_process_is_alive(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(pid: int, signal: int) -> None:
        raise PermissionError

    monkeypatch.setattr(os, "kill", refuse)
    assert not is_dead(Worker(1, here(), 1, 0))

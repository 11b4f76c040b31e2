"""``asl worker``: ending when idle, what it says, and how it stops."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.cli.stored.conftest import Asl

posix = pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")

#: Says that it has begun, and ends when it is told to.
SLOW = """
import sys

def pay(order):
    print("begun", flush=True)
    sys.stdin.readline()
    return "slow but sure"
"""


def test_all_there_is_to_do(asl: Asl) -> None:
    asl.create("pass", "nap", "pay")
    for name in ("pass", "nap", "pay"):
        asl.ok("start", name, "--name", name)
    done = asl("worker", "--handlers", "handlers.py", "--until-idle", "--virtual-time", "--verbose")
    assert done.exit_code == 0
    lines = sorted(line.rpartition(":")[2] + " " + line.split()[0] for line in done.stdout.splitlines())
    assert lines == [f"{name} {word}" for name in ("nap", "pass", "pay") for word in ("SUCCEEDED", "started")]
    assert done.stderr == "paying\n"  # what handlers print spoils no pipeline
    assert {one["status"] for one in asl.json("list")["executions"]} == {"SUCCEEDED"}


def test_in_real_time_what_waits_for_long_is_left(asl: Asl) -> None:
    asl.create("nap", "pay")
    asl.ok("start", "nap")
    asl.ok("start", "pay")
    assert asl.ok("worker", "--handlers", "handlers.py", "--until-idle") == ""
    assert [one["status"] for one in asl.json("list", "--status", "running")["executions"]] == ["RUNNING"]


def test_missing_handlers(asl: Asl) -> None:
    asl.create("pay", "pass")
    asl.ok("start", "pay", "--name", "first")
    asl.ok("start", "pay", "--name", "second")
    asl.ok("start", "pass")
    done = asl("worker", "--until-idle", "--virtual-time")
    assert done.exit_code == 1
    first, second = done.stderr.splitlines()
    assert first.startswith("asl worker: arn:aws:states:us-east-1:123456789012:execution:pay:first and others of its ")
    assert "pay" in first
    assert second == "asl worker: some executions were left, see above"
    assert asl.json("list", "pass")["executions"][0]["status"] == "SUCCEEDED"
    assert asl.work().exit_code == 0


def test_a_worker_makes_the_store(asl: Asl) -> None:
    assert asl.work().exit_code == 0
    assert Path("store.db").exists()


class Running:
    """``asl worker`` in a process of its own, at work on an execution of ``pay``."""

    def __init__(self, asl: Asl) -> None:
        Path("slow.py").write_text(SLOW, "utf-8")
        asl.create("pay")
        asl.ok("start", "pay", "--name", "run")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "asl_cli.main", "worker", "--handlers", "slow.py"],
            env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert self.line().startswith("asl worker: at work on sqlite:///")
        assert self.line() == "begun\n"

    def line(self) -> str:
        assert self.process.stderr is not None
        return self.process.stderr.readline()

    def end(self, text: str = "") -> tuple[int, str]:
        """Exit code and the rest of stderr."""
        _, rest = self.process.communicate(text, timeout=60)
        return self.process.returncode, rest


@pytest.fixture
def running(asl: Asl) -> Iterator[Running]:
    worker = Running(asl)
    yield worker
    worker.process.kill()
    worker.process.communicate()


@posix
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_lets_what_is_at_work_end(number: signal.Signals, asl: Asl, running: Running) -> None:
    running.process.send_signal(number)
    assert running.line() == "asl worker: stopping when Pay of run has ended; Ctrl-C again leaves at once\n"
    assert running.end("go on\n") == (0, "")
    assert asl.json("describe", "run")["output"] == '"slow but sure"'


@posix
def test_a_second_signal_leaves_at_once(asl: Asl, running: Running) -> None:
    running.process.send_signal(signal.SIGINT)
    assert "Ctrl-C again" in running.line()
    running.process.send_signal(signal.SIGINT)
    assert running.line() == "asl worker: left at once; what is at work is in doubt\n"
    assert running.process.wait(60) == 130
    assert asl.json("describe", "run")["status"] == "RUNNING"
    asl.ok("worker", "--handlers", "handlers.py", "--until-idle")
    found = asl.json("describe", "run")
    assert (found["status"], found["error"]) == ("FAILED", "States.TaskFailed")
    assert "The worker was lost" in found["cause"]

"""Streams that are closed, full, or read by nobody: no traceback, and a worker goes on with its work."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.cli.stored.conftest import Asl

pytestmark = pytest.mark.skipif(os.name != "posix", reason="a shell of POSIX")
full = pytest.mark.skipif(not os.path.exists("/dev/full"), reason="/dev/full")

WORKER = ("worker", "--until-idle", "--virtual-time", "--verbose")
NO_SPACE = "Error: the output can't be written: No space left on device\n"


def redirected(redirection: str, *arguments: str, stdout: int = subprocess.PIPE) -> subprocess.CompletedProcess[str]:
    """``asl`` with its streams as a shell redirects them."""
    return subprocess.run(
        ["sh", "-c", f'exec "$@" {redirection}', "sh", sys.executable, "-m", "asl_cli.main", *arguments],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        stdin=subprocess.DEVNULL,
        stdout=stdout,
        stderr=subprocess.PIPE,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.fixture
def started(asl: Asl) -> Asl:
    """Two executions to work on, one of which lacks its handler."""
    asl.create("pass", "pay")
    asl.ok("start", "pass", "--name", "run")
    asl.ok("start", "pay", "--name", "lost")
    return asl


def test_a_closed_stdout(started: Asl) -> None:
    for arguments in (["list"], ["history", "run"], ["describe", "run"], ["start", "pass", "--name", "more"]):
        ended = redirected(">&-", *arguments)
        assert (ended.returncode, ended.stderr) == (0, "")
    assert "more" in started.ok("list")


@full
@pytest.mark.parametrize("arguments", [["list"], ["history", "run", "--json"], ["describe", "run"], ["start", "pass"]])
def test_a_full_stdout(arguments: list[str], started: Asl) -> None:
    ended = redirected(">/dev/full", *arguments)
    assert (ended.returncode, ended.stderr) == (2, NO_SPACE)


@pytest.mark.parametrize(
    ("redirection", "problem"),
    [pytest.param(">/dev/full", "No space left on device", marks=full), ("", "Broken pipe"), (">&-", None)],
)
def test_a_worker_needs_nobody_to_read_it(redirection: str, problem: str | None, started: Asl) -> None:
    for number in range(20):
        started.ok("start", "pass", "--name", f"run{number}")
    reader, writer = os.pipe()
    os.close(reader)
    ended = redirected(redirection, *WORKER, stdout=writer)
    os.close(writer)
    said = [line for line in ended.stderr.splitlines() if "stdout" in line]
    wanted = f"asl worker: stdout can't be written to ({problem}); nothing more is told there"
    assert said == ([] if problem is None else [wanted])
    assert ended.returncode == 1, "the handler that is missing"
    assert len(started.json("list", "--status", "succeeded")["executions"]) == 21


@pytest.mark.parametrize("redirection", [pytest.param("2>/dev/full", marks=full), "2>&-"])
def test_a_worker_whose_troubles_nobody_hears(redirection: str, started: Asl) -> None:
    ended = redirected(redirection, *WORKER)
    assert "SUCCEEDED  arn:aws:states:us-east-1:123456789012:execution:pass:run" in ended.stdout
    assert [one["name"] for one in started.json("list", "--status", "succeeded")["executions"]] == ["run"]


def test_a_closed_stdin(started: Asl) -> None:
    ended = redirected("<&-", "task", "success", "token", "-")
    assert (ended.returncode, ended.stderr) == (
        2, "Error: the output on stdin is not JSON: line 1, column 1: Expecting value\n"
    )  # fmt: skip
    ended = redirected("<&-", "machine", "delete", "pass")
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr == "Error: nobody is there to be asked; --yes deletes without asking\n"
    assert redirected("<&-", "start", "pass", "--name", "more").returncode == 0

"""The walk through samples/human-approval: the worker is killed between asking and the answer."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from asl import Service

if TYPE_CHECKING:
    from collections.abc import Iterator

SAMPLE = Path(__file__).parents[2] / "samples" / "human-approval"
HANDLERS = str(SAMPLE / "handlers.py")

#: The sample's handlers, but ``ask`` doesn't come back.
STUCK = f"""
import importlib.util
import sys

from asl import task

spec = importlib.util.spec_from_file_location("sample", {HANDLERS!r})
sample = importlib.util.module_from_spec(spec)
spec.loader.exec_module(sample)
book = sample.book

@task(idempotent=True)
def ask(request, context):
    sample.ask(request, context)
    sys.stdin.read()
"""

pytestmark = pytest.mark.skipif(os.name != "posix", reason="kill -9")


@pytest.fixture
def started(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[subprocess.Popen[str]]]:
    """In a folder of its own, with a store, and processes that don't outlive the test."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ASL_STORE", "trips.db")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(filter(None, sys.path)))
    (tmp_path / "stuck.py").write_text(STUCK, "utf-8")
    processes: list[subprocess.Popen[str]] = []
    yield processes
    for process in processes:
        process.kill()
        process.communicate()


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "asl_cli.main", *arguments]


def asl(*arguments: str) -> str:
    """stdout and stderr of a command that works."""
    done = subprocess.run(command(*arguments), capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout + done.stderr


def spawn(started: list[subprocess.Popen[str]], *arguments: str) -> subprocess.Popen[str]:
    pipe = subprocess.PIPE
    process = subprocess.Popen(command(*arguments), stdin=pipe, stdout=pipe, stderr=subprocess.STDOUT, text=True)
    started.append(process)
    return process


def token_in(lines: Iterator[str]) -> str:
    """The token in the first command that answers a question."""
    return next(shlex.split(line)[3] for line in lines if line.startswith("  asl task success "))


@pytest.mark.parametrize(("handlers", "moment"), [("stuck.py", "while it asks"), (HANDLERS, "while it waits")])
def test_a_killed_worker_costs_nothing(handlers: str, moment: str, started: list[subprocess.Popen[str]]) -> None:
    asl("machine", "create", "trip", str(SAMPLE / "human-approval.asl.json"))
    asl("start", "trip", "--name", "oslo", "-i", f"@{SAMPLE / 'input-real.json'}")
    worker = spawn(started, "worker", "--handlers", handlers)
    assert worker.stdout is not None
    token = token_in(worker.stdout)
    if moment == "while it waits":
        watching = spawn(started, "history", "oslo", "--follow")
        assert watching.stdout is not None
        assert any("TaskSubmitted" in line for line in watching.stdout)
    worker.kill()
    worker.wait()

    again = asl("worker", "--handlers", HANDLERS, "--until-idle")
    if moment == "while it asks":
        assert token_in(iter(again.splitlines())) == token  # nobody knows whether the question went out
    else:
        assert again == ""
    assert "AskForApproval, since" in asl("describe", "oslo")
    asl("task", "heartbeat", token)
    asl("task", "success", token, '{"by": "grace"}')
    assert asl("worker", "--handlers", HANDLERS, "--until-idle") == ""

    with Service("trips.db") as service:
        arn = service.arn("execution", "trip", "oslo")
        assert service.describe_execution(executionArn=arn)["status"] == "SUCCEEDED"
        types = [event["type"] for event in service.get_execution_history(executionArn=arn)["events"]]
    asked = ["TaskStateEntered", "TaskScheduled", "TaskStarted", "TaskSubmitted", "TaskSucceeded", "TaskStateExited"]
    assert types[1:7] == asked
    assert types.count("LambdaFunctionScheduled") == 1
    trace = asl("history", "oslo", "--trace")
    assert '"approvedBy": "grace"' in trace
    assert "nothing wrong" in asl("verify", "oslo")

"""A store of one's own, and the command on it."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from asl_cli.main import cli
from click.testing import CliRunner, Result

from asl import Service

if TYPE_CHECKING:
    from collections.abc import Callable

FUNCTION = "arn:aws:lambda:us-east-1:123456789012:function:"
TOKEN = "arn:aws:states:::lambda:invoke.waitForTaskToken"

PASS = {"StartAt": "A", "States": {"A": {"Type": "Pass", "End": True}}}
NAP = {"StartAt": "Nap", "States": {"Nap": {"Type": "Wait", "Seconds": 3600, "End": True}}}
PAY = {"StartAt": "Pay", "States": {"Pay": {"Type": "Task", "Resource": FUNCTION + "pay", "End": True}}}
WORK = {
    "StartAt": "Grade",
    "States": {
        "Grade": {"Type": "Task", "Resource": "arn:aws:states:us-east-1:123456789012:activity:grade", "End": True}
    },
}
ASK = {
    "StartAt": "Ask",
    "States": {
        "Ask": {
            "Type": "Task",
            "Resource": TOKEN,
            "Parameters": {"FunctionName": "ask", "Payload": {"token.$": "$$.Task.Token"}},
            "TimeoutSeconds": 864_000,
            "HeartbeatSeconds": 86_400,
            "End": True,
        }
    },
}
MACHINES = {"pass": PASS, "nap": NAP, "pay": PAY, "ask": ASK, "work": WORK}

HANDLERS = '''
"""Handlers of the tests."""
from pathlib import Path


def pay(order):
    """Fails while there is a file ``broke``."""
    if Path("broke").exists():
        raise ValueError("no money")
    print("paying")
    return {"paid": order}


def ask(question):
    Path("token").write_text(question["token"])
'''


class Asl:
    """``asl`` in a folder of its own, where $ASL_STORE is a new store."""

    def __init__(self, url: str) -> None:
        self.url = url

    def __call__(self, *arguments: str, stdin: str | None = None) -> Result:
        result = CliRunner().invoke(cli, list(arguments), input=stdin, prog_name="asl")
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    def ok(self, *arguments: str, stdin: str | None = None) -> str:
        """What a command that works has printed."""
        result = self(*arguments, stdin=stdin)
        assert result.exit_code == 0, result.output
        return result.stdout

    def json(self, *arguments: str) -> Any:
        return json.loads(self.ok(*arguments, "--json"))

    def create(self, *names: str) -> None:
        """Create machines of the table above."""
        for name in names:
            Path("machine.json").write_text(json.dumps(MACHINES[name]), "utf-8")
            self.ok("machine", "create", name, "machine.json")

    def work(self) -> Result:
        """Let a worker do all that there is, in no time."""
        return self("worker", "--handlers", "handlers.py", "--until-idle", "--virtual-time")

    def service(self) -> Service:
        return Service(self.url)


@pytest.fixture
def asl(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Asl:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    url = f"sqlite:///{tmp_path}/store.db"
    monkeypatch.setenv("ASL_STORE", url)
    (tmp_path / "handlers.py").write_text(HANDLERS, "utf-8")
    return Asl(url)


@pytest.fixture
def meanwhile(monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[int]]:
    """``meanwhile(one, two)``: while a command waits, first ``one`` happens, then ``two``, then Ctrl-C."""

    def script(*acts: Callable[[], object]) -> list[int]:
        pauses: list[int] = []

        def pause() -> None:
            pauses.append(len(pauses))
            if len(pauses) > len(acts):
                raise KeyboardInterrupt
            acts[len(pauses) - 1]()

        monkeypatch.setattr("asl_cli.stored.following.pause", pause)
        return pauses

    return script

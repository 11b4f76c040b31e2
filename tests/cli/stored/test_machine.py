"""``asl machine``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import pytest

from tests.cli.stored.conftest import MACHINES, NAP, PASS

if TYPE_CHECKING:
    from tests.cli.stored.conftest import Asl

ARN = "arn:aws:states:us-east-1:123456789012:stateMachine:"
SAM = """
Resources:
  M:
    Type: AWS::Serverless::StateMachine
    Properties:
      Type: EXPRESS
      Definition: {StartAt: A, States: {A: {Type: Pass, End: true}}}
"""


def write(name: str, text: Any) -> str:
    Path(name).write_text(text if isinstance(text, str) else json.dumps(text), "utf-8")
    return name


def test_from_creating_to_deleting(asl: Asl) -> None:
    text = json.dumps(PASS, indent=3) + "\n"
    assert asl.ok("machine", "create", "one", write("one.json", text)) == f"{ARN}one\n"
    assert asl.ok("machine", "create", "one", "one.json") == f"{ARN}one\n"
    assert asl.ok("machine", "describe", "one", "--definition") == text
    assert asl.ok("machine", "update", "one", write("two.json", NAP), "--publish") == f"{ARN}one:1\n"
    assert asl.json("machine", "describe", "one:1")["definition"] == json.dumps(NAP)
    shown = asl.ok("machine", "describe", "one").splitlines()
    assert {"type        STANDARD", "versions    1"} <= set(shown)
    assert [one["name"] for one in asl.json("machine", "list")["stateMachines"]] == ["one"]
    assert asl.ok("machine", "delete", f"{ARN}one", "--yes") == "deleted the state machine one with 0 executions\n"
    assert asl.ok("machine", "list").split() == ["NAME", "TYPE", "CREATED"]


def test_another_definition_under_the_same_name(asl: Asl) -> None:
    asl.create("pass")
    result = asl("machine", "create", "pass", write("other.json", NAP))
    assert (result.exit_code, "`asl machine update` changes it" in result.stderr) == (2, True)


@pytest.mark.parametrize(
    ("name", "text", "options", "kind"),
    [
        ("m.json", json.dumps(PASS), [], "STANDARD"),
        ("m.json", json.dumps(PASS), ["--type", "express"], "EXPRESS"),
        ("m.yaml", "StartAt: A\nStates:\n  A: {Type: Pass, End: true}\n", [], "STANDARD"),
        ("m.json", '{"StartAt": "A", "States": {"A": {"Type": "${type}", "End": true}}}', ["--substitute", "type=Pass"],
         "STANDARD"),
        ("m.yaml", SAM, [], "EXPRESS"),
    ],
)  # fmt: skip
def test_what_a_file_may_hold(name: str, text: str, options: list[str], kind: str, asl: Asl) -> None:
    asl.ok("machine", "create", "m", write(name, text), *options)
    found = asl.json("machine", "describe", "m")
    assert (json.loads(found["definition"]), found["type"]) == (PASS, kind)


BROKEN = '{\n  "StartAt": "A",\n  "States": {"A": {"Type": "Pass", "Next": "B"}}\n}'


@pytest.mark.parametrize("command", ["create", "update"])
def test_findings_are_those_of_validate(command: str, asl: Asl) -> None:
    asl.create("pass")
    result = asl("machine", command, "pass", write("bad.json", BROKEN))
    assert result.exit_code == 2
    (finding,) = [line for line in result.stderr.splitlines() if line.startswith("bad.json")]
    assert finding == asl("validate", "bad.json").stdout.splitlines()[0]
    assert finding.startswith("bad.json:3:")
    assert json.loads(asl.ok("machine", "describe", "pass", "--definition")) == PASS


def test_an_express_machine_is_updated_as_one(asl: Asl) -> None:
    asl.ok("machine", "create", "x", write("x.json", PASS), "--type", "express")
    result = asl("machine", "update", "x", write("ask.json", MACHINES["ask"]))
    assert (result.exit_code, "ask.json:1:" in result.stderr) == (2, True)


def test_deleting_says_what_goes_with_it(asl: Asl) -> None:
    asl.create("nap")
    for name in ("a", "b"):
        asl.ok("start", "nap", "--name", name)
    asl.ok("stop", "a")
    question = "Delete the state machine nap with 2 executions, of which 1 runs? [y/N]: "
    kept = asl("machine", "delete", "nap", stdin="n\n")
    assert (kept.exit_code, kept.stdout.startswith(question), kept.stderr) == (2, True, "Error: nothing was deleted\n")
    nobody = asl("machine", "delete", "nap", stdin="")
    assert (nobody.exit_code, "--yes deletes without asking" in nobody.stderr) == (2, True)
    assert asl.json("machine", "describe", "nap")["status"] == "ACTIVE"
    done = asl.ok("machine", "delete", "nap", stdin="y\n")
    assert done.startswith(question)
    assert "those that run fail at their next step" in done
    assert "being deleted" in asl("start", "nap").stderr
    asl.work()
    assert asl.json("machine", "list")["stateMachines"] == []


def test_ctrl_c_at_the_question(asl: Asl, monkeypatch: pytest.MonkeyPatch) -> None:
    asl.create("pass")

    def interrupted(_: str) -> bool:
        try:
            raise KeyboardInterrupt
        except KeyboardInterrupt:
            raise click.Abort from None

    monkeypatch.setattr(click, "confirm", interrupted)
    assert asl("machine", "delete", "pass").exit_code == 1  # click's own; ``main`` makes 130 of it
    assert asl.json("machine", "list")["stateMachines"] != []

"""``asl history``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.cli.stored.conftest import Asl

TYPES = [
    "ExecutionStarted",
    "TaskStateEntered",
    "LambdaFunctionScheduled",
    "LambdaFunctionStarted",
    "LambdaFunctionSucceeded",
    "TaskStateExited",
    "ExecutionSucceeded",
]


@pytest.fixture
def paid(asl: Asl) -> Asl:
    asl.create("pay")
    asl.ok("start", "pay", "--name", "run", "-i", '{"n": 1}')
    asl.work()
    return asl


def types(text: str) -> list[str]:
    """The types in a table of events."""
    return [line.split()[3] for line in text.splitlines()]


def test_a_table(paid: Asl) -> None:
    lines = paid.ok("history", "run").splitlines()
    assert [line.split()[0] for line in lines] == list("1234567")
    assert [line.split()[3] for line in lines] == TYPES
    assert lines[4].endswith('LambdaFunctionSucceeded   {"paid":{"n":1}}')
    assert types(paid.ok("history", "run", "--reverse")) == TYPES[::-1]


def test_json(paid: Asl) -> None:
    with paid.service() as service:
        arn = service.arn("execution", "pay", "run")
        assert paid.json("history", "run") == service.get_execution_history(executionArn=arn)
        backwards = service.get_execution_history(executionArn=arn, reverseOrder=True)
    assert paid.json("history", "run", "--reverse") == backwards


def test_a_trace(paid: Asl) -> None:
    shown = paid.ok("history", "run", "--trace").splitlines()
    assert shown[0].startswith("ok      Pay  lambda pay")
    assert shown[2].startswith("SUCCEEDED in ")
    assert json.loads("".join(shown[3:])) == {"paid": {"n": 1}}


def test_a_trace_of_a_failure(asl: Asl) -> None:
    asl.create("pay")
    asl.ok("start", "pay", "--name", "run")
    Path("broke").touch()
    asl.work()
    shown = asl.ok("history", "run", "--trace").splitlines()
    assert shown[0].startswith("FAILED  Pay  lambda pay")
    assert "  cause  no money" in shown
    assert "  state  Pay" in shown


def test_what_has_ended_is_not_waited_for(paid: Asl) -> None:
    assert types(paid.ok("history", "run", "--follow")) == TYPES


@pytest.mark.parametrize("how", [[], ["--json"], ["--trace"]])
def test_following(how: list[str], asl: Asl, meanwhile: Callable[..., list[int]]) -> None:
    asl.create("pay")
    asl.ok("start", "pay", "--name", "run")
    pauses = meanwhile(lambda: None, asl.work)
    shown = asl.ok("history", "run", "--follow", *how)
    assert len(pauses) == 2
    match how:
        case []:
            assert types(shown) == TYPES
        case ["--json"]:
            assert [json.loads(line)["type"] for line in shown.splitlines()] == TYPES
        case _:
            assert shown.startswith("ok      Pay  lambda pay")


def test_ctrl_c_while_following(asl: Asl, meanwhile: Callable[..., list[int]]) -> None:
    asl.create("nap")
    asl.ok("start", "nap", "--name", "run")
    meanwhile()
    done = asl("history", "run", "--follow")
    assert (done.exit_code, types(done.stdout)) == (130, ["ExecutionStarted"])


def test_an_execution_that_is_deleted_while_it_is_followed(asl: Asl, meanwhile: Callable[..., list[int]]) -> None:
    asl.create("nap")
    asl.ok("start", "nap", "--name", "run")

    def delete() -> None:
        asl.ok("stop", "run")
        asl.ok("machine", "delete", "nap", "--yes")

    meanwhile(delete)
    done = asl("history", "run", "--follow")
    assert (done.exit_code, "has been deleted" in done.stderr) == (2, True)


def test_a_redriven_execution_is_traced_through(asl: Asl) -> None:
    asl.create("pay")
    asl.ok("start", "pay", "--name", "run")
    Path("broke").touch()
    asl.work()
    Path("broke").unlink()
    asl.ok("redrive", "run")
    asl.work()
    shown = asl.ok("history", "run", "--trace")
    assert [line[:6].strip() for line in shown.splitlines()[:2]] == ["FAILED", "ok"]

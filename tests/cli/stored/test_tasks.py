"""``asl task`` and ``asl activity``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.cli.stored.conftest import Asl

DAY = 86_400_000


@pytest.fixture
def asked(asl: Asl) -> str:
    """A token that an execution waits with."""
    asl.create("ask")
    asl.ok("start", "ask", "--name", "run")
    step(asl)
    return Path("token").read_text("utf-8")


def step(asl: Asl) -> None:
    """Work until somebody has to answer."""
    result = asl("worker", "--handlers", "handlers.py", "--until-idle")
    assert result.exit_code == 0, result.output


@pytest.mark.parametrize(
    ("arguments", "stdin", "output"),
    [
        ([], None, "{}"),
        (['{"by":"grace"}'], None, '{"by":"grace"}'),
        (["@out.json"], None, "[1]"),
        (["-"], '"piped"', '"piped"'),
    ],
)
def test_a_success(arguments: list[str], stdin: str | None, output: str, asl: Asl, asked: str) -> None:
    Path("out.json").write_text("[1]", "utf-8")
    assert asl.ok("task", "success", asked, *arguments, stdin=stdin) == ""
    step(asl)
    assert asl.json("describe", "run")["output"] == output
    late = asl("task", "success", asked)
    assert (late.exit_code, "nobody waits for this answer any more" in late.stderr) == (2, True)


def test_a_failure(asl: Asl, asked: str) -> None:
    asl.ok("task", "failure", asked, "--error", "Refused", "--cause", "no")
    step(asl)
    found = asl.json("describe", "run")
    assert (found["status"], found["error"], found["cause"]) == ("FAILED", "Refused", "no")


def test_a_heartbeat_moves_the_time_out(asl: Asl, asked: str) -> None:
    with asl.service() as service:
        before = service.store.next_due()
        assert before is not None
    asl.ok("task", "heartbeat", asked)
    step(asl)
    with asl.service() as service:
        after = service.store.next_due()
        assert after is not None
        assert before < after < before + DAY


def test_a_token_of_another_store(asl: Asl, asked: str) -> None:
    asl.ok("activity", "create", "grade", "--store", "other.db")
    result = asl("task", "success", asked, "--store", "other.db")
    assert (result.exit_code, "its execution isn't in this store" in result.stderr) == (2, True)


def test_activities(asl: Asl) -> None:
    arn = "arn:aws:states:us-east-1:123456789012:activity:grade"
    assert asl.ok("activity", "create", "grade") == f"{arn}\n"
    assert asl.ok("activity", "list").splitlines()[1].startswith("grade  2")
    assert asl.json("activity", "list")["activities"][0]["activityArn"] == arn
    assert asl.ok("activity", "delete", arn) == f"deleted {arn}\n"
    assert asl.json("activity", "list")["activities"] == []


def test_fetching_work(asl: Asl) -> None:
    asl.ok("activity", "create", "grade")
    asl.create("work")
    asl.ok("start", "work", "--name", "run", "-i", '{"n": 1}')
    step(asl)
    token, value = asl.ok("activity", "poll", "grade", "--worker", "grace").splitlines()
    assert value == '{"n":1}'
    asl.ok("task", "success", token, '"A"')
    step(asl)
    assert asl.json("describe", "run")["output"] == '"A"'
    assert "ActivityStarted           grace" in asl.ok("history", "run")


def test_no_work(asl: Asl) -> None:
    asl.ok("activity", "create", "grade")
    result = asl("activity", "poll", "grade", "--timeout", "0")
    assert (result.exit_code, result.stdout, result.stderr) == (1, "", "no work within 0 s\n")


def test_waiting_for_work(asl: Asl, meanwhile: Callable[..., list[int]]) -> None:
    asl.ok("activity", "create", "grade")
    asl.create("work")
    pauses = meanwhile(lambda: None, lambda: (asl.ok("start", "work"), step(asl)))
    assert asl.json("activity", "poll", "grade")["input"] == "{}"
    assert len(pauses) == 2
    meanwhile()
    assert asl("activity", "poll", "grade").exit_code == 130

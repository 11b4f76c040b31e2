"""Starting, listing, describing, stopping, redriving, purging and verifying executions."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from asl.stores.base import Turn

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.cli.stored.conftest import Asl

ARN = "arn:aws:states:us-east-1:123456789012:execution:"


@pytest.fixture
def shop(asl: Asl) -> Asl:
    """Four executions: one succeeded, one failed, one runs, one was stopped."""
    asl.create("pass", "pay", "nap")
    asl.ok("start", "pass", "--name", "good", "-i", '{"n": 1}')
    Path("broke").touch()
    asl.ok("start", "pay", "--name", "bad", "-i", '{"n": 2}')
    asl.work()
    Path("broke").unlink()
    asl.ok("start", "nap", "--name", "sleepy")
    asl.ok("start", "nap", "--name", "stopped")
    asl.ok("stop", "stopped", "--error", "Enough", "--cause", "for today")
    return asl


def test_a_start_prints_the_arn(asl: Asl) -> None:
    asl.create("pass")
    assert asl.ok("start", "pass", "--name", "run") == f"{ARN}pass:run\n"
    assert asl.json("start", "pass", "--name", "run")["executionArn"] == f"{ARN}pass:run"  # the same once more
    assert asl.ok("start", "pass").startswith(f"{ARN}pass:")


@pytest.mark.parametrize(
    ("arguments", "stdin", "text"),
    [([], '{"n": [1]}', '{"n": [1]}'), (["-i", "@in.json"], None, "7"), (["-i", "-"], " 8", " 8"), ([], None, "{}")],
)
def test_where_the_input_comes_from(arguments: list[str], stdin: str | None, text: str, asl: Asl) -> None:
    Path("in.json").write_text("7", "utf-8")
    asl.create("pass")
    asl.ok("start", "pass", "--name", "run", *arguments, stdin=stdin)
    assert asl.json("describe", "run")["input"] == text


@pytest.mark.parametrize(
    ("arguments", "names"),
    [
        ([], ["stopped", "sleepy", "bad", "good"]),
        (["nap"], ["stopped", "sleepy"]),
        (["--status", "running"], ["sleepy"]),
        (["nap", "--status", "ABORTED"], ["stopped"]),
        (["pass", "--status", "FAILED"], []),
        (["--limit", "2"], ["stopped", "sleepy"]),
        (["nap", "--limit", "1"], ["stopped"]),
    ],
)
def test_lists(arguments: list[str], names: list[str], shop: Asl) -> None:
    assert sorted(one["name"] for one in shop.json("list", *arguments)["executions"]) == sorted(names)
    shown = shop("list", *arguments)
    assert sorted(line.split()[0] for line in shown.stdout.splitlines()[1:]) == sorted(names)
    assert ("there are more" in shown.stderr) == ("--limit" in arguments)


def test_a_listing_has_columns(shop: Asl) -> None:
    lines = shop.ok("list").splitlines()
    assert {line.index(word) for line, word in ((lines[0], "STATUS"), (lines[-1], "SUCCEEDED"))} == {18}


def described(asl: Asl, run: str) -> dict[str, str]:
    """The first word of each line, and the rest of it."""
    lines = [line.partition("  ") for line in asl.ok("describe", run).splitlines() if not line.startswith(" ")]
    return {name: value.strip() for name, _, value in lines}


def test_describes_each(shop: Asl) -> None:
    good, bad, sleepy, stopped = (described(shop, name) for name in ("good", "bad", "sleepy", "stopped"))
    assert (good["status"], good["machine"][-4:], "redrive" in good) == ("SUCCEEDED", "pass", False)
    assert (bad["status"], bad["error"], bad["redrive"]) == ("FAILED", "ValueError", "possible")
    assert "no money" in bad["cause"]
    assert (stopped["status"], stopped["error"], stopped["cause"]) == ("ABORTED", "Enough", "for today")
    assert sleepy["status"] == "RUNNING"
    assert "in state" not in sleepy  # no worker has taken it up yet
    assert shop.json("describe", "bad")["redriveStatus"] == "REDRIVABLE"


def test_says_where_an_execution_is(asl: Asl) -> None:
    asl.create("ask")
    asl.ok("start", "ask", "--name", "run")
    with asl.service() as service:
        service.worker({"ask": lambda _: None}).run(until_idle=True)
    assert described(asl, "run")["in state"].startswith("Ask, since 2")


def test_stopping_twice(shop: Asl) -> None:
    assert shop.ok("stop", "sleepy") == f"stopped {ARN}nap:sleepy\n"
    assert shop.ok("stop", "sleepy") == f"{ARN}nap:sleepy had already ended: ABORTED\n"
    assert "stopDate" in shop.json("stop", "good")


def test_a_redrive(shop: Asl) -> None:
    assert shop.ok("redrive", "bad") == f"redriven {ARN}pay:bad\n"
    assert shop.work().exit_code == 0
    assert shop.json("describe", "bad")["output"] == '{"paid":{"n":2}}'
    assert described(shop, "bad")["redriven"].startswith("1 time, last at 2")


def test_waiting_for_the_end(asl: Asl, meanwhile: Callable[..., list[int]]) -> None:
    asl.create("pay")
    meanwhile(lambda: None, asl.work)
    done = asl("start", "pay", "--name", "run", "-i", "{}", "--wait")
    assert (done.exit_code, done.stdout) == (0, '{\n  "paid": {}\n}\n')
    assert done.stderr.splitlines()[:2] == [
        f"{ARN}pay:run",
        "no worker runs on this store yet; start one: asl worker --handlers FILE",
    ]


def test_waiting_for_a_bad_end(asl: Asl, meanwhile: Callable[..., list[int]]) -> None:
    asl.create("pay")
    Path("broke").touch()
    meanwhile(asl.work)
    done = asl("start", "pay", "--wait")
    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr.splitlines()[2:5] == ["FAILED", "  error  ValueError", "  cause  no money"]
    meanwhile(asl.work)
    assert asl("start", "pay", "--wait", "--json").exit_code == 1


def test_waiting_is_given_up(asl: Asl, meanwhile: Callable[..., list[int]]) -> None:
    asl.create("nap")
    meanwhile()
    done = asl("start", "nap", "--name", "run", "--wait")
    assert (done.exit_code, "the execution goes on" in done.stderr) == (130, True)
    assert asl.json("describe", "run")["status"] == "RUNNING"


def test_nothing_is_kept_of_an_express_execution(asl: Asl) -> None:
    asl.create("pass")
    asl.ok("machine", "create", "quick", "machine.json", "--type", "express")
    assert ":express:quick:" in asl.ok("start", "quick")
    refused = asl("start", "quick", "--wait")
    assert (refused.exit_code, "quick is Express" in refused.stderr) == (2, True)
    assert asl.json("list")["executions"] == []
    assert "not supported by this type" in asl("list", "quick").stderr


def test_the_log_of_an_express_machine(asl: Asl) -> None:
    asl.create("pass")
    asl.ok("machine", "create", "quick", "machine.json", "--type", "express")
    off = asl("log", "quick")
    assert (off.exit_code, off.stdout, "nothing is logged now" in off.stderr) == (0, "", True)
    asl.ok("machine", "update", "quick", "machine.json", "--log", "all")
    asl.ok("start", "quick", "--name", "run", "-i", '{"n": 1}')
    asl.work()
    lines = [line.split() for line in asl.ok("log", "quick").splitlines()]
    assert [line[2:4] for line in lines] == [
        ["run", kind] for kind in ("ExecutionStarted", "PassStateEntered", "PassStateExited", "ExecutionSucceeded")
    ]
    assert lines[1][4:] == ["A", '{"n":1}']
    assert [line["id"] for line in asl.json("log", "quick")["events"]] == ["1", "2", "3", "4"]
    asl.ok("machine", "update", "quick", "machine.json", "--log", "off")
    assert "nothing is logged now" in asl("log", "quick").stderr
    assert "pass isn't Express" in asl("log", "pass").stderr


@pytest.mark.parametrize(
    ("arguments", "left"),
    [
        (["--older-than", "1d"], {"good", "bad", "sleepy", "stopped"}),
        (["--older-than", "0s"], {"sleepy"}),
        (["--older-than", "0s", "--machine", "nap"], {"good", "bad", "sleepy"}),
    ],
)
def test_purging(arguments: list[str], left: set[str], shop: Asl, monkeypatch: pytest.MonkeyPatch) -> None:
    from asl.stores.sqlite import SQLiteStore

    later = SQLiteStore.now
    monkeypatch.setattr(SQLiteStore, "now", lambda store: later(store) + 1000)  # what has ended has ended before
    number = 4 - len(left)
    count = f"{number} execution{'s' * (number != 1)}"
    assert shop.ok("purge", *arguments, "--dry-run") == f"would remove {count}\n"
    assert len(shop.json("list")["executions"]) == 4
    assert shop.ok("purge", *arguments) == f"removed {count}\n"
    assert {one["name"] for one in shop.json("list")["executions"]} == left


def test_a_report_of_a_stored_execution(shop: Asl) -> None:
    shop.ok("report", "pay:bad", "-o", "bad.html")
    page = Path("bad.html").read_text("utf-8")
    assert "no money" in page
    assert "<title>bad</title>" in page
    assert "Pay" in shop.ok("report", "pay:bad", "-o", "-", "-m", "machine.json", "--title", "Mine")


def test_verifying(shop: Asl) -> None:
    whole = shop("verify")
    assert (whole.exit_code, whole.stdout) == (0, "")
    assert whole.stderr == "3 executions that can go on checked: nothing wrong\n"
    one = shop("verify", "good", "bad")
    assert (one.exit_code, one.stderr) == (0, "2 executions checked: nothing wrong\n")


def test_verifying_finds_what_we_wrote_wrongly(shop: Asl) -> None:
    """Nothing is damaged: the row says what was written."""
    with closing(shop.service()) as service:
        (held,) = service.store.held(service.store.open_executions())
        write = Turn(held.execution.id, held.fence, held.version, 0, None, 0, "[]", 3, [], foreign=True)
        assert service.store.commit([write]) == [None]
    found = shop("verify")
    assert found.exit_code == 1
    assert found.stdout.startswith(f"{ARN}nap:sleepy: its frames can't be read: ValueError: ")
    assert found.stderr == "3 executions that can go on checked: 1 finding\n"

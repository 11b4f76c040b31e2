"""Damaged rows: each command says in a line whose they are, the store and the way out, and `asl verify` finds them all.

Which columns are covered by checksums, and what the store does with what is damaged, is tried in ``tests/stores``.
"""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest

from asl.drivers.durable import remote
from tests.cli.stored.conftest import NAP, PASS

if TYPE_CHECKING:
    from tests.cli.stored.conftest import Asl

DAMAGED = " damaged: it doesn't agree with its checksum"
WAY_OUT = "restore a backup, or do without it: nothing else of the store is touched"

HISTORY = (
    "history pay:run", "history pay:run --json", "history pay:run --reverse", "history pay:run --trace",
    "report pay:run -o x",
)  # fmt: skip

BOTH = {"StartAt": "Both", "States": {"Both": {"Type": "Parallel", "Branches": [NAP], "End": True}}}


class Hit(NamedTuple):
    """What is done to the store, how the row is called, and the commands that need it."""

    statement: str
    row: str
    commands: tuple[str, ...]


HITS = {
    "executions": Hit(
        "UPDATE executions SET seed = seed || 'x' WHERE machine = 'pay'",
        "execution ",
        ("list", "list pay", "describe run", "describe pay:run", "redrive pay:run", *HISTORY),
    ),
    "live": Hit(
        "UPDATE live SET root = replace(root, 'Pay', 'Buy') WHERE root LIKE '%Pay%'",
        "frame '0' of execution ",
        ("redrive pay:run",),
    ),
    "frames": Hit("UPDATE frames SET data = data || ' '", "frame '0/", ("stop both:run",)),
    "payloads": Hit("UPDATE payloads SET text = text || ' '", "the payload of frame '0'", ("stop nap:run",)),
    "messages": Hit("UPDATE messages SET data = '1'", "message ", ("stop ask:run",)),
    "turns": Hit(
        "UPDATE turns SET events = replace(events, 'Entered', 'Endured') WHERE events LIKE '%\"Pay\"%'",
        "the turn of execution ",
        HISTORY,
    ),
    "activity_tasks": Hit("UPDATE activity_tasks SET input = '{'", "task 1 of activity ", ("activity poll grade",)),
    "machine": Hit(
        "UPDATE documents SET body = '{}' WHERE name = 'nap'",
        "machine 'nap'",
        ("start nap", "list", "describe nap:run", "describe run", "history nap:run", "stop nap:run", "machine list",
         "machine describe nap", "machine delete nap --yes"),
    ),
    "activity": Hit(
        "UPDATE documents SET body = '{}' WHERE kind = 'activity'",
        "activity 'grade'",
        ("activity list", "activity delete grade"),
    ),
    "definitions": Hit(
        "UPDATE definitions SET text = '{' WHERE text LIKE '%\"Pay\"%'",
        "definition ",
        ("start pay", "history pay:run --trace", "redrive pay:run", "machine describe pay", "report pay:run"),
    ),
    "log": Hit("UPDATE log SET event = '{'", "line 1 of the log of 'quote'", ("log quote",)),
}  # fmt: skip


@pytest.fixture
def filled(asl: Asl) -> Asl:
    """Rows in each table: one execution of each machine."""
    asl.create("nap", "pay", "ask", "work")
    asl.ok("activity", "create", "grade")
    for name, definition, options in (("both", BOTH, ()), ("quote", PASS, ("--type", "express", "--log", "all"))):
        Path("machine.json").write_text(json.dumps(definition), "utf-8")
        asl.ok("machine", "create", name, "machine.json", *options)
    for name in ("nap", "pay", "ask", "work", "both", "quote"):
        asl.ok("start", name, "--name", "run", "-i", f'"{"x" * 3_000 if name == "nap" else ""}"')
    Path("broke").touch()
    asl.ok("worker", "--handlers", "handlers.py", "--until-idle")
    Path("broke").unlink()
    asl.ok("task", "heartbeat", Path("token").read_text("utf-8"))
    return asl


def damage(statement: str) -> None:
    with closing(sqlite3.connect("store.db")) as connection, connection:
        assert connection.execute(statement).rowcount


def refused(asl: Asl, command: str) -> str:
    """What a command says, in one line, that can't do its work."""
    result = asl(*command.split())
    assert result.exit_code == 2, (command, result.output)
    (line,) = result.stderr.splitlines()
    return line


@pytest.mark.parametrize("table", HITS)
def test_who_needs_a_damaged_row_says_so(table: str, filled: Asl) -> None:
    statement, row, commands = HITS[table]
    damage(statement)
    for command in commands:
        said = refused(filled, command)
        assert said.startswith(f"Error: {Path('store.db').resolve()}: can't ")
        assert f"the store: {row}" in said
        assert said.endswith(f"{DAMAGED}; {WAY_OUT}")
    found = filled("verify")
    assert found.exit_code == 1
    (first, *_) = found.stdout.splitlines()
    assert first.startswith(row)
    assert first.endswith(DAMAGED)
    assert "finding" in found.stderr


def test_verifying_tells_each_row(filled: Asl) -> None:
    filled.ok("start", "quote", "--name", "another")
    damage("UPDATE express SET core = core || ' '")
    for hit in HITS.values():
        damage(hit.statement)
    found = filled("verify").stdout.splitlines()
    for row in ("Express execution ", *(hit.row for hit in HITS.values())):
        assert any(line.startswith(row) and line.endswith(DAMAGED) for line in found), row


def test_verifying_checks_the_executions_that_can_be_listed(filled: Asl) -> None:
    damage(HITS["executions"].statement)  # of one that has failed
    found = filled("verify")
    assert found.stderr == "4 executions that can go on checked: 2 findings\n"
    assert found.stdout.splitlines()[1].startswith("not all executions can be listed: ")


def test_a_worker_goes_on_beside_what_is_damaged(filled: Asl) -> None:
    filled.ok("start", "quote", "--name", "another")
    for statement in (
        "UPDATE express SET core = core || ' '",
        *(HITS[table].statement for table in ("live", "frames", "payloads", "messages", "definitions")),
    ):
        damage(statement)
    filled.ok("start", "quote")
    filled.ok("task", "success", Path("token").read_text("utf-8"), "1")
    worker = filled.work()
    assert worker.exit_code == 0
    for row in ("Express execution ", "frame '0/", "the payload of frame '0'"):
        assert worker.stderr.count(row) == 1
    assert "; trying again every 1 s" in worker.stderr
    assert len(json.loads(filled.ok("log", "quote", "--json"))["events"]) == 2 * 4


def test_a_definition_that_is_not_there(filled: Asl) -> None:
    """Nobody damaged its row: it is gone."""
    damage("DELETE FROM definitions")
    for command in ("start nap", "history nap:run --trace", "stop nap:run", "redrive pay:run", "machine describe nap"):
        assert f"the store {filled.url} doesn't have the definition " in refused(filled, command)
    filled.ok("history", "nap:run")
    assert "stateMachine:nap: the store " in filled("verify").stdout


def test_a_mistake_of_ours_is_not_blamed_on_the_store(filled: Asl, monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(*_: object) -> None:
        raise KeyError("ours")

    monkeypatch.setattr(remote, "stop", stop)
    with pytest.raises(KeyError, match="ours"):
        filled("stop", "nap:run")
    monkeypatch.setattr("asl.worker.Worker.run_until_idle", stop)
    with pytest.raises(KeyError, match="ours"):
        filled.work()

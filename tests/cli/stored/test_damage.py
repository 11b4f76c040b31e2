"""Stored things that can't be read: a line names whose they are, the file and the way out; `asl verify` finds them."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from asl.drivers.durable import remote
from asl.jsontext import decode
from tests.stores.sums import sum_anew

if TYPE_CHECKING:
    from tests.cli.stored.conftest import Asl

WAY_OUT = "`asl verify` looks for more damage, and a backup is the way out"

EXECUTION = ": arn:aws:states:us-east-1:123456789012:execution:"
UNREADABLE = " is damaged: what is stored of it can't be read ("

HISTORY = [["history"], ["history", "--json"], ["history", "--reverse"], ["history", "--trace"], ["report", "-o", "x"]]
LOADING = [["stop", "nap:run"], ["redrive", "pay:run"]]

#: What is done to the store -> what is said of it.
EVENTS = {
    "UPDATE turns SET events = replace(events, 'StateEntered', 'StateEnter')": "') is of a type that there isn't",
    "UPDATE turns SET events = '[['": UNREADABLE + "line 1, column 3: Expecting value)",
    "UPDATE turns SET events = '7'": UNREADABLE + "TypeError: ",
    "UPDATE turns SET events = '[7, 8]'": UNREADABLE + "TypeError: ",
    "UPDATE turns SET events = '[null]'": UNREADABLE + "TypeError: ",
    "UPDATE turns SET events = '[[]]' WHERE first = 1": "members of event 1 are missing or wrong",
    "UPDATE turns SET events = '[[\"PassStateEntered\", 1]]' WHERE first = 1": "('PassStateEntered') are missing",
    "UPDATE turns SET events = replace(events, ',0,', ',\"x\",')": UNREADABLE + "KeyError: 'x')",
    "UPDATE turns SET notes = '[[1]]' WHERE events IS NOT NULL": UNREADABLE,
}
STANDING = {
    "UPDATE live SET root = '[1]'": UNREADABLE + "not enough values to unpack",
    "UPDATE live SET root = '{'": UNREADABLE + "line 1, column 2: ",
    "UPDATE live SET core = '[]'": UNREADABLE + "not enough values",
    "UPDATE executions SET input = '{'": UNREADABLE + "line 1, column 2: ",
}
MACHINES = {
    "UPDATE documents SET body = '{'": "what is stored of it can't be read (line 1, column 2: ",
    "UPDATE documents SET body = '[]'": "it lacks aliases, arn, configuration, created, ",
    'UPDATE documents SET body = \'{"status": "ACTIVE"}\'': "it lacks aliases, arn, configuration, created, ",
}
DEFINITIONS = {
    "UPDATE definitions SET text = '{'": "can't be used: <text>:1:1: ASL101 error: The text ends too early",
    "DELETE FROM definitions": "doesn't have the definition ",
}


@pytest.fixture
def filled(asl: Asl) -> Asl:
    """One execution that naps, one that has failed."""
    asl.create("nap", "pay")
    for name in ("nap", "pay"):
        asl.ok("start", name, "--name", "run")
    Path("broke").touch()
    asl.ok("worker", "--handlers", "handlers.py", "--until-idle")
    Path("broke").unlink()
    return asl


def damage(statement: str) -> None:
    with closing(sqlite3.connect("store.db")) as connection:
        assert connection.execute(statement).rowcount
        sum_anew(connection)
        connection.commit()


def refused(asl: Asl, *arguments: str) -> str:
    """What a command says, in one line, that can't do its work."""
    result = asl(*arguments)
    assert result.exit_code == 2, result.output
    (line,) = result.stderr.splitlines()
    return line.removeprefix("Error: ")


def found(asl: Asl) -> str:
    """What `asl verify` finds."""
    result = asl("verify")
    assert result.exit_code == 1, result.output
    return result.stdout


@pytest.mark.parametrize("statement", EVENTS)
def test_events(statement: str, filled: Asl) -> None:
    damage(statement)
    for run in ("nap:run", "pay:run"):
        for command, *options in HISTORY:
            said = refused(filled, command, run, *options)
            assert said.startswith(f"{filled.url}{EXECUTION}{run} is damaged: ")
            assert EVENTS[statement] in said
            assert said.endswith(f"; {WAY_OUT}")
    said = refused(filled, "describe", "nap:run")  # in which states is it now?
    assert EVENTS[statement] in said
    assert found(filled)


@pytest.mark.parametrize("statement", STANDING)
def test_what_an_execution_stands_at(statement: str, filled: Asl) -> None:
    damage(statement)
    for command, run in LOADING:
        said = refused(filled, command, run)
        assert said.startswith(f"{filled.url}{EXECUTION}{run}")
        assert STANDING[statement] in said
        assert said.endswith(f"; {WAY_OUT}")
    filled.ok("history", "nap:run")
    said = filled.work().stderr
    assert said.startswith(f"Error: {filled.url}{EXECUTION}nap:run: its frames can't be read: ")
    assert said.endswith(f"; no worker can go on beside it; {WAY_OUT}\n")
    assert len(said.splitlines()) == 1
    assert "its frames can't be read" in found(filled)


def test_notes_on_redrives(filled: Asl) -> None:
    damage("UPDATE executions SET redrives = '{'")
    said = refused(filled, "redrive", "pay:run")
    assert said.startswith(f"{filled.url}{EXECUTION}pay:run{UNREADABLE}")


def test_a_status_that_there_is_not(filled: Asl) -> None:
    damage("UPDATE executions SET status = 'ODD'")
    assert "Execution is ODD and cannot be redriven" in refused(filled, "redrive", "pay:run")


@pytest.mark.parametrize("statement", MACHINES)
def test_machines(statement: str, filled: Asl) -> None:
    damage(statement)
    commands = [
        ["start", "nap"],
        ["history", "nap:run"],
        ["redrive", "pay:run"],
        ["machine", "describe", "nap"],
        ["machine", "delete", "nap", "--yes"],
    ]
    for arguments in commands:
        name = "pay" if "pay:run" in arguments else "nap"
        said = refused(filled, *arguments)
        assert said.startswith(f"{filled.url}: the machine '{name}' is damaged: {MACHINES[statement]}")
        assert said.endswith(f"; {WAY_OUT}")
    for arguments in (["list"], ["machine", "list"], ["describe", "run"]):
        assert MACHINES[statement] in refused(filled, *arguments)
    assert MACHINES[statement] in found(filled)


def test_activities(filled: Asl) -> None:
    filled.ok("activity", "create", "grade")
    damage("UPDATE documents SET body = '{}' WHERE kind = 'activity'")
    for arguments in (["activity", "list"], ["activity", "delete", "grade"]):
        said = refused(filled, *arguments)
        assert said.startswith(f"{filled.url}: the activity 'grade' is damaged: it lacks arn, created, name, tags; ")


def test_the_log(asl: Asl) -> None:
    Path("machine.json").write_text('{"StartAt": "A", "States": {"A": {"Type": "Pass", "End": true}}}', "utf-8")
    asl.ok("machine", "create", "quote", "machine.json", "--type", "express", "--log", "all")
    asl.ok("start", "quote")
    asl.work()
    damage("UPDATE log SET event = '{'")
    said = refused(asl, "log", "quote")
    assert said.startswith(f"{asl.url}: the log of arn:aws:states:us-east-1:123456789012:stateMachine:quote is damaged")


def test_work_for_an_activity(asl: Asl) -> None:
    """It was taken: whoever did so must get the token."""
    asl.ok("activity", "create", "grade")
    asl.create("work")
    asl.ok("start", "work")
    asl.work()
    damage("UPDATE activity_tasks SET input = '{'")
    _, shown = asl.ok("activity", "poll", "grade").splitlines()
    assert shown == "{"


@pytest.mark.parametrize("statement", DEFINITIONS)
def test_definitions(statement: str, filled: Asl) -> None:
    damage(statement)
    commands = [["start", "nap"], ["history", "nap:run", "--trace"], ["stop", "nap:run"], ["redrive", "pay:run"],
                ["machine", "describe", "nap"], ["report", "nap:run"]]  # fmt: skip
    for arguments in commands:
        said = refused(filled, *arguments)
        assert f"the store {filled.url} " in said
        assert DEFINITIONS[statement] in said
    filled.ok("history", "nap:run")
    assert f"stateMachine:nap: the {'definition' if 'UPDATE' in statement else 'store'} " in found(filled)


def test_the_check_of_the_file_itself(filled: Asl, monkeypatch: pytest.MonkeyPatch) -> None:
    damage("UPDATE turns SET events = x'ff00'")
    assert "the events from 1 on can't be read: " in found(filled)
    monkeypatch.setattr("asl.stores.sqlite.check_file", lambda *_: decode("{"))
    assert "the check of the file ended early" in found(filled)


def test_a_mistake_of_ours_is_not_blamed_on_the_store(filled: Asl, monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(*_: object) -> None:
        raise KeyError("ours")

    monkeypatch.setattr(remote, "stop", stop)
    with pytest.raises(KeyError, match="ours"):
        filled("stop", "nap:run")
    monkeypatch.setattr("asl.worker.Worker.run_until_idle", stop)
    with pytest.raises(KeyError, match="ours"):
        filled.work()

"""Which store is meant, what a name stands for, and that no mistake shows a traceback."""

from __future__ import annotations

import os
import sqlite3
import sys
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from asl_cli.stored import access

if TYPE_CHECKING:
    from tests.cli.stored.conftest import Asl

NOBODY = "arn:aws:states:us-east-1:123456789012:execution:pass:nobody"


@pytest.mark.parametrize(
    ("platform", "environment", "path"),
    [
        ("linux", {"XDG_DATA_HOME": "/data"}, "/data/aslkit/executions.db"),
        ("linux", {"HOME": "/home/ada"}, "/home/ada/.local/share/aslkit/executions.db"),
        ("darwin", {"HOME": "/Users/ada"}, "/Users/ada/Library/Application Support/aslkit/executions.db"),
        ("win32", {"LOCALAPPDATA": "C:/Users/ada/Local"}, "C:/Users/ada/Local/aslkit/executions.db"),
    ],
)
def test_where_the_store_is(
    platform: str, environment: dict[str, str], path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("XDG_DATA_HOME", raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(sys, "platform", platform)
    assert Path(access.default_path()) == Path(path)


def test_the_users_own_store_is_made_when_it_is_written_to(
    asl: Asl, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("ASL_STORE")
    monkeypatch.setattr(access, "default_path", lambda: str(tmp_path / "data" / "aslkit" / "executions.db"))
    refused = asl("list")
    assert refused.exit_code == 2
    assert "yet; `asl machine create NAME FILE` makes it" in refused.stderr
    assert not (tmp_path / "data").exists()
    asl.create("pass")
    assert (tmp_path / "data" / "aslkit" / "executions.db").exists()
    assert "pass" in asl.ok("machine", "list")


def test_a_store_that_is_named(asl: Asl, tmp_path: Path) -> None:
    asl.create("pass")
    assert "pass" in asl.ok("machine", "list", "--store", str(tmp_path / "store.db"))
    assert "pass" in asl.ok("machine", "list", "--store", "sqlite:///store.db?synchronous=NORMAL")


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("memory:", "the store memory: is gone when this command ends"),
        ("nowhere/store.db", "there is no store nowhere/store.db yet; make the folder nowhere, then `asl machine"),
        ("none.db", "there is no store none.db yet; `asl machine create NAME FILE` makes it"),
        ("sqlite:///", "sqlite:/// names no file; use memory:"),
        ("none", "'none' names no store; use memory:, sqlite:///relative.db"),
        ("x" * 300 + ".db", "File name too long; make sure that this user may read and write"),
        ("postgresql://me:secret@host/db", "postgresql://me:***@host/db: there is no PostgreSQL store"),
        ("oracle:x", "'oracle:x' names no store"),
        ("text.db", "is another kind of file"),
        ("other.db", "not a store of aslkit's"),
        ("newer.db", "upgrade aslkit"),
        (".", "names no store"),
    ],
)
def test_a_store_that_cannot_be_used(url: str, message: str, asl: Asl) -> None:
    Path("text.db").write_text("no database " * 500, "utf-8")
    Path("oracle:x").write_text("", "utf-8")
    asl.create("pass")
    Path("newer.db").write_bytes(Path("store.db").read_bytes())
    for name, statement in (("other.db", "CREATE TABLE t (x)"), ("newer.db", "PRAGMA user_version = 999")):
        with closing(sqlite3.connect(name)) as connection:
            connection.execute(statement)
    result = asl("list", "--store", url)
    assert result.exit_code == 2
    assert message in result.stderr
    assert len(result.stderr.splitlines()) == 1


@pytest.mark.skipif(os.name != "posix", reason="pipes in the file system")
def test_a_store_that_is_no_file(asl: Asl) -> None:
    os.mkfifo("pipe.db")
    for arguments in (["list"], ["activity", "create", "grade"]):
        result = asl(*arguments, "--store", "pipe.db")
        assert result.exit_code == 2
        assert result.stderr == "Error: pipe.db is no regular file; give --store another place\n"


def test_a_folder_that_cannot_be_made(asl: Asl, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("", "utf-8")
    monkeypatch.delenv("ASL_STORE")
    monkeypatch.setattr(access, "default_path", lambda: str(tmp_path / "file" / "executions.db"))
    result = asl("activity", "create", "grade")
    assert result.exit_code == 2
    assert "can't make the folder" in result.stderr or "the folder" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["start", "none"], "State Machine Does Not Exist: 'arn:aws:states:us-east-1:123456789012:stateMachine:none'"),
        (["start", "none"], "`asl machine list` shows those there are"),
        (["start", "pass:7"], "State Machine Does Not Exist"),
        (["start", "arn:x"], "Invalid Arn"),
        (["start", ""], "stateMachine:'; say NAME (also NAME:VERSION or NAME:ALIAS"),
        (["describe", "a:b:c"], "execution:a:b:c'; say NAME"),
        (["start", "pass", "-i", "1e999"], "Input: 'NaN and Infinity are not JSON'"),
        (["start", "pass", "-i", f'"{"x" * 262_200}"'], "xxx ... xxx"),
        (["start", "pass", "-i", f'"{"x" * 262_200}"'], "Member must have length less than or equal to 262144"),
        (["list", "--limit", "9" * 30], "is not in the range 1<=x<=1000000"),
        (["start", "pass", "--name", "a b"], "Invalid Name: 'a b'; a name has up to 80 characters"),
        (["start", "pass", "-i", "{"], "is not JSON"),
        (["start", "pass", "--name", "run", "-i", "[1]"], "give the execution another --name"),
        (["list", "none"], "State Machine Does Not Exist"),
        (["describe", "rum"], "there is no execution rum in sqlite:///"),
        (["describe", "rum"], "did you mean run?"),
        (["describe", "pass:none"], "Execution Does Not Exist"),
        (["describe", NOBODY], "`asl list` shows those there are"),
        (["describe", "arn:aws:states:us-east-1:123456789012:express:pass:a:b"], "Invalid Arn"),
        (["history", "none"], "there is no execution none"),
        (["history", "run", "--follow", "--reverse"], "--follow and --reverse exclude each other"),
        (["history", "run", "--trace", "--json"], "--trace excludes"),
        (["stop", "none"], "there is no execution none"),
        (["redrive", "run"], "Execution is SUCCEEDED and cannot be redriven"),
        (["report", "none"], "there is no execution none"),
        (["report", "none.json"], "the history none.json: No such file"),
        (["verify", "none"], "there is no execution none"),
        (["verify", NOBODY], "there is no execution arn:"),
        (["purge", "--older-than", "soon"], "should be a number with a unit"),
        (["purge", "--older-than", "1d", "--machine", "none"], "State Machine Does Not Exist"),
        (["machine", "create", "a/b", "machine.json"], "Invalid Name"),
        (["machine", "create", "x", "none.json"], "does not exist"),
        (["machine", "update", "none", "machine.json"], "State Machine Does Not Exist"),
        (["machine", "describe", "none"], "State Machine Does Not Exist"),
        (["machine", "delete", "none", "--yes"], "State Machine Does Not Exist"),
        (["machine", "create", "x", "machine.json", "--description", "d"], "add --publish to make one"),
        (["task", "success", "gibberish"], "Invalid Token: 'Invalid token'; give the whole token"),
        (["task", "success", "gibberish", "{"], "OUTPUT is not JSON: line 1, column 2"),
        (["task", "success", "gibberish", "@none"], "the output file none: No such file"),
        (["task", "failure", "gibberish"], "Invalid Token"),
        (["task", "heartbeat", "gibberish"], "Invalid Token"),
        (["activity", "poll", "none"], "Activity Does Not Exist"),
        (["activity", "delete", "none"], "Activity Does Not Exist"),
        (["worker", "--handlers", "none.py"], "none.py: no such file"),
        (["worker", "--virtual-time"], "--virtual-time needs --until-idle"),
    ],
)
def test_a_mistake_is_told_in_a_line(arguments: list[str], message: str, asl: Asl) -> None:
    asl.create("pass")
    asl.ok("start", "pass", "--name", "run")
    asl.work()
    result = asl(*arguments)
    assert result.exit_code == 2, result.output
    assert message in result.stderr
    assert "Traceback" not in result.output


def test_a_name_that_several_machines_know(asl: Asl) -> None:
    asl.create("pass", "nap")
    arns = [asl.ok("start", machine, "--name", "run").strip() for machine in ("nap", "pass")]
    result = asl("describe", "run")
    assert result.exit_code == 2
    assert "2 machines have an execution run; give the ARN of the one you mean:" in result.stderr
    assert sorted(line.strip() for line in result.stderr.splitlines()[1:]) == sorted(arns)
    for name in ("pass:run", arns[1]):
        assert asl.json("describe", name)["executionArn"] == arns[1]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["start", "ordr"], "stateMachine:ordr'; did you mean order?"),
        (["start", "ORDER"], "did you mean order?"),
        (["start", "arn:aws:states:eu-north-1:123456789012:stateMachine:order"], "did you mean order?"),
        (["start", "order:3"], "stateMachine:order:3'; its newest version is 1"),
        (["start", "pass:1"], "stateMachine:pass:1'; it has no versions"),
        (["start", "order:lvie"], "did you mean order:live?"),
        (["start", "order:x"], "`asl machine list` shows those there are"),
        (["start", "else"], "`asl machine list` shows those there are"),
        (["list", "oder"], "did you mean order?"),
        (["log", "pas"], "did you mean pass?"),
        (["purge", "--older-than", "1d", "--machine", "oder"], "did you mean order?"),
        (["machine", "update", "oder", "machine.json"], "did you mean order?"),
        (["machine", "describe", "oder"], "did you mean order?"),
        (["machine", "delete", "oder", "--yes"], "did you mean order?"),
        (["describe", "frist"], "there is no execution frist in sqlite:///"),
        (["describe", "frist"], "did you mean first?"),
        (["history", "order:frist"], "execution:order:frist'; did you mean order:first?"),
        (["stop", "ordr:{0}"], "did you mean order:{0}?"),
        (["stop", "ordr:first"], "execution:ordr:first'; did you mean order:first?"),
        (["redrive", "order:nothing"], "`asl list` shows those there are"),
        (["verify", "order:frist"], "did you mean order:first?"),
        (["report", "order:frist"], "did you mean order:first?"),
        (["activity", "poll", "grads"], "did you mean grade?"),
        (["activity", "delete", "grads"], "did you mean grade?"),
    ],
)
def test_what_may_have_been_meant(arguments: list[str], message: str, asl: Asl) -> None:
    asl.create("pass")
    asl.ok("machine", "create", "order", "machine.json", "--publish")
    asl.ok("activity", "create", "grade")
    asl.ok("start", "order", "--name", "first")
    with closing(asl.service()) as service:
        version = service.arn("stateMachine", "order", "1")
        routes = [{"stateMachineVersionArn": version, "weight": 100}]
        service.create_state_machine_alias(name="live", routingConfiguration=routes)
    result = asl(*arguments)
    assert result.exit_code == 2
    assert message in result.stderr
    assert len(result.stderr.splitlines()) == 1


@pytest.mark.parametrize("command", ["machine", "task", "activity"])
def test_a_group_shows_its_commands(command: str, asl: Asl) -> None:
    assert "Examples:" in asl.ok(command, "--help")


def test_hostile_names_reach_no_terminal(asl: Asl) -> None:
    result = asl("describe", "a\x1b[31m")
    assert "\x1b" not in result.output

"""Files and folders that may not be read or written: each command says in a line which one, or just works."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, NamedTuple

import pytest

from asl import Service
from tests.crash import capabilities
from tests.crash.command import ENVIRONMENT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.skipif(capabilities.missing() is not None, reason=str(capabilities.missing()))

PASS = '{"StartAt": "A", "States": {"A": {"Type": "Pass", "End": true}}}'

READING = [["list"], ["history", "run"], ["describe", "run"], ["verify"], ["machine", "list"]]
WRITING = [
    ["start", "pass", "--name", "new"],
    ["worker", "--until-idle", "--virtual-time"],
    ["machine", "create", "new", "machine.json"],
    ["purge", "--older-than", "99999d"],
]
NEEDS_A_STORE = WRITING[0], WRITING[3]

WRITABLE = "make the file, its folder and the -wal and -shm files beside it writable for this user"
BOTH = "make sure that this user may read and write the file and its folder"
NO_STORE = "there is no store {file} yet; make the folder {folder}, then `asl machine create NAME FILE` makes it"


class Case(NamedTuple):
    """A situation. ``modes`` are those of the file (and what SQLite keeps beside it) and of the folder; None: there is
    none. Who reads and who writes is told that something is wrong, if there is a message."""

    file: int | None
    folder: int | None
    beside: bool = False  # there are a -wal and a -shm
    reading: str = ""
    writing: str = ""


CASES = {
    "file to be read only": Case(0o444, 0o755, writing="readonly database; " + WRITABLE),
    "files to be read only": Case(0o444, 0o755, beside=True, writing="readonly database; " + WRITABLE),
    "folder to be read only": Case(0o644, 0o555, reading=WRITABLE, writing=WRITABLE),
    "folder to be read only, all files are there": Case(0o644, 0o555, beside=True),
    "all to be read only": Case(0o444, 0o555, reading=WRITABLE, writing=WRITABLE),
    "all to be read only, all files are there": Case(0o444, 0o555, beside=True, writing=WRITABLE),
    "file not to be read": Case(0o000, 0o755, reading=BOTH, writing=BOTH),
    "file not to be read, nor those beside it": Case(0o000, 0o755, beside=True, reading=BOTH, writing=BOTH),
    "folder not to be read": Case(0o644, 0o000, reading="Permission denied; " + BOTH, writing=BOTH),
    "no file in a folder to be read only": Case(None, 0o555, reading="there is no store {file} yet", writing=BOTH),
    "no folder": Case(None, None, reading=NO_STORE, writing="the folder {folder} doesn't exist; create it"),
}


@pytest.mark.parametrize("name", CASES)
def test_what_may_not_be_read_or_written(name: str, tmp_path: Path) -> None:
    case = CASES[name]
    folder = tmp_path / "folder"
    file = folder / "store.db"
    (tmp_path / "machine.json").write_text(PASS, "utf-8")
    make(folder, case)
    with modes(case, folder):
        answers = asl([*READING, *WRITING], file)
    for arguments, (code, said, escaped) in zip([*READING, *WRITING], answers, strict=True):
        reads = arguments in READING or (case.file is None and arguments in NEEDS_A_STORE)
        message = (case.reading if reads else case.writing).format(file=file, folder=folder)
        assert escaped is None, arguments
        assert code == (2 if message else 0), said
        if message:
            assert said.startswith("Error: ")
            assert message in said
            assert str(file) in said
            assert len(said.splitlines()) == 1
    if case.file is not None:
        check(file, changed=not case.writing)


def make(folder: Path, case: Case) -> None:
    """A store in which one execution has run; if it is to be so with a log of changes that isn't in the file yet."""
    if case.folder is None:
        return
    folder.mkdir()
    if case.file is None:
        return
    service = Service(str(folder / "store.db"))
    arn = service.create_state_machine(name="pass", definition=PASS)["stateMachineArn"]
    service.start_execution(stateMachineArn=arn, name="run")
    service.worker(threads=0, clock="virtual").run_until_idle()
    if case.beside:
        shutil.copytree(folder, folder.with_name("copy"))
    service.close()
    if case.beside:
        shutil.rmtree(folder)
        folder.with_name("copy").rename(folder)


@contextmanager
def modes(case: Case, folder: Path) -> Iterator[None]:
    """Set them, and in the end let everything be removed again."""
    files = list(folder.iterdir()) if case.file is not None else []
    assert len(files) == (0 if case.file is None else 3 if case.beside else 1)
    for file in files:
        file.chmod(case.file or 0)
    if case.folder is not None:
        folder.chmod(case.folder)
    try:
        yield
    finally:
        if case.folder is not None:
            folder.chmod(0o755)
        for file in files:
            if file.exists():
                file.chmod(0o644)


def asl(commands: list[list[str]], file: Path) -> list[tuple[int, str, str | None]]:
    """Exit code, stderr and what escaped of each command, for which permissions hold."""
    ended = subprocess.run(
        [sys.executable, "-m", "tests.crash.powerless", json.dumps(commands)],
        cwd=file.parents[1],
        env={**ENVIRONMENT, "ASL_STORE": str(file)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (ended.returncode, ended.stderr) == (0, "")
    answers: list[tuple[int, str, str | None]] = json.loads(ended.stdout)
    return answers


def check(file: Path, *, changed: bool) -> None:
    """Whatever was acknowledged is there, nothing else, and nothing is damaged."""
    with closing(Service(str(file))) as service:
        names = [execution.name for execution in service.store.executions()]
        machines = [machine["name"] for machine in service.list_state_machines()["stateMachines"]]
        assert names == (["new", "run"] if changed else ["run"])
        assert machines == (["pass", "new"] if changed else ["pass"])
        found: list[str] = []
        service.store.check(found.append)
        assert found == []


def test_other_files_that_may_not_be_read(tmp_path: Path) -> None:
    make(tmp_path / "folder", Case(0o644, 0o755))
    for name in ("input.json", "machine.json", "handlers.py"):
        (tmp_path / name).write_text("{}", "utf-8")
        (tmp_path / name).chmod(0)
    commands = [
        ["start", "pass", "-i", "@input.json"],
        ["machine", "create", "new", "machine.json"],
        ["machine", "update", "pass", "machine.json"],
        ["worker", "--handlers", "handlers.py"],
        ["task", "success", "token", "@input.json"],
    ]
    for arguments, (code, said, escaped) in zip(commands, asl(commands, tmp_path / "folder" / "store.db"), strict=True):
        assert (code, escaped) == (2, None), arguments
        assert arguments[-1].removeprefix("@") in said
        assert "Permission denied" in said or "is not readable" in said
        assert "Traceback" not in said

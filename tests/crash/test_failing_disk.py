"""A disk whose errors are real: the kernel denies a process to write, or to wait for the disk. Such a process claims
nothing and calls nobody for what isn't stored; the next one goes on, to the end that was to be."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from asl import VirtualClock
from asl.audit import audit
from asl.stores import open_store
from asl.worker import Definitions
from tests.crash import seccomp
from tests.crash.command import ENVIRONMENT, ROOT, Asl
from tests.crash.denied import OPEN
from tests.crash.seccomp import SYNC, WRITE
from tests.crash.test_kill import check, world
from tests.crash.world import Effect, lineage

if TYPE_CHECKING:
    from pathlib import Path

    from tests.crash.world import World

pytestmark = pytest.mark.skipif(seccomp.missing() is not None, reason=str(seccomp.missing()))

FAULTS = [(SYNC, "EIO"), (WRITE, "EIO"), (WRITE, "ENOSPC")]
SOME_FAULTS = [(SYNC, "EIO"), (WRITE, "ENOSPC")]

#: What SQLite says, and the way out. It doesn't tell that the disk is full while it makes the index of its log.
BROKEN = "disk I/O error; look at the disk (is it full?)"
SAID = {"EIO": (BROKEN,), "ENOSPC": ("full; make room on that disk", BROKEN)}


def suffer(path: str, scenario: str, handlers: str, what: str, error: str, call: str, at: int) -> Any:
    """What a process saw that was denied something (see ``denied``)."""
    arguments = [path, scenario, handlers, what, error, call, str(at)]
    ended = subprocess.run(
        [sys.executable, "-m", "tests.crash.denied", *arguments],
        cwd=ROOT,
        env=ENVIRONMENT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (ended.returncode, ended.stderr) == (0, ""), ended.stderr
    return json.loads(ended.stdout)


def opened(folder: Path, scenario: str, handlers: str, now: int | None = None) -> World:
    """A process that isn't denied anything."""
    clock = VirtualClock() if now is None else VirtualClock(now)
    store = open_store(str(folder / "store.db"), clock=clock.now)
    return world(scenario, idempotent=handlers == "idempotent", store=store, clock=clock)


#: scenario, its handlers, call of the store, and the how many-th: a start is the first commit.
MOMENTS = [
    ("narrow map", "once", OPEN, 0),
    ("narrow map", "once", "register", 1),
    *(("narrow map", handlers, "commit", at) for at in range(1, 5) for handlers in ("once", "idempotent")),
    ("steps", "once", "beat", 1),
    ("steps", "idempotent", "commit", 3),
    ("token", "once", "commit", 2),
    ("nested", "idempotent", "commit", 5),
]


@pytest.mark.parametrize(("scenario", "handlers", "call", "at"), MOMENTS)
@pytest.mark.parametrize(("what", "error"), FAULTS)
def test_denied_at_a_call_of_the_store(
    what: str, error: str, scenario: str, handlers: str, call: str, at: int, tmp_path: Path
) -> None:
    opened(tmp_path, scenario, handlers).store.close()  # the file and the definition are there
    seen = suffer(str(tmp_path / "store.db"), scenario, handlers, what, error, call, at)
    assert seen["denied"]
    says = seen["told"] or [seen["refused"]]
    for line in says:
        assert line.startswith(str(tmp_path / "store.db"))
        assert any(words in line for words in SAID[error])
        assert len(line.splitlines()) == 1
    assert all(line.endswith("trying again every 1 s") for line in seen["told"])
    assert seen["after"] == seen["before"], "something advanced"
    struck = opened(tmp_path, scenario, handlers, seen["now"])
    assert struck.stored is not None or not seen["acknowledged"], "a start was claimed that isn't there"
    struck.acknowledged = seen["acknowledged"]
    struck.ledger = [Effect(*effect) for effect in seen["ledger"]]
    struck.check_ledger()
    assert findings(struck) == []
    check(struck, scenario, struck.run(), f"{what} denied at {call} {at}")
    assert findings(struck) == []
    struck.store.close()


def findings(struck: World) -> list[str]:
    """What ``asl verify`` would report."""
    found: list[str] = []
    struck.store.check(found.append)
    return [*found, *audit(struck.store, Definitions(struck.store), [struck.execution.id])]


# -- the command --

MACHINE = {
    "StartAt": "Each",
    "States": {
        "Each": {
            "Type": "Map",
            "MaxConcurrency": 1,
            "ItemProcessor": {
                "StartAt": "Do",
                "States": {"Do": {"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:1:function:do", "End": True}},
            },
            "End": True,
        }
    },
}

#: Tells each effect on standard output, which is the ledger; the fatal one is the last before the disk fails.
HANDLERS = """
import errno, sys
from asl import task
from tests.crash import seccomp

@task(idempotent=True)
def do(number, context):
    sys.__stdout__.write(f"{context.idempotency_key}\\n")
    sys.__stdout__.flush()
    if FATAL == number:
        seccomp.deny(WHAT, getattr(errno, ERROR))
    return number * 10
"""


@pytest.fixture
def asl(tmp_path: Path) -> Asl:
    asl = Asl(tmp_path)
    (tmp_path / "machine.json").write_text(json.dumps(MACHINE), "utf-8")
    asl("machine", "create", "m", "machine.json")
    return asl


def handlers(asl: Asl, fatal: int | None = None, what: str = "", error: str = "") -> str:
    """A file of handlers, of which one has the disk fail."""
    name = f"handlers_{fatal}.py"
    (asl.folder / name).write_text(f"FATAL, WHAT, ERROR = {(fatal, what, error)!r}\n{HANDLERS}", "utf-8")
    return name


def work(asl: Asl) -> str:
    """The effects of a worker that does all there is."""
    return asl("worker", "--handlers", handlers(asl), "--until-idle", "--virtual-time")


def history(asl: Asl, run: str) -> list[str]:
    """The events of an execution and what led to each, without moments and names."""
    store = open_store(str(asl.file))
    found = store.execution(f"arn:aws:states:us-east-1:123456789012:execution:m:{run}")
    assert found is not None
    events = [event for _, event in store.events(found.id)]
    store.close()
    return sorted(lineage(events))


def refused(asl: Asl, what: str, error: str, *arguments: str) -> None:
    """A command that is denied something from its beginning says in one line what the disk has said."""
    first = f"import errno; from tests.crash import seccomp; seccomp.deny({what!r}, errno.{error})"
    said = asl(*arguments, code=2, first=first)
    assert said.startswith(f"Error: {asl.file}: can't ")
    assert any(words in said for words in SAID[error])
    assert len(said.splitlines()) == 1


@pytest.mark.parametrize(("what", "error"), SOME_FAULTS)
def test_a_start_is_not_claimed(what: str, error: str, asl: Asl) -> None:
    """It may be in the store all the same: then it is whole."""
    refused(asl, what, error, "start", "m", "--name", "run", "-i", "[1, 2]")
    asl("start", "m", "--name", "run", "-i", "[1, 2]")
    work(asl)
    assert json.loads(json.loads(asl("describe", "run", "--json"))["output"]) == [10, 20]
    asl("verify")


@pytest.mark.parametrize("command", [["worker"], ["machine", "create", "other", "machine.json"], ["redrive", "bad"]])
@pytest.mark.parametrize(("what", "error"), SOME_FAULTS)
def test_a_command_says_what_is_wrong_in_one_line(what: str, error: str, command: list[str], asl: Asl) -> None:
    asl("start", "m", "--name", "bad", "-i", "7")
    work(asl)
    refused(asl, what, error, *command)
    assert "other" not in asl("machine", "list")
    assert "FAILED" in asl("list")


@pytest.mark.parametrize(("what", "error"), SOME_FAULTS)
def test_a_worker_whose_disk_fails_in_the_midst(what: str, error: str, asl: Asl) -> None:
    """It calls no handler for what isn't stored, tries again, and stops when it is told to. The next one goes on."""
    asl("start", "m", "--name", "calm", "-i", "[1, 2, 3]")
    work(asl)
    asl("start", "m", "--name", "run", "-i", "[1, 2, 3]")
    with asl.running("worker", "--handlers", handlers(asl, 2, what, error)) as suffering:
        assert suffering.stderr is not None
        assert "at work on" in suffering.stderr.readline()
        tries = [suffering.stderr.readline() for _ in range(2)]
        suffering.send_signal(signal.SIGTERM)
        effects, rest = suffering.communicate(timeout=60)
    for line in tries:
        assert line.startswith(f"asl worker: {asl.file}: can't write the store: ")
        assert any(words in line for words in SAID[error])
        assert line.endswith("; trying again every 1 s\n")
    assert "Traceback" not in rest
    assert "what this worker owned goes to others" in rest
    assert len(effects.split()) == 2, "the third item's turn was never stored"
    assert asl("verify") == ""
    more = work(asl)
    keys = effects.split() + more.split()
    assert keys[2:] in ([keys[1], keys[-1]], [keys[-1]]), "what the failing disk may have is done again or not at all"
    assert history(asl, "run") == history(asl, "calm")
    asl("verify")

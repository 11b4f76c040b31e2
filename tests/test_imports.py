"""What may be loaded, and when: start-up time, guarded without a clock.

Each row runs in an interpreter of its own and then looks at what was loaded. A module named here costs milliseconds.
When a test fails, import the module inside the function that needs it, or take it off the list on purpose.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import click
import pytest

ROOT = Path(__file__).parents[1]

#: Slow to load, and needed by none of the rows.
NEVER = frozenset(
    {
        "asl.server",
        "asyncio",
        "concurrent.futures",
        "http",
        "jsonpath_ng",
        "lark",
        "logging",
        "multiprocessing",
        "rich",
        "sqlite3",
        "yaml",
        "zipfile",
    }
)
#: What a library that runs a small machine does without, too (click, which the commands need, loads some of it).
NOT_IN_LIBRARY = NEVER | frozenset(
    {
        "ast",
        "base64",
        "click",
        "dataclasses",
        "datetime",
        "decimal",
        "difflib",
        "hashlib",
        "importlib.resources",
        "inspect",
        "linecache",
        "pathlib",
        "random",
        "shutil",
        "socket",
        "subprocess",
        "tempfile",
        "threading",
        "tokenize",
        "urllib",
        "uuid",
    }
)
NOT_IN_COMMAND = NEVER | frozenset({"dataclasses", "hashlib", "pathlib", "random", "shutil"})

MACHINE = {"StartAt": "Only", "States": {"Only": {"Type": "Pass", "End": True}}}
COMMAND = "import sys; from asl_cli.main import main; sys.argv[1:] = {arguments!r}; main()"


def loaded_by(code: str) -> set[str]:
    """The modules that are there when the code has run, without those that a bare interpreter has."""
    report = (
        "import atexit, sys; before = set(sys.modules)\n"
        "atexit.register(lambda: print(*sorted(set(sys.modules) - before), file=sys.stderr))\n"
    )
    libraries = Path(click.__file__).parents[1]
    done = subprocess.run(
        [sys.executable, "-S", "-c", report + code],  # -S: no .pth file of the environment loads anything
        env={"PYTHONPATH": os.pathsep.join(map(str, (ROOT, ROOT / "cli", libraries)))},
        check=False,
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
    )
    assert done.returncode == 0, done.stderr
    return set(done.stderr.splitlines()[-1].split())


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("imports") / "one.asl.json"
    path.write_text(json.dumps(MACHINE), encoding="utf-8")
    return str(path)


def test_importing_asl_loads_nothing_of_it() -> None:
    assert {name for name in loaded_by("import asl") if name.startswith("asl")} == {"asl"}


@pytest.mark.parametrize(
    "code",
    [
        "from asl import StateMachine",
        "from asl import StateMachine; StateMachine.load({path!r}).run({{}}).output",
        "from asl import StateMachine; StateMachine.load({path!r}).run({{}}).history",
    ],
)
def test_library(code: str, machine: str) -> None:
    assert loaded_by(code.format(path=machine)) & NOT_IN_LIBRARY == set()


@pytest.mark.parametrize("arguments", [["run", "PATH", "-i", "{}", "--quiet"], ["validate", "PATH"]])
def test_command(arguments: list[str], machine: str) -> None:
    given = [machine if argument == "PATH" else argument for argument in arguments]
    assert loaded_by(COMMAND.format(arguments=given)) & NOT_IN_COMMAND == set()


def test_what_this_looks_for_would_be_seen() -> None:
    """The lists above would be worth nothing if nobody saw a module in them."""
    assert {"dataclasses", "inspect"} <= loaded_by("import dataclasses")

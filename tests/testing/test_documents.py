"""The tutorial, followed to the letter: its files are written, its commands run, and their output is as shown."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

from tests.testing.conftest import INSTALLED

ROOT = Path(__file__).parents[2]
DOCUMENT = ROOT / "docs" / "testing.md"

#: a file with its name above it, or a console with a command and what it prints
_STEP = re.compile(
    r"^(?:`(?P<file>[\w.]+)`:\n\n)?```(?P<kind>json|python|console)\n(?P<text>.*?)^```", re.DOTALL | re.MULTILINE
)


def run(command: str, folder: Path) -> str:
    """What a command of the tutorial prints, to stdout and stderr."""
    name, *arguments = shlex.split(command)
    module = {"pytest": "pytest", "asl": "asl_cli.main"}[name]
    environment = {
        **{key: value for key, value in os.environ.items() if not key.startswith(("PYTEST", "COV"))},
        "PYTHONPATH": os.pathsep.join((str(ROOT), str(ROOT / "cli"))),
        "PYTEST_ADDOPTS": "-p no:cacheprovider --color=no" + ("" if INSTALLED else " -p asl.testing.plugin"),
        "COLUMNS": "80",
    }
    done = subprocess.run(
        [sys.executable, "-m", module, *arguments],
        cwd=folder,
        env=environment,
        check=False,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        stdin=subprocess.DEVNULL,
        text=True,
    )
    return done.stdout


def as_pattern(shown: str) -> str:
    """A line ``...`` stands for any lines, ``...`` in a line for any text."""
    return "".join(
        r"(?:.*\n)*?" if line == "..." else ".*".join(map(re.escape, line.split("..."))) + r" *\n"
        for line in shown.rstrip("\n").split("\n")
    )


def test_the_tutorial_holds(tmp_path: Path) -> None:
    text = DOCUMENT.read_text("utf-8")
    tutorial = text[text.index("\n# From a definition") :]
    commands = 0
    for step in _STEP.finditer(tutorial):
        if step["kind"] == "console":
            command, _, shown = step["text"].partition("\n")
            printed = run(command.removeprefix("$ "), tmp_path)
            lines = sorted(printed.splitlines(keepends=True), key=lambda line: line.startswith("# ") and "seed" in line)
            assert re.fullmatch(as_pattern(shown), "".join(lines)), f"{command}\n\n{printed}"
            commands += 1
            if "1 finding" in shown:  # the change that the text asks for
                path = tmp_path / "parcel.asl.json"
                path.write_text(path.read_text("utf-8").replace('"$.post"', '"$.courier"'), "utf-8")
        else:
            assert step["file"], "a file of the tutorial has its name above it"
            (tmp_path / step["file"]).write_text(step["text"], "utf-8")
    assert commands == 7


def test_the_first_page_names_what_the_kit_exports() -> None:
    from asl import testing

    page = DOCUMENT.read_text("utf-8")
    classes = {"Caught", "Finding", "Mock", "MockCall", "MockConfig", "MockError", "Run", "Scenario", "StateRun"}
    told_by_name = {name for name in testing.__all__ if re.search(rf"\b{name}\b", page)}
    told_by_use = classes | {"StateTest", "TestStateError", "UnusedMockWarning", "load", "respond"}
    assert set(testing.__all__) - told_by_name - told_by_use == set()


def test_the_example_at_the_top_is_the_one_that_is_tested() -> None:
    """The same lines run in test_scenario.py, on a machine of that form."""
    shown = DOCUMENT.read_text("utf-8")
    ran = (Path(__file__).parent / "test_scenario.py").read_text("utf-8")
    for line in ('.mock("ChargeCard", returns={"id": "c1"})', '.mock("Ship", raises=("Carrier.Down", "503"), times=3)'):
        assert line in shown
        assert line in ran

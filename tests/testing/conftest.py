"""Whole pytest sessions inside tests: with the kit's plugin, wherever it comes from, and the machines of this
folder."""

from __future__ import annotations

from collections.abc import Callable
from importlib.metadata import entry_points
from pathlib import Path

import pytest

MACHINES = Path(__file__).parent / "machines"

#: installed, the plugin is an entry point; else it has to be named
INSTALLED = any(point.value == "asl.testing.plugin" for point in entry_points(group="pytest11"))

Session = Callable[..., pytest.RunResult]


@pytest.fixture
def session(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Session:
    """Run a test file in a session of its own: ``session(text, "--option", process=True)``."""
    for path in MACHINES.glob("*.json"):
        (pytester.path / path.name).write_text(path.read_text("utf-8"), "utf-8")
    root = Path(__file__).parents[2]
    monkeypatch.setenv("PYTHONPATH", f"{root}:{root / 'cli'}")
    monkeypatch.delenv("PYTEST_XDIST_WORKER", raising=False)

    def run(text: str, *options: str, process: bool = False) -> pytest.RunResult:
        pytester.makepyfile(test_it=text)
        plugin = [] if INSTALLED else ["-p", "asl.testing.plugin"]
        arguments = [*plugin, "-p", "no:cacheprovider", "-W", "error", *options]
        return pytester.runpytest_subprocess(*arguments) if process else pytester.runpytest_inprocess(*arguments)

    return run

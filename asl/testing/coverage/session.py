"""Coverage in a pytest session: workers of pytest-xdist count for themselves and hand their counts to the one that
reports."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from asl.errors import AslError
from asl.testing import observers
from asl.testing.coverage.data import DATA_FILE, CoverageData
from asl.testing.coverage.reports import percent, term, write

if TYPE_CHECKING:
    from collections.abc import Sequence

    from asl.testing.coverage.data import MachineCoverage

_HANDED = "asl_coverage"
_SUFFIXES = (".asl.json", ".asl.yaml", ".asl.yml")


class CoveragePlugin:
    """Registered with pytest when ``--asl-cov`` asks for it."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._worker = hasattr(config, "workerinput")
        self._data = CoverageData(config.rootpath)
        self._problem = ""
        self._machines: list[MachineCoverage] = []
        observers.append(self._data.add)

    def pytest_unconfigure(self) -> None:
        observers.remove(self._data.add)

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """A worker is done: add what it counted."""
        handed = getattr(node, "workeroutput", {}).get(_HANDED)
        if handed is not None:
            self._data.merge(CoverageData.from_json(handed, self._config.rootpath))

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        if self._worker:
            self._config.workeroutput[_HANDED] = self._data.to_json()  # type: ignore[attr-defined]  # pytest-xdist's
            return
        self._gather()
        self._machines = self._data.machines()
        wanted = self._config.getoption("--asl-cov-fail-under")
        reached = CoverageData.total(self._machines)
        if wanted is not None and reached < wanted and session.exitstatus in (0, pytest.ExitCode.NO_TESTS_COLLECTED):
            session.exitstatus = pytest.ExitCode.TESTS_FAILED
        if wanted is not None and reached < wanted:
            self._problem = f"FAIL Required state machine coverage of {wanted:g}% not reached. Total: {reached:.2f}%"

    def _gather(self) -> None:
        """Machines that no test used, and the counts of earlier sessions."""
        for folder in map(Path, self._config.getini("asl_machines")):
            for path in sorted(folder.rglob("*.asl.*")) if folder.is_dir() else []:
                if path.name.endswith(_SUFFIXES):
                    self._data.add_file(path)
        path = self._config.rootpath / DATA_FILE
        if self._config.getoption("--asl-cov-append") and path.is_file():
            try:
                self._data.merge(CoverageData.load(path, self._config.rootpath))
            except AslError as problem:
                raise pytest.UsageError(str(problem)) from None
        self._data.save(path)

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        if self._worker:
            return
        kinds: Sequence[str] = self._config.getoption("--asl-cov-report") or ["term"]
        terminalreporter.section("state machine coverage")
        for kind in kinds:
            if kind == "term":
                for line in term(self._machines):
                    terminalreporter.line(line)
            else:
                terminalreporter.line(f"wrote {write(kind, self._machines, self._config.rootpath)}")
        if self._problem:
            terminalreporter.line(self._problem, red=True, bold=True)
        elif self._config.getoption("--asl-cov-fail-under") is not None:
            reached = CoverageData.total(self._machines)
            terminalreporter.line(f"Required state machine coverage reached. Total: {percent(reached)}", green=True)

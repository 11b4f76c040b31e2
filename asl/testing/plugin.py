"""The pytest plugin: the fixture ``state_machine``, traces in failure messages, reports and machine coverage.

pytest loads this module before it starts measuring anybody's code, so that nothing of asl is imported here: each hook
imports what it needs when it is needed.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from asl.testing.run import Run
    from asl.testing.scenario import Scenario

_RUNS = pytest.StashKey[list[Any]]()
_FAILED = pytest.StashKey[bool]()

#: Runs of one test whose traces are printed when it fails.
_SHOWN = 3


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("asl", "state machines")
    group.addoption("--asl-report", metavar="DIR", help="Keep each run's history and trace in this folder.")
    group.addoption("--asl-cov", action="store_true", help="Measure which parts of state machines the tests reach.")
    group.addoption(
        "--asl-cov-report",
        action="append",
        choices=("term", "json", "html", "lcov"),
        help="How to tell it (several times for several; files are aslcov.json, .html and .info in the root folder).",
    )
    group.addoption("--asl-cov-fail-under", type=float, metavar="PERCENT", help="Fail when less is reached.")
    group.addoption("--asl-cov-append", action="store_true", help="Add to what earlier sessions reached.")
    parser.addini("asl_machines", "Folders of state machines, beside that of the test file.", type="paths", default=[])
    parser.addini("asl_check_results", "Check what mocks return against the services' output shapes.", type="bool")


def pytest_configure(config: pytest.Config) -> None:
    wants = [config.getoption(f"--asl-cov-{name}") for name in ("report", "fail-under", "append")]
    if config.getoption("--asl-cov") or any(want not in (None, False) for want in wants):
        from asl.testing.coverage.session import CoveragePlugin

        config.pluginmanager.register(CoveragePlugin(config), "asl-coverage")


@pytest.fixture
def state_machine(request: pytest.FixtureRequest) -> Generator[Callable[..., Scenario]]:
    """Load a state machine for a test: ``state_machine("order.asl.json", handlers={...}, type="EXPRESS")``.

    The path is relative to the test file, to a folder of the ini option ``asl_machines``, or to pytest's root. A
    machine or a definition may be given instead. Mocks that the test never used are warned of at its end.
    """
    from asl.testing.loading import load

    folders = [request.path.parent, *map(Path, request.config.getini("asl_machines")), request.config.rootpath]
    check = bool(request.config.getini("asl_check_results"))
    scenarios: list[Scenario] = []

    def state_machine(machine: Any, **options: Any) -> Scenario:
        scenarios.append(load(machine, **{"folders": folders, "check_results": check, **options}))
        return scenarios[-1]

    yield state_machine
    if not request.node.stash.get(_FAILED, False):
        _warn_of_unused(scenarios)


def _warn_of_unused(scenarios: list[Scenario]) -> None:
    import warnings

    from asl.testing.mocks import UnusedMockWarning

    for scenario in scenarios:
        for _, rule, problem in scenario.unused():
            warnings.warn_explicit(problem, UnusedMockWarning, rule.place[0], rule.place[1])


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, Any, Any]:
    """Remember the runs of a test, however it makes them."""
    from asl.testing import observers

    runs: list[Run] = []
    item.stash[_RUNS] = runs
    observers.append(runs.append)
    try:
        return (yield)
    finally:
        observers.remove(runs.append)
        item.stash[_RUNS] = []


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[Any]) -> Generator[None, Any, Any]:
    """A failing test shows the traces of its executions; --asl-report keeps those of every test."""
    report: pytest.TestReport = yield
    if call.when != "call":
        return report
    runs: list[Run] = item.stash.get(_RUNS, [])
    if report.failed:
        item.stash[_FAILED] = True
        for number, run in list(enumerate(runs, 1))[-_SHOWN:]:
            title = "state machine" if len(runs) == 1 else f"state machine, run {number} of {len(runs)}"
            _add_section(report, title, run.outline())
    folder = item.config.getoption("--asl-report")
    if folder is not None and runs:
        from asl.testing.report import keep

        keep(Path(folder), item.nodeid, report.outcome, runs)
    return report


def _add_section(report: pytest.TestReport, title: str, text: str) -> None:
    """Into the failure itself, which --show-capture=no leaves alone; beside it where its form has no sections."""
    add = getattr(report.longrepr, "addsection", None)
    if add is not None:
        add(title, text, "-")
    else:
        report.sections.append((title, text))

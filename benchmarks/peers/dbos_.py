"""DBOS: durable workflows in Python over SQLite. It runs no state machines, so a row's work is written as its steps."""

from __future__ import annotations

import logging
import tempfile
import time
from importlib import import_module
from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as installed_version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.peers import CannotRun

if TYPE_CHECKING:
    from collections.abc import Callable

    from benchmarks.machines import Machine
    from benchmarks.measure import Timed

NAME = "dbos"
INSTALL = "pip install dbos"

_launched: list[Callable[[int, Any], Any]] = []


def version() -> str | None:
    try:
        return installed_version("dbos")
    except PackageNotFoundError:
        return None


def prepare(machine: Machine) -> Timed:
    states = list(machine.definition["States"].values())
    if len(states) == 1 and states[0]["Type"] == "Pass":
        steps, value = 1, 0
    elif machine.handlers:
        steps, value = sum(state["Type"] == "Task" for state in states), machine.input["n"]
    else:
        raise CannotRun("it has steps and no states: W1 and W5 alone have a counterpart")
    workflow = _workflow()

    def run(calls: int) -> float:
        began = time.perf_counter()
        for _ in range(calls):
            workflow(steps, value)
        return (time.perf_counter() - began) / calls

    return run


def _workflow() -> Callable[[int, Any], Any]:
    """``(steps, n) -> n + steps``, each addition a step that is kept."""
    if _launched:
        return _launched[0]
    dbos: Any = import_module("dbos")
    logging.getLogger("dbos").setLevel(logging.ERROR)
    store = Path(tempfile.mkdtemp()) / "dbos.sqlite"
    dbos.DBOS(config=dbos.DBOSConfig(name="benchmark", system_database_url=f"sqlite:///{store}", log_level="ERROR"))

    def add(number: int) -> int:
        return number + 1

    step = dbos.DBOS.step()(add)

    def work(steps: int, number: int) -> int:
        for _ in range(steps):
            number = step(number)
        return number

    workflow = dbos.DBOS.workflow()(work)
    dbos.DBOS.launch()
    _launched.append(workflow)
    return _launched[0]

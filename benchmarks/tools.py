"""How long the tools around the engine take: drawing a machine, and executions of the size of a unit test."""

from __future__ import annotations

import json
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from asl import StateMachine
from asl.graph import draw
from asl.testing import Scenario
from benchmarks.validation import Time, command, definition

if TYPE_CHECKING:
    from collections.abc import Callable

_FUNCTION = "arn:aws:lambda:us-east-1:123456789012:function:"


def times(repeats: int = 5) -> list[Time]:
    """The figures, each the best and the median of ``repeats``."""
    large = definition(300)
    order = StateMachine(_order())
    with tempfile.TemporaryDirectory() as place:
        small, drawing = Path(place, "small.asl.json"), Path(place, "small.svg")
        small.write_text(json.dumps(definition(6), indent=1), "utf-8")
        return [
            _timed("a drawing of 300 states as SVG", lambda: draw(large), repeats),
            command("asl graph, one small file, from the process's start", repeats, "graph", small, "-o", drawing),
            _timed("1,000 unit tests: four states, two mocks, three retries", lambda: _tests(order), repeats),
        ]


def _order() -> dict[str, object]:
    retry = [{"ErrorEquals": ["Carrier.Down"], "MaxAttempts": 3}]
    catch = [{"ErrorEquals": ["States.ALL"], "ResultPath": "$.problem", "Next": "Refund"}]
    charge = {"Type": "Task", "Resource": f"{_FUNCTION}charge", "ResultPath": "$.charge", "Next": "Ship"}
    ship = {"Type": "Task", "Resource": f"{_FUNCTION}ship", "Retry": retry, "Catch": catch, "Next": "Done"}
    refund = {"Type": "Pass", "Result": True, "ResultPath": "$.refunded", "Next": "Done"}
    return {
        "StartAt": "Charge",
        "States": {"Charge": charge, "Ship": ship, "Refund": refund, "Done": {"Type": "Succeed"}},
    }


def _tests(machine: StateMachine) -> None:
    for number in range(1000):
        scenario = Scenario(machine).mock("Charge", returns={"id": "c1"})
        run = scenario.mock("Ship", raises=("Carrier.Down", "503"), times=3).run({"orderId": number})
        assert run.path == ["Charge", "Ship", "Refund", "Done"]


def _timed(name: str, work: Callable[[], object], repeats: int) -> Time:
    taken = []
    for _ in range(repeats):
        began = time.perf_counter()
        work()
        taken.append(time.perf_counter() - began)
    return Time(name, min(taken), median(taken))

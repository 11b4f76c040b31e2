"""The HTML report of a run: what it is told, and that it stays small and harmless."""

from __future__ import annotations

import json
from typing import Any

import pytest

from asl import DefinitionError, StateMachine
from asl.graph.report import LONGEST, report
from tests.graph.test_runs import run


def data_of(page: str) -> dict[str, Any]:
    start = page.index('id="data">') + len('id="data">')
    found: dict[str, Any] = json.loads(page[start : page.index("</script>", start)])
    return found


def test_a_report_holds_the_whole_run() -> None:
    machine, execution = run("order-saga", "input-no-carrier.json")
    data = data_of(report(execution, machine))
    assert data["status"] == "FAILED"
    assert len(data["events"]) == len(execution.events)
    assert [visit["name"] for visit in data["visits"]] == [visit.name for visit in execution.visits]
    ship = next(visit for visit in data["visits"] if visit["name"] == "Ship")
    assert ship["status"] == "caught"
    assert ship["error"] == "NoCarrier"
    assert json.loads(data["texts"][ship["input"]])["orderId"]
    assert data["states"]["ChargeCard"]["Retry"]
    assert [edge[1:] for edge in data["edges"]][:2] == [
        ["Start", "CheckOrder", "start"],
        ["CheckOrder", "ReserveStock", "choice"],
    ]
    assert len(data["retries"]) == 2


def test_events_and_visits_point_at_each_other() -> None:
    machine, execution = run("image-batch")
    data = data_of(report({"events": execution.history}, machine))
    for visit in data["visits"]:
        assert data["events"][visit["first"] - 1][0].endswith("StateEntered")
        assert data["events"][visit["first"] - 1][2] == data["visits"].index(visit)
        assert visit["last"] > visit["first"]
        assert visit["parent"] < data["visits"].index(visit)
    assert sum(outcome == "succeeded" for _, _, outcome in data["iterations"]) == 4


def test_a_machine_can_be_left_out() -> None:
    _, execution = run("image-batch")
    assert "SkipImage" in report({"events": execution.history})
    assert "SkipImage" in report(execution)


def test_a_text_is_stored_once_and_long_ones_are_cut() -> None:
    states = {f"S{number}": {"Type": "Pass", "Next": f"S{number + 1}"} for number in range(50)}
    machine = StateMachine({"StartAt": "S0", "States": {**states, "S50": {"Type": "Succeed"}}})
    page = report(machine.run({"long": "y" * 200_000}), machine)
    assert len(page) < LONGEST * 2 + 200_000
    assert "more characters" in page


def test_payloads_never_become_markup() -> None:
    machine = StateMachine({"StartAt": "A", "States": {"A": {"Type": "Pass", "End": True}}}, name="</title><script>")
    page = report(machine.run({"x": "</script><script>alert(1)</script>"}), machine)
    assert page.count("<script") == 3
    assert page.count("</script>") == 3


def test_25000_events_are_told_in_a_few_seconds() -> None:
    loop = {
        "StartAt": "A",
        "States": {"A": {"Type": "Pass", "Next": "B"}, "B": {"Type": "Pass", "Next": "A"}},
    }
    loop["States"]["B"] = {
        "Type": "Choice",
        "Choices": [{"Variable": "$.n", "NumericLessThan": 0, "Next": "C"}],
        "Default": "A",
    }
    loop["States"]["C"] = {"Type": "Succeed"}
    machine = StateMachine(loop)
    execution = machine.run({"n": 1}, clock="virtual")
    assert len(execution.events) == 25_000
    page = report(execution, machine)
    assert len(page) < 8_000_000
    assert len(data_of(page)["events"]) == 25_000


@pytest.mark.parametrize("history", [3, {}, {"events": [1]}, "x"])
def test_what_is_no_history_is_refused(history: Any) -> None:
    with pytest.raises(ValueError, match="event"):
        report(history)


def test_what_is_no_machine_is_refused() -> None:
    _, execution = run("order-saga")
    with pytest.raises(DefinitionError):
        report(execution, {"x": 1})

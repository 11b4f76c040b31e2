"""The HTML report of a run, in a real browser."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import pytest

from asl import StateMachine
from asl.graph.report import report
from tests.graph.test_formats import NASTY
from tests.graph.test_runs import run

if TYPE_CHECKING:
    from collections.abc import Callable


def go(opened: Any, number: int) -> None:
    opened.page.evaluate(f"document.getElementById('scrubber').value = {number};")
    opened.page.dispatch_event("#scrubber", "input")


@pytest.fixture
def failed(open_page: Callable[..., Any]) -> Any:
    machine, execution = run("order-saga", "input-no-carrier.json")
    return open_page(report(execution, machine))


def test_it_opens_at_the_end(failed: Any) -> None:
    found = failed.statuses()
    assert found["Ship"] == "caught"
    assert found["OrderUndone"] == "failed"
    assert found["TellEverybody"] == "none"
    assert failed.page.inner_text("#status") == "FAILED"
    assert "36 events" in failed.page.inner_text("#summary")


def test_the_scrubber_takes_the_drawing_back_in_time(failed: Any) -> None:
    _machine, execution = run("order-saga", "input-no-carrier.json")
    visits = {visit.name: visit for visit in execution.visits}
    go(failed, visits["Ship"].id)
    found = failed.statuses()
    assert found["ChargeCard"] == "succeeded"
    assert found["Ship"] == "running"
    assert found["RefundCard"] == "none"
    page = failed.page
    assert page.evaluate("document.querySelector('.edge.catch[data-from=Ship]').classList.contains('untaken')")
    go(failed, visits["RefundCard"].id)
    assert failed.statuses()["Ship"] == "caught"
    assert page.evaluate("document.querySelector('.edge.catch[data-from=Ship]').classList.contains('taken')")
    go(failed, 0)
    ends = "[...document.querySelectorAll('[data-end]')].map(one => one.dataset.status)"
    assert page.evaluate(ends) == ["none", "none"]
    assert set(failed.statuses().values()) == {"none"}


def test_colours_follow_the_status(failed: Any) -> None:
    fill = "getComputedStyle(document.querySelector('[data-state=ChargeCard] > .box')).fill"
    end = failed.page.evaluate(fill)
    go(failed, 1)
    assert failed.page.evaluate(fill) != end


def test_the_keyboard_moves_through_time(failed: Any) -> None:
    page = failed.page
    page.keyboard.press("Home")
    assert page.inner_text("#moment").startswith("event 0 / 36")
    page.keyboard.press(".")
    page.keyboard.press(".")
    assert page.inner_text("#moment").startswith("event 2 / 36")
    assert failed.statuses()["CheckOrder"] == "running"
    page.keyboard.press(",")
    assert page.inner_text("#moment").startswith("event 1 / 36")
    page.focus("#scrubber")
    page.keyboard.press("ArrowRight")
    assert page.inner_text("#moment").startswith("event 2 / 36")
    page.keyboard.press("End")
    assert page.inner_text("#moment").startswith("event 36 / 36")


def test_the_inspector_shows_inputs_attempts_and_data_flow(failed: Any) -> None:
    page = failed.page
    page.locator("[data-state=ChargeCard]").first.click()
    assert failed.chosen() == "ChargeCard"
    inspector = page.locator("#inspector")
    assert "2 attempts" in inspector.inner_text()
    assert '"orderId"' in inspector.inner_text()
    page.get_by_role("tab", name="Attempts").click()
    assert "GatewayBusy" in inspector.inner_text()
    assert "retry in 2 s" in inspector.inner_text()
    page.get_by_role("tab", name="Data flow").click()
    for part in ("Parameters", "sent to the task", "result of the task", "ResultSelector", "ResultPath", "Output"):
        assert part in inspector.inner_text()
    page.get_by_role("tab", name="Definition").click()
    assert '"MaxAttempts": 3' in inspector.inner_text()


def test_events_and_timeline_lead_to_states(failed: Any) -> None:
    page = failed.page
    page.keyboard.press("e")
    row = page.locator(".row", has_text="LambdaFunctionFailed").first
    row.click()
    assert failed.chosen() == "Ship"
    page.keyboard.press("t")
    page.locator(".row", has_text="RefundCard").click()
    assert failed.chosen() == "RefundCard"


def test_search_finds_states(failed: Any) -> None:
    failed.page.keyboard.press("/")
    failed.page.keyboard.type("refund")
    assert failed.chosen() == "RefundCard"
    assert failed.page.inner_text("#count") == "1 of 1"


def test_visits_of_a_map_can_be_picked(open_page: Callable[..., Any]) -> None:
    machine, execution = run("image-batch")
    opened = open_page(report({"events": execution.history}, machine))
    opened.page.locator("[data-state=MakeThumbnail]").first.click()
    inspector = opened.page.locator("#inspector")
    assert "iteration 3 of EachImage" in inspector.inner_text()
    opened.page.get_by_label("Earlier visit").click()
    assert "iteration 2 of EachImage" in inspector.inner_text()
    assert "4/4" in opened.page.inner_text(".drawing")
    go(opened, 30)
    assert "4/4" not in opened.page.inner_text(".drawing")


def test_variables_are_those_of_the_moment(open_page: Callable[..., Any]) -> None:
    machine = StateMachine(
        {
            "StartAt": "A",
            "States": {
                "A": {"Type": "Pass", "Assign": {"count": 1}, "Next": "B"},
                "B": {"Type": "Pass", "Assign": {"count": 2}, "End": True},
            },
        }
    )
    opened = open_page(report(machine.run(), machine))
    assert "$count = 2" in opened.page.inner_text("#inspector")
    go(opened, 3)
    assert "$count = 1" in opened.page.inner_text("#inspector")


def test_it_plays(failed: Any) -> None:
    failed.page.click("#play")
    failed.page.locator("#play:text-is('Play')").wait_for(timeout=10_000)
    assert failed.page.inner_text("#moment").startswith("event 36 / 36")


def test_25000_events_stay_usable(open_page: Callable[..., Any]) -> None:
    rules = [{"Variable": "$.n", "NumericLessThan": 0, "Next": "C"}]
    states = {
        "A": {"Type": "Pass", "Next": "B"},
        "B": {"Type": "Choice", "Choices": rules, "Default": "A"},
        "C": {"Type": "Succeed"},
    }
    machine = StateMachine({"StartAt": "A", "States": states})
    document = report(machine.run({"n": 1}, clock="virtual"), machine)
    start = time.perf_counter()
    opened = open_page(document)
    assert time.perf_counter() - start < 5
    opened.page.keyboard.press("e")
    assert opened.page.evaluate("document.querySelectorAll('.row').length") < 100
    took = opened.page.evaluate(
        """() => { const start = performance.now();
        for (let number = 1000; number <= 25000; number += 1000) {
            document.getElementById('scrubber').value = number;
            document.getElementById('scrubber').dispatchEvent(new Event('input'));
        }
        return (performance.now() - start) / 25; }"""
    )
    assert took < 100  # milliseconds for one step of the scrubber
    opened.page.evaluate("document.getElementById('list').scrollTop = 300000")
    opened.page.locator(".row .id", has_text="12505").wait_for()


def test_payloads_and_names_are_shown_and_never_run(open_page: Callable[..., Any]) -> None:
    names = [name for name in NASTY if name.isprintable()]
    states: dict[str, Any] = {
        name: {"Type": "Pass", "Assign": {"v": name}, "Next": following}
        for name, following in zip(names, [*names[1:], "last"], strict=True)
    }
    machine = StateMachine(
        {"StartAt": names[0], "States": {**states, "last": {"Type": "Fail", "Error": NASTY[0], "Cause": NASTY[1]}}}
    )
    opened = open_page(report(machine.run({"x": names}), machine))
    assert NASTY[0] in opened.page.inner_text("#inspector")
    opened.page.keyboard.press("e")
    opened.page.locator(".row").nth(3).click()
    opened.page.evaluate(
        "document.querySelector('[data-state=last]').dispatchEvent(new MouseEvent('click', {bubbles: true}))"
    )
    assert NASTY[1] in opened.page.inner_text("#inspector")

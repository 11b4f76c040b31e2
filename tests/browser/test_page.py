"""The HTML page of a drawing, in a real browser."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from asl.graph import draw
from tests.graph.definitions import SAMPLES, Generator, sample
from tests.graph.test_formats import NASTY, nasty

if TYPE_CHECKING:
    from collections.abc import Callable


def scale(opened: Any) -> float:
    found: float = opened.page.evaluate(
        "new DOMMatrix(getComputedStyle(document.querySelector('.drawing:not([hidden]) svg')).transform).a"
    )
    return found


@pytest.mark.parametrize("name", SAMPLES)
@pytest.mark.parametrize("dark", [False, True])
def test_every_text_lies_within_its_box(open_page: Callable[..., Any], name: str, dark: bool) -> None:
    opened = open_page(draw(sample(name), format="html"), dark=dark)
    outside = opened.page.evaluate(
        """() => [...document.querySelectorAll('.drawing:not([hidden]) .node')].flatMap(node => {
            const box = node.querySelector(':scope > .box').getBBox();
            return [...node.querySelectorAll(':scope > .face text')].filter(text => {
                const part = text.getBBox();
                return part.x < box.x || part.x + part.width > box.x + box.width + 0.5
                    || part.y < box.y || part.y + part.height > box.y + box.height;
            }).map(text => text.textContent);
        })"""
    )
    assert outside == []


def test_long_and_foreign_names_stay_within_their_boxes(open_page: Callable[..., Any]) -> None:
    names = [
        "W" * 80,
        "i" * 80,
        "日本語の長い名前" * 8,
        "🚀" * 30,
        "Ünïcödé " * 9,
        "Привет мир " * 7,
        "مرحبا بالعالم " * 5,
    ]
    states = {
        name: {"Type": "Pass", "Next": following} for name, following in zip(names, names[1:] + names[:1], strict=True)
    }
    opened = open_page(draw({"StartAt": names[0], "States": states}, format="html"))
    outside = opened.page.evaluate(
        """() => [...document.querySelectorAll('.node')].flatMap(node => {
            const box = node.querySelector(':scope > .box').getBBox();
            return [...node.querySelectorAll('.name')].filter(text => text.getBBox().width > box.width - 43)
                .map(text => text.textContent);
        })"""
    )
    assert outside == []


def test_names_are_shown_and_never_run(open_page: Callable[..., Any]) -> None:
    opened = open_page(draw(nasty(), format="html"))
    shown = set(opened.statuses())
    assert {
        name.encode("utf-8", "replace").decode().replace("?", "\ufffd") for name in NASTY if name.isascii()
    } <= shown
    assert opened.page.evaluate("document.querySelectorAll('script').length") == 3
    assert opened.page.evaluate("document.querySelectorAll('img').length") == 0


def test_search_finds_and_moves_to_states(open_page: Callable[..., Any]) -> None:
    opened = open_page(draw(sample("order-saga"), format="html"))
    page = opened.page
    page.keyboard.press("/")
    page.keyboard.type("order")
    assert page.inner_text("#count").startswith("1 of ")
    assert page.evaluate("document.querySelectorAll('.found').length") >= 3
    first = opened.chosen()
    page.keyboard.press("Enter")
    assert opened.chosen() != first
    assert page.is_visible("#inspector")
    box = page.locator(".chosen").bounding_box()
    view = page.locator(".drawing:not([hidden])").bounding_box()
    assert view["x"] <= box["x"] <= view["x"] + view["width"]
    assert view["y"] <= box["y"] <= view["y"] + view["height"]
    page.keyboard.press("Escape")
    assert opened.chosen() is None
    assert page.evaluate("document.querySelectorAll('.found').length") == 0


def test_click_shows_the_definition(open_page: Callable[..., Any]) -> None:
    opened = open_page(draw(sample("order-saga"), format="html"))
    opened.page.locator("[data-state=ChargeCard]").first.click()
    assert opened.chosen() == "ChargeCard"
    assert "GatewayBusy" in opened.page.inner_text("#definition")


def test_zoom_and_pan_with_mouse_and_keyboard(open_page: Callable[..., Any]) -> None:
    opened = open_page(draw(sample("order-saga"), format="html"))
    page = opened.page
    begin = scale(opened)
    page.click("#in")
    assert scale(opened) > begin
    page.locator(".drawing:not([hidden])").focus()
    page.keyboard.press("-")
    page.keyboard.press("-")
    assert scale(opened) < begin
    page.keyboard.press("0")
    assert scale(opened) == pytest.approx(begin)
    before = page.locator("[data-state=Ship]").first.bounding_box()
    page.keyboard.press("ArrowDown")
    assert page.locator("[data-state=Ship]").first.bounding_box()["y"] == pytest.approx(before["y"] - 60, abs=1)
    page.mouse.move(100, 500)
    page.mouse.down()
    page.mouse.move(180, 530, steps=4)
    page.mouse.up()
    assert page.locator("[data-state=Ship]").first.bounding_box()["x"] == pytest.approx(before["x"] + 80, abs=5)
    page.mouse.wheel(0, -400)
    assert scale(opened) > begin


def test_large_machines_begin_collapsed(open_page: Callable[..., Any]) -> None:
    opened = open_page(draw(Generator(5, 300).definition(), format="html"))
    few = len(opened.statuses())
    opened.page.click("#collapse")
    assert len(opened.statuses()) > few
    opened.page.keyboard.press("c")
    assert len(opened.statuses()) == few


def test_dark_mode_is_dark(open_page: Callable[..., Any]) -> None:
    for dark, expected in ((False, "rgb(255, 255, 255)"), (True, "rgb(15, 22, 32)")):
        opened = open_page(draw(sample("order-saga"), format="html"), dark=dark)
        assert opened.page.evaluate("getComputedStyle(document.body).backgroundColor") == expected
        assert opened.page.evaluate("getComputedStyle(document.querySelector('.paper')).fill") == expected

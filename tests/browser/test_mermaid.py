"""What ``mermaid`` writes is parsed and drawn by the real Mermaid."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from asl.graph import draw
from tests.graph.definitions import SAMPLES, Generator, sample
from tests.graph.pictures import changed
from tests.graph.test_formats import NASTY, nasty
from tests.graph.test_runs import run

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.fixture
def parse(open_page: Callable[..., Any], mermaid: str) -> Callable[[str], list[str]]:
    """Draws with Mermaid; answers the texts that the picture shows."""
    opened = open_page("<!doctype html><meta charset='utf-8'><link rel='icon' href='data:,'><div id='out'></div>")
    opened.page.add_script_tag(content=mermaid)
    opened.page.evaluate("mermaid.initialize({startOnLoad: false, maxEdges: 5000, maxTextSize: 500000})")

    def draw_(text: str) -> list[str]:
        found: list[str] = opened.page.evaluate(
            f"""async () => {{
                await mermaid.parse({json.dumps(text)});
                const {{ svg }} = await mermaid.render('drawn', {json.dumps(text)});
                document.getElementById('out').innerHTML = svg;
                return [...document.querySelectorAll('#out .nodeLabel')].map(one => one.innerText);
            }}"""
        )
        return found

    return draw_


@pytest.mark.parametrize("name", SAMPLES)
def test_samples(parse: Callable[[str], list[str]], name: str) -> None:
    shown = parse(draw(sample(name), format="mermaid"))
    definition = json.dumps(sample(name))
    assert len(shown) > 3
    assert all(json.dumps(text.split("\n")[0]) in definition for text in shown if "\n" in text)


def test_runs_and_comparisons(parse: Callable[[str], list[str]]) -> None:
    machine, execution = run("order-saga", "input-no-carrier.json")
    assert any("2 attempts" in text for text in parse(draw(machine, execution, format="mermaid")))
    assert any("new" in text for text in parse(draw(changed(sample("order-saga")), diff=machine, format="mermaid")))


def test_any_name_is_shown_as_it_is(parse: Callable[[str], list[str]]) -> None:
    shown = [text.split("\n")[0].replace("\u2060", "") for text in parse(draw(nasty(), format="mermaid"))]
    assert {name for name in NASTY if name.isascii() and name.isprintable()} <= set(shown)


def test_generated(parse: Callable[[str], list[str]]) -> None:
    for seed in range(4):
        assert parse(draw(Generator(seed, 40).definition(), format="mermaid"))

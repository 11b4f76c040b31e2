"""No two nodes overlap, no line crosses a node, every text has room; a drawing is quick to make and always the same."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest

from asl.graph import draw, text
from asl.graph.layout import Area, Drawing, Placed, Routed, layout
from asl.graph.model import Edge, Node, Scope, build
from asl.graph.svg import SvgMeasure
from tests.graph.definitions import RECORDED, ROOT, SAMPLES, Generator, recorded, sample
from tests.graph.laws import broken

GENERATED = 400
LARGEST = 300


def generated(seed: int) -> dict[str, Any]:
    return Generator(seed, 3 + seed * (LARGEST - 3) // (GENERATED - 1)).definition()


def laws_broken(definition: dict[str, Any], *, collapse: bool = False) -> list[str]:
    measure = SvgMeasure()
    return broken(layout(build(definition, collapse=collapse), measure), measure)


@pytest.mark.parametrize("name", SAMPLES)
def test_samples(name: str) -> None:
    assert laws_broken(sample(name)) == []


@pytest.mark.parametrize("part", range(20))
def test_generated(part: int) -> None:
    for seed in range(part, GENERATED, 20):
        assert laws_broken(generated(seed), collapse=seed % 7 == 0) == [], f"seed {seed}"


@pytest.mark.skipif(not RECORDED.is_dir(), reason="no recorded cases here")
def test_recorded() -> None:
    definitions = recorded()
    assert len(definitions) > 300
    for definition in definitions:
        assert laws_broken(definition) == []


def test_the_same_input_gives_the_same_bytes() -> None:
    code = (
        "import sys; from asl.graph import draw; from tests.graph.definitions import Generator\n"
        "d = Generator(7, 120).definition()\n"
        "formats = ('svg', 'mermaid', 'dot', 'html', 'text')\n"
        "sys.stdout.buffer.write(''.join(draw(d, format=f) for f in formats).encode())"
    )
    written = [
        subprocess.run(
            [sys.executable, "-c", code],
            cwd=ROOT,
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": "."},
            check=True,
            capture_output=True,
        ).stdout
        for seed in ("1", "2")
    ]
    assert written[0] == written[1]
    assert len(written[0]) > 100_000


def test_many_catchers_of_one_state_share_a_line() -> None:
    states: dict[str, Any] = {
        f"S{number}": {
            "Type": "Task",
            "Next": f"S{number + 1}",
            "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "Undo"}],
        }
        for number in range(300)
    }
    definition = {"StartAt": "S0", "States": {**states, "S300": {"Type": "Succeed"}, "Undo": {"Type": "Fail"}}}
    drawing = layout(build(definition), SvgMeasure())
    assert drawing.width < 600


def test_a_wide_choice_is_broken_into_rows() -> None:
    rules = [{"Variable": "$.x", "NumericEquals": number, "Next": f"A{number}"} for number in range(30)]
    arms = {f"A{number}": {"Type": "Pass", "Next": "Z"} for number in range(30)}
    definition = {
        "StartAt": "C",
        "States": {"C": {"Type": "Choice", "Choices": rules}, **arms, "Z": {"Type": "Succeed"}},
    }
    drawing = layout(build(definition), SvgMeasure())
    assert drawing.width < 1600
    assert laws_broken(definition) == []


def test_the_happy_path_runs_straight_down() -> None:
    drawing = layout(build(sample("order-saga")), SvgMeasure())
    middle = {placed.node.name: placed.x + placed.width / 2 for placed in drawing.nodes}
    way = ["Start", "CheckOrder", "ReserveStock", "ChargeCard", "Ship", "TellEverybody", "OrderFulfilled", "End"]
    assert len({round(middle[name], 3) for name in way}) == 1
    assert all(middle[name] > middle["Ship"] for name in ("RefundCard", "OrderRefused", "ReleaseStock"))


def test_branches_and_rules_keep_their_order() -> None:
    drawing = layout(build(sample("image-batch")), SvgMeasure())
    left = {placed.node.name: placed.x for placed in drawing.nodes}
    assert left["MakeThumbnail"] < left["DetectLabels"] < left["Fingerprint"]
    drawing = layout(build(sample("choice-operators")), SvgMeasure())
    left = {placed.node.name: placed.x for placed in drawing.nodes}
    rules = ["Strings", "Numbers", "Booleans", "Timestamps", "Types", "Logic"]
    assert sorted(rules, key=left.__getitem__) == rules


# -- the judge itself: it must see what is wrong


def _pair() -> tuple[Drawing, Placed, Placed, Routed]:
    one, other = Node("one", type="Pass"), Node("other", type="Pass")
    first, second = Placed(one, 0, 0, 120, 46, 0), Placed(other, 0, 100, 120, 46, 0)
    routed = Routed(Edge(one, other, "next", "label"), [(60, 46), (60, 100)], (30, 60, 60, 16))
    return Drawing(400, 400, [first, second], [routed]), first, second, routed


def test_the_judge_accepts_what_is_in_order() -> None:
    assert broken(_pair()[0], SvgMeasure()) == []


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda drawing, first, second, routed: setattr(second, "y", 40), "overlaps"),
        (lambda drawing, first, second, routed: setattr(first, "width", 20), "leaves its box"),
        (lambda drawing, first, second, routed: setattr(drawing, "width", 100), "leaves the drawing"),
        (lambda drawing, first, second, routed: setattr(routed, "points", [(60, 46), (90, 100)]), "askew"),
        (lambda drawing, first, second, routed: setattr(routed, "points", [(60, 46), (60, 120)]), "crosses"),
        (lambda drawing, first, second, routed: setattr(routed, "points", [(60, 46), (60, 99)]), "end at its target"),
        (
            lambda drawing, first, second, routed: setattr(routed, "points", [(130, 46), (130, 100)]),
            "begin at its source",
        ),
        (lambda drawing, first, second, routed: setattr(routed, "label_box", (30, 90, 60, 16)), "covers"),
        (lambda drawing, first, second, routed: setattr(routed, "label_box", (30, 60, 6, 16)), "wider"),
        (lambda drawing, first, second, routed: setattr(routed, "label_box", None), "no place"),
        (lambda drawing, first, second, routed: drawing.edges.append(routed), "overlap"),
        (
            lambda drawing, first, second, routed: drawing.areas.append(
                Area(Scope(nodes=[second.node]), first.node, 0, 0, 10, 10)
            ),
            "leaves",
        ),
    ],
)
def test_the_judge_sees_what_is_broken(spoil: Any, said: str) -> None:
    drawing, first, second, routed = _pair()
    spoil(drawing, first, second, routed)
    assert any(said in line for line in broken(drawing, SvgMeasure()))


def test_draw_takes_machines_with_errors() -> None:
    drawn = draw({"StartAt": "A", "States": {"A": {"Type": "Pass", "Next": "Nowhere"}}})
    assert "no such state" in drawn
    assert "broken" in drawn


def test_drawings_in_characters_keep_every_box_whole() -> None:
    definitions = [sample(name) for name in SAMPLES] + [generated(seed) for seed in range(0, GENERATED, 25)]
    for definition in definitions:
        drawn = draw(definition, format="text", width=100_000)
        measure = text._Measure(None)
        drawing = layout(build(definition), measure)
        rows = drawn.splitlines()
        assert max(map(text.cells, rows)) <= drawing.width + 1
        for placed in drawing.nodes:
            top = round(placed.y)
            for number, line in enumerate(measure.lines(placed.node), 1):
                assert line in rows[top + number], placed.node.name
            assert rows[top].count("╭") >= 1
            assert rows[top + round(placed.height) - 1].count("╰") >= 1

"""What each format says, and that no name ever becomes code in it."""

from __future__ import annotations

import json
import sys
import xml.etree.ElementTree as ET
from html.parser import HTMLParser
from typing import Any

import pytest

from asl import DefinitionError, StateMachine
from asl.graph import FORMATS, draw
from asl.graph.metrics import fit, width, wrap
from asl.graph.page import json_in_html
from tests.graph.definitions import SAMPLES, Generator, sample

NASTY = [
    "<script>alert(1)</script>",
    "</script><script>alert(1)</script>",
    "]]>&amp;<!-- -->",
    "\"quoted\" and 'so' `on` \\ back\\n",
    "emoji 🚀 👩‍💻 ﷽ 日本語 اردو",
    "x" * 80,
    "end",
    "subgraph style classDef click",
    "%%{init: {}}%% --> ;",
    "javascript:alert(1)",
    "\u202ereversed\u2028line\x1b[31m",
    "\ud800 half",
    "$title ${x} {{y}} #quot; #35;",
]
NASTY_DEFINITION: dict[str, Any] = {
    "Comment": NASTY[0],
    "StartAt": NASTY[0],
    "States": {
        **{
            name: {
                "Type": "Task",
                "Comment": name,
                "Resource": f"arn:aws:lambda:eu-west-1:123456789012:function:{name}",
                "Next": following,
                "Catch": [{"ErrorEquals": [name], "Next": name}],
            }
            for name, following in zip(NASTY, [*NASTY[1:], "last"], strict=True)
        },
        "last": {
            "Type": "Choice",
            "Choices": [{"Variable": "$.x", "StringEquals": NASTY[1], "Next": "<img src=x onerror=alert(1)>"}],
            "Default": NASTY[0],
        },
    },
}
SVG = "{http://www.w3.org/2000/svg}"


def nasty() -> dict[str, Any]:
    """JSON text can hold a lone surrogate, so can a definition."""
    definition: dict[str, Any] = json.loads(json.dumps(NASTY_DEFINITION))
    return definition


def test_svg_is_well_formed_and_holds_names_as_text() -> None:
    root = ET.fromstring(draw(nasty()))
    tags = {element.tag.removeprefix(SVG) for element in root.iter()}
    assert tags == {"svg", "title", "desc", "style", "rect", "g", "path", "text"}
    names = {element.get("data-state") for element in root.iter() if element.get("data-state")}
    assert NASTY[0] in names
    assert len(names) == len(NASTY) + 1
    assert not [name for element in root.iter() for name in element.keys() if name.startswith("on")]  # noqa: SIM118


@pytest.mark.parametrize("name", SAMPLES)
def test_svg_names_every_state_and_has_titles(name: str) -> None:
    root = ET.fromstring(draw(sample(name)))
    text = json.dumps(sample(name))
    states = [element for element in root.iter(f"{SVG}g") if element.get("data-state")]
    assert states
    for state in states:
        title = state.find(f"{SVG}title")
        assert title is not None
        assert (title.text or "").startswith(state.get("data-state") or "?")
        assert json.dumps(state.get("data-state")) in text
    assert root.get("role") == "img"


def test_svg_follows_the_readers_theme_or_a_given_one(saga: dict[str, Any]) -> None:
    assert "prefers-color-scheme" in draw(saga)
    assert "prefers-color-scheme" not in draw(saga, theme="dark")
    assert "#0f1620" in draw(saga, theme="dark")
    assert "var(" not in draw(saga)


@pytest.fixture
def saga() -> dict[str, Any]:
    return sample("order-saga")


class _Scripts(HTMLParser):
    """Collects scripts, and attributes and addresses that could run or load something."""

    def __init__(self) -> None:
        super().__init__()
        self.scripts: list[dict[str, str | None]] = []
        self.suspicious: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "script":
            self.scripts.append(dict(attrs))
        self.suspicious += [f"{tag} {name}" for name, _ in attrs if name.startswith("on") or name == "src"]
        if tag in ("img", "iframe", "object", "a"):
            self.suspicious.append(tag)


def test_html_holds_only_its_own_scripts_and_loads_nothing() -> None:
    page = draw(nasty(), format="html")
    parser = _Scripts()
    parser.feed(page)
    assert parser.suspicious == []
    assert parser.scripts == [{"type": "application/json", "id": "data"}, {}, {}]
    assert "http://" not in page.replace("http://www.w3.org/2000/svg", "")
    assert "https://" not in page


def test_json_in_html_cannot_end_its_element() -> None:
    text = json_in_html({"a": "</script><!--\u2028&"})
    assert not set("<>&\u2028") & set(text)
    assert json.loads(text) == {"a": "</script><!--\u2028&"}


def test_mermaid_has_nothing_but_its_own_syntax() -> None:
    lines = draw(nasty(), format="mermaid").splitlines()
    assert lines[0] == "flowchart TD"
    shapes = ("n", "linkStyle", "classDef")
    assert all(line.strip().startswith(shapes) for line in lines[1:])
    text = "\n".join(lines).replace("<br/>", "").replace("<small>", "").replace("</small>", "")
    assert "<" not in text
    assert all(line.count('"') in (0, 2) for line in lines)


def test_mermaid_of_a_sample(saga: dict[str, Any]) -> None:
    drawn = draw(saga, format="mermaid")
    assert 'n4("ChargeCard<br/><small>lambda charge#95;card · retry 3</small>")' in drawn.replace("#183;", "·")
    assert '-. "catch ALL" .->' in drawn
    assert "subgraph" in drawn


def test_dot_quotes_every_text(saga: dict[str, Any]) -> None:
    drawn = draw(nasty(), format="dot")
    for line in drawn.splitlines():
        inside = line.replace("\\\\", "").replace('\\"', "")
        assert inside.count('"') % 2 == 0, line
    assert "subgraph cluster_" in draw(saga, format="dot")


def test_text_and_outline_obey_no_name() -> None:
    for format_ in ("text", "outline"):
        drawn = draw(nasty(), format=format_, width=500)  # type: ignore[call-overload]  # both are str formats
        assert "\x1b" not in drawn
        assert "\u202e" not in drawn


SMALL = {
    "StartAt": "Ask",
    "States": {
        "Ask": {"Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage", "Next": "Good?"},
        "Good?": {
            "Type": "Choice",
            "Choices": [{"Variable": "$.ok", "BooleanEquals": True, "Next": "Done"}],
            "Default": "Ask",
        },
        "Done": {"Type": "Succeed"},
    },
}


def test_text_is_a_drawing_in_characters() -> None:
    drawn = draw(SMALL, format="text")
    for part in ("│ sqs:sendMessage │", "$.ok == true", "default", "▼", "╭───────╮"):
        assert part in drawn
    rows = drawn.splitlines()
    assert len({row.index("▼") for row in rows if row.count("▼") == 1}) == 1  # one straight line down


def test_text_that_is_too_wide_becomes_the_outline(saga: dict[str, Any]) -> None:
    assert draw(saga, format="text", width=60) == draw(saga, format="outline")
    outline = draw(saga, format="outline")
    assert "├─ ChargeCard  lambda charge_card  ↻ 3  ⚡ ALL → ReleaseStock" in outline
    assert "else → NothingOrdered" in outline
    assert "Branch 1" in outline


def test_collapse_hides_what_is_inside(saga: dict[str, Any]) -> None:
    drawn = draw(saga, collapse=True)
    assert "SendReceipt" not in drawn
    assert "2 states" in drawn


def test_html_offers_the_collapsed_drawing_and_begins_with_it_when_there_are_many_states(saga: dict[str, Any]) -> None:
    assert draw(saga, format="html").index('data-kind="whole"') < draw(saga, format="html").index(
        'data-kind="collapsed"'
    )
    large = Generator(3, 120).definition()
    page = draw(large, format="html")
    assert page.index('data-kind="collapsed"') < page.index('data-kind="whole"')


def test_png_has_text_without_any_font_of_the_system(saga: dict[str, Any]) -> None:
    pytest.importorskip("resvg_py")
    drawn = draw(saga, format="png", scale=1)
    assert drawn.startswith(b"\x89PNG")
    without = {"StartAt": "A", "States": {"A": {"Type": "Succeed"}}}
    assert len(draw(without, format="png")) > 1000


def test_png_names_the_extra_that_is_missing(saga: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "resvg_py", None)
    with pytest.raises(ImportError, match=r"aslkit\[png\]"):
        draw(saga, format="png")


def test_notebooks_show_machines_and_runs() -> None:
    machine = StateMachine({"StartAt": "A", "States": {"A": {"Type": "Pass", "Next": "B"}, "B": {"Type": "Succeed"}}})
    assert machine._repr_svg_().startswith("<svg")
    drawn = machine.run()._repr_svg_()
    assert drawn is not None
    assert 'data-status="succeeded"' in drawn


@pytest.mark.parametrize("definition", [[], "x", {"States": 3}, {}, None, {"States": []}])
def test_what_holds_no_states_is_refused(definition: Any) -> None:
    with pytest.raises(DefinitionError):
        draw(definition)


@pytest.mark.parametrize(
    "states",
    [
        {"A": None},
        {"A": {"Type": 3, "Next": 4, "Catch": 5, "Retry": 6}},
        {"A": {"Type": "Choice", "Choices": [None, {"Next": None}, {"Variable": 3, "Next": "A"}], "Default": []}},
        {"A": {"Type": "Map", "ItemProcessor": {"States": {}}}},
        {"A": {"Type": "Parallel", "Branches": [None, {}, {"States": {"B": {"Type": "Wait", "Seconds": True}}}]}},
        {"A": {"Type": "Task", "Resource": ["x"], "Catch": [{"ErrorEquals": 3, "Next": "A"}]}},
        {},
    ],
)
@pytest.mark.parametrize("format_", [name for name in FORMATS if name != "png"])
def test_broken_definitions_are_drawn(states: Any, format_: Any) -> None:
    assert draw({"StartAt": "A", "States": states}, format=format_)


def test_unknown_formats_are_refused(saga: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="it can be svg, png"):
        draw(saga, format="gif")  # type: ignore[call-overload]  # what is refused


def test_deep_nesting_is_drawn_or_refused_but_never_breaks() -> None:
    body: dict[str, Any] = {"StartAt": "S", "States": {"S": {"Type": "Succeed"}}}
    for number in range(60):
        body = {"StartAt": f"M{number}", "States": {f"M{number}": {"Type": "Map", "End": True, "ItemProcessor": body}}}
    assert draw(body)
    for number in range(60, 3000):
        body = {"StartAt": f"M{number}", "States": {f"M{number}": {"Type": "Map", "End": True, "ItemProcessor": body}}}
    with pytest.raises(DefinitionError):
        draw(body)


def test_text_is_measured_wrapped_and_cut() -> None:
    assert width("Hello", 10) == pytest.approx(22.78)
    assert width("Hello", 10, bold=True) > width("Hello", 10)
    assert (
        wrap("SendMessageToTheQueue", 60, 13, bold=True)[0] == "SendMessa"
        or len(wrap("SendMessageToTheQueue", 60, 13)) > 1
    )
    for text in (*NASTY, "one two three four five six seven eight nine ten eleven twelve"):
        lines = wrap(text, 120, 13, bold=True)
        assert len(lines) <= 4
        assert all(width(line, 13, bold=True) <= 120 for line in lines)
    assert fit("a long text that is cut", 50, 11).endswith("…")
    assert fit("short", 50, 11) == "short"

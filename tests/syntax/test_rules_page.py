"""The page of the rules is what the table says."""

from __future__ import annotations

from pathlib import Path

from asl.syntax.rules import RULES
from asl.syntax.rules_page import page

PAGE = Path(__file__).parents[2] / "docs" / "rules.md"


def test_the_page_is_up_to_date() -> None:
    assert PAGE.read_text("utf-8") == page(), "run: python -m asl.syntax.rules_page > docs/rules.md"


def test_every_rule_stands_on_it_once() -> None:
    lines = page().splitlines()
    assert [line[4:] for line in lines if line.startswith("### ")] == list(RULES)

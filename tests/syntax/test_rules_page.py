"""The pages of the rules are what the table says."""

from __future__ import annotations

from pathlib import Path

from asl.syntax.rules import RULES
from asl.syntax.rules_page import main, pages

FOLDER = Path(__file__).parents[2] / "docs" / "rules"


def test_the_pages_are_up_to_date() -> None:
    found = {path.name: path.read_text("utf-8") for path in FOLDER.iterdir()}
    assert found == pages(), "run: python -m asl.syntax.rules_page docs/rules"


def test_every_rule_has_a_page_and_stands_in_the_list() -> None:
    made = pages()
    assert set(made) == {"README.md", *(f"{rule}.md" for rule in RULES)}
    for rule in RULES.values():
        assert f"| [{rule.id}]({rule.id}.md) | {rule.title} |" in made["README.md"]
        assert rule.why in made[f"{rule.id}.md"]


def test_pages_of_rules_that_are_gone_go(tmp_path: Path) -> None:
    (tmp_path / "ASL999.md").write_text("old")
    main(tmp_path)
    assert not (tmp_path / "ASL999.md").exists()
    assert (tmp_path / "ASL304.md").read_text("utf-8").startswith("# ASL304: ")

"""The pages of the documentation that describe the rules, one for each, made from the table of rules.

python -m asl.syntax.rules_page docs/rules
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from asl.syntax.rules import RULES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from asl.syntax.rules import Rule

_TOPICS = {
    "1": "The text",
    "2": "Fields",
    "3": "Flow",
    "4": "Expressions",
    "5": "Error handling",
    "6": "Variables",
    "7": "Resources",
    "8": "Limits",
    "9": "The flow of data",
}

_HEAD = """# Rules

Every finding of `asl validate` has a rule, and every rule has a page here. An *error* is a definition that AWS
refuses or that can't run; a *warning* is accepted and hardly ever meant; *advice* is for you to weigh. `asl explain
ASL304` prints the same.

To silence a rule at one state, write `aslkit: ignore ASL304` into its `Comment`; for a project, see
[validate.md](../validate.md).
"""


def pages() -> dict[str, str]:
    """Every page by its file name, in Markdown; ``README.md`` lists the rules."""
    return {"README.md": _HEAD + "".join(_topics()), **{f"{rule.id}.md": _page(rule) for rule in RULES.values()}}


def _topics() -> Iterator[str]:
    topic = ""
    for rule in RULES.values():
        if rule.id[3] != topic:
            topic = rule.id[3]
            yield f"\n## {_TOPICS[topic]}\n\n| rule | | |\n|---|---|---|\n"
        yield f"| [{rule.id}]({rule.id}.md) | {rule.title} | {rule.severity} |\n"


def _page(rule: Rule) -> str:
    parts = [f"# {rule.id}: {rule.title}", f"*{rule.severity}* · {_TOPICS[rule.id[3]].lower()}", rule.why]
    if rule.aws_code is not None:
        parts.append(f"AWS's code: `{rule.aws_code}`")
    parts.append(
        f"To silence it at one state, write `aslkit: ignore {rule.id}` into the state's `Comment`; in one call, "
        f"`asl validate --ignore {rule.id}`; for a project, see [validate.md](../validate.md)."
    )
    return "\n\n".join([*parts, "[All rules](README.md)"]) + "\n"


def main(folder: Path) -> None:
    """Write the pages, and remove those of rules that are gone."""
    made = pages()
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.md"):
        if old.name not in made:
            old.unlink()
    for name, text in made.items():
        (folder / name).write_text(text, "utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))

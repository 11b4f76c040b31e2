"""The page of the documentation that describes every rule, made from the table of rules.

python -m asl.syntax.rules_page > docs/rules.md
"""

from __future__ import annotations

import sys
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

Every finding of `asl validate` has a rule, and every rule stands here. An *error* is a definition that AWS refuses or
that can't run; a *warning* is accepted and hardly ever meant; *advice* is for you to weigh. `asl explain ASL304` prints
the same.

To silence a rule at one state, write `aslkit: ignore ASL304` into its `Comment`; for a project, see
[validate.md](validate.md).

"""


def page() -> str:
    """The whole page, in Markdown."""
    return _HEAD + "\n".join(_lines())


def _lines() -> Iterator[str]:
    topic = ""
    for rule in RULES.values():
        if rule.id[3] != topic:
            topic = rule.id[3]
            yield f"## {_TOPICS[topic]}\n"
        yield from _section(rule)


def _section(rule: Rule) -> Iterator[str]:
    yield f"### {rule.id}\n"
    yield f"**{rule.title}** ({rule.severity})\n"
    yield f"{rule.why}\n"
    if rule.aws_code is not None:
        yield f"AWS's code: `{rule.aws_code}`\n"


if __name__ == "__main__":
    sys.stdout.write(page())

"""What is wrong with an expression before it ever runs, for the validator."""

from __future__ import annotations

from typing import TYPE_CHECKING

from asl.expressions.jsonata.expression import read
from asl.expressions.scope import ExpressionSyntaxError

if TYPE_CHECKING:
    from collections.abc import Collection


def check_expression(text: str, field: str, allowed: Collection[str]) -> list[tuple[str, int]]:
    """Every problem of the text between ``{%`` and ``%}``: (message, offset in the trimmed text), by offset.

    ``allowed``: the members of ``$states`` that exist in ``field``: input, context, result, errorOutput.
    """
    del field  # the messages don't name it; the place where they are shown does
    try:
        _, findings, _ = read(text.strip())
    except ExpressionSyntaxError as problem:
        return [(problem.message, problem.offset)]
    problems = list(findings.problems)
    for member, offset in findings.states.items():
        name = member.partition(".")[0]
        if name and name not in allowed:
            problems.append((f"Field '$states.{name}' does not exist.", offset))
    return sorted(problems, key=lambda problem: problem[1])

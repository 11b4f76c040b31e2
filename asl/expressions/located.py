"""A syntax error inside a piece of JSON (a template, a Choice rule) rather than inside one string."""

from __future__ import annotations

from asl.expressions.scope import ExpressionSyntaxError


class LocatedSyntaxError(ExpressionSyntaxError):
    """What is wrong, and where: ``pointer`` is the RFC 6901 JSON pointer from the compiled value down to the culprit.

    ``problems`` holds every (pointer, message) found; ``message`` and ``pointer`` are those of the first. ``hints``
    says more about some of them, by pointer, where AWS's message leaves it at "must be a valid JSONPath".
    """

    def __init__(self, problems: list[tuple[str, str]], hints: dict[str, str] | None = None) -> None:
        self.problems = problems
        self.hints = hints or {}
        self.pointer, message = problems[0]
        super().__init__(message)


def pointer_to(parent: str, key: str | int) -> str:
    """The JSON pointer of a member or element of what ``parent`` points to."""
    return f"{parent}/{str(key).replace('~', '~0').replace('/', '~1')}"

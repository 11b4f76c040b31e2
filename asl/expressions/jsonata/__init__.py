"""JSONata, as AWS Step Functions runs it (version 2.0.6 of the language, without ``$eval``, with AWS's own
functions).

The face of the package. The engine behind it is imported when the first expression is compiled, not before:

    text --tokens, parser--> tree --lowering--> program --compiler, paths, calls--> closures
    closures + Run (bindings, scope, allowance of work) --results--> JSON

``builtin/`` holds the functions. All that an evaluation changes is in its Run and Frames; a compiled expression is
never changed, so that threads can share it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Collection

    from asl.expressions.jsonata.expression import Expression
    from asl.expressions.jsonata.template import JsonataTemplate

__all__ = ["check_expression", "compile_jsonata", "compile_typed", "compile_value", "is_expression"]


def compile_jsonata(text: str, field: str) -> Expression:
    """Compile the text between ``{%`` and ``%}``, trimmed. Raises ExpressionSyntaxError with the offset of the
    problem.
    """
    from asl.expressions.jsonata.expression import compile_expression

    return compile_expression(text, field)


def compile_value(value: Any, field: str) -> JsonataTemplate:
    """Compile any JSON value with expressions at any depth. Raises LocatedSyntaxError."""
    from asl.expressions.jsonata.template import compile_value as compile_any

    return compile_any(value, field)


def compile_typed(value: Any, field: str, expected: str) -> JsonataTemplate:
    """The same, with expressions that must give one type: string, boolean, number, integer, array or object."""
    from asl.expressions.jsonata.template import compile_typed as compile_checked

    return compile_checked(value, field, expected)


def check_expression(text: str, field: str, allowed: Collection[str]) -> list[tuple[str, int]]:
    """Every problem of an expression: (message, offset). ``allowed``: the members of ``$states`` that ``field`` may
    read.
    """
    from asl.expressions.jsonata.check import check_expression as check

    return check(text, field, allowed)


def is_expression(value: object) -> bool:
    """Whether AWS evaluates a value: a string that starts with ``{%`` and ends with ``%}``."""
    return isinstance(value, str) and len(value) >= 4 and value.startswith("{%") and value.endswith("%}")

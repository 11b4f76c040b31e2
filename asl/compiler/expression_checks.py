"""Expressions in a definition are checked by compiling them: the entries of ``EXPRESSION_CHECKS`` in
``asl.syntax.fields``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from asl.expressions.jsonpath import compile_path
from asl.expressions.reference import compile_reference_path
from asl.expressions.scope import ExpressionSyntaxError
from asl.expressions.template import check_template, compile_value
from asl.syntax.diagnostics import shown

if TYPE_CHECKING:
    from collections.abc import Callable


def _by_compiling(what: str, compile_text: Callable[[str], object]) -> Callable[[Any], list[tuple[str, str]]]:
    def check(value: Any) -> list[tuple[str, str]]:
        if not isinstance(value, str):
            return [("", f"The value {shown(value)} is not a valid {what}")]
        try:
            compile_text(value)
        except ExpressionSyntaxError as problem:
            return [("", f"The value {shown(value)} is not a valid {what}: {problem.message}")]
        return []

    return check


def _result_path(text: str) -> object:
    return compile_reference_path(text, allow_context=False, allow_variables=False)


def _jsonata(value: Any) -> list[tuple[str, str]]:
    """Something stands between ``{%`` and ``%}``."""
    return [] if isinstance(value, str) and value[2:-2].strip() else [("", "The JSONata expression is empty")]


#: By kind of the field vocabulary: a function (value) -> list of (JSON pointer below the value, message).
CHECKS: dict[str, Callable[[Any], list[tuple[str, str]]]] = {
    "path": _by_compiling("JSONPath", compile_path),
    "reference path": _by_compiling("reference path", _result_path),
    "path or intrinsic": _by_compiling("JSONPath or intrinsic function call", compile_value),
    "template": check_template,
    "jsonata": _jsonata,
}

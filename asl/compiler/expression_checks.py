"""Expressions of JSONPath states are judged here: the entries of ``EXPRESSION_CHECKS`` in ``asl.syntax.fields``.

Nothing is compiled to code for it: a simple path is read by its pattern alone, a richer one and an intrinsic call by
their grammar. Texts that come again are judged once.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from asl.compiler.jsonata_checks import read_jsonata
from asl.expressions.jsonpath import check_path
from asl.expressions.reference import check_reference_path
from asl.expressions.scope import ExpressionSyntaxError
from asl.syntax.diagnostics import child, shown
from asl.syntax.fields import Complaint, Mention, Reading

if TYPE_CHECKING:
    from collections.abc import Callable

#: How deep objects and arrays of a template may nest (``asl.expressions.template`` has the same bound).
MAX_TEMPLATE_DEPTH = 100

_NOTHING = Reading()
_LOOKS_LIKE_PATH = r"(?s)\$\$?[.\[]|\$\$?$|States\.[A-Z]\w*\(.*\)$"
_VARIABLE = r"\$([^\W\d]\w*)"


def looks_like_path(text: str) -> bool:
    """Whether a literal string is surely meant as an expression: a path that can be read, or an intrinsic call."""
    if not text.startswith(("$", "States.")) or re.match(_LOOKS_LIKE_PATH, text) is None:
        return False
    return not _expression(text).complaints


def _by_reading(what: str, judge: Callable[[str], str]) -> Callable[[Any], Reading]:
    """``judge`` answers with the root of the path."""

    @lru_cache(maxsize=4096)
    def read_text(text: str) -> Reading:
        try:
            return _rooted(judge(text))
        except ExpressionSyntaxError as problem:
            message = f"The value {shown(text)} is not a valid {what}: {problem.message}"
            return Reading((Complaint("", message, inside=problem.offset or None),))

    def read(value: Any) -> Reading:
        if not isinstance(value, str):
            return Reading((Complaint("", f"The value {shown(value)} is not a valid {what}"),))
        return read_text(value)

    return read


def _rooted(root: str) -> Reading:
    return _NOTHING if root in ("$", "$$") else Reading(variables=(Mention("", root, 1),))


def _result_path(text: str) -> str:
    return check_reference_path(text, allow_context=False, allow_variables=False)


@lru_cache(maxsize=4096)
def _expression(text: str) -> Reading:
    """A path or an intrinsic call; a complaint's message is the reason alone."""
    try:
        if text.startswith("$"):
            return _rooted(check_path(text))
        if text.startswith("States."):
            return _call(text)
    except ExpressionSyntaxError as problem:
        return Reading((Complaint("", problem.message, inside=problem.offset or None),))
    reason = "neither a path ('$...') nor an intrinsic function call ('States...(...)')"
    return Reading((Complaint("", reason),))


def _call(text: str) -> Reading:
    from asl.expressions.intrinsics import check_intrinsic

    found = []
    for path, offset in check_intrinsic(text):
        root = re.match(_VARIABLE, path)
        if root is not None:
            found.append(Mention("", root[1], offset + 1))
    return Reading(variables=tuple(found))


def _value(text: Any) -> Reading:
    what = "JSONPath or intrinsic function call"
    if not isinstance(text, str):
        return Reading((Complaint("", f"The value {shown(text)} is not a valid {what}"),))
    reading = _expression(text)
    if not reading.complaints:
        return reading
    problem = reading.complaints[0]
    message = f"The value {shown(text)} is not a valid {what}: {problem.message}"
    return Reading((Complaint("", message, inside=problem.inside),))


def _template(value: Any) -> Reading:
    """Every member whose name ends in ``.$``; and literals that look like what should stand in such a member."""
    complaints: list[Complaint] = []
    variables: list[Mention] = []
    work: list[tuple[Any, str, int]] = [(value, "", 0)]
    while work:
        current, place, depth = work.pop()
        if depth > MAX_TEMPLATE_DEPTH:
            complaints.append(Complaint(place, f"The template is nested more than {MAX_TEMPLATE_DEPTH} levels deep"))
        elif isinstance(current, dict):
            _members(current, place, complaints, variables)
            work.extend(
                (inner, child(place, key), depth + 1)
                for key, inner in current.items()
                if not key.endswith(".$") and isinstance(inner, dict | list)
            )
        elif isinstance(current, list):
            work.extend((inner, child(place, index), depth + 1) for index, inner in enumerate(current))
    return Reading(tuple(complaints), tuple(variables)) if complaints or variables else _NOTHING


def _members(members: dict[str, Any], place: str, complaints: list[Complaint], variables: list[Mention]) -> None:
    for key, value in members.items():
        if key.endswith(".$"):
            below = child(place, key)
            name = key.removesuffix(".$")
            if name in members:
                complaints.append(Complaint(below, f"The field '{name}' appears twice: as '{name}' and as '{name}.$'"))
            reading = _expression(value) if isinstance(value, str) else Reading((Complaint("", "it isn't a string"),))
            for problem in reading.complaints:
                message = f"The value for the field '{key}' must be a valid JSONPath or a valid intrinsic function call"
                complaints.append(Complaint(below, message, problem.message, problem.inside))
            variables.extend(Mention(below, mention.name, mention.inside) for mention in reading.variables)
        elif isinstance(value, str) and looks_like_path(value):
            message = f"The field '{key}' keeps {shown(value)} as text, for its name doesn't end in '.$'"
            hint = f'write "{key}.$" to evaluate it'
            complaints.append(Complaint(child(place, key), message, hint, rule="ASL406"))


#: By kind of the field vocabulary.
CHECKS: dict[str, Callable[[Any], Reading]] = {
    "path": _by_reading("JSONPath", check_path),
    "reference path": _by_reading("reference path", _result_path),
    "path or intrinsic": _value,
    "template": _template,
    "jsonata": read_jsonata,
}

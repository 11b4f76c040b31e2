"""What can be seen of an expression without its grammar; the first entries of ``EXPRESSION_CHECKS``.

The floors above replace these by the real compilers, which see more and say it more exactly.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from asl.syntax.diagnostics import child, shown
from asl.syntax.fields import EXPRESSION_CHECKS

if TYPE_CHECKING:
    from collections.abc import Callable

_INTRINSIC = re.compile(r"States\.\w+\s*\(.*\)\s*", re.DOTALL)
# a wildcard, a filter, a slice, a union or a recursive descent outside of a quoted name
_MANY_PLACES = re.compile(r"\.\.|\*|\?\(|\[[^'\"\]]*[:,]")
_QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"")


def check_path(value: Any) -> list[tuple[str, str]]:
    """A path begins with ``$``."""
    if isinstance(value, str) and value.startswith("$"):
        return []
    return [("", f"The value {shown(value)} is not a valid JSONPath: it must begin with '$'")]


def check_reference_path(value: Any) -> list[tuple[str, str]]:
    """A reference path begins with ``$`` and can't lead to several places."""
    problems = check_path(value)
    if not problems and _MANY_PLACES.search(_QUOTED.sub("", value)):
        return [("", f"The value {shown(value)} is not a valid reference path: it could select several values")]
    return problems


def check_path_or_intrinsic(value: Any) -> list[tuple[str, str]]:
    """A path, or ``States.Name(...)``."""
    if isinstance(value, str) and (value.startswith("$") or _INTRINSIC.fullmatch(value)):
        return []
    return [("", f"The value {shown(value)} must be a valid JSONPath or a valid intrinsic function call")]


def check_template(value: Any) -> list[tuple[str, str]]:
    """The value of each name that ends in ``.$``, at any depth, is a path or an intrinsic call."""
    problems: list[tuple[str, str]] = []
    work: list[tuple[Any, str]] = [(value, "")]
    while work:
        current, place = work.pop()
        if isinstance(current, list):
            work.extend((inner, child(place, index)) for index, inner in enumerate(current))
        elif isinstance(current, dict):
            for key, inner in current.items():
                if not key.endswith(".$"):
                    work.append((inner, child(place, key)))
                elif check_path_or_intrinsic(inner):
                    problems.append((child(place, key), TEMPLATE_PROBLEM.format(key)))
    return problems


#: AWS's words (recorded)
TEMPLATE_PROBLEM = "The value for the field '{}' must be a valid JSONPath or a valid intrinsic function call"


def check_jsonata(value: Any) -> list[tuple[str, str]]:
    """Something stands between ``{%`` and ``%}``."""
    return [] if isinstance(value, str) and value[2:-2].strip() else [("", "The JSONata expression is empty")]


_PLAIN: dict[str, Callable[[Any], list[tuple[str, str]]]] = {
    "path": check_path,
    "reference path": check_reference_path,
    "path or intrinsic": check_path_or_intrinsic,
    "template": check_template,
    "jsonata": check_jsonata,
}


def install() -> None:
    """Fill the kinds that nobody has taken yet."""
    for kind, check in _PLAIN.items():
        EXPRESSION_CHECKS.setdefault(kind, check)

"""JSONata in a definition: that it can be parsed, what it reads, and which members of ``$states`` exist where."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from asl.expressions.scope import ExpressionSyntaxError
from asl.syntax.fields import Complaint, Mention, Reading

if TYPE_CHECKING:
    from collections.abc import Iterable

    from asl.syntax.diagnostics import Findings
    from asl.syntax.fields import Use

_EVERYWHERE = frozenset(("input", "context"))
_RESULT = _EVERYWHERE | {"result"}
_ERROR = _EVERYWHERE | {"errorOutput"}
_WITH_RESULT = ("Task", "Parallel", "Map")
_OF_CATCHER = r"/Catch/\d+/(?:Assign|Output)(?:/|$)"


def read_jsonata(value: Any) -> Reading:
    """What the text between ``{%`` and ``%}`` reads, and every problem in it, at its place in the string."""
    if not isinstance(value, str) or not value[2:-2].strip():
        return Reading((Complaint("", "The JSONata expression is empty"),))
    return _read(value)


@lru_cache(maxsize=2048)
def _read(value: str) -> Reading:
    from asl.expressions.jsonata.expression import read

    body = value[2:-2]
    text = body.strip()
    begin = 2 + len(body) - len(body.lstrip())
    try:
        found = read(text)[1]
    except ExpressionSyntaxError as problem:
        return Reading((Complaint("", f"Invalid JSONata: {problem.message}", inside=begin + problem.offset),))
    complaints = tuple(Complaint("", message, inside=begin + offset) for message, offset in found.problems)
    variables = tuple(Mention("", name, _place(text, name, begin)) for name in sorted(found.variables))
    states = tuple(
        Mention("", member.partition(".")[0], begin + offset) for member, offset in found.states.items() if member
    )
    return Reading(complaints, variables, states)


def _place(text: str, name: str, begin: int) -> int:
    match = re.search(rf"\${re.escape(name)}(?!\w)", text)
    return begin + (match.start() if match is not None else 0)


def check_states_members(findings: Findings, uses: Iterable[Use], kind: str, pointer: str) -> None:
    """``$states.result`` and ``$states.errorOutput`` stand where they exist; ``pointer``: of the state, ``kind``:"
    " its type.
    """
    for use in uses:
        if not use.reading.states:
            continue
        allowed = _members_of(kind, use.pointer[len(pointer) :])
        for mention in use.reading.states:
            if mention.name not in allowed:
                message = f"Field '$states.{mention.name}' does not exist."
                hint = _WHERE.get(mention.name, "there are $states.input, $states.context, .result and .errorOutput")
                findings.add("ASL405", use.pointer + mention.below, message, hint, inside=mention.inside)


_WHERE = {
    "result": "it exists in Assign and Output of a Task, Parallel or Map",
    "errorOutput": "it exists in Assign and Output of a Catcher",
}


def _members_of(kind: str, below: str) -> frozenset[str]:
    if re.match(_OF_CATCHER, below) is not None:
        return _ERROR
    if kind in _WITH_RESULT and below.startswith(("/Output", "/Assign")):
        return _RESULT
    return _EVERYWHERE

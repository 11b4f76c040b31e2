"""Results that are stored under a name and that nobody reads (ASL902).

From the state that stores ``$.name`` all ways are followed, until a state reads the name or may read it, or the name is
overwritten or dropped with the whole. Only if every way ends in the latter, something is said. Whatever is in doubt
counts as read: a path with wildcards, the whole document handed to a task, a state of the other query language.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from asl.compiler.transitions import transitions
from asl.expressions.jsonpath import read_path
from asl.expressions.scope import ExpressionSyntaxError
from asl.syntax.diagnostics import child
from asl.syntax.fields import JSONATA, JSONPATH

if TYPE_CHECKING:
    from collections.abc import Sequence

    from asl.syntax.diagnostics import Findings

READ, CARRIED, DROPPED = "read", "carried", "dropped"

#: fields of a state that hold no path into its input
_SILENT = frozenset(
    (
        "Type",
        "Comment",
        "QueryLanguage",
        "Next",
        "End",
        "Resource",
        "Result",
        "ResultPath",
        "Label",
        "Retry",
        "InputPath",
        "OutputPath",
    )
)

#: at most so many states are looked at for one name
_PATIENCE = 2_000


def check_unread(findings: Findings, tree: dict[str, Any], scopes: Sequence[tuple[dict[str, Any], str]]) -> None:
    """Check every state that stores its result; ``scopes``: (States, pointer to it)."""
    if tree.get("QueryLanguage") == JSONATA:
        return
    for states, pointer in scopes:
        for name, state in states.items():
            stored = _stored_name(state)
            if stored is not None and _never_read(states, state, stored):
                place = f"{child(pointer, name)}/ResultPath"
                hint = 'write "ResultPath": null to drop the result at once'
                findings.add("ASL902", place, f"Nobody reads the result at $.{stored}", hint)


def _stored_name(state: Any) -> str | None:
    """The name under which a state stores its result, if that is all that becomes of it."""
    if not isinstance(state, dict) or not _speaks_jsonpath(state) or "OutputPath" in state or "Assign" in state:
        return None
    path = state.get("ResultPath")
    if not isinstance(path, str) or "Next" not in state:
        return None
    try:
        root, keys = read_path(path)
    except ExpressionSyntaxError:
        return None
    return keys[0] if root == "$" and keys is not None and len(keys) == 1 and isinstance(keys[0], str) else None


def _speaks_jsonpath(state: dict[str, Any]) -> bool:
    return bool(state.get("QueryLanguage", JSONPATH) == JSONPATH)


def _never_read(states: dict[str, Any], origin: dict[str, Any], name: str) -> bool:
    seen: set[str] = set()
    work = [origin["Next"]]
    while work:
        target = work.pop()
        state = states.get(target) if isinstance(target, str) else None
        if not isinstance(state, dict) or len(seen) > _PATIENCE:
            return False
        if target in seen:
            continue
        seen.add(target)
        fate = _fate(state, name)
        if fate == READ or (fate == CARRIED and _ends(state)):
            return False
        if not _follow(state, fate, name, work):
            return False
    return True


def _ends(state: dict[str, Any]) -> bool:
    return state.get("End") is True or state.get("Type") == "Succeed"


def _follow(state: dict[str, Any], fate: str, name: str, work: list[str]) -> bool:
    """Put the targets that still have the name on the list. False if a catcher may hand it to somebody."""
    for way in transitions(state, ""):
        if "Catch" in way.pointer:
            path = way.holder.get("ResultPath", "$")
            if path in ("$", f"$.{name}"):
                continue  # the error output takes its place
            work.append(way.target)
        elif fate == CARRIED:
            work.append(way.target)
    return True


def _fate(state: dict[str, Any], name: str) -> str:
    """What becomes of ``$.name`` of a state's input."""
    if not _speaks_jsonpath(state) or _mentions(state, name):
        return READ
    kind = state.get("Type")
    if kind == "Fail":
        return DROPPED
    effective = DROPPED if state.get("InputPath", "$") != "$" else CARRIED
    if kind in ("Choice", "Wait", "Succeed"):
        return _output(state, effective)
    if kind in ("Task", "Parallel") and effective == CARRIED and "Parameters" not in state:
        return READ
    if kind == "Map" and effective == CARRIED and "ItemsPath" not in state:
        return READ
    path = state.get("ResultPath", "$")
    if kind == "Pass" and state.get("Result") is None and "Parameters" not in state and effective == CARRIED:
        return _output(state, CARRIED) if path == "$" else READ
    if path == "$":
        return DROPPED
    if path == f"$.{name}":
        return DROPPED
    return _output(state, CARRIED)


def _output(state: dict[str, Any], fate: str) -> str:
    return fate if state.get("OutputPath", "$") == "$" else DROPPED


def _mentions(state: dict[str, Any], name: str) -> bool:
    """Whether any text of a state may read the name: its paths, its handlers' Assign, its inner scopes."""
    work: list[Any] = [value for field, value in state.items() if field not in _SILENT]
    for field in ("InputPath", "OutputPath"):
        path = state.get(field)
        if isinstance(path, str) and path != "$" and (name in path or "*" in path or ".." in path):
            return True
    if name in str(state.get("ResultPath")) and state.get("ResultPath") != f"$.{name}":
        return True
    while work:
        value = work.pop()
        if isinstance(value, dict):
            work.extend(inner for field, inner in value.items() if field not in ("States", "Comment", "ResultPath"))
        elif isinstance(value, list):
            work.extend(value)
        elif isinstance(value, str) and _may_read(value, name):
            return True
    return False


def _may_read(text: str, name: str) -> bool:
    if "$" not in text:
        return False
    if name in text or "*" in text or ".." in text or "$[" in text:
        return True
    whole = text.replace(" ", "")
    # the whole input, alone or as an argument; InputPath and OutputPath "$" are judged with the way of the data
    return "$," in whole or "$)" in whole or (whole == "$")

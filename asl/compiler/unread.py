"""Results that are stored under a name and that nobody reads (ASL902).

From the state that stores ``$.name`` all ways are followed, until a state reads the name or may read it, or the name is
overwritten or dropped with the whole. Only if every way ends in the latter, something is said. Whatever is in doubt
counts as read: a path with wildcards, the whole document handed to a task, a state of the other query language.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, NamedTuple

from asl.compiler.transitions import transitions
from asl.expressions.jsonpath import read_path
from asl.expressions.scope import ExpressionSyntaxError
from asl.syntax.diagnostics import child
from asl.syntax.fields import JSONATA, JSONPATH

if TYPE_CHECKING:
    from collections.abc import Sequence

    from asl.syntax.diagnostics import Findings

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

_WAYS = ("InputPath", "OutputPath")

#: at most so many states are looked at for one name
_PATIENCE = 2_000


def check_unread(findings: Findings, tree: dict[str, Any], scopes: Sequence[tuple[dict[str, Any], str]]) -> None:
    """Check every state that stores its result; ``scopes``: (States, pointer to it)."""
    if tree.get("QueryLanguage") == JSONATA:
        return
    for states, pointer in scopes:
        if not any(_stored_name(state) for state in states.values()):
            continue
        facts = {name: _facts(state) for name, state in states.items() if isinstance(state, dict)}
        paths = Counter(fact.path for fact in facts.values())
        handing_on = _carrying_to_an_end(facts)
        for name, state in states.items():
            stored = _stored_name(state)
            if stored is None or (paths[f"$.{stored}"] == 1 and state["Next"] in handing_on):
                continue
            if _never_read(facts, state["Next"], stored):
                place = f"{child(pointer, name)}/ResultPath"
                hint = 'write "ResultPath": null to drop the result at once'
                findings.add("ASL902", place, f"Nobody reads the result at $.{stored}", hint)


def _carrying_to_an_end(facts: dict[str, _Facts]) -> set[str]:
    """The states from which some way carries the data to an end, unless a name is overwritten on it."""
    sources: dict[Any, list[str]] = {}
    for name, fact in facts.items():
        if not fact.drops:
            for target in fact.forward:
                if isinstance(target, str):
                    sources.setdefault(target, []).append(name)
    found = {name for name, fact in facts.items() if fact.ends and not fact.drops}
    work = list(found)
    while work:
        for name in sources.get(work.pop(), ()):
            if name not in found:
                found.add(name)
                work.append(name)
    return found


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


def _never_read(facts: dict[str, _Facts], start: Any, name: str) -> bool:
    seen: set[str] = set()
    work = [start]
    while work:
        target = work.pop()
        state = facts.get(target) if isinstance(target, str) else None
        if state is None or len(seen) > _PATIENCE:
            return False
        if target in seen:
            continue
        seen.add(target)
        if state.reads(name):
            return False
        dropped = state.drops or state.path == f"$.{name}"
        if not dropped:
            if state.ends:
                return False
            work.extend(state.forward)
        work.extend(way for way, path in state.caught if path not in ("$", f"$.{name}"))
    return True


class _Facts(NamedTuple):
    """What one state does with the members of its input.

    ``texts``     what its expressions say, joined: a name that isn't in it is read by none
    ``reads_all`` some expression, or what it works on, may be the whole input
    ``drops``     its output holds nothing of its input; else it carries all but ``path``
    ``caught``    (target, ResultPath) of its catchers: the raw input goes on behind them
    """

    texts: str
    reads_all: bool
    drops: bool
    path: str | None
    ends: bool
    forward: list[Any]
    caught: list[tuple[Any, Any]]

    def reads(self, name: str) -> bool:
        return self.reads_all or name in self.texts


def _facts(state: dict[str, Any]) -> _Facts:
    texts = _expressions(state)
    path = state.get("ResultPath", "$")
    ways = list(transitions(state, ""))
    return _Facts(
        " ".join(texts),
        not _speaks_jsonpath(state) or _works_on_all(state) or any(map(_may_be_all, texts)),
        _drops(state),
        path if isinstance(path, str) else None,
        state.get("End") is True or state.get("Type") == "Succeed",
        [way.target for way in ways if "Catch" not in way.pointer],
        [(way.target, way.holder.get("ResultPath", "$")) for way in ways if "Catch" in way.pointer],
    )


def _works_on_all(state: dict[str, Any]) -> bool:
    """Whether the state hands its whole input to somebody."""
    if state.get("InputPath", "$") != "$":
        return False
    match state.get("Type"):
        case "Task" | "Parallel":
            return "Parameters" not in state
        case "Map":
            return "ItemsPath" not in state
        case "Pass":
            # its input, stored within its input
            return state.get("Result") is None and "Parameters" not in state and state.get("ResultPath", "$") != "$"
    return False


def _drops(state: dict[str, Any]) -> bool:
    kind = state.get("Type")
    if kind == "Fail" or state.get("OutputPath", "$") != "$":
        return True
    if kind in ("Choice", "Wait", "Succeed"):
        return bool(state.get("InputPath", "$") != "$")
    if state.get("ResultPath", "$") != "$":
        return False
    hands_on = kind == "Pass" and state.get("Result") is None and "Parameters" not in state
    return not (hands_on and state.get("InputPath", "$") == "$")


def _expressions(state: dict[str, Any]) -> list[str]:
    """All texts of a state that may be paths or hold some: its own and its handlers, not those of states inside it."""
    found = [path for field in _WAYS if isinstance(path := state.get(field), str) and path != "$"]
    path = state.get("ResultPath")
    if isinstance(path, str) and _below_a_name(path):
        found.append(path)
    work: list[Any] = [value for field, value in state.items() if field not in _SILENT]
    while work:
        value = work.pop()
        if isinstance(value, dict):
            work.extend(inner for field, inner in value.items() if field not in ("States", "Comment", "ResultPath"))
        elif isinstance(value, list):
            work.extend(value)
        elif isinstance(value, str) and "$" in value:
            found.append(value)
    return found


def _below_a_name(path: str) -> bool:
    """Whether a ResultPath writes into a member, which keeps the rest of the member alive."""
    return path.count(".") + path.count("[") > 1


def _may_be_all(text: str) -> bool:
    whole = text.replace(" ", "")
    return whole == "$" or any(mark in whole for mark in ("*", "..", "$[", "$,", "$)"))

"""The transitions within one scope: that every target exists, that it can end, and that every state can be reached."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from asl.syntax.diagnostics import child

if TYPE_CHECKING:
    from collections.abc import Iterator

    from asl.syntax.diagnostics import Findings

#: types that go on with Next or stop with End
_GOING_ON = ("Pass", "Task", "Wait", "Parallel", "Map")
_ENDING = ("Succeed", "Fail")


class _Scope(NamedTuple):
    findings: Findings
    states: dict[str, Any]
    owners: dict[str, str]


def check_flow(findings: Findings, body: dict[str, Any], pointer: str, owners: dict[str, str]) -> None:
    """Check the scope ``body`` (an object with StartAt and States); ``owners``: where each name of all scopes is."""
    states = body.get("States")
    if not isinstance(states, dict) or not states:
        return
    scope = _Scope(findings, states, owners)
    start = body.get("StartAt")
    complete = _check_target(scope, "StartAt", start, f"{pointer}/StartAt")
    ends = False
    for name, state in states.items():
        if not isinstance(state, dict):
            complete, ends = False, True
            continue
        place = child(f"{pointer}/States", name)
        clear = _check_next_or_end(findings, state, place)
        ends = ends or not clear or _is_terminal(state)
        complete = complete and clear
        for field, target, target_pointer in targets(state, place):
            found = _check_target(scope, field, target, target_pointer)
            complete = complete and found
            ends = ends or not found  # the state that is missing may be the one that ends it
    if not ends:
        hint = 'give one "End": true, or add a Succeed or Fail state'
        findings.add("ASL303", f"{pointer}/States", "No state of this scope ends it", hint, key=True)
    if complete and isinstance(start, str):
        # with a broken transition nobody knows what can be reached
        _report_unreachable(findings, states, start, f"{pointer}/States")


def targets(state: dict[str, Any], pointer: str) -> Iterator[tuple[str, Any, str]]:
    """Every transition of a state, as (field, target, pointer)."""
    kind = state.get("Type")
    if kind in _GOING_ON and "Next" in state:
        yield "Next", state["Next"], f"{pointer}/Next"
    if kind == "Choice":
        if "Default" in state:
            yield "Default", state["Default"], f"{pointer}/Default"
        yield from _targets_in(state, "Choices", pointer)
    if kind in ("Task", "Parallel", "Map"):
        yield from _targets_in(state, "Catch", pointer)


def _targets_in(state: dict[str, Any], field: str, pointer: str) -> Iterator[tuple[str, Any, str]]:
    items = state.get(field)
    for index, item in enumerate(items if isinstance(items, list) else ()):
        if isinstance(item, dict) and "Next" in item:
            yield "Next", item["Next"], f"{pointer}/{field}/{index}/Next"


def _check_target(scope: _Scope, field: str, target: Any, pointer: str) -> bool:
    """Whether the target exists. Not a string, empty or absent: the field table has reported it."""
    if not isinstance(target, str) or not target:
        return False
    if target in scope.states:
        return True
    rule = "ASL301" if field == "StartAt" else "ASL302"
    scope.findings.add(rule, pointer, f"Missing '{field}' target: {target}", _hint(scope, target))
    return False


def _hint(scope: _Scope, target: str) -> str:
    elsewhere = scope.owners.get(target)
    if elsewhere is None:
        return scope.findings.suggest(target, scope.states)
    return f"the state of that name at {elsewhere} is not in the same States object"


def _check_next_or_end(findings: Findings, state: dict[str, Any], pointer: str) -> bool:
    """Whether it is clear how the state goes on."""
    kind = state.get("Type")
    if kind not in _GOING_ON:
        return kind == "Choice" or kind in _ENDING
    goes_on = "Next" in state
    stops = state.get("End") is True
    if goes_on and stops:
        findings.add("ASL307", f"{pointer}/End", "A state has either 'Next' or 'End', not both", key=True)
    elif not goes_on and isinstance(state.get("End", False), bool) and not stops:
        hint = 'write "Next": "<state>" or "End": true'
        findings.add("ASL307", pointer, "The state has neither 'Next' nor 'End'", hint, key=True)
    return goes_on != stops


def _is_terminal(state: dict[str, Any]) -> bool:
    return state.get("Type") in _ENDING or (state.get("Type") in _GOING_ON and state.get("End") is True)


def _report_unreachable(findings: Findings, states: dict[str, Any], start: str, states_pointer: str) -> None:
    reached = {start}
    work = [start]
    while work:
        for _, target, _ in targets(states[work.pop()], ""):
            if target not in reached:
                reached.add(target)
                work.append(target)
    for name in states:
        if name not in reached:
            pointer = child(states_pointer, name)
            findings.add("ASL304", pointer, f"No transition leads to the state '{name}'", key=True)

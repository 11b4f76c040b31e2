"""The transitions within one scope: that every target exists, that it can end, and that every state can be reached."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from asl.compiler.transitions import ENDING, GOING_ON, transitions
from asl.syntax.diagnostics import child
from asl.syntax.placeholders import is_opaque

if TYPE_CHECKING:
    from asl.syntax.diagnostics import Findings


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
        for way in transitions(state, place):
            found = _check_target(scope, way.field, way.target, way.pointer)
            complete = complete and found
            ends = ends or not found  # the state that is missing may be the one that ends it
    if not ends:
        hint = 'give one "End": true, or add a Succeed or Fail state'
        findings.add("ASL303", f"{pointer}/States", "No state of this scope ends it", hint, key=True)
    if complete and isinstance(start, str):
        # with a broken transition nobody knows what can be reached
        _report_unreachable(findings, states, start, f"{pointer}/States")


def _check_target(scope: _Scope, field: str, target: Any, pointer: str) -> bool:
    """Whether the target exists. Not a string, empty or absent: the field table has reported it."""
    if not isinstance(target, str) or not target:
        return False
    if target in scope.states:
        return True
    if scope.findings.source.placeholders and is_opaque(target):
        return False
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
    if kind not in GOING_ON:
        return kind == "Choice" or kind in ENDING
    if state.get("End") is False and "Next" in state:
        findings.add("ASL309", f"{pointer}/End", '"End": false is the same as no End', "remove it", key=True)
    goes_on = "Next" in state
    stops = state.get("End") is True
    if goes_on and stops:
        findings.add("ASL307", f"{pointer}/End", "A state has either 'Next' or 'End', not both", key=True)
    elif not goes_on and isinstance(state.get("End", False), bool) and not stops:
        hint = 'write "Next": "<state>" or "End": true'
        findings.add("ASL307", pointer, "The state has neither 'Next' nor 'End'", hint, key=True)
    return goes_on != stops


def _is_terminal(state: dict[str, Any]) -> bool:
    return state.get("Type") in ENDING or (state.get("Type") in GOING_ON and state.get("End") is True)


def _report_unreachable(findings: Findings, states: dict[str, Any], start: str, states_pointer: str) -> None:
    reached = {start}
    work = [start]
    while work:
        for way in transitions(states[work.pop()], ""):
            if way.target not in reached:
                reached.add(way.target)
                work.append(way.target)
    for name in states:
        if name not in reached:
            pointer = child(states_pointer, name)
            findings.add("ASL304", pointer, f"No transition leads to the state '{name}'", key=True)


def check_loops(findings: Findings, body: dict[str, Any], pointer: str) -> None:
    """States that can be reached, but from which no transition leads to an end of the scope: advice at each loop's"
    " first.

    Says nothing where a transition is broken or no state of the scope ends it: other rules have said so.
    """
    states, start = body.get("States"), body.get("StartAt")
    if not isinstance(states, dict) or not isinstance(start, str):
        return
    sources: dict[str, list[str]] = {}
    for name, state in states.items():
        if not isinstance(state, dict):
            return
        for way in transitions(state, ""):
            if not isinstance(way.target, str) or way.target not in states:
                return
            sources.setdefault(way.target, []).append(name)
    # a Choice without Default ends the execution, though with an error, when no rule matches
    ends = [name for name, state in states.items() if _is_terminal(state) or _may_fail(state)]
    if not ends or start not in states:
        return
    ending = _closure(ends, sources)
    forward = {name: [way.target for way in transitions(state, "")] for name, state in states.items()}
    reached = _closure([start], forward)
    endless = [name for name in states if name in reached and name not in ending and forward[name]]
    if endless:
        place = child(f"{pointer}/States", endless[0])
        message = f"No way from the state '{endless[0]}' leads to an end"
        findings.add("ASL802", place, message, "it loops until the limit of 25,000 events", key=True)


def _may_fail(state: dict[str, Any]) -> bool:
    return state.get("Type") == "Choice" and "Default" not in state


def _closure(names: list[str], edges: dict[str, list[str]]) -> set[str]:
    found = set(names)
    work = list(names)
    while work:
        for name in edges.get(work.pop(), ()):
            if name not in found:
                found.add(name)
                work.append(name)
    return found

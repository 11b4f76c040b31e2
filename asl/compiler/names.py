"""The names of states: their length, and that none stands twice anywhere in the document."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from asl.syntax.diagnostics import child, shown

if TYPE_CHECKING:
    from asl.syntax.diagnostics import Findings

#: characters (code points) of a state's name
NAME_LIMIT = 80


def check_names(findings: Findings, scopes: list[tuple[dict[str, Any], str]]) -> dict[str, str]:
    """Check the names of all scopes, given as (States, pointer to them). Answers with the place of each name."""
    places: dict[str, list[str]] = {}
    for states, states_pointer in scopes:
        for name in states:
            pointer = child(states_pointer, name)
            places.setdefault(name, []).append(pointer)
            if not 1 <= len(name) <= NAME_LIMIT:
                message = f"A state's name must have 1 to {NAME_LIMIT} characters, but {shown(name)} has {len(name)}"
                findings.add("ASL305", pointer, message, key=True)
    for name, pointers in places.items():
        if len(pointers) > 1:
            _report_repeated(findings, name, pointers)
    return {name: pointers[0] for name, pointers in places.items()}


def _report_repeated(findings: Findings, name: str, pointers: list[str]) -> None:
    source = findings.source
    first, *others = sorted(pointers, key=lambda pointer: source.offset(pointer, key=True))
    line = f"line {source.position(first, key=True)[0]}" if source.has_positions else first
    for pointer in others:
        findings.add("ASL306", pointer, f"Duplicate State name: {name}", f"the first one: {line}", key=True)

"""Variables that are read before any way to the state assigns them, and variables that nobody reads.

For each state of a scope: the variables that some way from its start may have assigned. A variable that isn't among
them can have no value there. What one way assigns and another doesn't is left to the author. Sets of variables are the
bits of integers, since a definition may have thousands of each.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from asl.compiler.transitions import inner_scopes, is_distributed, transitions
from asl.compiler.variables import assignments, is_name
from asl.syntax.diagnostics import child

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from asl.syntax.diagnostics import Findings
    from asl.syntax.fields import Use

    Bits = Mapping[str, int]


def check_reads(
    findings: Findings,
    tree: dict[str, Any],
    uses: Mapping[str, Sequence[Use]],
    scopes: Sequence[tuple[dict[str, Any], str]],
) -> None:
    """Check the whole document.

    ``uses``: by the pointer of the state that holds them; ``scopes``: (States, pointer).
    """
    read = {mention.name for found in uses.values() for use in found for mention in use.reading.variables}
    names = _report_unread(findings, read, scopes)
    if not read:
        return
    bits = {name: 1 << index for index, name in enumerate(sorted(read))}
    work: list[tuple[dict[str, Any], str, int]] = [(tree, "", 0)]
    while work:
        scope, pointer, outer = work.pop()
        states = scope.get("States")
        if not isinstance(states, dict):
            continue
        known = _assigned_before(states, scope.get("StartAt"), outer, bits)
        for name, state in states.items():
            if name not in known:
                continue  # it can't be reached: nothing is known of it
            place = child(f"{pointer}/States", name)
            _check_state(findings, uses.get(place, ()), known[name], bits, names)
            for inner, inner_pointer in inner_scopes(state, place):
                work.append((inner, inner_pointer, 0 if is_distributed(inner) else known[name]))


def _report_unread(findings: Findings, read: set[str], scopes: Sequence[tuple[dict[str, Any], str]]) -> set[str]:
    """Advice for each variable's first assignment that nobody reads. Answers with all names that are assigned."""
    names: dict[str, list[str]] = {}
    for states, pointer in scopes:
        for state_name, state in states.items():
            for name, place in assignments(state, child(pointer, state_name)):
                names.setdefault(name, []).append(place)
    for name, places in names.items():
        if name not in read and is_name(name):
            first = min(places, key=lambda place: findings.source.offset(place, key=True))
            findings.add("ASL604", first, f"Nothing reads the variable '{name}'", key=True)
    return set(names)


def _check_state(findings: Findings, uses: Sequence[Use], known: int, bits: Bits, names: set[str]) -> None:
    for use in uses:
        for mention in use.reading.variables:
            if not bits[mention.name] & known:
                message = f"Variable '{mention.name}' is possibly not defined."
                if mention.name in names:
                    hint = "no way to this state assigns it, or its scope has ended"
                else:
                    hint = findings.suggest(mention.name, names) or "nothing assigns it"
                findings.add("ASL603", use.pointer + mention.below, message, hint, inside=mention.inside)


def _assigned_before(states: dict[str, Any], start: Any, outer: int, bits: Bits) -> dict[str, int]:
    """For each state that can be reached: what may be assigned when it is entered."""
    if not isinstance(start, str) or not isinstance(states.get(start), dict):
        return {}
    before: dict[str, int] = {start: outer}
    work = [start]
    while work:
        name = work.pop()
        for way in transitions(states[name], ""):
            target = way.target
            if not isinstance(target, str) or not isinstance(states.get(target), dict):
                continue
            after = before[name]
            for assigned in way.assigns:
                after |= bits.get(assigned, 0)
            known = before.get(target)
            if known is None or after | known != known:
                before[target] = after | (known or 0)
                work.append(target)
    return before

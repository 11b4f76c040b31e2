"""The variables that states assign: their names, and that no inner scope assigns a variable of an outer one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from asl.syntax.diagnostics import child, shown
from asl.syntax.fields import JSONATA

if TYPE_CHECKING:
    from collections.abc import Iterator

    from asl.syntax.diagnostics import Findings
    from asl.syntax.fields import Language

#: characters of a variable's name
NAME_LIMIT = 80


def assigned(states: dict[str, Any]) -> frozenset[str]:
    """The names of all variables that the states of one scope assign."""
    return frozenset(name for state in states.values() for name, _ in assignments(state, ""))


def check_variables(
    findings: Findings, states: dict[str, Any], states_pointer: str, outer: frozenset[str], language: Language
) -> None:
    """Check what the states of one scope assign; ``outer`` are the variables of the scopes around it, ``language`` is
    the machine's.
    """
    for state_name, state in states.items():
        for name, pointer in assignments(state, child(states_pointer, state_name)):
            if pointer.endswith(".$") and state.get("QueryLanguage", language) == JSONATA:
                message = f"{shown(f'{name}.$')} can't name a variable"
                findings.add("ASL601", pointer, message, "'.$' has a meaning in JSONPath alone; remove it", key=True)
            elif not is_name(name):
                message = f"{shown(name)} can't name a variable"
                hint = f"letters, digits and _, not beginning with a digit, at most {NAME_LIMIT}, not 'states'"
                findings.add("ASL601", pointer, message, hint, key=True)
            elif name in outer:
                message = f"The variable name '{name}' was already defined in a parent scope."
                findings.add("ASL602", pointer, message, key=True)


def is_name(name: str) -> bool:
    """Whether a variable can have this name."""
    return name.isidentifier() and len(name) <= NAME_LIMIT and name != "states"


def assignments(state: Any, pointer: str) -> Iterator[tuple[str, str]]:
    """(name, pointer) of everything that a state, its Choice rules and its Catchers assign."""
    if not isinstance(state, dict):
        return
    yield from _names(state, pointer)
    for field in ("Choices", "Catch"):
        items = state.get(field)
        for index, item in enumerate(items if isinstance(items, list) else ()):
            if isinstance(item, dict):
                yield from _names(item, f"{pointer}/{field}/{index}")


def _names(holder: dict[str, Any], pointer: str) -> Iterator[tuple[str, str]]:
    assign = holder.get("Assign")
    if isinstance(assign, dict):
        for key in assign:
            yield key.removesuffix(".$"), child(f"{pointer}/Assign", key)

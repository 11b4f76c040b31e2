"""The ways through one scope: from each state to its targets, and what is assigned on the way.

Next           the state's Assign
Choices[i]     the rule's Assign
Default        the state's Assign (of a Choice it belongs to Default alone)
Catch[i]       the catcher's Assign
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

#: types that go on with Next or stop with End
GOING_ON: Final = ("Pass", "Task", "Wait", "Parallel", "Map")
ENDING: Final = ("Succeed", "Fail")
#: types that have Retry and Catch
HANDLING: Final = ("Task", "Parallel", "Map")


class Transition(NamedTuple):
    """One way out of a state. ``target`` is what the definition says, of any type; ``holder`` is what may assign."""

    field: str
    target: Any
    pointer: str
    holder: dict[str, Any]

    @property
    def assigns(self) -> list[str]:
        """The names of the variables assigned on this way."""
        assign = self.holder.get("Assign")
        return [key.removesuffix(".$") for key in assign] if isinstance(assign, dict) else []


def transitions(state: dict[str, Any], pointer: str) -> Iterator[Transition]:
    """Every transition of a state that stands at ``pointer``."""
    kind = state.get("Type")
    if kind in GOING_ON and "Next" in state:
        yield Transition("Next", state["Next"], f"{pointer}/Next", state)
    if kind == "Choice":
        if "Default" in state:
            yield Transition("Default", state["Default"], f"{pointer}/Default", state)
        yield from _listed(state, "Choices", pointer)
    if kind in HANDLING:
        yield from _listed(state, "Catch", pointer)


def _listed(state: dict[str, Any], field: str, pointer: str) -> Iterator[Transition]:
    items = state.get(field)
    for index, item in enumerate(items if isinstance(items, list) else ()):
        if isinstance(item, dict) and "Next" in item:
            yield Transition("Next", item["Next"], f"{pointer}/{field}/{index}/Next", item)


def inner_scopes(state: dict[str, Any], pointer: str) -> Iterator[tuple[dict[str, Any], str]]:
    """The scopes inside a state (branches, processors), with their pointers."""
    branches = state.get("Branches")
    if state.get("Type") == "Parallel" and isinstance(branches, list):
        for index, branch in enumerate(branches):
            if isinstance(branch, dict):
                yield branch, f"{pointer}/Branches/{index}"
    if state.get("Type") == "Map":
        for name in ("ItemProcessor", "Iterator"):
            processor = state.get(name)
            if isinstance(processor, dict):
                yield processor, f"{pointer}/{name}"


def is_distributed(processor: dict[str, Any]) -> bool:
    """Whether a Map's processor runs as Distributed Map: its children don't see the variables around it."""
    config = processor.get("ProcessorConfig")
    return isinstance(config, dict) and config.get("Mode") == "DISTRIBUTED"

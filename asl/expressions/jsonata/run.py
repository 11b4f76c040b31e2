"""One evaluation: the variables it sees, its surroundings, and how much it may still do.

Work is counted, not timed, so that an expression ends the same way on every machine and every time: one unit for
each item that a step, a filter or a function produces, three for a call, one for 64 characters of a string. AWS
stops an evaluation after a second; the allowance is about as much as this engine does in one. What Python does by
itself for a whole array costs one unit for 8 items.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from asl.expressions.jsonata.errors import memory_exceeded, time_exceeded

if TYPE_CHECKING:
    from collections.abc import Mapping

    from asl.expressions.scope import Scope

#: units of work of one evaluation
WORK: Final = 1_500_000
#: the longest array that one operation may make (the language itself allows ranges of 10,000,000)
MAX_ITEMS: Final = 1_000_000
#: the longest string that one operation may make
MAX_CHARACTERS: Final = 16_000_000


class Run:
    """The state of one evaluation. ``bindings`` are ``states`` and the workflow variables, by name."""

    __slots__ = ("bindings", "left", "scope")

    def __init__(self, bindings: Mapping[str, Any], scope: Scope | None) -> None:
        self.bindings = bindings
        self.scope = scope
        self.left = WORK

    def spend(self, units: int) -> None:
        """Count work. Raises LimitError when the allowance is used up."""
        self.left -= units
        if self.left < 0:
            raise time_exceeded()

    def items(self, count: int) -> None:
        """Ask before making an array of ``count`` items. Raises LimitError."""
        if count > MAX_ITEMS:
            raise memory_exceeded()
        self.spend(count >> 3)

    def characters(self, count: int) -> None:
        """Ask before making a string of ``count`` characters. Raises LimitError."""
        if count > MAX_CHARACTERS:
            raise memory_exceeded()
        self.spend(count >> 6)

"""What the kernel needs of a compiled state machine."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from asl.kernel.frame import State


class Program(Protocol):
    """A compiled state machine."""

    timeout: int | None  # milliseconds
    longest: int  # milliseconds that AWS lets any execution take: a year, or five minutes for Express

    @property
    def start(self) -> State:
        """The state that an execution begins with."""

    def state(self, name: str) -> State:
        """The state of this name, at any depth (names are unique in a document)."""

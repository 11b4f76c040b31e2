"""What goes into the core and what comes out of it: a compiled state machine, and turns."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from asl.kernel.commands import Command
    from asl.kernel.events import Event, Note
    from asl.kernel.frame import Frame, State


class Program(Protocol):
    """What the kernel needs of a compiled state machine."""

    timeout: int | None  # milliseconds
    longest: int  # milliseconds that AWS lets any execution take: a year, or five minutes for Express

    @property
    def start(self) -> State:
        """The state that an execution begins with."""

    def state(self, name: str) -> State:
        """The state of this name, at any depth (names are unique in a document)."""


class Turn(NamedTuple):
    """What has happened since the last turn was taken: all that a durable driver has to keep, and then to do."""

    events: list[Event]
    notes: list[Note]
    dirty: list[Frame]
    gone: list[str]
    commands: list[Command]

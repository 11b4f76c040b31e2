"""Hands what is new in the log to a listener. Without a listener there is no feed, and nothing is looked at."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from asl.kernel.events import Event, Note

if TYPE_CHECKING:
    from asl.kernel.core import Core

#: Called with the events and notes that are new, in order.
Listener = Callable[[list[Event], list[Note]], None]


class Feed:
    """Remembers how much of the log the listener has seen."""

    __slots__ = ("_core", "_events", "_listener", "_notes")

    def __init__(self, core: Core, listener: Listener) -> None:
        self._core = core
        self._listener = listener
        self._events = self._notes = 0

    def __call__(self) -> None:
        """Tell what is new, if anything."""
        core = self._core
        events, notes = core.events[self._events :], core.notes[self._notes :]
        if events or notes:
            self._events += len(events)
            self._notes += len(notes)
            self._listener(events, notes)

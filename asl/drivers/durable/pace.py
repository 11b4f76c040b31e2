"""Which handlers return at once.

A thread that takes a call over costs two switches of threads, many times what a handler costs that only computes. So
calls of handlers that have always been quick are made by the engine's own thread. Nobody can know that one goes on so:
when it doesn't, somebody stands in for the engine (``standin.py``), and the handler has to prove itself for longer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from asl.tasks.call import Handler

#: Up to so many seconds a call is quick; beyond so many it blocks. In between it may have been the machine.
QUICK, BLOCKING = 0.000_1, 0.002

#: So many calls must have been quick, at first and at most, before a handler counts as quick.
_PROOF, _LONGEST_PROOF = 8, 1_024

#: What a call in between costs.
_SETBACK = 8


class Pace:
    """What is known of one handler."""

    __slots__ = ("credit", "handler", "is_quick", "proof")

    def __init__(self, handler: Handler) -> None:
        self.handler = handler  # kept, for it is known by its id
        self.is_quick = False
        self.proof = _PROOF
        self.credit = 0  # up to twice the proof

    def took(self, seconds: float) -> None:
        """One more call."""
        if seconds <= QUICK:
            if self.credit < 2 * self.proof:
                self.credit += 1
            elif self.proof > _PROOF:  # it has long been good
                self.proof //= 2
            self.is_quick = self.is_quick or self.credit >= self.proof
            return
        if seconds > BLOCKING and self.is_quick:
            self.proof = min(2 * self.proof, _LONGEST_PROOF)
        self.credit = 0 if seconds > BLOCKING else max(0, self.credit - _SETBACK)
        self.is_quick = self.is_quick and self.credit > 0


class Paces(dict[int, Pace]):
    """All handlers that were called, by their ids."""

    def took(self, handler: Handler, seconds: float) -> None:
        """One more call of a handler."""
        pace = self.get(id(handler))
        if pace is None:
            pace = self[id(handler)] = Pace(handler)
        pace.took(seconds)

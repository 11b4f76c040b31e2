"""Answers by task token, where nothing is stored.

A task can be answered before its handler has returned, by that very handler or by another one. As on AWS, the service
first says that it has taken the message with the token (TaskSubmitted): an early answer is kept until then, and is
dropped if the handler fails.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from asl.kernel.tokens import waiting_with

if TYPE_CHECKING:
    from asl.kernel.core import Core
    from asl.kernel.outcome import Outcome
    from asl.tasks.call import Call


class Callbacks:
    """The early answers of one execution."""

    __slots__ = ("_early",)

    def __init__(self) -> None:
        self._early: dict[tuple[str, int], Outcome | None] = {}  # by the invocations whose handlers are at work

    def begin(self, call: Call) -> None:
        """A handler begins its work."""
        if call.bound.resource.has_token:
            self._early[call.invoke.frame, call.invoke.wait] = None

    def answer(self, core: Core, token: str, outcome: Outcome, now: int) -> None:
        """Answer the task that waits with this token; its first answer counts."""
        frame = waiting_with(core, token)
        if frame is None:
            return
        key = (frame.id, frame.wait_id)
        if key not in self._early:
            core.resume(*key, outcome, now)
        elif self._early[key] is None:
            self._early[key] = outcome

    def returned(self, core: Core, frame: str, wait: int, now: int) -> None:
        """The handler has returned, and its reply was carried out: now an early answer counts."""
        if self._early:
            outcome = self._early.pop((frame, wait), None)
            if outcome is not None:
                core.resume(frame, wait, outcome, now)

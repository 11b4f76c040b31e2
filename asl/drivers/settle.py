"""What becomes of an invocation, alike for every driver: it is submitted; its outcome comes now, later, or never."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from asl.kernel.commands import Invoke
    from asl.kernel.core import Core
    from asl.tasks.call import Reply


def settle(core: Core, at: Callable[..., Any], invoke: Invoke, reply: Reply, now: int) -> None:
    """Carry out a reply. ``at(moment, act, *arguments)`` lets the driver do something at a moment."""
    frame, wait = invoke.frame, invoke.wait
    if reply.submitted is not None and not core.submitted(frame, wait, reply.submitted, now):
        return
    if reply.outcome is None:
        return
    if reply.after:
        at(now + reply.after, core.resume, frame, wait, reply.outcome)
    else:
        core.resume(frame, wait, reply.outcome, now)

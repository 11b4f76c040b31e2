"""What to do with an execution in which nothing will ever happen again: it waits for an answer that nobody can give."""

from __future__ import annotations

from typing import TYPE_CHECKING

from asl.errors import HandlerError

if TYPE_CHECKING:
    from asl.drivers.clock import Clock
    from asl.kernel.core import Core


def give_up(core: Core, clock: Clock) -> None:
    """In virtual time the longest time that an execution may take passes, as it would on AWS, and it ends as TIMED_OUT.

    In real time that would be a year: raises HandlerError, which names the states that wait.
    """
    if clock.virtual:
        clock.sleep_until(core.latest_end)
        core.wake("", 0, clock.now())
        return
    names = ", ".join(sorted({f"'{frame.state.name}'" for frame in core.frames.values()}))
    raise HandlerError(
        f"the execution waits for an answer that nobody can give: {names}. A .waitForTaskToken task is answered by "
        "context.send_task_success(token, output) of another handler, or give it TimeoutSeconds"
    )

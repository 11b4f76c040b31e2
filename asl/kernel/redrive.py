"""Taking up an execution that ended badly, where it stood."""

from __future__ import annotations

from typing import TYPE_CHECKING

from asl.kernel.core import REDRIVEN
from asl.kernel.frame import DONE, READY, tree

if TYPE_CHECKING:
    from asl.kernel.core import Core


def redrive(core: Core, now: int, count: int) -> None:
    """Let it go on; its frames are those of the ``wreck`` that its bad end left. ``count``: the how-manieth redrive.

    Finished work stays. Each state that was under way does its work again, with its retries and time-outs anew, and so
    does the whole execution's time-out. Source of the rule: what AWS writes for a redriven execution.
    """
    core.now = now
    core.last += 1
    core.events.append(("ExecutionRedriven", core.last - 1, now, 0, count))
    core.status, core.error, core.cause = "RUNNING", None, None
    core.begin_time()
    core.ready.clear()
    core.frames.clear()
    core.variable_bytes = 0
    for frame in tree(core.root):
        core.variable_bytes += sum((frame.sizes or {}).values())
        if frame.status is DONE:
            continue
        core.frames[frame.id] = frame
        if any(child.status is not DONE for child in frame.children or ()):
            continue
        frame.attempt, frame.retries, frame.outcome = 0, None, None
        frame.wait_id, frame.deadline, frame.heartbeat = 0, None, None
        frame.status = READY
        if frame.phase:  # else it stands before its state and simply enters it
            frame.phase = REDRIVEN
            frame.previous = core.last
        core.ready.append(frame)
        if core.dirty is not None:
            core.dirty[frame.id] = frame

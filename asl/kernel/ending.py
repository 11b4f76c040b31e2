"""How an execution ends before its time, and what is left of it then.

Whatever ends it, nothing waits any more. A bad end also leaves a *wreck* to a driver that stores turns: all frames as
they were when it came, from which ``redrive.py`` takes the execution up again. To know them then, a frame is kept as it
was before the same step drops anything of it.
"""

from __future__ import annotations

from copy import copy
from typing import TYPE_CHECKING

from asl.kernel.commands import Cancel
from asl.kernel.frame import WAITING, tree
from asl.kernel.outcome import RUNTIME_ERROR, TIMEOUT_ERROR

if TYPE_CHECKING:
    from collections.abc import Mapping

    from asl.kernel.core import Core
    from asl.kernel.frame import Frame

_TOO_MANY_EVENTS = "The execution reached the maximum number of history events ({})."


def end(core: Core, status: str, kind: str, previous: int, error: str | None, cause: str | None) -> None:
    """End it badly; the event of that kind follows event ``previous``."""
    core.last += 1
    core.events.append((kind, previous, core.now, 0, error, cause))
    core.status, core.error, core.cause = status, error, cause
    if core.dirty is not None:
        core.wreck = _tree_before(core.root, core.before)
    stop(core)


def time_out(core: Core, now: int) -> bool:
    """End it if its time is over. Whether it was."""
    if core.status != "RUNNING" or now < core.limit:
        return False
    core.now = now
    core.before.clear()
    newest = max((frame.previous for frame in core.frames.values()), default=0)  # that a live line stands at
    end(core, "TIMED_OUT", "ExecutionTimedOut", newest, TIMEOUT_ERROR, None)
    return True


def enforce_history_limit(core: Core) -> None:
    """The last event that fits is ExecutionFailed, unless it is the end anyway."""
    limit = core.history_limit
    if core.last == limit and core.status != "RUNNING":
        return
    surplus = core.last - limit + 1
    del core.events[len(core.events) - surplus :]
    while core.notes and core.notes[-1][0] >= limit:  # decided on events that don't exist now
        core.notes.pop()
    core.last = limit - 1
    core.output = None
    end(core, "FAILED", "ExecutionFailed", limit - 1, RUNTIME_ERROR, _TOO_MANY_EVENTS.format(limit))


def stop(core: Core) -> None:
    """Nothing waits any more: what has not begun never will, what is under way is cancelled."""
    if core.commands:
        core.commands = [command for command in core.commands if type(command) is Cancel]
    if core.frames:
        core.commands += [Cancel(f.id, f.wait_id) for f in core.frames.values() if f.status is WAITING]
    if core.dirty is not None:
        core.gone += [frame.id for frame in tree(core.root)]
        core.dirty.clear()
    core.frames.clear()
    core.ready.clear()


def remember(core: Core, frame: Frame) -> None:
    """Keep a frame as it is before anything of it is dropped, should that turn out to be a bad end."""
    if core.dirty is not None and frame.id not in core.before:
        core.before[frame.id] = copy(frame)


def _tree_before(root: Frame, before: Mapping[str, Frame]) -> list[Frame]:
    """The root and all below it, parents before their children, with the frames in ``before`` (by id) as they are
    there."""
    found = [before.get(root.id, root)]
    for frame in found:
        found += [before.get(child.id, child) for child in frame.children or ()]
    return found

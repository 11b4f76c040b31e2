"""A running execution as a JSON value, and back. Between any two steps it can be put away and taken up again.

Events and commands are not in it: whoever saves keeps them himself, as turns.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Any

from asl.kernel import frame as frames
from asl.kernel.core import Core
from asl.kernel.frame import DONE, READY

if TYPE_CHECKING:
    from collections.abc import Callable

    from asl.kernel.frame import Frame
    from asl.kernel.program import Program

#: what is plain data in the core
_PLAIN = (
    "last", "now", "seed", "history_limit", "latest_end", "limit", "address", "variable_bytes", "status", "output",
    "error", "cause",
)  # fmt: skip


def dump(core: Core) -> dict[str, Any]:
    """All that is needed to go on later."""
    return {name: getattr(core, name) for name in _PLAIN} | {
        "frames": [frames.dump(frame) for frame in core.alive()],
        "ready": [frame.id for frame in core.ready if frame.status is READY],
    }


def load(program: Program, execution: Any, data: dict[str, Any], decode: Callable[[str], Any]) -> Core:
    """The opposite of ``dump``; ``decode`` reads JSON text."""
    return load_into(Core(program, execution), program, data, decode)


def load_into(core: Core, program: Program, data: dict[str, Any], decode: Callable[[str], Any]) -> Core:
    """The same for a bare core, which keeps what isn't in ``data`` as it is."""
    for name in _PLAIN:
        if name in data:
            setattr(core, name, data[name])
    known: dict[str, Frame] = {}
    for item in data["frames"]:  # parents come before their children
        parent = known.get(item["parent"])
        frame = frames.load(item, parent, program.state(item["state"]), decode)
        known[frame.id] = frame
        if parent is not None and parent.children is not None:
            parent.children.append(frame)
        if frame.status is not DONE:
            core.frames[frame.id] = frame
    if known:
        core.root = known["0"]
    core.ready = deque(known[frame_id] for frame_id in data["ready"])
    return core

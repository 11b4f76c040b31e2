"""Frames and cores as text for the store, and back.

A frame's row has two parts. ``data`` is small and written with every turn that touches the frame. What may be large
(its input, variables, a Map's items) goes to ``payload``, a row of its own, which is written only when it has changed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from asl.jsontext import decode, encode
from asl.kernel import snapshot
from asl.kernel.frame import READY
from asl.kernel.outcome import Failure, Value
from asl.stores.base import FrameRow

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from asl.kernel.core import Core
    from asl.kernel.frame import Frame
    from asl.kernel.program import Program

#: What is known of a frame's call of a handler: none, it waits for a free hand, it has been made.
NO_CALL, QUEUED, STARTED = 0, 1, 2

#: A frame with more text than this keeps it in a row of its own.
_LARGE = 2_000

_SMALL = (
    "slot", "status", "phase", "previous", "visit", "came_from", "entered_at", "wait_id", "waits", "deadline",
    "heartbeat", "beat", "attempt", "retries", "spawned", "draws", "local",
)  # fmt: skip
_CORE = ("last", "now", "latest_end", "limit", "variable_bytes", "status", "error", "cause")

#: What was written as a frame's payload, to tell whether it has changed: compared by identity.
Saved = dict[str, tuple[Any, ...]]


def pack_frame(frame: Frame, call: int, asked: str | None, saved: Saved) -> FrameRow:
    """The row of a frame. ``call`` is what is known of its handler's call and ``asked`` what the handler gets."""
    text, sizes, item = frame.text, frame.sizes, frame.item
    if asked is text:
        asked = None  # the usual case: the handler gets the state's input
    big = (text, frame.plan, item, asked, frame.variables, sizes)
    large = (
        len(text) > _LARGE
        or frame.plan is not None
        or (asked is not None and len(asked) > _LARGE)
        or (sizes is not None and sum(sizes.values()) > _LARGE)
        or (item is not None and len(encode(item)) > _LARGE)
    )
    payload = None
    if large:
        known = saved.get(frame.id)
        if known is None or any(map(_differ, known, big)):
            saved[frame.id] = big
            payload = encode(big)
    elif saved:
        saved.pop(frame.id, None)
    outcome = frame.outcome
    data = encode(
        (
            None if large else big,
            frame.state.name,
            None if outcome is None else (type(outcome) is Value, *outcome),
            frame.children is not None,
            call,
            frame.slot, frame.status, frame.phase, frame.previous, frame.visit, frame.came_from, frame.entered_at,
            frame.wait_id, frame.waits, frame.deadline, frame.heartbeat, frame.beat, frame.attempt, frame.retries,
            frame.spawned, frame.draws, frame.local,
        )
    )  # fmt: skip
    return FrameRow(frame.id, frame.wait_id, data, payload)


def _differ(one: object, other: object) -> bool:
    return one is not other


def pack_core(core: Core, *, doomed: bool) -> str:
    """What the core knows beside its frames."""
    ready = [frame.id for frame in core.ready if frame.status is READY] if core.ready else []
    if core.status == "RUNNING" and not ready and not doomed:  # nearly always: numbers alone are written faster by hand
        return (
            f"[{core.last},{core.now},{core.latest_end},{core.limit},{core.variable_bytes}"
            ',"RUNNING",null,null,[],false]'
        )
    return encode(
        (
            core.last, core.now, core.latest_end, core.limit, core.variable_bytes, core.status, core.error, core.cause,
            ready, doomed,
        )
    )  # fmt: skip


class Unpacked:
    """What a frame's row says beside the frame itself: the call of its handler."""

    __slots__ = ("asked", "call", "frame")

    def __init__(self, frame: str, call: int, asked: str) -> None:
        self.frame = frame
        self.call = call
        self.asked = asked


def unpack(
    core_text: str,
    rows: Iterable[FrameRow],
    program: Program,
    make: Callable[[Program], Core],
) -> tuple[Core, list[Unpacked], bool]:
    """The core with its frames, the calls that were asked for, and whether the execution is doomed.

    ``make`` gives the bare core.
    """
    values = decode(core_text)
    data: dict[str, Any] = dict(zip(_CORE, values, strict=False))
    ready, doomed = values[len(_CORE) :]
    frames, calls = [], []
    for row in sorted(rows, key=_place):
        fields, call = _frame(row)
        frames.append(fields)
        if call is not None:
            calls.append(call)
    core = snapshot.load_into(make(program), program, data | {"frames": frames, "ready": ready}, decode)
    core.dirty = {}
    return core, calls, doomed


def _frame(row: FrameRow) -> tuple[Mapping[str, Any], Unpacked | None]:
    big, state, outcome, fanned, call, *small = decode(row.data)
    text, plan, item, asked, variables, sizes = decode(row.payload or "null") if big is None else big
    fields: dict[str, Any] = dict(zip(_SMALL, small, strict=True))
    fields |= {
        "id": row.frame,
        "parent": row.frame.rpartition("/")[0] or None,
        "state": state,
        "text": text,
        "plan": plan,
        "item": item,
        "variables": variables,
        "sizes": sizes,
        "fanned": fanned,
        "outcome": None,
    }
    if outcome is not None:
        kind = Value if outcome[0] else Failure
        fields["outcome"] = {"kind": kind.__name__, "parts": outcome[1:]}
    return fields, None if call == NO_CALL else Unpacked(row.frame, call, text if asked is None else asked)


def _place(row: FrameRow) -> list[tuple[int, ...]]:
    """Parents come before children, children in the order of their slots."""
    return [tuple(map(int, step.split("."))) for step in row.frame.split("/")]

"""Parallel: runs every branch on the same input and gathers their results in branch order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from asl.jsontext import encode
from asl.states.fanout import CHILDREN, FanOutState

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from asl.kernel.core import Core
    from asl.kernel.frame import Frame
    from asl.states.base import State


class Parallel(FanOutState):
    """``compile_scope`` turns a branch's definition into its first state."""

    type = "Parallel"

    def __init__(
        self, name: str, fields: Mapping[str, Any], compile_scope: Callable[[Mapping[str, Any]], State]
    ) -> None:
        super().__init__(name, fields)
        self.branches = [compile_scope(branch) for branch in fields["Branches"]]

    def attempt(self, core: Core, frame: Frame) -> State | None:
        flow, raw = self.flow, frame.value
        scope = self.scope(core, frame)
        value = flow.arguments(flow.effective(raw, scope), scope)
        text = frame.text if value is raw else encode(value)
        origin = core.record(frame, self.started_event)
        core.fan_out(frame, CHILDREN)
        for branch in self.branches:
            core.spawn(frame, branch, value, text, origin)
        frame.local = len(self.branches)  # how many are not done
        return None

    def joined(self, core: Core, frame: Frame, child: Frame) -> State | None:
        frame.local -= 1
        if frame.local:
            return None
        frame.previous = child.previous
        return self.gather(core, frame)

"""Succeed: ends its line of control well; inside a Map or Parallel only the iteration or branch."""

from __future__ import annotations

from typing import TYPE_CHECKING

from asl.states.base import State

if TYPE_CHECKING:
    from asl.kernel.core import Core
    from asl.kernel.frame import Frame


class Succeed(State):
    """InputPath, then OutputPath, then the end."""

    type = "Succeed"

    def work(self, core: Core, frame: Frame) -> State | None:
        flow, raw = self.flow, frame.value
        scope = self.scope(core, frame)
        return self.leave(core, frame, flow.output(raw, flow.effective(raw, scope), scope))

"""Succeed: ends its scope with success. Fields: only what shapes the output; it has no Next and no End."""

from __future__ import annotations

from typing import TYPE_CHECKING

from asl.states.base import State
from asl.syntax.fields import COMMON, INPUT_OUTPUT, Table

if TYPE_CHECKING:
    from asl.kernel.core import Core
    from asl.kernel.frame import Frame

FIELDS = Table(
    {**COMMON, **INPUT_OUTPUT},
    foreign={
        name: ("ASL202", f"Field '{name}' is not supported", "a Succeed state always ends") for name in ("Next", "End")
    },
)


class Succeed(State):
    """InputPath, then OutputPath, then the end."""

    type = "Succeed"

    def work(self, core: Core, frame: Frame) -> State | None:
        flow, raw = self.flow, frame.value
        scope = self.scope(core, frame)
        output, _ = flow.finish(raw, flow.effective(raw, scope), scope)
        return self.leave(core, frame, output)

"""Pass: hands on its input, a fixed Result, or what Parameters make of the input."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from asl.states.base import State

if TYPE_CHECKING:
    from collections.abc import Mapping

    from asl.kernel.core import Core
    from asl.kernel.frame import Frame


class Pass(State):
    """Hands on its input, a fixed ``Result``, or what ``Parameters`` make of the input."""

    type = "Pass"

    def __init__(self, name: str, fields: Mapping[str, Any]) -> None:
        super().__init__(name, fields)
        self.result = fields.get("Result")  # null counts as absent

    def work(self, core: Core, frame: Frame) -> State | None:
        flow, raw = self.flow, frame.value
        if flow.plain and self.result is None:
            return self.leave(core, frame, raw, frame.text)
        scope = self.scope(core, frame)
        result = self.result if self.result is not None else flow.arguments(flow.effective(raw, scope), scope)
        return self.leave(core, frame, flow.output(raw, result, scope))

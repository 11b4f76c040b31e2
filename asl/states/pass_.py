"""Pass: hands its input on, or a fixed result.

Fields: ``Result`` is literal JSON (names ending in ``.$`` mean nothing in it) and exists in JSONPath only, as does
``Parameters``; in JSONata ``Output`` does the work of both.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from asl.states.base import State
from asl.states.scope import VisitScope
from asl.syntax.fields import (
    ASSIGN,
    COMMON,
    INPUT_OUTPUT,
    JSONPATH,
    TRANSITION,
    Table,
    anything,
    reference_path,
    template_object,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from asl.kernel.core import Core
    from asl.kernel.frame import Frame

FIELDS = Table(
    {
        **COMMON,
        **TRANSITION,
        **INPUT_OUTPUT,
        **ASSIGN,
        "Result": anything(only=JSONPATH),
        "Parameters": template_object(only=JSONPATH),
        "ResultPath": reference_path(nullable=True),
    }
)


class Pass(State):
    """Hands on its input, a fixed ``Result``, or what ``Parameters`` make of the input."""

    type = "Pass"

    def __init__(self, name: str, fields: Mapping[str, Any], language: str) -> None:
        super().__init__(name, fields, language)
        self.result = fields.get("Result")  # null counts as absent

    def work(self, core: Core, frame: Frame) -> State | None:
        flow, raw = self.flow, frame.value
        if flow.plain and self.result is None:
            return self.leave(core, frame, raw, frame.text)
        scope = VisitScope(core, frame) if flow.reads_scope else None
        result = self.result if self.result is not None else flow.payload(raw, scope)
        output, assigned = flow.finish(raw, result, scope)
        return self.leave(core, frame, output, assigned=assigned)

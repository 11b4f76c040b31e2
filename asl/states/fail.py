"""Fail: ends its scope with an error.

Fields: ``Error`` and ``Cause`` are optional; each has a ``...Path`` twin in JSONPath (path or intrinsic function).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from asl.expressions.scope import EvaluationError, PathNotFound
from asl.expressions.template import compile_value
from asl.jsontext import encode
from asl.kernel.outcome import RUNTIME_ERROR, Failure
from asl.states.base import EVALUATION_ERRORS, State
from asl.states.jsonata import JsonataValue
from asl.states.scope import VisitScope
from asl.syntax.fields import COMMON, JSONATA, Table, path_or_intrinsic, text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from asl.kernel.core import Core
    from asl.kernel.frame import Frame

FIELDS = Table(
    {
        **COMMON,
        "Error": text(expression=True),
        "ErrorPath": path_or_intrinsic(),
        "Cause": text(expression=True),
        "CausePath": path_or_intrinsic(),
    },
    exclusive=(("Error", "ErrorPath"), ("Cause", "CausePath")),
    foreign={
        name: ("ASL202", f"Field '{name}' is not supported", "a Fail state always ends") for name in ("Next", "End")
    },
)


class Fail(State):
    """Error and Cause are fixed texts, or read from the raw input by ErrorPath and CausePath (paths or intrinsics)."""

    type = "Fail"

    def __init__(self, name: str, fields: Mapping[str, Any], language: str) -> None:
        super().__init__(name, fields, language)
        self.error = _text_of(fields, "Error", language)
        self.cause_text = _text_of(fields, "Cause", language)

    def work(self, core: Core, frame: Frame) -> State | None:
        scope = VisitScope(core, frame)
        core.fail(frame, Failure(self.error(frame.value, scope), self.cause_text(frame.value, scope)))
        return None

    def redrive(self, core: Core, frame: Frame) -> State | None:
        """On AWS it fails right after ExecutionRedriven."""
        frame.phase = ""
        try:
            return self.work(core, frame)
        except EVALUATION_ERRORS as problem:
            return self.broken(core, frame, problem)


def _text_of(fields: Mapping[str, Any], name: str, language: str) -> Callable[[Any, VisitScope], str | None]:
    if language == JSONATA and name in fields:
        return JsonataValue(fields[name], name, "string")
    path_field = f"{name}Path"
    if path_field not in fields:
        fixed: str | None = fields.get(name)
        return lambda _data, _scope: fixed
    read = compile_value(fields[path_field])

    def text(data: Any, scope: VisitScope) -> str:
        try:
            value = read(data, scope)
        except PathNotFound as problem:
            raise PathNotFound(problem.path, problem.reason, path_field) from None
        if not isinstance(value, str):
            raise EvaluationError(
                RUNTIME_ERROR,
                f"The {path_field} parameter must reference a string: {fields[path_field]} == {encode(value)}",
            )
        return value

    return text

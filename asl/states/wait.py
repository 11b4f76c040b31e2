"""Wait: pauses for a time or until a moment.

Fields: exactly one of the four ways to say how long; the ``...Path`` ones exist in JSONPath only.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from asl.expressions.jsonpath import compile_path
from asl.expressions.scope import EvaluationError, PathNotFound, QueryEvaluationError
from asl.expressions.timestamps import parse_timestamp
from asl.jsontext import encode
from asl.kernel.outcome import RUNTIME_ERROR
from asl.states.base import EVALUATION_ERRORS, State
from asl.states.jsonata import JsonataValue
from asl.states.scope import VisitScope
from asl.syntax.fields import (
    ASSIGN,
    COMMON,
    INPUT_OUTPUT,
    JSONATA,
    MAX_SECONDS,
    TRANSITION,
    OneOf,
    Table,
    integer,
    path,
    timestamp,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from asl.kernel.core import Core
    from asl.kernel.frame import Frame
    from asl.kernel.outcome import Outcome

FIELDS = Table(
    {
        **COMMON,
        **TRANSITION,
        **INPUT_OUTPUT,
        **ASSIGN,
        "Seconds": integer(0, MAX_SECONDS, expression=True),
        "SecondsPath": path(),
        "Timestamp": timestamp(expression=True),
        "TimestampPath": path(),
    },
    exactly_one=(OneOf(("Seconds", "SecondsPath", "Timestamp", "TimestampPath")),),
)


_WHOLE_NUMBER = r"[+-]?[0-9]{1,19}"  # as Java reads a long

#: AWS accepts 24,855 days from now and refuses 24,856: the bound is 2^31 - 1 seconds.
_LONGEST_WAIT = (2**31 - 1) * 1000


class Wait(State):
    """Exactly one of Seconds, SecondsPath, Timestamp, TimestampPath. A moment in the past is no wait at all."""

    type = "Wait"
    aborted = "WaitStateAborted"

    def __init__(self, name: str, fields: Mapping[str, Any], language: str) -> None:
        super().__init__(name, fields, language)
        self.until = _until_jsonata(fields) if language == JSONATA else _until(fields)

    def work(self, core: Core, frame: Frame) -> State | None:
        scope = VisitScope(core, frame)
        until = self.until(self.flow.effective(frame.value, scope), scope, core.now)
        if until - core.now > _LONGEST_WAIT:
            raise EvaluationError(RUNTIME_ERROR, "Wait state delay is too long.")
        if until <= core.now:
            return self._done(core, frame, scope)
        core.sleep(frame, "sleep", until)
        return None

    def resume(self, core: Core, frame: Frame, outcome: Outcome | None) -> State | None:
        assert outcome is None, "nobody answers a Wait"
        try:
            return self._done(core, frame, VisitScope(core, frame))
        except EVALUATION_ERRORS as problem:
            return self.broken(core, frame, problem)

    def evaluation_origin(self, frame: Frame, location: str | None) -> int:
        """On AWS a bad moment follows the state's own Entered event, unlike every other evaluation error."""
        return frame.visit if location in {"Seconds", "Timestamp"} else frame.came_from

    def _done(self, core: Core, frame: Frame, scope: VisitScope) -> State | None:
        flow, raw = self.flow, frame.value
        output, assigned = flow.finish(raw, flow.effective(raw, scope), scope)
        return self.leave(core, frame, output, assigned=assigned)


def _until_jsonata(fields: Mapping[str, Any]) -> Callable[[Any, VisitScope, int], int]:
    name = "Seconds" if "Seconds" in fields else "Timestamp"
    read = JsonataValue(fields[name], name, "integer" if name == "Seconds" else "string")

    def until(data: Any, scope: VisitScope, now: int) -> int:
        value = read(data, scope)
        if name == "Seconds":
            if value < 0:
                raise QueryEvaluationError(f"The Seconds field must not be negative: {value}", name)
            return now + int(value) * 1000
        moment = parse_timestamp(value)
        if moment is None:
            raise QueryEvaluationError(
                f"The Timestamp field cannot be parsed as an ISO-8601 extended offset date-time format string: {value}",
                name,
            )
        return moment

    return until


def _until(fields: Mapping[str, Any]) -> Callable[[Any, VisitScope, int], int]:
    """A function (effective input, scope, now) -> the moment to go on, in milliseconds."""
    if "Seconds" in fields:
        delay = int(fields["Seconds"]) * 1000
        return lambda _data, _scope, now: now + delay
    if "Timestamp" in fields:
        moment = parse_timestamp(fields["Timestamp"])
        assert moment is not None, "checked when the definition was validated"
        return lambda _data, _scope, _now: moment
    name = "SecondsPath" if "SecondsPath" in fields else "TimestampPath"
    read = compile_path(fields[name])
    convert = _seconds if name == "SecondsPath" else _timestamp

    def until(data: Any, scope: VisitScope, now: int) -> int:
        try:
            value = read(data, scope)
        except PathNotFound:
            raise EvaluationError(
                RUNTIME_ERROR, f"The {name} parameter does not reference an input value: {read.text}"
            ) from None
        return convert(value, read.text, now)

    return until


def _seconds(value: Any, path: str, now: int) -> int:
    number = value
    if isinstance(value, str):  # AWS accepts a number in quotes
        number = int(value) if re.fullmatch(_WHOLE_NUMBER, value) else None
    if isinstance(number, float) and number.is_integer():
        number = int(number)
    if not isinstance(number, int) or isinstance(number, bool):
        raise EvaluationError(
            RUNTIME_ERROR, f"The SecondsPath parameter cannot be parsed as a long value: {path} == {_shown(value)}"
        )
    if number < 0:
        raise EvaluationError(
            RUNTIME_ERROR, f"The SecondsPath parameter references a negative value: {path} == {_shown(value)}"
        )
    return now + number * 1000


def _timestamp(value: Any, path: str, _now: int) -> int:
    moment = parse_timestamp(value) if isinstance(value, str) else None
    if moment is None:
        raise EvaluationError(
            RUNTIME_ERROR,
            "The TimestampPath parameter does not reference a valid ISO-8601 extended offset date-time format string: "
            f"{path} == {_shown(value)}",
        )
    return moment


def _shown(value: Any) -> str:
    return value if isinstance(value, str) else encode(value)

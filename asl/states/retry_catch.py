"""Retry and Catch, which Task, Parallel and Map share.

Fields of a Retrier are literals in both query languages (AWS refuses paths and expressions in them).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from asl.expressions.reference import compile_reference_path
from asl.expressions.template import compile_template
from asl.kernel.entropy import unit
from asl.kernel.outcome import RUNTIME_ERROR, TIMEOUT_ERROR
from asl.states.jsonata import JsonataValue, jsonata_field
from asl.syntax.fields import (
    JSONATA,
    MAX_SECONDS,
    Table,
    array_of,
    integer,
    keyword,
    number,
    object_of,
    reference_path,
    template,
    template_object,
    text,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from asl.expressions.reference import ReferencePath
    from asl.expressions.template import Template
    from asl.kernel.core import Core
    from asl.kernel.frame import Frame
    from asl.kernel.outcome import Failure
    from asl.states.base import State
    from asl.states.scope import VisitScope

_ERROR_EQUALS = array_of(text(nonempty=True), nonempty=True, required=True)

RETRIER_FIELDS = Table(
    {
        "ErrorEquals": _ERROR_EQUALS,
        "IntervalSeconds": integer(1, MAX_SECONDS),
        "MaxAttempts": integer(0, MAX_SECONDS),
        "BackoffRate": number(1.0),
        "MaxDelaySeconds": integer(1, 31_622_399),  # less than 31,622,400, says AWS
        "JitterStrategy": keyword("FULL", "NONE"),
        "Comment": text(),
    }
)

CATCHER_FIELDS = Table(
    {
        "ErrorEquals": _ERROR_EQUALS,
        "Next": text(required=True, nonempty=True),
        "ResultPath": reference_path(nullable=True),
        "Assign": template_object(),
        "Output": template(only=JSONATA),
        "Comment": text(),
    }
)

#: the two fields as a state has them; either array may be empty (AWS accepts that)
RETRY_CATCH = {
    "Retry": array_of(object_of(RETRIER_FIELDS)),
    "Catch": array_of(object_of(CATCHER_FIELDS)),
}


HEARTBEAT_ERROR = "States.HeartbeatTimeout"

_LONGEST_DELAY = 99_999_999.0  # seconds; the largest number AWS takes for any of these fields


class Matcher:
    """The ErrorEquals of a retrier or catcher. Nothing matches States.Runtime; TaskFailed stands for all but
    time-outs."""

    __slots__ = ("all", "any_task_failure", "names")

    def __init__(self, names: Sequence[str]) -> None:
        self.names = frozenset(names)
        self.all = "States.ALL" in self.names
        self.any_task_failure = "States.TaskFailed" in self.names

    def matches(self, error: str | None, alias: str | None = None) -> bool:
        """Whether the error is meant. ``alias`` is a second name of the same error (a missed heartbeat has two)."""
        if error == RUNTIME_ERROR:
            return False
        return (
            self.all
            or error in self.names
            or (self.any_task_failure and error != TIMEOUT_ERROR)
            or (alias is not None and alias in self.names)
        )


class Retrier:
    """One element of Retry, with AWS's defaults."""

    __slots__ = ("backoff_rate", "interval", "jitter", "matcher", "max_attempts", "max_delay")

    def __init__(self, fields: Mapping[str, Any]) -> None:
        self.matcher = Matcher(fields["ErrorEquals"])
        self.interval: int = fields.get("IntervalSeconds", 1)
        self.max_attempts: int = fields.get("MaxAttempts", 3)
        self.backoff_rate: float = fields.get("BackoffRate", 2.0)
        self.max_delay: int | None = fields.get("MaxDelaySeconds")
        self.jitter = fields.get("JitterStrategy") == "FULL"

    def delay(self, count: int) -> float:
        """Seconds before retry number ``count`` (0 = the first), before jitter."""
        try:
            seconds = self.interval * self.backoff_rate**count
        except OverflowError:
            seconds = _LONGEST_DELAY
        return min(seconds, _LONGEST_DELAY if self.max_delay is None else self.max_delay)


class Catcher:
    """One element of Catch."""

    __slots__ = ("assign", "discards", "is_jsonata", "matcher", "next", "output", "result_path", "target")

    def __init__(self, fields: Mapping[str, Any], language: str) -> None:
        self.matcher = Matcher(fields["ErrorEquals"])
        self.target: str = fields["Next"]
        self.next: State | None = None
        self.is_jsonata = language == JSONATA
        self.output = jsonata_field(fields, "Output")
        self.assign: Template | JsonataValue | None = None
        if "Assign" in fields:
            self.assign = jsonata_field(fields, "Assign") if self.is_jsonata else compile_template(fields["Assign"])
        path = fields.get("ResultPath", "$")
        self.discards = path is None
        self.result_path: ReferencePath | None = None
        if path is not None and path != "$":
            self.result_path = compile_reference_path(path, allow_context=False, allow_variables=False)

    def finish(self, raw: Any, failure: Failure, scope: VisitScope) -> tuple[Any, dict[str, Any] | None]:
        """Output and assigned variables of the state when this catcher takes the failure."""
        error_output = {"Error": failure.error, "Cause": failure.cause}
        if failure.cause is None and failure.error == TIMEOUT_ERROR:
            error_output["Cause"] = ""  # a time-out has no cause in its events, but an empty one here
        scope.states["errorOutput"] = error_output
        data = raw if self.is_jsonata else error_output  # what the expressions call $states.input, or $
        assigned = None if self.assign is None else self.assign(data, scope)
        if self.output is not None:
            return self.output(data, scope), assigned
        if self.discards:
            return raw, assigned
        return (error_output if self.result_path is None else self.result_path.put(raw, error_output)), assigned


class Handlers:
    """The Retry and Catch of one state."""

    __slots__ = ("catchers", "retriers")

    def __init__(self, fields: Mapping[str, Any], language: str) -> None:
        self.retriers = [Retrier(retrier) for retrier in fields.get("Retry", ())]
        self.catchers = [Catcher(catcher, language) for catcher in fields.get("Catch", ())]

    def link(self, states: Mapping[str, State]) -> None:
        """Turn names of targets into states."""
        for catcher in self.catchers:
            catcher.next = states[catcher.target]

    def retry(self, core: Core, frame: Frame, failure: Failure, alias: str | None = None) -> int | None:
        """Count a retry if there is one, note it, and return its delay in milliseconds; None: no (more) retry."""
        for index, retrier in enumerate(self.retriers):
            if not retrier.matcher.matches(failure.error, alias):
                continue
            if frame.retries is None:
                frame.retries = [0] * len(self.retriers)
            count = frame.retries[index]
            if count >= retrier.max_attempts:
                return None
            frame.retries[index] += 1
            frame.attempt += 1
            seconds = retrier.delay(count)
            if retrier.jitter:
                seconds *= unit(core.draw(frame))
            delay = round(seconds * 1000)
            core.note(frame, "retry", failure.error, failure.cause, index, frame.attempt, delay)
            return delay
        return None

    def catch(self, failure: Failure, alias: str | None = None) -> tuple[int, Catcher] | None:
        """The catcher that takes the failure, with its index."""
        for index, catcher in enumerate(self.catchers):
            if catcher.matcher.matches(failure.error, alias):
                return index, catcher
        return None

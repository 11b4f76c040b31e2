"""A Task that hands its input to a Lambda function and the function's result on, without clocks: most tasks there are.

Nothing is evaluated, so little is left to do. What this writes is to the letter what ``Task`` writes for such a state.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from asl.jsontext import SMALL
from asl.kernel.outcome import Value
from asl.states.task import TASK, Task
from asl.tasks.resource import LambdaFunction, parse_resource

if TYPE_CHECKING:
    from collections.abc import Mapping

    from asl.kernel.core import Core
    from asl.kernel.frame import Frame
    from asl.kernel.outcome import Outcome
    from asl.states.base import State


#: With no other fields than these nothing is evaluated, and no clock runs.
_FIELDS = frozenset(("Type", "Comment", "QueryLanguage", "Resource", "Next", "End", "Retry", "Catch"))


def compile_task(name: str, fields: Mapping[str, Any], language: str) -> Task:
    """A Task state; a ``FunctionTask`` where that will do."""
    if _FIELDS.issuperset(fields) and isinstance(parse_resource(fields["Resource"]), LambdaFunction):
        return FunctionTask(name, fields, language)
    return Task(name, fields, language)


class FunctionTask(Task):
    """Large payloads, failures and what else is rare are left to ``Task``."""

    evaluates = False

    def take_the_long_way(self) -> None:
        """Leave everything to ``Task``, for somebody who watches its steps."""
        self.work = super().work  # type: ignore[method-assign]  # of this one state
        self.resume = super().resume  # type: ignore[method-assign]

    def work(self, core: Core, frame: Frame) -> State | None:
        text = frame.text
        if len(text) > SMALL:
            return super().work(core, frame)
        core.record(frame, "LambdaFunctionScheduled", self.resource.arn, text, None, None)
        core.invoke(frame, TASK, text)
        return None

    def started(self, core: Core, frame: Frame, worker: str | None) -> None:
        core.record(frame, "LambdaFunctionStarted")

    def resume(self, core: Core, frame: Frame, outcome: Outcome | None) -> State | None:
        if type(outcome) is Value:
            value, text = outcome
            if text is not None and len(text) <= SMALL:
                core.record(frame, "LambdaFunctionSucceeded", text)
                return self.leave(core, frame, value, text)
        return super().resume(core, frame, outcome)

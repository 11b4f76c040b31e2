"""What Task, Parallel and Map have in common: a failed attempt is retried, caught, or goes up."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from asl.kernel.outcome import RUNTIME_ERROR
from asl.states.base import EVALUATION_ERRORS, State
from asl.states.retry_catch import Handlers
from asl.states.scope import VisitScope

if TYPE_CHECKING:
    from collections.abc import Mapping

    from asl.expressions.scope import EvaluationError
    from asl.jsontext import NotJSON
    from asl.kernel.core import Core
    from asl.kernel.frame import Frame
    from asl.kernel.outcome import Failure

BACKOFF = "backoff"  # the phase between two attempts


class HandledState(State):
    """A state with Retry and Catch. Its ``work`` is one attempt, the first or a later one."""

    def __init__(self, name: str, fields: Mapping[str, Any], language: str) -> None:
        super().__init__(name, fields, language)
        self.handlers = Handlers(fields, language)

    def link(self, states: Mapping[str, State]) -> None:
        super().link(states)
        self.handlers.link(states)

    def give_up(self, core: Core, frame: Frame) -> None:
        """Record what history says before a failure is caught or goes up (...StateFailed of Map and Parallel)."""

    def attempt_again(self, core: Core, frame: Frame) -> State | None:
        """The backoff is over."""
        try:
            return self.work(core, frame)
        except EVALUATION_ERRORS as problem:
            return self.broken(core, frame, problem)

    def broken(self, core: Core, frame: Frame, problem: EvaluationError | NotJSON) -> State | None:
        """Evaluation errors can be retried and caught too (all but States.Runtime)."""
        return self.handle(core, frame, self.failure_of(core, frame, problem))

    def handle(self, core: Core, frame: Frame, failure: Failure, alias: str | None = None) -> State | None:
        """Retry, else catch, else fail."""
        delay = self.handlers.retry(core, frame, failure, alias)
        if delay is not None:
            core.sleep(frame, BACKOFF, core.now + delay)
            return None
        found = self.handlers.catch(failure, alias)
        if found is None:
            if failure.error != RUNTIME_ERROR:
                self.give_up(core, frame)
            core.fail(frame, failure)
            return None
        index, catcher = found
        self.give_up(core, frame)
        core.note(frame, "catch", failure.error, failure.cause, index, catcher.target)
        try:
            output, assigned = catcher.finish(frame.value, failure, VisitScope(core, frame))
            return self.leave(core, frame, output, assigned=assigned, following=catcher.next)
        except EVALUATION_ERRORS as problem:  # the catcher's own ResultPath doesn't fit: nobody handles that
            core.fail(frame, self.failure_of(core, frame, problem))
            return None

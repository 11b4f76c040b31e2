"""What every state does: enter, leave, and turn an error of evaluation into a failure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from asl.expressions.scope import EvaluationError, PathNotFound, QueryEvaluationError
from asl.jsontext import LARGE, SMALL, NotJSON, encode, encode_by_parts, too_large
from asl.kernel.outcome import RUNTIME_ERROR, Failure
from asl.states.dataflow import JsonPathFlow
from asl.states.jsonata import JsonataFlow
from asl.states.scope import VisitScope
from asl.states.variables import DATA_LIMIT_ERROR, VariableLimitError, assign
from asl.syntax.fields import JSONATA

if TYPE_CHECKING:
    from collections.abc import Mapping

    from asl.kernel.core import Core
    from asl.kernel.frame import Frame
    from asl.kernel.outcome import Outcome

Flow = JsonPathFlow | JsonataFlow

#: What evaluating may raise: an error of the language, or a value that can't be written as JSON (nested too deeply).
EVALUATION_ERRORS = (EvaluationError, NotJSON)


class State:
    """A compiled state. ``next`` is linked after all states of its scope exist; None ends the line of control."""

    type: ClassVar[str]
    entered: ClassVar[str]  # the event types of its visits
    exited: ClassVar[str]
    aborted: ClassVar[str | None] = None  # AWS has such an event only for states that can last

    def __init_subclass__(cls) -> None:
        if "type" in cls.__dict__:  # not for what some types share
            cls.entered, cls.exited = f"{cls.type}StateEntered", f"{cls.type}StateExited"

    def __init__(self, name: str, fields: Mapping[str, Any], language: str) -> None:
        self.name = name
        self.comment = fields.get("Comment")
        self.target: str | None = fields.get("Next")
        self.next: State | None = None
        self.flow: Flow = JsonataFlow(fields) if language == JSONATA else JsonPathFlow(fields)

    def link(self, states: Mapping[str, State]) -> None:
        """Turn names of targets into the states themselves."""
        self.next = states[self.target] if self.target is not None else None

    # -- the kernel's side ---------------------------------------------------------------------------------------------

    def enter(self, core: Core, frame: Frame) -> State | None:
        """Begin a visit: write ...StateEntered, then do the work."""
        core.record_entered(frame, self.entered, self.name)
        try:
            return self.work(core, frame)
        except EVALUATION_ERRORS as problem:
            return self.broken(core, frame, problem)

    def work(self, core: Core, frame: Frame) -> State | None:
        """What the state does once it is entered. May raise EVALUATION_ERRORS."""
        raise NotImplementedError(f"{type(self).__name__} does nothing")

    def resume(self, core: Core, frame: Frame, outcome: Outcome | None) -> State | None:
        """Only states that wait are resumed."""
        raise AssertionError(f"{self.type} states never wait ({frame.phase!r}, {outcome!r})")

    def started(self, core: Core, frame: Frame, worker: str | None) -> None:
        """Only tasks start."""
        raise AssertionError(f"{self.type} states have no task")

    def redrive(self, core: Core, frame: Frame) -> State | None:
        """The state was entered already; its events follow that, as on AWS."""
        frame.phase = ""
        frame.previous = frame.visit
        try:
            return self.work(core, frame)
        except EVALUATION_ERRORS as problem:
            return self.broken(core, frame, problem)

    def submitted(self, core: Core, frame: Frame, output: str) -> None:
        """Only tasks are submitted."""
        raise AssertionError(f"{self.type} states have no task")

    def joined(self, core: Core, frame: Frame, child: Frame) -> State | None:
        """Only Parallel and Map have children."""
        raise AssertionError(f"{self.type} states have no children ({child.id})")

    def child_failed(self, core: Core, frame: Frame, child: Frame, failure: Failure) -> State | None:
        """Only Parallel and Map have children."""
        raise AssertionError(f"{self.type} states have no children ({child.id})")

    def abort(self, core: Core, frame: Frame, cause: int) -> None:
        """Record that the visit is cut off."""
        if self.aborted is not None:
            core.record_after(cause, frame, self.aborted)

    # -- for the states themselves -------------------------------------------------------------------------------------

    def scope(self, core: Core, frame: Frame) -> VisitScope | None:
        """The surroundings of the state's expressions; None when none of them looks at any."""
        return VisitScope(core, frame) if self.flow.reads_scope else None

    def leave(
        self,
        core: Core,
        frame: Frame,
        output: Any,
        text: str | None = None,
        *,
        assigned: dict[str, Any] | None = None,
        following: State | None = None,
        rule: int | None = None,
    ) -> State | None:
        """Write ...StateExited and go on: to ``following`` if given, else to ``next``, else the line ends here.

        ``text`` is the output's JSON text where it is known; an output that *is* the raw input keeps the input's.
        """
        if text is None:
            if output is frame.value:
                text = frame.text
            elif len(frame.text) > LARGE and type(output) is dict:
                text, frame.parts = encode_by_parts(output, frame.parts)
            else:
                text = encode(output)
        if len(text) > SMALL and too_large(text):
            core.crash(frame, Failure(DATA_LIMIT_ERROR, size_cause(self.name)))
            return None
        shown = assign(core, frame, self.name, assigned) if assigned else None
        core.record_exited(frame, self.exited, self.name, text, shown, rule)
        target = following or self.next
        if target is None:
            core.finish(frame, output, text)
            return None
        frame.value, frame.text = output, text
        return target

    def broken(self, core: Core, frame: Frame, problem: EvaluationError | NotJSON) -> State | None:
        """An expression could not be evaluated, or its value not be written."""
        core.fail(frame, self.failure_of(core, frame, problem))
        return None

    def failure_of(self, core: Core, frame: Frame, problem: EvaluationError | NotJSON) -> Failure:
        """The failure that AWS reports for such a problem, with its prefix; EvaluationFailed is recorded where AWS
        does."""
        if isinstance(problem, NotJSON):
            return Failure(RUNTIME_ERROR, self.cause(frame, f"The value can't be written as JSON: {problem}"))
        if isinstance(problem, PathNotFound) and problem.field is not None:
            text = (
                f"The JSONPath '{problem.path}' specified for the field '{problem.field}' "
                f"could not be found in the input '{frame.text}'"
            )
            return Failure(problem.error, self.cause(frame, text))
        if isinstance(problem, VariableLimitError):
            frame.previous = core.record_after(
                frame.visit, frame, "EvaluationFailed", self.name, problem.error, problem.cause, problem.location
            )
            return Failure(problem.error, problem.cause)
        cause = self.cause(frame, problem.cause)
        if isinstance(problem, QueryEvaluationError):
            origin = self.evaluation_origin(frame, problem.location)
            frame.previous = core.record_after(
                origin, frame, "EvaluationFailed", self.name, problem.error, cause, problem.location
            )
        return Failure(problem.error, cause)

    def evaluation_origin(self, frame: Frame, location: str | None) -> int:
        """What EvaluationFailed follows: on AWS the event before the state was entered."""
        return frame.came_from

    def cause(self, frame: Frame, text: str) -> str:
        """AWS's sentence around the cause of a failed evaluation."""
        where = f"the state '{self.name}' (entered at the event id #{frame.visit})"
        return f"An error occurred while executing {where}. {text}"


def size_cause(what: str) -> str:
    """AWS's words for a payload over 256 KiB."""
    return f"The state/task '{what}' returned a result with a size exceeding the maximum number of bytes service limit."

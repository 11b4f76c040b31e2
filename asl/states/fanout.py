"""What Parallel and Map have in common: children run, their results are gathered in order, the first failure aborts the
rest."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from asl.jsontext import encode
from asl.kernel.frame import DONE, JOINING
from asl.kernel.outcome import RUNTIME_ERROR
from asl.states.base import EVALUATION_ERRORS, State
from asl.states.handled import BACKOFF, HandledState

if TYPE_CHECKING:
    from asl.expressions.scope import EvaluationError
    from asl.jsontext import NotJSON
    from asl.kernel.core import Core
    from asl.kernel.frame import Frame
    from asl.kernel.outcome import Failure, Outcome

#: From so many arrays on, results might be nested too deeply. Only the encoder notices, which joined texts never meet.
_DEEP = 100

CHILDREN = "children"  # the phase in which children run
#: the phase in which their results are the state's: ...StateSucceeded is written, and so never ...StateFailed
GATHERED = "gathered"


class FanOutState(HandledState):
    """A state that runs children. History: ...StateStarted, the children, ...StateSucceeded or ...StateFailed,
    ...StateExited."""

    started_event: ClassVar[str]
    succeeded_event: ClassVar[str]
    failed_event: ClassVar[str]

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        cls.started_event, cls.succeeded_event = f"{cls.type}StateStarted", f"{cls.type}StateSucceeded"
        cls.failed_event, cls.aborted = f"{cls.type}StateFailed", f"{cls.type}StateAborted"

    def resume(self, core: Core, frame: Frame, outcome: Outcome | None) -> State | None:
        assert frame.phase == BACKOFF, "between attempts a Parallel or Map waits for its children only"
        assert outcome is None, "nobody answers a backoff"
        return self.attempt_again(core, frame)

    def go_on(self, core: Core, frame: Frame) -> State | None:
        """Take up children when none is under way: begin those that are left, else gather."""
        raise NotImplementedError

    def redrive(self, core: Core, frame: Frame) -> State | None:
        """Children that are not done are taken up by themselves; here there are none, or none that isn't done."""
        if frame.children is None:
            return super().redrive(core, frame)
        frame.phase, frame.status = CHILDREN, JOINING
        frame.previous = max((child.previous for child in frame.children), default=frame.visit)
        try:
            return self.go_on(core, frame)
        except EVALUATION_ERRORS as problem:
            return self.broken(core, frame, problem)

    def gather(self, core: Core, frame: Frame) -> State | None:
        """All children are done: their results in order are the result. The texts are joined, not written again."""
        children = frame.children or ()
        results = [child.value for child in children]
        text = f"[{','.join([child.text for child in children])}]"
        core.drop_children(frame)
        frame.local = frame.plan = None
        frame.phase = GATHERED
        # Succeeded and Exited have the same predecessor on AWS.
        core.record_after(frame.previous, frame, self.succeeded_event)
        try:
            if text.count("[") > _DEEP:
                encode(results)
            if self.flow.plain:
                return self.leave(core, frame, results, text)
            output, assigned = self.flow.finish(frame.value, results, self.scope(core, frame))
            return self.leave(core, frame, output, assigned=assigned)
        except EVALUATION_ERRORS as problem:
            return self.broken(core, frame, problem)

    def child_failed(self, core: Core, frame: Frame, child: Frame, failure: Failure) -> State | None:
        """The first failure ends all children; every record of that follows the event which tells of it."""
        origin = child.previous
        for other in frame.children or ():
            if other.status is not DONE:
                self.abort_child(core, frame, other, child, origin)
        core.drop_children(frame)
        frame.local = frame.plan = None
        frame.previous = origin
        return self.handle(core, frame, failure)

    def broken(self, core: Core, frame: Frame, problem: EvaluationError | NotJSON) -> State | None:
        """An evaluation that fails while children run (an item's ItemSelector) cuts them off."""
        failure = self.failure_of(core, frame, problem)
        if frame.children is not None and failure.error != RUNTIME_ERROR:
            self.cut_children(core, frame, frame.previous)
        core.drop_children(frame)
        frame.local = frame.plan = None
        return self.handle(core, frame, failure)

    def cut_children(self, core: Core, frame: Frame, origin: int) -> None:
        """Record the end of all children that are not done; none of them has caused it."""
        for child in frame.children or ():
            if child.status is not DONE:
                self.abort_child(core, frame, child, None, origin)

    def abort_child(self, core: Core, frame: Frame, child: Frame, failed: Frame | None, origin: int) -> None:
        """Record the end of a child that is not done; ``failed`` is the one that caused it (None: none of these)."""
        # Between two states, without a phase, nothing is open.
        if not _has_ended(child) if child is failed else child.phase:
            child.state.abort(core, child, origin)

    def give_up(self, core: Core, frame: Frame) -> None:
        if frame.phase != GATHERED:
            core.record(frame, self.failed_event)

    def abort(self, core: Core, frame: Frame, cause: int) -> None:
        """The state itself, then what is open below it."""
        super().abort(core, frame, cause)
        self.cut_children(core, frame, cause)


def _has_ended(child: Frame) -> bool:
    """Whether history already tells of the end of the child's state: a Map or Parallel writes ...StateFailed for
    that."""
    return isinstance(child.state, FanOutState) and child.children is None

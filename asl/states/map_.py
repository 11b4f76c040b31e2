"""Map (inline): runs its processor once for each item and gathers the results in item order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from asl.errors import UnsupportedError
from asl.expressions.reference import compile_reference_path
from asl.expressions.scope import EvaluationError, PathNotFound
from asl.expressions.template import compile_template
from asl.jsontext import encode
from asl.kernel.core import RUNTIME_ERROR
from asl.states.dataflow import JsonPathFlow
from asl.states.fanout import CHILDREN, FanOutState
from asl.states.scope import VisitScope

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from asl.kernel.core import Core
    from asl.kernel.frame import Frame
    from asl.states.base import State

#: However much concurrency is asked for, AWS runs at most so many iterations of an inline Map at a time.
INLINE_CONCURRENCY = 40


class Map(FanOutState):
    """Iterations start lazily, at most MaxConcurrency (and 40) at a time, in ascending order."""

    type = "Map"

    def __init__(
        self, name: str, fields: Mapping[str, Any], compile_scope: Callable[[Mapping[str, Any]], State]
    ) -> None:
        super().__init__(name, fields)
        processor: Mapping[str, Any] = fields.get("ItemProcessor") or fields["Iterator"]
        if processor.get("ProcessorConfig", {}).get("Mode", "INLINE") != "INLINE":
            raise UnsupportedError(
                f"the Map state '{name}' is a Distributed Map (Mode DISTRIBUTED), which can't be run yet; "
                "use Mode INLINE to run it here"
            )
        selector = "ItemSelector" if "ItemSelector" in fields else "Parameters"
        self.flow = JsonPathFlow(fields, parameters="")  # Parameters is the old name of ItemSelector here
        self.selector = compile_template(fields[selector]) if selector in fields else None
        self.items_path = compile_reference_path(fields.get("ItemsPath", "$"))
        self.concurrency: int = fields.get("MaxConcurrency", 0)
        self.concurrency_path = (
            compile_reference_path(fields["MaxConcurrencyPath"]) if "MaxConcurrencyPath" in fields else None
        )
        self.processor = compile_scope(processor)

    def attempt(self, core: Core, frame: Frame) -> State | None:
        scope = VisitScope(core, frame)
        effective = self.flow.effective(frame.value, scope)
        limit = self._limit(effective, scope)
        items = self._items(effective, scope)
        core.record(frame, self.started_event, len(items))
        core.fan_out(frame, CHILDREN)
        frame.local = {"items": items, "input": effective, "left": len(items)}
        if not items:
            return self.gather(core, frame)
        origin = frame.previous
        batch = [self._begin(core, frame, index, origin) for index in range(min(limit, len(items)))]
        for index, started in enumerate(batch):
            self._spawn(core, frame, index, started)
        return None

    def joined(self, core: Core, frame: Frame, child: Frame) -> State | None:
        line = child.previous
        succeeded = core.record_after(line, frame, "MapIterationSucceeded", self.name, child.slot)
        local = frame.local
        local["left"] -= 1
        if not local["left"]:
            frame.previous = succeeded
            return self.gather(core, frame)
        assert frame.children is not None, "a child has just ended"
        index = len(frame.children)
        if index < len(local["items"]):
            # The next iteration follows the last inner event of the one whose place it takes.
            started = self._begin(core, frame, index, line)
            try:
                self._spawn(core, frame, index, started)
            except EvaluationError as problem:
                return self._selector_failed(core, frame, problem)
        return None

    def abort_child(self, core: Core, frame: Frame, child: Frame, failed: Frame | None, origin: int) -> None:
        kind = "MapIterationFailed" if child is failed else "MapIterationAborted"
        core.record_after(origin, frame, kind, self.name, child.slot)
        super().abort_child(core, frame, child, failed, origin)

    def _begin(self, core: Core, frame: Frame, index: int, origin: int) -> int:
        return core.record_after(origin, frame, "MapIterationStarted", self.name, index)

    def _spawn(self, core: Core, frame: Frame, index: int, started: int) -> None:
        local = frame.local
        value = item = local["items"][index]
        if self.selector is not None:
            scope = VisitScope(core, frame, item=(index, item)) if self.selector.reads_scope else None
            value = self.selector(local["input"], scope)
        child = core.spawn(frame, self.processor, value, encode(value), started)
        child.item = (index, item)

    def _selector_failed(self, core: Core, frame: Frame, problem: EvaluationError) -> State | None:
        """A later item's ItemSelector can't be evaluated: the iterations under way are cut off."""
        failure = self.failure_of(frame, problem)
        for child in frame.children or ():
            if child.id in core.frames:
                self.abort_child(core, frame, child, None, frame.previous)
        core.drop_children(frame)
        return self.handle(core, frame, failure)

    def _limit(self, effective: Any, scope: VisitScope) -> int:
        wanted = self.concurrency
        if self.concurrency_path is not None:
            path = self.concurrency_path
            value = path(effective, scope)
            if not isinstance(value, int) or isinstance(value, bool):
                shown = "{}" if isinstance(value, dict) else encode(value)
                raise EvaluationError(
                    RUNTIME_ERROR,
                    f"The MaxConcurrencyPath field refers to value {_quoted(shown)} which is not a valid integer: {path.text}",
                )
            if value < 0:
                raise EvaluationError(RUNTIME_ERROR, f"MaxConcurrency cannot be negative: {path.text} == {value}")
            wanted = value
        return min(wanted or INLINE_CONCURRENCY, INLINE_CONCURRENCY)

    def _items(self, effective: Any, scope: VisitScope) -> list[Any]:
        path = self.items_path
        try:
            items = path(effective, scope)
        except PathNotFound:
            items = None
        if not isinstance(items, list):
            raise EvaluationError(RUNTIME_ERROR, f'Reference path "{path.text}" must point to array.')
        return items


def _quoted(text: str) -> str:
    return text if text.startswith('"') else f'"{text}"'

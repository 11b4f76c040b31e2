"""What the expressions of one state visit may see: the context object, variables, the visit's random numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from asl.kernel import entropy
from asl.kernel.execution import iso

if TYPE_CHECKING:
    from collections.abc import Mapping

    from asl.kernel.core import Core
    from asl.kernel.frame import Frame


class VisitScope:
    """The surroundings of a state visit (see ``asl.expressions.scope.Scope``)."""

    __slots__ = ("_context", "_core", "_frame", "_item", "_token", "states")

    def __init__(self, core: Core, frame: Frame, token: str | None = None, item: tuple[int, Any] | None = None) -> None:
        self.states: dict[str, Any] = {}  # what ``$states`` of JSONata holds besides input and context
        self._core = core
        self._frame = frame
        self._token = token
        self._item = item
        self._context: dict[str, Any] | None = None

    @property
    def context(self) -> dict[str, Any]:
        """The context object ``$$``, with what AWS puts there."""
        if self._context is None:
            self._context = context_object(self._core, self._frame, self._token, self._item)
        return self._context

    @property
    def variables(self) -> Mapping[str, Any]:
        """Variables of this line of control over those of the outer ones."""
        frame = self._frame
        parent = frame.parent
        found = frame.variables or {}
        while parent is not None:
            if parent.variables:
                found = parent.variables | found
            parent = parent.parent
        return found

    def bindings(self, data: Any, *, context: bool) -> dict[str, Any]:
        """The names that a JSONata expression sees: the variables, and ``states``."""
        states = {"input": data, **self.states}
        if context:
            states["context"] = self.context
        return {**self.variables, "states": states}

    @property
    def now(self) -> int:
        """The execution's clock, in milliseconds."""
        return self._core.now

    def random(self) -> float:
        """The next random number of this line of control."""
        return entropy.unit(self._core.draw(self._frame))

    def uuid(self) -> str:
        """The next UUID of this line of control."""
        return entropy.uuid4(self._core.draw(self._frame))


def context_object(core: Core, frame: Frame, token: str | None, item: tuple[int, Any] | None) -> dict[str, Any]:
    """The context object as AWS fills it. RetryCount is there only in states that can be retried."""
    execution = core.execution
    state: dict[str, Any] = {"Name": frame.state.name, "EnteredTime": iso(frame.entered_at)}
    if getattr(frame.state, "handlers", None) is not None:
        state["RetryCount"] = frame.attempt
    context: dict[str, Any] = {
        "Execution": execution.about,
        "StateMachine": execution.about_machine,
        "State": state,
    }
    if token is not None:
        context["Task"] = {"Token": token}
    item = item or _item_of(frame)
    if item is not None:
        context["Map"] = {"Item": {"Index": item[0], "Value": item[1]}}
    return context if execution.overlay is None else execution.overlay(context)


def _item_of(frame: Frame) -> tuple[int, Any] | None:
    line: Frame | None = frame
    while line is not None:
        if line.item is not None:
            return line.item
        line = line.parent
    return None

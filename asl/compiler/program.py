"""A compiled state machine: states that point at each other. Compiled once, run many times, by many executions at
once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from asl.errors import DefinitionError
from asl.expressions.scope import ExpressionSyntaxError
from asl.states.choice import Choice
from asl.states.fail import Fail
from asl.states.function import compile_task
from asl.states.map_ import Map
from asl.states.parallel import Parallel
from asl.states.pass_ import Pass
from asl.states.succeed import Succeed
from asl.states.task import Task
from asl.states.wait import Wait
from asl.syntax.fields import JSONPATH

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from asl.states.base import State

#: the states that hold no others
_SIMPLE: dict[str, Callable[..., State]] = {
    **{state.type: state for state in (Pass, Choice, Wait, Succeed, Fail)},
    Task.type: compile_task,
}
_CONTAINERS: dict[str, Callable[..., State]] = {Parallel.type: Parallel, Map.type: Map}


_YEAR = 365 * 24 * 3_600_000
_FIVE_MINUTES = 300_000


class Program:
    """The states of a valid definition, linked. ``states`` has all of them by name, at any depth, in document order."""

    __slots__ = ("_language", "longest", "start", "states", "tasks", "timeout")

    def __init__(self, definition: Mapping[str, Any], *, express: bool = False) -> None:
        self.longest = _FIVE_MINUTES if express else _YEAR
        self.states: dict[str, State] = {}
        self._language: str = definition.get("QueryLanguage", JSONPATH)
        self.start = self._compile_scope(definition)
        seconds = definition.get("TimeoutSeconds")
        self.timeout: int | None = None if seconds is None else seconds * 1000
        self.tasks = [state for state in self.states.values() if isinstance(state, Task)]

    def state(self, name: str) -> State:
        """The state of this name, at any depth."""
        return self.states[name]

    def _compile_scope(self, scope: Mapping[str, Any]) -> State:
        """Compile the states of one scope (the machine, a branch, a processor). Returns the one it starts at."""
        scope_states: dict[str, State] = {}
        for name, fields in scope["States"].items():
            kind = fields["Type"]
            language = fields.get("QueryLanguage", self._language)  # also below a Map or Parallel of the other language
            try:
                if kind in _CONTAINERS:
                    state = _CONTAINERS[kind](name, fields, language, self._compile_scope)
                else:
                    state = _SIMPLE[kind](name, fields, language)
            except ExpressionSyntaxError as problem:
                raise DefinitionError(f"the state '{name}' can't be compiled: {problem.message}") from None
            scope_states[name] = self.states[name] = state
        for state in scope_states.values():
            state.link(scope_states)
        return scope_states[scope["StartAt"]]

"""The search for Hypothesis: ``executions(machine)`` is a strategy whose examples are finished runs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from asl.testing.explore.cases import make_case
from asl.testing.explore.model import Model

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from hypothesis.strategies import SearchStrategy

    from asl.machine import StateMachine
    from asl.tasks.call import Handler
    from asl.testing.run import Run


def executions(
    machine: StateMachine,
    *,
    handlers: Mapping[str, Handler] | None = None,
    schema: Any = None,
    example: Any = None,
    results: Mapping[str, Any] | None = None,
) -> SearchStrategy[Run]:
    """Runs of a machine with inputs, results, errors, time-outs and delays made up; options as ``find_failures`` has
    them.

    A falsifying example shows itself as a test that can be kept. Raises ImportError without Hypothesis.
    """
    from hypothesis import strategies as st

    from asl.testing.explore.search import _has_handler

    functions = dict(handlers or {})
    handled = frozenset(task.name for task in machine.program.tasks if _has_handler(task, functions))
    model = Model(machine, schema=schema, example=example, results=results, handled=handled)

    @st.composite
    def runs(draw: Callable[[Any], Any]) -> Run:
        case = make_case(model, _Drawn(draw))
        run = case.run(machine, functions)
        run.origin = case.code("found", machine.source.name, "run.succeeded")
        return run

    return runs()


class _Drawn:
    """Choices that Hypothesis makes, and can take back."""

    def __init__(self, draw: Callable[[Any], Any]) -> None:
        self._draw = draw

    def one_of(self, options: Sequence[Any]) -> Any:
        from hypothesis import strategies as st

        return options[self._draw(st.integers(0, len(options) - 1))]

    def whole(self, low: int, high: int) -> int:
        from hypothesis import strategies as st

        return int(self._draw(st.integers(low, high)))

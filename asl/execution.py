"""What a run came to: status, output, history and visits of one execution."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from asl.errors import ExecutionAborted, ExecutionError, ExecutionFailed, ExecutionTimedOut
from asl.jsontext import decode

if TYPE_CHECKING:
    from collections.abc import Mapping

    from asl.kernel.core import Core
    from asl.kernel.events import Event, Note
    from asl.visits import Visit

_ENDS: dict[str, type[ExecutionError]] = {
    "FAILED": ExecutionFailed,
    "TIMED_OUT": ExecutionTimedOut,
    "ABORTED": ExecutionAborted,
}


class Execution:
    """A finished execution. Everything is derived from the compact event log when it is first asked for."""

    __slots__ = ("_core", "_definition", "_history", "_output", "_visits")

    def __init__(self, core: Core, definition: Mapping[str, Any] | None = None) -> None:
        self._core = core
        self._definition = definition
        self._history: list[dict[str, Any]] | None = None
        self._visits: list[Visit] | None = None
        self._output: Any = core  # not read yet

    @property
    def status(self) -> str:
        """``"SUCCEEDED"``, ``"FAILED"``, ``"TIMED_OUT"`` or ``"ABORTED"``."""
        return self._core.status

    @property
    def output(self) -> Any:
        """The output as a value of its own; None unless the execution succeeded."""
        if self._output is self._core:
            text = self._core.output
            self._output = None if text is None else decode(text)
        return self._output

    @property
    def output_text(self) -> str | None:
        """The output as JSON text, as AWS's API returns it."""
        return self._core.output

    @property
    def error(self) -> str | None:
        """The error name, if it failed with one. A time-out of the whole execution has none on AWS."""
        return None if self.status == "TIMED_OUT" else self._core.error

    @property
    def cause(self) -> str | None:
        """The cause, if it failed with one."""
        return self._core.cause

    @property
    def name(self) -> str:
        """The execution's name."""
        name: str = self._core.execution.name
        return name

    @property
    def arn(self) -> str:
        """The execution's ARN."""
        arn: str = self._core.execution.arn
        return arn

    @property
    def machine_arn(self) -> str:
        """The ARN of its state machine."""
        arn: str = self._core.execution.machine_arn
        return arn

    @property
    def seed(self) -> str:
        """The seed of its random numbers; running again with it gives the same ones."""
        return self._core.seed

    @property
    def events(self) -> list[Event]:
        """The compact log (see ``asl.kernel.events``)."""
        return self._core.events

    @property
    def notes(self) -> list[Note]:
        """Decisions that AWS's history doesn't show (see ``asl.kernel.events``)."""
        return self._core.notes

    @property
    def history(self) -> list[dict[str, Any]]:
        """The events as AWS's GetExecutionHistory returns them; payloads are JSON strings, timestamps epoch seconds."""
        if self._history is None:
            from asl.history import history

            self._history = history(self._core.events)
        return self._history

    @property
    def visits(self) -> list[Visit]:
        """One record per state visit, in order of entering: name, input, output, start, end, attempts, error, ..."""
        if self._visits is None:
            from asl.visits import fold

            self._visits = fold(self._core.events, self._core.notes)
        return self._visits

    def raise_for_status(self) -> Any:
        """The output if the execution succeeded; else raises ExecutionFailed, ExecutionTimedOut or ExecutionAborted."""
        end = _ENDS.get(self.status)
        if end is None:
            return self.output
        details = ": ".join(part for part in (self._core.error, self._core.cause) if part)
        raise end(f"execution {self.name} {self.status}" + (f": {details}" if details else ""), self.error, self.cause)

    def _repr_svg_(self) -> str | None:
        """The drawing that a notebook shows: the state machine in the colours of this run."""
        if self._definition is None:
            return None
        from asl.graph import draw

        return draw(self._definition, self, title=self.name)

    def __repr__(self) -> str:
        failed = f" {self._core.error}" if self._core.error else ""
        return f"<Execution {self.name} {self.status}{failed}, {len(self._core.events)} events>"

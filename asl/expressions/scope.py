"""What an expression may see besides its data, and how it says that it can't be evaluated."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping


class Scope(Protocol):
    """The surroundings of one evaluation. Only expressions with ``reads_scope`` set get a real one; others get None."""

    @property
    def context(self) -> dict[str, Any]:
        """The context object, ``$$`` (built when first asked for)."""

    @property
    def variables(self) -> Mapping[str, Any]:
        """Workflow variables by name, inner scopes already laid over outer ones."""

    @property
    def now(self) -> int:
        """The execution's clock: milliseconds since the epoch, the same throughout one state visit's evaluation."""

    def random(self) -> float:
        """The next random number in [0, 1) of this state visit; reproducible from the execution's seed."""

    def uuid(self) -> str:
        """The next version-4 UUID of this state visit; reproducible from the execution's seed."""


class ExpressionSyntaxError(ValueError):
    """An expression's text can't be compiled. ``offset`` is the position of the problem inside the text."""

    def __init__(self, message: str, offset: int = 0) -> None:
        super().__init__(message)
        self.message = message
        self.offset = offset


class EvaluationError(Exception):
    """An expression can't be evaluated on this data: an error of the language on its way to becoming a Failure.

    ``cause`` has no "An error occurred while executing the state ..." prefix; the state adds it.
    """

    def __init__(self, error: str, cause: str) -> None:
        super().__init__(f"{error}: {cause}")
        self.error = error
        self.cause = cause


class PathNotFound(EvaluationError):
    """A definite path leads nowhere. ``cause`` is Jayway's sentence, as AWS shows it for InputPath and OutputPath:

        Invalid path '$.X' : No results for path: $['X']
        Invalid path '$.no.such.path' : Missing property in path $['no']

    ``field`` is set by payload templates (the name of the field with its ``.$``): AWS then says something else, which
    needs the state's whole input, so that the state writes that sentence.
    """

    def __init__(self, path: str, reason: str, field: str | None = None) -> None:
        super().__init__("States.Runtime", f"Invalid path '{path}' : {reason}")
        self.path = path
        self.reason = reason
        self.field = field


class QueryEvaluationError(EvaluationError):
    """A JSONata expression can't be evaluated, or its result doesn't fit its field.

    ``location`` names the field as AWS does: ``Output``, ``Output/total``, ``Assign/x``, ``Arguments/FunctionName``;
    None where AWS gives none.
    """

    def __init__(self, cause: str, location: str | None) -> None:
        super().__init__("States.QueryEvaluationError", cause)
        self.location = location

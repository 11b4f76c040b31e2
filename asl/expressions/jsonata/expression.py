"""One compiled JSONata expression of a state machine: its evaluation, and what it says when it fails."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NoReturn

from asl.expressions.jsonata.analysis import Findings, analyse
from asl.expressions.jsonata.builtin import LIBRARY
from asl.expressions.jsonata.compiler import Compiler
from asl.expressions.jsonata.errors import JsonataError, LimitError, memory_exceeded, stack_exceeded
from asl.expressions.jsonata.lowering import lower
from asl.expressions.jsonata.parser import parse
from asl.expressions.jsonata.results import UnsupportedResult, cleaner, plain
from asl.expressions.jsonata.run import Run
from asl.expressions.jsonata.values import UNDEFINED, Frame
from asl.expressions.scope import ExpressionSyntaxError, QueryEvaluationError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from asl.expressions.jsonata.nodes import Node
    from asl.expressions.scope import Scope

    Evaluate = Callable[[Any, Frame], Any]


class Expression:
    """A compiled expression. Call it with ``(bindings, scope)``; ``scope`` may be None unless ``reads_scope``.

    ``bindings`` are ``states`` and the workflow variables by name, without ``$``. It may be called from several
    threads.

    Attributes:
        text: what stands between ``{%`` and ``%}``, trimmed.
        field: the slash path of the field that holds it, as AWS's messages name it.
        references: names of the workflow variables that it reads.
        states_references: what it reads of ``$states``, with the offset of the first time: ``input``, ``result``,
            ``context.Execution``, ...; ``""`` if it takes ``$states`` as a whole.
        reads_context: it reads ``$states.context`` or ``$states`` as a whole.
        reads_scope: it asks for the time, random numbers or identifiers.
    """

    __slots__ = (
        "_clean",
        "_evaluate",
        "field",
        "reads_context",
        "reads_scope",
        "references",
        "states_references",
        "text",
    )

    def __init__(self, text: str, field: str, program: Node, findings: Findings, evaluate: Evaluate) -> None:
        self.text = text
        self.field = field
        self._evaluate = evaluate
        self._clean = cleaner(program, findings.bound)
        self.references = frozenset(findings.variables)
        self.states_references = dict(findings.states)
        self.reads_context = any(read.partition(".")[0] in ("", "context") for read in findings.states)
        self.reads_scope = findings.needs_scope

    def __call__(self, bindings: Mapping[str, Any], scope: Scope | None = None) -> Any:
        """The value, JSON as Python holds it. Raises QueryEvaluationError with AWS's sentence as its cause."""
        try:
            value = self._evaluate(UNDEFINED, Frame({}, None, Run(bindings, scope)))
            if value is UNDEFINED:
                self._fail("returned nothing (undefined).")
            return value if self._clean is plain else self._clean(value)
        except JsonataError as problem:
            self._fail(f"threw an error during evaluation. {problem.code}: {problem.message}")
        except LimitError as problem:
            self._fail(f"threw an error during evaluation: {problem.cause}")
        except UnsupportedResult:
            self._fail("returned an unsupported result type.")
        except RecursionError:
            self._fail(f"threw an error during evaluation: {stack_exceeded().cause}")
        except (MemoryError, OverflowError):
            self._fail(f"threw an error during evaluation: {memory_exceeded().cause}")

    def _fail(self, what: str) -> NoReturn:
        cause = f"The JSONata expression '{self.text}' specified for the field '{self.field}' {what}"
        raise QueryEvaluationError(cause, self.field) from None


def read(text: str) -> tuple[Node, Findings, Evaluate]:
    """The program of an expression, what was found in it, its evaluation. Raises ExpressionSyntaxError if it can't
    be parsed.
    """
    try:
        program = lower(parse(text))
        findings = analyse(program)
        return program, findings, Compiler(LIBRARY, findings.bound).compile(program)
    except JsonataError as problem:
        raise ExpressionSyntaxError(f"{problem.code}: {problem.message}", problem.inserts.get("position", 0)) from None
    except RecursionError:
        raise ExpressionSyntaxError(
            "The expression is nested too deeply, or is too long a chain of operators"
        ) from None


def compile_expression(text: str, field: str) -> Expression:
    """Compile the text between ``{%`` and ``%}``. Raises ExpressionSyntaxError with the offset in the trimmed text."""
    text = text.strip()
    program, findings, evaluate = read(text)
    if findings.problems:
        raise ExpressionSyntaxError(*findings.problems[0])
    return Expression(text, field, program, findings, evaluate)

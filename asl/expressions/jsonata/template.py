"""Values of JSONata states: any JSON in which strings written ``{% ... %}`` are expressions, at any depth.

All else is literal, names of members too. Literal subtrees are shared between all results, never copied (payloads are
immutable by convention).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from asl.expressions.jsonata import is_expression
from asl.expressions.jsonata.expression import Expression, compile_expression
from asl.expressions.jsonata.values import type_name
from asl.expressions.located import LocatedSyntaxError, pointer_to
from asl.expressions.scope import ExpressionSyntaxError, QueryEvaluationError
from asl.jsontext import encode

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from asl.expressions.scope import Scope

    Evaluate = Callable[[Mapping[str, Any], Scope | None], Any]

#: How deep objects and arrays of a value may nest.
MAX_DEPTH: Final = 100


class JsonataTemplate:
    """A compiled value. Call it with ``(bindings, scope)``, as an Expression.

    Attributes:
        constant: it holds no expression, so that its value is always the same object.
        expressions: (JSON pointer from the value down, Expression) of each, in document order.
        references, reads_context, reads_scope: as those of the expressions in it.
    """

    __slots__ = ("constant", "expressions", "get", "reads_context", "reads_scope", "references")

    def __init__(self, get: Evaluate, expressions: list[tuple[str, Expression]]) -> None:
        self.get = get
        self.expressions = expressions
        self.constant = not expressions
        self.references = frozenset(name for _, expression in expressions for name in expression.references)
        self.reads_context = any(expression.reads_context for _, expression in expressions)
        self.reads_scope = any(expression.reads_scope for _, expression in expressions)

    def __call__(self, bindings: Mapping[str, Any], scope: Scope | None = None) -> Any:
        """The value. Raises QueryEvaluationError of the first expression that fails, in document order."""
        return self.get(bindings, scope)


def compile_value(value: Any, field: str) -> JsonataTemplate:
    """Compile any JSON value of ``field``. Raises LocatedSyntaxError with every problem; its ``offset`` is the
    first one's.
    """
    builder = _Builder()
    get = builder.build(value, field, "", 0)
    if builder.problems:
        error = LocatedSyntaxError([(pointer, problem.message) for pointer, problem in builder.problems])
        error.offset = builder.problems[0][1].offset
        raise error
    return JsonataTemplate(get or _constant(value), builder.expressions)


def compile_typed(value: Any, field: str, expected: str) -> JsonataTemplate:
    """The same for a field whose value must be of one type: string, boolean, number, integer, array or object.

    The type of an expression's result is checked at every call; a literal is for the validator to check.
    """
    template = compile_value(value, field)
    if not is_expression(value):
        return template
    expression = template.expressions[0][1]

    def get(bindings: Mapping[str, Any], scope: Scope | None) -> Any:
        result = expression(bindings, scope)
        kind = type_name(result)
        if kind == expected:
            return result
        if expected == "integer" and kind == "number" and result == int(result):  # the language has one kind of number
            return int(result)
        raise _unexpected(expression, expected, kind, result)

    template.get = get
    return template


def _unexpected(expression: Expression, expected: str, kind: str, result: Any) -> QueryEvaluationError:
    cause = (
        f"The JSONata expression '{expression.text}' specified for the field '{expression.field}' returned an "
        f"unexpected result type. Expected '{expected}', but was '{kind}' for value: {encode(result)}"
    )
    return QueryEvaluationError(cause, expression.field)


def _constant(value: Any) -> Evaluate:
    return lambda _bindings, _scope: value


class _Builder:
    def __init__(self) -> None:
        self.expressions: list[tuple[str, Expression]] = []
        self.problems: list[tuple[str, ExpressionSyntaxError]] = []

    def build(self, value: Any, field: str, pointer: str, depth: int) -> Evaluate | None:
        """The evaluation of a subtree; None if it is literal."""
        if depth > MAX_DEPTH:
            self.problems.append((pointer, ExpressionSyntaxError(f"nested more than {MAX_DEPTH} levels deep")))
            return None
        if isinstance(value, str):
            return self._expression(value, field, pointer) if is_expression(value) else None
        if isinstance(value, dict):
            members = [
                (name, member, self.build(member, f"{field}/{name}", pointer_to(pointer, name), depth + 1))
                for name, member in value.items()
            ]
            return _object(members) if any(get for _, _, get in members) else None
        if isinstance(value, list):
            items = [
                (item, self.build(item, f"{field}[{index}]", pointer_to(pointer, index), depth + 1))
                for index, item in enumerate(value)
            ]
            return _array(items) if any(get for _, get in items) else None
        return None

    def _expression(self, text: str, field: str, pointer: str) -> Evaluate | None:
        try:
            expression = compile_expression(text[2:-2], field)
        except ExpressionSyntaxError as problem:
            self.problems.append((pointer, problem))
            return None
        self.expressions.append((pointer, expression))
        return expression


def _object(members: list[tuple[str, Any, Evaluate | None]]) -> Evaluate:
    literal = {name: value for name, value, _ in members}
    evaluated = [(name, get) for name, _, get in members if get is not None]

    def get_object(bindings: Mapping[str, Any], scope: Scope | None) -> dict[str, Any]:
        result = literal.copy()
        for name, get in evaluated:
            result[name] = get(bindings, scope)
        return result

    return get_object


def _array(items: list[tuple[Any, Evaluate | None]]) -> Evaluate:
    return lambda bindings, scope: [value if get is None else get(bindings, scope) for value, get in items]

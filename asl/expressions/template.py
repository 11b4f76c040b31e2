"""Payload templates: Parameters, ResultSelector, ItemSelector, Assign and their kin of JSONPath states.

A member whose name ends in ``.$`` holds a path or an intrinsic call; it is evaluated and stored under the name without
``.$``. Everything else is literal, also strings that look like paths; literal subtrees are shared between all results,
never copied (payloads are immutable by convention).

A template becomes one generated function whose expression is the template itself with lookups in place of the paths.
If a lookup in it fails, the slow twin (closures, one per member) runs again to name the field that failed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from asl.expressions.codegen import FAILURES, constant, define, path_source
from asl.expressions.jsonpath import Path, compile_path
from asl.expressions.located import LocatedSyntaxError, pointer_to
from asl.expressions.scope import EvaluationError, ExpressionSyntaxError, PathNotFound

if TYPE_CHECKING:
    from collections.abc import Sequence

    from asl.expressions.codegen import Evaluate
    from asl.expressions.intrinsics import Intrinsic
    from asl.expressions.scope import Scope

#: How deep objects and arrays of a template may nest.
MAX_DEPTH = 100

#: Deeper templates are built by closures alone: Python's parser takes no more than 200 nested brackets.
_GENERATED_DEPTH = 40


class Template:
    """A compiled template. Call it with ``(data, scope)``; ``scope`` may be None unless ``reads_scope``.

    Attributes:
        get: the plain function behind it, for callers that bind it once.
        constant: it holds no ``.$`` member, so that its value is always the same object.
        reads_scope: some path is rooted in ``$$`` or a variable, or a function draws a random number.
        references: the texts of all paths in it, those inside of intrinsic calls too, in document order.
    """

    __slots__ = ("constant", "get", "reads_scope", "references")

    def __init__(self, get: Evaluate, constant: bool, reads_scope: bool, references: tuple[str, ...]) -> None:
        self.get = get
        self.constant = constant
        self.reads_scope = reads_scope
        self.references = references

    def __call__(self, data: Any, scope: Scope | None = None) -> Any:
        """The payload. Raises PathNotFound (its ``field`` set) or EvaluationError."""
        return self.get(data, scope)


def compile_template(value: Any) -> Template:
    """Compile a template: any JSON value. Raises LocatedSyntaxError, which holds every problem with its pointer."""
    compiler = _Compiler()
    node = compiler.node(value, "", 0)
    if compiler.problems:
        raise LocatedSyntaxError(compiler.problems, compiler.hints)
    if isinstance(node, _Literal):
        literal = node.value
        return Template(lambda _data, _scope: literal, True, False, ())
    get = node.evaluate if compiler.deepest > _GENERATED_DEPTH else _generated(node, node.evaluate)
    references = tuple(path for leaf in compiler.leaves for path in leaf.references)
    return Template(get, False, any(leaf.reads_scope for leaf in compiler.leaves), references)


def check_template(value: Any) -> list[tuple[str, str]]:
    """Every problem of a template: JSON pointer within it, and AWS's wording. Empty when it compiles."""
    try:
        compile_template(value)
    except LocatedSyntaxError as problem:
        return problem.problems
    return []


def compile_value(text: str) -> Path | Intrinsic:
    """What a ``.$`` member holds: a path or an intrinsic call. Raises ExpressionSyntaxError."""
    if text.startswith("$"):
        return compile_path(text)
    if text.startswith("States."):
        from asl.expressions.intrinsics import compile_intrinsic

        return compile_intrinsic(text)
    raise ExpressionSyntaxError("neither a path ('$...') nor an intrinsic function call ('States...(...)')")


class _Literal:
    """A subtree without ``.$`` members."""

    def __init__(self, value: Any) -> None:
        self.value = value

    def evaluate(self, _data: Any, _scope: Scope | None) -> Any:
        return self.value

    def source(self, namespace: dict[str, Any]) -> str:
        return constant(namespace, self.value)


class _Leaf:
    """A ``.$`` member: its path or intrinsic call, and the name to blame."""

    def __init__(self, field: str, expression: Path | Intrinsic) -> None:
        self.field = field
        self.get = expression.get
        self.expression = expression
        self.reads_scope = expression.reads_scope
        self.references = (expression.text,) if isinstance(expression, Path) else expression.references

    def evaluate(self, data: Any, scope: Scope | None) -> Any:
        try:
            return self.get(data, scope)
        except PathNotFound as problem:
            raise PathNotFound(problem.path, problem.reason, self.field) from None

    def source(self, namespace: dict[str, Any]) -> str:
        if not isinstance(self.expression, Path):
            return self.expression.source(namespace)
        return path_source(self.expression.root, self.expression.keys, self.get, namespace)


class _Object:
    def __init__(self, members: list[tuple[str, _Node]]) -> None:
        self.members = members

    def evaluate(self, data: Any, scope: Scope | None) -> Any:
        return {name: member.evaluate(data, scope) for name, member in self.members}

    def source(self, namespace: dict[str, Any]) -> str:
        return _joined([(f"{name!r}: ", member) for name, member in self.members], namespace, "{}")


class _Array:
    def __init__(self, items: list[_Node]) -> None:
        self.items = items

    def evaluate(self, data: Any, scope: Scope | None) -> Any:
        return [item.evaluate(data, scope) for item in self.items]

    def source(self, namespace: dict[str, Any]) -> str:
        return _joined([("", item) for item in self.items], namespace, "[]")


if TYPE_CHECKING:
    _Node = _Literal | _Leaf | _Object | _Array


class _Compiler:
    """One walk over a template, which collects the problems instead of stopping at the first."""

    def __init__(self) -> None:
        self.problems: list[tuple[str, str]] = []
        self.hints: dict[str, str] = {}
        self.leaves: list[_Leaf] = []
        self.deepest = 0

    def node(self, value: Any, pointer: str, depth: int) -> _Node:
        self.deepest = max(self.deepest, depth)
        if depth > MAX_DEPTH:
            self.problems.append((pointer, f"The template is nested more than {MAX_DEPTH} levels deep"))
            return _Literal(None)
        if isinstance(value, dict):
            return self._object(value, pointer, depth)
        if isinstance(value, list):
            items = [self.node(item, pointer_to(pointer, index), depth + 1) for index, item in enumerate(value)]
            return _Literal(value) if all(isinstance(item, _Literal) for item in items) else _Array(items)
        return _Literal(value)

    def _object(self, value: dict[str, Any], pointer: str, depth: int) -> _Node:
        members: dict[str, _Node] = {}
        for key, item in value.items():
            place = pointer_to(pointer, key)
            name = key.removesuffix(".$")
            if name in members:
                self.problems.append((place, f"The field '{name}' appears twice: as '{name}' and as '{name}.$'"))
            members[name] = self.node(item, place, depth + 1) if name is key else self._leaf(key, item, place)
        if all(isinstance(member, _Literal) for member in members.values()):
            return _Literal(value)
        return _Object(list(members.items()))

    def _leaf(self, field: str, text: Any, pointer: str) -> _Node:
        try:
            if not isinstance(text, str):
                raise ExpressionSyntaxError("not a string")
            expression = compile_value(text)
        except ExpressionSyntaxError as problem:
            sentence = f"The value for the field '{field}' must be a valid JSONPath or a valid intrinsic function call"
            self.problems.append((pointer, sentence))
            self.hints[pointer] = problem.message
            return _Literal(None)
        leaf = _Leaf(field, expression)
        self.leaves.append(leaf)
        return leaf


def _joined(parts: Sequence[tuple[str, _Node]], namespace: dict[str, Any], brackets: str) -> str:
    return brackets[0] + ", ".join(prefix + node.source(namespace) for prefix, node in parts) + brackets[1]


def _generated(node: _Node, slow: Evaluate) -> Evaluate:
    namespace: dict[str, Any] = {"slow": slow, "EvaluationError": EvaluationError}
    source = (
        "def template(data, scope):\n    try:\n"
        f"        return {node.source(namespace)}\n"
        f"    except ({FAILURES[1:-1]}, EvaluationError):\n"
        "        return slow(data, scope)\n"
    )
    function: Evaluate
    (function,) = define("template", source, namespace, "template")
    return function

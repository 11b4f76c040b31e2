"""Intrinsic function calls, ``States.Format('{} of {}', $.n, States.ArrayLength($.items))``: parsed, checked, compiled.

Checked when compiled: the grammar (``intrinsics.lark``), the function's name, the number of arguments, the kind of
literal arguments, escapes in strings, nesting of at most MAX_NESTING calls. What the functions do: ``functions.py``.

A call becomes one generated function with its paths' lookups in place; when one of those fails, the slow twin made of
closures runs again to say which.
"""

from __future__ import annotations

import re
from functools import lru_cache
from importlib import resources
from typing import TYPE_CHECKING, Any

from asl import jsontext
from asl.expressions.codegen import FAILURES, constant, define, path_source
from asl.expressions.functions import FUNCTIONS, formatter, kind_of
from asl.expressions.jsonpath import compile_path, read_path
from asl.expressions.scope import EvaluationError, ExpressionSyntaxError

if TYPE_CHECKING:
    from collections.abc import Callable

    from lark import Lark, Token, Tree

    from asl.expressions.codegen import Evaluate
    from asl.expressions.functions import Function
    from asl.expressions.scope import Scope

#: How many calls may stand within each other (AWS's limit), and the longest text of a call (ours).
MAX_NESTING = 10
MAX_LENGTH = 32_768

_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_KIND_TYPES: dict[str, tuple[type, ...]] = {"string": (str,), "number": (int, float), "boolean": (bool,)}
_WORDS = {"true": True, "false": False, "null": None}


class Intrinsic:
    """A compiled call. Call it with ``(data, scope)``; ``scope`` may be None unless ``reads_scope``.

    Attributes:
        text: the call as written.
        get: the plain function behind it, for callers that bind it once.
        reads_scope: some argument is rooted in ``$$`` or a variable, or a function draws a random number or UUID.
        references: the texts of the paths among its arguments.
    """

    __slots__ = ("_call", "get", "reads_scope", "references", "text")

    def __init__(self, text: str, call: _Call) -> None:
        self.text = text
        self._call = call
        self.reads_scope = call.reads_scope
        self.references = tuple(call.references)
        self.get = _generated(text, call)

    def __call__(self, data: Any, scope: Scope | None = None) -> Any:
        """The call's result. Raises PathNotFound for a missing path, EvaluationError for a failing function."""
        return self.get(data, scope)

    def source(self, namespace: dict[str, Any]) -> str:
        """The Python expression of the call; what it needs goes to ``namespace``."""
        return self._call.source(namespace)

    def __repr__(self) -> str:
        return f"Intrinsic({self.text!r})"


@lru_cache(maxsize=2048)
def compile_intrinsic(text: str) -> Intrinsic:
    """Compile a call. Raises ExpressionSyntaxError, with the offset of what is wrong."""
    if len(text) > MAX_LENGTH:
        raise ExpressionSyntaxError(f"the call is longer than {MAX_LENGTH} characters", MAX_LENGTH)
    return Intrinsic(text, _call(_parse(text), 1))


def check_intrinsic(text: str) -> list[tuple[str, int]]:
    """The paths among a call's arguments with their offsets, without making a function of it.

    Raises ExpressionSyntaxError as ``compile_intrinsic`` does.
    """
    if len(text) > MAX_LENGTH:
        raise ExpressionSyntaxError(f"the call is longer than {MAX_LENGTH} characters", MAX_LENGTH)
    plain = _plain_call(text)
    if plain is not None:
        return plain
    found: list[tuple[str, int]] = []
    pending: list[_Argument] = [_call(_parse(text), 1)]
    while pending:
        argument = pending.pop()
        if isinstance(argument, _Lookup):
            found.append((argument.text, argument.offset))
        elif isinstance(argument, _Call):
            pending.extend(reversed(argument.arguments))
    return found


# what most calls look like: no call inside, strings without escapes and with no brace but {}, simple paths
_PLAIN_ARGUMENT = r"(?:'(?:[^'\\{}]|\{\})*'|\$(?:\$|[A-Za-z_]\w*)?(?:\.[A-Za-z_]\w*|\[\d{1,9}\])*)"
_PLAIN_CALL = rf"States\.([A-Z]\w*)\(\s*(?:{_PLAIN_ARGUMENT}(?:\s*,\s*{_PLAIN_ARGUMENT})*)?\s*\)"


def _plain_call(text: str) -> list[tuple[str, int]] | None:
    """The paths of a call that is surely right, found without the grammar; None for one that the grammar must judge."""
    match = re.fullmatch(_PLAIN_CALL, text)
    function = FUNCTIONS.get(match[1]) if match is not None else None
    if match is None or function is None:
        return None
    found: list[tuple[str, int]] = []
    count = 0
    for argument in re.finditer(_PLAIN_ARGUMENT, text[match.end(1) :]):
        count += 1
        if argument[0][0] == "$":
            found.append((argument[0], match.end(1) + argument.start()))
        elif function.kinds and function.kinds[min(count, len(function.kinds)) - 1] not in ("string", "any"):
            return None
    most = count if function.variadic else len(function.kinds)
    return found if function.least <= count <= most else None


class _Constant:
    reads_scope = False
    references: tuple[str, ...] = ()

    def __init__(self, value: Any) -> None:
        self.value = value

    def evaluate(self, _data: Any, _scope: Scope | None) -> Any:
        return self.value

    def source(self, namespace: dict[str, Any]) -> str:
        return constant(namespace, self.value)


class _Lookup:
    """A path. It is compiled when the call is, so that checking a call costs no more than reading it."""

    def __init__(self, text: str, offset: int) -> None:
        self.text = text
        self.offset = offset
        root, _ = read_path(text)
        self.reads_scope = root != "$"
        self.references = (text,)

    def evaluate(self, data: Any, scope: Scope | None) -> Any:
        return compile_path(self.text).get(data, scope)

    def source(self, namespace: dict[str, Any]) -> str:
        path = compile_path(self.text)
        return path_source(path.root, path.keys, path.get, namespace)


class _Call:
    def __init__(self, compute: Callable[..., Any], needs_scope: bool, arguments: list[_Argument]) -> None:
        self.compute = compute
        self.needs_scope = needs_scope
        self.arguments = arguments
        self.reads_scope: bool = needs_scope or any(argument.reads_scope for argument in arguments)
        self.references: tuple[str, ...] = tuple(path for argument in arguments for path in argument.references)

    def evaluate(self, data: Any, scope: Scope | None) -> Any:
        values = [argument.evaluate(data, scope) for argument in self.arguments]
        return self.compute(scope, *values) if self.needs_scope else self.compute(*values)

    def source(self, namespace: dict[str, Any]) -> str:
        arguments = [argument.source(namespace) for argument in self.arguments]
        if self.needs_scope:
            arguments.insert(0, "scope")
        return f"{constant(namespace, self.compute)}({', '.join(arguments)})"


if TYPE_CHECKING:
    _Argument = _Constant | _Lookup | _Call


def _generated(text: str, call: _Call) -> Evaluate:
    def slow(data: Any, scope: Scope | None) -> Any:
        try:
            return call.evaluate(data, scope)
        except (RecursionError, jsontext.NotJSON):
            raise EvaluationError("States.Runtime", f"{text[:200]} failed: a value is nested too deeply") from None

    namespace: dict[str, Any] = {"slow": slow}
    source = (
        "def call(data, scope):\n    try:\n"
        f"        return {call.source(namespace)}\n"
        f"    except {FAILURES}:\n"
        "        return slow(data, scope)\n"
    )
    function: Evaluate
    (function,) = define(text, source, namespace, "call")
    return function


@lru_cache(maxsize=1)
def _grammar() -> Lark:
    from lark import Lark

    text = resources.files("asl.expressions").joinpath("intrinsics.lark").read_text("utf-8")
    return Lark(text, start="call", parser="lalr", lexer="contextual")


def _parse(text: str) -> Tree[Token]:
    from lark.exceptions import LarkError, UnexpectedInput

    try:
        return _grammar().parse(text)
    except UnexpectedInput as problem:
        at_end = getattr(getattr(problem, "token", None), "type", "") == "$END"
        offset = len(text) if at_end else max(problem.pos_in_stream or 0, 0)
        rest = text[offset : offset + 12]
        found = f"unexpected {rest!r} at character {offset + 1} of the call" if rest else "the call ends too early"
        raise ExpressionSyntaxError(found, offset) from None
    except LarkError as problem:
        raise ExpressionSyntaxError(f"not an intrinsic function call: {problem}") from None


def _call(tree: Tree[Token], depth: int) -> _Call:
    token, *given = tree.children
    offset = getattr(token, "start_pos", 0) or 0
    name = str(token).removeprefix("States.")
    if depth > MAX_NESTING:
        raise ExpressionSyntaxError(f"more than {MAX_NESTING} calls within each other", offset)
    function = FUNCTIONS.get(name)
    if function is None:
        from difflib import get_close_matches

        near = get_close_matches(name, FUNCTIONS, n=1)
        hint = f" (did you mean States.{near[0]}?)" if near else ""
        raise ExpressionSyntaxError(f"there is no intrinsic function States.{name[:60]}{hint}", offset)
    trees: list[Any] = [child for child in given if child is not None]
    _check_count(name, function, len(trees), offset)
    if name == "Format" and trees[0].data == "string":
        template = _format_template(trees[0].children[0])
        return _Call(formatter(template), False, [_argument(child, depth) for child in trees[1:]])
    arguments = [_argument(child, depth) for child in trees]
    _check_kinds(name, function, arguments, offset)
    return _Call(function.compute, function.needs_scope, arguments)


def _argument(tree: Tree[Token], depth: int) -> _Argument:
    if tree.data == "call":
        return _call(tree, depth + 1)
    token: Any = tree.children[0]
    match tree.data:
        case "string":
            return _Constant(_unescape(token))
        case "number":
            return _Constant(_number(token))
        case "word":
            return _Constant(_WORDS[token])
        case _:
            try:
                return _Lookup(str(token), token.start_pos)
            except ExpressionSyntaxError as problem:
                raise ExpressionSyntaxError(problem.message, token.start_pos + problem.offset) from None


def _number(token: Token) -> int | float:
    try:
        value: int | float = jsontext.decode(token)
        jsontext.encode(value)
    except jsontext.NotJSON:
        raise ExpressionSyntaxError(f"{token[:40]} is not a number that JSON can hold", token.start_pos or 0) from None
    return value


def _unescape(token: Token) -> str:
    _check_escapes(token)
    return _ESCAPE.sub(r"\1", token[1:-1])


def _format_template(token: Token) -> str:
    """The template's text with its escapes kept, since an escaped brace is no placeholder."""
    _check_escapes(token)
    bare = _ESCAPE.sub("xx", token[1:-1]).replace("{}", "xx")
    for brace in "{}":
        if brace in bare:
            offset = (token.start_pos or 0) + 1 + bare.index(brace)
            raise ExpressionSyntaxError(f"a brace in a template that is no placeholder is written \\{brace}", offset)
    return token[1:-1]


def _check_escapes(token: Token) -> None:
    for match in _ESCAPE.finditer(token):
        if match[1] not in "'{}\\":
            raise ExpressionSyntaxError(
                f"unknown escape {match[0]!r} in a string: only \\' \\{{ \\}} and \\\\ exist",
                (token.start_pos or 0) + match.start(),
            )


def _check_count(name: str, function: Function, count: int, offset: int) -> None:
    most = None if function.variadic else len(function.kinds)
    if count >= function.least and (most is None or count <= most):
        return
    if most is None:
        wanted = f"at least {function.least}"
    else:
        wanted = str(most) if most == function.least else f"{function.least} to {most}"
    raise ExpressionSyntaxError(f"States.{name} takes {wanted} arguments, not {count}", offset)


def _check_kinds(name: str, function: Function, arguments: list[_Argument], offset: int) -> None:
    for position, argument in enumerate(arguments):
        kind = function.kinds[min(position, len(function.kinds) - 1)]
        if kind == "any" or not isinstance(argument, _Constant):
            continue
        if type(argument.value) not in _KIND_TYPES.get(kind, ()):
            raise ExpressionSyntaxError(
                f"argument {position + 1} of States.{name} must be of type {kind}, but is {kind_of(argument.value)}",
                offset,
            )

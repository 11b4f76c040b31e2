"""Filters of JSONPath, ``[?(@.price < 10 && @.kind in ['a','b'])]``, with Jayway's comparisons.

Equality looks through the types of number and string (``'1' == 1``), every other pair of types is unequal; ``<`` and
its kin hold only between two numbers or two strings. A missing path equals nothing, not even another missing one.

``=~`` matches the whole value. Python's engine, like Java's, backtracks, so a pattern is bounded: MAX_PATTERN
characters, MAX_REPEATS unbounded repetitions, no repetition or alternative inside a repeated group (what makes matching
exponential), and values of more than MAX_SUBJECT characters never match. What remains is polynomial, not instant.
"""

from __future__ import annotations

import operator
import re
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any, cast

from asl import jsontext
from asl.expressions.jsonpath import unescape
from asl.expressions.scope import ExpressionSyntaxError

if TYPE_CHECKING:
    from collections.abc import Callable

    from lark import Token, Tree

    #: A compiled filter: (the node under test, the whole document) -> passes or not
    Test = Callable[[Any, Any], bool]
    Operand = Callable[[Any, Any], Any]

MAX_PATTERN = 256
MAX_SUBJECT = 2048
MAX_REPEATS = 4

_MISSING = object()
_WORDS = {"true": True, "false": False, "null": None}
_FLAGS = {"i": re.IGNORECASE, "s": re.DOTALL, "m": re.MULTILINE, "x": re.VERBOSE, "u": re.UNICODE, "d": re.NOFLAG}


def compile_test(tree: Tree[Token]) -> Test:
    """The predicate of a filter's syntax tree (the rules below ``or_test`` in ``jsonpath.lark``)."""
    children: list[Any] = tree.children
    parts = [child for child in children if not isinstance(child, str)]
    match tree.data:
        case "or_test":
            tests = [compile_test(part) for part in parts]
            return lambda node, document: any(test(node, document) for test in tests)
        case "and_test":
            tests = [compile_test(part) for part in parts]
            return lambda node, document: all(test(node, document) for test in tests)
        case "negate":
            inner = compile_test(parts[0])
            return lambda node, document: not inner(node, document)
        case "group":
            return compile_test(parts[0])
        case "compare":
            sign = next(child for child in children if isinstance(child, str)).strip().lower()
            left, right, holds = _operand(parts[0]), _operand(parts[1]), _OPERATORS[sign]
            return lambda node, document: holds(left(node, document), right(node, document))
        case "matches":
            subject, pattern = _operand(parts[0]), _pattern(str(children[-1]))
            return lambda node, document: _matches(pattern, subject(node, document))
        case "current":
            path = _operand(tree)
            return lambda node, document: path(node, document) is not _MISSING
        case _:
            raise ExpressionSyntaxError("a filter tests a path such as @.name, or compares with one")


def _operand(tree: Tree[Token]) -> Operand:
    if tree.data != "current":
        value = _literal(tree)
        return lambda _node, _document: value
    root, *steps = cast("list[Any]", tree.children)
    rooted = root == "$"
    keys: list[str | int] = []
    for child in steps:
        token = next(str(leaf) for leaf in child.children if leaf.type in ("INNER_NAME", "STRING", "INTEGER"))
        match child.data:
            case "inner_name":
                keys.append(token)
            case "inner_string":
                keys.append(unescape(token[1:-1]))
            case _:
                keys.append(int(token))

    def read(node: Any, document: Any) -> Any:
        value = document if rooted else node
        for key in keys:
            if isinstance(key, str):
                if not isinstance(value, dict) or key not in value:
                    return _MISSING
            elif not isinstance(value, list) or not -len(value) <= key < len(value):
                return _MISSING
            value = value[key]
        return value

    return read


def _literal(tree: Tree[Token]) -> Any:
    match tree.data:
        case "string":
            return unescape(str(tree.children[0])[1:-1])
        case "number":
            return jsontext.decode(str(tree.children[0]))
        case "word":
            return _WORDS[str(tree.children[0])]
        case _:
            return [_literal(child) for child in tree.children if child is not None and not isinstance(child, str)]


def _is_number(value: Any) -> bool:
    return type(value) in (int, float)


def _equal(left: Any, right: Any) -> bool:
    if left is _MISSING or right is _MISSING:
        return False
    if _is_number(left) and isinstance(right, str):
        try:
            return bool(Decimal(right) == left)
        except InvalidOperation:
            return False
    if isinstance(left, str) and _is_number(right):
        return left == jsontext.encode(right)
    return same(left, right)


def same(left: Any, right: Any) -> bool:
    """Deep equality of JSON values: numbers by value, and a boolean is no number."""
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(same(value, right[key]) for key, value in left.items())
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(same, left, right))
    return bool(left == right)


def _ordered(compare: Callable[[Any, Any], bool]) -> Callable[[Any, Any], bool]:
    def holds(left: Any, right: Any) -> bool:
        if (_is_number(left) and _is_number(right)) or (isinstance(left, str) and isinstance(right, str)):
            return compare(left, right)
        return False

    return holds


def _identical(left: Any, right: Any) -> bool:
    kinds_agree = type(left) is type(right) or (_is_number(left) and _is_number(right))
    return kinds_agree and left is not _MISSING and same(left, right)


def _in(left: Any, right: Any) -> bool:
    return isinstance(right, list) and left is not _MISSING and any(_equal(left, item) for item in right)


_OPERATORS: dict[str, Callable[[Any, Any], bool]] = {
    "==": _equal,
    "!=": lambda left, right: not _equal(left, right),
    "===": _identical,
    "!==": lambda left, right: not _identical(left, right),
    "<": _ordered(operator.lt),
    "<=": _ordered(operator.le),
    ">": _ordered(operator.gt),
    ">=": _ordered(operator.ge),
    "in": _in,
    "nin": lambda left, right: isinstance(right, list) and not _in(left, right),
}

# A group that repeats without bound although something inside it repeats or branches: (a+)+, (a|ab)*, ((a)*b){2,}
_RISKY = re.compile(r"\)(?:[*+]|\{\d*,?\d*\})")
_REPEAT = re.compile(r"[*+]|\{\d*,\d*\}")


def _pattern(literal: str) -> re.Pattern[str]:
    body, _, letters = literal[1:].rpartition("/")
    body = body.replace("\\/", "/")
    if len(body) > MAX_PATTERN:
        raise ExpressionSyntaxError(f"the regular expression is longer than {MAX_PATTERN} characters")
    bare = re.sub(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]", "x", body, flags=re.DOTALL)  # without escapes and classes
    if len(_REPEAT.findall(bare)) > MAX_REPEATS:
        raise ExpressionSyntaxError(f"the regular expression has more than {MAX_REPEATS} unbounded repetitions")
    if _RISKY.search(bare) and (_REPEAT.search(_RISKY.sub(")", bare)) or "|" in bare or len(_RISKY.findall(bare)) > 1):
        raise ExpressionSyntaxError(
            "the regular expression repeats a group and also repeats or branches elsewhere: matching could take forever"
        )
    flags = re.NOFLAG
    for letter in letters:
        if letter not in _FLAGS:
            raise ExpressionSyntaxError(f"unknown flag {letter!r} of a regular expression")
        flags |= _FLAGS[letter]
    try:
        return re.compile(body, flags)
    except (re.error, OverflowError, RecursionError) as problem:
        raise ExpressionSyntaxError(f"not a regular expression: {problem}") from None


def _matches(pattern: re.Pattern[str], value: Any) -> bool:
    if isinstance(value, bool) or _is_number(value):
        value = jsontext.encode(value)
    return isinstance(value, str) and len(value) <= MAX_SUBJECT and pattern.fullmatch(value) is not None

"""Rich JSONPaths: the text is parsed by lark into steps, and these are walked one after the other.

Imported when the first rich path is compiled, for lark and jsonpath-ng take longer to load than the rest of aslkit.
"""

from __future__ import annotations

import re
from functools import lru_cache
from importlib import resources
from typing import Any

from lark import Lark, Token, Tree
from lark.exceptions import LarkError, UnexpectedInput

from asl.expressions import jsonpath_filters, jsonpath_nodes
from asl.expressions.jsonpath import MAX_DEPTH, missing_reason, read_root, unescape
from asl.expressions.jsonpath_nodes import Budget, Step
from asl.expressions.scope import EvaluationError, ExpressionSyntaxError, PathNotFound

_BRACKETS = re.compile(r"""'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|/(?:[^/\\]|\\.)*/|[\[(!]|[\])]""", re.DOTALL)


class Query:
    """The steps of a path. ``definite``: each names one node, or the last one gathers several names into an object."""

    def __init__(self, steps: list[Step]) -> None:
        self.definite = all(step.key is not None for step in steps[:-1]) and (
            not steps or steps[-1].key is not None or steps[-1].merges
        )
        self.steps = steps

    def value(self, root: Any, document: Any, text: str) -> Any:
        """What the path is worth on ``root``; filters reach the whole ``document`` through ``$``."""
        matches = self._matches(root, document, text)
        if not self.definite:
            return matches
        if matches:
            return matches[0]
        keys = tuple(step.key for step in self.steps if step.key is not None)
        raise PathNotFound(text, missing_reason(root, keys, followed=self.steps[-1].merges))

    def exists(self, root: Any, document: Any, text: str) -> bool:
        """Whether the path matches anything."""
        return bool(self._matches(root, document, text))

    def _matches(self, root: Any, document: Any, text: str) -> list[Any]:
        budget = Budget(text, document)
        nodes = [root]
        try:
            for step in self.steps:
                nodes = [match for node in nodes for match in step.find(node, budget)]
        except RecursionError:  # a filter compares values that are nested as deep as JSON can be read
            raise EvaluationError("States.Runtime", f"The path '{text}' compares values nested too deeply") from None
        return nodes


def parse_query(text: str) -> Query:
    """The query of a path's text. Raises ExpressionSyntaxError."""
    _, start = read_root(text)
    _check_depth(text)
    try:
        tree = _grammar().parse(text[start:])
    except UnexpectedInput as problem:
        at_end = getattr(getattr(problem, "token", None), "type", "") == "$END"
        raise _syntax_error(text, len(text) if at_end else start + max(problem.pos_in_stream or 0, 0)) from None
    except LarkError as problem:
        raise ExpressionSyntaxError(f"not a JSONPath: {problem}", start) from None
    children = [child for child in tree.children if isinstance(child, Tree)]
    steps = [_step(child, last=child is children[-1]) for child in children]
    return Query(steps)


@lru_cache(maxsize=1)
def _grammar() -> Lark:
    text = resources.files("asl.expressions").joinpath("jsonpath.lark").read_text("utf-8")
    return Lark(text, start="path", parser="lalr", lexer="contextual")


def _syntax_error(text: str, offset: int) -> ExpressionSyntaxError:
    rest = text[offset : offset + 12]
    if not rest:
        return ExpressionSyntaxError("the path ends too early", len(text))
    if rest[0] == "(" and text[offset - 1 : offset].isalnum():
        return ExpressionSyntaxError("functions such as '.length()' are not part of AWS's JSONPath", offset)
    return ExpressionSyntaxError(f"unexpected {rest!r} at character {offset + 1} of the path", offset)


def _check_depth(text: str) -> None:
    depth = 0
    for match in _BRACKETS.finditer(text):
        if match[0] in "[(!":
            depth += 1
        elif match[0] in "])":
            depth -= 1
        if depth > MAX_DEPTH:
            raise ExpressionSyntaxError(f"more than {MAX_DEPTH} brackets within each other", match.start())


def _step(tree: Tree[Token], last: bool) -> Step:
    tokens = [child for child in tree.children if isinstance(child, Token)]
    match tree.data:
        case "name":
            return jsonpath_nodes.member(re.sub(r"\\(.)", r"\1", tokens[-1], flags=re.DOTALL))
        case "wildcard":
            return jsonpath_nodes.WILDCARD
        case "names":
            names = [unescape(token[1:-1]) for token in _leaves(tree, "STRING")]
            return jsonpath_nodes.members(names, merge=last)
        case "indices":
            return jsonpath_nodes.elements([int(token) for token in _leaves(tree, "INTEGER")])
        case "slice":
            bounds = [int(part) if part.strip() else None for part in _leaves(tree, "SLICE")[0].split(":")]
            return jsonpath_nodes.slice_of(*bounds)
        case "filter":
            test = next(child for child in tree.children if isinstance(child, Tree))
            return jsonpath_nodes.filtered(jsonpath_filters.compile_test(test))
        case "descend_name":
            return jsonpath_nodes.descend(jsonpath_nodes.member(re.sub(r"\\(.)", r"\1", tokens[-1], flags=re.DOTALL)))
        case "descend_wildcard":
            return jsonpath_nodes.descend(jsonpath_nodes.WILDCARD)
        case _:
            inner = next(child for child in tree.children if isinstance(child, Tree))
            return jsonpath_nodes.descend(_step(inner, last=False))


def _leaves(tree: Tree[Token], kind: str) -> list[str]:
    return [str(token) for token in tree.scan_values(lambda token: isinstance(token, Token) and token.type == kind)]

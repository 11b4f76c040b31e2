"""JSONPath in AWS's dialect: Jayway JsonPath plus the roots ``$$`` (context object) and ``$name`` (variable).

A path of names and integer indices becomes one generated function and needs no library. A richer path is parsed by the
grammar ``jsonpath.lark`` and evaluated node by node (``jsonpath_nodes.py``); both are imported when the first such path
is compiled.

What a path is worth (Jayway's rules, as recorded on AWS):
- a definite path (each step names one node) is that node, or PathNotFound;
- an indefinite one (wildcard, slice, several indices, filter, ``..``) is always the array of its matches in document
  order, ``[]`` when there are none, even if a step on the way is missing;
- several names at the end of a definite path, ``$['a','b']``, make one object of those members that exist.

Bounds: MAX_LENGTH characters, MAX_DEPTH brackets and parentheses within each other; an evaluation visits at most
``jsonpath_nodes.MAX_VISITS`` nodes; regular expressions are bounded in ``jsonpath_filters.py``.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from asl.expressions.codegen import lookup_functions
from asl.expressions.java_text import java_text
from asl.expressions.scope import ExpressionSyntaxError, PathNotFound

if TYPE_CHECKING:
    from collections.abc import Callable

    from asl.expressions.codegen import Evaluate
    from asl.expressions.scope import Scope

#: The longest text of a path, and how deep its brackets and parentheses may nest.
MAX_LENGTH = 4096
MAX_DEPTH = 32

# Patterns are compiled when the first path is, for that takes longer than importing this module.
_ROOT = r"\$\$(?![^.\[])|\$(?![^.\[])|\$(?P<name>[^\W\d]\w*)(?![^.\[])"
_QUOTED = r"""'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*\""""
# One step of a simple path: .name, ['name'] or [3]. Jayway lets nearly any character stand in a name after a dot.
_SIMPLE_STEP = rf"""(?xs)
    \.(?P<name>(?:[^\s.\[\]()*,'"\\?]|\\.)+) | \[\s*(?:(?P<quoted>{_QUOTED})|(?P<index>-?\d{{1,9}}))\s*\]"""
_ESCAPE = r"(?s)\\(?:u([0-9a-fA-F]{4})|(.))"
_ESCAPED = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f"}


class Path:
    """A compiled path. Call it with ``(data, scope)``; ``scope`` may be None unless ``reads_scope``.

    ``get`` and ``exists`` are the plain functions behind it: a caller in a hurry binds them once.

    Attributes:
        text: the path as written.
        root: ``"$"``, ``"$$"`` or the name of a variable.
        definite: whether it selects one node (else its value is always an array).
        keys: the names and indices of a simple path; None for anything richer.
        get: ``(data, scope) -> value``; raises PathNotFound for a missing node of a definite path.
        exists: ``(data, scope) -> bool``; null is present. An indefinite path exists when it matches something.
    """

    __slots__ = ("definite", "exists", "get", "keys", "root", "text")

    get: Evaluate
    exists: Callable[[Any, Scope | None], bool]

    def __init__(self, text: str, root: str, keys: tuple[str | int, ...] | None) -> None:
        self.text = text
        self.root = root
        self.keys = keys
        self.definite = True
        if keys is not None:
            self.get, self.exists = lookup_functions(text, root, keys, self._missing)
        else:
            self._use_query()

    def _use_query(self) -> None:
        from asl.expressions.jsonpath_query import parse_query

        query = parse_query(self.text)
        self.definite = query.definite
        text, root = self.text, self.root

        def get(data: Any, scope: Scope | None) -> Any:
            return query.value(_root_value(text, root, data, scope), data, text)

        def exists(data: Any, scope: Scope | None) -> bool:
            if root not in ("$", "$$") and scope is not None and root not in scope.variables:
                return False
            return query.exists(_root_value(text, root, data, scope), data, text)

        self.get = get
        self.exists = exists

    def _missing(self, data: Any, scope: Scope | None) -> PathNotFound:
        return PathNotFound(self.text, missing_reason(_root_value(self.text, self.root, data, scope), self.keys or ()))

    def __call__(self, data: Any, scope: Scope | None = None) -> Any:
        """The value of the path on ``data``."""
        return self.get(data, scope)

    @property
    def reads_scope(self) -> bool:
        """Whether the path is rooted in ``$$`` or a variable."""
        return self.root != "$"

    def __repr__(self) -> str:
        return f"Path({self.text!r})"


@lru_cache(maxsize=4096)
def compile_path(text: str) -> Path:
    """Compile a path of any kind. Raises ExpressionSyntaxError, with the offset of what is wrong."""
    root, end = read_root(text)
    return Path(text, root, _simple_keys(text, end))


@lru_cache(maxsize=4096)
def read_path(text: str) -> tuple[str, tuple[str | int, ...] | None]:
    """The root and keys that ``compile_path`` would give a path, and its errors, without making a function of it."""
    root, end = read_root(text)
    keys = _simple_keys(text, end)
    if keys is None:
        from asl.expressions.jsonpath_query import parse_query

        parse_query(text)
    return root, keys


def check_path(text: str) -> str:
    """The root of a path. Raises ExpressionSyntaxError."""
    return read_path(text)[0]


def is_path(text: str) -> bool:
    """Whether ``text`` compiles as a path."""
    try:
        compile_path(text)
    except ExpressionSyntaxError:
        return False
    return True


def missing_reason(value: Any, keys: tuple[str | int, ...], followed: bool = False) -> str:
    """Why ``keys`` lead nowhere from ``value``, in Jayway's words. Recorded are the first two; the rest is its source.

    No results for path: $['a']['b']            the last name, or any index, is not there
    Missing property in path $['a']             a name before the last is not there
    Expected to find an object with property .. a name is asked of something that is no object
    Filter: [0] can only be applied to arrays.  an index is asked of something that is no array
    The path $['a'] is null                     an index is asked of null

    ``followed``: the path goes on behind ``keys``, so that none of them is the last name.
    """
    at = "$"
    for position, key in enumerate(keys):
        if isinstance(key, int):
            if value is None:
                return f"The path {at} is null"
            if not isinstance(value, list):
                return f"Filter: [{key}] can only be applied to arrays. Current context is: {_shown(value)}"
            if not -len(value) <= key < len(value):
                break
            at += f"[{key}]"
            value = value[key]
        else:
            if not isinstance(value, dict):
                return (
                    f"Expected to find an object with property ['{key}'] in path {at} but found '{_java_class(value)}'."
                    " This is not a json object according to the JsonProvider:"
                    " 'com.jayway.jsonpath.spi.json.JacksonJsonProvider'."
                )
            if key not in value:
                if position == len(keys) - 1 and not followed:
                    break
                return f"Missing property in path {at}['{key}']"
            at += f"['{key}']"
            value = value[key]
    return f"No results for path: {normalized(keys)}"


def normalized(keys: tuple[str | int, ...]) -> str:
    """A simple path in Jayway's bracket notation: ``$['a'][0]``."""
    return "$" + "".join(f"[{key}]" if isinstance(key, int) else f"['{key}']" for key in keys)


def unescape(text: str) -> str:
    """The characters that a quoted name or string of a path stands for; an unknown escape is the character itself."""
    if "\\" not in text:
        return text

    def character(match: re.Match[str]) -> str:
        if match[1]:
            return chr(int(match[1], 16))
        return _ESCAPED.get(match[2], match[2])

    return re.sub(_ESCAPE, character, text)


def _root_value(text: str, root: str, data: Any, scope: Scope | None) -> Any:
    if root == "$":
        return data
    if scope is None:
        raise RuntimeError(f"the path {text} reads the context or a variable, and no scope was given")
    if root == "$$":
        return scope.context
    try:
        return scope.variables[root]
    except KeyError:
        raise PathNotFound(text, f"The variable '{root}' has no value") from None


def read_root(text: str) -> tuple[str, int]:
    """The root of a path and where its steps begin."""
    if len(text) > MAX_LENGTH:
        raise ExpressionSyntaxError(f"the path is longer than {MAX_LENGTH} characters", MAX_LENGTH)
    match = re.match(_ROOT, text)
    if match is None:
        if not text.startswith("$"):
            raise ExpressionSyntaxError("a path begins with '$' (state data), '$$' (context) or '$name' (variable)", 0)
        raise ExpressionSyntaxError("after '$' comes '.name', '[...]', '$' or the name of a variable", 1)
    return match["name"] or match[0], match.end()


def _simple_keys(text: str, position: int) -> tuple[str | int, ...] | None:
    """The names and indices of a simple path; None if it holds anything else (or is wrong: the grammar will tell)."""
    keys: list[str | int] = []
    step = re.compile(_SIMPLE_STEP)
    while position < len(text):
        match = step.match(text, position)
        if match is None:
            return None
        position = match.end()
        if match["index"]:
            keys.append(int(match["index"]))
        elif match["quoted"]:
            keys.append(unescape(match["quoted"][1:-1]))
        else:
            keys.append(re.sub(r"\\(.)", r"\1", match["name"], flags=re.DOTALL))
    return tuple(keys)


def _shown(value: Any) -> str:
    try:
        return java_text(value)[:1000]
    except RecursionError:
        return "(nested too deeply to be shown)"


def _java_class(value: Any) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "java.lang.Boolean"
        case str():
            return "java.lang.String"
        case int():
            return "java.lang.Integer" if -(2**31) <= value < 2**31 else "java.lang.Long"
        case float():
            return "java.lang.Double"
        case list():
            return "java.util.ArrayList"
        case _:
            return "java.util.LinkedHashMap"

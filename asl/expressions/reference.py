"""Reference paths: JSONPaths that can identify one node only, so that a value can also be written there.

What AWS refuses in them: ``@ , : ?``, wildcards, ``..``, filters, slices and lists of names or indices (a reserved
character in a name needs a backslash or brackets with quotes). Fields such as ItemsPath and Variable take them with any
root; ResultPath takes neither ``$$`` nor a variable.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from asl.expressions.jsonpath import Path, compile_path, normalized, read_path
from asl.expressions.scope import EvaluationError, ExpressionSyntaxError

if TYPE_CHECKING:
    from asl.expressions.scope import Scope

_RESERVED = r"""(?s)\\.|'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|(?P<bad>[@,:?*])"""


class ReferencePath:
    """A path to one node. Call it with ``(data, scope)`` as a Path; ``put`` writes.

    ``path`` is the Path behind it; ``text``, ``root``, ``reads_scope``, ``get`` and ``exists`` are the Path's own;
    ``keys`` the names and indices on the way.
    """

    __slots__ = ("_member", "exists", "get", "keys", "path", "root", "text")

    #: A reference path always names one node.
    definite = True

    def __init__(self, path: Path) -> None:
        self.path = path
        self.text = path.text
        self.root = path.root
        self.keys = path.keys or ()
        self.get = path.get
        self.exists = path.exists
        only = self.keys[0] if len(self.keys) == 1 else None
        self._member = only if isinstance(only, str) else None  # of a path such as $.name

    def __call__(self, data: Any, scope: Scope | None = None) -> Any:
        """The node; raises PathNotFound."""
        return self.get(data, scope)

    @property
    def reads_scope(self) -> bool:
        """Whether the path is rooted in ``$$`` or a variable."""
        return self.root != "$"

    def put(self, document: Any, value: Any) -> Any:
        """``document`` with ``value`` at the path: a new document that shares all but the containers on the way.

        Objects missing on the way are made; an element of an array must be there already. Raises EvaluationError
        ``States.ReferencePathConflict`` if something on the way is neither.
        """
        if self._member is not None and type(document) is dict:
            return {**document, self._member: value}
        return self.put_anywhere(document, value)

    def put_anywhere(self, document: Any, value: Any) -> Any:
        """``put`` for paths of every kind; it has a shorter way for the commonest one."""
        keys = self.keys
        if not keys:
            return value
        copy = result = self._copied(document, 0)
        for position, key in enumerate(keys[:-1], 1):
            below: Any
            if isinstance(key, str) and key not in copy:
                below = {} if isinstance(keys[position], str) else self._conflict(position, "nothing")
            else:
                below = self._copied(copy[key], position)
            copy[key] = below
            copy = below
        copy[keys[-1]] = value
        return result

    def _copied(self, node: Any, position: int) -> Any:
        """A shallow copy of the container that holds ``keys[position]``."""
        key = self.keys[position]
        if isinstance(key, str):
            return dict(node) if isinstance(node, dict) else self._conflict(position, _kind(node))
        if not isinstance(node, list):
            return self._conflict(position, _kind(node))
        if not -len(node) <= key < len(node):
            return self._conflict(position, f"an array of {len(node)}")
        return list(node)

    def _conflict(self, position: int, found: str) -> Any:
        key = self.keys[position]
        wanted = f"an object for ['{key}']" if isinstance(key, str) else f"an array with the element [{key}]"
        raise EvaluationError(
            "States.ReferencePathConflict",
            f'Unable to apply Reference Path "{self.text}": {normalized(self.keys[:position])} is {found},'
            f" not {wanted}",
        )

    def __repr__(self) -> str:
        return f"ReferencePath({self.text!r})"


def compile_reference_path(text: str, *, allow_context: bool = True, allow_variables: bool = True) -> ReferencePath:
    """Compile a reference path. Raises ExpressionSyntaxError for any other path, and for a root that isn't allowed."""
    check_reference_path(text, allow_context=allow_context, allow_variables=allow_variables)
    return _compile(text)


def check_reference_path(text: str, *, allow_context: bool = True, allow_variables: bool = True) -> str:
    """The root of a reference path. Raises ExpressionSyntaxError as ``compile_reference_path`` does."""
    for match in re.finditer(_RESERVED, text):
        if match["bad"]:
            raise ExpressionSyntaxError(
                f"a reference path identifies one node, so it can't contain {match['bad']!r}", match.start()
            )
    root, keys = read_path(text)
    if keys is None:
        raise ExpressionSyntaxError("a reference path identifies one node: no '..', filters or lists of names")
    if root == "$$" and not allow_context:
        raise ExpressionSyntaxError("this path can't lead into the context object ($$): write a path that begins '$.'")
    if root not in ("$", "$$") and not allow_variables:
        raise ExpressionSyntaxError(f"this path can't lead into the variable ${root}: begin it with '$.'")
    return root


@lru_cache(maxsize=4096)
def _compile(text: str) -> ReferencePath:
    return ReferencePath(compile_path(text))


def _kind(node: Any) -> str:
    match node:
        case None:
            return "null"
        case bool():
            return "a boolean"
        case str():
            return "a string"
        case int() | float():
            return "a number"
        case list():
            return "an array"
        case _:
            return "an object"

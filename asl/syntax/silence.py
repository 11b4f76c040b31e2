"""Comments that silence a rule: ``"Comment": "... aslkit: ignore ASL304, ASL604"`` in a state, for that state alone.

In the comment of the whole machine it counts for the whole document. A state inside a branch or processor has its own
Comment; the one of the Map or Parallel around it says nothing about it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from asl.syntax.diagnostics import tokens

if TYPE_CHECKING:
    from collections.abc import Iterable

    from asl.syntax.diagnostics import Diagnostic

_MARKER = r"aslkit:\s*ignore\s+(ASL\d{3}(?:[\s,]+ASL\d{3})*)"


def unsilenced(diagnostics: Iterable[Diagnostic]) -> list[Diagnostic]:
    """The diagnostics that no Comment silences."""
    return [diagnostic for diagnostic in diagnostics if not _is_silenced(diagnostic)]


def _is_silenced(diagnostic: Diagnostic) -> bool:
    tree = diagnostic.source.tree if diagnostic.source is not None else None
    return any(diagnostic.rule in silenced(holder) for holder in _holders(tree, diagnostic.pointer))


def silenced(holder: Any) -> frozenset[str]:
    """The rules that the Comment of an object silences."""
    comment = holder.get("Comment") if isinstance(holder, dict) else None
    if not isinstance(comment, str) or "aslkit" not in comment:
        return frozenset()
    return frozenset(rule for found in re.findall(_MARKER, comment) for rule in re.findall(r"ASL\d{3}", found))


def _holders(tree: Any, pointer: str) -> list[Any]:
    """The document, and the innermost state that a pointer leads into."""
    state = None
    node = tree
    previous = ""
    for token in tokens(pointer):
        node = _member(node, token)
        if previous == "States":
            state = node
        previous = token
    return [tree, state]


def _member(node: Any, token: str) -> Any:
    if isinstance(node, dict):
        return node.get(token)
    if isinstance(node, list) and token.isdecimal() and int(token) < len(node):
        return node[int(token)]
    return None

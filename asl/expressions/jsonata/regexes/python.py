"""Regular expressions for Python's ``re``, and whether it can be trusted with them.

``re`` can't be interrupted, and takes time without bounds for some patterns. ``hazard`` tells from the tree how the
time grows with the subject, so that the counted machine can do the work instead.
"""

from __future__ import annotations

import math
import re
from typing import Final

from asl.expressions.jsonata.regexes.syntax import Atom, Back, Choice, Edge, Group, Look, Repeat, Series, Tree

#: Repeats of at most this many turns don't count as unbounded.
_FEW: Final = 20


def compile_python(tree: Tree, flags: str) -> re.Pattern[str] | None:
    """The compiled pattern; None if Python can't express it, as when it looks behind by a varying width."""
    try:
        return re.compile(source_of(tree), re.IGNORECASE if "i" in flags else 0)
    except (re.error, OverflowError, RecursionError):  # real mistakes are found by the machine, atom by atom
        return None


def source_of(tree: Tree) -> str:
    """Python's source of a tree."""
    match tree:
        case Atom(source) | Edge(source):
            return source
        case Series(items):
            return "".join(f"(?:{source_of(item)})" if isinstance(item, Choice) else source_of(item) for item in items)
        case Choice(options):
            return "|".join(map(source_of, options))
        case Repeat(item, least, most, lazy):
            count = f"{{{least},{'' if most is None else most}}}"
            return f"(?:{source_of(item)}){count}{'?' if lazy else ''}"
        case Group(item, 0, _):
            return f"(?:{source_of(item)})"
        case Group(item, _, name):
            return f"({f'?P<{name}>' if name else ''}{source_of(item)})"
        case Look(item, behind, negated):
            return f"(?{'<' if behind else ''}{'!' if negated else '='}{source_of(item)})"
        case Back(number):
            return f"(?({number})\\{number})"


def children(tree: Tree) -> tuple[Tree, ...]:
    match tree:
        case Series(items) | Choice(items):
            return items
        case Repeat(item) | Group(item) | Look(item):
            return (item,)
    return ()


def hazard(tree: Tree) -> float:
    """The number of unbounded repeats one after the other; infinite when one holds something that can vary.

    Infinite, too, where Python would give other groups than JavaScript, which forgets those in a repeat at each turn.
    """
    if isinstance(tree, Back):
        return math.inf
    if isinstance(tree, Repeat):
        unbounded = tree.most is None or tree.most > _FEW
        if _varies(tree.item) and (unbounded or (tree.most != 1 and captures(tree.item))):
            return math.inf
        if unbounded:
            return 1
    return sum(map(hazard, children(tree)))


def captures(tree: Tree) -> list[int]:
    """The numbers of all groups in a tree."""
    own = [tree.number] if isinstance(tree, Group) and tree.number else []
    return own + [number for child in children(tree) for number in captures(child)]


def _varies(tree: Tree) -> bool:
    if isinstance(tree, Choice) or (isinstance(tree, Repeat) and tree.least != tree.most):
        return True
    return any(map(_varies, children(tree)))

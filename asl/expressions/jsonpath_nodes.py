"""The steps of a rich JSONPath: what each one selects from one node.

jsonpath-ng does the selecting where its meaning is Jayway's: members by name, array elements by index, slices (all
three guarded, since old releases also index strings). Ours are: the wildcard (jsonpath-ng spells it differently from
release to release), several names gathered into one object, filters, and ``..``, which has to count what it visits.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from jsonpath_ng.jsonpath import Fields, Index, Slice

from asl.expressions.scope import EvaluationError

if TYPE_CHECKING:
    from collections.abc import Callable

    from asl.expressions.jsonpath_filters import Test

#: How many nodes one evaluation may look at; ``$..*..*`` on a deep document would otherwise never end.
MAX_VISITS = 1_000_000


class Budget:
    """What one evaluation still may do, and the document that ``$`` means inside a filter."""

    __slots__ = ("document", "left", "text")

    def __init__(self, text: str, document: Any) -> None:
        self.text = text
        self.document = document
        self.left = MAX_VISITS

    def spend(self, nodes: int) -> None:
        """Count visited nodes. Raises EvaluationError when there were too many."""
        self.left -= nodes
        if self.left < 0:
            raise EvaluationError("States.Runtime", f"The path '{self.text}' visits more than {MAX_VISITS} nodes")


class Step(NamedTuple):
    """One step. ``key`` is its name or index if it names a single node; ``merges`` if it always gives one object."""

    find: Callable[[Any, Budget], list[Any]]
    key: str | int | None = None
    merges: bool = False


def member(name: str) -> Step:
    """``.name``"""
    return Step(_names(name), key=name)


def members(names: list[str], merge: bool) -> Step:
    """``['a','b']``: one after the other, or (at the end of a path) gathered into one object."""
    if len(names) == 1:
        return member(names[0])
    if not merge:
        return Step(_names(*names))

    def find(node: Any, budget: Budget) -> list[Any]:
        budget.spend(len(names))
        return [{name: node[name] for name in names if name in node}] if isinstance(node, dict) else []

    return Step(find, merges=True)


def elements(indices: list[int]) -> Step:
    """``[0]`` or ``[0,2]``; a negative index counts from the end."""
    selectors = [Index(index) for index in indices]

    def find(node: Any, budget: Budget) -> list[Any]:
        budget.spend(len(selectors))
        if not isinstance(node, list):
            return []
        length = len(node)
        found: list[Any] = []
        for index, selector in zip(indices, selectors, strict=True):
            if -length <= index < length:
                found += (match.value for match in selector.find(node))
        return found

    return Step(find, key=indices[0] if len(indices) == 1 else None)


def slice_of(start: int | None, end: int | None, step: int | None = None) -> Step:
    """``[start:end:step]`` with Python's meaning; a step of zero selects nothing."""
    if start is None and end is None and step is None:
        start = 0
    selector = Slice(start, end, step)

    def find(node: Any, budget: Budget) -> list[Any]:
        if not isinstance(node, list) or step == 0:
            return []
        budget.spend(len(node))
        return [match.value for match in selector.find(node)]

    return Step(find)


def filtered(test: Test) -> Step:
    """``[?(...)]``: the elements of an array that pass; an object is tested itself (Jayway)."""

    def find(node: Any, budget: Budget) -> list[Any]:
        if isinstance(node, list):
            budget.spend(len(node))
            return [item for item in node if test(item, budget.document)]
        if isinstance(node, dict):
            budget.spend(1)
            return [node] if test(node, budget.document) else []
        return []

    return Step(find)


def descend(inner: Step) -> Step:
    """``..step``: the step applied to a node and to everything below it, parents before children."""

    def find(node: Any, budget: Budget) -> list[Any]:
        found: list[Any] = []
        waiting = [node]
        while waiting:
            current = waiting.pop()
            budget.spend(1)
            found += inner.find(current, budget)
            if isinstance(current, list):
                waiting += reversed(current)
            elif isinstance(current, dict):
                waiting += reversed(current.values())
        return found

    return Step(find)


def _children(node: Any, budget: Budget) -> list[Any]:
    if isinstance(node, list):
        found = node
    elif isinstance(node, dict):
        found = list(node.values())
    else:
        return []
    budget.spend(len(found))
    return found


#: ``.*`` and ``[*]``
WILDCARD = Step(_children)


def _names(*names: str) -> Callable[[Any, Budget], list[Any]]:
    selectors = [Fields(name) for name in names if name != "*"]
    if len(selectors) < len(names):  # a member called "*", which jsonpath-ng takes for the wildcard
        return lambda node, _budget: [node[name] for name in names if name in node] if isinstance(node, dict) else []

    def find(node: Any, budget: Budget) -> list[Any]:
        budget.spend(len(selectors))
        if not isinstance(node, dict):
            return []
        return [match.value for selector in selectors for match in selector.find(node)]

    return find

"""Which rank each node stands in: below everything that leads to it, where loops are cut at the transition back."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from asl.graph.shapes import Link


def outgoing(count: int, links: Sequence[Link]) -> list[list[int]]:
    """The links that leave each node, by number, in the order given."""
    found: list[list[int]] = [[] for _ in range(count)]
    for number, link in enumerate(links):
        found[link.source].append(number)
    return found


def rank(count: int, links: Sequence[Link]) -> tuple[list[int], list[bool]]:
    """The rank of each node, and whether each link leads back (to a node at or above its source).

    The first node is the start. Nodes that nothing leads to begin below it, as if the start led there.
    """
    leaving = outgoing(count, links)
    order, backs = _walk(count, links, leaving)
    ranks = [0 if node == 0 else 1 for node in range(count)]
    for node in order:
        for number in leaving[node]:
            if not backs[number]:
                link = links[number]
                ranks[link.target] = max(ranks[link.target], ranks[node] + link.length)
    return ranks, backs


def _walk(count: int, links: Sequence[Link], leaving: list[list[int]]) -> tuple[list[int], list[bool]]:
    """Depth first from the start, links in order: the nodes in topological order, and which links lead back."""
    backs = [False] * len(links)
    seen = [False] * count
    open_ = [False] * count
    finished: list[int] = []
    entered = [0] * count
    for link in links:
        entered[link.target] += link.source != link.target
    roots = [0, *(node for node in range(1, count) if not entered[node]), *range(1, count)]
    for root in roots:
        if seen[root]:
            continue
        seen[root] = open_[root] = True
        stack = [(root, iter(leaving[root]))]
        while stack:
            node, rest = stack[-1]
            for number in rest:
                target = links[number].target
                if open_[target]:
                    backs[number] = True
                elif not seen[target]:
                    seen[target] = open_[target] = True
                    stack.append((target, iter(leaving[target])))
                    break
            else:
                open_[node] = False
                finished.append(node)
                stack.pop()
    return finished[::-1], backs

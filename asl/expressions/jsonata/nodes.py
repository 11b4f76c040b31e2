"""The nodes of a parsed expression: one class, as the passes over the tree turn one type of node into another."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from asl.expressions.jsonata.signature import Signature


@dataclass(slots=True, eq=False)
class Slot:
    """Where the value of a ``%`` comes from: a name under which a path keeps the parent of its items."""

    label: str
    level: int
    index: int


@dataclass(slots=True, eq=False)
class Stage:
    """What a step does with its items besides: "filter" them by ``node``, or number them as variable ``name``
    ("index").
    """

    type: str
    node: Node | None = None
    name: str = ""


@dataclass(slots=True, eq=False)
class SortTerm:
    node: Node
    descending: bool


@dataclass(slots=True, eq=False)
class Group:
    """``{key: value, ...}`` after an expression."""

    pairs: list[tuple[Node, Node]]


@dataclass(slots=True, eq=False)
class Node:
    """One expression. Which members mean something depends on ``type``:

    name, string, number, value, variable, regex, wildcard, descendant: ``value``; parent: ``slot``; binary:
    ``value`` (the operator), ``left``, ``right``; unary: ``value`` and ``nodes`` ("[") or ``pairs`` ("{") or
    ``left`` ("-"); path: ``nodes`` (its steps); block: ``nodes``; function, partial: ``left`` (what is called),
    ``nodes`` (the arguments); lambda: ``names``, ``signature``, ``left`` (the body); condition: ``condition``,
    ``left``, ``right`` or None; bind: ``value`` (the name), ``right``; apply: ``left``, ``right``; sort: ``terms``;
    transform: ``left`` (pattern), ``right`` (update), ``condition`` (delete) or None; placeholder: the ``?`` of a
    partial call.
    """

    type: str
    value: Any = None
    position: int = 0
    left: Node | None = None
    right: Node | None = None
    condition: Node | None = None
    nodes: list[Node] = field(default_factory=list)
    pairs: list[tuple[Node, Node]] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    terms: list[SortTerm] = field(default_factory=list)
    signature: Signature | None = None
    # what is attached to an expression or a step
    predicates: list[Stage] = field(default_factory=list)
    stages: list[Stage] = field(default_factory=list)
    group: Group | None = None
    focus: str = ""
    index: str = ""
    keep_array: bool = False
    keep_singleton: bool = False
    cons_array: bool = False
    # how ``%`` finds its way
    slot: Slot | None = None
    ancestor: Slot | None = None
    tuple: bool = False
    seeking: list[Slot] | None = None

    def need(self, child: Node | None) -> Node:
        """A child that this type of node always has."""
        if child is None:
            raise AssertionError(f"a node of type {self.type} lacks a part")
        return child

    def children(self) -> list[Node]:
        """All nodes directly below, in the order in which they are written."""
        found = [child for child in (self.condition, self.left, self.right) if child is not None]
        found += self.nodes
        found += [node for pair in self.pairs for node in pair]
        found += [term.node for term in self.terms]
        found += [stage.node for stage in (*self.predicates, *self.stages) if stage.node is not None]
        if self.group is not None:
            found += [node for pair in self.group.pairs for node in pair]
        return found

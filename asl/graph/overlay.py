"""What can be laid over a drawing: a run, or a comparison with another definition."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from asl.graph.model import Edge, Node


class Overlay(Protocol):
    """What a drawing asks about each node and edge."""

    @property
    def kind(self) -> str:
        """The class of the whole drawing: ``"of-run"`` or ``"of-diff"``."""

    @property
    def summary(self) -> str:
        """A sentence for readers who can't see the picture."""

    def status(self, node: Node) -> str:
        """The status by which a node is coloured; "" for none."""

    def told(self, node: Node) -> str:
        """What stands below the name instead of what the state does; "" for nothing else."""

    def badge(self, node: Node) -> str:
        """A short note at the right: visits, attempts, progress; "" for none."""

    def details(self, node: Node) -> list[str]:
        """Further lines of its title."""

    def edge_class(self, edge: Edge) -> str:
        """``"taken"``, ``"untaken"``, ``"added"``, ``"removed"``, ``"changed"`` or ``"same"``."""

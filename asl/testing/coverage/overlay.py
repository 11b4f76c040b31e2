"""Coverage laid over the drawing of a machine: what was never reached is red and dashed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from asl.testing.coverage.items import key_of

if TYPE_CHECKING:
    from asl.graph.model import Edge, Node
    from asl.testing.coverage.data import MachineCoverage
    from asl.testing.coverage.items import Item

_REACHED, _NEVER = "succeeded", "removed"


class CoverageOverlay:
    """See ``asl.graph.overlay.Overlay``."""

    kind = "of-run"

    def __init__(self, coverage: MachineCoverage) -> None:
        self._counts = coverage.counts
        self._items: dict[str, list[Item]] = {}
        for item in coverage.items:
            self._items.setdefault(item.state, []).append(item)
        self.summary = f"{coverage.reached} of {len(coverage.items)} items were reached."

    def status(self, node: Node) -> str:
        """The status by which a node is coloured; "" for none."""
        if node.kind != "state":
            return ""
        return _REACHED if self._counts[node.name] else _NEVER

    def told(self, node: Node) -> str:
        """What is missing of a state."""
        missing = [item for item in self._items.get(node.name, ()) if not self._counts[item.key]]
        if any(item.kind == "state" for item in missing):
            return "never reached"
        return f"never: {', '.join(item.short for item in missing)}" if missing else ""

    def badge(self, node: Node) -> str:
        """How often it was entered."""
        count = self._counts[node.name]
        return f"{count}x" if count else ""

    def details(self, node: Node) -> list[str]:
        """Each item of a state, and how often it was reached."""
        return [f"{item.short or 'entered'}: {self._counts[item.key]}" for item in self._items.get(node.name, ())]

    def edge_class(self, edge: Edge) -> str:
        """Whether any execution went this way."""
        return "taken" if self._taken(edge) else _NEVER

    def _taken(self, edge: Edge) -> bool:
        name = edge.source.name
        match edge.kind:
            case "start":
                return bool(self._counts[edge.target.name])
            case "default":
                return bool(self._counts[key_of(name, "default")])
            case "choice":
                return any(self._counts[key_of(name, "rule", number + 1)] for number in edge.rules)
            case "catch":
                return any(self._counts[key_of(name, "catch", number + 1)] for number in edge.rules)
        caught = sum(self._counts[item.key] for item in self._items.get(name, ()) if item.kind == "catch")
        return self._counts[name] > caught

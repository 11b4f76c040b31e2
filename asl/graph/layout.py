"""The layout of a whole machine: each scope by itself, the innermost first; Map and Parallel are boxes around theirs.

Transitions never cross the border of a Map or Parallel, so the layout of a scope needs nothing from outside it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from asl.graph.layered import place
from asl.graph.model import FAN_ROW, FANNED
from asl.graph.shapes import Box, Link

if TYPE_CHECKING:
    from asl.graph.model import Edge, Graph, Node, Scope
    from asl.graph.shapes import Point, Spacing


@dataclass(frozen=True, slots=True)
class Frame:
    """The room that a container keeps around its scopes: at the sides and below, for its title, between them."""

    margin: float
    below: float
    title: float
    between: float
    #: beside, and above and below, the nodes of one scope; for the scope's label
    inside: float
    around: float
    label: float
    #: branches stand in several rows where one would be wider
    widest: float


class Measure(Protocol):
    """How large things are in one medium."""

    spacing: Spacing
    frame: Frame

    def node(self, node: Node) -> tuple[float, float]:
        """Width and height of a node without what is inside it; of a container, those of its title."""

    def label(self, edge: Edge) -> tuple[float, float]:
        """Width and height of an edge's label."""


@dataclass(slots=True, eq=False)
class Placed:
    """A node in its place."""

    node: Node
    x: float
    y: float
    width: float
    height: float
    depth: int


@dataclass(slots=True, eq=False)
class Routed:
    """An edge in its place; ``label_box`` is (x, y, width, height)."""

    edge: Edge
    points: list[Point]
    label_box: tuple[float, float, float, float] | None = None


@dataclass(slots=True, eq=False)
class Area:
    """The box of a branch or processor within its container."""

    scope: Scope
    owner: Node
    x: float
    y: float
    width: float
    height: float


@dataclass(slots=True, eq=False)
class Drawing:
    """Everything in its place, containers before what they contain; the drawing begins at (0, 0)."""

    width: float = 0.0
    height: float = 0.0
    nodes: list[Placed] = field(default_factory=list)
    edges: list[Routed] = field(default_factory=list)
    areas: list[Area] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class _Scope:
    """A scope laid out from (0, 0)."""

    scope: Scope
    boxes: list[Box]
    links: list[Link]
    width: float
    height: float
    #: of each container, by number: its scopes in their places
    inner: dict[int, list[_Inner]]


@dataclass(slots=True, eq=False)
class _Inner:
    """A scope at its place in its container; branches side by side are equally high."""

    laid: _Scope
    x: float
    y: float
    width: float
    height: float


def layout(graph: Graph, measure: Measure) -> Drawing:
    """Place everything. The same graph and measure give the same drawing."""
    laid = _lay_out(graph.root, measure)
    drawing = Drawing(laid.width, laid.height)
    _collect(laid, 0.0, 0.0, 0, measure.frame, drawing)
    return drawing


def _lay_out(scope: Scope, measure: Measure) -> _Scope:
    boxes, inner = [], {}
    for number, node in enumerate(scope.nodes):
        width, height = measure.node(node)
        if node.scopes:
            placed, width, height = _pack([_lay_out(one, measure) for one in node.scopes], width, height, measure.frame)
            inner[number] = placed
        boxes.append(Box(width, height))
    links = _links(scope, measure)
    width, height = place(boxes, links, measure.spacing)
    return _Scope(scope, boxes, links, width, height, inner)


def _pack(scopes: list[_Scope], width: float, title: float, frame: Frame) -> tuple[list[_Inner], float, float]:
    """The scopes of a container beside each other, in rows if they are many; answers the container's size too."""
    rows: list[list[_Inner]] = [[]]
    x, y = frame.margin, title
    for one in scopes:
        label = frame.label if one.scope.label else 0.0
        inner = _Inner(one, x, y, one.width + 2 * frame.inside, one.height + 2 * frame.around + label)
        if rows[-1] and x + inner.width > frame.widest:
            y += max(other.height for other in rows[-1]) + frame.between
            rows.append([])
            inner.x, inner.y = frame.margin, y
        rows[-1].append(inner)
        x = inner.x + inner.width + frame.between
    placed = [inner for row in rows for inner in row]
    for row in rows:
        highest = max(inner.height for inner in row)
        for inner in row:
            inner.height = highest
    needed = max(inner.x + inner.width for inner in placed) + frame.margin
    if needed < width:
        for inner in placed:
            inner.x += (width - needed) // 2
    return placed, max(width, needed), max(inner.y + inner.height for inner in placed) + frame.below


def _links(scope: Scope, measure: Measure) -> list[Link]:
    numbers = {node: number for number, node in enumerate(scope.nodes)}
    links = []
    for edge in scope.edges:
        link = Link(numbers[edge.source], numbers[edge.target], side=edge.kind == "catch", happy=edge.happy)
        if edge.label:
            link.label = measure.label(edge)
        links.append(link)
    _fan_out(scope, links)
    return links


def _fan_out(scope: Scope, links: list[Link]) -> None:
    """Where very many ways lead out of one state, those to states with nothing of their own behind stand in rows."""
    entered = [0] * len(scope.nodes)
    for link in links:
        entered[link.target] += 1
    by_source: dict[int, list[Link]] = {}
    leads: dict[int, list[Link]] = {}
    for link in links:
        by_source.setdefault(link.source, []).append(link)
    for source, ways in by_source.items():
        leads[source] = [
            link
            for link in ways
            if link.label is not None
            and not link.side
            and entered[link.target] == 1
            and all(entered[after.target] > 1 for after in by_source.get(link.target, ()))
        ]
    for arms in leads.values():
        if len(arms) > FANNED:
            for number, link in enumerate(arms):
                link.length = 1 + number // FAN_ROW
                link.fanned = True
                link.happy = False
                for after in by_source.get(link.target, ()):
                    after.happy, after.loose = False, True


def _collect(laid: _Scope, x: float, y: float, depth: int, frame: Frame, drawing: Drawing) -> None:
    for number, (node, box) in enumerate(zip(laid.scope.nodes, laid.boxes, strict=True)):
        left, top = x + box.x, y + box.y
        drawing.nodes.append(Placed(node, left, top, box.width, box.height, depth))
        for inner in laid.inner.get(number, ()):
            area_x, area_y, scope = left + inner.x, top + inner.y, inner.laid.scope
            drawing.areas.append(Area(scope, node, area_x, area_y, inner.width, inner.height))
            label = frame.label if scope.label else 0.0
            # a scope narrower than its container stands in the middle of it
            shift = (inner.width - inner.laid.width) // 2
            _collect(inner.laid, area_x + shift, area_y + frame.around + label, depth + 1, frame, drawing)
    for edge, link in zip(laid.scope.edges, laid.links, strict=True):
        label_box = None
        if link.label is not None and link.label_at is not None:
            label_box = (x + link.label_at[0], y + link.label_at[1], *link.label)
        drawing.edges.append(Routed(edge, [(x + px, y + py) for px, py in link.points], label_box))

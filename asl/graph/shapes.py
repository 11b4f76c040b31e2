"""What the layout of one scope works on: boxes, the links between them, and the distances to keep.

Nothing here knows a state machine or a picture's format: sizes are pixels or characters, as the ``Spacing`` says.
"""

from __future__ import annotations

from dataclasses import dataclass, field

Point = tuple[float, float]

NODE, LANE, LABEL = "node", "lane", "label"


@dataclass(slots=True, eq=False)
class Box:
    """A node of the drawing; ``x``, ``y`` is its top left corner once it is placed."""

    width: float
    height: float
    x: float = 0.0
    y: float = 0.0


@dataclass(slots=True, eq=False)
class Link:
    """A transition between two boxes, by their numbers."""

    source: int
    target: int
    #: drawn at the side, as a catcher is: it leaves and arrives right of the middle and shares no line with others
    side: bool = False
    #: on the way that should run straight down
    happy: bool = False
    #: how many ranks below its source the target stands at least
    length: int = 1
    #: one of so many ways out of its source that they share a line down to their rows
    fanned: bool = False
    #: one of many that end what was fanned: it doesn't pull its source away from the others
    loose: bool = False
    #: width and height of its label
    label: tuple[float, float] | None = None
    # -- the result
    points: list[Point] = field(default_factory=list)
    #: top left corner of the label
    label_at: Point | None = None


@dataclass(frozen=True, slots=True)
class Spacing:
    """The distances of a drawing. ``unit`` is the grid on which everything stands; 0 = anywhere."""

    #: between two nodes beside each other; between anything else
    nodes: float
    lanes: float
    #: between two rows of nodes, and around a row of labels
    rows: float
    labels: float
    #: between two lines in the same gap
    tracks: float
    #: how far from the middle of a node the lines at its side begin and end
    port: float
    unit: float = 0.0


PIXELS = Spacing(nodes=36, lanes=16, rows=34, labels=12, tracks=10, port=28)
#: for a terminal: every width is odd, so that middles fall on characters
CHARACTERS = Spacing(nodes=3, lanes=1, rows=2, labels=1, tracks=1, port=3, unit=1)


@dataclass(slots=True, eq=False)
class Item:
    """Something that takes room in a row: a node, a lane that a line runs down, or a label that it passes through."""

    kind: str
    row: int
    width: float
    height: float
    #: the number of the node; -1 for lanes and labels
    node: int = -1
    #: its place in the row, and its middle
    position: int = 0
    x: float = 0.0


@dataclass(slots=True, eq=False)
class Segment:
    """A line from one item to another in the next row; several links may run along it."""

    upper: int
    lower: int
    side: bool
    back: bool
    #: how much it wants to be straight
    priority: int = 0


@dataclass(slots=True, eq=False)
class Rows:
    """A scope as rows of items.

    ``chains`` has the items that each link passes, in its own direction: from its source (the first lane, if it leads
    back) to its target (the last lane) or to the lane that it joins. ``onward`` says where each lane leads.
    """

    items: list[Item]
    rows: list[list[int]]
    segments: list[Segment]
    chains: list[list[int]]
    backs: list[bool]
    onward: dict[int, int]
    #: of each link: the lane in which it joins an earlier one, -1 = none
    joins: list[int]

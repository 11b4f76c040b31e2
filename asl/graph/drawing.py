"""``draw``: one state machine, with a run or a comparison laid over it if asked for, in any of the formats."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, overload

from asl.errors import DefinitionError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from asl.graph.overlay import Overlay
    from asl.graph.theme import Theme

    Format = Literal["svg", "html", "mermaid", "dot", "text", "outline"]

#: format -> file suffix
FORMATS = {
    "svg": ".svg",
    "png": ".png",
    "mermaid": ".mmd",
    "dot": ".dot",
    "html": ".html",
    "text": ".txt",
    "outline": ".txt",
}


@overload
def draw(
    machine: Any,
    history: Any = None,
    format: Format = "svg",
    *,
    diff: Any = None,
    collapse: bool = False,
    theme: Theme = "auto",
    title: str = "",
    width: int | None = None,
    scale: float = 2.0,
) -> str: ...
@overload
def draw(
    machine: Any,
    history: Any = None,
    *,
    format: Literal["png"],
    diff: Any = None,
    collapse: bool = False,
    theme: Theme = "auto",
    title: str = "",
    width: int | None = None,
    scale: float = 2.0,
) -> bytes: ...
def draw(
    machine: Any,
    history: Any = None,
    format: str = "svg",
    *,
    diff: Any = None,
    collapse: bool = False,
    theme: Theme = "auto",
    title: str = "",
    width: int | None = None,
    scale: float = 2.0,
) -> str | bytes:
    """A drawing of a state machine.

    ``machine``   a StateMachine, or a definition as a dict; it may have errors
    ``history``   a run to colour it by: an Execution, visits (``asl.visits``), or events as AWS shapes them
    ``format``    ``"svg"``, ``"html"``, ``"mermaid"``, ``"dot"``, ``"text"``, ``"outline"`` (str) or ``"png"`` (bytes)
    ``diff``      an older machine or definition: the drawing shows what has changed since
    ``collapse``  Map and Parallel as plain boxes
    ``theme``     ``"auto"`` (as the reader's system), ``"light"`` or ``"dark"``; of SVG and PNG
    ``title``     of SVG, PNG and HTML; default: the machine's name
    ``width``     of the text format: columns that may be used (default 100); wider drawings become an outline
    ``scale``     of the PNG: pixels per unit

    Raises DefinitionError for a definition that isn't a JSON object with States, ValueError for an unknown format or a
    history that can't be read, ImportError (which names the extra to install) for PNG without its library.
    """
    from asl.graph.model import build

    if format not in FORMATS:
        raise ValueError(f"unknown format {format!r}: it can be {', '.join(FORMATS)}")
    definition = definition_of(machine)
    title = title or str(getattr(machine, "name", "") or "")
    overlay: Overlay | None = None
    if diff is not None:
        from asl.graph.diff import compare

        if history is not None:
            raise ValueError("a drawing shows either a run or a comparison, not both")
        graph, overlay = compare(definition_of(diff), definition, collapse=collapse)
    else:
        graph = build(definition, collapse=collapse)
        if history is not None:
            from asl.graph.runs import overlay_of

            overlay = overlay_of(history, definition)
    if format == "svg":
        from asl.graph import svg

        return svg.render(graph, overlay=overlay, theme=theme, title=title)
    if format == "png":
        from asl.graph import png, svg

        drawn = svg.render(graph, overlay=overlay, theme="light" if theme == "auto" else theme, title=title)
        return png.render(drawn, scale)
    if format == "html":
        from asl.graph import page

        return page.render(definition, graph, overlay=overlay, title=title)
    if format == "mermaid":
        from asl.graph import mermaid

        return mermaid.render(graph, overlay=overlay)
    if format == "dot":
        from asl.graph import dot

        return dot.render(graph, overlay=overlay, title=title)
    from asl.graph import outline, text

    in_characters = text.render(graph, overlay=overlay, width=width or 100) if format == "text" else None
    return outline.render(graph, overlay=overlay) if in_characters is None else in_characters


def definition_of(machine: Any) -> Mapping[str, Any]:
    """The definition of a StateMachine, a Source or a dict. Raises DefinitionError if it holds no states at all."""
    from asl.syntax.source import Source

    found = getattr(machine, "definition", machine)
    source = found if isinstance(found, Source) else Source.from_value(found)
    if not source.readable:
        raise DefinitionError("\n".join(problem.format() for problem in source.problems), source.problems)
    tree = source.tree
    if not isinstance(tree, dict) or not isinstance(tree.get("States"), dict):
        raise DefinitionError(f"{source.name}: nothing to draw: a state machine is an object with StartAt and States")
    return tree

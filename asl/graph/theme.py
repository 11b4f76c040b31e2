"""Colours and icons of the drawings. One palette for light, one for dark; a style sheet is made from either.

Colours stand in the rules as they are, since programs that turn SVG into pixels take ``var()`` for black; icons are
paths, since a glyph needs a font that has it.
"""

from __future__ import annotations

from typing import Literal

from asl.graph.metrics import FAMILY

Theme = Literal["auto", "light", "dark"]

LIGHT = {
    "paper": "#ffffff",
    "ink": "#16191f",
    "muted": "#5f6b7a",
    "line": "#8d99a8",
    "border": "#b6bec9",
    "node": "#ffffff",
    "area": "#f7f8fa",
    "inset": "#ffffff",
    "red": "#d13212",
    "red_fill": "#fdecea",
    "green": "#1d8102",
    "green_fill": "#eaf6e8",
    "amber": "#c26a00",
    "amber_fill": "#fff4e0",
    "blue": "#0972d3",
    "blue_fill": "#e6f2fe",
    "grey_fill": "#f2f3f5",
    "task": "#ed7100",
    "flow": "#7d45e8",
    "select": "#0972d3",
}
DARK = {
    "paper": "#0f1620",
    "ink": "#e9edf2",
    "muted": "#9ba7b6",
    "line": "#71808f",
    "border": "#46535f",
    "node": "#1b2531",
    "area": "#151e29",
    "inset": "#111924",
    "red": "#ff7d6b",
    "red_fill": "#3a1a17",
    "green": "#5fc24a",
    "green_fill": "#15301a",
    "amber": "#f5a742",
    "amber_fill": "#38270f",
    "blue": "#56aaff",
    "blue_fill": "#10294a",
    "grey_fill": "#1f2833",
    "task": "#e07315",
    "flow": "#8f66ee",
    "select": "#56aaff",
}

#: status of a node in a run, or of a node in a comparison -> (line, fill)
_STATUS = {
    "succeeded": ("green", "green_fill"),
    "failed": ("red", "red_fill"),
    "timed-out": ("red", "red_fill"),
    "caught": ("amber", "amber_fill"),
    "running": ("blue", "blue_fill"),
    "aborted": ("muted", "grey_fill"),
    "added": ("green", "green_fill"),
    "removed": ("red", "red_fill"),
    "changed": ("amber", "amber_fill"),
}
#: how far what a run didn't reach, or a comparison doesn't tell of, stands back
_FADED = 0.45


def stylesheet(theme: Theme) -> str:
    """The rules for a drawing. ``auto`` follows the reader's system."""
    shapes = _SHAPES.replace("FAMILY", FAMILY)
    if theme != "auto":
        return shapes + _colours(DARK if theme == "dark" else LIGHT)
    return f"{shapes}{_colours(LIGHT)}@media (prefers-color-scheme: dark) {{\n{_colours(DARK)}}}\n"


_SHAPES = f"""\
.asl-graph text {{ font-family: FAMILY; }}
.asl-graph .name {{ font-size: 13px; font-weight: bold; }}
.asl-graph .sub, .asl-graph .area-label, .asl-graph .badge {{ font-size: 11px; }}
.asl-graph .badge {{ font-weight: bold; text-anchor: end; }}
.asl-graph .pill {{ font-size: 12px; font-weight: bold; text-anchor: middle; }}
.asl-graph .edge-label {{ font-size: 11px; text-anchor: middle; }}
.asl-graph .edge path {{ fill: none; stroke-width: 1.5px; }}
.asl-graph .edge .tip {{ stroke: none; }}
.asl-graph .catch .line, .asl-graph .missing .box {{ stroke-dasharray: 5 4; }}
.asl-graph .area {{ stroke-width: 1px; stroke-dasharray: 4 4; }}
.asl-graph .box {{ stroke-width: 1.25px; }}
.asl-graph .icon path {{ fill: none; stroke: #ffffff; stroke-width: 1.8px; }}
.asl-graph .retry {{ fill: none; stroke-width: 1.5px; }}
.asl-graph .icon path, .asl-graph .retry {{ stroke-linecap: round; stroke-linejoin: round; }}
.asl-graph.of-run [data-status] > .box {{ stroke-width: 2px; }}
.asl-graph.of-run .edge.taken path.line {{ stroke-width: 2.5px; }}
.asl-graph.of-run [data-status=none] > .face, .asl-graph.of-run .edge.untaken {{ opacity: {_FADED}; }}
.asl-graph.of-diff [data-status=same] > .face, .asl-graph.of-diff .edge.same {{ opacity: {_FADED}; }}
.asl-graph [data-status=removed] > .box, .asl-graph .edge.removed .line {{ stroke-dasharray: 6 4; }}
"""


def _colours(palette: dict[str, str]) -> str:
    rules = [
        ".asl-graph .paper {{ fill: {paper}; }}",
        ".asl-graph .name, .asl-graph .pill {{ fill: {ink}; }}",
        ".asl-graph .sub, .asl-graph .area-label, .asl-graph .badge, .asl-graph .edge-label {{ fill: {muted}; }}",
        ".asl-graph .box {{ fill: {node}; stroke: {border}; }}",
        ".asl-graph .holder > .box {{ fill: {area}; }}",
        ".asl-graph .area {{ fill: {inset}; stroke: {border}; }}",
        ".asl-graph .missing > .box {{ fill: {red_fill}; stroke: {red}; }}",
        ".asl-graph .missing .name, .asl-graph .missing .sub, .asl-graph .problem {{ fill: {red}; }}",
        ".asl-graph .edge .line {{ stroke: {line}; }}",
        ".asl-graph .edge .tip {{ fill: {line}; }}",
        ".asl-graph .edge .behind {{ fill: {paper}; }}",
        ".asl-graph .inside .behind {{ fill: {inset}; }}",
        ".asl-graph .catch .line, .asl-graph .broken .line {{ stroke: {red}; }}",
        ".asl-graph .catch .tip, .asl-graph .broken .tip, .asl-graph .catch .edge-label {{ fill: {red}; }}",
        ".asl-graph .retry {{ stroke: {muted}; }}",
        ".asl-graph .icon-task {{ fill: {task}; }}",
        ".asl-graph .icon-flow {{ fill: {flow}; }}",
        ".asl-graph .icon-good {{ fill: {green_icon}; }}",
        ".asl-graph .icon-bad {{ fill: {red_icon}; }}",
        ".asl-graph .edge.taken .line {{ stroke: {green}; }}",
        ".asl-graph .edge.taken .tip {{ fill: {green}; }}",
        ".asl-graph .catch.taken .line {{ stroke: {amber}; }}",
        ".asl-graph .catch.taken .tip, .asl-graph .catch.taken .edge-label {{ fill: {amber}; }}",
    ]
    known = {**palette, "green_icon": "#1d8102", "red_icon": "#d13212"}
    text = "\n".join(rule.format(**known) for rule in rules) + "\n"
    for status, (line, fill) in _STATUS.items():
        text += f".asl-graph [data-status={status}] > .box {{ fill: {palette[fill]}; stroke: {palette[line]}; }}\n"
        text += f".asl-graph [data-status={status}] > .face .told {{ fill: {palette[line]}; }}\n"
    for status in ("added", "removed", "changed"):
        line = palette[_STATUS[status][0]]
        text += f".asl-graph .edge.{status} .line {{ stroke: {line}; stroke-width: 2.5px; }}\n"
        text += f".asl-graph .edge.{status} .tip, .asl-graph .edge.{status} .edge-label {{ fill: {line}; }}\n"
    return text


#: state type -> (class of the square, path in a square of 24)
ICONS = {
    "Task": ("icon-task", "M6 7h12v10h-12z M9 10l2 2-2 2 M13 14h2.5"),
    "Choice": ("icon-flow", "M12 5.5l6.5 6.5-6.5 6.5-6.5-6.5z"),
    "Wait": ("icon-flow", "M12 5a7 7 0 1 1-.01 0z M12 8v4.3l2.8 1.7"),
    "Pass": ("icon-flow", "M6 12h11.5 M13 7.5l4.5 4.5-4.5 4.5"),
    "Succeed": ("icon-good", "M6.5 12.5l3.8 3.8 7.2-8"),
    "Fail": ("icon-bad", "M7.5 7.5l9 9 M16.5 7.5l-9 9"),
    "Parallel": ("icon-flow", "M8.5 6v12 M15.5 6v12"),
    "Map": ("icon-flow", "M6 8h12 M6 12h12 M6 16h12"),
}
UNKNOWN_ICON = ("icon-bad", "M9.5 9.5a2.5 2.5 0 1 1 3.5 2.3c-.7.3-1 .8-1 1.7 M12 16.8v.1")
#: a circle with an arrow, 10 wide, for the retry badge
RETRY = "M8.6 3.2a4 4 0 1 0 .6 3.2 M9 .8v2.6h-2.6"

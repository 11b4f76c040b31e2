"""One HTML file with a drawing that can be moved, zoomed and searched. Needs no network and no server."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING, Any

from asl.graph import svg
from asl.graph.model import build, inner_bodies
from asl.graph.svg import escape
from asl.jsontext import encode

if TYPE_CHECKING:
    from collections.abc import Mapping

    from asl.graph.model import Graph
    from asl.graph.overlay import Overlay

#: From so many states on, the page opens with Map and Parallel collapsed.
COLLAPSED = 60
#: No script, style, picture or connection but what is in the file itself.
POLICY = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:"


def render(definition: Mapping[str, Any], graph: Graph, *, overlay: Overlay | None = None, title: str = "") -> str:
    """The page of a graph, with the collapsed drawing beside the whole one where there is something to collapse."""
    title = title or "State machine"
    drawings = [("whole", svg.render(graph, overlay=overlay, title=title))]
    if any(node.is_container for node in graph.walk()) and (overlay is None or overlay.kind == "of-run"):
        drawings.append(("collapsed", svg.render(build(definition, collapse=True), overlay=overlay, title=title)))
        if graph.states > COLLAPSED:
            drawings.reverse()
    other = "Expand" if drawings[0][0] == "collapsed" else "Collapse"
    collapse = f'<button id="collapse" title="key c">{other}</button>' if len(drawings) > 1 else ""
    boxes = "".join(
        f'<div class="drawing" data-kind="{kind}" tabindex="0" role="application" '
        f'aria-label="Drawing: arrow keys move it, + and - zoom, 0 fits it"{" hidden" if number else ""}>{drawn}</div>'
        for number, (kind, drawn) in enumerate(drawings)
    )
    count = f"{graph.states} state" + "s" * (graph.states != 1)
    body = template("page.html", title=escape(title), count=count, collapse=collapse, drawings=boxes)
    data = {"states": {svg.legal(name): fields for name, fields in own_fields(definition).items()}}
    return document(title, body, data, ("base.css",), ("canvas.js", "page.js"))


def document(title: str, body: str, data: Any, styles: tuple[str, ...], scripts: tuple[str, ...]) -> str:
    """A whole HTML document: ``data`` is what its scripts find as JSON in the element ``data``."""
    style = "".join(_asset(name) for name in styles)
    script = "".join(f"<script>{_asset(name)}</script>\n" for name in scripts)
    return f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="{POLICY}">
<link rel="icon" href="data:,">
<style>{style}</style></head>
<body>
{body}
<script type="application/json" id="data">{json_in_html(data)}</script>
{script}</body></html>
"""


def json_in_html(data: Any) -> str:
    """JSON text that can't end the script element around it, nor begin another."""
    text = encode(data).encode("utf-8", "replace").decode("utf-8")
    return (
        text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
        .replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
    )  # fmt: skip


def own_fields(definition: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of every state, by name, without the states inside it."""
    found: dict[str, Any] = {}
    waiting: list[Mapping[str, Any]] = [definition]
    while waiting:
        states = waiting.pop().get("States")
        for name, fields in (states if isinstance(states, dict) else {}).items():
            if not isinstance(fields, dict):
                found[str(name)] = fields
                continue
            waiting.extend(body for _, body in inner_bodies(fields))
            found[str(name)] = {key: _shallow(key, value) for key, value in fields.items()}
    return found


def _shallow(key: str, value: Any) -> Any:
    if key == "Branches" and isinstance(value, list):
        return [f"{len(value)} branches"]
    if key in ("ItemProcessor", "Iterator") and isinstance(value, dict):
        return {name: inner for name, inner in value.items() if name != "States"}
    return value


def template(name: str, **parts: str) -> str:
    """A piece of HTML from the folder ``web`` with its parts, which are HTML already, filled in."""
    return Template(_asset(name)).substitute(parts)


@cache
def _asset(name: str) -> str:
    return Path(__file__).with_name("web").joinpath(name).read_text("utf-8")

"""Drawings of state machines and their runs, made in plain Python: no browser, no Graphviz.

    definition -> model (nodes and edges) -> layout (each scope by itself) -> svg, html, png, mermaid, dot, text

``draw`` is the way in. A drawing needs no valid definition: what leads nowhere is drawn broken.
"""

from __future__ import annotations

from asl.graph.drawing import FORMATS, draw

__all__ = ["FORMATS", "draw"]

"""The HTML report: one file without scripts, each machine's table and its drawing with what was never reached in
red."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from asl.graph import svg
from asl.graph.model import build
from asl.testing.coverage.data import CoverageData
from asl.testing.coverage.overlay import CoverageOverlay
from asl.testing.coverage.reports import percent

if TYPE_CHECKING:
    from collections.abc import Sequence

    from asl.testing.coverage.data import MachineCoverage

_PAGE_STYLE = """
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem; color: #1f2328; background: #fff; }
table { border-collapse: collapse; margin: 1rem 0; } td, th { padding: .2rem .9rem .2rem 0; text-align: left; }
td.n { text-align: right; font-variant-numeric: tabular-nums; } tr.miss td { color: #b42318; }
figure { margin: 1rem 0; overflow-x: auto; } details { margin: .5rem 0; }
@media (prefers-color-scheme: dark) { body { color: #e6edf3; background: #0d1117; } tr.miss td { color: #ff7b72; } }
"""


def page(machines: Sequence[MachineCoverage]) -> str:
    """The whole document."""
    rows = "".join(
        f'<tr><td><a href="#m{number}">{escape(machine.name)}</a></td><td class="n">{len(machine.items)}</td>'
        f'<td class="n">{len(machine.missing)}</td><td class="n">{percent(machine.percent)}</td></tr>'
        for number, machine in enumerate(machines)
    )
    total = percent(CoverageData.total(machines))
    sections = "".join(_section(number, machine) for number, machine in enumerate(machines))
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>State machine coverage</title>'
        f"<style>{_PAGE_STYLE}</style></head><body><h1>State machine coverage: {total}</h1>"
        "<table><tr><th>Machine</th><th>Items</th><th>Missing</th><th>Covered</th></tr>"
        f"{rows}</table>{sections}</body></html>\n"
    )


def _section(number: int, machine: MachineCoverage) -> str:
    items = "".join(
        f"<tr{'' if machine.counts[item.key] else ' class=miss'}><td>{escape(item.label)}</td>"
        f'<td class="n">{item.line or ""}</td><td class="n">{machine.counts[item.key]}</td></tr>'
        for item in machine.items
    )
    drawing = svg.render(build(machine.definition), overlay=CoverageOverlay(machine), title=machine.name)
    return (
        f'<section id="m{number}"><h2>{escape(machine.name)}: {percent(machine.percent)}</h2>'
        f"<figure>{drawing}</figure><details open><summary>{len(machine.missing)} of {len(machine.items)} items missing"
        f"</summary><table><tr><th>Item</th><th>Line</th><th>Times</th></tr>{items}</table></details></section>"
    )

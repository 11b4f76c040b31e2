"""Coverage told: a table for the terminal, JSON, LCOV for the tools that read it; the HTML page is in ``html``."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from asl.testing.coverage.data import CoverageData

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from asl.testing.coverage.data import MachineCoverage
    from asl.testing.coverage.items import Item


def term(machines: Sequence[MachineCoverage]) -> list[str]:
    """The table, in the manner of coverage.py: missing items by name and line."""
    rows = [
        (machine.name, str(len(machine.items)), str(len(machine.missing)), percent(machine.percent), _missing(machine))
        for machine in machines
    ]
    items = sum(len(machine.items) for machine in machines)
    missing = sum(len(machine.missing) for machine in machines)
    total = ("TOTAL", str(items), str(missing), percent(CoverageData.total(machines)), "")
    head = ("Machine", "Items", "Miss", "Cover", "Missing")
    widths = [max(len(row[column]) for row in (head, *rows, total)) for column in range(4)]

    def line(row: Sequence[str]) -> str:
        cells = [row[0].ljust(widths[0]), *(row[column].rjust(widths[column]) for column in (1, 2, 3)), row[4]]
        return "   ".join(cells).rstrip()

    rule = "-" * max(len(line(row)) for row in (head, *rows))
    return [line(head), rule, *map(line, rows), rule, line(total)]


def percent(value: float) -> str:
    """A whole number; never 100 with something missing, nor 0 with something reached."""
    rounded = round(value)
    if rounded == 100 and value < 100:
        rounded = 99
    if rounded == 0 and value > 0:
        rounded = 1
    return f"{rounded}%"


def _missing(machine: MachineCoverage) -> str:
    return "; ".join(_place(item) for item in machine.missing)


def _place(item: Item) -> str:
    return f"{item.label} (line {item.line})" if item.line is not None else item.label


def as_json(machines: Sequence[MachineCoverage]) -> dict[str, Any]:
    """Machines with their items, counts and percentages."""
    return {
        "machines": {
            machine.name: {
                "percent": round(machine.percent, 2),
                "items": len(machine.items),
                "missing": len(machine.missing),
                "all": [
                    {
                        "key": item.key,
                        "label": item.label,
                        "state": item.state,
                        "kind": item.kind,
                        "line": item.line,
                        "count": machine.counts[item.key],
                    }
                    for item in machine.items
                ],
            }
            for machine in machines
        },
        "total": {
            "percent": round(CoverageData.total(machines), 2),
            "items": sum(len(machine.items) for machine in machines),
            "missing": sum(len(machine.missing) for machine in machines),
        },
    }


def lcov(machines: Iterable[MachineCoverage]) -> str:
    """LCOV: lines are those of the definition's file; states are functions, what belongs to a state are its branches.

    Machines without a file have no lines and are left out.
    """
    records = []
    for machine in machines:
        if any(item.line is None for item in machine.items):
            continue
        states = [item for item in machine.items if item.kind == "state"]
        branches = [item for item in machine.items if item.kind != "state"]
        lines: dict[int, int] = {}
        for item in machine.items:
            assert item.line is not None, "left out above"
            lines[item.line] = max(lines.get(item.line, 0), machine.counts[item.key])
        record = ["TN:", f"SF:{machine.name}"]
        record += [f"FN:{item.line},{item.state}" for item in states]
        record += [f"FNDA:{machine.counts[item.key]},{item.state}" for item in states]
        record += [f"FNF:{len(states)}", f"FNH:{sum(1 for item in states if machine.counts[item.key])}"]
        for number, item in enumerate(branches):
            taken = str(machine.counts[item.key]) if machine.counts[item.state] else "-"
            record.append(f"BRDA:{item.line},0,{number},{taken}")
        record += [f"BRF:{len(branches)}", f"BRH:{sum(1 for item in branches if machine.counts[item.key])}"]
        record += [f"DA:{line},{count}" for line, count in sorted(lines.items())]
        record += [f"LF:{len(lines)}", f"LH:{sum(1 for count in lines.values() if count)}", "end_of_record"]
        records.append("\n".join(record) + "\n")
    return "".join(records)


def write(kind: str, machines: Sequence[MachineCoverage], folder: Path) -> Path:
    """Write the ``json``, ``lcov`` or ``html`` report into ``folder`` and return where it lies."""
    if kind == "json":
        path = folder / "aslcov.json"
        path.write_text(json.dumps(as_json(machines), indent=1) + "\n", "utf-8")
    elif kind == "lcov":
        path = folder / "aslcov.info"
        path.write_text(lcov(machines), "utf-8")
    else:
        from asl.testing.coverage.html import page

        path = folder / "aslcov.html"
        path.write_text(page(machines), "utf-8")
    return path

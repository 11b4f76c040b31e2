"""``python -m benchmarks [--rows NAME,...] [--json OUT]``: the table of ours beside the floor."""

from __future__ import annotations

import json
import platform
from pathlib import Path

import click

from benchmarks.measure import measure, processes
from benchmarks.rows import ROWS


@click.command()
@click.option("--rows", help=f"Only these, by name: {', '.join(ROWS)}, start.")
@click.option("--json", "out", type=click.Path(path_type=Path), help="Write the figures to this file as well.")
def main(rows: str | None, out: Path | None) -> None:
    """Measure aslkit beside hand-written Python that does the same work."""
    wanted = rows.split(",") if rows else [*ROWS, "start"]
    unknown = sorted(set(wanted) - {*ROWS, "start"})
    if unknown:
        raise click.UsageError(f"unknown rows: {', '.join(unknown)}; there are {', '.join([*ROWS, 'start'])}")
    figures: dict[str, dict[str, float]] = {}
    click.echo(
        f"Python {platform.python_version()}; ratio: units per second, ours to the hand-written floor's in the same run"
    )
    click.echo(f"{'row':40}{'units/s':>14}{'us/unit':>10}{'floor us':>10}{'ratio':>8}")
    for name in wanted:
        if name == "start":
            continue
        done = measure(ROWS[name]())
        unit = done.ours.median / done.row.units
        base = done.floor.median / done.row.units
        click.echo(f"{done.row.name:40}{1 / unit:>14,.0f}{unit * 1e6:>10.2f}{base * 1e6:>10.2f}{done.ratio:>8.2f}")
        figures[name] = {"units_per_second": 1 / unit, "ratio": done.ratio}
    if "start" in wanted:
        click.echo(f"\n{'process':40}{'ms':>14}{'peak MiB':>10}")
        for process in processes():
            click.echo(f"{process.name:40}{process.seconds * 1e3:>14.0f}{process.peak_mib:>10.1f}")
            figures[process.name] = {"seconds": process.seconds, "peak_mib": process.peak_mib}
    if out is not None:
        out.write_text(
            json.dumps({"python": platform.python_version(), "figures": figures}, indent=2) + "\n", encoding="utf-8"
        )


if __name__ == "__main__":
    main()

"""``python -m benchmarks [--rows NAME,...] [--peers] [--json OUT]``: ours beside the floor, and beside its peers."""

from __future__ import annotations

import json
import platform
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from asl import __version__
from benchmarks import growth, processes, tools, validation
from benchmarks.measure import measure
from benchmarks.peers import CannotRun, peers
from benchmarks.rows import ROWS

if TYPE_CHECKING:
    from collections.abc import Callable

    from benchmarks.machines import Machine
    from benchmarks.measure import Timed
    from benchmarks.peers import Peer

Figures = dict[str, dict[str, Any]]


@click.command()
@click.option(
    "--rows",
    help="Only these, by name, comma-separated: "
    + ", ".join([*ROWS, "start", "growth", "waits", "validation", "tools"]),
)
@click.option("--peers", "with_peers", is_flag=True, help="Measure the peers that are installed, too.")
@click.option("--json", "out", type=click.Path(path_type=Path), help="Write the figures to this file as well.")
def main(rows: str | None, with_peers: bool, out: Path | None) -> None:
    """Measure aslkit beside hand-written Python that does the same work."""
    others: dict[str, Callable[[Figures], None]] = {
        "start": _start,
        "growth": _growth,
        "waits": _waits,
        "validation": _validation,
        "tools": _tools,
    }
    wanted = rows.split(",") if rows else [*ROWS, *others]
    unknown = [name for name in wanted if name not in ROWS and name not in others]
    if unknown:
        raise click.UsageError(f"unknown rows: {', '.join(unknown)}; there are {', '.join([*ROWS, *others])}")
    versions = {"Python": platform.python_version(), "aslkit": __version__}
    chosen = _installed(versions) if with_peers else []
    click.echo(", ".join(f"{name} {version}" for name, version in versions.items()))
    figures: Figures = {}
    if set(wanted) & set(ROWS):
        click.echo("ratio: speed beside the hand-written floor, in the same run (1.0: as fast)\n")
        click.echo(f"{'row':42}{'':25}{'best us':>10}{'median us':>11}{'ratio':>9}   per")
    for name in wanted:
        if name in ROWS:
            _row(name, chosen, figures)
    for name, show in others.items():
        if name in wanted:
            show(figures)
    if out is not None:
        out.write_text(json.dumps({"versions": versions, "figures": figures}, indent=2) + "\n", encoding="utf-8")


def _installed(versions: dict[str, str]) -> list[Peer]:
    chosen = []
    for peer in peers():
        version = peer.version()
        if version is None:
            click.echo(f"left out, not installed: {peer.NAME} ({peer.INSTALL})")
        else:
            versions[peer.NAME] = version
            chosen.append(peer)
    return chosen


def _row(name: str, chosen: list[Peer], figures: Figures) -> None:
    row = ROWS[name]()
    ready: dict[str, Timed] = {}
    left_out = {}
    for peer in chosen if row.machine is not None else ():
        assert row.machine is not None
        try:
            ready[peer.NAME] = _tried(peer, row.machine)
        except CannotRun as reason:
            left_out[peer.NAME] = str(reason)
    found = measure(row, ready)
    for who, figure in found.items():
        best, middle = figure.best / row.units * 1e6, figure.median / row.units * 1e6
        title = row.name if who == "floor" else ""
        click.echo(f"{title:42}{who:25}{best:>10,.2f}{middle:>11,.2f}{figure.ratio:>9.3g}   {row.unit}")
        figures.setdefault(row.name, {})[who] = {"best_us": best, "median_us": middle, "ratio": figure.ratio}
    for who, why in left_out.items():
        click.echo(f"{'':42}{who:25}can't run this: {why}")
        figures[row.name][who] = {"left_out": why}


def _tried(peer: Peer, machine: Machine) -> Timed:
    """The peer made ready, once it has shown that it can run the machine."""
    timed = peer.prepare(machine)
    timed(1)
    return timed


def _start(figures: Figures) -> None:
    _show_processes("W8 whole processes", processes.start_up(), figures)


def _waits(figures: Figures) -> None:
    _show_processes("W10 Waits in virtual time (seconds of the run, peak of its process)", processes.waits(), figures)


def _validation(figures: Figures) -> None:
    _show_times("Validation", validation.times(), figures)


def _tools(figures: Figures) -> None:
    _show_times("Drawing and testing", tools.times(), figures)


def _show_times(title: str, measured: list[validation.Time], figures: Figures) -> None:
    click.echo(f"\n{title:67}{'best ms':>10}{'median ms':>11}")
    for name, best, middle in measured:
        click.echo(f"{name:67}{best * 1e3:>10,.1f}{middle * 1e3:>11,.1f}")
        figures[name] = {"best_ms": best * 1e3, "median_ms": middle * 1e3}


def _show_processes(title: str, measured: list[processes.Process], figures: Figures) -> None:
    click.echo(f"\n{title:67}{'best ms':>10}{'median ms':>11}{'peak MiB':>11}")
    for process in measured:
        best, middle = process.best * 1e3, process.median * 1e3
        click.echo(f"{process.name:67}{best:>10,.1f}{middle:>11,.1f}{process.peak_mib:>11,.1f}")
        figures[process.name] = {"best_ms": best, "median_ms": middle, "peak_mib": process.peak_mib}


def _growth(figures: Figures) -> None:
    click.echo(f"\n{'W10 growth':67}{'transitions/s':>15}{'to the shortest':>17}")
    for found in growth.loops():
        click.echo(f"{found.name:67}{found.rate:>15,.0f}{found.relative:>17.2f}")
        figures[found.name] = {"transitions_per_second": found.rate, "relative": found.relative}


if __name__ == "__main__":
    main()

"""``python -m benchmarks.durable [--rows NAME,...] [--peers] [--seconds N] [--json OUT]``: the price of a stored
execution."""

from __future__ import annotations

import json
import platform
import sqlite3
import sys
import tempfile
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

import click

from asl import __version__
from benchmarks import machines
from benchmarks.durable import growth, rates
from benchmarks.durable.peers import DBOS, Commits

if TYPE_CHECKING:
    from collections.abc import Callable

Figures = dict[str, dict[str, float]]

_ROUNDS = 3

#: A thousand events take some milliseconds, so the disk and the scheduler show.
_HISTORIES = 7
_AT_A_TIME = (1, 16, 128)

_OURS: dict[str, tuple[str, int]] = {
    "aslkit, FULL": ("FULL", 128),
    "aslkit, FULL, threads=0": ("FULL", 0),
    "aslkit, NORMAL": ("NORMAL", 128),
    "aslkit, NORMAL, threads=0": ("NORMAL", 0),
}


@click.command()
@click.option("--rows", help="Only these, comma-separated: standard, starts, express, recovery, memory, history")
@click.option("--peers", "with_peers", is_flag=True, help="Measure DBOS, too, if it is installed.")
@click.option(
    "--dbos-python",
    envvar="ASL_BENCHMARK_DBOS_PYTHON",
    default=sys.executable,
    help="The Python that has dbos, by default this one (environment: ASL_BENCHMARK_DBOS_PYTHON).",
)
@click.option("--seconds", default=2.0, show_default=True, help="How long each rate is measured in each round.")
@click.option("--json", "out", type=click.Path(path_type=Path), help="Write the figures to this file as well.")
def main(rows: str | None, with_peers: bool, dbos_python: str, seconds: float, out: Path | None) -> None:
    """Measure executions that are kept in an SQLite file."""
    known: dict[str, Callable[[Figures], None]] = {
        "standard": lambda figures: _standard(figures, seconds, dbos, commits),
        "starts": lambda figures: _starts(figures, seconds),
        "express": lambda figures: _express(figures, seconds),
        "recovery": _recovery,
        "memory": _memory,
        "history": _history,
    }
    wanted = rows.split(",") if rows else list(known)
    unknown = [name for name in wanted if name not in known]
    if unknown:
        raise click.UsageError(f"unknown rows: {', '.join(unknown)}; there are {', '.join(known)}")
    versions = {"Python": platform.python_version(), "aslkit": __version__, "SQLite": sqlite3.sqlite_version}
    figures: Figures = {}
    with tempfile.TemporaryDirectory(prefix="asl-benchmark-") as folder:
        commits = Commits(Path(folder))
        dbos = DBOS.found(dbos_python, Path(folder)) if with_peers else None
        if dbos is not None:
            versions["dbos"] = f"{dbos.version} (Python {dbos.python})"
        elif with_peers:
            click.echo("left out, not installed: dbos (pip install dbos, or name a Python that has it: --dbos-python)")
        click.echo(", ".join(f"{name} {version}" for name, version in versions.items()))
        try:
            for name in wanted:
                known[name](figures)
        finally:
            commits.close()
            if dbos is not None:
                dbos.close()
    if out is not None:
        out.write_text(json.dumps({"versions": versions, "figures": figures}, indent=2) + "\n", encoding="utf-8")


def _standard(figures: Figures, seconds: float, dbos: DBOS | None, commits: Commits) -> None:
    """All take turns, so that a machine that slows down slows all of them."""
    click.echo(f"\nexecutions of {rates.TASKS} tasks; in brackets: times DBOS")
    for at_a_time in _AT_A_TIME:
        found: dict[str, list[float]] = {}
        for _ in range(_ROUNDS):
            found.setdefault("commits of one row, FULL", []).append(commits.rate(seconds / 4))
            if dbos is not None:
                found.setdefault("dbos", []).append(dbos.rate(at_a_time, seconds))
            for name, (synchronous, threads) in _OURS.items():
                rate = rates.standard(at_a_time, seconds, synchronous=synchronous, threads=threads)
                found.setdefault(name, []).append(rate)
        click.echo(f"{f'{at_a_time} at a time':42}{'executions/s':>13}{'':9}{'transitions/s':>15}")
        for name, values in found.items():
            rate = median(values)
            if name.startswith("commits"):
                click.echo(f"  {name:40}{rate:>13,.0f}")
                figures[f"{at_a_time} at a time, {name}"] = {"commits_per_second": rate}
                continue
            ratios = [mine / theirs for mine, theirs in zip(values, found.get("dbos", []), strict=False)]
            beside = f"({median(ratios):.1f})" if ratios else ""
            click.echo(f"  {name:40}{rate:>13,.1f}{beside:>9}{rate * rates.TRANSITIONS:>15,.0f}")
            figures[f"{at_a_time} at a time, {name}"] = {
                "executions_per_second": rate,
                "transitions_per_second": rate * rates.TRANSITIONS,
                **({"times_dbos": median(ratios)} if ratios else {}),
            }


def _starts(figures: Figures, seconds: float) -> None:
    _show_rate(figures, "Standard starts, acknowledged", lambda: rates.starts(seconds))


def _express(figures: Figures, seconds: float) -> None:
    for name, machine in (("one task", machines.tasks(1)), ("one Pass", machines.one_state())):
        _show_rate(figures, f"Express, {name}: started and ended", lambda m=machine: rates.express(m, seconds))  # type: ignore[misc]


def _recovery(figures: Figures) -> None:
    seconds = growth.recovery(10_000)
    click.echo(f"\n{'10,000 open executions taken up again':42}{seconds:>13,.2f} s")
    figures["10,000 open executions taken up again"] = {"seconds": seconds}


def _memory(figures: Figures) -> None:
    click.echo("")
    for ended, mib in growth.memory(100_000, 10):
        click.echo(f"{f'resident after {ended:,} executions':42}{mib:>13,.1f} MiB")
        figures[f"resident after {ended:,} executions"] = {"mib": mib}


def _history(figures: Figures) -> None:
    found = [growth.history() for _ in range(_HISTORIES)]
    first, last = (median(rates) for rates in zip(*found, strict=True))
    relative = median(last / first for first, last in found)
    click.echo(f"\n{'25,000 events: the first thousand':42}{first:>13,.0f} events/s")
    click.echo(f"{'25,000 events: the last thousand':42}{last:>13,.0f} events/s ({relative:.2f})")
    figures["25,000 events"] = {"first_per_second": first, "last_per_second": last, "relative": relative}


def _show_rate(figures: Figures, name: str, measure: Callable[[], float]) -> None:
    rate = median(measure() for _ in range(_ROUNDS))
    click.echo(f"{name:42}{rate:>13,.0f} a second")
    figures[name] = {"per_second": rate}


if __name__ == "__main__":
    main()

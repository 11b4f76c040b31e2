"""``asl report``: a run as one HTML page that opens from disk."""

from __future__ import annotations

import click

from asl_cli.graph import read_history, read_source, title_of, write
from asl_cli.problems import Problem


@click.command("report", short_help="Write a run as one HTML page.")
@click.argument("history", metavar="HISTORY")
@click.option("-o", "--output", metavar="FILE", default="run.html", show_default=True, help="The page; - is stdout.")
@click.option(
    "-m", "--machine", metavar="MACHINE", help="The state machine's file; without it, what the run shows is drawn."
)
@click.option("--title", help="The page's title (default: the machine's name).")
def command(*, history: str, output: str, machine: str | None, title: str | None) -> None:
    """Write the run in the file HISTORY as a page: drawing, a scrubber through time, inputs and outputs, all events.

    HISTORY is what `asl run --history FILE` wrote, or `aws stepfunctions get-execution-history`. The page needs no
    network and no server.

    \b
    Examples:
      asl run order.asl.json --history run.json; asl report run.json -m order.asl.json -o run.html
      aws stepfunctions get-execution-history --execution-arn ARN > run.json; asl report run.json

    Exit code: 0 written; 2 a file can't be read or written.
    """
    from asl.errors import AslError
    from asl.graph.report import report

    try:
        source = read_source(machine) if machine is not None else None
        page = report(read_history(history), source, title=title or title_of(machine or history))
    except (AslError, ValueError) as problem:
        raise Problem(str(problem)) from problem
    write(page, output)

"""``asl report``: a run as one HTML page that opens from disk."""

from __future__ import annotations

import os
from typing import Any

import click

from asl_cli.graph import read_history, read_source, title_of, write
from asl_cli.problems import Problem
from asl_cli.stored.access import execution_arn, opened, store_option


@click.command("report", short_help="Write a run as one HTML page.")
@click.argument("history", metavar="HISTORY|RUN")
@click.option("-o", "--output", metavar="FILE", default="run.html", show_default=True, help="The page; - is stdout.")
@click.option(
    "-m", "--machine", metavar="MACHINE", help="The state machine's file; without it, what the run shows is drawn."
)
@click.option("--title", help="The page's title (default: the machine's name).")
@store_option
def command(*, history: str, output: str, machine: str | None, title: str | None, url: str | None) -> None:
    """Write the run in the file HISTORY as a page: drawing, a scrubber through time, inputs and outputs, all events.

    HISTORY is what `asl run --history FILE` wrote, or `aws stepfunctions get-execution-history`. What is no file is an
    execution of the store: its name, MACHINE:NAME or ARN. The page needs no network and no server.

    \b
    Examples:
      asl run order.asl.json --history run.json; asl report run.json -m order.asl.json -o run.html
      aws stepfunctions get-execution-history --execution-arn ARN > run.json; asl report run.json
      asl report order-7 -o order-7.html

    Exit code: 0 written; 2 a file can't be read or written.
    """
    from asl.errors import AslError
    from asl.graph.report import report

    try:
        source: Any = read_source(machine) if machine is not None else None
        run: Any
        if os.path.exists(history) or _is_a_file(history):
            run, name = read_history(history), title_of(machine or history)
        else:
            run, stored_machine = _stored(history, url)
            source, name = source or stored_machine, run.name
        page = report(run, source, title=title or name)
    except (AslError, ValueError) as problem:
        raise Problem(str(problem)) from problem
    write(page, output)


def _is_a_file(name: str) -> bool:
    """Whether it can only be meant as a file."""
    return not name.startswith("arn:") and (name.endswith((".json", ".jsonl")) or "/" in name or os.sep in name)


def _stored(name: str, url: str | None) -> tuple[Any, Any]:
    """An execution of the store, and its state machine."""
    from asl_cli.stored.logs import machine_of, stored

    with opened(url) as service:
        arn = execution_arn(service, name)
        machine = machine_of(service, arn)
        return stored(service, arn), machine

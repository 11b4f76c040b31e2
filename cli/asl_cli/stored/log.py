"""``asl log``: what is kept of the executions of an Express state machine."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

from asl_cli.problems import Problem
from asl_cli.stored.access import json_option, machine_arn, opened, pages, store_option
from asl_cli.terminal import clean, tolerate

if TYPE_CHECKING:
    from collections.abc import Iterator


@click.command("log")
@click.argument("machine", metavar="MACHINE")
@json_option
@store_option
def command(*, machine: str, as_json: bool, url: str | None) -> None:
    """Show the log of the Express state machine MACHINE, the oldest lines first.

    Nothing else is kept of Express executions, and this only if the machine was created or updated with --log.

    \b
    Examples:
      asl machine create quote quote.asl.json --type express --log error
      asl log quote

    Exit code: 0 shown; 2 it can't be shown.
    """
    from asl_cli.stored import tables

    with opened(url) as service:
        arn = machine_arn(service, machine)
        answer = service.describe_state_machine(stateMachineArn=arn)
        if answer["type"] != "EXPRESS":
            raise Problem(f"{clean(machine)} isn't Express; `asl history` shows what its executions did")
        if answer["loggingConfiguration"]["level"] == "OFF":
            click.echo("nothing is logged now; `asl machine update NAME FILE --log all` changes that", err=True)
        lines = pages(service.read_log, "events", stateMachineArn=arn)
        if as_json:
            tables.as_json({"events": list(lines)})
        else:
            _print(lines)


def _print(lines: Iterator[dict[str, Any]]) -> None:
    from asl_cli.stored.events import details_of
    from asl_cli.stored.tables import precise

    tolerate(sys.stdout)
    for line in lines:
        name = ":".join(line["execution_arn"].split(":")[7:8])
        shown = [precise(int(line["event_timestamp"])), clean(name), f"{line['type']:<24}", details_of(line["details"])]
        sys.stdout.write("  ".join(shown).rstrip() + "\n")

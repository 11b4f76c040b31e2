"""``asl purge``: forgetting what ended long ago."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import click

from asl_cli.stored.access import machine_arn, opened, store_option

if TYPE_CHECKING:
    from asl import Service

#: milliseconds
_UNITS = {"s": 1000, "m": 60_000, "h": 3_600_000, "d": 86_400_000, "w": 7 * 86_400_000}


def _age(_ctx: click.Context, _parameter: click.Parameter, value: str) -> int:
    found = re.fullmatch(r"(\d{1,6})([smhdw])", value.strip())
    if found is None:
        raise click.BadParameter("should be a number with a unit: 30d, 12h, 90m, 45s or 2w")
    return int(found[1]) * _UNITS[found[2]]


@click.command("purge")
@click.option(
    "--older-than", "age", required=True, metavar="AGE", callback=_age, help="That ended before: 30d, 12h, 90m, 2w."
)
@click.option("--machine", metavar="NAME", help="Only executions of this state machine.")
@click.option("--dry-run", is_flag=True, help="Only say how many there are.")
@store_option
def command(*, age: int, machine: str | None, dry_run: bool, url: str | None) -> None:
    """Remove executions that ended long ago, with their histories; what runs is never touched.

    Old lines of the Express log and definitions that nothing uses any more go as well. A purged execution can't be
    redriven, and its name is free again.

    \b
    Examples:
      asl purge --older-than 90d --dry-run
      asl purge --older-than 90d
      asl purge --older-than 0s --machine experiment

    Exit code: 0 done; 2 it can't be done, and why.
    """
    from asl_cli.stored.tables import counted

    with opened(url) as service:
        name = None
        if machine is not None:
            name = service.describe_state_machine(stateMachineArn=machine_arn(service, machine))["name"]
        before = service.store.now() - age
        count = _count(service, name, before) if dry_run else service.store.purge(before, machine=name)
    click.echo(f"{'would remove' if dry_run else 'removed'} {counted(count, 'execution')}")


def _count(service: Service, machine: str | None, before: int) -> int:
    count, last = 0, None
    while page := service.store.executions(machine, before=last, limit=1000):
        count += sum(1 for execution in page if execution.stop is not None and execution.stop < before)
        last = page[-1].id
    return count

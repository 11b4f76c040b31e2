"""``asl verify``: does what is stored agree with itself?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from asl_cli.problems import Problem
from asl_cli.stored.access import execution_arn, machines, opened, store_option
from asl_cli.terminal import clean

if TYPE_CHECKING:
    from collections.abc import Iterator

    from asl import Service


@click.command("verify")
@click.argument("runs", metavar="[RUN]...", nargs=-1)
@store_option
@click.pass_context
def command(ctx: click.Context, *, runs: tuple[str, ...], url: str | None) -> None:
    """Check that nothing in the store is damaged, and that executions stand where their histories say.

    Without RUN the whole store is checked, and each execution that runs or can be redriven; else only the executions
    RUN (names, MACHINE:NAME or ARNs). Workers may be at work meanwhile; nothing is changed.

    \b
    Examples:
      asl verify
      asl verify order-7 order-8

    Exit code: 0 nothing found; 1 something is wrong, one finding a line; 2 the store can't be read.
    """
    from asl.audit import audit, candidates
    from asl.errors import StoreError
    from asl.worker import Definitions
    from asl_cli.stored.tables import counted

    found = 0

    def report(finding: str) -> None:
        nonlocal found
        found += 1
        click.echo(clean(finding))

    with opened(url) as service:
        store = service.store
        if not runs:
            store.check(report)
            for finding in _machines(service):
                report(finding)
        ids: list[int] = []
        try:
            ids.extend((_id(service, run) for run in runs) if runs else candidates(store))
        except StoreError as problem:  # an unknown RUN is a Problem
            report(f"not all executions can be listed: {problem}")
        for finding in audit(store, Definitions(store), ids):
            report(finding)
    looked = f"{counted(len(ids), 'execution')} that can go on" if not runs else counted(len(ids), "execution")
    click.echo(f"{looked} checked: {counted(found, 'finding') if found else 'nothing wrong'}", err=True)
    ctx.exit(1 if found else 0)


def _machines(service: Service) -> Iterator[str]:
    """What is wrong with state machines."""
    from asl.errors import DefinitionError, ServiceError, StoreError

    try:
        arns = [machine["stateMachineArn"] for machine in machines(service)]
    except StoreError as problem:
        yield str(problem)
        return
    for arn in arns:
        try:
            service.describe_state_machine(stateMachineArn=arn)
        except (DefinitionError, StoreError) as problem:
            yield f"{arn}: {problem}"
        except ServiceError:  # deleted meanwhile
            continue


def _id(service: Service, run: str) -> int:
    arn = execution_arn(service, run)
    execution = service.store.execution(arn)
    if execution is None:
        from asl_cli.stored.nearest import hint

        way_out = hint(service, arn) or "`asl list` shows those there are"
        raise Problem(f"there is no execution {clean(arn)}; {way_out}")
    return execution.id

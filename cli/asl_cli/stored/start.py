"""``asl start``: begin an execution in a store."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

from asl_cli.problems import Problem
from asl_cli.stored.access import json_option, machine_arn, opened, store_option
from asl_cli.terminal import Screen, clean, standard_error, tolerate, write_json

if TYPE_CHECKING:
    from asl import Service

#: no worker has given a sign of life
_NOBODY = "no worker runs on this store yet; start one: asl worker --handlers FILE"


@click.command("start")
@click.argument("machine", metavar="MACHINE")
@click.option("--name", metavar="RUN", help="The execution's name; a UUID without it.")
@click.option("-i", "--input", "given", metavar="JSON|@FILE|-", help="The input; without it what is piped in, or {}.")
@click.option("--wait", is_flag=True, help="Wait until it has ended, and show what it came to.")
@json_option
@store_option
@click.pass_context
def command(
    ctx: click.Context,
    *,
    machine: str,
    name: str | None,
    given: str | None,
    wait: bool,
    as_json: bool,
    url: str | None,
) -> None:
    """Start an execution of MACHINE: a state machine of the store, as NAME, NAME:VERSION, NAME:ALIAS or ARN.

    Prints the execution's ARN. Some worker on the same store runs it: `asl worker`. To start once more what runs
    already, with the same name and input, changes nothing.

    \b
    Examples:
      asl start order -i '{"id": 7}'
      asl start order --name order-7 -i @order.json
      asl start order -i @order.json --wait | jq .total

    With --wait stdout gets the output, stderr the ARN and what went wrong.

    Exit code: 0 started (--wait: it succeeded); 1 with --wait: it failed, timed out or was aborted; 2 it can't be
    started; 130 Ctrl-C (the execution goes on).
    """
    from asl_cli import inputs
    from asl_cli.stored import tables

    _, text = inputs.read(given)
    with opened(url) as service:
        arn = machine_arn(service, machine)
        if wait and _is_express(service, arn):
            raise Problem(f"{clean(machine)} is Express: nothing is kept of its executions that --wait could show")
        answer = service.start_execution(stateMachineArn=arn, name=name, input=text)
        if not wait:
            tables.as_json(answer) if as_json else click.echo(clean(answer["executionArn"]))
            return
        click.echo(clean(answer["executionArn"]), err=True)
        try:
            ended = _until_its_end(service, answer["executionArn"])
        except KeyboardInterrupt:
            click.echo("interrupted; the execution goes on, `asl history --follow` watches it", err=True)
            ctx.exit(130)
    if as_json:
        tables.as_json(ended)
    else:
        _show(ended)
    ctx.exit(0 if ended["status"] == "SUCCEEDED" else 1)


def _is_express(service: Service, arn: str) -> bool:
    bare = ":".join(arn.split(":")[:7])
    return bool(service.describe_state_machine(stateMachineArn=bare)["type"] == "EXPRESS")


def _until_its_end(service: Service, arn: str) -> dict[str, Any]:
    from asl_cli.stored.following import looks

    if not service.store.workers():
        click.echo(_NOBODY, err=True)
    for _ in looks(service.store):
        answer = service.describe_execution(executionArn=arn)
        if answer["status"] != "RUNNING":
            return answer
    raise AssertionError("looking never ends by itself")


def _show(ended: dict[str, Any]) -> None:
    from asl_cli.report import problem
    from asl_cli.stored.tables import laid_out

    if ended["status"] == "SUCCEEDED":
        tolerate(sys.stdout)
        write_json(sys.stdout, laid_out(ended["output"]))
        return
    screen = Screen(standard_error())
    screen.lines([ended["status"], *problem(ended["status"], ended.get("error"), ended.get("cause"), screen)])

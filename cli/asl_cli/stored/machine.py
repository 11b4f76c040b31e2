"""``asl machine``: the state machines of a store."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

from asl_cli.problems import Problem
from asl_cli.stored.access import json_option, machine_arn, opened, pages, store_option
from asl_cli.terminal import clean

if TYPE_CHECKING:
    from collections.abc import Sequence

    from asl import Service

_NAME = click.argument("name", metavar="NAME")
_FILE = click.argument("file", metavar="FILE", type=click.Path(exists=True, dir_okay=False))
_SUBSTITUTE = click.option(
    "--substitute", "values", multiple=True, metavar="NAME=VALUE", help="Fill in ${NAME} of a template or definition."
)
_PUBLISH = click.option("--publish", is_flag=True, help="Also make a version of it.")
_LOG = click.option(
    "--log",
    "level",
    type=click.Choice(["off", "fatal", "error", "all"], case_sensitive=False),
    help="What `asl log` shows of an Express machine's executions (off at first).",
)
_DESCRIPTION = click.option("--description", metavar="TEXT", help="Of the version (with --publish).")


@click.group("machine")
def group() -> None:
    """Create, change, show and delete the state machines of a store.

    \b
    Examples:
      asl machine create order order.asl.json
      asl machine update order order.asl.json --publish --description "ships to Norway"
      asl machine list
      asl machine describe order --definition > deployed.asl.json
      asl machine delete order

    Exit code: 0 done; 2 it can't be done, and why.
    """


@group.command("create")
@_NAME
@_FILE
@click.option(
    "--type",
    "kind",
    type=click.Choice(["standard", "express"], case_sensitive=False),
    help="Default: what a template says, else standard.",
)
@_PUBLISH
@_DESCRIPTION
@_LOG
@_SUBSTITUTE
@json_option
@store_option
def create(
    *,
    name: str,
    file: str,
    kind: str | None,
    publish: bool,
    description: str | None,
    level: str | None,
    values: tuple[str, ...],
    as_json: bool,
    url: str | None,
) -> None:
    """Create the state machine NAME with the definition in FILE (JSON, YAML, or a template that holds one).

    The same once more changes nothing. The store is created if there is none.
    """
    from asl_cli.stored import tables

    definition, type_ = _read(file, values, kind and kind.upper())
    with opened(url, create=True) as service:
        answer = service.create_state_machine(
            name=name,
            definition=definition,
            type=type_,
            publish=publish or None,
            versionDescription=_of_version(publish, description),
            loggingConfiguration=_logging(service, level),
        )
    if as_json:
        tables.as_json(answer)
    else:
        click.echo(clean(_made(answer, answer["stateMachineArn"])))


@group.command("update")
@_NAME
@_FILE
@_PUBLISH
@_DESCRIPTION
@_LOG
@_SUBSTITUTE
@json_option
@store_option
def update(
    *,
    name: str,
    file: str,
    publish: bool,
    description: str | None,
    level: str | None,
    values: tuple[str, ...],
    as_json: bool,
    url: str | None,
) -> None:
    """Give the state machine NAME the definition in FILE. Executions that run go on with the one they began with."""
    from asl_cli.stored import tables

    with opened(url) as service:
        arn = machine_arn(service, name)
        definition, _ = _read(file, values, service.describe_state_machine(stateMachineArn=arn)["type"])
        answer = service.update_state_machine(
            stateMachineArn=arn,
            definition=definition,
            publish=publish or None,
            versionDescription=_of_version(publish, description),
            loggingConfiguration=_logging(service, level),
        )
    if as_json:
        tables.as_json(answer)
    else:
        click.echo(clean(_made(answer, arn)))


@group.command("list")
@json_option
@store_option
def list_(*, as_json: bool, url: str | None) -> None:
    """List the state machines."""
    from asl_cli.stored import tables

    with opened(url) as service:
        found = list(pages(service.list_state_machines, "stateMachines"))
    if as_json:
        tables.as_json({"stateMachines": found})
        return
    rows = [(one["name"], one["type"], tables.moment(one["creationDate"])) for one in found]
    tables.table(("NAME", "TYPE", "CREATED"), rows)


@group.command("describe")
@_NAME
@click.option("--definition", "only_definition", is_flag=True, help="Nothing but the definition, as it was given.")
@json_option
@store_option
def describe(*, name: str, only_definition: bool, as_json: bool, url: str | None) -> None:
    """Show the state machine NAME (NAME:3 is its version 3)."""
    from asl_cli.stored import tables

    with opened(url) as service:
        arn = machine_arn(service, name)
        answer = service.describe_state_machine(stateMachineArn=arn)
        versions = list(pages(service.list_state_machine_versions, "stateMachineVersions", stateMachineArn=_bare(arn)))
    if as_json:
        tables.as_json(answer)
    elif only_definition:
        sys.stdout.write(answer["definition"].rstrip("\n") + "\n")
    else:
        numbers = [one["stateMachineVersionArn"].rpartition(":")[2] for one in versions]
        tables.record(
            [
                ("name", answer["name"]),
                ("arn", answer["stateMachineArn"]),
                ("type", answer["type"]),
                ("status", answer["status"]),
                ("created", tables.moment(answer["creationDate"])),
                ("revision", answer.get("revisionId")),
                ("versions", ", ".join(numbers)),
                ("description", answer.get("description")),
                ("definition", tables.laid_out(answer["definition"])),
            ]
        )


@group.command("delete")
@_NAME
@click.option("--yes", is_flag=True, help="Don't ask.")
@store_option
def delete(*, name: str, yes: bool, url: str | None) -> None:
    """Delete the state machine NAME with its versions, aliases and executions. Executions that run fail then."""
    from asl_cli.stored.tables import counted

    with opened(url) as service:
        arn = _bare(machine_arn(service, name))
        machine = service.describe_state_machine(stateMachineArn=arn)
        running = len(list(service.store.open_executions(machine["name"])))
        kept = _count(service, arn) if machine["type"] == "STANDARD" else running
        what = f"the state machine {clean(machine['name'])} with {counted(kept, 'execution')}"
        what += f", of which {counted(running, 'runs', 'run')}" if running else ""
        if not yes and not _confirmed(f"Delete {what}?"):
            raise Problem("nothing was deleted")
        service.delete_state_machine(stateMachineArn=arn)
    later = "; those that run fail at their next step, then they are gone too" if running else ""
    click.echo(f"deleted {what}{later}")


def _made(answer: dict[str, Any], machine: str) -> str:
    """The version's ARN if one was made, else the machine's."""
    return str(answer.get("stateMachineVersionArn", machine))


def _bare(arn: str) -> str:
    """The machine's ARN without a version or alias."""
    return ":".join(arn.split(":")[:7])


def _count(service: Service, arn: str) -> int:
    return sum(1 for _ in pages(service.list_executions, "executions", stateMachineArn=arn))


def _confirmed(question: str) -> bool:
    try:
        if sys.stdin is not None:
            return click.confirm(question)
    except click.Abort as problem:
        if isinstance(problem.__context__, KeyboardInterrupt):
            raise
    raise Problem("nobody is there to be asked; --yes deletes without asking")


def _of_version(publish: bool, description: str | None) -> str | None:
    if description is not None and not publish:
        raise Problem("--description is that of a version; add --publish to make one")
    return description


def _logging(service: Service, level: str | None) -> dict[str, Any] | None:
    """The logging configuration of a level. AWS wants a log group to be named; here the lines stay in the store."""
    if level is None:
        return None
    if level.upper() == "OFF":
        return {"level": "OFF"}
    _, partition, _, region, account, *_ = service.arn("stateMachine").split(":")
    group = f"arn:{partition}:logs:{region}:{account}:log-group:aslkit:*"
    destinations = [{"cloudWatchLogsLogGroup": {"logGroupArn": group}}]
    return {"level": level.upper(), "includeExecutionData": True, "destinations": destinations}


def _read(file: str, values: Sequence[str], kind: str | None) -> tuple[str, str]:
    """The definition in a file as JSON text, checked, and its type. Raises Problem with every finding."""
    from asl.jsontext import decode, encode
    from asl_cli.run import load_machine

    machine: Any = load_machine(file, values, kind)
    source = machine.source
    try:
        as_written = decode(source.text) == source.tree
    except ValueError:  # YAML, or a template in YAML
        as_written = False
    return source.text if as_written else encode(source.tree), machine.type

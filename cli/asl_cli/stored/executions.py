"""``asl list``, ``asl describe``, ``asl stop``, ``asl redrive``: executions of a store."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from asl_cli.stored.access import execution_arn, json_option, machine_arn, machines, opened, pages, store_option
from asl_cli.terminal import clean

if TYPE_CHECKING:
    from collections.abc import Iterator

    from asl import Service
    from asl.visits import Visit

_RUN = click.argument("run", metavar="RUN")
_STATUSES = ["RUNNING", "SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED"]


@click.command("list")
@click.argument("machine", metavar="[MACHINE]", required=False)
@click.option(
    "--status", type=click.Choice(_STATUSES, case_sensitive=False), help="Only those that are in this status."
)
@click.option("--limit", type=click.IntRange(1, 1_000_000), default=50, show_default=True, help="So many at most.")
@json_option
@store_option
def list_(*, machine: str | None, status: str | None, limit: int, as_json: bool, url: str | None) -> None:
    """List executions, the newest first: of all state machines, or of MACHINE (NAME, NAME:VERSION, NAME:ALIAS or ARN).

    Express executions aren't listed: nothing of them is kept but what still runs.

    \b
    Examples:
      asl list
      asl list order --status failed
      asl list --status running --json | jq -r '.executions[].name'

    Exit code: 0 listed, however many; 2 they can't be listed.
    """
    from asl_cli.stored import tables

    with opened(url) as service:
        found, more = _newest(service, machine, status and status.upper(), limit)
    if as_json:
        tables.as_json({"executions": found})
        return
    rows = [
        (
            one["name"],
            one["stateMachineArn"].rpartition(":")[2],
            one["status"],
            tables.moment(one["startDate"]),
            tables.moment(one.get("stopDate")),
        )
        for one in found
    ]
    tables.table(("NAME", "MACHINE", "STATUS", "STARTED", "ENDED"), rows)
    if more:
        click.echo(f"there are more; --limit {limit * 10} shows some of them", err=True)


def _newest(service: Service, machine: str | None, status: str | None, limit: int) -> tuple[list[dict[str, Any]], bool]:
    """The newest executions, and whether there are more."""
    from itertools import islice

    if machine is not None:
        found = list(islice(_listed(service, machine_arn(service, machine), status), limit + 1))
    else:
        each = (
            _listed(service, one["stateMachineArn"], status) for one in machines(service) if one["type"] == "STANDARD"
        )
        found = [execution for listing in each for execution in islice(listing, limit + 1)]
        found.sort(key=lambda execution: execution["startDate"], reverse=True)
    return found[:limit], len(found) > limit


def _listed(service: Service, machine: str, status: str | None) -> Iterator[dict[str, Any]]:
    return pages(service.list_executions, "executions", stateMachineArn=machine, statusFilter=status)


@click.command("describe")
@_RUN
@json_option
@store_option
def describe(*, run: str, as_json: bool, url: str | None) -> None:
    """Show the execution RUN (its name, MACHINE:NAME or ARN): status, input, output, and where it stands.

    \b
    Examples:
      asl describe order-7
      asl describe order:order-7 --json | jq .status

    Exit code: 0 shown, however it ended; 2 it can't be shown.
    """
    from asl_cli.stored import tables

    with opened(url) as service:
        arn = execution_arn(service, run)
        answer = service.describe_execution(executionArn=arn)
        open_ = _open_visits(service, arn) if answer["status"] == "RUNNING" and not as_json else []
    if as_json:
        tables.as_json(answer)
        return
    tables.record(
        [
            ("name", answer["name"]),
            ("arn", answer["executionArn"]),
            ("machine", _started_from(answer)),
            ("status", answer["status"]),
            ("started", tables.moment(answer["startDate"])),
            ("ended", tables.moment(answer.get("stopDate"))),
            ("redriven", _redriven(answer)),
            ("redrive", _redrive(answer)),
            ("in state", "\n".join(_place(visit) for visit in open_)),
            ("error", answer.get("error")),
            ("cause", answer.get("cause")),
            ("input", tables.laid_out(answer["input"])),
            ("output", tables.laid_out(answer["output"]) if "output" in answer else None),
        ]
    )


def _started_from(answer: dict[str, Any]) -> str:
    """The alias, version or machine that was started."""
    members = ("stateMachineAliasArn", "stateMachineVersionArn", "stateMachineArn")
    return str(next(answer[member] for member in members if member in answer))


def _redriven(answer: dict[str, Any]) -> str | None:
    from asl_cli.stored.tables import counted, moment

    times = answer["redriveCount"]
    return f"{counted(times, 'time')}, last at {moment(answer['redriveDate'])}" if times else None


def _redrive(answer: dict[str, Any]) -> str | None:
    """Whether it can be taken up again, if that is a question."""
    if answer["status"] in ("RUNNING", "SUCCEEDED"):
        return None
    return "possible" if answer["redriveStatus"] == "REDRIVABLE" else f"not possible: {answer['redriveStatusReason']}"


def _open_visits(service: Service, arn: str) -> list[Visit]:
    """The innermost states in which an execution is."""
    from asl_cli.stored.logs import Log

    log = Log(service, arn)
    log.read()
    return [visit for visit in log.visits.visits if visit.status == "running" and not visit.running]


def _place(visit: Visit) -> str:
    from asl_cli.report import place_of
    from asl_cli.stored.tables import moment

    return f"{place_of(visit)}, since {moment(visit.start_ms / 1000)}"


@click.command("stop")
@_RUN
@click.option("--error", metavar="ERROR", help="The error that the execution shall show.")
@click.option("--cause", metavar="CAUSE", help="The cause that it shall show.")
@json_option
@store_option
def stop(*, run: str, error: str | None, cause: str | None, as_json: bool, url: str | None) -> None:
    """End the execution RUN (its name, MACHINE:NAME or ARN) as ABORTED. One that has ended stays as it is.

    A handler that is at work for it isn't interrupted; nobody waits for its answer any more.

    \b
    Examples:
      asl stop order-7 --error Cancelled --cause "by the customer"

    Exit code: 0 stopped, or it had ended before; 2 it can't be stopped.
    """
    from asl_cli.stored import tables

    with opened(url) as service:
        arn = execution_arn(service, run)
        before = service.describe_execution(executionArn=arn, includedData="METADATA_ONLY")["status"]
        answer = service.stop_execution(executionArn=arn, error=error, cause=cause)
    if as_json:
        tables.as_json(answer)
    elif before == "RUNNING":
        click.echo(f"stopped {clean(arn)}")
    else:
        click.echo(f"{clean(arn)} had already ended: {before}")


@click.command("redrive")
@_RUN
@json_option
@store_option
def redrive(*, run: str, as_json: bool, url: str | None) -> None:
    """Take up the execution RUN (its name, MACHINE:NAME or ARN), which ended badly, in the state where it failed.

    What has succeeded isn't done again. The definition stays the one that the execution began with.

    \b
    Examples:
      asl redrive order-7

    Exit code: 0 it runs again; 2 it can't be redriven, and why.
    """
    from asl_cli.stored import tables

    with opened(url) as service:
        arn = execution_arn(service, run)
        answer = service.redrive_execution(executionArn=arn)
    tables.as_json(answer) if as_json else click.echo(f"redriven {clean(arn)}")

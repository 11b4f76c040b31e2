"""``asl activity``: activities of a store, and fetching their work."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING, Any

import click

from asl_cli.stored.access import activity_arn, json_option, opened, pages, store_option
from asl_cli.terminal import clean, write_json

if TYPE_CHECKING:
    from asl import Service

_NAME = click.argument("name", metavar="NAME")


@click.group("activity")
def group() -> None:
    """Activities: tasks whose work somebody fetches, with `asl activity poll` or through the API.

    \b
    Examples:
      asl activity create grade
      asl activity poll grade --worker grace --json
      asl task success "$TOKEN" '{"grade": "A"}'

    Exit code: 0 done; 1 poll: there was no work; 2 it can't be done, and why; 130 Ctrl-C.
    """


@group.command("create")
@_NAME
@json_option
@store_option
def create(*, name: str, as_json: bool, url: str | None) -> None:
    """Register the activity NAME. The same once more changes nothing."""
    from asl_cli.stored import tables

    with opened(url, create=True) as service:
        answer = service.create_activity(name=name)
    tables.as_json(answer) if as_json else click.echo(clean(answer["activityArn"]))


@group.command("list")
@json_option
@store_option
def list_(*, as_json: bool, url: str | None) -> None:
    """List the activities."""
    from asl_cli.stored import tables

    with opened(url) as service:
        found = list(pages(service.list_activities, "activities"))
    if as_json:
        tables.as_json({"activities": found})
    else:
        tables.table(("NAME", "CREATED"), [(one["name"], tables.moment(one["creationDate"])) for one in found])


@group.command("delete")
@_NAME
@store_option
def delete(*, name: str, url: str | None) -> None:
    """Remove the activity NAME. Tasks that wait for its work go on waiting."""
    with opened(url) as service:
        arn = activity_arn(service, name)
        service.describe_activity(activityArn=arn)  # deleting what isn't there is no error to the API
        service.delete_activity(activityArn=arn)
    click.echo(f"deleted {clean(arn)}")


@group.command("poll")
@_NAME
@click.option("--worker", "worker_name", metavar="NAME", help="Who does the work, for the history.")
@click.option(
    "--timeout",
    type=click.FloatRange(0),
    default=60,
    show_default=True,
    metavar="SECONDS",
    help="Wait so long for work.",
)
@json_option
@store_option
@click.pass_context
def poll(
    ctx: click.Context, *, name: str, worker_name: str | None, timeout: float, as_json: bool, url: str | None
) -> None:
    """Fetch work of the activity NAME: prints the task's token and its input, each on a line."""
    from asl_cli.stored import tables

    with opened(url) as service:
        try:
            answer = _fetch(service, activity_arn(service, name), worker_name, timeout)
        except KeyboardInterrupt:
            ctx.exit(130)
    if not answer:
        click.echo(f"no work within {timeout:g} s", err=True)
        ctx.exit(1)
    if as_json:
        tables.as_json(answer)
    else:
        click.echo(answer["taskToken"])
        write_json(sys.stdout, _compact(answer["input"]))


def _compact(text: str) -> str:
    """JSON text on one line; text that can't be read as it is, on one line: the task was taken, and needs an answer."""
    from asl.jsontext import NotJSON, decode, encode

    try:
        return encode(decode(text))
    except NotJSON:
        return clean(text)


def _fetch(service: Service, arn: str, worker_name: str | None, timeout: float) -> dict[str, Any]:
    """Work, or {} if none comes in time."""
    from asl import Service
    from asl_cli.stored.following import pause

    # In virtual time the service looks once and doesn't wait: how long, is for the command to say.
    looking = Service(service.store, clock="virtual")
    end = time.monotonic() + timeout
    while True:
        answer = looking.get_activity_task(activityArn=arn, workerName=worker_name)
        if answer or time.monotonic() >= end:
            return answer
        pause()

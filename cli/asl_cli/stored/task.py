"""``asl task``: answering tasks that wait with a token."""

from __future__ import annotations

import sys

import click

from asl_cli.problems import Problem
from asl_cli.stored.access import opened, store_option

_TOKEN = click.argument("token", metavar="TOKEN")


@click.group("task")
def group() -> None:
    """Answer a task that waits with a token: of a .waitForTaskToken resource, or of an activity.

    \b
    Examples:
      asl task success "$TOKEN" '{"approved": true}'
      asl task failure "$TOKEN" --error Refused --cause "too expensive"
      asl task heartbeat "$TOKEN"

    Exit code: 0 the answer is in the store; 2 it isn't: the token is wrong, or nobody waits for it any more.
    """


@group.command("success")
@_TOKEN
@click.argument("output", metavar="[OUTPUT|@FILE|-]", default="{}")
@store_option
def success(*, token: str, output: str, url: str | None) -> None:
    """The task has done its work; OUTPUT is its result as JSON ({} without one)."""
    text = _text(output)
    with opened(url) as service:
        service.send_task_success(taskToken=token, output=text)


@group.command("failure")
@_TOKEN
@click.option("--error", metavar="ERROR", help="The error's name, which Retry and Catch look at.")
@click.option("--cause", metavar="CAUSE", help="What happened.")
@store_option
def failure(*, token: str, error: str | None, cause: str | None, url: str | None) -> None:
    """The task has failed."""
    with opened(url) as service:
        service.send_task_failure(taskToken=token, error=error, cause=cause)


@group.command("heartbeat")
@_TOKEN
@store_option
def heartbeat(*, token: str, url: str | None) -> None:
    """The task is alive: its HeartbeatSeconds begin anew."""
    with opened(url) as service:
        service.send_task_heartbeat(taskToken=token)


def _text(output: str) -> str:
    """The JSON text of an OUTPUT. Raises Problem, which names line and column."""
    from asl.jsontext import decode

    place = "OUTPUT"
    if output == "-":
        place, data = "the output on stdin", b"" if sys.stdin is None else sys.stdin.buffer.read()
    elif output.startswith("@"):
        place = f"the output file {output[1:]}"
        try:
            with open(output[1:], "rb") as file:
                data = file.read()
        except OSError as problem:
            raise Problem(f"{place}: {problem.strerror}") from None
    else:
        data = output.encode("utf-8", "surrogateescape")
    try:
        text = data.decode("utf-8-sig")
        decode(text)
    except ValueError as problem:  # no UTF-8, or no JSON
        raise Problem(f"{place} is not JSON: {problem}") from None
    return text

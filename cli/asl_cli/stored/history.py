"""``asl history``: what has happened in an execution of a store, and what happens."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

from asl_cli.problems import Problem
from asl_cli.stored.access import execution_arn, json_option, opened, store_option
from asl_cli.terminal import Screen, clean, shorten, tolerate, write_json

if TYPE_CHECKING:
    from collections.abc import Iterator

    from asl import Service
    from asl.kernel.events import Event, Note
    from asl_cli.stored.logs import Log

#: Columns of an event's number, type and details in the table.
_NUMBER, _TYPE, _DETAILS = 5, 24, 160

#: Members of an event's details in the order in which they are worth showing.
_SHOWN = (
    "name", "index", "resource", "workerName", "error", "cause", "length", "redriveCount", "output", "input",
    "parameters",
)  # fmt: skip


@click.command("history")
@click.argument("run", metavar="RUN")
@click.option("--follow", "-f", is_flag=True, help="Go on until the execution has ended.")
@click.option("--reverse", is_flag=True, help="The latest event first.")
@click.option(
    "--trace", "as_trace", is_flag=True, help="One line per state instead of one per event, as `asl run` does."
)
@json_option
@store_option
@click.pass_context
def command(
    ctx: click.Context, *, run: str, follow: bool, reverse: bool, as_trace: bool, as_json: bool, url: str | None
) -> None:
    """Show the events of the execution RUN (its name, MACHINE:NAME or ARN).

    With --json they are what GetExecutionHistory answers; with --follow then one event a line, as they come.

    \b
    Examples:
      asl history order-7
      asl history order-7 --follow --trace
      asl history order-7 --json > run.json; asl graph order.asl.json --history run.json

    Exit code: 0 shown, however the execution ended; 2 it can't be shown; 130 Ctrl-C.
    """
    if follow and reverse:
        raise click.UsageError("--follow and --reverse exclude each other")
    if as_trace and (as_json or reverse):
        raise click.UsageError("--trace excludes --json and --reverse")
    with opened(url) as service:
        arn = execution_arn(service, run)
        service.describe_execution(executionArn=arn, includedData="METADATA_ONLY")  # says why not, if it can't be shown
        tolerate(sys.stdout)
        try:
            if as_trace:
                _trace(service, arn, follow=follow)
            elif follow:
                for _, events, _ in _rounds(service, arn, follow=True):
                    _print(events, as_json=as_json)
            else:
                _whole(service, arn, reverse=reverse, as_json=as_json)
        except KeyboardInterrupt:
            ctx.exit(130)


def _whole(service: Service, arn: str, *, reverse: bool, as_json: bool) -> None:
    ((_, events, _),) = _rounds(service, arn, follow=False)
    if reverse:
        events.reverse()
    if as_json:
        from asl.history import shape
        from asl_cli.stored import tables

        tables.as_json({"events": [shape(number, event) for number, event in events]})
    else:
        _print(events, as_json=False)


def _rounds(service: Service, arn: str, *, follow: bool) -> Iterator[tuple[Log, list[tuple[int, Event]], list[Any]]]:
    """What the log holds, then what comes to it until the execution has ended."""
    from asl_cli.stored.following import looks
    from asl_cli.stored.logs import Log

    log = Log(service, arn)
    for _ in looks(service.store):
        execution = service.store.execution(arn)
        if execution is None:
            raise Problem(f"{clean(arn)} has been deleted")
        yield log, *log.read()
        if not follow or execution.status != "RUNNING":
            return


def _print(events: list[tuple[int, Event]], *, as_json: bool) -> None:
    from asl.history import shape
    from asl.jsontext import encode
    from asl_cli.stored.tables import precise

    for number, event in events:
        shaped = shape(number, event)
        if as_json:
            write_json(sys.stdout, encode(shaped))
        else:
            line = f"{number:>{_NUMBER}}  {precise(event[2])}  {event[0]:<{_TYPE}}  {_details(shaped)}"
            sys.stdout.write(line.rstrip() + "\n")
    sys.stdout.flush()


def _details(shaped: dict[str, Any]) -> str:
    """What is worth saying about an event, on one line."""
    details: dict[str, Any] = next((value for name, value in shaped.items() if name.endswith("EventDetails")), {})
    shown = [str(details[name]) for name in _SHOWN if details.get(name) is not None]
    return shorten("  ".join(shown), _DETAILS)


def _trace(service: Service, arn: str, *, follow: bool) -> None:
    from asl_cli import report
    from asl_cli.stored.logs import machine_of, stored
    from asl_cli.stored.tables import laid_out
    from asl_cli.trace import Trace

    screen = Screen(sys.stdout)
    trace = Trace(screen, machine_of(service, arn))
    for _, events, notes in _rounds(service, arn, follow=follow):
        for part in _between_redrives(events, notes):
            trace.feed(*part)
    screen.lines(())
    execution = service.store.execution(arn)
    if execution is None or execution.status == "RUNNING":
        return
    ended = stored(service, arn)
    screen.lines(report.summary(ended, screen))
    if execution.output is not None:
        write_json(sys.stdout, laid_out(execution.output))
    else:
        screen.lines(report.failure(ended, trace.log.visits, screen, headline=False))


def _between_redrives(events: list[tuple[int, Event]], notes: list[Note]) -> Iterator[tuple[list[Event], list[Note]]]:
    """The log in parts: a redrive opens again what is over, and its end must have been shown before."""
    from asl.kernel.events import HISTORY_LIMIT

    ends = [number for number, event in events if event[0] == "ExecutionRedriven"]
    begin = 0
    for end in [*ends, HISTORY_LIMIT * 2]:
        yield (
            [event for number, event in events if begin <= number < end],
            [note for note in notes if begin <= note[0] < end],
        )
        begin = end

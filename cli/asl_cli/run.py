"""``asl run``: one execution, from the command line to its exit code.

What goes where: stdout holds what was asked for (the trace and the output, the output alone, or the events), stderr
what went wrong. Handlers' own printing goes to stderr, so that it can't spoil a pipeline.
"""

from __future__ import annotations

import contextlib
import math
import sys
from typing import TYPE_CHECKING, Any, NoReturn, Protocol, TextIO

import click

from asl_cli.problems import Problem
from asl_cli.terminal import Beside, Screen, standard_error, tolerate, write_json

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from asl.kernel.events import Event, Note
    from asl.visits import Visit
    from asl_cli.trace import Trace

    Listener = Callable[[Sequence[Event], Sequence[Note]], None]


class _Execution(Protocol):
    """What this command reads of a finished execution."""

    status: str
    output: Any
    error: str | None
    cause: str | None
    events: Sequence[Event]
    notes: Sequence[Note]


def _positive_seconds(_ctx: click.Context, _parameter: click.Parameter, value: float | None) -> float | None:
    if value is not None and not (value > 0 and math.isfinite(value)):
        raise click.BadParameter("should be a number of seconds greater than 0")
    return value


@click.command(name="run")
@click.argument("definition", metavar="MACHINE", type=click.Path(exists=True, dir_okay=False))
@click.option("-i", "--input", "given", metavar="JSON|@FILE|-", help="The input; without it what is piped in, or {}.")
@click.option(
    "--handlers", metavar="FILE|MODULE", help="Python functions for the Tasks: handlers.py, or package.module."
)
@click.option(
    "--substitute", "values", multiple=True, metavar="NAME=VALUE", help="Fill in ${NAME} of a template or definition."
)
@click.option(
    "--mocks",
    metavar="FILE",
    type=click.Path(exists=True, dir_okay=False),
    help="A MockConfigFile.json of Step Functions Local; states it doesn't list go to the handlers.",
)
@click.option("--test-case", metavar="NAME", help="The test case in --mocks.")
@click.option("--trace", "mode", flag_value="trace", help="Trace and output on stdout (the default on a terminal).")
@click.option(
    "--json", "mode", flag_value="json", help="History events on stdout, as AWS shapes them, one JSON a line."
)
@click.option("--quiet", "-q", "mode", flag_value="quiet", help="Nothing but the output, as compact JSON.")
@click.option(
    "--history", "history_file", metavar="FILE", type=click.Path(dir_okay=False), help="Write the history there."
)
@click.option("--virtual-time", is_flag=True, help="Let no time pass: a Wait of a year takes no time.")
@click.option("--seed", type=int, help="Make random numbers, UUIDs and jitter reproducible.")
@click.option("--timeout", type=float, metavar="SECONDS", callback=_positive_seconds, help="End it as TIMED_OUT then.")
@click.option("--name", help="The name of the execution.")
@click.pass_context
def command(
    ctx: click.Context,
    *,
    definition: str,
    given: str | None,
    handlers: str | None,
    values: tuple[str, ...],
    mocks: str | None,
    test_case: str | None,
    mode: str | None,
    history_file: str | None,
    virtual_time: bool,
    seed: int | None,
    timeout: float | None,
    name: str | None,
) -> None:
    """Run the state machine in the file MACHINE (JSON or YAML) here, without AWS.

    A Task calls the Python function with the name of its Lambda function, or of its state, that --handlers loads:
    from a dict HANDLERS in that file or module, else every public function in it.

    \b
    Examples:
      asl run order.asl.json -i '{"id": 7}' --handlers handlers.py
      asl run order.asl.json -i @order.json --virtual-time
      curl -s https://example.com/order | asl run order.asl.json | jq .total
      asl run order.asl.json --json | grep Failed
      asl run order.asl.json --mocks MockConfigFile.json --test-case RetryPath --virtual-time

    On a terminal you see one line per state as it happens, then the output. When stdout goes elsewhere, it gets the
    output alone and the trace goes to stderr (--trace keeps it on stdout, --quiet drops it).

    Exit code: 0 succeeded; 1 failed, timed out or aborted; 2 bad usage, input, definition or handlers; 130 Ctrl-C.
    """
    from asl_cli import inputs

    value, text = inputs.read(given)
    machine = load_machine(definition, values)
    out, err = sys.stdout, standard_error()
    tolerate(out)
    tolerate(err)
    to_stdout = mode == "trace" or out.isatty()
    trace, screen = None, None
    if mode not in ("json", "quiet"):
        from asl_cli.trace import Trace

        screen = Screen(out if to_stdout else err)
        trace = Trace(screen, machine)
    listener: Listener | None = trace.feed if trace else _JsonLines(out) if mode == "json" else None
    if history_file is not None:
        _check_writable(history_file)

    options = {"name": name} if name is not None else {}
    try:
        with contextlib.redirect_stdout(Beside(err, screen)):
            functions = load_handlers(handlers)
            execution = machine.run(
                value,
                input_text=text,
                handlers=functions,
                mocks=_load_mocks(machine, mocks, test_case, functions or {}),
                clock="virtual" if virtual_time else "real",
                seed=seed,
                timeout=timeout,
                listener=listener,
                **options,
            )
    except KeyboardInterrupt:
        _interrupted(ctx, trace, screen)
    except _asl_error() as problem:
        if screen:
            screen.lines(())
        hint = "" if handlers else _handler_hint(problem)
        raise Problem(told(problem) + hint) from problem

    if history_file is not None:
        _write_history(history_file, execution.events)
    _report(execution, mode, trace, screen, out)
    ctx.exit(0 if execution.status == "SUCCEEDED" else 1)


class _JsonLines:
    """A listener: each event as AWS shapes it, one JSON text per line, as soon as it happened."""

    def __init__(self, out: TextIO) -> None:
        self._out = out
        self._count = 0

    def __call__(self, events: Sequence[Event], _notes: Sequence[Note] = ()) -> None:
        from asl.history import history
        from asl.jsontext import encode

        for shaped in history(events, first=self._count + 1):
            write_json(self._out, encode(shaped))
        self._count += len(events)
        self._out.flush()


# -- before


def load_machine(path: str, values: Sequence[str] = (), kind: str | None = None) -> Any:
    """The machine in a file, its placeholders filled in. Raises Problem, with every finding and its place.

    ``kind``: STANDARD or EXPRESS, whatever a template says.
    """
    from asl import StateMachine
    from asl.syntax.templates import load_one

    try:
        found = load_one(path, _substitutions(values))
        return StateMachine(found.source, name=found.name, type=kind or ("EXPRESS" if found.express else "STANDARD"))
    except _asl_error() as problem:
        raise Problem(told(problem)) from problem
    except (OSError, UnicodeDecodeError) as problem:
        raise Problem(f"{path}: {problem}") from problem


def _substitutions(values: Sequence[str]) -> dict[str, str]:
    for given in values:
        if "=" not in given:
            raise Problem(f"--substitute {given}: write NAME=VALUE")
    return {name: value for name, _, value in (given.partition("=") for given in values)}


def load_handlers(place: str | None) -> dict[str, Callable[..., Any]] | None:
    """The handlers of a file or module; None without one. Raises HandlerError."""
    if place is None:
        return None
    from asl_cli import handlers

    return handlers.load(place)


def _load_mocks(machine: Any, path: str | None, test_case: str | None, handlers: dict[str, Callable[..., Any]]) -> Any:
    """What the Task states answer in the test case; None without one. Raises AslError."""
    if path is None and test_case is None:
        return None
    if path is None or test_case is None:
        raise Problem("--mocks FILE and --test-case NAME belong together")
    from asl.testing import MockConfig

    return MockConfig.load(path).for_run(machine, test_case, handlers)


def _asl_error() -> type[Exception]:
    from asl.errors import AslError

    return AslError


def told(problem: Exception) -> str:
    """The message of a problem, with each finding of the definition on a line of its own."""
    errors = [found for found in getattr(problem, "diagnostics", ()) if found.severity == "error"]
    if not errors:
        return str(problem)
    count = "1 error" if len(errors) == 1 else f"{len(errors)} errors"
    return "\n".join([f"the definition has {count}", *(found.format(snippet=True) for found in errors)])


def _handler_hint(problem: Exception) -> str:
    from asl.errors import HandlerError

    return "\n--handlers FILE loads them from a Python file" if isinstance(problem, HandlerError) else ""


def _check_writable(path: str) -> None:
    """Better to know before the execution than after it."""
    try:
        with open(path, "a", encoding="utf-8"):
            pass
    except OSError as problem:
        raise Problem(f"--history {path}: {problem.strerror}") from problem


# -- after


def _write_history(path: str, events: Sequence[Event]) -> None:
    from asl.history import history
    from asl.jsontext import encode

    try:
        with open(path, "w", encoding="utf-8", errors="backslashreplace") as file:
            file.write('{"events": [\n')
            file.write(",\n".join(encode(shaped) for shaped in history(events)))
            file.write("\n]}\n")
    except OSError as problem:
        raise Problem(f"--history {path}: {problem.strerror}") from problem


def _interrupted(ctx: click.Context, trace: Trace | None, screen: Screen | None) -> NoReturn:
    if screen:
        screen.lines(())
    where = ""
    if trace and trace.log.running:
        from asl_cli.report import place_of

        where = f" in {place_of(_innermost(trace.log.running))}"
    click.echo(f"interrupted{where}", err=True)
    ctx.exit(130)


def _innermost(visit: Visit) -> Visit:
    while visit.running:
        visit = visit.running[0]
    return visit


def _report(execution: _Execution, mode: str | None, trace: Trace | None, screen: Screen | None, out: TextIO) -> None:
    if mode == "json":
        return
    from asl_cli import report

    if trace is not None and screen is not None:
        screen.lines(report.summary(execution, screen))
    if execution.status == "SUCCEEDED":
        from asl.jsontext import encode

        write_json(out, encode(execution.output) if mode == "quiet" else report.pretty(execution.output))
        out.flush()
        return
    visits = trace.log.visits if trace is not None else report.visits_of(execution)
    errors = Screen(standard_error())
    errors.lines(report.failure(execution, visits, errors, headline=trace is None))

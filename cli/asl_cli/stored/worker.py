"""``asl worker``: a process that runs the executions of a store until it is stopped."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
from typing import TYPE_CHECKING, Any

import click

from asl_cli.problems import Problem
from asl_cli.stored.access import opened, store_option
from asl_cli.terminal import Beside, clean, forget, standard_error, tolerate

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType

    from asl import Service
    from asl.stores.base import Execution
    from asl.worker import Worker

#: How many of the tasks under way are named when the worker is stopped.
_NAMED = 5


@click.command("worker")
@click.option(
    "--handlers", metavar="FILE|MODULE", help="Python functions for the Tasks: handlers.py, or package.module."
)
@click.option(
    "--threads", type=click.IntRange(1), default=128, show_default=True, help="So many handlers at a time at most."
)
@click.option("--verbose", "-v", is_flag=True, help="A line on stdout for each execution that starts or ends here.")
@click.option("--until-idle", is_flag=True, help="End when nothing is under way and nothing is due for a minute.")
@click.option("--virtual-time", is_flag=True, hidden=True, help="With --until-idle: jump to what is due. For tests.")
@store_option
@click.pass_context
def command(
    ctx: click.Context,
    *,
    handlers: str | None,
    threads: int,
    verbose: bool,
    until_idle: bool,
    virtual_time: bool,
    url: str | None,
) -> None:
    """Run the executions of a store with these handlers, as many workers on one store as you like.

    A Task calls the Python function with the name of its Lambda function, or of its state, that --handlers loads, as
    `asl run` does. Executions for which handlers are missing are left to other workers, and named on stderr once.

    \b
    Examples:
      asl worker --handlers handlers.py
      asl worker --handlers shop.tasks --threads 16 --verbose
      asl start order -i @order.json && asl worker --handlers handlers.py --until-idle

    Ctrl-C or SIGTERM: takes up nothing new, waits for the handlers at work, then ends. A second one ends at once; what
    is at work is then in doubt (docs/durable.md).

    Exit code: 0 stopped, or idle; 1 with --until-idle: executions were left, as stderr says; 2 handlers or store can't
    be used; 130 left at once.
    """
    if virtual_time and not until_idle:
        raise click.UsageError("--virtual-time needs --until-idle")
    from asl.errors import HandlerError
    from asl_cli.run import load_handlers

    err = standard_error()
    tolerate(sys.stdout)
    tolerate(err)
    say = _Lines(sys.stdout if verbose else None, err)
    with contextlib.redirect_stdout(Beside(err, None)):
        try:
            functions = load_handlers(handlers) or {}
        except HandlerError as problem:
            raise Problem(str(problem)) from problem
        with opened(url, create=True, clock=_clock(virtual_time)) as service:
            worker = service.worker(functions, threads=0 if virtual_time else threads, tell=say.trouble, news=say.news)
            if not until_idle:
                say.trouble(f"at work on {service.store.url}; Ctrl-C stops it")
            with _stopped_by_signals(worker, say) as stopped:
                if virtual_time:
                    worker.run_until_idle()
                    worker.engine.close()
                else:
                    worker.run(until_idle=until_idle)
            left = until_idle and not stopped and _is_something_left(service, say)
    ctx.exit(1 if left else 0)


def _clock(virtual_time: bool) -> Any:
    if not virtual_time:
        return None
    from asl.drivers.clock import RealClock, VirtualClock

    return VirtualClock(RealClock().now())


class _Lines:
    """What the worker says: on ``out`` about executions (if at all), on ``err`` about itself.

    It works on when nobody can read that: a disk that is full of its own log, or a pipe whose reader has gone.
    """

    def __init__(self, out: Any, err: Any) -> None:
        self._out = out
        self._err = err

    def trouble(self, line: str) -> None:
        self._write(self._err, f"asl worker: {clean(line)}\n")

    def news(self, execution: Execution, status: str) -> None:
        if self._out is not None:
            self._write(self._out, f"{'started' if status == 'RUNNING' else status}  {clean(execution.arn)}\n")

    def _write(self, stream: Any, line: str) -> None:
        try:
            stream.write(line)
            stream.flush()
        except OSError as problem:
            if stream is not self._err:
                self._out = None
                forget(stream)
                self.trouble(f"stdout can't be written to ({problem.strerror}); nothing more is told there")
            elif isinstance(problem, BrokenPipeError):
                forget(stream)
            # Else there is nowhere to say so; the line stays in the buffer and comes with the next one.


@contextlib.contextmanager
def _stopped_by_signals(worker: Worker, say: _Lines) -> Iterator[list[int]]:
    """The first signal stops the worker, the second one the process. Gives the signals that came."""
    came: list[int] = []

    def stop(number: int, _frame: FrameType | None) -> None:
        if came:
            say.trouble("left at once; what is at work is in doubt")
            os._exit(128 + number)
        came.append(number)
        worker.engine.stop()
        say.trouble(_farewell(worker))

    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield came
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _farewell(worker: Worker) -> str:
    calls = worker.engine.under_way()
    if not calls:
        return "stopping"
    named = [f"{state} of {execution.name}" for execution, state in calls[:_NAMED]]
    more = f" and {len(calls) - _NAMED} more" if len(calls) > _NAMED else ""
    return f"stopping when {', '.join(named)}{more} has ended; Ctrl-C again leaves at once"


def _is_something_left(service: Service, say: _Lines) -> bool:
    """Whether executions are due that this worker couldn't run."""
    due = service.store.next_due()
    if due is None or due > service.store.now():
        return False
    say.trouble("some executions were left, see above")
    return True

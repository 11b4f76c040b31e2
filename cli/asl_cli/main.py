"""The ``asl`` command group, and the exit codes that all commands share.

    0    it worked, the execution succeeded
    1    the execution failed, timed out or was aborted; or a check found errors
    2    bad usage: arguments, input, definition or handlers can't be used
    130  interrupted with Ctrl-C

For a command that asks or changes a store, 0 means that it was done, whatever became of the executions.

A command's module is imported only when the command is asked for, so that each one starts as fast as it can.
"""

from __future__ import annotations

import errno
import os
import sys
from importlib import import_module
from typing import NamedTuple

import click

from asl_cli.terminal import forget

#: What a disk says to which the output is redirected.
_UNWRITABLE = (errno.ENOSPC, errno.EFBIG, errno.EIO)


class _Entry(NamedTuple):
    """Where a command lives (``module:attribute``), and its line in ``asl --help``."""

    place: str
    summary: str


#: the commands that need no store
HERE = {
    "run": _Entry("asl_cli.run:command", "Run a state machine here and watch it."),
    "test-state": _Entry("asl_cli.test_state:command", "Test one state of a state machine."),
    "explore": _Entry("asl_cli.explore:command", "Search a state machine for inputs and errors that break it."),
    "validate": _Entry("asl_cli.validate:command", "Check state machine definitions."),
    "explain": _Entry("asl_cli.explain:command", "Explain a rule of asl validate."),
    "graph": _Entry("asl_cli.graph:command", "Draw a state machine or a run of it."),
    "report": _Entry("asl_cli.run_report:command", "Write a run as one HTML page."),
}
#: those for executions that live in a store
STORED = {
    "machine": _Entry("asl_cli.stored.machine:group", "Create, change, show and delete state machines."),
    "start": _Entry("asl_cli.stored.start:command", "Start an execution."),
    "worker": _Entry("asl_cli.stored.worker:command", "Run the executions of the store."),
    "list": _Entry("asl_cli.stored.executions:list_", "List executions."),
    "describe": _Entry("asl_cli.stored.executions:describe", "Show an execution."),
    "history": _Entry("asl_cli.stored.history:command", "Show the events of an execution, or watch it."),
    "log": _Entry("asl_cli.stored.log:command", "Show the log of an Express state machine."),
    "stop": _Entry("asl_cli.stored.executions:stop", "End an execution."),
    "redrive": _Entry("asl_cli.stored.executions:redrive", "Take up an execution that ended badly."),
    "task": _Entry("asl_cli.stored.task:group", "Answer a task that waits with a token."),
    "activity": _Entry("asl_cli.stored.activity:group", "Activities, and fetching their work."),
    "verify": _Entry("asl_cli.stored.verify:command", "Look for damage in the store."),
    "purge": _Entry("asl_cli.stored.purge:command", "Remove executions that ended long ago."),
}
COMMANDS = HERE | STORED


class LazyGroup(click.Group):
    """A group whose commands are imported when they are used, not when they are listed."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        entry = COMMANDS.get(cmd_name)
        if entry is None:
            return None
        module, _, attribute = entry.place.partition(":")
        command = getattr(import_module(module), attribute)
        assert isinstance(command, click.Command)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as problem:
            from difflib import get_close_matches

            near = get_close_matches(args[0], COMMANDS, n=1)
            if not near:
                raise
            raise click.UsageError(f"{problem.message} Did you mean '{near[0]}'?", ctx) from None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        width = max(map(len, COMMANDS))
        for title, commands in (("Commands", HERE), ("Commands for executions that live in a store", STORED)):
            with formatter.section(title):
                formatter.write_dl([(name.ljust(width), entry.summary) for name, entry in commands.items()])


def _show_version(ctx: click.Context, _parameter: click.Parameter, asked: bool) -> None:
    if not asked or ctx.resilient_parsing:
        return
    from asl import __version__

    python = ".".join(map(str, sys.version_info[:3]))
    click.echo(f"aslkit {__version__}, Python {python}")
    ctx.exit()


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_show_version,
    help="Show the version and exit.",
)
def cli() -> None:
    """Run, trace and check Amazon States Language (AWS Step Functions) state machines, anywhere.

    \b
    Examples:
      asl run order.asl.json -i '{"id": 7}' --handlers handlers.py
      asl run order.asl.json -i @order.json --virtual-time
      asl run order.asl.json < order.json | jq .total
      asl validate order.asl.json
      asl machine create order order.asl.json && asl start order && asl worker --handlers handlers.py

    `asl COMMAND --help` tells more about a command.
    """


def main() -> None:
    """The entry point of the installed command: ``cli`` with the exit codes above."""
    if sys.stdout is None:  # closed by whoever started it
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115 - to the end of the process
    try:
        code = cli.main(prog_name="asl", standalone_mode=False)
        sys.stdout.flush()
    except click.ClickException as problem:
        problem.show()
        code = problem.exit_code
    except click.Abort:
        click.echo("interrupted", err=True)
        code = 130
    except BrokenPipeError:  # `asl run ... | head`: the reader has seen enough
        forget(sys.stdout)
        code = 1
    except OSError as problem:
        if problem.errno not in _UNWRITABLE:
            raise
        forget(sys.stdout)
        click.echo(f"Error: the output can't be written: {problem.strerror}", err=True)
        code = 2
    sys.exit(code)


if __name__ == "__main__":
    main()

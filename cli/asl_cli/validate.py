"""``asl validate``: every problem of every file, one greppable line each."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, TextIO

import click

if TYPE_CHECKING:
    from collections.abc import Iterable

    from asl.syntax.diagnostics import Diagnostic
    from asl.syntax.source import Source

#: exit codes: a finding of severity error; a file that can't be read, or bad usage
FOUND, UNREADABLE = 1, 2


@click.command("validate", short_help="Check state machine definitions.")
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option("--express", is_flag=True, help="Check as Express workflows, which can't wait for jobs or callbacks.")
def command(files: tuple[str, ...], express: bool) -> None:
    """Check state machine definitions (JSON, or YAML by the file's suffix) and print every problem found.

    Each problem is one line, `file:line:column: RULE severity: message`. FILE may be - for JSON on standard input.

    Exit code: 0 no errors, 1 errors found, 2 a file can't be read.
    """
    from asl.compiler.analysis import analyse
    from asl.errors import DefinitionError

    code = 0
    for name in files:
        try:
            source = _read(name)
        except DefinitionError as problem:
            click.echo(f"asl validate: {problem}", err=True)
            code = UNREADABLE
            continue
        diagnostics = analyse(source, express=express)
        print_diagnostics(diagnostics, sys.stdout)
        if any(diagnostic.severity == "error" for diagnostic in diagnostics):
            code = code or FOUND
    sys.exit(code)


def print_diagnostics(diagnostics: Iterable[Diagnostic], stream: TextIO) -> None:
    """One line per diagnostic; on a terminal also the source line with a caret."""
    snippet = stream.isatty()
    encoding = stream.encoding or "utf-8"
    for diagnostic in diagnostics:
        text = diagnostic.format(snippet=snippet)
        # what the terminal's encoding can't show becomes an escape
        stream.write(text.encode(encoding, "backslashreplace").decode(encoding) + "\n")


def _read(name: str) -> Source:
    from asl.syntax.source import Source

    if name == "-":
        return Source.from_bytes(sys.stdin.buffer.read(), "<stdin>")
    return Source.from_path(name)

"""``asl graph``: a state machine, a run of it or what has changed in it, as a picture in a file or in the terminal."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from asl_cli.problems import Problem
from asl_cli.terminal import tolerate

if TYPE_CHECKING:
    from asl.syntax.source import Source

#: file suffix -> format
SUFFIXES = {
    ".svg": "svg",
    ".png": "png",
    ".mmd": "mermaid",
    ".mermaid": "mermaid",
    ".dot": "dot",
    ".gv": "dot",
    ".html": "html",
    ".htm": "html",
    ".txt": "text",
}
_FORMATS = ("svg", "png", "mermaid", "dot", "html", "text", "outline")


@click.command("graph", short_help="Draw a state machine or a run of it.")
@click.argument("machine", metavar="MACHINE")
@click.option("-o", "--output", metavar="FILE", help="Write it there: .svg, .png, .mmd, .dot, .html or .txt.")
@click.option("-f", "--format", "format_", type=click.Choice(_FORMATS), help="The format, whatever FILE is called.")
@click.option(
    "--history", metavar="FILE", help="Colour a run: the history that `asl run --history` or AWS's CLI wrote."
)
@click.option("--diff", "old", metavar="OLD", help="Show what has changed since the definition in this file.")
@click.option("--collapse", is_flag=True, help="Draw Map and Parallel as plain boxes.")
@click.option(
    "--theme", type=click.Choice(("auto", "light", "dark")), default="auto", help="Of SVG and PNG (auto: the reader's)."
)
@click.option(
    "--width", type=click.IntRange(20), help="Columns that a text drawing may take (default: the terminal's)."
)
def command(
    *,
    machine: str,
    output: str | None,
    format_: str | None,
    history: str | None,
    old: str | None,
    collapse: bool,
    theme: Any,
    width: int | None,
) -> None:
    """Draw the state machine in the file MACHINE (JSON or YAML; - is JSON on stdin), even if it has errors.

    Without -o the drawing appears in the terminal; one that is too wide for it becomes an outline.

    \b
    Examples:
      asl graph order.asl.json
      asl graph order.asl.json -o order.svg
      asl graph order.asl.json --history run.json -o run.svg
      asl graph order.asl.json --diff order-main.asl.json -o change.svg
      asl graph order.asl.json --format mermaid >> README.md

    Exit code: 0 drawn; 2 a file can't be read or written, or holds nothing that can be drawn.
    """
    from asl.errors import AslError
    from asl.graph import draw

    if history is not None and old is not None:
        raise click.UsageError("--history and --diff exclude each other: a drawing shows either a run or a comparison")
    chosen = format_ or _format_of(output)
    columns = width or (shutil.get_terminal_size((100, 24)).columns if output is None else 100)
    try:
        source = read_source(machine)
        drawn = draw(
            source,
            read_history(history) if history is not None else None,
            chosen,  # type: ignore[call-overload]  # one of the table above, of which PNG alone gives bytes
            diff=read_source(old) if old is not None else None,
            collapse=collapse,
            theme=theme,
            title=title_of(machine),
            width=columns,
        )
    except (AslError, ValueError, ImportError) as problem:
        raise Problem(str(problem)) from problem
    write(drawn, output)


def _format_of(output: str | None) -> str:
    if output is None or output == "-":
        return "text"
    chosen = SUFFIXES.get(Path(output).suffix.lower())
    if chosen is None:
        raise Problem(
            f"can't tell the format from the name {output}: use {', '.join(SUFFIXES)}, or say it with --format"
        )
    return chosen


def title_of(machine: str) -> str:
    """What a drawing of this file is called."""
    return "State machine" if machine == "-" else Path(machine).name.split(".")[0] or "State machine"


def read_source(name: str) -> Source:
    """The definition in a file, or on stdin. Raises DefinitionError."""
    from asl.syntax.source import Source

    if name == "-":
        return Source.from_bytes(sys.stdin.buffer.read(), "<stdin>")
    return Source.from_path(name)


def read_history(name: str) -> Any:
    """The history in a file: one JSON value, or an event a line as ``asl run --json`` writes them."""
    from asl.jsontext import NotJSON, decode

    try:
        text = Path(name).read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as problem:
        reason = getattr(problem, "strerror", None) or str(problem)
        raise Problem(f"the history {name}: {reason}") from None
    try:
        return decode(text)
    except NotJSON as problem:
        lines = [line for line in text.splitlines() if line.strip()]
        if len(lines) < 2 or not all(line.startswith("{") for line in lines):
            raise Problem(f"the history {name} is not JSON: {problem}") from None
    try:
        return [decode(line) for line in lines]
    except NotJSON as problem:
        raise Problem(f"the history {name} is not JSON: {problem}") from None


def write(drawn: str | bytes, output: str | None) -> None:
    """To a file, or to stdout."""
    if output is None or output == "-":
        if isinstance(drawn, bytes):
            sys.stdout.buffer.write(drawn)
            sys.stdout.buffer.flush()
            return
        tolerate(sys.stdout)
        sys.stdout.write(drawn)
        sys.stdout.flush()
        return
    data = drawn if isinstance(drawn, bytes) else drawn.encode("utf-8", "replace")
    try:
        Path(output).write_bytes(data)
    except OSError as problem:
        raise Problem(f"can't write {output}: {problem.strerror}") from None

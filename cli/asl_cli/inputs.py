"""Where an execution's input comes from: ``-i JSON``, ``-i @file``, ``-i -``, or what is piped into the command."""

from __future__ import annotations

import os
import stat
import sys
from pathlib import Path
from typing import Any

import click

from asl.jsontext import decode

#: How long a pipe without ``-i -`` may stay silent. Build servers hand down pipes that nobody ever writes to or closes.
PATIENCE = 1.0


def read(option: str | None) -> tuple[Any, str]:
    """The input and its text. Raises click.BadParameter, which names the line and column of what isn't JSON."""
    text, source = _text(option)
    try:
        return decode(text), text
    except ValueError as problem:  # NotJSON, or a number with more digits than Python takes
        hint = "" if option is None or source != "-i" else _hint(option)
        raise click.BadParameter(f"{source} is not JSON: {problem}{hint}", param_hint="'-i'") from None


def _text(option: str | None) -> tuple[str, str]:
    """The text, and what to call the place where it was found."""
    if option is None:
        piped = _piped()
        return (piped, "stdin") if piped.strip() else ("{}", "-i")
    if option == "-":
        return _decoded(sys.stdin.buffer.read() if sys.stdin is not None else b"", "stdin"), "stdin"
    if option.startswith("@"):
        path = Path(option[1:])
        try:
            return _decoded(path.read_bytes(), str(path)), str(path)
        except OSError as problem:
            raise click.BadParameter(f"{path}: {problem.strerror}", param_hint="'-i'") from None
    return option, "-i"


def _hint(option: str) -> str:
    try:
        exists = Path(option).is_file()
    except (OSError, ValueError):  # longer than a file name may be, or with a NUL
        exists = False
    return f" (to read the file, write -i @{option})" if exists else ""


def _decoded(data: bytes, source: str) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        message = f"{source} is not UTF-8: byte {problem.start} is 0x{data[problem.start]:02x}"
        raise click.BadParameter(message, param_hint="'-i'") from None


def _piped() -> str:
    """What was piped in, or "". Never waits for a person, nor for a pipe that stays silent."""
    try:
        if sys.stdin is None or sys.stdin.closed or sys.stdin.isatty():
            return ""
        data = sys.stdin.buffer
        if not _will_answer():
            click.echo("asl: nothing came on stdin, so the input is {} (-i - waits for stdin)", err=True)
            return ""
        return _decoded(data.read(), "stdin")
    except (OSError, ValueError):  # closed underneath, or a terminal of which this is a background job
        return ""


def _will_answer() -> bool:
    """Whether reading stdin would come to an end soon; only a pipe or socket may keep its reader waiting."""
    try:
        descriptor = sys.stdin.fileno()
    except OSError:  # not a real file, in a test
        return True
    mode = os.fstat(descriptor).st_mode
    if not (stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode)) or sys.platform == "win32":
        return True
    import select

    return bool(select.select([descriptor], [], [], PATIENCE)[0])

"""Where an execution's input comes from: ``-i JSON``, ``-i @file``, ``-i -``, or what is piped into the command."""

from __future__ import annotations

import os
import stat
import sys
from typing import Any

import click

from asl.jsontext import decode
from asl_cli.problems import Problem

#: How long a pipe without ``-i -`` may stay silent. Build servers hand down pipes that nobody ever writes to or closes.
PATIENCE = 1.0

_OPTION = "the input given with -i"
_STDIN = "the input on stdin"


def read(option: str | None) -> tuple[Any, str]:
    """The input and its text. Raises Problem, which names the line and column of what isn't JSON."""
    text, source = _text(option)
    try:
        return decode(text), text
    except ValueError as problem:  # NotJSON, or a number with more digits than Python takes
        hint = _hint(option) if option is not None and source == _OPTION else ""
        raise Problem(f"{source} is not JSON: {problem}{hint}") from None


def _text(option: str | None) -> tuple[str, str]:
    """The text, and what to call the place where it was found."""
    if option is None:
        piped = _piped()
        return (piped, _STDIN) if piped.strip() else ("{}", _OPTION)
    if option == "-":
        return _decoded(sys.stdin.buffer.read() if sys.stdin is not None else b"", _STDIN), _STDIN
    if option.startswith("@"):
        path = option[1:]
        try:
            with open(path, "rb") as file:
                return _decoded(file.read(), f"the input file {path}"), f"the input file {path}"
        except OSError as problem:
            raise Problem(f"the input file {path}: {problem.strerror}") from None
    return option, _OPTION


def _hint(option: str) -> str:
    return f" (to read the file, write -i @{option})" if os.path.isfile(option) else ""


def _decoded(data: bytes, source: str) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        raise Problem(f"{source} is not UTF-8: byte {problem.start} is 0x{data[problem.start]:02x}") from None


def _piped() -> str:
    """What was piped in, or "". Never waits for a person, nor for a pipe that stays silent."""
    try:
        if sys.stdin is None or sys.stdin.closed or sys.stdin.isatty():
            return ""
        data = sys.stdin.buffer
        if not _will_answer():
            click.echo("asl: nothing came on stdin, so the input is {} (-i - waits for stdin)", err=True)
            return ""
        return _decoded(data.read(), _STDIN)
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

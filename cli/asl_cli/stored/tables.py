"""Records and lists of the store for people."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from asl_cli.terminal import cells, clean, tolerate, write_json

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


def moment(seconds: float | None) -> str:
    """``2026-01-31 12:00:00Z``: a moment of the API; "" for none."""
    return "" if seconds is None else f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%d %H:%M:%SZ}"


def precise(milliseconds: int) -> str:
    """``2026-01-31 12:00:00.000Z``: a moment of the log."""
    return f"{datetime.fromtimestamp(milliseconds / 1000, UTC):%Y-%m-%d %H:%M:%S}.{milliseconds % 1000:03}Z"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """A table on stdout; nothing but the head if there are no rows."""
    tolerate(sys.stdout)
    lines = [list(head), *([clean(text) for text in row] for row in rows)]
    widths = [max(map(cells, column)) for column in zip(*lines, strict=True)]
    for line in lines:
        filled = (text + " " * (width - cells(text)) for text, width in zip(line, widths, strict=True))
        sys.stdout.write("  ".join(filled).rstrip() + "\n")


def record(fields: Iterable[tuple[str, Any]]) -> None:
    """Named values on stdout, one a line; those that are None are left out."""
    tolerate(sys.stdout)
    shown = [(name, str(value)) for name, value in fields if value is not None and value != ""]
    width = max((len(name) for name, _ in shown), default=0)
    for name, value in shown:
        first, *others = map(clean, value.split("\n"))
        sys.stdout.write(f"{name.ljust(width)}  {first}".rstrip() + "\n")
        for line in others:
            sys.stdout.write(f"{' ' * width}  {line}\n")


def as_json(answer: Any) -> None:
    """An answer of the API on stdout."""
    from asl_cli.report import pretty

    tolerate(sys.stdout)
    write_json(sys.stdout, pretty(answer))


def counted(number: int, one: str, many: str = "") -> str:
    """``1 execution``, ``2 executions``."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def laid_out(text: str) -> str:
    """JSON text for people; text that can't be read stays as it is."""
    from asl.jsontext import decode
    from asl_cli.report import pretty

    try:
        return pretty(decode(text))
    except (ValueError, RecursionError):
        return text

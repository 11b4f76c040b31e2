"""``asl validate --fix``: what is safe to correct, as a diff first, then in the files."""

from __future__ import annotations

import difflib
import sys
from typing import TYPE_CHECKING

import click

from asl_cli.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Sequence

    from asl.syntax.diagnostics import Diagnostic


def fix_files(findings: Sequence[Diagnostic], *, write: bool) -> bool:
    """Print the diff of all files with something to correct; with ``write`` correct them.

    Answers whether it wrote any.
    """
    from asl.syntax.fixes import fixed

    wrote = False
    for name, found in _by_file(findings).items():
        before = _read(name)
        after, count = fixed(before, found)
        if not count:
            continue
        _print_diff(name, before, after)
        if write:
            _write(name, after)
            wrote = True
            click.echo(f"{name}: {count} corrected", err=True)
    return wrote


def _by_file(findings: Sequence[Diagnostic]) -> dict[str, list[Diagnostic]]:
    files: dict[str, list[Diagnostic]] = {}
    for finding in findings:
        if finding.source is not None and not finding.source.name.startswith("<"):
            files.setdefault(finding.source.name, []).append(finding)
    return files


def _print_diff(name: str, before: str, after: str) -> None:
    lines = difflib.unified_diff(
        before.splitlines(keepends=True), after.splitlines(keepends=True), name, name + " (corrected)"
    )
    for line in lines:
        text = line if line.endswith("\n") else line + "\n\\ No newline at end of file\n"
        sys.stdout.write(text.encode("utf-8", "backslashreplace").decode(sys.stdout.encoding or "utf-8", "replace"))


def _read(name: str) -> str:
    try:
        with open(name, encoding="utf-8", errors="surrogateescape", newline="") as file:
            return file.read()
    except OSError as problem:
        raise Problem(f"{name}: {problem.strerror}") from None


def _write(name: str, text: str) -> None:
    try:
        with open(name, "w", encoding="utf-8", errors="surrogateescape", newline="") as file:
            file.write(text)
    except OSError as problem:
        raise Problem(f"{name}: {problem.strerror}") from None

"""What the arguments of a command mean: files, patterns, folders, standard input."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from asl_cli.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_SUFFIXES = (".asl.json", ".asl.yaml", ".asl.yml")


def expand(arguments: Sequence[str], exclude: Sequence[str] = ()) -> list[str]:
    """The files that the arguments name, in their order, each once. Raises Problem for a pattern that matches nothing.

    ``exclude``: patterns of files that are left out unless an argument names them outright.
    """
    found: dict[str, None] = {}
    for argument in arguments:
        if argument == "-" or os.path.isfile(argument):
            found[argument] = None
        elif os.path.isdir(argument):
            found.update(dict.fromkeys(_unless(exclude, _in_folder(argument))))
        elif any(mark in argument for mark in "*?["):
            found.update(dict.fromkeys(_unless(exclude, _matching(argument))))
        else:
            found[argument] = None  # it can't be read, and reading it says why
    return list(found)


def _in_folder(folder: str) -> Iterator[str]:
    for place, folders, names in os.walk(folder):
        folders.sort()
        yield from (os.path.join(place, name) for name in sorted(names) if name.lower().endswith(_SUFFIXES))


def _matching(pattern: str) -> list[str]:
    import glob

    names = sorted(name for name in glob.glob(pattern, recursive=True) if os.path.isfile(name))
    if not names:
        raise Problem(f"no file matches {pattern}")
    return names


def _unless(exclude: Sequence[str], names: Iterator[str] | list[str]) -> Iterator[str]:
    from fnmatch import fnmatch

    for name in names:
        if not any(fnmatch(os.path.normpath(name), pattern) for pattern in exclude):
            yield name

"""What ``[tool.aslkit]`` of the nearest ``pyproject.toml`` says about validation.

[tool.aslkit]
select = ["ASL3"]      # only these rules; a beginning stands for all that begin so
ignore = ["ASL308"]
strict = true          # warnings and advice count
type = "express"
exclude = ["cdk.out/asset.*"]
"""

from __future__ import annotations

import os
from typing import Any, NamedTuple

from asl_cli.problems import Problem


class Config(NamedTuple):
    """The settings of a project; the command line comes before them."""

    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    strict: bool = False
    type: str | None = None


_TYPES: dict[str, type] = {"select": list, "ignore": list, "exclude": list, "strict": bool, "type": str}


def load(start: str | None = None) -> Config:
    """The settings that count in a folder (default: the current one). Raises Problem for a table that can't be used."""
    path = _nearest(os.path.abspath(start or os.curdir))
    if path is None:
        return Config()
    try:
        with open(path, "rb") as file:
            data = file.read()
    except OSError as problem:
        raise Problem(f"{path}: {problem.strerror}") from None
    return _read(path, data) if b"aslkit" in data else Config()


def _nearest(folder: str) -> str | None:
    while True:
        path = os.path.join(folder, "pyproject.toml")
        if os.path.isfile(path):
            return path
        above = os.path.dirname(folder)
        if above == folder:
            return None
        folder = above


def _read(path: str, data: bytes) -> Config:
    import tomllib

    try:
        document = tomllib.loads(data.decode("utf-8"))
    except ValueError as problem:
        raise Problem(f"{path}: {problem}") from None
    tool = document.get("tool")
    table: Any = tool.get("aslkit", {}) if isinstance(tool, dict) else {}
    if not isinstance(table, dict):
        raise Problem(f"{path}: [tool.aslkit] must be a table")
    settings: dict[str, Any] = {}
    for name, value in table.items():
        wanted = _TYPES.get(name)
        if wanted is None:
            raise Problem(f"{path}: [tool.aslkit] has no setting {name!r}; there are {', '.join(_TYPES)}")
        if not _fits(value, wanted):
            raise Problem(f"{path}: {name} of [tool.aslkit] must be {_SAID[wanted]}")
        settings[name] = tuple(value) if wanted is list else value
    if settings.get("type", "standard") not in ("standard", "express"):
        raise Problem(f'{path}: type of [tool.aslkit] must be "standard" or "express"')
    return Config(**settings)


def _fits(value: Any, wanted: type) -> bool:
    if isinstance(value, list):
        return wanted is list and all(isinstance(item, str) for item in value)
    return isinstance(value, wanted)


_SAID = {list: "an array of strings", bool: "true or false", str: "a string"}

"""The tables of JSONata expressions, and how a row is evaluated: what the engine answers in the terms of the tables."""

from __future__ import annotations

import random
import tomllib
import uuid
from pathlib import Path
from typing import Any

import yaml

from asl.expressions.jsonata.errors import JsonataError, LimitError
from asl.expressions.jsonata.expression import read
from asl.expressions.jsonata.results import UnsupportedResult, cleaner
from asl.expressions.jsonata.run import Run
from asl.expressions.jsonata.values import UNDEFINED, Frame
from asl.expressions.scope import ExpressionSyntaxError

FOLDER = Path(__file__).parent / "jsonata"
INPUT = yaml.safe_load((FOLDER / "input.yaml").read_text("utf-8"))


class FixedScope:
    """A scope whose clock stands still and whose draws are the same in each test."""

    context: dict[str, Any] = {}  # noqa: RUF012 - never changed
    variables: dict[str, Any] = {}  # noqa: RUF012 - never changed

    def __init__(self, now: int = 1_700_000_000_123) -> None:
        self.now = now
        self._draws = random.Random(1)

    def random(self) -> float:
        return self._draws.random()

    def uuid(self) -> str:
        return str(uuid.UUID(int=self._draws.getrandbits(128), version=4))


def rows() -> list[tuple[str, dict[str, Any]]]:
    """(file: expression, row) of every table."""
    found = []
    for path in sorted(FOLDER.glob("*.yaml")):
        if path.name != "input.yaml":
            found += [(f"{path.stem}: {row['expression']}", row) for row in yaml.safe_load(path.read_text("utf-8"))]
    return found


def known_wrong() -> list[dict[str, Any]]:
    return list(tomllib.loads((FOLDER / "known_wrong.toml").read_text("utf-8"))["row"])


def expected(row: dict[str, Any]) -> dict[str, Any]:
    return {name: row[name] for name in ("value", "error", "result") if name in row}


def evaluate(text: str) -> dict[str, Any]:
    """The engine without the face, which doesn't allow fields without a context: the language itself does."""
    try:
        program, findings, run_program = read(text)
        value = run_program(UNDEFINED, Frame({}, None, Run({"i": INPUT}, FixedScope())))
        if value is UNDEFINED:
            return {"result": "undefined"}
        return {"value": cleaner(program, findings.bound)(value)}
    except ExpressionSyntaxError as problem:
        return {"error": problem.message.partition(":")[0]}
    except JsonataError as problem:
        return {"error": problem.code}
    except UnsupportedResult:
        return {"result": "unsupported"}
    except LimitError:
        return {"result": "limit"}

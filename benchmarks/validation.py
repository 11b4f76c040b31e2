"""How long validation takes: in process, and as the command that hooks and build servers start."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

_COMMAND = "from asl_cli.main import main; main()"
_IN_PROCESS = """
import sys, time
import asl
asl.validate("{}")
text = open(sys.argv[1], encoding="utf-8").read()
began = time.perf_counter()
assert [found for found in asl.validate(text) if found.severity == "error"] == []
print(time.perf_counter() - began)
"""


class Time(NamedTuple):
    """Seconds of wall time."""

    name: str
    best: float
    median: float


def definition(count: int) -> dict[str, Any]:
    """A valid machine of ``count`` states, of all types, with paths, templates, handlers and intrinsic calls."""
    states: dict[str, Any] = {}
    for index in range(count - 1):
        states[f"S{index}"] = _KINDS[index % len(_KINDS)](index) | {"Next": f"S{index + 1}"}
        if states[f"S{index}"]["Type"] == "Choice":
            states[f"S{index}"]["Default"] = states[f"S{index}"].pop("Next")
    return {"StartAt": "S0", "States": {**states, f"S{count - 1}": {"Type": "Succeed"}}}


def _task(index: int) -> dict[str, Any]:
    payload = {"a.$": f"$.a{index}.b", "c.$": f"$.items[{index}]", "d.$": f"States.Format('{{}}-{index}', $.x{index})"}
    return {
        "Type": "Task",
        "Resource": "arn:aws:states:::lambda:invoke",
        "Parameters": {"FunctionName": "f", "Payload": payload},
        "ResultPath": f"$.r{index}",
        "Retry": [{"ErrorEquals": ["States.ALL"], "MaxAttempts": 3}],
    }


def _choice(index: int) -> dict[str, Any]:
    return {"Type": "Choice", "Choices": [{"Variable": f"$.r{index}", "IsPresent": True, "Next": f"S{index + 1}"}]}


def _map(index: int) -> dict[str, Any]:
    inner = {"StartAt": f"I{index}", "States": {f"I{index}": {"Type": "Pass", "Result": {"x": 1}, "End": True}}}
    return {"Type": "Map", "ItemsPath": f"$.items{index}", "ItemProcessor": inner, "ResultPath": f"$.m{index}"}


_KINDS: tuple[Callable[[int], dict[str, Any]], ...] = (
    _task,
    _choice,
    lambda index: {"Type": "Pass", "Parameters": {"x.$": f"$.y{index}"}, "ResultPath": f"$.z{index}"},
    lambda index: {"Type": "Wait", "SecondsPath": f"$.w{index}"},
    _map,
)


def times(repeats: int = 7) -> list[Time]:
    """The three figures, each the best and the median of ``repeats`` processes."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        large = folder / "large.asl.json"
        large.write_text(json.dumps(definition(300), indent=1), "utf-8")
        small = folder / "small.asl.json"
        small.write_text(json.dumps(definition(6), indent=1), "utf-8")
        many = [folder / f"{index}.asl.json" for index in range(200)]
        for index, path in enumerate(many):
            path.write_text(json.dumps(definition(6 + index % 3), indent=1), "utf-8")
        first = [float(_run(_IN_PROCESS, large)) for _ in range(repeats)]
        return [
            Time("a definition of 300 states, for the first time in a process", min(first), median(first)),
            command("asl validate, one small file, from the process's start", repeats, "validate", small),
            command("asl validate, 200 files in one call", repeats, "validate", *many),
        ]


def command(name: str, repeats: int, *arguments: object) -> Time:
    """The time of ``asl`` with these arguments, as a process of its own."""
    taken = []
    for _ in range(repeats):
        began = time.perf_counter()
        _run(_COMMAND, *arguments)
        taken.append(time.perf_counter() - began)
    return Time(name, min(taken), median(taken))


def _run(code: str, *arguments: object) -> str:
    root = Path(__file__).parents[1]
    paths = os.pathsep.join([str(root), str(root / "cli")])
    command = [sys.executable, "-c", code, *map(str, arguments)]
    done = subprocess.run(command, env={**os.environ, "PYTHONPATH": paths}, capture_output=True, text=True, check=True)
    return done.stdout

"""State machines for the drawing tests: the samples, the recorded ones, and any number made from a seed."""

from __future__ import annotations

import json
import os
import random
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
SAMPLES = sorted(path.parent.name for path in (ROOT / "samples").glob("*/*.asl.json"))
RECORDED = Path(os.environ.get("ASL_CONFORMANCE") or ROOT.parent / "shared" / "conformance")


def sample(name: str) -> dict[str, Any]:
    """The definition of a sample."""
    definition: dict[str, Any] = json.loads((ROOT / "samples" / name / f"{name}.asl.json").read_text("utf-8"))
    return definition


def recorded() -> list[dict[str, Any]]:
    """Every state machine in the recorded cases; [] where those aren't at hand."""
    found: dict[str, dict[str, Any]] = {}
    for path in sorted(RECORDED.rglob("*.json")):
        waiting = [json.loads(path.read_text("utf-8"))]
        while waiting:
            value = waiting.pop()
            if isinstance(value, dict) and "StartAt" in value and "States" in value:
                found.setdefault(json.dumps(value), value)
            elif isinstance(value, dict):
                waiting.extend(value.values())
            elif isinstance(value, list):
                waiting.extend(value)
    return list(found.values())


_NAMES = (
    "Check",
    "Reserve",
    "Charge card",
    "Ship",
    "Wait for answer",
    "Tell everybody",
    "Überprüfen",
    "確認する",
    "Cancel 🚫",
)


class Generator:
    """Definitions of about ``size`` states; the same seed gives the same one. Some targets lead nowhere."""

    def __init__(self, seed: int, size: int) -> None:
        self._random = random.Random(seed)
        self._left = size
        self._count = 0

    def definition(self) -> dict[str, Any]:
        return self._scope(self._left, 0)

    def _scope(self, size: int, depth: int) -> dict[str, Any]:
        names = []
        inner: dict[str, dict[str, Any]] = {}
        while self._left > 0 and len(names) < size:
            name = self._name()
            names.append(name)
            self._left -= 1
            if depth < 4 and self._left > 1 and self._random.random() < 0.12:
                inner[name] = self._container(depth)
        if not names:
            names.append(self._name())
        states = {name: self._state(name, number, names, inner) for number, name in enumerate(names)}
        return {"StartAt": names[0], "States": states}

    def _name(self) -> str:
        self._count += 1
        long = " with a long explanation of what it does" if self._random.random() < 0.05 else ""
        return f"{self._random.choice(_NAMES)}{long} {self._count}"

    def _container(self, depth: int) -> dict[str, Any]:
        size = self._random.randint(1, 8)
        if self._random.random() < 0.5:
            return {"Type": "Map", "ItemProcessor": self._scope(size, depth + 1)}
        branches = [self._scope(size, depth + 1) for _ in range(self._random.randint(1, 4)) if self._left > 0]
        return {"Type": "Parallel", "Branches": branches or [self._scope(1, depth + 1)]}

    def _target(self, number: int, names: list[str]) -> str:
        if self._random.random() < 0.02:
            return "Nowhere"
        near = number + self._random.randint(-4, 8)
        far = self._random.randrange(len(names))
        at = far if self._random.random() < 0.1 else near
        return names[max(0, min(len(names) - 1, at))]

    def _state(self, name: str, number: int, names: list[str], inner: dict[str, dict[str, Any]]) -> dict[str, Any]:
        state: dict[str, Any] = inner.get(name) or {
            "Type": self._random.choice(("Task", "Task", "Pass", "Wait", "Choice"))
        }
        last = number + 1 >= len(names)
        if state["Type"] == "Choice":
            many = 25 if self._random.random() < 0.03 else 4
            state["Choices"] = [
                {"Variable": f"$.n{rule}", "NumericEquals": rule, "Next": self._target(number + 1, names)}
                for rule in range(self._random.randint(1, many))
            ]
            state["Default"] = self._target(number, names)
            return state
        if state["Type"] in ("Task", "Map", "Parallel"):
            if self._random.random() < 0.3:
                state["Retry"] = [{"ErrorEquals": ["States.ALL"], "MaxAttempts": 4}]
            if self._random.random() < 0.4:
                state["Catch"] = [
                    {"ErrorEquals": [f"Error{number}"], "Next": self._target(number, names)}
                    for _ in range(self._random.randint(1, 3))
                ]
        if last:
            return {"Type": self._random.choice(("Succeed", "Fail"))} if name not in inner else {**state, "End": True}
        if self._random.random() < 0.1:
            return {**state, "End": True}
        return {**state, "Next": names[number + 1] if self._random.random() < 0.8 else self._target(number, names)}

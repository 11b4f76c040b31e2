"""Cases of the kind ``test_state``: calls of the TestState operation, answered by ``asl.testing``."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from .handlers import build_players

if TYPE_CHECKING:
    from .cases import Case, Comparer

KIND = "test_state"


def needs_models(case: Case) -> bool:
    """Whether the case is about the services' API models, which only botocore has."""
    refused = case.expected.get("$exceptions", {}).values()
    return any("Mock result schema validation error" in str(refusal.get("message")) for refusal in refused)


def compare_state_tests(case: Case, comparer: Comparer) -> list[str]:
    """Makes the recorded calls and compares what is answered or refused."""
    testing: Any = importlib.import_module("asl.testing")
    handlers = build_players(case).handlers
    matcher = comparer.Matcher(case.data["placeholders"])
    refusals = case.expected.get("$exceptions", {})
    differences: list[str] = []
    for call in case.data["calls"]:
        key = call["expected_key"]
        refused = refusals.get(key)
        expected = case.expected[key] if refused is None else {name: refused[name] for name in ("code", "message")}
        try:
            answer = testing.respond(call["params"], handlers=handlers)
        except testing.TestStateError as problem:
            answer = {"code": problem.code, "message": str(problem)}
        found = comparer.compare_value(expected, answer, matcher=matcher)
        differences += [f"{key}: {difference}" for difference in found]
    return differences

"""The player of API scripts: references, refusals, members that came later."""

from __future__ import annotations

from typing import Any

import pytest

from tests.conformance.api import compare_script
from tests.conformance.cases import Case

DEFINITION = '{"StartAt": "A", "States": {"A": {"Type": "Pass", "End": true}}}'
ROLE = "arn:aws:iam::111111111111:role/r"
CREATE = {"op": "create_state_machine", "params": {"name": "m", "definition": DEFINITION, "roleArn": ROLE}}
START = {"op": "start_execution", "params": {"stateMachineArn": "${0.stateMachineArn}", "name": "run"}}
END = {"wait_for": "execution_end", "executionArn": "${1.executionArn}"}
ARN = "arn:aws:states:us-east-1:111111111111:execution:m:run"


class Exact:
    """A comparer for which ``...`` equals anything."""

    def Matcher(self, placeholders: Any = ()) -> Any:
        return None

    def compare_value(self, expected: Any, actual: Any, placeholders: Any = (), *, matcher: Any = None) -> list[str]:
        if isinstance(expected, dict) and isinstance(actual, dict) and expected.keys() == actual.keys():
            return [text for key in expected for text in self.compare_value(expected[key], actual[key])]
        return [] if expected in (..., actual) else [f"expected {expected}, got {actual}"]


def differences(*calls: dict[str, Any], recorded: str = "2025-01-01") -> list[str]:
    data = {"kind": "api", "recorded": recorded, "placeholders": [], "calls": list(calls), "expected": {}}
    return compare_script(Case("made/up", data), Exact())  # type: ignore[arg-type]  # all that scripts need of one


def test_a_script_that_conforms() -> None:
    described = {"op": "describe_execution", "params": {"executionArn": "${1.executionArn}"}, "expected": ...}
    listed = {"op": "list_executions", "params": {"stateMachineArn": "${0.stateMachineArn}"}}
    again = {"op": "stop_execution", "params": {"executionArn": "${4.executions[0].executionArn}"}}
    stopped = {**again, "expected": {"stopDate": ...}}
    started = {**START, "expected": {"executionArn": ARN, "startDate": ...}}
    assert differences(CREATE, started, END, described, listed, stopped) == []


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        (
            {**START, "expected": {"executionArn": "x", "startDate": ...}},
            [f"call 1, start_execution: expected x, got {ARN}"],
        ),
        (
            {**START, "exception": {"code": "Refused", "message": "no"}},
            ["call 1, start_execution: expected {'code': 'Refused', 'message': 'no'}, got "],
        ),
        (
            {"op": "describe_execution", "params": {"executionArn": "x"}},
            ["call 1, describe_execution: expected no error, got {'code': 'InvalidArn', "],
        ),
    ],
)
def test_what_differs_is_told(call: dict[str, Any], expected: list[str]) -> None:
    found = differences(CREATE, call)
    assert len(found) == len(expected)
    assert all(text.startswith(start) for text, start in zip(found, expected, strict=True)), found


def test_what_botocore_refused_is_not_sent() -> None:
    refused = {"op": "nonsense", "params": {}, "exception": {"client_side": True}}
    assert differences(CREATE, refused, {**START, "expected": {"executionArn": ARN, "startDate": ...}}) == []


@pytest.mark.parametrize(("recorded", "there"), [("2023-01-01", False), ("2025-01-01", True)])
def test_members_that_came_later(recorded: str, there: bool) -> None:
    described = {"op": "describe_state_machine", "params": {"stateMachineArn": "${0.stateMachineArn}"}, "expected": {}}
    (text,) = differences(CREATE, described, recorded=recorded)
    assert ("encryptionConfiguration" in text) is there

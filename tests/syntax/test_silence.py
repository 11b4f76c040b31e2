"""Comments that silence a rule."""

from __future__ import annotations

import pytest

import asl


def rules(top: str, state: str, branch: str = "") -> list[str]:
    definition = {
        "StartAt": "A",
        "Comment": top,
        "States": {
            "A": {"Type": "Parallel", "End": True, "Comment": state, "Branches": [
                {"StartAt": "B", "States": {
                    "B": {"Type": "Pass", "End": True, "Comment": branch, "Parameters": {"a": "$.b"}}}}
            ], "Parameters": {"a": "$.b"}},
            "C": {"Type": "Succeed"},
        },
    }  # fmt: skip
    return [f"{finding.rule} {finding.pointer}" for finding in asl.validate(definition)]


A, B, C = (
    "ASL406 /States/A/Parameters/a",
    "ASL406 /States/A/Branches/0/States/B/Parameters/a",
    "ASL304 /States/C",
)


@pytest.mark.parametrize(
    ("top", "state", "branch", "expected"),
    [
        ("", "", "", [B, A, C]),
        ("", "aslkit: ignore ASL406", "", [B, C]),
        ("", "", "known; aslkit: ignore ASL304, ASL406.", [A, C]),
        ("aslkit: ignore ASL304", "", "", [B, A]),
        ("aslkit:ignore ASL304 ASL406", "", "", []),
        ("aslkit: ignore", "aslkit ignore ASL406", "ignore ASL406", [B, A, C]),
    ],
)
def test_where_a_comment_counts(top: str, state: str, branch: str, expected: list[str]) -> None:
    assert rules(top, state, branch) == expected

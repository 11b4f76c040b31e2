"""Resources of aws-sdk, held against the service models of botocore when it is installed."""

from __future__ import annotations

from importlib.util import find_spec

import pytest

import asl
from asl.compiler import sdk_models

installed = pytest.mark.skipif(
    find_spec("botocore") is None, reason="botocore is not installed: pip install aslkit[aws]"
)


def found(resource: str) -> list[str]:
    task = {"Type": "Task", "Resource": f"arn:aws:states:::aws-sdk:{resource}", "End": True}
    return [f"{one.rule} {one.hint}" for one in asl.validate({"StartAt": "A", "States": {"A": task}})]


@installed
@pytest.mark.parametrize(
    ("resource", "expected"),
    [
        ("s3:getObject", []),
        ("s3:getObjekt", ["ASL704 did you mean 'getObject'?"]),
        ("sfn:startExecution", []),
        ("sfn:startExecutions", ["ASL704 did you mean 'startExecution'?"]),
        ("dynamodb:query", []),
        ("cloudwatchlogs:putLogEvents", []),
        ("elasticloadbalancingv2:describeRules", []),
        ("eventbridge:putEvents", []),
        ("cognitoidentityprovider:adminGetUser", []),
        ("ssm:getParameter", []),
    ],
)
def test_actions(resource: str, expected: list[str]) -> None:
    assert found(resource) == expected


def test_a_service_without_a_model_is_left_alone() -> None:
    assert found("nosuchservice:doThings") == []


def test_without_botocore_nothing_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    sdk_models.operations_of.cache_clear()
    sdk_models._newest_models.cache_clear()
    monkeypatch.setattr(sdk_models, "find_spec", lambda _name: None)
    try:
        assert found("s3:getObjekt") == []
    finally:
        sdk_models.operations_of.cache_clear()
        sdk_models._newest_models.cache_clear()

"""The forms of a Resource."""

from __future__ import annotations

from typing import Any

import pytest

from asl.expressions.scope import ExpressionSyntaxError
from asl.tasks.resource import REQUEST, SYNC, TOKEN, Activity, LambdaFunction, Service, parse_resource
from tests.machines import ACTIVITY, FUNCTION


@pytest.mark.parametrize(
    ("arn", "kind", "label", "pattern", "limited_name"),
    [
        (FUNCTION + "f", LambdaFunction, "f", REQUEST, FUNCTION + "f"),
        (FUNCTION + "f:1", LambdaFunction, "f", REQUEST, FUNCTION + "f:1"),
        ("arn:aws-us-gov:lambda:r:a:function:f", LambdaFunction, "f", REQUEST, "arn:aws-us-gov:lambda:r:a:function:f"),
        (ACTIVITY, Activity, "activity:work", REQUEST, ACTIVITY),
        ("arn:aws:states:::lambda:invoke", Service, "lambda:invoke", REQUEST, "lambda"),
        ("arn:aws:states:::http:invoke", Service, "http:invoke", REQUEST, "http"),
        ("arn:aws:states:::aws-sdk:s3:getObject", Service, "aws-sdk:s3:getObject", REQUEST, "aws-sdk:s3"),
        ("arn:aws:states:::ecs:runTask.sync", Service, "ecs:runTask.sync", SYNC, "ecs"),
        ("arn:aws:states:::states:startExecution.sync:2", Service, "states:startExecution.sync:2", SYNC, "states"),
        (
            "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
            Service,
            "sqs:sendMessage.waitForTaskToken",
            TOKEN,
            "sqs",
        ),
        (
            "arn:aws:states:::aws-sdk:sfn:startExecution.waitForTaskToken",
            Service,
            "aws-sdk:sfn:startExecution.waitForTaskToken",
            TOKEN,
            "aws-sdk:sfn",
        ),
    ],
)
def test_forms(arn: str, kind: type, label: str, pattern: str, limited_name: str) -> None:
    found: Any = parse_resource(arn)
    assert isinstance(found, kind)
    assert (found.arn, found.label, found.pattern, found.limited_name) == (arn, label, pattern, limited_name)


@pytest.mark.parametrize(
    "arn",
    [
        "",
        "f",
        "arn:aws:lambda:r:a:function:",
        "arn:aws:lambda:r:a:function:f:1:2",
        "arn:aws:lambda:r:a:layer:f",
        "arn:aws:states:r:a:activity:",
        "arn:aws:states:r:a:activity:x:y",
        "arn:aws:states:r:a:stateMachine:x",
        "arn:aws:states:::lambda",
        "arn:aws:states:::lambda:",
        "arn:aws:states::::invoke",
        "arn:aws:sqs:r:a:queue",
        "http://example.com",
        5,
        None,
        ["arn"],
    ],
)
def test_what_is_no_resource(arn: Any) -> None:
    with pytest.raises(ExpressionSyntaxError, match="is not an ARN of a Lambda function, an activity or a service"):
        parse_resource(arn)

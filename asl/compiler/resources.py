"""What a Task's Resource may name.

AWS knows many services; refused is only what is surely wrong: no ARN at all, an action that a service with a short,
closed list of optimised actions doesn't have, or a pattern that the service has for no action. ``${Name}`` placeholders
of deployment tools are left alone. The actions of ``aws-sdk`` are known when botocore is installed (``sdk_models``).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from asl.syntax.diagnostics import Findings

_ARN = r"arn:[^:\s]+:[^:\s]+:[^:\s]*:[^:\s]*:\S+"
_INTEGRATION = r"arn:[^:]+:states:[^:]*:[^:]*:([a-zA-Z][\w-]*):(\w+)(\.[\w:]+)?"
_SDK = r"arn:[^:]+:states:[^:]*:[^:]*:aws-sdk:([^:]+):(\w+)(\.[\w:]+)?"
_ACTIVITY = r"arn:[^:]+:states:[^:]*:[^:]*:activity:.+"
_PLACEHOLDER = r"\$\{[^}]+\}"

_SYNC: Final = (".sync",)
_TOKEN: Final = (".waitForTaskToken",)
_BOTH: Final = (".sync", ".waitForTaskToken")

#: optimised integrations with a closed list of actions, and the patterns of each beside request-response
ACTIONS: Final[dict[str, dict[str, tuple[str, ...]]]] = {
    "lambda": {"invoke": _TOKEN},
    "sqs": {"sendMessage": _TOKEN},
    "sns": {"publish": _TOKEN},
    "dynamodb": {"getItem": (), "putItem": (), "updateItem": (), "deleteItem": ()},
    "events": {"putEvents": _TOKEN},
    "states": {"startExecution": (".sync", ".sync:2", ".waitForTaskToken")},
    "ecs": {"runTask": _BOTH},
    "batch": {"submitJob": _SYNC},
    "glue": {"startJobRun": _SYNC},
    "apigateway": {"invoke": _TOKEN},
    "http": {"invoke": ()},
}

#: optimised integrations whose actions grow, and the patterns that any of their actions has
PATTERNS: Final[dict[str, tuple[str, ...]]] = {
    "athena": _SYNC,
    "bedrock": _BOTH,
    "codebuild": _SYNC,
    "databrew": _SYNC,
    "eks": _BOTH,
    "elasticmapreduce": _SYNC,
    "emr-containers": _SYNC,
    "emr-serverless": _SYNC,
    "mediaconvert": _SYNC,
    "sagemaker": _SYNC,
}

SERVICES: Final = (*ACTIONS, *PATTERNS, "aws-sdk")


def check_resource(findings: Findings, resource: str, pointer: str, *, express: bool) -> None:
    """Report what is wrong with a Task's Resource."""
    if re.search(_PLACEHOLDER, resource) is not None:
        return
    if re.fullmatch(_ARN, resource) is None:
        hint = "a Task calls an ARN, such as arn:aws:lambda:us-east-1:123456789012:function:name"
        findings.add("ASL701", pointer, "Value is not a valid resource ARN", hint)
        return
    sdk = re.fullmatch(_SDK, resource)
    integration = None if re.fullmatch(_ACTIVITY, resource) else re.fullmatch(_INTEGRATION, resource)
    if sdk is not None:
        _check_sdk_call(findings, resource, pointer, (sdk[1], sdk[2], sdk[3] or ""))
    elif integration is not None:
        _check_action(findings, resource, pointer, (integration[1], integration[2], integration[3] or ""))
    if express:
        _check_express(findings, resource, pointer)


def _check_action(findings: Findings, resource: str, pointer: str, parts: tuple[str, str, str]) -> None:
    service, action, pattern = parts
    if service not in SERVICES:
        hint = findings.suggest(service, SERVICES) or f"to call any API: aws-sdk:{service}:{action}"
        findings.add("ASL704", pointer, f"There is no optimised integration '{service}'", hint)
        return
    actions = ACTIONS.get(service)
    known = actions is None or action in actions
    patterns = PATTERNS.get(service, ()) if actions is None else actions.get(action, ())
    if known and (not pattern or pattern in patterns):
        return
    if known:
        hint = f"{service}:{action} has no pattern '{pattern}'"
    else:
        hint = findings.suggest(action, actions or ()) or f"to call any API action: aws-sdk:{service}:{action}"
    _refuse(findings, resource, pointer, hint)


def _check_sdk_call(findings: Findings, resource: str, pointer: str, parts: tuple[str, str, str]) -> None:
    from asl.compiler.sdk_models import operations_of

    service, action, pattern = parts
    if pattern and pattern not in _TOKEN:
        _refuse(findings, resource, pointer, f"calls of aws-sdk have no pattern '{pattern}'")
        return
    if action[0].isupper():
        _refuse(findings, resource, pointer, f"actions are written like {action[0].lower()}{action[1:]}")
        return
    operations = operations_of(service)
    if operations is not None and action not in operations:
        hint = findings.suggest(action, operations)
        findings.add("ASL704", pointer, f"The API of '{service}' has no action '{action}'", hint)


def _refuse(findings: Findings, resource: str, pointer: str, hint: str) -> None:
    message = (
        f"The resource provided {resource} is not recognized. The value is not a valid resource ARN,"
        " or the resource is not available in this region."
    )
    findings.add("ASL702", pointer, message, hint)


def _check_express(findings: Findings, resource: str, pointer: str) -> None:
    if resource.endswith((".sync", ".sync:2")):
        findings.add("ASL703", pointer, "Express state machine does not support '.sync' service integration")
    elif resource.endswith(".waitForTaskToken"):
        # two blanks before "at" in AWS's text: this one ends in a blank
        message = "Express state machine does not support '.waitForTaskToken' service integration "
        findings.add("ASL703", pointer, message)
    elif re.fullmatch(_ACTIVITY, resource) is not None:
        findings.add("ASL703", pointer, "Express state machine does not support Activity ARN")

"""What a Task's Resource may name.

AWS knows many services; refused is only what is surely wrong: no ARN at all, or an action that a service with a short,
closed list of optimised actions doesn't have. ``${Name}`` placeholders of deployment tools are left alone.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from asl.syntax.diagnostics import Findings

_ARN = r"arn:[^:\s]+:[^:\s]+:[^:\s]*:[^:\s]*:\S+"
_INTEGRATION = r"arn:[^:]+:states:[^:]*:[^:]*:([a-zA-Z][\w-]*):(\w+)(\.[\w:]+)?"
_ACTIVITY = r"arn:[^:]+:states:[^:]*:[^:]*:activity:.+"
_PLACEHOLDER = r"\$\{[^}]+\}"

_SYNC: Final = (".sync",)
_TOKEN: Final = (".waitForTaskToken",)

#: optimised integrations with a closed list of actions, and the patterns of each beside request-response
ACTIONS: Final[dict[str, dict[str, tuple[str, ...]]]] = {
    "lambda": {"invoke": _TOKEN},
    "sqs": {"sendMessage": _TOKEN},
    "sns": {"publish": _TOKEN},
    "dynamodb": {"getItem": (), "putItem": (), "updateItem": (), "deleteItem": ()},
    "events": {"putEvents": _TOKEN},
    "states": {"startExecution": (".sync", ".sync:2", ".waitForTaskToken")},
    "ecs": {"runTask": (".sync", ".waitForTaskToken")},
    "batch": {"submitJob": _SYNC},
    "glue": {"startJobRun": _SYNC},
    "apigateway": {"invoke": _TOKEN},
    "http": {"invoke": ()},
}


def check_resource(findings: Findings, resource: str, pointer: str, *, express: bool) -> None:
    """Report what is wrong with a Task's Resource."""
    if re.search(_PLACEHOLDER, resource) is not None:
        return
    if re.fullmatch(_ARN, resource) is None:
        hint = "a Task calls an ARN, such as arn:aws:lambda:us-east-1:123456789012:function:name"
        findings.add("ASL701", pointer, "Value is not a valid resource ARN", hint)
        return
    integration = None if re.fullmatch(_ACTIVITY, resource) else re.fullmatch(_INTEGRATION, resource)
    if integration is not None:
        service, action, pattern = integration[1], integration[2], integration[3] or ""
        _check_action(findings, resource, pointer, (service, action, pattern))
    if express:
        _check_express(findings, resource, pointer)


def _check_action(findings: Findings, resource: str, pointer: str, parts: tuple[str, str, str]) -> None:
    service, action, pattern = parts
    actions = ACTIONS.get(service)
    if actions is None or (action in actions and (not pattern or pattern in actions[action])):
        return
    message = (
        f"The resource provided {resource} is not recognized. The value is not a valid resource ARN,"
        " or the resource is not available in this region."
    )
    if action in actions:
        hint = f"{service}:{action} has no pattern '{pattern}'"
    else:
        hint = findings.suggest(action, actions) or f"to call any API action: aws-sdk:{service}:{action}"
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

"""Task: one unit of work done by something outside: a function, an activity, a service.

Fields: ``Resource`` is never computed. The two clocks are literals, expressions (JSONata) or have a ``...Path`` twin
(JSONPath). ``Credentials`` needs ``RoleArn``; AWS accepts other fields beside it.
"""

from __future__ import annotations

from asl.states.retry_catch import RETRY_CATCH
from asl.syntax.fields import (
    ASSIGN,
    COMMON,
    INPUT_OUTPUT,
    JSONATA,
    JSONPATH,
    MAX_SECONDS,
    TRANSITION,
    OneOf,
    Table,
    anything,
    integer,
    path,
    reference_path,
    template,
    template_object,
    text,
)

_NO_ROLE = "The field 'RoleArn' is required but was missing"

CREDENTIALS_FIELDS = Table(
    {"RoleArn": text(nonempty=True), "RoleArn.$": anything(only=JSONPATH)},
    exactly_one=(
        OneOf(("RoleArn", "RoleArn.$"), _NO_ROLE, only=JSONPATH, rule_none="ASL201"),
        OneOf(("RoleArn",), _NO_ROLE, only=JSONATA, rule_none="ASL201"),
    ),
    is_open=True,
)

FIELDS = Table(
    {
        **COMMON,
        **TRANSITION,
        **INPUT_OUTPUT,
        **ASSIGN,
        **RETRY_CATCH,
        "Resource": text(required=True, nonempty=True),
        "Arguments": template(only=JSONATA),
        "Parameters": template_object(only=JSONPATH),
        "ResultSelector": template_object(only=JSONPATH),
        "ResultPath": reference_path(nullable=True),
        "TimeoutSeconds": integer(1, MAX_SECONDS, expression=True),
        "TimeoutSecondsPath": path(),
        "HeartbeatSeconds": integer(1, MAX_SECONDS, expression=True),
        "HeartbeatSecondsPath": path(),
        "Credentials": template_object(CREDENTIALS_FIELDS),
    },
    exclusive=(("TimeoutSeconds", "TimeoutSecondsPath"), ("HeartbeatSeconds", "HeartbeatSecondsPath")),
)

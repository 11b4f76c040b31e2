"""Retry and Catch, which Task, Parallel and Map share.

Fields of a Retrier are literals in both query languages (AWS refuses paths and expressions in them).
"""

from __future__ import annotations

from asl.syntax.fields import (
    JSONATA,
    MAX_SECONDS,
    Table,
    array_of,
    integer,
    keyword,
    number,
    object_of,
    reference_path,
    template,
    template_object,
    text,
)

_ERROR_EQUALS = array_of(text(nonempty=True), nonempty=True, required=True)

RETRIER_FIELDS = Table(
    {
        "ErrorEquals": _ERROR_EQUALS,
        "IntervalSeconds": integer(1, MAX_SECONDS),
        "MaxAttempts": integer(0, MAX_SECONDS),
        "BackoffRate": number(1.0),
        "MaxDelaySeconds": integer(1, 31_622_399),  # less than 31,622,400, says AWS
        "JitterStrategy": keyword("FULL", "NONE"),
        "Comment": text(),
    }
)

CATCHER_FIELDS = Table(
    {
        "ErrorEquals": _ERROR_EQUALS,
        "Next": text(required=True, nonempty=True),
        "ResultPath": reference_path(nullable=True),
        "Assign": template_object(),
        "Output": template(only=JSONATA),
        "Comment": text(),
    }
)

#: the two fields as a state has them; either array may be empty (AWS accepts that)
RETRY_CATCH = {
    "Retry": array_of(object_of(RETRIER_FIELDS)),
    "Catch": array_of(object_of(CATCHER_FIELDS)),
}

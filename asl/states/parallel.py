"""Parallel: runs several branches on the same input and gathers their outputs in branch order.

Fields: a branch is a small state machine: ``StartAt``, ``States`` and nothing else but a ``Comment``.
"""

from __future__ import annotations

from asl.states.retry_catch import RETRY_CATCH
from asl.syntax.fields import (
    ASSIGN,
    COMMON,
    INPUT_OUTPUT,
    JSONATA,
    JSONPATH,
    TRANSITION,
    Table,
    array_of,
    object_of,
    reference_path,
    template,
    template_object,
    text,
)

_TOP_LEVEL = "only the whole state machine can have it"

BRANCH_FIELDS = Table(
    {
        "States": object_of(required=True, nonempty=True),
        "StartAt": text(required=True, nonempty=True),
        "Comment": text(),
    },
    required_as_list=True,
    foreign={
        name: ("ASL202", f"Field '{name}' is not supported", _TOP_LEVEL)
        for name in ("Version", "TimeoutSeconds", "QueryLanguage")
    },
)

FIELDS = Table(
    {
        **COMMON,
        **TRANSITION,
        **INPUT_OUTPUT,
        **ASSIGN,
        **RETRY_CATCH,
        "Branches": array_of(object_of(BRANCH_FIELDS), nonempty=True, required=True),
        "Arguments": template(only=JSONATA),
        "Parameters": template_object(only=JSONPATH),
        "ResultSelector": template_object(only=JSONPATH),
        "ResultPath": reference_path(nullable=True),
    }
)

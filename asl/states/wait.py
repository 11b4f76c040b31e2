"""Wait: pauses for a time or until a moment.

Fields: exactly one of the four ways to say how long; the ``...Path`` ones exist in JSONPath only.
"""

from __future__ import annotations

from asl.syntax.fields import (
    ASSIGN,
    COMMON,
    INPUT_OUTPUT,
    MAX_SECONDS,
    TRANSITION,
    OneOf,
    Table,
    integer,
    path,
    timestamp,
)

FIELDS = Table(
    {
        **COMMON,
        **TRANSITION,
        **INPUT_OUTPUT,
        **ASSIGN,
        "Seconds": integer(0, MAX_SECONDS, expression=True),
        "SecondsPath": path(),
        "Timestamp": timestamp(expression=True),
        "TimestampPath": path(),
    },
    exactly_one=(OneOf(("Seconds", "SecondsPath", "Timestamp", "TimestampPath")),),
)

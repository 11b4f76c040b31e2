"""Fail: ends its scope with an error.

Fields: ``Error`` and ``Cause`` are optional; each has a ``...Path`` twin in JSONPath (path or intrinsic function).
"""

from __future__ import annotations

from asl.syntax.fields import COMMON, Table, path_or_intrinsic, text

FIELDS = Table(
    {
        **COMMON,
        "Error": text(),
        "ErrorPath": path_or_intrinsic(),
        "Cause": text(),
        "CausePath": path_or_intrinsic(),
    },
    exclusive=(("Error", "ErrorPath"), ("Cause", "CausePath")),
    foreign={
        name: ("ASL202", f"Field '{name}' is not supported", "a Fail state always ends") for name in ("Next", "End")
    },
)

"""Pass: hands its input on, or a fixed result.

Fields: ``Result`` is literal JSON (names ending in ``.$`` mean nothing in it) and exists in JSONPath only, as does
``Parameters``; in JSONata ``Output`` does the work of both.
"""

from __future__ import annotations

from asl.syntax.fields import (
    ASSIGN,
    COMMON,
    INPUT_OUTPUT,
    JSONPATH,
    TRANSITION,
    Table,
    anything,
    reference_path,
    template_object,
)

FIELDS = Table(
    {
        **COMMON,
        **TRANSITION,
        **INPUT_OUTPUT,
        **ASSIGN,
        "Result": anything(only=JSONPATH),
        "Parameters": template_object(only=JSONPATH),
        "ResultPath": reference_path(nullable=True),
    }
)

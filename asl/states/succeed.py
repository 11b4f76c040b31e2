"""Succeed: ends its scope with success. Fields: only what shapes the output; it has no Next and no End."""

from __future__ import annotations

from asl.syntax.fields import COMMON, INPUT_OUTPUT, Table

FIELDS = Table(
    {**COMMON, **INPUT_OUTPUT},
    foreign={
        name: ("ASL202", f"Field '{name}' is not supported", "a Succeed state always ends") for name in ("Next", "End")
    },
)

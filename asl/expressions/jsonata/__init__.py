"""The seam for JSONata, the other query language of ASL."""

from __future__ import annotations

from typing import Any, NoReturn

from asl.errors import UnsupportedError


def compile_value(value: Any, field: str) -> Any:
    raise UnsupportedError(f"JSONata is not supported yet: {field}")


def compile_typed(value: Any, field: str, expected: str) -> NoReturn:
    raise UnsupportedError(f"JSONata is not supported yet: {field}")

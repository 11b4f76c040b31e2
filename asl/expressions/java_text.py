"""How values look inside a sentence that AWS's Java code wrote: ``{Arg1=1, Arg2=[]}`` instead of JSON.

Source: recordings of ``States.Format`` with an object as argument. Numbers, booleans and null look as in JSON.
"""

from __future__ import annotations

from typing import Any

from asl import jsontext


def java_text(value: Any) -> str:
    """``value`` as Java's ``toString`` shows it: strings raw, objects as ``{a=1, b=[x]}``."""
    match value:
        case str():
            return value
        case dict():
            return "{" + ", ".join(f"{key}={java_text(item)}" for key, item in value.items()) + "}"
        case list():
            return "[" + ", ".join(map(java_text, value)) + "]"
        case _:
            return jsontext.encode(value)

"""The seam for JSONata, the other query language of ASL, which aslkit doesn't evaluate yet: it says so at loading."""

from __future__ import annotations

from typing import NoReturn

from asl.errors import UnsupportedError


def compile_jsonata(text: str) -> NoReturn:
    """Raises UnsupportedError: JSONata is valid in a definition, but can't be run here."""
    shown = text if len(text) <= 80 else text[:77] + "..."
    raise UnsupportedError(
        f"JSONata is not supported yet, and this expression needs it: {shown}"
        " (write the state with QueryLanguage JSONPath instead)"
    )

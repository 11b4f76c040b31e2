"""Variables (``Assign``): sizes, limits, and what ...StateExited tells of them.

A variable belongs to the line of control which assigns it. Branches and iterations read those of the outer lines, have
their own besides, and lose them when they end. All limits count UTF-8 bytes of the values' JSON text; names don't
count.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from asl.expressions.scope import EvaluationError
from asl.jsontext import PAYLOAD_LIMIT, encode, size

if TYPE_CHECKING:
    from collections.abc import Mapping

    from asl.kernel.core import Core
    from asl.kernel.frame import Frame

DATA_LIMIT_ERROR = "States.DataLimitExceeded"

#: All live variables of an execution together: 10 MiB.
EXECUTION_LIMIT = 10 * 1024 * 1024


class VariableLimitError(EvaluationError):
    """Assigned variables are too large. AWS's cause has no prefix here."""

    location = "Assign"

    def __init__(self, cause: str) -> None:
        super().__init__(DATA_LIMIT_ERROR, cause)


def assign(core: Core, frame: Frame, state: str, values: Mapping[str, Any]) -> dict[str, str]:
    """Set the variables and return them as JSON text. Raises VariableLimitError and then sets none."""
    texts = {name: encode(value) for name, value in values.items()}
    sizes = {name: size(text) for name, text in texts.items()}
    for name, bytes_used in sizes.items():
        if bytes_used > PAYLOAD_LIMIT:
            raise VariableLimitError(
                f"Variable size limit exceeded. State '{state}' assigned a value to the variable '{name}' "
                f"that exceeds the limit by {bytes_used - PAYLOAD_LIMIT} bytes."
            )
    surplus = sum(sizes.values()) - PAYLOAD_LIMIT
    if surplus > 0:
        raise VariableLimitError(
            f"Assign size limit exceeded. State '{state}' assigned variables that exceed the limit by {surplus} bytes."
        )
    known = frame.sizes or {}
    total = core.variable_bytes + sum(sizes.values()) - sum(known.get(name, 0) for name in sizes)
    if total > EXECUTION_LIMIT:
        raise VariableLimitError(
            f"Execution total variable size limit exceeded. State '{state}' assigned variables that exceed the total "
            f"execution limit by {total - EXECUTION_LIMIT} bytes."
        )
    core.assign(frame, dict(values), sizes)
    return texts

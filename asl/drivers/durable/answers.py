"""The answer to a task as the text that a message carries, and back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from asl.jsontext import decode, encode
from asl.kernel.outcome import Failure, Value

if TYPE_CHECKING:
    from asl.kernel.outcome import Outcome


def answer_data(outcome: Outcome) -> str:
    """An outcome as the data of an ANSWER: ``{"output": JSON text}`` or ``{"error": ..., "cause": ...}``."""
    if isinstance(outcome, Value):
        return encode({"output": outcome.text if outcome.text is not None else encode(outcome.value)})
    return encode({"error": outcome.error, "cause": outcome.cause})


def read_outcome(data: dict[str, Any]) -> Outcome:
    """The outcome that an ANSWER's data, decoded, says."""
    if "output" in data:
        return Value(decode(data["output"]))
    return Failure(data.get("error"), data.get("cause"))

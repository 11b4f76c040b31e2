"""What single service integrations do to their parameters before they are sent, as far as AWS was seen doing it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from asl.expressions.scope import EvaluationError
from asl.jsontext import encode
from asl.kernel.outcome import RUNTIME_ERROR

if TYPE_CHECKING:
    from collections.abc import Callable


def _api_gateway(parameters: Any) -> Any:
    """Every header must be an array of values."""
    headers = parameters.get("Headers") if isinstance(parameters, dict) else None
    if headers is not None and not (
        isinstance(headers, dict) and all(isinstance(values, list) for values in headers.values())
    ):
        raise EvaluationError(
            RUNTIME_ERROR,
            f"The Parameters '{encode(parameters)}' could not be used to start the Task: "
            "[The value of the field 'Headers' has an invalid format]",
        )
    return parameters


#: By ``service:action``, without the suffix of the pattern.
ADAPTERS: dict[str, Callable[[Any], Any]] = {
    "apigateway:invoke": _api_gateway,
}

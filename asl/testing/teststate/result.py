"""TestState in Python: ``machine.test_state("Ship", {...}, mock=...)`` and what it answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from asl.jsontext import decode, encode
from asl.tasks.mock import Return, Throw
from asl.testing.mocks import error_of
from asl.testing.teststate.operation import respond

if TYPE_CHECKING:
    from collections.abc import Mapping

    from asl.machine import StateMachine
    from asl.tasks.call import Handler

_MISSING: Any = object()


class StateTest:
    """The answer to a tested state; ``response`` is what AWS's API would have returned."""

    def __init__(self, response: dict[str, Any]) -> None:
        self.response = response
        inspected: dict[str, Any] = response.get("inspectionData", {})
        #: inspection data by AWS's names (``afterInputPath``, ``afterArguments``, ``result`` ...), as values
        self.inspection: dict[str, Any] = {
            name: decode(value) if isinstance(value, str) else value for name, value in inspected.items()
        }

    @property
    def status(self) -> str:
        """``SUCCEEDED``, ``FAILED``, ``RETRIABLE`` or ``CAUGHT_ERROR``."""
        return str(self.response["status"])

    @property
    def succeeded(self) -> bool:
        return self.status == "SUCCEEDED"

    @property
    def output(self) -> Any:
        """The state's output, None if it has none."""
        return decode(self.response["output"]) if "output" in self.response else None

    @property
    def next_state(self) -> str | None:
        """The state that would follow; None at the end."""
        return self.response.get("nextState")

    @property
    def error(self) -> str | None:
        return self.response.get("error")

    @property
    def cause(self) -> str | None:
        return self.response.get("cause")

    @property
    def retry_index(self) -> int | None:
        """The retrier that took the error (inspection level DEBUG or TRACE)."""
        return self._details.get("retryIndex")

    @property
    def backoff(self) -> float | None:
        """The seconds before the retry."""
        return self._details.get("retryBackoffIntervalSeconds")

    @property
    def catch_index(self) -> int | None:
        """The catcher that took the error."""
        return self._details.get("catchIndex")

    @property
    def variables(self) -> dict[str, Any]:
        """The variables after the state."""
        return dict(self.inspection.get("variables", {}))

    @property
    def _details(self) -> dict[str, Any]:
        return dict(self.inspection.get("errorDetails", {}))

    def __repr__(self) -> str:
        parts = [self.status, self.error or "", f"-> {self.next_state}" if self.next_state else ""]
        return f"<StateTest {' '.join(filter(None, parts))}>"


def test_state(
    machine: StateMachine,
    state: str,
    input: Any = None,
    *,
    returns: Any = _MISSING,
    raises: Any = _MISSING,
    handlers: Mapping[str, Handler] | None = None,
    level: str = "DEBUG",
    variables: Mapping[str, Any] | None = None,
    context: Mapping[str, Any] | None = None,
    validation: str = "STRICT",
    retry_count: int = 0,
    error_caused_by: str | None = None,
    map_failure_count: int | None = None,
    map_reader_data: Any = _MISSING,
    seed: str | int = 0,
) -> StateTest:
    """Test one state of a machine, at any depth, as AWS's TestState does.

    ``returns``, ``raises``  what the work of a Task, Map or Parallel comes to; without one a Task calls its handler
    ``level``                INFO, DEBUG or TRACE: how much ``inspection`` tells
    ``context``              replaces the context object
    ``validation``           how a Task's result is held against the API's shape (STRICT, PRESENT, NONE; needs botocore)
    ``retry_count``          how often the matching retrier was used before
    ``error_caused_by``      the inner state whose failure ``raises`` is
    ``map_failure_count``    how many iterations of a Map failed; ``map_reader_data``: what its ItemReader read

    Raises TestStateError where AWS refuses, HandlerError for a Task with neither mock nor handler.
    """
    params: dict[str, Any] = {
        "definition": encode(machine.definition),
        "stateName": state,
        "input": encode({} if input is None else input),
        "inspectionLevel": level,
    }
    mock = _mock(returns, raises, validation)
    if mock is not None:
        params["mock"] = mock
    if variables is not None:
        params["variables"] = encode(dict(variables))
    if context is not None:
        params["context"] = encode(dict(context))
    configuration = {
        "retrierRetryCount": retry_count or None,
        "errorCausedByState": error_caused_by,
        "mapIterationFailureCount": map_failure_count,
        "mapItemReaderData": None if map_reader_data is _MISSING else encode(map_reader_data),
    }
    params["stateConfiguration"] = {name: value for name, value in configuration.items() if value is not None}
    return StateTest(respond(params, handlers=handlers, seed=str(seed), needs_role=False))


test_state.__test__ = False  # type: ignore[attr-defined]  # pytest: this is no test, whatever its name


def _mock(returns: Any, raises: Any, validation: str) -> dict[str, Any] | None:
    if isinstance(returns, Return):
        returns = returns.value
    if isinstance(returns, Throw):
        returns, raises = _MISSING, returns
    mock: dict[str, Any] = {"fieldValidationMode": validation}
    if returns is not _MISSING:
        mock["result"] = encode(returns)
    if raises is not _MISSING:
        thrown = error_of(raises)
        members = {"error": thrown.error, "cause": thrown.cause}
        mock["errorOutput"] = {name: text for name, text in members.items() if text is not None}
    return mock if len(mock) > 1 else None

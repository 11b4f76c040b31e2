"""Recorded answers about definitions alone: ValidateStateMachineDefinition, and what CreateStateMachine refuses."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from .handlers import CannotRun

if TYPE_CHECKING:
    from .cases import Case

#: the kinds of cases that this module answers
KINDS = ("validate", "create_state_machine")


def answers(case: Case) -> dict[str, Any]:
    """What aslkit answers to the case's calls, by the keys under which AWS's answers were recorded.

    Raises CannotRun for a call whose outcome isn't a matter of the definition (logging, versions).
    """
    found: dict[str, Any] = {}
    refusals: dict[str, Any] = {}
    for call in case.data["calls"]:
        key = call["expected_key"]
        if call["op"] == "validate_state_machine_definition":
            found[key] = _validation(call["params"])
        else:
            expected = case.expected["$exceptions"][key]
            message = _refusal(call["params"], str(expected["message"]))
            refusals[key] = {**expected, "code": "InvalidDefinition", "message": message}
            found[key] = _as_recorded(message, case.expected[key])
    return {**found, "$exceptions": refusals} if refusals else found


def _findings(params: dict[str, Any]) -> list[Any]:
    asl = importlib.import_module("asl")
    found: list[Any] = asl.validate(params["definition"], type=params.get("type", "STANDARD"))
    return found


def _validation(params: dict[str, Any]) -> dict[str, Any]:
    asl = importlib.import_module("asl")
    given = {"severity": params.get("severity", "ERROR"), "max_results": params.get("maxResults", 0)}
    answer: dict[str, Any] = asl.aws_validation(_findings(params), **given)
    return answer


def _refusal(params: dict[str, Any], recorded: str) -> str:
    asl = importlib.import_module("asl")
    found = _findings(params)
    message = asl.aws_refusal(found)
    if message is None:
        raise CannotRun("the definition is valid; what AWS refused is another parameter of the call")
    if recorded.startswith("Error=ValueError"):
        # these recordings hold the sentence in the wrapping of the recorder's own server
        errors = [finding.message for finding in found if finding.severity == "error"]
        return f"Error=ValueError Args={errors!r} in definition '{params['definition']}'."
    return str(message).replace("arn:aws:", "arn:<partition>:") if "<partition>" in recorded else str(message)


def _as_recorded(message: str, expected: dict[str, Any]) -> dict[str, Any]:
    """The refusal in the form that the recording chose: boto3's error response, or its exception's text."""
    if "exception_value" in expected:
        prefix = "An error occurred (InvalidDefinition) when calling the CreateStateMachine operation: "
        return {"exception_typename": "InvalidDefinition", "exception_value": prefix + message}
    return {"Error": {"Code": "InvalidDefinition", "Message": message}, "message": message}

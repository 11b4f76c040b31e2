"""Recorded answers about definitions alone: ValidateStateMachineDefinition, and what CreateStateMachine refuses."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .cases import Case

#: the kinds of cases that this module answers
KINDS = ("validate", "create_state_machine")


def answers(case: Case) -> dict[str, Any]:
    """What aslkit answers to the case's calls, by the keys under which AWS's answers were recorded."""
    found: dict[str, Any] = {}
    refusals: dict[str, Any] = {}
    for call in case.data["calls"]:
        key = call["expected_key"]
        if call["op"] == "validate_state_machine_definition":
            found[key] = _validation(call["params"])
        else:
            expected = case.expected["$exceptions"][key]
            code, message = _refusal(call["params"], str(expected["message"]))
            refusals[key] = {**expected, "code": code, "message": message}
            found[key] = _as_recorded(code, message, case.expected[key])
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


def _refusal(params: dict[str, Any], recorded: str) -> tuple[str, str]:
    """The code and message with which CreateStateMachine is refused."""
    asl = importlib.import_module("asl")
    if recorded.startswith("Error=ValueError"):
        # these recordings hold the sentence in the wrapping of the recorder's own server
        errors = [finding.message for finding in _findings(params) if finding.severity == "error"]
        return "InvalidDefinition", f"Error=ValueError Args={errors!r} in definition '{params['definition']}'."
    with asl.Service("memory:", clock="virtual") as service:
        try:
            service.call("CreateStateMachine", params)
        except asl.ServiceError as problem:
            message = problem.message
            return problem.code, message.replace(
                "arn:aws:", "arn:<partition>:"
            ) if "<partition>" in recorded else message
    return "", "the state machine was created"


def _as_recorded(code: str, message: str, expected: dict[str, Any]) -> dict[str, Any]:
    """The refusal in the form that the recording chose: boto3's error response, or its exception's text."""
    if "exception_value" in expected:
        prefix = f"An error occurred ({code}) when calling the CreateStateMachine operation: "
        return {"exception_typename": code, "exception_value": prefix + message}
    return {"Error": {"Code": code, "Message": message}, "message": message}

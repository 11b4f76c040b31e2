"""Inputs and outputs as they come in: JSON text, whose faults are told in the words of AWS's own parser."""

from __future__ import annotations

import json
import re
from typing import Any

from asl.errors import ServiceError
from asl.jsontext import PAYLOAD_LIMIT, NotJSON, check_levels, decode, encode, size, too_large

_WORD = re.compile(r"[A-Za-z_][\w.\-]*")

_LITERALS = "(JSON String, Number, Array, Object or token 'null', 'true' or 'false')"


def read_input(text: str) -> tuple[Any, str]:
    """The value of an execution's input, and its compact text. Raises InvalidExecutionInput."""
    try:
        value, compact = _read(text)
    except NotJSON as problem:
        raise _invalid(_complaint(text, str(problem))) from None
    if too_large(text):
        raise _invalid(f"The input has {size(text)} bytes; the limit is {PAYLOAD_LIMIT}")
    return value, compact


def read_output(text: str) -> None:
    """Check the output of a task. Raises InvalidOutput."""
    try:
        _read(text)
    except NotJSON as problem:
        why = f"is {problem}" if "levels deep" in str(problem) else "is not valid JSON."
        raise ServiceError("InvalidOutput", f"Invalid Output: '{text}' {why}") from None
    if too_large(text):
        message = f"Invalid Output: it has {size(text)} bytes; the limit is {PAYLOAD_LIMIT}"
        raise ServiceError("InvalidOutput", message)


def _read(text: str) -> tuple[Any, str]:
    """A value that workers can go on with, whatever they do to it, and its compact text. Raises NotJSON.

    What only just can be read here, or read but not written (1e999), must not reach them: it was acknowledged, and each
    of them would stumble over it.
    """
    value = decode(text)
    check_levels(text, value)
    return value, encode(value)


def _invalid(complaint: str) -> ServiceError:
    return ServiceError("InvalidExecutionInput", f"Invalid State Machine Execution Input: '{complaint}'")


def _complaint(text: str, otherwise: str) -> str:
    """What AWS's parser says of a text that isn't JSON; ``otherwise`` where it isn't known."""
    if not text.strip():
        return "Invalid execution input."
    try:
        json.loads(text)
    except json.JSONDecodeError as problem:
        return _at(text, problem)
    except (ValueError, RecursionError):
        return otherwise
    return otherwise


def _at(text: str, problem: json.JSONDecodeError) -> str:
    rest = text[problem.pos :].lstrip()
    if not rest or problem.msg.startswith("Unterminated"):
        return "Unexpected end-of-input"
    found = f"Unexpected character ('{rest[0]}' (code {ord(rest[0])}))"
    if "property name" in problem.msg:
        return f"{found}: was expecting double-quote to start field name"
    if "':' delimiter" in problem.msg:
        return f"{found}: was expecting a colon to separate field name and value"
    if "',' delimiter" in problem.msg:
        return f"{found}: was expecting comma to separate entries"
    word = _WORD.match(rest)
    if word is not None:
        return f"Unrecognized token '{word.group()}': was expecting {_LITERALS}"
    return f"{found}: expected a valid value {_LITERALS}"

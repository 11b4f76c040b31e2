"""Validation for programs: ``validate``, ``validate_file``, and AWS's answer made of the same findings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from asl.compiler.analysis import analyse
from asl.errors import DefinitionError
from asl.syntax.silence import unsilenced
from asl.syntax.source import Source

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from os import PathLike

    from asl.syntax.diagnostics import Diagnostic

#: as many diagnostics as AWS answers with at most
AWS_MAX_RESULTS = 100


def validate(definition: str | bytes | Mapping[str, Any] | Source, *, type: str = "STANDARD") -> list[Diagnostic]:
    """Everything there is to say about a definition, in document order; [] = nothing.

    ``definition``  JSON text, or the definition as a dict (its diagnostics have pointers, but no line and column)
    ``type``        ``"STANDARD"`` or ``"EXPRESS"``

    Never raises for what the definition holds. ``${Name}``, which a deployment tool fills in later, is left open.
    Findings that a Comment silences (``aslkit: ignore ASL304``) are left out.
    """
    express = _is_express(type)
    if isinstance(definition, bytes):
        source = Source.from_bytes(definition, "<definition>", placeholders=True)
    elif isinstance(definition, str):
        source = Source(definition, "<definition>", placeholders=True)
    elif isinstance(definition, Source):
        source = definition
    else:
        source = Source.from_value(definition, "<definition>", placeholders=True)
    return unsilenced(analyse(source, express=express))


def validate_file(path: str | PathLike[str], *, type: str | None = None) -> list[Diagnostic]:
    """Everything there is to say about the state machines of a file.

    The file is a definition (``.json``, ``.yaml``, ``.yml``) or a template with any number of them: SAM,
    CloudFormation, CDK's output, Serverless Framework, a Terraform plan. ``type``: None is what the template says, else
    STANDARD.

    Raises DefinitionError if the file can't be read.
    """
    from asl.syntax.templates import load

    found: list[Diagnostic] = []
    for machine in load(path):
        express = machine.express if type is None else _is_express(type)
        found += unsilenced(analyse(machine.source, express=bool(express)))
    return found


def aws_validation(
    diagnostics: Iterable[Diagnostic], *, severity: str = "ERROR", max_results: int = 0
) -> dict[str, Any]:
    """What ValidateStateMachineDefinition answers: ``{"result", "diagnostics", "truncated"}``.

    ``severity`` "ERROR" leaves warnings out, "WARNING" doesn't; ``max_results`` 0 stands for 100, as on AWS. Advice,
    and what AWS doesn't look for, is never part of it.
    """
    wanted = ("error",) if severity == "ERROR" else ("error", "warning")
    all_found = [found for found in diagnostics if found.aws_code is not None]
    shown = [_aws_diagnostic(found) for found in all_found if found.severity in wanted]
    limit = max_results or AWS_MAX_RESULTS
    failed = any(found.severity == "error" for found in all_found)
    return {"result": "FAIL" if failed else "OK", "diagnostics": shown[:limit], "truncated": len(shown) > limit}


def aws_refusal(diagnostics: Iterable[Diagnostic]) -> str | None:
    """The message of CreateStateMachine's InvalidDefinition; None if the definition is accepted."""
    errors = [found for found in diagnostics if found.severity == "error"]
    if not errors:
        return None
    problems = ", ".join(
        f"{found.aws_code}: {found.message}" + (f" at {found.aws_location}" if found.aws_location else "")
        for found in errors
    )
    return f"Invalid State Machine Definition: '{problems}'"


def _aws_diagnostic(found: Diagnostic) -> dict[str, Any]:
    answer = {"severity": found.severity.upper(), "code": found.aws_code, "message": found.message}
    location = found.aws_location
    return answer if location is None else {**answer, "location": location}


def _is_express(type: str) -> bool:
    if type.upper() not in ("STANDARD", "EXPRESS"):
        raise DefinitionError(f'type must be "STANDARD" or "EXPRESS", not {type!r}')
    return type.upper() == "EXPRESS"

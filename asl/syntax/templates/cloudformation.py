"""State machines in CloudFormation's language: SAM, plain CloudFormation, and what CDK writes to ``cdk.out``.

    AWS::StepFunctions::StateMachine  DefinitionString, Definition               type: StateMachineType
    AWS::Serverless::StateMachine     Definition, DefinitionUri (a local file)   type: Type

What only AWS can read (DefinitionS3Location, a URI that begins with s3://) is passed over.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from asl.syntax.diagnostics import Diagnostic, child
from asl.syntax.templates.embedded import EmbeddedText, EmbeddedTree
from asl.syntax.templates.intrinsic import intrinsic, pieces_of, without_intrinsics

if TYPE_CHECKING:
    from collections.abc import Iterator

    from asl.syntax.source import Source
    from asl.syntax.templates.loader import Found, Reader

_TYPES = {"AWS::StepFunctions::StateMachine": "StateMachineType", "AWS::Serverless::StateMachine": "Type"}


def is_template(tree: Any) -> bool:
    """Whether a tree is a CloudFormation template at all."""
    if not isinstance(tree, dict) or "States" in tree or "StartAt" in tree:
        return False
    return isinstance(tree.get("Resources"), dict) or "AWSTemplateFormatVersion" in tree


def machines(host: Source, read: Reader) -> Iterator[Found]:
    """The state machines of a template: (name, source, whether Express)."""
    resources = host.tree.get("Resources")
    for name, resource in (resources if isinstance(resources, dict) else {}).items():
        type_field = _TYPES.get(str(resource.get("Type"))) if isinstance(resource, dict) else None
        properties = resource.get("Properties") if type_field is not None else None
        if type_field is None or not isinstance(properties, dict):
            continue
        source = _definition(host, properties, f"{child('/Resources', name)}/Properties", read)
        if source is not None:
            yield name, source, properties.get(type_field) == "EXPRESS"


def _definition(host: Source, properties: dict[str, Any], pointer: str, read: Reader) -> Source | None:
    if "DefinitionString" in properties:
        return text_at(host, properties["DefinitionString"], f"{pointer}/DefinitionString")
    definition = properties.get("Definition")
    if isinstance(definition, dict) and intrinsic(definition) is None:
        return EmbeddedTree(host, without_intrinsics(definition), f"{pointer}/Definition")
    uri = properties.get("DefinitionUri")
    if isinstance(uri, str) and not uri.startswith("s3://"):
        return read(host, uri, f"{pointer}/DefinitionUri")
    return None


def text_at(host: Source, value: Any, pointer: str) -> Source | None:
    """The definition whose text a property holds. None: only AWS knows it (a Ref)."""
    if isinstance(value, dict) and intrinsic(value) is None:
        return EmbeddedTree(host, without_intrinsics(value), pointer)
    pieces = pieces_of(value, pointer)
    if pieces is not None:
        return EmbeddedText(host, pieces, pointer)
    if not isinstance(value, dict):
        return unreadable(host, pointer, "The definition must be a string")
    return None


def unreadable(host: Source, pointer: str, message: str, hint: str = "") -> Source:
    """A source that holds nothing but one finding about the template."""
    source = EmbeddedTree(host, None, pointer)
    source.readable = False
    source.problems = [Diagnostic("ASL110", message, "", source, hint)]
    return source

"""The constraints of the API's model: members of each operation, their types, lengths, ranges and patterns.

What AWS checks before anything else (its first layer), as flat data. ``check`` walks it and refuses as AWS does: one
ValidationException with a sentence for each member that breaks its constraint.
"""

from __future__ import annotations

import re
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, NamedTuple

from asl.errors import ServiceError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping


class Text(NamedTuple):
    """A string of so many characters."""

    least: int = 0
    most: int | None = None
    pattern: str | None = None
    choices: tuple[str, ...] = ()


class Number(NamedTuple):
    """A number; ``whole``: an integer."""

    least: int | None = None
    most: int | None = None
    whole: bool = True


class Flag(NamedTuple):
    """True or false."""


class List(NamedTuple):
    """A list of so many members."""

    member: Shape
    least: int = 0
    most: int | None = None


class Structure(NamedTuple):
    """An object. Members whose names end with ``*`` are required."""

    name: str
    members: Mapping[str, Shape]


Shape = Text | Number | Flag | List | Structure

_ARN = Text(1, 256)
_LONG_ARN = Text(1, 2000)
_NAME = Text(1, 80)
_DEFINITION = Text(1, 1_048_576)
_DATA = Text(0, 262_144)
_ERROR = Text(0, 256)
_CAUSE = Text(0, 32_768)
_DESCRIPTION = Text(0, 256)
_TASK_TOKEN = Text(1, 2048)
_TOKEN = Text(1, 1024)
_LONG_TOKEN = Text(1, 3096)
_PAGE = Number(0, 1000)
_TRACE = Text(0, 256, r"\p{ASCII}*")
_TYPE = Text(choices=("STANDARD", "EXPRESS"))
_INCLUDED = Text(choices=("ALL_DATA", "METADATA_ONLY"))
#: In the order in which AWS's messages list them.
_STATUS = Text(choices=("SUCCEEDED", "TIMED_OUT", "PENDING_REDRIVE", "ABORTED", "FAILED", "RUNNING"))
_ALIAS_NAME = Text(1, 80, r"^(?=.*[a-zA-Z_\-\.])[a-zA-Z0-9_\-\.]+$")

_TAG = Structure("Tag", {"key": Text(1, 128), "value": Text(0, 256)})
_TAGS = List(_TAG)
_ENCRYPTION = Structure(
    "EncryptionConfiguration",
    {
        "kmsKeyId": Text(1, 2048),
        "kmsDataKeyReusePeriodSeconds": Number(60, 900),
        "type*": Text(choices=("AWS_OWNED_KEY", "CUSTOMER_MANAGED_KMS_KEY")),
    },
)
_LOG_GROUP = Structure("CloudWatchLogsLogGroup", {"logGroupArn": Text(1, 256)})
_LOGGING = Structure(
    "LoggingConfiguration",
    {
        "level": Text(choices=("ALL", "ERROR", "FATAL", "OFF")),
        "includeExecutionData": Flag(),
        "destinations": List(Structure("LogDestination", {"cloudWatchLogsLogGroup": _LOG_GROUP})),
    },
)
_TRACING = Structure("TracingConfiguration", {"enabled": Flag()})
_ROUTING = List(
    Structure("RoutingConfigurationListItem", {"stateMachineVersionArn*": _ARN, "weight*": Number(0, 100)}), 1, 2
)
_MOCK = Structure(
    "MockInput",
    {
        "result": _DATA,
        "errorOutput": Structure("MockErrorOutput", {"error": _ERROR, "cause": _CAUSE}),
        "fieldValidationMode": Text(choices=("STRICT", "PRESENT", "NONE")),
    },
)
_STATE_CONFIGURATION = Structure(
    "TestStateConfiguration",
    {
        "retrierRetryCount": Number(0),
        "errorCausedByState": _NAME,
        "mapIterationFailureCount": Number(0),
        "mapItemReaderData": _DATA,
    },
)

_MEMBERS: Mapping[str, Mapping[str, Shape]] = {
    "CreateActivity": {"name*": _NAME, "tags": _TAGS, "encryptionConfiguration": _ENCRYPTION},
    "CreateStateMachine": {
        "name*": _NAME,
        "definition*": _DEFINITION,
        "roleArn*": _ARN,
        "type": _TYPE,
        "loggingConfiguration": _LOGGING,
        "tags": _TAGS,
        "tracingConfiguration": _TRACING,
        "publish": Flag(),
        "versionDescription": _DESCRIPTION,
        "encryptionConfiguration": _ENCRYPTION,
    },
    "CreateStateMachineAlias": {
        "description": _DESCRIPTION,
        "name*": _ALIAS_NAME,
        "routingConfiguration*": _ROUTING,
    },
    "DeleteActivity": {"activityArn*": _ARN},
    "DeleteStateMachine": {"stateMachineArn*": _ARN},
    "DeleteStateMachineAlias": {"stateMachineAliasArn*": _ARN},
    "DeleteStateMachineVersion": {"stateMachineVersionArn*": _LONG_ARN},
    "DescribeActivity": {"activityArn*": _ARN},
    "DescribeExecution": {"executionArn*": _ARN, "includedData": _INCLUDED},
    "DescribeMapRun": {"mapRunArn*": _LONG_ARN},
    "DescribeStateMachine": {"stateMachineArn*": _ARN, "includedData": _INCLUDED},
    "DescribeStateMachineAlias": {"stateMachineAliasArn*": _ARN},
    "DescribeStateMachineForExecution": {"executionArn*": _ARN, "includedData": _INCLUDED},
    "GetActivityTask": {"activityArn*": _ARN, "workerName": _NAME},
    "GetExecutionHistory": {
        "executionArn*": _ARN,
        "maxResults": _PAGE,
        "reverseOrder": Flag(),
        "nextToken": _TOKEN,
        "includeExecutionData": Flag(),
    },
    "ListActivities": {"maxResults": _PAGE, "nextToken": _TOKEN},
    "ListExecutions": {
        "stateMachineArn": _ARN,
        "statusFilter": _STATUS,
        "maxResults": _PAGE,
        "nextToken": _LONG_TOKEN,
        "mapRunArn": _LONG_ARN,
        "redriveFilter": Text(choices=("REDRIVEN", "NOT_REDRIVEN")),
    },
    "ListMapRuns": {"executionArn*": _ARN, "maxResults": _PAGE, "nextToken": _TOKEN},
    "ListStateMachineAliases": {"stateMachineArn*": _ARN, "nextToken": _TOKEN, "maxResults": _PAGE},
    "ListStateMachineVersions": {"stateMachineArn*": _ARN, "nextToken": _TOKEN, "maxResults": _PAGE},
    "ListStateMachines": {"maxResults": _PAGE, "nextToken": _TOKEN},
    "ListTagsForResource": {"resourceArn*": _ARN},
    "PublishStateMachineVersion": {"stateMachineArn*": _ARN, "revisionId": Text(), "description": _DESCRIPTION},
    "RedriveExecution": {"executionArn*": _ARN, "clientToken": Text(1, 64, "[!-~]+")},
    "SendTaskFailure": {"taskToken*": _TASK_TOKEN, "error": _ERROR, "cause": _CAUSE},
    "SendTaskHeartbeat": {"taskToken*": _TASK_TOKEN},
    "SendTaskSuccess": {"taskToken*": _TASK_TOKEN, "output*": _DATA},
    "StartExecution": {"stateMachineArn*": _ARN, "name": _NAME, "input": _DATA, "traceHeader": _TRACE},
    "StartSyncExecution": {
        "stateMachineArn*": _ARN,
        "name": _NAME,
        "input": _DATA,
        "traceHeader": _TRACE,
        "includedData": _INCLUDED,
    },
    "StopExecution": {"executionArn*": _ARN, "error": _ERROR, "cause": _CAUSE},
    "TagResource": {"resourceArn*": _ARN, "tags*": _TAGS},
    "TestState": {
        "definition*": _DEFINITION,
        "roleArn": _ARN,
        "input": _DATA,
        "inspectionLevel": Text(choices=("INFO", "DEBUG", "TRACE")),
        "revealSecrets": Flag(),
        "variables": _DATA,
        "stateName": _NAME,
        "mock": _MOCK,
        "context": _DATA,
        "stateConfiguration": _STATE_CONFIGURATION,
    },
    "UntagResource": {"resourceArn*": _ARN, "tagKeys*": List(Text(1, 128))},
    "UpdateMapRun": {
        "mapRunArn*": _LONG_ARN,
        "maxConcurrency": Number(0),
        "toleratedFailurePercentage": Number(0, 100, whole=False),
        "toleratedFailureCount": Number(0),
    },
    "UpdateStateMachine": {
        "stateMachineArn*": _ARN,
        "definition": _DEFINITION,
        "roleArn": _ARN,
        "loggingConfiguration": _LOGGING,
        "tracingConfiguration": _TRACING,
        "publish": Flag(),
        "versionDescription": _DESCRIPTION,
        "encryptionConfiguration": _ENCRYPTION,
    },
    "UpdateStateMachineAlias": {
        "stateMachineAliasArn*": _ARN,
        "description": _DESCRIPTION,
        "routingConfiguration": _ROUTING,
    },
    "ValidateStateMachineDefinition": {
        # Recorded: the definition may be empty, which then is a finding and no error of the request.
        "definition*": Text(0, 1_048_576),
        "type": _TYPE,
        "severity": Text(choices=("ERROR", "WARNING")),
        "maxResults": Number(0, 100),
    },
}

#: operation -> its input
OPERATIONS: Mapping[str, Structure] = {name: Structure(f"{name}Input", members) for name, members in _MEMBERS.items()}

#: A value quoted in a message is cut after so many characters.
_QUOTED = 10_000


def check(operation: str, params: Mapping[str, Any]) -> None:
    """Raise ServiceError unless ``params`` are what the operation takes.

    UnknownOperationException: there is no such operation. SerializationException: a member has the wrong type.
    ValidationException: a member is unknown, is missing or breaks a constraint.
    """
    structure = OPERATIONS.get(operation)
    if structure is None:
        close = get_close_matches(operation, OPERATIONS, 1)
        hint = f"; did you mean {close[0]}?" if close else ""
        raise ServiceError("UnknownOperationException", f"There is no operation {operation!r}{hint}")
    _check_type(structure, params, "")
    broken = list(_broken(structure, params, ""))
    if broken:
        errors = "error" if len(broken) == 1 else "errors"
        raise ServiceError("ValidationException", f"{len(broken)} validation {errors} detected: {'; '.join(broken)}")


_JSON_TYPES = {str: "STRING_VALUE", bool: "BOOLEAN_VALUE", int: "NUMBER_VALUE", float: "DECIMAL_VALUE"}
_FITS: Mapping[type, Callable[[Any], bool]] = {
    Text: lambda value: isinstance(value, str),
    Number: lambda value: isinstance(value, int) and not isinstance(value, bool),
    Flag: lambda value: isinstance(value, bool),
    List: lambda value: isinstance(value, (list, tuple)),
    Structure: lambda value: isinstance(value, dict),
}
_EXPECTED = {Text: "a String", Number: "a Number", Flag: "a Boolean", List: "a List", Structure: "an Object"}


def _check_type(shape: Shape, value: Any, at: str) -> None:
    """Refuse what can't even be read as the shape, and members that the shape doesn't have."""
    fits = _FITS[type(shape)](value) or (isinstance(shape, Number) and not shape.whole and type(value) is float)
    if not fits:
        found = _JSON_TYPES.get(type(value), "START_ARRAY" if isinstance(value, (list, tuple)) else "START_OBJECT")
        raise ServiceError(
            "SerializationException", f"{at or 'input'}: {found} can not be converted to {_expected(shape)}"
        )
    if isinstance(shape, List):
        for index, member in enumerate(value, 1):
            if member is None:
                continue  # said by the constraints
            _check_type(shape.member, member, f"{at}.{index}.member")
    elif isinstance(shape, Structure):
        known = {name.removesuffix("*"): member for name, member in shape.members.items()}
        for name, member in value.items():
            if name not in known:
                close = get_close_matches(str(name), known, 1)
                hint = f"; did you mean '{close[0]}'?" if close else f"; it takes {', '.join(known)}"
                raise ServiceError("ValidationException", f"Unknown member '{_under(at, str(name))}'{hint}")
            if member is not None:
                _check_type(known[name], member, _under(at, name))


def _expected(shape: Shape) -> str:
    return _EXPECTED[type(shape)]


def _under(at: str, name: str) -> str:
    return f"{at}.{name}" if at else name


def _broken(shape: Shape, value: Any, at: str) -> Iterator[str]:
    """A sentence for each broken constraint, in the order of the model."""
    match shape:
        case Text():
            yield from (_sentence(shape, value, at, said) for said in _text_says(shape, value))
        case Number():
            yield from (_sentence(shape, value, at, said) for said in _number_says(shape, value))
        case List():
            if shape.most is not None and len(value) > shape.most:
                yield _sentence(shape, value, at, f"Member must have length less than or equal to {shape.most}")
            elif len(value) < shape.least:
                yield _sentence(shape, value, at, f"Member must have length greater than or equal to {shape.least}")
            for index, member in enumerate(value, 1):
                place = f"{at}.{index}.member"
                yield from (_missing(place),) if member is None else _broken(shape.member, member, place)
        case Structure():
            for marked, member_shape in shape.members.items():
                name = marked.removesuffix("*")
                member = value.get(name)
                if member is not None:
                    yield from _broken(member_shape, member, _under(at, name))
                elif name != marked:
                    yield _missing(_under(at, name))


def _missing(at: str) -> str:
    return f"Value null at '{at}' failed to satisfy constraint: Member must not be null"


def _sentence(shape: Shape, value: Any, at: str, said: str) -> str:
    quoted = _java_text(shape, value)
    if len(quoted) > _QUOTED:
        quoted = f"{quoted[:_QUOTED]}..."
    return f"Value '{quoted}' at '{at}' failed to satisfy constraint: {said}"


def _text_says(shape: Text, value: str) -> Iterator[str]:
    if shape.choices and value not in shape.choices:
        yield f"Member must satisfy enum value set: [{', '.join(shape.choices)}]"
    if len(value) < shape.least:
        yield f"Member must have length greater than or equal to {shape.least}"
    elif shape.most is not None and len(value) > shape.most:
        yield f"Member must have length less than or equal to {shape.most}"
    elif shape.pattern is not None and not re.fullmatch(_python_pattern(shape.pattern), value):
        yield f"Member must satisfy regular expression pattern: {shape.pattern}"


def _python_pattern(pattern: str) -> str:
    return pattern.replace(r"\p{ASCII}", r"[\x00-\x7f]")


def _number_says(shape: Number, value: float) -> Iterator[str]:
    if shape.least is not None and value < shape.least:
        yield f"Member must have value greater than or equal to {shape.least}"
    elif shape.most is not None and value > shape.most:
        yield f"Member must have value less than or equal to {shape.most}"


def _java_text(shape: Shape, value: Any) -> str:
    """A value as AWS's messages quote it."""
    match shape:
        case List():
            return f"[{', '.join(_java_text(shape.member, member) for member in value)}]"
        case Structure():
            members = (
                f"{name}={_java_text(member, value[name])}"
                for name, member in ((marked.removesuffix("*"), member) for marked, member in shape.members.items())
                if value.get(name) is not None
            )
            return f"{shape.name}({', '.join(members)})"
        case Flag():
            return "true" if value else "false"
    return str(value)

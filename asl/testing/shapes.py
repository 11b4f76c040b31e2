"""Results of service calls, held against the API model that botocore ships: what a mock returns should be what AWS
returns.

Step Functions writes the members of a result with a capital first letter, whatever the service calls them.
"""

from __future__ import annotations

import difflib
from functools import cache
from typing import TYPE_CHECKING, Any

from asl.tasks.resource import SYNC, Service
from asl.testing.mocks import MockError

if TYPE_CHECKING:
    from collections.abc import Callable

    from asl.tasks.resource import Resource

#: Step Functions' name of a service -> botocore's, where they differ.
_SERVICES = {
    "states": "stepfunctions",
    "sfn": "stepfunctions",
    "cloudwatchlogs": "logs",
    "cloudwatchevents": "events",
    "eventbridge": "events",
    "cognitoidentityprovider": "cognito-idp",
    "cognitoidentity": "cognito-identity",
    "elasticloadbalancing": "elb",
    "elasticloadbalancingv2": "elbv2",
    "databasemigration": "dms",
    "costexplorer": "ce",
    "applicationautoscaling": "application-autoscaling",
    "bedrock": "bedrock-runtime",
    "bedrockruntime": "bedrock-runtime",
    "elasticmapreduce": "emr",
}

#: What a ``.sync`` task returns is the answer to the call with which Step Functions watches the job.
_POLLED = {
    "startExecution": "DescribeExecution",
    "submitJob": "DescribeJobs",
    "startJobRun": "GetJobRun",
    "startBuild": "BatchGetBuilds",
    "startQueryExecution": "GetQueryExecution",
    "createTrainingJob": "DescribeTrainingJob",
    "createTransformJob": "DescribeTransformJob",
    "createProcessingJob": "DescribeProcessingJob",
}

#: AWS has no model to hold these against.
_UNCHECKED = {"http:invoke", "apigateway:invoke", "eks:call", "eks:runJob"}

#: What Step Functions adds to a result.
_ADDED = {"SdkHttpMetadata", "SdkResponseMetadata"}

STRICT, PRESENT, NONE = "STRICT", "PRESENT", "NONE"


def check_result(resource: Resource, value: Any, *, mode: str = STRICT, misspelt: bool = False) -> str | None:
    """What is wrong with a result, in AWS's words (``Field 'X' must be a string``); None if it fits or nobody can tell.

    ``mode``      STRICT, PRESENT (required members may be missing) or NONE
    ``misspelt``  also report a member that the service doesn't have and that looks like one it has; AWS lets it pass.
                  Then botocore has to be there, and the Payload of ``lambda:invoke`` may be any JSON, as at run time.
    """
    if mode == NONE:
        return None
    shape = output_shape(resource, needed=misspelt)
    if shape is None:
        return None
    leave = {"Payload"} if misspelt and resource.label == "lambda:invoke" else set()
    return _Checker(mode, misspelt, _ADDED | leave).structure(shape, value, "result")


def output_shape(resource: Resource, *, needed: bool = False) -> Any:
    """botocore's shape of what a call returns; None where there is none. With ``needed`` raises MockError without
    botocore."""
    if not isinstance(resource, Service):
        return None
    service = resource.resource_type.removeprefix("aws-sdk:")
    action = resource.resource.partition(".")[0]
    if f"{service}:{action}" in _UNCHECKED:
        return None
    try:
        operations = _operations(_SERVICES.get(service.lower(), service.lower()))
    except ImportError:
        if needed:
            raise MockError("checking results needs the services' API models: pip install botocore") from None
        return None
    if resource.pattern == SYNC:
        action = _POLLED.get(action, "")
    find = operations.get(action.lower()) if operations is not None else None
    return find() if find is not None else None


@cache
def _operations(service: str) -> dict[str, Callable[[], Any]] | None:
    """The output shapes of a service's operations by their names in lower case; None if botocore doesn't know it."""
    from botocore.exceptions import UnknownServiceError
    from botocore.loaders import Loader
    from botocore.model import ServiceModel

    try:
        model = ServiceModel(Loader().load_service_model(service, "service-2"))
    except UnknownServiceError:
        return None

    def shape_of(name: str) -> Callable[[], Any]:
        return lambda: model.operation_model(name).output_shape

    return {name.lower(): shape_of(name) for name in model.operation_names}


class _Checker:
    """Members in the order in which they are given; the first problem is told."""

    def __init__(self, mode: str, misspelt: bool, passed: set[str]) -> None:
        self._mode = mode
        self._misspelt = misspelt
        self._passed = passed
        self._by_type: dict[str, Callable[[Any, Any, str], str | None]] = {
            "structure": self.structure,
            "list": self._list,
            "map": self._map,
            "string": self._string,
            "blob": self._string,
            "timestamp": self._plain_string,
            "boolean": self._boolean,
            **dict.fromkeys(("integer", "long", "float", "double", "bigdecimal"), self._number),
        }

    def check(self, shape: Any, value: Any, name: str) -> str | None:
        if value is None:
            return None
        check = self._by_type.get(shape.type_name)
        return check(shape, value, name) if check is not None else None

    def structure(self, shape: Any, value: Any, name: str) -> str | None:
        if not isinstance(value, dict):
            return f"Field '{name}' must be an object"
        if getattr(shape, "is_document_type", False):
            return None
        members = {_capital(member): inner for member, inner in shape.members.items()}
        if self._mode == STRICT:
            missing = next((m for m in map(_capital, shape.required_members) if m not in value), None)
            if missing is not None and not (self._misspelt and self._unknown(value, members)):
                return f"Required field '{missing}' is missing"
        if self._misspelt and (unknown := self._unknown(value, members)) is not None:
            return unknown
        for member, inner in value.items():
            if member in members and member not in self._passed:
                problem = self.check(members[member], inner, member)
                if problem is not None:
                    return problem
        return None

    def _unknown(self, value: dict[str, Any], members: dict[str, Any]) -> str | None:
        for member in value:
            if member not in members and member not in self._passed:
                near = difflib.get_close_matches(member, members, n=1, cutoff=0.75)
                capital = _capital(member)
                if capital in members or near:
                    return f"There is no field '{member}'; did you mean '{capital if capital in members else near[0]}'?"
        return None

    def _list(self, shape: Any, value: Any, name: str) -> str | None:
        if not isinstance(value, list):
            return f"Field '{name}' must be an array"
        return next((p for item in value if (p := self.check(shape.member, item, name)) is not None), None)

    def _map(self, shape: Any, value: Any, name: str) -> str | None:
        if not isinstance(value, dict):
            return f"Field '{name}' must be an object"
        return next((p for key, item in value.items() if (p := self.check(shape.value, item, key)) is not None), None)

    def _string(self, shape: Any, value: Any, name: str) -> str | None:
        if not isinstance(value, str):
            return f"Field '{name}' must be a string"
        if shape.metadata.get("enum") and value not in shape.metadata["enum"]:
            return f"Field '{name}' is not an expected value"
        if len(value) < shape.metadata.get("min", 0):
            return f"Field '{name}' is smaller than the minimum length"
        if len(value) > shape.metadata.get("max", len(value)):
            return f"Field '{name}' exceeds the maximum length"
        return None

    def _plain_string(self, shape: Any, value: Any, name: str) -> str | None:
        return None if isinstance(value, str) else f"Field '{name}' must be a string"

    def _boolean(self, shape: Any, value: Any, name: str) -> str | None:
        return None if isinstance(value, bool) else f"Field '{name}' must be a boolean"

    def _number(self, shape: Any, value: Any, name: str) -> str | None:
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            return f"Field '{name}' must be a number"
        if value < shape.metadata.get("min", value):
            return f"Field '{name}' is less than the minimum value"
        if value > shape.metadata.get("max", value):
            return f"Field '{name}' exceeds the maximum value"
        return None


def _capital(name: str) -> str:
    return name[:1].upper() + name[1:]

"""The constraints of the model, and that every operation of the API is there."""

from __future__ import annotations

import importlib.util
import inspect
import re
from typing import Any

import pytest

from asl import Service, ServiceError
from asl.service import model, operations
from tests.service.bench import OWNER, ROLE, refusal

ARN = f"{OWNER}:stateMachine:m"
PATTERN = r"^(?=.*[a-zA-Z_\-\.])[a-zA-Z0-9_\-\.]+$"
UP_TO, AT_LEAST = "Member must have value less than or equal to", "Member must have value greater than or equal to"
NO_LONGER, MATCH = "Member must have length less than or equal to", "Member must satisfy regular expression pattern:"
STATUSES = "SUCCEEDED, TIMED_OUT, PENDING_REDRIVE, ABORTED, FAILED, RUNNING"
NULL = "Member must not be null"


def at(value: str, member: str, said: str) -> str:
    return f"1 validation error detected: Value {value} at '{member}' failed to satisfy constraint: {said}"


def route(number: int, weight: Any) -> dict[str, Any]:
    return {"stateMachineVersionArn": f"{ARN}:{number}", "weight": weight}


def alias(*routes: dict[str, Any], name: str = "live") -> dict[str, Any]:
    return {"name": name, "routingConfiguration": list(routes)}


def item(number: int, weight: int) -> str:
    return f"RoutingConfigurationListItem(stateMachineVersionArn={ARN}:{number}, weight={weight})"


BROKEN: list[tuple[str, dict[str, Any], str]] = [
    ("ListStateMachines", {"maxResults": 1001}, at("'1001'", "maxResults", f"{UP_TO} 1000")),
    ("ListStateMachines", {"maxResults": -1}, at("'-1'", "maxResults", f"{AT_LEAST} 0")),
    (
        "ListStateMachines",
        {"nextToken": ""},
        at("''", "nextToken", "Member must have length greater than or equal to 1"),
    ),
    (
        "ListExecutions",
        {"stateMachineArn": ARN, "nextToken": "x" * 3097},
        at(f"'{'x' * 3097}'", "nextToken", f"{NO_LONGER} 3096"),
    ),
    (
        "ListExecutions",
        {"stateMachineArn": ARN, "statusFilter": "DONE"},
        at("'DONE'", "statusFilter", f"Member must satisfy enum value set: [{STATUSES}]"),
    ),
    ("DescribeStateMachine", {}, at("null", "stateMachineArn", NULL)),
    ("DescribeStateMachine", {"stateMachineArn": None}, at("null", "stateMachineArn", NULL)),
    ("CreateStateMachine", {"name": "m", "definition": "{}"}, at("null", "roleArn", NULL)),
    (
        "CreateStateMachineAlias",
        alias(route(1, 101)),
        at("'101'", "routingConfiguration.1.member.weight", f"{UP_TO} 100"),
    ),
    (
        "CreateStateMachineAlias",
        alias(route(1, None)),
        at("null", "routingConfiguration.1.member.weight", NULL),
    ),
    ("CreateStateMachineAlias", alias(route(1, 100), name="12"), at("'12'", "name", f"{MATCH} {PATTERN}")),
    (
        "CreateStateMachineAlias",
        alias(route(1, 50), route(2, 30), route(3, 20)),
        at(f"'[{item(1, 50)}, {item(2, 30)}, {item(3, 20)}]'", "routingConfiguration", f"{NO_LONGER} 2"),
    ),
    (
        "RedriveExecution",
        {"executionArn": ARN, "clientToken": "a b"},
        at("'a b'", "clientToken", f"{MATCH} [!-~]+"),
    ),
    (
        "StartExecution",
        {"stateMachineArn": ARN, "traceHeader": "ä"},
        at("'ä'", "traceHeader", rf"{MATCH} \p{{ASCII}}*"),
    ),
    ("TagResource", {"resourceArn": ARN, "tags": [None]}, at("null", "tags.1.member", NULL)),
    (
        "CreateActivity",
        {"name": "", "encryptionConfiguration": {}},
        (
            "2 validation errors detected: Value '' at 'name' failed to satisfy constraint: Member must have length "
            "greater than or equal to 1; Value null at 'encryptionConfiguration.type' failed to satisfy constraint: "
            "Member must not be null"
        ),
    ),
]

SERIAL, INVALID, UNKNOWN = "SerializationException", "ValidationException", "UnknownOperationException"
MISREAD: list[tuple[str, dict[str, Any], str, str]] = [
    ("ListStateMachines", {"maxResults": "5"}, SERIAL, "maxResults: STRING_VALUE can not be converted to a Number"),
    ("ListStateMachines", {"maxResults": True}, SERIAL, "maxResults: BOOLEAN_VALUE can not be converted to a Number"),
    ("ListStateMachines", {"maxResults": 1.5}, SERIAL, "maxResults: DECIMAL_VALUE can not be converted to a Number"),
    ("DeleteActivity", {"activityArn": 3}, SERIAL, "activityArn: NUMBER_VALUE can not be converted to a String"),
    ("TagResource", {"tags": {}}, SERIAL, "tags: START_OBJECT can not be converted to a List"),
    ("TagResource", {"tags": [[]]}, SERIAL, "tags.1.member: START_ARRAY can not be converted to an Object"),
    ("CreateStateMachine", {"publish": "yes"}, SERIAL, "publish: STRING_VALUE can not be converted to a Boolean"),
    ("DeleteActivity", {"activityarn": "a"}, INVALID, "Unknown member 'activityarn'; did you mean 'activityArn'?"),
    ("ListStateMachines", {"zzz": 1}, INVALID, "Unknown member 'zzz'; it takes maxResults, nextToken"),
    ("StartExecutions", {}, UNKNOWN, "There is no operation 'StartExecutions'; did you mean StartExecution?"),
    ("Bake", {}, UNKNOWN, "There is no operation 'Bake'"),
]


@pytest.mark.parametrize(("operation", "params", "message"), BROKEN)
def test_constraints(operation: str, params: dict[str, Any], message: str) -> None:
    with Service("memory:") as service:
        assert refusal(service.call, operation, params) == ("ValidationException", message)


@pytest.mark.parametrize(("operation", "params", "code", "message"), MISREAD)
def test_what_cannot_be_read(operation: str, params: dict[str, Any], code: str, message: str) -> None:
    with Service("memory:") as service:
        assert refusal(service.call, operation, params) == (code, message)


def test_a_fraction_where_one_may_be() -> None:
    model.check("UpdateMapRun", {"mapRunArn": "a", "toleratedFailurePercentage": 0.5})
    model.check("UpdateMapRun", {"mapRunArn": "a", "toleratedFailurePercentage": 5})


def test_a_huge_value_is_not_repeated_in_full() -> None:
    with pytest.raises(ServiceError) as problem:
        model.check("SendTaskSuccess", {"taskToken": "t", "output": "x" * 300_000})
    assert len(problem.value.message) < 11_000


def test_every_operation_has_a_room_and_a_method() -> None:
    assert set(model.OPERATIONS) == set(operations.OPERATIONS)
    for name, structure in model.OPERATIONS.items():
        method = getattr(Service, re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower())
        given = set(inspect.signature(method).parameters) - {"self"}
        assert given == {member.removesuffix("*") for member in structure.members}, name


def test_only_python_callers_may_leave_the_role_out() -> None:
    definition = '{"StartAt": "A", "States": {"A": {"Type": "Succeed"}}}'
    with Service("memory:") as service:
        arn = service.create_state_machine(name="m", definition=definition)["stateMachineArn"]
        assert service.describe_state_machine(stateMachineArn=arn)["roleArn"] == ROLE


@pytest.mark.skipif(importlib.util.find_spec("botocore") is None, reason="needs the API models of botocore")
def test_the_table_is_that_of_aws() -> None:
    """Members, which of them are required, and their bounds, against botocore's model."""
    import botocore.session

    api = botocore.session.get_session().get_service_model("stepfunctions")
    assert set(model.OPERATIONS) == set(api.operation_names)
    for name, structure in model.OPERATIONS.items():
        _same(structure, api.operation_model(name).input_shape, name)


def _same(ours: model.Shape, theirs: Any, where: str) -> None:
    most = theirs.metadata.get("max")
    match ours:
        case model.Structure():
            assert {name.removesuffix("*") for name in ours.members} == set(theirs.members), where
            assert {name[:-1] for name in ours.members if name.endswith("*")} == set(theirs.required_members), where
            for name, member in ours.members.items():
                plain = name.removesuffix("*")
                _same(member, theirs.members[plain], f"{where}.{plain}")
        case model.List():
            assert theirs.type_name == "list", where
            assert ours.most == most, where
            _same(ours.member, theirs.member, f"{where}[]")
        case model.Text():
            assert theirs.type_name == "string", where
            assert sorted(ours.choices) == sorted(theirs.enum), where
            assert theirs.enum or ours.most == most, where
        case model.Number():
            assert theirs.type_name in ("integer", "long", "float"), where
            assert ours.most == most, where
        case model.Flag():
            assert theirs.type_name == "boolean", where

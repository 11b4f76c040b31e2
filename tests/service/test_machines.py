"""State machines: what CreateStateMachine and its like answer and refuse."""

from __future__ import annotations

from typing import Any

import pytest

from asl import ServiceError
from tests.service.bench import ACTIVITY, FAIL, OWNER, PACK, PASS, ROLE, WAIT, Bench, refusal, text, variant

LOG_GROUP = "arn:aws:logs:us-east-1:123456789012:log-group:/runs:*"
GROUP = {"cloudWatchLogsLogGroup": {"logGroupArn": LOG_GROUP}}
ARN = f"{OWNER}:stateMachine:Machine"
ONE_DESTINATION = (
    "InvalidLoggingConfiguration",
    "Invalid Logging Configuration: Must specify exactly one Log Destination.",
)
NO_DESCRIPTION = ("ValidationException", "Version description can only be set when publish is true")
EXISTS = ("StateMachineAlreadyExists", f"State Machine Already Exists: '{ARN}'")
GONE = ("StateMachineDoesNotExist", f"State Machine Does Not Exist: '{ARN}'")
CUSTOMER_KEY = {"type": "CUSTOMER_MANAGED_KMS_KEY", "kmsKeyId": "k"}

REFUSED: list[tuple[dict[str, Any], tuple[str, str]]] = [
    ({"name": "a b"}, ("InvalidName", "Invalid Name: 'a b'")),
    ({"roleArn": "nobody"}, ("InvalidArn", "Invalid Arn: 'Invalid ARN prefix: nobody'")),
    ({"versionDescription": "first"}, NO_DESCRIPTION),
    ({"loggingConfiguration": {"level": "ALL"}}, ONE_DESTINATION),
    ({"loggingConfiguration": {"level": "ALL", "destinations": []}}, ONE_DESTINATION),
    ({"loggingConfiguration": {"destinations": [GROUP, GROUP]}}, ONE_DESTINATION),
    (
        {"loggingConfiguration": {"level": "ALL", "destinations": [{"cloudWatchLogsLogGroup": {"logGroupArn": "x"}}]}},
        ("InvalidLoggingConfiguration", "Invalid Logging Configuration: Log Destination not found."),
    ),
    (
        {"definition": '{"StartAt": "A"}'},
        (
            "InvalidDefinition",
            "Invalid State Machine Definition: 'SCHEMA_VALIDATION_FAILED: These fields are required: [States] at /'",
        ),
    ),
    (
        {"definition": text(PACK), "type": "EXPRESS"},
        (
            "InvalidDefinition",
            (
                "Invalid State Machine Definition: 'SCHEMA_VALIDATION_FAILED: Express state machine does not support "
                "Activity ARN at /States/Pack/Resource'"
            ),
        ),
    ),
    ({"tags": [{"key": "aws:x"}]}, ("AccessDeniedException", "Tag keys that start with 'aws:' are reserved")),
    (
        {"tags": [{"key": f"k{number}"} for number in range(51)]},
        ("TooManyTags", "A resource can have 50 tags; this request would have 51"),
    ),
    (
        {"encryptionConfiguration": CUSTOMER_KEY},
        (
            "InvalidEncryptionConfiguration",
            (
                "Invalid Encryption Configuration: 'aslkit doesn't encrypt with customer managed keys; leave "
                "encryptionConfiguration out, and encrypt the disk'"
            ),
        ),
    ),
]


@pytest.mark.parametrize(("params", "expected"), REFUSED)
def test_what_is_not_created(bench: Bench, params: dict[str, Any], expected: tuple[str, str]) -> None:
    given = {"name": "Machine", "definition": text(PASS), **params}
    assert refusal(bench.service.create_state_machine, **given) == expected
    assert bench.service.list_state_machines()["stateMachines"] == []


def test_a_distributed_map_is_refused_by_name(bench: Bench) -> None:
    processor = {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}, **PASS}
    definition = {"StartAt": "M", "States": {"M": {"Type": "Map", "ItemProcessor": processor, "End": True}}}
    code, message = refusal(bench.machine, definition)
    assert code == "InvalidDefinition"
    assert "Distributed" in message


def test_a_definition_comes_back_to_the_letter(bench: Bench) -> None:
    definition = (
        '\r\n {"StartAt":"A" ,"States":{"A":{"Type":"Pass","Result":1.00,"Comment":"\\u00e4ä","End":true}}}\t\n'
    )
    bench.machine(definition)
    assert bench.service.describe_state_machine(stateMachineArn=ARN)["definition"] == definition
    hidden = bench.service.describe_state_machine(stateMachineArn=ARN, includedData="METADATA_ONLY")
    assert hidden["definition"] == "{}"


def test_what_is_described(bench: Bench) -> None:
    created = bench.clock.now() / 1000
    bench.machine()
    assert bench.service.describe_state_machine(stateMachineArn=ARN) == {
        "stateMachineArn": ARN,
        "name": "Machine",
        "status": "ACTIVE",
        "definition": text(PASS),
        "roleArn": ROLE,
        "type": "STANDARD",
        "creationDate": created,
        "loggingConfiguration": {"level": "OFF", "includeExecutionData": False},
        "tracingConfiguration": {"enabled": False},
        "encryptionConfiguration": {"type": "AWS_OWNED_KEY"},
    }


SAME: list[dict[str, Any]] = [
    {},
    {"type": "STANDARD"},
    {"roleArn": "arn:aws:iam::1:role/other"},
    {"tags": [{"key": "k", "value": "v"}]},
    {"loggingConfiguration": {"level": "OFF"}},
    {"tracingConfiguration": {"enabled": False}},
    {"publish": False},
]
OTHER: list[dict[str, Any]] = [
    {"definition": text(PASS).replace(" ", "")},
    {"type": "EXPRESS"},
    {"loggingConfiguration": {"level": "ALL", "destinations": [GROUP]}},
    {"tracingConfiguration": {"enabled": True}},
    {"publish": True},
]


@pytest.mark.parametrize("params", SAME)
def test_creating_the_same_once_more(bench: Bench, params: dict[str, Any]) -> None:
    first = bench.service.create_state_machine(name="Machine", definition=text(PASS))
    before = bench.service.describe_state_machine(stateMachineArn=ARN)
    bench.clock.sleep_until(bench.clock.now() + 1000)
    assert bench.service.create_state_machine(name="Machine", definition=text(PASS), **params) == first
    assert bench.service.describe_state_machine(stateMachineArn=ARN) == before
    assert bench.service.list_tags_for_resource(resourceArn=ARN) == {"tags": []}


@pytest.mark.parametrize("params", OTHER)
def test_creating_another_of_the_same_name(bench: Bench, params: dict[str, Any]) -> None:
    bench.machine()
    given = {"definition": text(PASS), **params}
    assert refusal(bench.service.create_state_machine, name="Machine", **given) == EXISTS


def test_creating_a_published_one_once_more(bench: Bench) -> None:
    """The first publication's description counts, and the definition as it is now."""
    bench.machine(publish=True, versionDescription="first")
    assert refusal(bench.machine) == EXISTS
    assert refusal(bench.machine, publish=True) == EXISTS
    bench.service.update_state_machine(
        stateMachineArn=ARN, definition=text(FAIL), publish=True, versionDescription="second"
    )
    assert refusal(bench.machine, publish=True, versionDescription="first") == EXISTS
    again = bench.service.create_state_machine(
        name="Machine", definition=text(FAIL), publish=True, versionDescription="first"
    )
    assert again["stateMachineVersionArn"] == f"{ARN}:1"


CHANGES: list[dict[str, Any]] = [
    {"definition": text(FAIL)},
    {"roleArn": "arn:aws:iam::1:role/other"},
    {"loggingConfiguration": {"level": "FATAL", "destinations": [GROUP]}},
    {"tracingConfiguration": {"enabled": True}},
]


@pytest.mark.parametrize("params", CHANGES)
def test_a_change_is_a_new_revision_once(bench: Bench, params: dict[str, Any]) -> None:
    bench.machine()
    bench.clock.sleep_until(bench.clock.now() + 5000)
    first = bench.service.update_state_machine(stateMachineArn=ARN, **params)
    assert first["updateDate"] == bench.clock.now() / 1000
    bench.clock.sleep_until(bench.clock.now() + 5000)
    assert bench.service.update_state_machine(stateMachineArn=ARN, **params) == first
    found = bench.service.describe_state_machine(stateMachineArn=ARN)
    assert found["revisionId"] == first["revisionId"]
    for name, value in params.items():
        expected = {"includeExecutionData": False, **value} if name == "loggingConfiguration" else value
        assert found[name] == expected


def test_no_change_is_no_revision(bench: Bench) -> None:
    bench.machine()
    created = bench.clock.now() / 1000
    bench.clock.sleep_until(bench.clock.now() + 5000)
    assert bench.service.update_state_machine(stateMachineArn=ARN, definition=text(PASS)) == {"updateDate": created}


@pytest.mark.parametrize(
    ("params", "expected"),
    [
        (
            {},
            (
                "MissingRequiredParameter",
                (
                    "Either the definition, the role ARN, the LoggingConfiguration, or the TracingConfiguration must "
                    "be specified"
                ),
            ),
        ),
        ({"roleArn": ROLE, "versionDescription": "x"}, NO_DESCRIPTION),
        ({"roleArn": "x"}, ("InvalidArn", "Invalid Arn: 'Invalid ARN prefix: x'")),
        ({"loggingConfiguration": {"level": "ALL"}}, ONE_DESTINATION),
        (
            {"stateMachineArn": f"{ARN}:1", "roleArn": ROLE},
            ("StateMachineDoesNotExist", f"State Machine Does Not Exist: '{ARN}:1'"),
        ),
        (
            {"stateMachineArn": f"{ARN}/label", "roleArn": ROLE},
            ("ValidationException", "Labeled State Machine ARNs are not supported for this API"),
        ),
        (
            {"definition": "{}"},
            (
                "InvalidDefinition",
                (
                    "Invalid State Machine Definition: 'SCHEMA_VALIDATION_FAILED: These fields are required: "
                    "[States, StartAt] at /'"
                ),
            ),
        ),
    ],
)
def test_what_is_not_updated(bench: Bench, params: dict[str, Any], expected: tuple[str, str]) -> None:
    bench.machine(publish=True)
    before = bench.service.describe_state_machine(stateMachineArn=ARN)
    assert refusal(bench.service.update_state_machine, **{"stateMachineArn": ARN, **params}) == expected
    assert bench.service.describe_state_machine(stateMachineArn=ARN) == before


@pytest.mark.parametrize("arn", [ARN, f"{ARN}:1", f"{ARN}:live", ARN.replace("123456789012", "999999999999")])
def test_what_there_is_not(bench: Bench, arn: str) -> None:
    if arn != ARN:
        bench.machine()
    expected = ("StateMachineDoesNotExist", f"State Machine Does Not Exist: '{arn}'")
    assert refusal(bench.service.describe_state_machine, stateMachineArn=arn) == expected
    assert refusal(bench.service.start_execution, stateMachineArn=arn) == expected
    assert bench.service.delete_state_machine(stateMachineArn=arn) == {}


def test_a_machine_that_does_nothing_goes_at_once(bench: Bench) -> None:
    execution = bench.ran(PASS)
    assert bench.service.delete_state_machine(stateMachineArn=ARN) == {}
    assert bench.service.list_state_machines()["stateMachines"] == []
    assert refusal(bench.service.describe_state_machine, stateMachineArn=ARN) == GONE
    assert refusal(bench.service.list_executions, stateMachineArn=ARN) == GONE
    gone = ("ExecutionDoesNotExist", f"Execution Does Not Exist: '{execution}'")
    assert refusal(bench.describe, execution) == gone
    assert refusal(bench.service.get_execution_history, executionArn=execution) == gone
    bench.machine(variant(1))
    assert bench.service.list_executions(stateMachineArn=ARN)["executions"] == []


def test_what_runs_fails_at_its_next_transition(bench: Bench) -> None:
    execution = bench.start(bench.machine(WAIT))
    bench.run(until=bench.clock.now() + 1000)
    bench.service.delete_state_machine(stateMachineArn=ARN)
    deleting = ("StateMachineDeleting", f"State Machine is being deleted: '{ARN}'")
    assert bench.service.describe_state_machine(stateMachineArn=ARN)["status"] == "DELETING"
    assert refusal(bench.service.start_execution, stateMachineArn=ARN) == deleting
    assert refusal(bench.service.update_state_machine, stateMachineArn=ARN, roleArn=ROLE) == deleting
    assert refusal(bench.machine, WAIT) == deleting
    number = bench.store.executions("Machine")[0].id
    assert bench.describe(execution)["status"] == "RUNNING"
    bench.run()
    ended = bench.store.execution_of(number)
    assert ended is not None
    assert (ended.status, ended.error, ended.cause) == (
        "FAILED",
        "States.Runtime",
        "State machine Machine has been deleted",
    )
    assert refusal(bench.describe, execution) == ("ExecutionDoesNotExist", f"Execution Does Not Exist: '{execution}'")
    assert refusal(bench.service.describe_state_machine, stateMachineArn=ARN) == GONE


def test_the_variables_that_states_read(bench: Bench) -> None:
    definition = {
        "StartAt": "A",
        "States": {
            "A": {"Type": "Pass", "Assign": {"x": 1, "y": 2}, "Next": "B/1~"},
            "B/1~": {"Type": "Pass", "Parameters": {"s.$": "States.MathAdd($x, $y)"}, "Next": "C"},
            "C": {"Type": "Pass", "QueryLanguage": "JSONata", "Output": "{% $x + $states.input.s %}", "End": True},
        },
    }
    bench.machine(definition)
    found = bench.service.describe_state_machine(stateMachineArn=ARN)
    assert found["variableReferences"] == {"B/1~": ["x", "y"], "C": ["x"]}


def test_validation_stores_nothing(bench: Bench) -> None:
    answer = bench.service.validate_state_machine_definition(definition="{}")
    assert answer["result"] == "FAIL"
    assert bench.service.validate_state_machine_definition(definition=text(PASS)) == {
        "result": "OK",
        "diagnostics": [],
        "truncated": False,
    }
    assert bench.service.list_state_machines() == {"stateMachines": []}


def test_a_state_is_tested(bench: Bench) -> None:
    state = text({"Type": "Pass", "Result": 5, "Next": "B"})
    assert bench.service.test_state(definition=state) == {"output": "5", "nextState": "B", "status": "SUCCEEDED"}
    task = text({"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:123456789012:function:work", "End": True})
    answer = bench.service.test_state(definition=task, roleArn=ROLE, input="[1]")
    assert answer == {"output": "[1]", "status": "SUCCEEDED"}
    with pytest.raises(ServiceError, match="InvalidDefinition"):
        bench.service.test_state(definition="{}")


def test_an_activity_is_no_machine(bench: Bench) -> None:
    assert refusal(bench.service.describe_state_machine, stateMachineArn=ACTIVITY) == (
        "InvalidArn",
        "Invalid Arn: 'Resource type not valid in this context: activity'",
    )

"""Versions and aliases."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asl.service import aliases
from asl.service.aliases import choose
from tests.service.bench import FAIL, OWNER, ROLE, Bench, refusal, text, variant

if TYPE_CHECKING:
    from asl.service.registry import Alias

ARN = f"{OWNER}:stateMachine:Machine"
MISSING = ("ResourceNotFound", "Request references a resource that does not exist.")


def update(bench: Bench, number: int, **params: Any) -> dict[str, Any]:
    return bench.service.update_state_machine(stateMachineArn=ARN, definition=text(variant(number)), **params)


def route(version: int | str, weight: int = 100) -> dict[str, Any]:
    return {"stateMachineVersionArn": version if isinstance(version, str) else f"{ARN}:{version}", "weight": weight}


def two_versions(bench: Bench) -> None:
    bench.machine(variant(1), publish=True)
    update(bench, 2, publish=True)


def versions(bench: Bench) -> list[str]:
    found = bench.service.list_state_machine_versions(stateMachineArn=ARN)["stateMachineVersions"]
    return [item["stateMachineVersionArn"].removeprefix(f"{ARN}:") for item in found]


# -- versions


def test_a_revision_has_one_version(bench: Bench) -> None:
    bench.machine()
    first = bench.service.publish_state_machine_version(stateMachineArn=ARN, description="first")
    assert first == {"stateMachineVersionArn": f"{ARN}:1", "creationDate": bench.clock.now() / 1000}
    bench.clock.sleep_until(bench.clock.now() + 1000)
    assert bench.service.publish_state_machine_version(stateMachineArn=ARN, description="other") == first
    assert update(bench, 1, publish=True)["stateMachineVersionArn"] == f"{ARN}:2"
    assert update(bench, 1, publish=True)["stateMachineVersionArn"] == f"{ARN}:2"
    assert versions(bench) == ["2", "1"]
    assert bench.service.describe_state_machine(stateMachineArn=f"{ARN}:1")["description"] == "first"


def test_numbers_are_never_used_again(bench: Bench) -> None:
    two_versions(bench)
    assert bench.service.delete_state_machine_version(stateMachineVersionArn=f"{ARN}:2") == {}
    assert bench.service.delete_state_machine_version(stateMachineVersionArn=f"{ARN}:2") == {}
    assert bench.service.publish_state_machine_version(stateMachineArn=ARN)["stateMachineVersionArn"] == f"{ARN}:3"
    assert versions(bench) == ["3", "1"]


def test_a_version_never_changes(bench: Bench) -> None:
    bench.machine(variant(1), publish=True)
    before = bench.service.describe_state_machine(stateMachineArn=f"{ARN}:1")
    bench.service.update_state_machine(stateMachineArn=ARN, definition=text(FAIL), roleArn="arn:aws:iam::1:role/x")
    assert bench.service.describe_state_machine(stateMachineArn=f"{ARN}:1") == before
    assert "revisionId" not in before
    assert before["stateMachineArn"] == f"{ARN}:1"
    assert bench.service.delete_state_machine(stateMachineArn=f"{ARN}:1") == {}  # deletes nothing
    assert versions(bench) == ["1"]


def test_publishing_a_certain_revision(bench: Bench) -> None:
    bench.machine()
    publish = bench.service.publish_state_machine_version
    message = "Failed to publish the State Machine version for revision {}. The current State Machine revision is {}."
    assert refusal(publish, stateMachineArn=ARN, revisionId="x") == (
        "ConflictException",
        message.format("x", "INITIAL"),
    )
    assert publish(stateMachineArn=ARN, revisionId="INITIAL")["stateMachineVersionArn"] == f"{ARN}:1"
    revision = update(bench, 1)["revisionId"]
    assert refusal(publish, stateMachineArn=ARN, revisionId="INITIAL") == (
        "ConflictException",
        message.format("INITIAL", revision),
    )
    assert publish(stateMachineArn=ARN, revisionId=revision)["stateMachineVersionArn"] == f"{ARN}:2"


def test_a_version_that_an_alias_leads_to_stays(bench: Bench) -> None:
    two_versions(bench)
    for name in ("a", "b"):
        bench.service.create_state_machine_alias(name=name, routingConfiguration=[route(1)])
    assert refusal(bench.service.delete_state_machine_version, stateMachineVersionArn=f"{ARN}:1") == (
        "ConflictException",
        (
            "Version to be deleted must not be referenced by an alias. "
            "Current list of aliases referencing this version: [a, b]"
        ),
    )


def test_versions_of_nothing(bench: Bench) -> None:
    assert bench.service.list_state_machine_versions(stateMachineArn=ARN) == {"stateMachineVersions": []}
    assert bench.service.delete_state_machine_version(stateMachineVersionArn=f"{ARN}:1") == {}
    assert refusal(bench.service.publish_state_machine_version, stateMachineArn=ARN)[0] == "StateMachineDoesNotExist"
    assert refusal(bench.service.delete_state_machine_version, stateMachineVersionArn=ARN)[0] == "InvalidArn"


# -- aliases


def test_an_alias_through_its_life(bench: Bench) -> None:
    two_versions(bench)
    created = bench.clock.now() / 1000
    arn = f"{ARN}:live"
    service = bench.service
    params: dict[str, Any] = {"name": "live", "routingConfiguration": [route(1)], "description": "the one"}
    made = service.create_state_machine_alias(**params)
    assert made == {"stateMachineAliasArn": arn, "creationDate": created}
    bench.clock.sleep_until(bench.clock.now() + 1000)
    assert service.create_state_machine_alias(**params) == made
    for other in ({**params, "description": "x"}, {**params, "routingConfiguration": [route(2)]}):
        assert refusal(service.create_state_machine_alias, **other) == (
            "ConflictException",
            (
                "Failed to create alias because an alias with the same name and a different routing configuration "
                "already exists."
            ),
        )
    updated = bench.clock.now() / 1000
    routes = [route(2, 30), route(1, 70)]
    assert service.update_state_machine_alias(stateMachineAliasArn=arn, routingConfiguration=routes) == {
        "updateDate": updated
    }
    assert service.describe_state_machine_alias(stateMachineAliasArn=arn) == {
        "stateMachineAliasArn": arn,
        "name": "live",
        "description": "the one",
        "routingConfiguration": routes,
        "creationDate": created,
        "updateDate": updated,
    }
    service.update_state_machine_alias(stateMachineAliasArn=arn, description="")
    assert "description" not in service.describe_state_machine_alias(stateMachineAliasArn=arn)
    assert service.delete_state_machine_alias(stateMachineAliasArn=arn) == {}
    assert service.delete_state_machine_alias(stateMachineAliasArn=arn) == {}
    assert refusal(service.describe_state_machine_alias, stateMachineAliasArn=arn) == MISSING
    assert refusal(service.update_state_machine_alias, stateMachineAliasArn=arn, description="x") == MISSING


def test_aliases_of_a_version(bench: Bench) -> None:
    two_versions(bench)
    for name, routes in {"old": [route(1)], "new": [route(2)], "both": [route(1, 50), route(2, 50)]}.items():
        bench.service.create_state_machine_alias(name=name, routingConfiguration=routes)

    def names(arn: str) -> set[str]:
        found = bench.service.list_state_machine_aliases(stateMachineArn=arn)["stateMachineAliases"]
        return {item["stateMachineAliasArn"].removeprefix(f"{ARN}:") for item in found}

    assert names(ARN) == {"old", "new", "both"}
    assert names(f"{ARN}:1") == {"old", "both"}
    assert names(f"{ARN}:2") == {"new", "both"}


ROUTING = "Routing configuration must contain"


@pytest.mark.parametrize(
    ("routes", "expected"),
    [
        ([route(1, 50), route(1, 50)], f"{ROUTING} distinct state machine version ARNs. Received: [{ARN}:1, {ARN}:1]"),
        ([route(ARN, 70), route(2, 30)], f"{ROUTING} state machine version ARNs. Received: [{ARN}, {ARN}:2]"),
        ([route(f"{ARN}:live")], f"{ROUTING} state machine version ARNs. Received: [{ARN}:live]"),
        ([route(1, 70), route(2, 29)], "Sum of routing configuration weights must equal 100. Received: [70, 29]"),
        ([route(1, 99)], "Sum of routing configuration weights must equal 100. Received: [99]"),
        (
            [route(1, 50), route(f"{ARN}x:1", 50)],
            f"{ROUTING} versions of the same state machine. Received: [{ARN}:1, {ARN}x:1]",
        ),
    ],
)
def test_routing_that_is_refused(bench: Bench, routes: list[dict[str, Any]], expected: str) -> None:
    two_versions(bench)
    create, change = bench.service.create_state_machine_alias, bench.service.update_state_machine_alias
    assert refusal(create, name="live", routingConfiguration=routes) == ("ValidationException", expected)
    create(name="live", routingConfiguration=[route(1)])
    found = refusal(change, stateMachineAliasArn=f"{ARN}:live", routingConfiguration=routes)
    assert found == ("ValidationException", expected)


def test_versions_that_there_are_not(bench: Bench) -> None:
    bench.machine(publish=True)
    create = bench.service.create_state_machine_alias
    assert refusal(create, name="live", routingConfiguration=[route(2)]) == MISSING
    assert refusal(create, name="live", routingConfiguration=[route(f"{ARN}x:1")]) == MISSING
    create(name="live", routingConfiguration=[route(1)])
    change = bench.service.update_state_machine_alias
    assert refusal(change, stateMachineAliasArn=f"{ARN}:live", routingConfiguration=[route(2)]) == MISSING
    assert refusal(change, stateMachineAliasArn=f"{ARN}:live")[0] == "ValidationException"
    assert refusal(change, stateMachineAliasArn=ARN, description="x")[0] == "InvalidArn"


def test_limits(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(aliases, "_MOST", 1)
    monkeypatch.setattr("asl.service.versions._MOST", 1)
    bench.machine(publish=True)
    create = bench.service.create_state_machine_alias
    create(name="a", routingConfiguration=[route(1)])
    assert refusal(create, name="b", routingConfiguration=[route(1)])[0] == "ServiceQuotaExceededException"
    bench.service.update_state_machine(stateMachineArn=ARN, roleArn="arn:aws:iam::1:role/x")
    publish = bench.service.publish_state_machine_version
    assert refusal(publish, stateMachineArn=ARN)[0] == "ServiceQuotaExceededException"


@given(st.integers(0, 100), st.floats(0, 1, exclude_max=True))
def test_weights(weight: int, draw: float) -> None:
    alias: Alias = {"description": None, "routes": [[1, weight], [2, 100 - weight]], "created": 0, "updated": 0}
    assert choose(alias, draw) == (1 if draw * 100 < weight else 2)


def test_starts_through_an_alias_are_divided(bench: Bench) -> None:
    two_versions(bench)
    bench.service.create_state_machine_alias(name="live", routingConfiguration=[route(1, 50), route(2, 50)])
    found = Counter(bench.describe(bench.start(f"{ARN}:live"))["stateMachineVersionArn"] for _ in range(60))
    assert set(found) == {f"{ARN}:1", f"{ARN}:2"}  # neither is missing, but once in 2 ** 59


def test_what_an_execution_keeps_of_its_alias(bench: Bench) -> None:
    two_versions(bench)
    bench.service.create_state_machine_alias(name="live", routingConfiguration=[route(1)])
    through_alias, through_version, plain = (bench.start(arn) for arn in (f"{ARN}:live", f"{ARN}:2", ARN))
    bench.service.delete_state_machine_alias(stateMachineAliasArn=f"{ARN}:live")
    bench.service.delete_state_machine_version(stateMachineVersionArn=f"{ARN}:1")
    bench.run()

    def kept(execution: str) -> dict[str, Any]:
        names = ("status", "stateMachineArn", "stateMachineVersionArn", "stateMachineAliasArn")
        return {name: value for name, value in bench.describe(execution).items() if name in names}

    common = {"status": "SUCCEEDED", "stateMachineArn": ARN}
    assert kept(plain) == common
    assert kept(through_version) == {**common, "stateMachineVersionArn": f"{ARN}:2"}
    versioned = {**common, "stateMachineVersionArn": f"{ARN}:1", "stateMachineAliasArn": f"{ARN}:live"}
    assert kept(through_alias) == versioned

    def listed(arn: str) -> list[str]:
        found = bench.service.list_executions(stateMachineArn=arn)["executions"]
        return [item["executionArn"] for item in found]

    assert listed(ARN) == [plain, through_version, through_alias]
    assert listed(f"{ARN}:2") == [through_version]
    assert listed(f"{ARN}:live") == [through_alias]
    for arn in (f"{ARN}:1", f"{ARN}:live"):
        assert refusal(bench.service.start_execution, stateMachineArn=arn)[0] == "StateMachineDoesNotExist"


def test_the_machine_of_an_execution(bench: Bench) -> None:
    """Definition, role and revision are those of the start, whatever has become of the machine."""

    def machine_of(execution: str) -> dict[str, Any]:
        return bench.service.describe_state_machine_for_execution(executionArn=execution)

    def tick() -> None:
        bench.clock.sleep_until(bench.clock.now() + 1000)

    bench.machine(variant(1), publish=True)
    made = bench.clock.now() / 1000
    first, versioned = bench.start(ARN), bench.start(f"{ARN}:1")
    tick()
    second = update(bench, 2)
    middle = bench.start(ARN)
    tick()
    bench.service.update_state_machine(stateMachineArn=ARN, roleArn="arn:aws:iam::1:role/x")
    tick()
    for execution in (first, versioned):
        found = machine_of(execution)
        assert (found["definition"], found["roleArn"], found["updateDate"]) == (text(variant(1)), ROLE, made)
        assert "revisionId" not in found
        assert found["stateMachineArn"] == ARN
    found = machine_of(middle)
    assert (found["definition"], found["roleArn"]) == (text(variant(2)), ROLE)
    assert (found["revisionId"], found["updateDate"]) == (second["revisionId"], second["updateDate"])
    bench.service.update_state_machine(stateMachineArn=ARN, roleArn=ROLE)
    tick()
    third = update(bench, 1)
    last = bench.start(ARN)
    tick()
    update(bench, 2)
    assert machine_of(first)["updateDate"] == made
    assert machine_of(last)["revisionId"] == third["revisionId"]


def test_a_machine_forgets_its_oldest_configurations(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("asl.service.machines._PAST", 1)
    bench.machine(variant(1))
    execution = bench.start(ARN)
    began = bench.clock.now() / 1000
    for number in (2, 3):
        bench.clock.sleep_until(bench.clock.now() + 1000)
        update(bench, number)
    found = bench.service.describe_state_machine_for_execution(executionArn=execution)
    assert (found["definition"], found["roleArn"], found["updateDate"]) == (text(variant(1)), ROLE, began)
    assert "revisionId" not in found

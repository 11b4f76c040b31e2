"""State machines: creating, changing, describing, listing and deleting them."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any, cast

from asl.errors import ServiceError
from asl.service import registry
from asl.service.arns import STATE_MACHINE, check_name, check_role, parse
from asl.service.house import check_encryption, seconds
from asl.service.paging import page
from asl.service.settings import logging_of, tracing_of
from asl.service.tags import read_tags
from asl.service.versions import publish, version_arn
from asl.stores.base import DELETED, Message

if TYPE_CHECKING:
    from collections.abc import Mapping

    from asl.service.house import Answer, House, Params
    from asl.service.registry import Configuration, Machine


#: How many earlier configurations a machine remembers, for executions that were started with them.
_PAST = 50


def create_state_machine(house: House, params: Params) -> Answer:
    """Create a state machine. To do so once more with the same parameters changes nothing."""
    name, kind = params["name"], params.get("type", "STANDARD")
    check_name(name)
    check_role(params["roleArn"])
    _check_description(params)
    check_encryption(params)
    logging, tracing = logging_of(params.get("loggingConfiguration")), tracing_of(params.get("tracingConfiguration"))
    tags = read_tags(params.get("tags"))
    definition = house.definitions.check(params["definition"], kind)
    now = house.now()
    machine: Machine = {
        "arn": house.machine_arn(name),
        "name": name,
        "type": kind,
        "status": registry.ACTIVE,
        "created": now,
        "configuration": {
            "definition": definition,
            "role_arn": params["roleArn"],
            "logging": logging,
            "tracing": tracing,
            "revision": None,
            "updated": now,
        },
        "past": [],
        "tags": tags,
        "published": 0,
        "first_description": None,
        "versions": {},
        "aliases": {},
    }
    version = None
    if params.get("publish"):
        machine, version = publish(machine, params.get("versionDescription"), now)
    house.definitions.keep(definition, params["definition"])
    while not registry.create(house, machine):
        found = registry.document(house, registry.MACHINE, name)
        if found is not None:
            _check_same(found.body, machine)
            machine = found.body
            break
    house.definitions.keep(definition, params["definition"])
    return _with_version(
        {"stateMachineArn": machine["arn"], "creationDate": seconds(machine["created"])}, machine, version
    )


def update_state_machine(house: House, params: Params) -> Answer:
    """Change the definition, the role, logging or tracing, and publish a version if asked to."""
    if not params.keys() & {"definition", "roleArn", "loggingConfiguration", "tracingConfiguration"}:
        wanted = "the definition, the role ARN, the LoggingConfiguration, or the TracingConfiguration"
        raise ServiceError("MissingRequiredParameter", f"Either {wanted} must be specified")
    _check_description(params)
    check_encryption(params)
    changes = _changes(params)
    machine = registry.unqualified(house, params["stateMachineArn"])
    if "definition" in params:
        changes["definition"] = house.definitions.check(params["definition"], machine["type"])
        house.definitions.keep(changes["definition"], params["definition"])
    version: int | None = None

    def edit(found: Machine) -> Machine:
        nonlocal version
        after = _reconfigured(house, found, changes)
        if params.get("publish"):
            after, version = publish(after, params.get("versionDescription"), house.now())
        return after

    machine = registry.change_active(house, machine["arn"], machine["name"], edit)
    if "definition" in params:
        house.definitions.keep(changes["definition"], params["definition"])
    configuration = machine["configuration"]
    answer = {"updateDate": seconds(configuration["updated"]), **_revision(configuration)}
    return _with_version(answer, machine, version)


def describe_state_machine(house: House, params: Params) -> Answer:
    """A state machine as it is now, or one of its versions."""
    found = registry.resolve(house, params["stateMachineArn"])
    machine = found.machine
    if found.alias is not None:
        raise registry.does_not_exist(found.arn.text)
    if found.version is None:
        head = {"stateMachineArn": machine["arn"], "creationDate": seconds(machine["created"])}
        configuration = machine["configuration"]
    else:
        version = machine["versions"][str(found.version)]
        head = {"stateMachineArn": found.arn.text, "creationDate": seconds(version["created"])}
        if version["description"] is not None:
            head["description"] = version["description"]
        configuration = version["configuration"]
    status = {"status": machine["status"], "type": machine["type"]}
    return {**head, **status, **described(house, machine, configuration, params)}


def described(house: House, machine: Machine, configuration: Configuration, params: Mapping[str, Any]) -> Answer:
    """What DescribeStateMachine and DescribeStateMachineForExecution have in common."""
    digest = configuration["definition"]
    references = house.definitions.references(digest, machine["type"])
    hidden = params.get("includedData") == "METADATA_ONLY"
    return {
        "name": machine["name"],
        "definition": "{}" if hidden else house.definitions.text(digest),
        "roleArn": configuration["role_arn"],
        "loggingConfiguration": dict(configuration["logging"]),
        "tracingConfiguration": dict(configuration["tracing"]),
        "encryptionConfiguration": {"type": "AWS_OWNED_KEY"},
        **_revision(configuration),
        **({"variableReferences": references} if references else {}),
    }


def list_state_machines(house: House, params: Params) -> Answer:
    """All state machines, the oldest first."""
    shown, more = page(
        "ListStateMachines",
        params,
        house.now(),
        registry.documents(house, registry.MACHINE),
        lambda machine: [machine["created"], machine["name"]],
    )
    items = [
        {
            "stateMachineArn": machine["arn"],
            "name": machine["name"],
            "type": machine["type"],
            "creationDate": seconds(machine["created"]),
        }
        for machine in shown
    ]
    return {"stateMachines": items, **more}


def delete_state_machine(house: House, params: Params) -> Answer:
    """Delete a state machine with its versions, aliases and executions. What runs fails at its next transition; then
    the rest is gone too. An ARN with a version or alias deletes nothing."""
    arn = parse(params["stateMachineArn"], STATE_MACHINE)
    if not house.is_here(arn) or arn.qualifier is not None or arn.label is not None:
        return {}
    found = registry.change(house, arn.name, lambda machine: {**machine, "status": registry.DELETING})
    if found is not None:
        told = [Message(execution, DELETED) for execution in house.store.open_executions(arn.name)]
        if told:
            house.store.commit(told)
            house.nudge()
        registry.document(house, registry.MACHINE, arn.name)  # where nothing runs, it goes at once
    return {}


def _check_description(params: Params) -> None:
    if "versionDescription" in params and not params.get("publish"):
        raise ServiceError("ValidationException", "Version description can only be set when publish is true")


def _check_same(found: Machine, wanted: Machine) -> None:
    """Whether what is to be created is what there is. Role and tags don't count, as on AWS."""
    if found["status"] == registry.DELETING:
        raise registry.being_deleted(found["arn"])
    compared = [
        (machine["type"], *(machine["configuration"][key] for key in ("definition", "logging", "tracing")),
         machine["published"] > 0, machine["first_description"])
        for machine in (found, wanted)
    ]  # fmt: skip
    if compared[0] != compared[1]:
        raise ServiceError("StateMachineAlreadyExists", f"State Machine Already Exists: '{found['arn']}'")


def _changes(params: Params) -> dict[str, Any]:
    """Members of the configuration that an update gives, but for the definition."""
    changes: dict[str, Any] = {}
    if "roleArn" in params:
        check_role(params["roleArn"])
        changes["role_arn"] = params["roleArn"]
    if "loggingConfiguration" in params:
        changes["logging"] = logging_of(params["loggingConfiguration"])
    if "tracingConfiguration" in params:
        changes["tracing"] = tracing_of(params["tracingConfiguration"])
    return changes


def _reconfigured(house: House, machine: Machine, changes: Mapping[str, Any]) -> Machine:
    """The machine with changes, as a new revision if anything is another than before."""
    before: dict[str, Any] = {**machine["configuration"]}
    after = {**before, **changes}
    if after == before:
        return machine
    after["revision"], after["updated"] = str(uuid.uuid4()), house.now()
    past = [*machine["past"], machine["configuration"]][-_PAST:]
    return {**machine, "configuration": cast("Configuration", after), "past": past}


def _revision(configuration: Configuration) -> Answer:
    return {} if configuration["revision"] is None else {"revisionId": configuration["revision"]}


def _with_version(answer: Answer, machine: Machine, version: int | None) -> Answer:
    return answer if version is None else {**answer, "stateMachineVersionArn": version_arn(machine, version)}

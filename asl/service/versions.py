"""Versions of state machines: a configuration that never changes any more, under a number that is never used again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from asl.errors import ServiceError
from asl.service import registry
from asl.service.arns import STATE_MACHINE, Arn, invalid_arn, parse
from asl.service.house import seconds
from asl.service.paging import page

if TYPE_CHECKING:
    from asl.service.house import Answer, House, Params
    from asl.service.registry import Machine, Version

_MOST = 1000
#: How AWS calls the revision of a machine that was never changed.
_INITIAL = "INITIAL"


def version_arn(machine: Machine, version: int | str) -> str:
    return f"{machine['arn']}:{version}"


def publish(machine: Machine, description: str | None, now: int) -> tuple[Machine, int]:
    """The machine with a version of its present revision, and that version's number. A revision has one version."""
    configuration = machine["configuration"]
    for known, version in machine["versions"].items():
        if version["configuration"]["revision"] == configuration["revision"]:
            return machine, int(known)
    if len(machine["versions"]) >= _MOST:
        raise ServiceError(
            "ServiceQuotaExceededException",
            f"A state machine can have {_MOST} versions; delete some of {machine['arn']}",
        )
    number = machine["published"] + 1
    first = description if number == 1 else machine["first_description"]
    made: Version = {"configuration": configuration, "description": description, "created": now}
    versions = {**machine["versions"], str(number): made}
    return {**machine, "published": number, "first_description": first, "versions": versions}, number


def publish_state_machine_version(house: House, params: Params) -> Answer:
    """Make a version of the present revision."""
    machine = registry.unqualified(house, params["stateMachineArn"])
    number = 0

    def edit(found: Machine) -> Machine:
        nonlocal number
        wanted, present = params.get("revisionId"), found["configuration"]["revision"] or _INITIAL
        if wanted is not None and wanted != present:
            raise ServiceError(
                "ConflictException",
                f"Failed to publish the State Machine version for revision {wanted}. "
                f"The current State Machine revision is {present}.",
            )
        found, number = publish(found, params.get("description"), house.now())
        return found

    machine = registry.change_active(house, machine["arn"], machine["name"], edit)
    created = machine["versions"][str(number)]["created"]
    return {"creationDate": seconds(created), "stateMachineVersionArn": version_arn(machine, number)}


def list_state_machine_versions(house: House, params: Params) -> Answer:
    """The versions of a machine, the newest first; none if there is no such machine."""
    arn = parse(params["stateMachineArn"], STATE_MACHINE)
    found = registry.document(house, registry.MACHINE, arn.name) if _is_unqualified(house, arn) else None
    numbers = [] if found is None else [int(number) for number in found.body["versions"]]
    shown, more = page("ListStateMachineVersions", params, house.now(), numbers, lambda number: -number)
    items = [
        {
            "stateMachineVersionArn": f"{arn.text}:{number}",
            "creationDate": seconds(found.body["versions"][str(number)]["created"]),
        }
        for number in shown
        if found is not None
    ]
    return {"stateMachineVersions": items, **more}


def delete_state_machine_version(house: House, params: Params) -> Answer:
    """Remove a version; no matter if there is none. Executions that it started go on."""
    arn = parse(params["stateMachineVersionArn"], STATE_MACHINE)
    number = arn.version
    if number is None:
        raise invalid_arn(f"Resource type not valid in this context: {arn.kind}")

    def edit(machine: Machine) -> Machine:
        if str(number) not in machine["versions"]:
            return machine
        aliases = [
            name
            for name, alias in machine["aliases"].items()
            if any(version == number for version, _ in alias["routes"])
        ]
        if aliases:
            raise ServiceError(
                "ConflictException",
                "Version to be deleted must not be referenced by an alias. "
                f"Current list of aliases referencing this version: [{', '.join(aliases)}]",
            )
        versions = {known: version for known, version in machine["versions"].items() if known != str(number)}
        return {**machine, "versions": versions}

    if house.is_here(arn):
        registry.change(house, arn.name, edit)
    return {}


def _is_unqualified(house: House, arn: Arn) -> bool:
    return house.is_here(arn) and arn.qualifier is None and arn.label is None

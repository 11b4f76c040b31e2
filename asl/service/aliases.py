"""Aliases: names for one version of a state machine, or for two with weights."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from asl.errors import ServiceError
from asl.service import registry
from asl.service.arns import STATE_MACHINE, Arn, invalid_arn, parse
from asl.service.house import seconds
from asl.service.paging import page
from asl.service.versions import version_arn

if TYPE_CHECKING:
    from collections.abc import Sequence

    from asl.service.house import Answer, House, Params
    from asl.service.registry import Alias, Machine

_MOST = 100
_ALL = 100  # what the weights add up to


class Routing(NamedTuple):
    """Where an alias leads."""

    machine: Arn  # of the first version
    routes: list[list[int]]  # [version, weight], as it is stored


def create_state_machine_alias(house: House, params: Params) -> Answer:
    """Create an alias. To do so once more with the same parameters changes nothing."""
    name, description = params["name"], params.get("description")
    routing = _read(params["routingConfiguration"])
    machine = _machine(house, routing.machine)

    def edit(found: Machine) -> Machine:
        _check_versions(found, routing)
        known = found["aliases"].get(name)
        if known is None:
            if len(found["aliases"]) >= _MOST:
                message = f"A state machine can have {_MOST} aliases; delete some of {found['arn']}"
                raise ServiceError("ServiceQuotaExceededException", message)
            now = house.now()
            alias = {"description": description, "routes": routing.routes, "created": now, "updated": now}
            return _with_alias(found, name, alias)
        if known["routes"] != routing.routes or known["description"] != description:
            message = "an alias with the same name and a different routing configuration already exists."
            raise ServiceError("ConflictException", f"Failed to create alias because {message}")
        return found

    machine = registry.change_active(house, machine["arn"], machine["name"], edit)
    created = machine["aliases"][name]["created"]
    return {"stateMachineAliasArn": version_arn(machine, name), "creationDate": seconds(created)}


def update_state_machine_alias(house: House, params: Params) -> Answer:
    """Change the description or the routing of an alias."""
    arn = _alias_arn(params)
    if not params.keys() & {"description", "routingConfiguration"}:
        message = "Either the description or the routingConfiguration must be specified"
        raise ServiceError("ValidationException", message, "MISSING_REQUIRED_PARAMETER")
    routing = _read(params["routingConfiguration"]) if "routingConfiguration" in params else None
    if routing is not None and routing.machine.unqualified != arn.unqualified:
        raise _not_versions(params["routingConfiguration"])
    now = house.now()

    def edit(found: Machine) -> Machine:
        known = _alias(found, arn)
        alias: dict[str, Any] = {**known, "updated": now}
        if "description" in params:
            alias["description"] = params["description"] or None
        if routing is not None:
            _check_versions(found, routing)
            alias["routes"] = routing.routes
        return _with_alias(found, str(arn.qualifier), alias)

    machine = _machine(house, arn)
    registry.change_active(house, machine["arn"], machine["name"], edit)
    return {"updateDate": seconds(now)}


def describe_state_machine_alias(house: House, params: Params) -> Answer:
    """An alias and where it leads."""
    arn = _alias_arn(params)
    machine = _machine(house, arn)
    alias = _alias(machine, arn)
    return {
        "stateMachineAliasArn": arn.text,
        "name": arn.qualifier,
        **({} if alias["description"] is None else {"description": alias["description"]}),
        "routingConfiguration": [
            {"stateMachineVersionArn": version_arn(machine, version), "weight": weight}
            for version, weight in alias["routes"]
        ],
        "creationDate": seconds(alias["created"]),
        "updateDate": seconds(alias["updated"]),
    }


def list_state_machine_aliases(house: House, params: Params) -> Answer:
    """The aliases of a machine, or those that lead to one of its versions, the oldest first."""
    found = registry.resolve(house, params["stateMachineArn"])
    machine = found.machine
    names = [
        name
        for name, alias in machine["aliases"].items()
        if found.version is None or any(version == found.version for version, _ in alias["routes"])
    ]
    shown, more = page(
        "ListStateMachineAliases",
        params,
        house.now(),
        names,
        lambda name: [machine["aliases"][name]["created"], name],
    )
    items = [
        {
            "stateMachineAliasArn": version_arn(machine, name),
            "creationDate": seconds(machine["aliases"][name]["created"]),
        }
        for name in shown
    ]
    return {"stateMachineAliases": items, **more}


def delete_state_machine_alias(house: House, params: Params) -> Answer:
    """Remove an alias; no matter if there is none. Executions that it started go on."""
    arn = _alias_arn(params)

    def edit(machine: Machine) -> Machine:
        if arn.qualifier not in machine["aliases"]:
            return machine
        aliases = {name: alias for name, alias in machine["aliases"].items() if name != arn.qualifier}
        return {**machine, "aliases": aliases}

    if house.is_here(arn):
        registry.change(house, arn.name, edit)
    return {}


def choose(alias: Alias, draw: float) -> int:
    """The version that a start through an alias gets; ``draw`` is from 0 up to 1."""
    point = draw * _ALL
    for version, weight in alias["routes"]:
        if point < weight:
            return version
        point -= weight
    return alias["routes"][-1][0]


def _read(routing: Sequence[dict[str, Any]]) -> Routing:
    """Check a routing configuration as far as it can be without the machine. Raises ServiceError."""
    arns = [parse(route["stateMachineVersionArn"], STATE_MACHINE) for route in routing]
    if any(arn.version is None for arn in arns):
        raise _not_versions(routing)
    received = ", ".join(arn.text for arn in arns)
    if len({arn.text for arn in arns}) < len(arns):
        raise _invalid(
            f"Routing configuration must contain distinct state machine version ARNs. Received: [{received}]"
        )
    if len({arn.unqualified for arn in arns}) > 1:
        raise _invalid(f"Routing configuration must contain versions of the same state machine. Received: [{received}]")
    weights = [route["weight"] for route in routing]
    if sum(weights) != _ALL:
        raise _invalid(f"Sum of routing configuration weights must equal {_ALL}. Received: {weights}")
    return Routing(arns[0], [[arn.version or 0, weight] for arn, weight in zip(arns, weights, strict=True)])


def _not_versions(routing: Sequence[dict[str, Any]]) -> ServiceError:
    received = ", ".join(route["stateMachineVersionArn"] for route in routing)
    return _invalid(f"Routing configuration must contain state machine version ARNs. Received: [{received}]")


def _invalid(message: str) -> ServiceError:
    return ServiceError("ValidationException", message, "INVALID_ROUTING_CONFIGURATION")


def _alias_arn(params: Params) -> Arn:
    arn = parse(params["stateMachineAliasArn"], STATE_MACHINE)
    if arn.qualifier is None or arn.version is not None:
        raise invalid_arn(f"Resource type not valid in this context: {arn.kind}")
    return arn


def _machine(house: House, arn: Arn) -> Machine:
    try:
        return registry.machine_of(house, arn)
    except ServiceError:
        raise registry.no_such_resource() from None


def _alias(machine: Machine, arn: Arn) -> Alias:
    found = machine["aliases"].get(str(arn.qualifier))
    if found is None:
        raise registry.no_such_resource()
    return found


def _check_versions(machine: Machine, routing: Routing) -> None:
    if any(str(version) not in machine["versions"] for version, _ in routing.routes):
        raise registry.no_such_resource()


def _with_alias(machine: Machine, name: str, alias: Any) -> Machine:
    return {**machine, "aliases": {**machine["aliases"], name: alias}}

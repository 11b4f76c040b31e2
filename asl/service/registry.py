"""State machines and activities as documents of the store: their shape, reading and changing them.

All that belongs to a machine (configuration, versions, aliases, tags) is one document, so that a start costs one read,
and a change is one compare-and-set: of two that change at once the second reads anew and decides again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, TypedDict, cast

from asl.errors import ServiceError
from asl.service.arns import STATE_MACHINE, parse
from asl.stores.base import Needs

if TYPE_CHECKING:
    from collections.abc import Callable

    from asl.service.arns import Arn
    from asl.service.house import House
    from asl.stores.base import Document, Execution

#: kinds of documents
MACHINE, ACTIVITY = "machine", "activity"
ACTIVE, DELETING = "ACTIVE", "DELETING"


class Configuration(TypedDict):
    """What a start takes over; a version is a frozen one."""

    definition: str  # digest
    role_arn: str
    logging: dict[str, object]
    tracing: dict[str, object]
    revision: str | None  # none until the first change
    updated: int


class Version(TypedDict):
    configuration: Configuration
    description: str | None
    created: int


class Alias(TypedDict):
    description: str | None
    routes: list[list[int]]  # [version, weight]
    created: int
    updated: int


class Machine(TypedDict):
    """The document. It is never changed in place: others may hold the same object."""

    arn: str
    name: str
    type: str
    status: str
    created: int
    configuration: Configuration
    past: list[Configuration]  # the latest before it, which executions may have been started with
    tags: dict[str, str]
    published: int  # the highest number that a version ever had
    first_description: str | None  # of version 1: creating the machine once more compares it
    versions: dict[str, Version]
    aliases: dict[str, Alias]


class Found(NamedTuple):
    """What an ARN stands for."""

    machine: Machine
    arn: Arn
    needs: Needs
    version: int | None = None
    alias: str | None = None


def does_not_exist(arn: str) -> ServiceError:
    return ServiceError("StateMachineDoesNotExist", f"State Machine Does Not Exist: '{arn}'")


def execution_does_not_exist(arn: str) -> ServiceError:
    return ServiceError("ExecutionDoesNotExist", f"Execution Does Not Exist: '{arn}'")


def being_deleted(arn: str) -> ServiceError:
    return ServiceError("StateMachineDeleting", f"State Machine is being deleted: '{arn}'")


def no_such_resource() -> ServiceError:
    return ServiceError("ResourceNotFound", "Request references a resource that does not exist.")


# -- documents ---------------------------------------------------------------------------------------------------------


def document(house: House, kind: str, name: str) -> Document | None:
    """A document as it is now; None once nothing of it is left."""
    found = house.store.document(kind, name)
    return None if found is None or _is_gone(house, found) else found


def documents(house: House, kind: str) -> list[Any]:
    """All bodies of a kind."""
    return [found.body for found in house.store.documents(kind) if not _is_gone(house, found)]


def change_document(
    house: House, kind: str, name: str, edit: Callable[[dict[str, Any]], dict[str, Any]]
) -> dict[str, Any] | None:
    """Change a document; ``edit`` makes the new body of what there is then, and may refuse by raising.

    None: there is no such document any more. A body that ``edit`` returns as it was is not written.
    """
    while True:
        found = document(house, kind, name)
        if found is None:
            return None
        body = edit(found.body)
        if body is found.body or house.store.put_document(kind, name, body, found.revision) is not None:
            return body


def _is_gone(house: House, found: Document) -> bool:
    """Whether it was a machine in deletion of which no execution runs any more: then it goes now.

    AWS removes it in the background; here whoever looks at it does.
    """
    if found.kind != MACHINE or found.body["status"] != DELETING:
        return False
    if next(iter(house.store.open_executions(found.name)), None) is not None:
        return False
    house.store.purge(house.now() + 1, machine=found.name)
    house.store.delete_document(MACHINE, found.name, found.revision)
    return True


# -- state machines ----------------------------------------------------------------------------------------------------


def machine_of(house: House, arn: Arn) -> Machine:
    """The machine of an ARN, whatever its qualifier. Raises StateMachineDoesNotExist."""
    return _read(house, arn)[0]


def _read(house: House, arn: Arn) -> tuple[Machine, Needs]:
    found = document(house, MACHINE, arn.name) if house.is_here(arn) and arn.label is None else None
    if found is None:
        raise does_not_exist(arn.text)
    return _machine(found)


def _machine(found: Document) -> tuple[Machine, Needs]:
    return cast("Machine", found.body), Needs(found.kind, found.name, found.revision)


def machine_of_execution(house: House, execution: Execution) -> tuple[Machine, Needs]:
    """The machine that an execution is one of, and what a write needs that was decided by it. Raises
    ExecutionDoesNotExist: without its machine it is gone too."""
    found = document(house, MACHINE, execution.machine)
    if found is None:
        raise execution_does_not_exist(execution.arn)
    return _machine(found)


def unqualified(house: House, text: str) -> Machine:
    """The machine that is meant by an ARN without version or alias. Raises ServiceError."""
    arn = parse(text, STATE_MACHINE)
    if arn.label is not None:
        raise ServiceError(
            "ValidationException",
            "Labeled State Machine ARNs are not supported for this API",
            "API_DOES_NOT_SUPPORT_LABELED_ARNS",
        )
    if arn.qualifier is not None:
        raise does_not_exist(text)
    return machine_of(house, arn)


def resolve(house: House, text: str) -> Found:
    """The machine, version or alias that an ARN names. Raises InvalidArn, StateMachineDoesNotExist."""
    arn = parse(text, STATE_MACHINE)
    machine, needs = _read(house, arn)
    if arn.qualifier is None:
        return Found(machine, arn, needs)
    if arn.version is not None:
        if str(arn.version) in machine["versions"]:
            return Found(machine, arn, needs, version=arn.version)
    elif arn.qualifier in machine["aliases"]:
        return Found(machine, arn, needs, alias=arn.qualifier)
    raise does_not_exist(text)


def change(house: House, name: str, edit: Callable[[Machine], Machine]) -> Machine | None:
    """Change a machine; None: there is none of this name any more."""
    untyped = cast("Callable[[dict[str, Any]], dict[str, Any]]", edit)
    return cast("Machine | None", change_document(house, MACHINE, name, untyped))


def change_active(house: House, arn: str, name: str, edit: Callable[[Machine], Machine]) -> Machine:
    """The same for a machine that must exist and not be in deletion. Raises ServiceError."""

    def guarded(found: Machine) -> Machine:
        if found["status"] == DELETING:
            raise being_deleted(arn)
        return edit(found)

    changed = change(house, name, guarded)
    if changed is None:
        raise does_not_exist(arn)
    return changed


def create(house: House, machine: Machine) -> bool:
    """Write a new machine; False if there is one of this name."""
    return house.store.put_document(MACHINE, machine["name"], machine, None) is not None

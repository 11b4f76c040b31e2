"""What somebody may have meant who names what the store doesn't have."""

from __future__ import annotations

from typing import TYPE_CHECKING

from asl_cli.stored.access import machines, pages
from asl_cli.terminal import clean

if TYPE_CHECKING:
    from collections.abc import Iterable

    from asl import Service

#: So many of the newest executions are looked at.
_NEWEST = 100


def hint(service: Service, arn: str) -> str:
    """``did you mean order?`` for an ARN of nothing that there is; "" if nothing is near."""
    kind, name, *rest = [*arn.split(":")[5:], "", ""]
    match kind:
        case "stateMachine":
            return _near_machine(service, name, rest[0])
        case "execution":
            return near_execution(service, rest[0], name)
        case "activity":
            return _near(name, (one["name"] for one in pages(service.list_activities, "activities")))
    return ""


def near_execution(service: Service, name: str, machine: str | None = None) -> str:
    """The same for an execution of this machine, or of any."""
    if machine is None:
        return _near(name, (execution.name for execution in service.store.executions(limit=_NEWEST)))
    names = [one["name"] for one in machines(service)]
    if machine not in names:
        return _near(machine, names, after=f":{name}")
    newest = service.store.executions(machine, limit=_NEWEST)
    return _near(name, (execution.name for execution in newest), f"{machine}:")


def _near_machine(service: Service, name: str, qualifier: str) -> str:
    arns = {one["name"]: one["stateMachineArn"] for one in machines(service)}
    if name not in arns or not qualifier:
        return _near(name, arns)
    if qualifier.isdecimal():
        versions = service.list_state_machine_versions(stateMachineArn=arns[name], maxResults=1)["stateMachineVersions"]
        newest = "".join(one["stateMachineVersionArn"].rpartition(":")[2] for one in versions)
        return f"its newest version is {newest}" if newest else "it has no versions"
    aliases = service.list_state_machine_aliases(stateMachineArn=arns[name])["stateMachineAliases"]
    return _near(qualifier, (one["stateMachineAliasArn"].rpartition(":")[2] for one in aliases), f"{name}:")


def _near(name: str, known: Iterable[str], before: str = "", after: str = "") -> str:
    from difflib import get_close_matches

    folded = {one.casefold(): one for one in known}
    near = get_close_matches(name.casefold(), folded, n=1)
    return f"did you mean {clean(before + folded[near[0]] + after)}?" if near else ""

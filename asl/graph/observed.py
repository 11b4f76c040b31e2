"""A definition as far as a run shows it: for a history whose state machine isn't at hand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from asl.visits import Visit

_ENDS = ("Succeed", "Fail")


def observed(visits: Sequence[Visit]) -> dict[str, Any]:
    """The states that were visited and the transitions that were taken. Not a definition that could run."""
    bodies: dict[tuple[str, int], dict[str, Any]] = {}
    latest: dict[tuple[int, int], Visit] = {}
    root = _body(bodies, ("", -1))
    for visit in visits:
        holder = visit.parent
        branch = visit.slot if holder is not None and holder.type == "Parallel" else 0 if holder is not None else -1
        body = _body(bodies, (holder.name if holder is not None else "", branch))
        body.setdefault("StartAt", visit.name)
        fields = body["States"].setdefault(visit.name, {"Type": visit.type})
        if visit.type == "Task" and visit.resource:
            fields.setdefault("Resource", visit.resource if visit.resource.startswith("arn:") else _arn(visit.resource))
        place = (holder.id if holder is not None else 0, visit.slot)
        before = latest.get(place)
        latest[place] = visit
        if before is not None:
            _lead(body["States"][before.name], before, visit.name)
    for (name, _), body in sorted(bodies.items()):
        if name:
            _put_inside(bodies, name, body)
    for body in bodies.values():
        for fields in body["States"].values():
            if "Next" not in fields and fields["Type"] not in (*_ENDS, "Choice"):
                fields["End"] = True
    return root


def _body(bodies: dict[tuple[str, int], dict[str, Any]], key: tuple[str, int]) -> dict[str, Any]:
    return bodies.setdefault(key, {"States": {}})


def _arn(resource: str) -> str:
    return f"arn:aws:states:::{resource}"


def _lead(fields: dict[str, Any], before: Visit, target: str) -> None:
    if before.status == "caught":
        catchers = fields.setdefault("Catch", [])
        if all(catcher["Next"] != target for catcher in catchers):
            catchers.append({"ErrorEquals": [before.error or "?"], "Next": target})
    elif fields["Type"] == "Choice":
        rules = fields.setdefault("Choices", [])
        if all(rule["Next"] != target for rule in rules):
            rules.append({"Next": target, "Condition": "taken"})
    else:
        fields["Next"] = target


def _put_inside(bodies: dict[tuple[str, int], dict[str, Any]], name: str, body: dict[str, Any]) -> None:
    for other in bodies.values():
        holder = other["States"].get(name)
        if holder is None:
            continue
        if holder["Type"] == "Parallel":
            holder.setdefault("Branches", []).append(body)
        else:
            holder["ItemProcessor"] = body
        return

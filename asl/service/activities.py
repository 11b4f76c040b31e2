"""The register of activities."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from asl.errors import ServiceError
from asl.service import registry
from asl.service.arns import ACTIVITY, check_name, parse
from asl.service.house import check_encryption, seconds
from asl.service.paging import page
from asl.service.tags import read_tags

if TYPE_CHECKING:
    from asl.service.house import Answer, House, Params


def create_activity(house: House, params: Params) -> Answer:
    """Register an activity. One that is there already stays as it is."""
    name = params["name"]
    check_name(name)
    check_encryption(params)
    tags = read_tags(params.get("tags"))
    body = {"arn": house.arn(ACTIVITY, name), "name": name, "created": house.now(), "tags": tags}
    while house.store.put_document(registry.ACTIVITY, name, body, None) is None:
        found = house.store.document(registry.ACTIVITY, name)
        if found is not None:
            body = found.body
            break
    return {"activityArn": body["arn"], "creationDate": seconds(body["created"])}


def describe_activity(house: House, params: Params) -> Answer:
    """What is registered of an activity."""
    body = find_activity(house, params["activityArn"])
    return {
        "activityArn": body["arn"],
        "name": body["name"],
        "creationDate": seconds(body["created"]),
        "encryptionConfiguration": {"type": "AWS_OWNED_KEY"},
    }


def list_activities(house: House, params: Params) -> Answer:
    """All activities, the oldest first."""
    shown, more = page(
        "ListActivities",
        params,
        house.now(),
        registry.documents(house, registry.ACTIVITY),
        lambda body: [body["created"], body["name"]],
    )
    items = [
        {"activityArn": body["arn"], "name": body["name"], "creationDate": seconds(body["created"])} for body in shown
    ]
    return {"activities": items, **more}


def delete_activity(house: House, params: Params) -> Answer:
    """Remove an activity; no matter if there is none."""
    arn = parse(params["activityArn"], ACTIVITY)
    while house.is_here(arn):
        found = house.store.document(registry.ACTIVITY, arn.name)
        if found is None or house.store.delete_document(registry.ACTIVITY, arn.name, found.revision):
            break
    return {}


def find_activity(house: House, text: str) -> dict[str, Any]:
    """What is registered under an ARN. Raises InvalidArn, ActivityDoesNotExist."""
    arn = parse(text, ACTIVITY)
    found = registry.document(house, registry.ACTIVITY, arn.name) if house.is_here(arn) else None
    if found is None:
        raise ServiceError("ActivityDoesNotExist", f"Activity Does Not Exist: '{text}'")
    body: dict[str, Any] = found.body
    return body


def activity_exists(house: House, arn: str) -> bool:
    """Whether an activity is registered under this ARN."""
    found = house.store.document(registry.ACTIVITY, arn.rpartition(":")[2])
    return found is not None and found.body["arn"] == arn

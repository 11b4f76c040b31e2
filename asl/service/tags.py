"""Tags of state machines and activities."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from asl.errors import ServiceError
from asl.service import registry
from asl.service.arns import ACTIVITY, STATE_MACHINE, parse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from asl.service.house import Answer, House, Params

_MOST = 50
#: Letters and digits of any script, blanks, and these.
_CHARACTERS = re.compile(r"[\w\s.:/=+\-@]*")
_KINDS = {STATE_MACHINE: registry.MACHINE, ACTIVITY: registry.ACTIVITY}


def read_tags(given: Iterable[Mapping[str, str]] | None) -> dict[str, str]:
    """Tags of a request by key; of two with the same key the last counts. Raises ServiceError."""
    found: dict[str, str] = {}
    for tag in given or ():
        if "key" not in tag:
            raise ServiceError("ValidationException", "A tag must have a key")
        if tag["key"].lower().startswith("aws:"):
            raise ServiceError("AccessDeniedException", "Tag keys that start with 'aws:' are reserved")
        for text in tag.values():
            if not _CHARACTERS.fullmatch(text):
                raise ServiceError(
                    "ValidationException",
                    f"'{text}' can't be in a tag; use letters, digits, blanks and _ . : / = + - @",
                )
        found[tag["key"]] = tag.get("value", "")
    _check_number(found, "this request")
    return found


def tag_resource(house: House, params: Params) -> Answer:
    """Add tags, or change their values."""
    more = read_tags(params["tags"])

    def edit(tags: dict[str, str]) -> dict[str, str]:
        merged = {**tags, **more}
        _check_number(merged, params["resourceArn"])
        return merged

    _change(house, params["resourceArn"], edit)
    return {}


def untag_resource(house: House, params: Params) -> Answer:
    """Remove tags; those that aren't there are no matter."""
    gone = set(params["tagKeys"])
    _change(house, params["resourceArn"], lambda tags: {key: tags[key] for key in tags if key not in gone})
    return {}


def list_tags_for_resource(house: House, params: Params) -> Answer:
    """All tags of a resource. Versions and aliases have none."""
    arn = parse(params["resourceArn"], *_KINDS)
    found = registry.document(house, _KINDS[arn.kind], arn.name) if house.is_here(arn) else None
    if found is None:
        raise _not_found(arn.text)
    tags = {} if arn.text != found.body["arn"] else found.body["tags"]
    return {"tags": [{"key": key, "value": value} for key, value in tags.items()]}


def _change(house: House, text: str, edit: Callable[[dict[str, str]], dict[str, str]]) -> None:
    arn = parse(text, *_KINDS)

    def change(body: dict[str, Any]) -> dict[str, Any]:
        if body["arn"] != text:
            raise _not_found(text)
        tags = edit(body["tags"])
        return body if tags == body["tags"] else {**body, "tags": tags}

    if registry.change_document(house, _KINDS[arn.kind], arn.name, change) is None:
        raise _not_found(text)


def _check_number(tags: Mapping[str, str], where: str) -> None:
    if len(tags) > _MOST:
        raise ServiceError("TooManyTags", f"A resource can have {_MOST} tags; {where} would have {len(tags)}")


def _not_found(text: str) -> ServiceError:
    return ServiceError("ResourceNotFound", f"Resource not found: '{text}'")

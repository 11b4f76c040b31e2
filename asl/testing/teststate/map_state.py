"""What TestState does for Map states besides running them: data of an ItemReader, batches, tolerated failures.

Their processors never run here, so that a distributed one is tested like an inline one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from asl.expressions.jsonpath import compile_path
from asl.expressions.template import compile_template
from asl.jsontext import encode, size
from asl.states.jsonata import JsonataValue
from asl.states.scope import VisitScope
from asl.syntax.fields import JSONATA

if TYPE_CHECKING:
    from collections.abc import Mapping

    from asl.states.map_ import Map
    from asl.testing.teststate.probes import Seen
    from asl.testing.teststate.request import Request

#: Fields of a Map's tolerance, and the type in which AWS shows them.
_TOLERANCE = {"ToleratedFailureCount": int, "ToleratedFailurePercentage": float}


def inline(definition: dict[str, Any]) -> dict[str, Any]:
    """The definition with every processor as an inline one."""
    states = {}
    for name, fields in definition["States"].items():
        changed = dict(fields)
        for key in ("ItemProcessor", "Iterator"):
            if key in fields:
                changed[key] = {k: v for k, v in inline(fields[key]).items() if k != "ProcessorConfig"}
        if "Branches" in fields:
            changed["Branches"] = [inline(branch) for branch in fields["Branches"]]
        states[name] = changed
    return {**definition, "States": states}


def furnish(state: Map, request: Request, seen: Seen) -> None:
    """Let a Map take its items from the data of its ItemReader, put them into batches and tell its tolerance.

    To be called before probes are set.
    """
    if request.reader_data is not None:
        _read_items(state, request, seen)
    if "ItemBatcher" in request.fields:
        _batch_items(state, request, seen)
    readers = {field: _number(request, request.fields, field) for field in _TOLERANCE}
    limit = state.limit

    def limit_and_tolerance(effective: Any, scope: Any) -> int:
        found = limit(effective, scope)
        for field, read in readers.items():
            if read is not None:
                name = field[0].lower() + field[1:]
                seen[name] = _TOLERANCE[field](read(effective, scope))
        return found

    state.limit = limit_and_tolerance


def tolerated(seen: Seen, count: int) -> float:
    """How many of ``count`` iterations may fail; all of them where nothing is said (as AWS was seen doing it here)."""
    allowed = [float(count)]
    if "toleratedFailureCount" in seen:
        allowed.append(seen["toleratedFailureCount"])
    if "toleratedFailurePercentage" in seen:
        allowed.append(count * seen["toleratedFailurePercentage"] / 100)
    return min(allowed)


def _number(request: Request, fields: Mapping[str, Any], field: str) -> Any:
    """A function (effective input, scope) for a number that may be fixed, an expression or a path; None without it."""
    if f"{field}Path" in fields:
        return compile_path(fields[f"{field}Path"])
    if field not in fields:
        return None
    if request.language == JSONATA:
        return JsonataValue(fields[field], field, "number" if "Percentage" in field else "integer")
    fixed = fields[field]
    return lambda _data, _scope: fixed


def _read_items(state: Map, request: Request, seen: Seen) -> None:
    pointer = request.fields["ItemReader"].get("ReaderConfig", {}).get("ItemsPointer")
    data = request.reader_data
    if pointer is not None:
        for part in pointer.split("/")[1:]:
            key = part.replace("~1", "/").replace("~0", "~")
            data = data[int(key)] if isinstance(data, list) and key.isdecimal() else data.get(key)
        seen["afterItemsPointer"] = data
    items = list(data.items()) if isinstance(data, dict) else data
    if isinstance(data, dict):  # AWS makes items of an object's members
        items = [{"Key": key, "Value": value} for key, value in data.items()]
    state.items = lambda _data, _scope: items


def _batch_items(state: Map, request: Request, seen: Seen) -> None:
    batcher = request.fields["ItemBatcher"]
    most = _number(request, batcher, "MaxItemsPerBatch")
    largest = _number(request, batcher, "MaxInputBytesPerBatch")
    extra: Any = None
    if "BatchInput" in batcher:
        given = batcher["BatchInput"]
        extra = JsonataValue(given, "BatchInput") if request.language == JSONATA else compile_template(given)
    items, selector = state.items, state.selector
    state.selector = None

    def batches(effective: Any, scope: Any) -> list[Any]:
        found = items(effective, scope)
        seen["afterItemsPath"] = found
        if selector is not None:
            core, frame = scope._core, scope._frame  # the scope of each item is made as Map makes it
            found = [selector(effective, VisitScope(core, frame, item=pair)) for pair in enumerate(found)]
            seen["afterItemSelector"] = found
        shared = {} if extra is None else {"BatchInput": extra(effective, scope)}
        size_limit = None if largest is None else largest(effective, scope)
        groups = _grouped(found, len(found) if most is None else most(effective, scope), size_limit)
        made = [{**shared, "Items": group} for group in groups]
        seen["afterItemBatcher"] = [{**shared, "Items": [encode(item) for item in group]} for group in groups]
        return made

    state.items = batches


def _grouped(items: list[Any], most: int, largest: int | None) -> list[list[Any]]:
    groups: list[list[Any]] = []
    for item in items:
        group = groups[-1] if groups else None
        full = group is None or len(group) >= most
        if not full and largest is not None and group is not None:
            full = size(encode({"Items": [*group, item]})) > largest
        if full or group is None:
            groups.append([item])
        else:
            group.append(item)
    return groups

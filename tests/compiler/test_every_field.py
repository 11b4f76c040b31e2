"""Every field of every state type, in each query language, wrong once: it is found at the field."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

import asl
from asl.compiler.analysis import DOCUMENT_FIELDS, FIELDS
from asl.states.map_ import (
    ITEM_BATCHER_FIELDS,
    ITEM_READER_FIELDS,
    PROCESSOR_CONFIG_FIELDS,
    PROCESSOR_FIELDS,
    READER_CONFIG_FIELDS,
    RESULT_WRITER_FIELDS,
    WRITER_CONFIG_FIELDS,
)
from asl.states.parallel import BRANCH_FIELDS
from asl.states.retry_catch import CATCHER_FIELDS, RETRIER_FIELDS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from asl.syntax.fields import Field, Table

#: a value that a field of this kind can't have
WRONG: dict[str, Any] = {
    "text": 7,
    "boolean": "yes",
    "integer": 1.5,
    "number": [],
    "keyword": "nonsense",
    "timestamp": "tomorrow",
    "path": "no path",
    "reference path": "$.a[*]",
    "path or intrinsic": "States.Nope()",
    "array": {},
    "object": [],
}
LANGUAGES = ("JSONPath", "JSONata")


def wrong_value(field: Field, language: str) -> Any:
    if field.kind == "template":
        return 7 if field.table is not None else ({"a.$": 1} if language == "JSONPath" else "{% ( %}")
    if field.kind == "anything":
        return None
    return WRONG[field.kind]


def fields_of(table: Table) -> Iterator[tuple[str, str]]:
    """(field, language) wherever something can be wrong; Result may be anything."""
    for name, field in table.fields.items():
        for language in LANGUAGES:
            in_this = field.only in (None, language)
            if not in_this or field.kind != "anything":
                yield name, language


def found_at(definition: dict[str, Any]) -> set[str]:
    return {finding.pointer for finding in asl.validate(json.dumps(definition)) if finding.severity == "error"}


def assert_found(state: dict[str, Any], place: str, language: str) -> None:
    definition = {"StartAt": "S", "QueryLanguage": language, "States": {"S": state}}
    pointer = f"/States/S{place}"
    found = found_at(definition)
    assert any(one == pointer or one.startswith(f"{pointer}/") for one in found), found


STATE_FIELDS = [(kind, name, language) for kind, table in FIELDS.items() for name, language in fields_of(table)]


@pytest.mark.parametrize(("kind", "name", "language"), STATE_FIELDS)
def test_states(kind: str, name: str, language: str) -> None:
    state = {"Type": kind, name: wrong_value(FIELDS[kind].fields[name], language)}
    assert_found(state, f"/{name}", language)


#: the objects inside states, with the way to put one there
INNER: dict[str, tuple[Table, Any, str]] = {
    "retrier": (RETRIER_FIELDS, lambda value: {"Type": "Task", "Retry": [value]}, "/Retry/0"),
    "catcher": (CATCHER_FIELDS, lambda value: {"Type": "Task", "Catch": [value]}, "/Catch/0"),
    "branch": (BRANCH_FIELDS, lambda value: {"Type": "Parallel", "Branches": [value]}, "/Branches/0"),
    "processor": (PROCESSOR_FIELDS, lambda value: {"Type": "Map", "ItemProcessor": value}, "/ItemProcessor"),
    "processor config": (
        PROCESSOR_CONFIG_FIELDS,
        lambda value: {"Type": "Map", "ItemProcessor": {"ProcessorConfig": value}},
        "/ItemProcessor/ProcessorConfig",
    ),
    "reader": (ITEM_READER_FIELDS, lambda value: {"Type": "Map", "ItemReader": value}, "/ItemReader"),
    "reader config": (
        READER_CONFIG_FIELDS,
        lambda value: {"Type": "Map", "ItemReader": {"ReaderConfig": value}},
        "/ItemReader/ReaderConfig",
    ),
    "batcher": (ITEM_BATCHER_FIELDS, lambda value: {"Type": "Map", "ItemBatcher": value}, "/ItemBatcher"),
    "writer": (RESULT_WRITER_FIELDS, lambda value: {"Type": "Map", "ResultWriter": value}, "/ResultWriter"),
    "writer config": (
        WRITER_CONFIG_FIELDS,
        lambda value: {"Type": "Map", "ResultWriter": {"WriterConfig": value}},
        "/ResultWriter/WriterConfig",
    ),
}
INNER_FIELDS = [(what, name, language) for what, (table, _, _) in INNER.items() for name, language in fields_of(table)]


@pytest.mark.parametrize(("what", "name", "language"), INNER_FIELDS)
def test_objects_in_states(what: str, name: str, language: str) -> None:
    table, around, place = INNER[what]
    assert_found(around({name: wrong_value(table.fields[name], language)}), f"{place}/{name}", language)


@pytest.mark.parametrize("name", DOCUMENT_FIELDS.fields)
def test_the_document(name: str) -> None:
    definition = {"StartAt": "S", "States": {"S": {"Type": "Fail"}}, name: WRONG[DOCUMENT_FIELDS.fields[name].kind]}
    assert f"/{name}" in found_at(definition)

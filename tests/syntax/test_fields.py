"""The vocabulary and its checker, apart from any state."""

from __future__ import annotations

from typing import Any

import pytest

from asl.syntax import fields
from asl.syntax.checker import check, is_jsonata, is_timestamp
from asl.syntax.diagnostics import Findings
from asl.syntax.fields import EXPRESSION_CHECKS, JSONATA, JSONPATH, Complaint, Reading, Table
from asl.syntax.source import Source


def found(table: Table, value: dict[str, Any], language: fields.Language = JSONPATH) -> list[str]:
    findings = Findings(Source.from_value(value))
    check(value, table, language, "", findings)
    return [f"{finding.rule} {finding.pointer}" for finding in findings.in_order()]


def test_at_least_one() -> None:
    table = Table({"a": fields.integer(0), "b": fields.path()}, at_least_one=(("a", "b"),))
    assert found(table, {}) == ["ASL209 "]
    assert found(table, {"b": "$.x"}) == []


def test_needs() -> None:
    table = Table({"a": fields.anything(), "b": fields.anything()}, needs={"a": "b"})
    assert found(table, {"a": 1}) == ["ASL216 /a"]
    assert found(table, {"b": 1}) == []


def test_open_tables_take_anything() -> None:
    assert found(Table({}, is_open=True), {"x": 1}) == []


@pytest.mark.parametrize(
    ("value", "wrong"),
    [(0, False), (1, False), (2, True), (-1, True), (0.0, True), (False, True), ("0", True), (None, True)],
)
def test_integers(value: Any, wrong: bool) -> None:
    assert bool(found(Table({"n": fields.integer(0, 1)}), {"n": value})) is wrong


def test_an_expression_is_accepted_where_the_table_says_so() -> None:
    table = Table({"n": fields.integer(0, 1, expression=True), "m": fields.integer(0, 1)})
    assert found(table, {"n": "{% 1 %}", "m": "{% 1 %}"}, JSONATA) == ["ASL204 /m"]
    assert found(table, {"n": "{% 1 %}"}, JSONPATH) == ["ASL204 /n"]


def test_the_checks_of_expressions_can_be_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(EXPRESSION_CHECKS, "template", lambda _: Reading((Complaint("/a/0", "no"),)))
    table = Table({"t": fields.template_object()})
    assert found(table, {"t": {"a": [1]}}) == ["ASL403 /t/a/0"]


@pytest.mark.parametrize("text", ["{% x %}", "{%%}", "{% %}"])
def test_jsonata(text: str) -> None:
    assert is_jsonata(text)


@pytest.mark.parametrize("text", ["{%}", " {% x %}", "{% x %} ", "x", "", 1, None])
def test_not_jsonata(text: object) -> None:
    assert not is_jsonata(text)


@pytest.mark.parametrize("text", ["2016-03-14T01:59:00Z", "2000-02-29T23:59:59.9+18:00", "0000-01-01T00:00:00-17:59"])
def test_timestamps(text: str) -> None:
    assert is_timestamp(text)


@pytest.mark.parametrize(
    "text",
    [
        "2016-03-14T01:59Z",
        "2016-03-14T01:59:60Z",
        "2016-04-31T00:00:00Z",
        "2016-00-01T00:00:00Z",
        "2016-01-01T00:00:00+19:00",
        "2016-03-14T01:59:00z",
        "２016-03-14T01:59:00Z",
        "2016-03-14T01:59:00Z\n",
    ],
)
def test_no_timestamps(text: str) -> None:
    assert not is_timestamp(text)

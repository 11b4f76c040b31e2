"""The language: every row of the tables, and what is known to be wrong."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.expressions.jsonata_rows import evaluate, expected, known_wrong, rows

ROWS = rows()


@pytest.mark.parametrize(("name", "row"), ROWS, ids=[name for name, _ in ROWS])
def test_row(name: str, row: dict[str, Any]) -> None:
    answer = evaluate(row["expression"])
    assert _exact(answer) == _exact(expected(row))


@pytest.mark.parametrize("row", known_wrong(), ids=lambda row: row["expression"])
def test_known_wrong_is_still_wrong(row: dict[str, Any]) -> None:
    assert row["reason"]
    assert _exact(evaluate(row["expression"])) != _exact(expected(row)), "mended: move the row to a table"


def test_no_row_is_written_twice() -> None:
    expressions = [row["expression"] for _, row in ROWS]
    assert len(expressions) == len(set(expressions))


def _exact(value: Any) -> str:
    """JSON text tells 1 from true and 1.0 from 1; engine types would not be encoded by name."""
    if isinstance(value, dict):
        return json.dumps({key: _typed(member) for key, member in value.items()}, sort_keys=True)
    return json.dumps(_typed(value))


def _typed(value: Any) -> Any:
    if isinstance(value, dict):
        assert type(value) is dict
        return {key: _typed(member) for key, member in value.items()}
    if isinstance(value, list):
        assert type(value) is list
        return [_typed(member) for member in value]
    assert type(value) in (str, int, float, bool, type(None))
    return value

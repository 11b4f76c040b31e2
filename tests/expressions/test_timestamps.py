"""Timestamps: the strict form, and the instants that they name."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asl.expressions.timestamps import parse_instant, parse_timestamp


@pytest.mark.parametrize(
    ("text", "milliseconds"),
    [
        ("1970-01-01T00:00:00Z", 0),
        ("1970-01-01T00:00:01.5Z", 1500),
        ("1970-01-01T02:00:00+02:00", 0),
        ("1969-12-31T16:00:00-08:00", 0),
        ("1969-12-31T23:59:59.999Z", -1),
        ("1970-01-01T00:00:00.123456789Z", 123),
        ("2016-02-29T00:00:00-00:00", 1456704000000),
    ],
)
def test_timestamp(text: str, milliseconds: int) -> None:
    assert parse_timestamp(text) == milliseconds


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2016-03-14",
        "2016-03-14 01:59:00Z",
        "2016-03-14t01:59:00Z",
        "2016-03-14T01:59:00z",
        "2016-03-14T01:59:00",
        "2016-03-14T01:59Z",
        "2016-13-14T01:59:00Z",
        "2016-02-30T01:59:00Z",
        "2015-02-29T01:59:00Z",
        "2016-03-14T24:00:00Z",
        "2016-03-14T01:60:00Z",
        "2016-03-14T01:59:60Z",
        "2016-03-14T01:59:00+0200",
        "2016-03-14T01:59:00+24:00",
        "2016-03-14T01:59:00+02:60",
        "2016-03-14T01:59:00.Z",
        "2016-03-14T01:59:00.1234567890Z",
        " 2016-03-14T01:59:00Z",
        "2016-03-14T01:59:00Z\n",
        "0000-01-01T00:00:00Z",
        "２016-03-14T01:59:00Z",
        5,
        None,
    ],
)
def test_no_timestamp(text: Any) -> None:
    assert parse_timestamp(text) is None


@given(
    st.datetimes(min_value=datetime(2, 1, 1), max_value=datetime(9998, 12, 31)),
    st.integers(-23 * 60 - 59, 23 * 60 + 59),
)
def test_agrees_with_the_standard_library(moment: datetime, offset: int) -> None:
    zoned = moment.replace(tzinfo=timezone(timedelta(minutes=offset)))
    microseconds = (zoned - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)
    assert parse_instant(zoned.isoformat()) == microseconds * 1000

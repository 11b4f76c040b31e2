"""One spelling of JSON, AWS's sizes, and one line about what can't be read or written."""

from __future__ import annotations

import json
import math
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asl import jsontext
from asl.jsontext import PAYLOAD_LIMIT, NotJSON, decode, encode, round_trip, size, too_large

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


@given(VALUES)
def test_what_is_written_can_be_read(value: Any) -> None:
    text = encode(value)
    assert decode(text) == value
    assert text == json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    assert encode(decode(text)) == text


@given(st.text())
def test_size_is_in_bytes_of_utf_8(text: str) -> None:
    assert size(text) == len(text.encode("utf-8", "surrogatepass"))


@pytest.mark.parametrize("unit", ["x", "é", "€", "\U0001f600"])
def test_the_limit_itself_is_allowed(unit: str) -> None:
    width = len(unit.encode())
    exactly = unit * (PAYLOAD_LIMIT // width) + "x" * (PAYLOAD_LIMIT % width)
    assert not too_large(exactly)
    assert too_large(exactly + "x")


def test_a_limit_of_one_s_own() -> None:
    assert not too_large("abc", 3)
    assert too_large("abcd", 3)


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        (math.nan, "NaN and Infinity are not JSON"),
        (-math.inf, "NaN and Infinity are not JSON"),
        (object, "a value of type type is not JSON: <class 'object'>"),
        ({"a": 1j}, "a value of type complex is not JSON: 1j"),
        (range(10**6), "a value of type range is not JSON: range(0, 1000000)"),
        (b"x" * 200, "a value of type bytes is not JSON: b'" + "x" * 75 + "..."),
        ({frozenset(): 1}, "keys must be str, int, float, bool or None, not frozenset"),
    ],
)
def test_what_cannot_be_written(value: Any, problem: str) -> None:
    with pytest.raises(NotJSON) as told:
        encode(value)
    assert str(told.value) == problem


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "line 1, column 1: Expecting value"),
        ('{"a":\n x}', "line 2, column 2: Expecting value"),
        ("[1] 2", "line 1, column 5: Extra data"),
        ("NaN", "NaN is not JSON"),
        ("[-Infinity]", "-Infinity is not JSON"),
        ("[" * 100_000, "nested too deeply"),
        ("1" * 5000, "Exceeds the limit"),
        ("'a'", "line 1, column 1: Expecting value"),
    ],
)
def test_what_cannot_be_read(text: str, problem: str) -> None:
    with pytest.raises(NotJSON) as told:
        decode(text)
    assert str(told.value).startswith(problem)
    assert "\n" not in str(told.value)


def test_without_the_accelerator_texts_are_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    from asl import jsontext

    monkeypatch.setattr(jsontext._encoder, "c_make_encoder", None)
    plain = jsontext._make_chunks()
    value = {"é": [1, 2.5, None, True, {"x": "\u2028"}], "1": {}}
    assert "".join(plain(value, 0)) == encode(value)
    with pytest.raises(NotJSON, match="a value of type set is not JSON"):
        "".join(plain({1}, 0))


@given(
    st.recursive(
        st.text("[{]}a", max_size=4),
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text("[{", max_size=2), inner, max_size=3),
        max_leaves=40,
    ),
    st.integers(1, 9),
)
def test_how_deep_a_value_may_be_nested(value: Any, levels: int) -> None:
    def depth(value: Any) -> int:
        members = value.values() if isinstance(value, dict) else value if isinstance(value, list) else None
        return 0 if members is None else 1 + max(map(depth, members), default=0)

    with patch.object(jsontext, "LEVELS", levels), patch.object(jsontext, "SHALLOW", 2 * levels):
        if depth(value) > levels:
            with pytest.raises(NotJSON, match=f"nested more than {levels} levels deep"):
                round_trip(value)
        else:
            assert round_trip(value) == (value, encode(value))

"""Where a character of a string's value stands in its text."""

from __future__ import annotations

import json

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from asl.syntax.strings import offset_in_string


@pytest.mark.parametrize(
    ("text", "index", "offset"),
    [
        ('"abc"', 0, 1),
        ('"abc"', 2, 3),
        ('"abc"', 9, 4),
        (r'"a\nb"', 2, 4),
        (r'"\u00e9b"', 1, 7),
        (r'"\ud83d\ude00b"', 1, 13),
        ("'it''s'", 3, 5),
        ("plain text", 6, 6),
        ("!Sub 'x'", 0, 6),
        ("&a |\n  one\n  two\n", 4, 13),
        (">-\n  one\n  two\n", 4, 11),
        ("|2\n    x\n", 2, 7),
        ('"a\\\n   b"', 1, 7),
        ('"a\n   b"', 2, 6),
    ],
)
def test_places(text: str, index: int, offset: int) -> None:
    assert offset_in_string(text, 0, index) == offset


@given(st.text(min_size=1), st.data())
def test_every_character_of_json(value: str, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(value) - 1))
    text = json.dumps(value)
    begin, end = offset_in_string(text, 0, index), offset_in_string(text, 0, index + 1)
    assert json.loads(f'"{text[begin:end]}"') == value[index]


@given(st.lists(st.text("abc {%$", min_size=1).filter(lambda line: line.strip() == line), min_size=1))
def test_every_character_of_a_literal_block(lines: list[str]) -> None:
    value = "\n".join(lines) + "\n"
    text = "k: |\n" + "".join(f"    {line}\n" for line in lines)
    assert yaml.safe_load(text)["k"] == value
    for index, character in enumerate(value):
        assert text[offset_in_string(text, 3, index)] == character

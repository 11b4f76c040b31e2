"""What is written to people: lengths of time, safe text, JSON that any stream can take."""

from __future__ import annotations

import io
import json

import pytest
from asl_cli.terminal import clean, clean_lines, duration, shorten, write_json
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize(
    ("milliseconds", "told"),
    [
        (0, "0 ms"),
        (999, "999 ms"),
        (1000, "1 s"),
        (2345, "2.3 s"),
        (59_949, "59.9 s"),
        (59_999, "1 min"),
        (60_000, "1 min"),
        (80_400, "1 min 20 s"),
        (3_600_000, "1 h"),
        (11_100_000, "3 h 5 min"),
        (86_400_000, "1 d"),
        (31_536_000_000, "365 d"),
        (100_800_000, "1 d 4 h"),
    ],
)
def test_duration(milliseconds: int, told: str) -> None:
    assert duration(milliseconds) == told


@given(st.text())
def test_clean_text_is_one_line_without_control_characters(text: str) -> None:
    assert not any(ord(char) < 32 or 127 <= ord(char) < 160 for char in clean(text))


@given(st.text())
def test_clean_lines_keep_lines_and_tabs_alone(text: str) -> None:
    lines = clean_lines(text)
    assert not any((ord(char) < 32 and char != "\t") or 127 <= ord(char) < 160 for line in lines for char in line)
    assert len(lines) == text.replace("\r\n", "\n").count("\n") + 1


@pytest.mark.parametrize(
    ("text", "told"),
    [("short", "short"), ("exactly 10", "exactly 10"), ("more than 10", "more than…"), ("a\nb", "a b")],
)
def test_shorten(text: str, told: str) -> None:
    assert shorten(text, 10) == told


@pytest.mark.parametrize("encoding", ["utf-8", "ascii", "latin-1"])
@given(value=st.text())
def test_json_survives_any_encoding(encoding: str, value: str) -> None:
    data = io.BytesIO()
    stream = io.TextIOWrapper(data, encoding=encoding, newline="")
    write_json(stream, json.dumps(value, ensure_ascii=False))
    stream.flush()
    assert json.loads(data.getvalue().decode(encoding)) == value


def test_a_lone_surrogate_is_written_as_json_escape() -> None:
    stream = io.TextIOWrapper(data := io.BytesIO(), encoding="utf-8")
    write_json(stream, '"é\ud800"')
    stream.flush()
    assert json.loads(data.getvalue()) == "é\ud800"

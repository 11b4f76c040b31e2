"""Task tokens: they say where their task waits, and can't be made without the seed."""

from __future__ import annotations

from binascii import a2b_base64, b2a_base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asl.kernel.tokens import Place, make, read

PLACES = st.builds(
    Place,
    st.text("0123456789", max_size=19),
    st.from_regex(r"0(/[1-9]\.[0-9]{1,3}){0,3}", fullmatch=True),
    st.integers(0, 10**6),
)


@given(st.text(max_size=20), PLACES)
def test_a_token_says_where_its_task_waits(seed: str, place: Place) -> None:
    token = make(seed, place)
    assert read(token) == place
    assert len(token) <= 2048
    assert token == make(seed, place)


@given(st.text(max_size=20), st.text(max_size=20), PLACES, PLACES)
def test_another_seed_or_place_is_another_token(seed: str, other: str, place: Place, elsewhere: Place) -> None:
    assert (make(seed, place) == make(other, elsewhere)) == ((seed, place) == (other, elsewhere))


@given(PLACES, PLACES)
def test_a_code_is_worth_nothing_elsewhere(place: Place, elsewhere: Place) -> None:
    """Whoever has one token can't make another of it."""
    code = a2b_base64(make("seed", place))[:48]
    forged = b2a_base64(code + "\n".join(map(str, elsewhere)).encode(), newline=False).decode()
    assert (forged == make("seed", elsewhere)) == (place == elsewhere)


@pytest.mark.parametrize(
    "text",
    ["", "no token", "AAAA", "é", "AA\nAA", b2a_base64(b"x" * 48 + b"1\n0").decode().strip(),
     b2a_base64(b"x" * 48 + b"1\n0\nmany").decode().strip(), b2a_base64(b"x" * 48 + b"\xff\n0\n1").decode().strip()],
)  # fmt: skip
def test_what_is_no_token(text: str) -> None:
    assert read(text) is None


@given(st.text(max_size=300))
def test_no_text_is_too_strange(text: str) -> None:
    place = read(text)
    assert place is None or make("seed", place) != text

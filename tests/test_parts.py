"""A large payload is encoded by its parts; that must never show."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asl import StateMachine, jsontext
from asl.jsontext import NotJSON, encode, encode_by_parts

scalars = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()
values = st.recursive(scalars, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=20)
objects = st.dictionaries(st.text(), values | st.text(min_size=50), max_size=6)


@pytest.fixture
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let parts of a few characters count as large, so that small examples reach every branch."""
    monkeypatch.setattr(jsontext, "LARGE", 10)


@pytest.mark.usefixtures("small_parts")
@given(objects, objects)
def test_text_by_parts_is_the_text(first: dict[str, Any], changes: dict[str, Any]) -> None:
    text, parts = encode_by_parts(first, {})
    assert text == encode(first)
    changed = {**first, **changes, "kept": first}  # most members are the very same objects as before
    again, _ = encode_by_parts(changed, parts)
    assert again == encode(changed)


def test_parts_that_are_gone_are_forgotten() -> None:
    large = "x" * (jsontext.LARGE + 1)
    _, parts = encode_by_parts({"a": large, "b": 1}, {})
    assert encode(large) in [part.text for part in parts.values()]
    assert encode_by_parts({"b": 2}, parts) == ('{"b":2}', {})


@pytest.mark.parametrize("wrong", [{"a": float("nan")}, {"a": {"b": object()}}, {"a": [set()]}])
def test_what_is_not_json_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(NotJSON):
        encode_by_parts(wrong, {})


def test_names_that_are_no_text_are_left_to_the_encoder() -> None:
    assert encode_by_parts({1: "a"}, {})[0] == encode({1: "a"}) == '{"1":"a"}'  # type: ignore[dict-item]  # that is the case


def test_a_large_payload_shows_the_same_history_as_a_small_one_would(monkeypatch: pytest.MonkeyPatch) -> None:
    states: dict[str, Any] = {
        f"S{number}": {"Type": "Pass", "Result": number, "ResultPath": f"$.n{number % 3}", "Next": f"S{number + 1}"}
        for number in range(9)
    }
    machine = StateMachine({"StartAt": "S0", "States": states | {"S9": {"Type": "Succeed"}}})
    value = {"rows": [{"id": number} for number in range(2000)], "text": "y" * 5000, "n1": {"old": True}}
    by_parts = machine.run(value, clock="virtual", seed=1).history
    monkeypatch.setattr("asl.states.base.LARGE", 1 << 60)
    assert machine.run(value, clock="virtual", seed=1).history == by_parts


ITEMS = [{"id": number, "name": f"item {number}"} for number in range(200)]
LARGE_MEMBERS = st.sampled_from(
    [ITEMS, {"rows": ITEMS, "n": 1}, "x" * 5000, {str(number): number for number in range(900)}]
)
CHANGES = st.lists(
    st.tuples(st.lists(st.sampled_from("abc"), min_size=1, max_size=5), values | LARGE_MEMBERS), max_size=8
)


@given(st.dictionaries(st.sampled_from("abc"), values | LARGE_MEMBERS), CHANGES)
def test_by_parts_or_as_a_whole_the_text_is_the_same(
    value: dict[str, Any], changes: list[tuple[list[str], Any]]
) -> None:
    text, parts = encode_by_parts(value, {})
    assert text == encode(value)
    for names, new in changes:
        value = changed(value, names, new)
        text, parts = encode_by_parts(value, parts)
        assert text == encode(value)
        assert all(id(part.value) == key and encode(part.value) == part.text for key, part in parts.items())


def changed(value: Any, names: list[str], new: Any) -> Any:
    """A copy along the way, as ResultPath makes it."""
    if not names:
        return new
    own = value if isinstance(value, dict) else {}
    return {**own, names[0]: changed(own.get(names[0]), names[1:], new)}


def test_what_is_the_same_object_is_not_encoded_again(monkeypatch: pytest.MonkeyPatch) -> None:
    value = {"n": 0, "data": {"status": "new", "rows": ITEMS, "more": {"rows": list(ITEMS)}}}
    _, parts = encode_by_parts(value, {})
    steps = [
        (["n"], 1),
        (["data", "status"], "old"),
        (["n"], 2),
        (["data", "more", "x"], 3),
        (["data", "status"], "gone"),
    ]
    chunks = jsontext._chunks
    written = 0

    def counted(part: Any, level: int) -> Any:
        nonlocal written
        pieces = list(chunks(part, level))
        written += sum(map(len, pieces))
        return pieces

    monkeypatch.setattr(jsontext, "_chunks", counted)
    for names, new in steps:
        value = changed(value, names, new)
        _, parts = encode_by_parts(value, parts)
    assert written < 400, "names and small values alone"

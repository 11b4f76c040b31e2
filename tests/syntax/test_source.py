"""Reading text: values, places, and what is said about broken text."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asl.errors import DefinitionError
from asl.syntax.diagnostics import child
from asl.syntax.source import Source

if TYPE_CHECKING:
    from pathlib import Path

TEXT = """{
  "StartAt": "A",
  "States": {
    "A/b~c": { "Result": [10,
       {"é": "x"}] }
  }
}"""


@pytest.mark.parametrize(
    ("pointer", "value", "key"),
    [
        ("", (1, 1), (1, 1)),
        ("/StartAt", (2, 14), (2, 3)),
        ("/States", (3, 13), (3, 3)),
        ("/States/A~1b~0c", (4, 14), (4, 5)),
        ("/States/A~1b~0c/Result", (4, 26), (4, 16)),
        ("/States/A~1b~0c/Result/0", (4, 27), (4, 27)),
        ("/States/A~1b~0c/Result/1", (5, 8), (5, 8)),
        ("/States/A~1b~0c/Result/1/é", (5, 14), (5, 9)),
    ],
)
def test_positions(pointer: str, value: tuple[int, int], key: tuple[int, int]) -> None:
    source = Source(TEXT)
    assert source.position(pointer) == value
    assert source.position(pointer, key=True) == key


def test_a_pointer_to_nothing_stands_for_what_is_around_it() -> None:
    assert Source(TEXT).position("/States/A~1b~0c/Next/x") == (4, 14)


def test_yaml_has_the_same_tree_and_places() -> None:
    source = Source("StartAt: A\nStates:\n  A:\n    Type: Pass\n    Result: [1, {x: null}]\n", "m.yml")
    assert source.tree == {"StartAt": "A", "States": {"A": {"Type": "Pass", "Result": [1, {"x": None}]}}}
    assert source.position("/States/A") == (4, 5)
    assert source.position("/States/A", key=True) == (3, 3)
    assert source.position("/States/A/Result/1/x") == (5, 21)


@pytest.mark.parametrize(
    ("scalar", "value"),
    [
        ("1", 1),
        ("1.5", 1.5),
        ("0x10", 16),
        ("true", True),
        ("yes", True),
        ("~", None),
        ("''", ""),
        ("'1'", "1"),
        ("2016-03-14", "2016-03-14"),
        ("2016-03-14T01:59:00Z", "2016-03-14T01:59:00Z"),
        ("$.a", "$.a"),
        ("!!str 1", "1"),
        ("|\n  two\n  lines\n", "two\nlines\n"),
    ],
)
def test_yaml_scalars(scalar: str, value: object) -> None:
    tree = Source(f"a: {scalar}", "m.yaml").tree
    assert tree == {"a": value}
    assert type(tree["a"]) is type(value)


def test_yaml_merge_keeps_own_fields() -> None:
    source = Source("a: &x {p: 1, q: 2}\nb:\n  <<: *x\n  q: 3\n", "m.yaml")
    assert source.tree == {"a": {"p": 1, "q": 2}, "b": {"p": 1, "q": 3}}


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("a: &x 1\nb:\n  <<: *x\n", "ASL109 1:4"),
        ("a: &x {<<: {p: 1}}\nb: {<<: *x}\n", "ASL109 1:8"),
        ("a: !!int x\n", "ASL109 1:4"),
        ("a: !!float x\n", "ASL109 1:4"),
        ("a: !!set {x}\n", "ASL109 1:4"),
        ("a: " + "9" * 400, "ASL106 1:4"),
        ("? [x]\n: 1\n", "ASL109 1:3"),
        ("a: \x00\n", "ASL108 1:4"),
        ('a: "\\Uffffffff"\n', "ASL108 1:1"),
    ],
)
def test_what_yaml_may_not_hold(text: str, problem: str) -> None:
    (found,) = Source(text, "m.yaml").problems
    assert f"{found.rule} {found.line}:{found.column}" == problem


LEAVES = st.none() | st.booleans() | st.integers(-(10**9), 10**9) | st.text(max_size=6)
TREES = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4)
)


@given(TREES, st.sampled_from([None, 1, "\t"]))
def test_every_place_of_any_json(tree: Any, indent: int | str | None) -> None:
    text = json.dumps(tree, indent=indent)
    source = Source(text)
    assert source.tree == tree
    work: list[tuple[Any, str]] = [(tree, "")]
    while work:
        value, pointer = work.pop()
        decoded, _ = json.JSONDecoder().raw_decode(text, source.offset(pointer))
        assert decoded == value
        if isinstance(value, dict):
            for key, inner in value.items():
                below = child(pointer, key)
                assert json.JSONDecoder().raw_decode(text, source.offset(below, key=True))[0] == key
                work.append((inner, below))
        elif isinstance(value, list):
            work += [(inner, child(pointer, index)) for index, inner in enumerate(value)]


@pytest.mark.parametrize(
    ("data", "rule", "place"),
    [
        (b'{"a":\n "\xff"}', "ASL104", (2, 3)),
        ('{"a": "é"}'.encode("latin-1"), "ASL104", (1, 8)),
        ('{"a": 1}'.encode("utf-16"), "ASL104", (1, 1)),
        (b"\xef\xbb\xbf{}", "ASL105", (1, 1)),
    ],
)
def test_encodings(data: bytes, rule: str, place: tuple[int, int]) -> None:
    (problem,) = Source.from_bytes(data).problems
    assert problem.rule == rule
    assert (problem.line, problem.column) == place


def test_from_path(tmp_path: Path) -> None:
    file = tmp_path / "machine.asl.json"
    file.write_text('{"StartAt": "é"}', "utf-8")
    assert Source.from_path(file).tree == {"StartAt": "é"}
    file = tmp_path / "machine.YAML"
    file.write_text("StartAt: é", "utf-8")
    assert Source.from_path(file).tree == {"StartAt": "é"}


@pytest.mark.parametrize("name", ["missing.json", ".", "a\0b"])
def test_what_can_not_be_read(tmp_path: Path, name: str) -> None:
    with pytest.raises(DefinitionError, match="can't read"):
        Source.from_path(tmp_path / name)


def test_a_value_is_copied() -> None:
    value: dict[str, Any] = {"StartAt": ["A"]}
    source = Source.from_value(value)
    value["StartAt"].append("B")
    assert source.tree == {"StartAt": ["A"]}
    assert not source.has_positions


def test_reading_does_not_look_for_positions() -> None:
    source = Source(TEXT)
    assert source._places is None
    source.position("/States")
    assert source._places is not None


def test_windows_lines() -> None:
    source = Source('{\r\n "a": 1,\r\n "a": 2}')
    (problem,) = source.problems
    assert (problem.line, problem.column) == (3, 2)
    assert problem.snippet() == '    3 |  "a": 2}\n      |  ^'

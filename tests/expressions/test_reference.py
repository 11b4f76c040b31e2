"""Reference paths: what they refuse, and the laws of reading and writing."""

from __future__ import annotations

import copy
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from asl.expressions.reference import ReferencePath, compile_reference_path
from asl.expressions.scope import EvaluationError, ExpressionSyntaxError
from asl.jsontext import encode

if TYPE_CHECKING:
    from collections.abc import Callable

PUT = [
    ("$", {"a": 1}, 5),
    ("$.a", {"a": 1, "b": 2}, {"a": 5, "b": 2}),
    ("$.a.b.c", {}, {"a": {"b": {"c": 5}}}),
    ("$.a.b", {"a": {"c": 1}}, {"a": {"c": 1, "b": 5}}),
    ("$['a b']", {}, {"a b": 5}),
    ("$.l[0]", {"l": [1, 2]}, {"l": [5, 2]}),
    ("$.l[-1].x", {"l": [1, {}]}, {"l": [1, {"x": 5}]}),
    ("$[1]", [1, 2], [1, 5]),
]

CONFLICTS = [
    ("$.x", 4),
    ("$.x", None),
    ("$.x", [1]),
    ("$.a.b", {"a": "text"}),
    ("$.a.b", {"a": None}),
    ("$.l[2]", {"l": [1, 2]}),
    ("$.l[-3]", {"l": [1, 2]}),
    ("$.l[0]", {}),
    ("$.l[0]", {"l": {}}),
    ("$.l[0].x", {"l": []}),
]

REFUSED = ["$.a[*]", "$..a", "$.*", "$.a[0,1]", "$.a[1:]", "$.a[?(@.b)]", "$['a','b']", "$.a@b", "$.a:b", "x", "$.a["]


@pytest.mark.parametrize(("text", "document", "result"), PUT)
def test_put(text: str, document: Any, result: Any) -> None:
    before = copy.deepcopy(document)
    path = compile_reference_path(text)
    assert path.put(document, 5) == result
    assert path(result) == 5
    assert document == before


@pytest.mark.parametrize(("text", "document"), CONFLICTS)
def test_put_into_what_cannot_hold_it(text: str, document: Any) -> None:
    with pytest.raises(EvaluationError) as caught:
        compile_reference_path(text).put(document, 5)
    assert caught.value.error == "States.ReferencePathConflict"
    assert text in caught.value.cause


@pytest.mark.parametrize("text", REFUSED)
def test_only_paths_to_one_node(text: str) -> None:
    with pytest.raises(ExpressionSyntaxError):
        compile_reference_path(text)


@pytest.mark.parametrize("text", ["$['a:b,*?@']", "$.a\\:b", '$["x.y"]'])
def test_reserved_characters_may_be_quoted(text: str) -> None:
    path = compile_reference_path(text)
    assert path(path.put({}, 1)) == 1


def test_roots_that_a_field_does_not_allow() -> None:
    scope: Any = SimpleNamespace(context={"a": 1}, variables={"v": 2})
    assert compile_reference_path("$$.a")(None, scope) == 1
    assert compile_reference_path("$v").reads_scope
    with pytest.raises(ExpressionSyntaxError, match="context object"):
        compile_reference_path("$$.a", allow_context=False)
    with pytest.raises(ExpressionSyntaxError, match=r"variable \$v"):
        compile_reference_path("$v", allow_variables=False)


def test_siblings_are_shared_not_copied() -> None:
    document = {"big": [{}], "a": {"b": 1}}
    result = compile_reference_path("$.a.b").put(document, 2)
    assert result["big"] is document["big"]


leaves = st.integers() | st.text(max_size=3) | st.none()
documents = st.dictionaries(
    st.sampled_from("abcd"),
    st.recursive(leaves, lambda inner: st.dictionaries(st.sampled_from("abcd"), inner, max_size=3), max_leaves=8),
)
paths = st.lists(st.sampled_from("abcd"), min_size=1, max_size=4).map(
    lambda keys: compile_reference_path("$." + ".".join(keys))
)


def put_or_skip(path: ReferencePath, document: Any, value: Any) -> Any:
    try:
        return path.put(document, value)
    except EvaluationError:
        assume(False)


def made_disjoint(left: ReferencePath, right: ReferencePath) -> tuple[ReferencePath, ReferencePath]:
    """Both paths below different members, so that neither is on the way to the other."""
    below = [".".join(map(str, path.keys)) for path in (left, right)]
    return compile_reference_path(f"$.l.{below[0]}"), compile_reference_path(f"$.r.{below[1]}")


@given(documents, paths, leaves)
def test_put_then_get(document: Any, path: ReferencePath, value: Any) -> None:
    before = copy.deepcopy(document)
    assert path(put_or_skip(path, document, value)) == value
    assert document == before


@given(documents, paths, leaves, leaves)
def test_the_last_put_wins(document: Any, path: ReferencePath, first: Any, second: Any) -> None:
    once = put_or_skip(path, document, second)
    assert path.put(put_or_skip(path, document, first), second) == once


@given(documents, documents, paths, paths, leaves, leaves)
def test_disjoint_puts_commute(a: Any, b: Any, left: ReferencePath, right: ReferencePath, one: Any, two: Any) -> None:
    document = {"l": a, "r": b}
    left, right = made_disjoint(left, right)
    there = put_or_skip(right, put_or_skip(left, document, one), two)
    back = put_or_skip(left, put_or_skip(right, document, two), one)
    assert there == back


@given(documents, documents, paths, paths, leaves, leaves)
def test_put_leaves_other_paths_alone(
    a: Any, b: Any, here: ReferencePath, there: ReferencePath, value: Any, other: Any
) -> None:
    here, there = made_disjoint(here, there)
    document = put_or_skip(there, {"l": a, "r": b}, other)
    assert there(put_or_skip(here, document, value)) == other


@given(documents, paths, leaves)
def test_putting_back_what_is_there_changes_nothing(document: Any, path: ReferencePath, value: Any) -> None:
    document = put_or_skip(path, document, value)
    assert path.put(document, path(document)) == document


@given(documents | st.lists(leaves) | leaves, paths, leaves)
def test_the_short_way_agrees_with_the_long_one(document: Any, path: ReferencePath, value: Any) -> None:
    def tried(put: Callable[[Any, Any], Any]) -> str:
        try:
            return encode(put(document, value))  # also the order of the members
        except EvaluationError as problem:
            return repr(problem)

    assert tried(path.put) == tried(path.put_anywhere)

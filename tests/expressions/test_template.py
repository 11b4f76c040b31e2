"""Payload templates: values, sharing, the field that a missing path is blamed on, problems with their pointers."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asl.expressions.located import LocatedSyntaxError
from asl.expressions.scope import EvaluationError, PathNotFound
from asl.expressions.template import MAX_DEPTH, check_template, compile_template

DATA = {"x": 1, "y": {"z": [7, 8]}, "l": [{"v": 1}, {"v": 2}], "text": "abc"}

VALUES = [
    ({}, {}),
    ("$.x", "$.x"),
    (None, None),
    ({"a": "$.x"}, {"a": "$.x"}),
    ({"a.$": "$.x"}, {"a": 1}),
    ({"a.$": "$"}, {"a": DATA}),
    ({"a.$": "$.y.z[1]", "b": {"c.$": "$.x", "d": 1}}, {"a": 8, "b": {"c": 1, "d": 1}}),
    ({"a": [{"b.$": "$.x"}, "$.x", ["c"]]}, {"a": [{"b": 1}, "$.x", ["c"]]}),
    ({"a.$": "$.l[*].v"}, {"a": [1, 2]}),
    ({"a.$": "$.nope[*]"}, {"a": []}),
    ({"a.$": "States.MathAdd($.x, 2)", "b.$": "States.Array($.x, States.ArrayLength($.l))"}, {"a": 3, "b": [1, 2]}),
    ({"a.$": "$$.Name", "b.$": "$v.w"}, {"a": "n", "b": 9}),
    ({".$": "$.x"}, {"": 1}),
    ({"'] + [1": 1, "b\\\n'\".$": "$.x"}, {"'] + [1": 1, "b\\\n'\"": 1}),
]


def scope() -> Any:
    return SimpleNamespace(context={"Name": "n"}, variables={"v": {"w": 9}}, random=lambda: 0.5, uuid=lambda: "fixed")


@pytest.mark.parametrize(("template", "value"), VALUES)
def test_value(template: Any, value: Any) -> None:
    compiled = compile_template(template)
    assert compiled(DATA, scope()) == value
    assert list(compiled(DATA, scope()) or {}) == list(value or {})
    if compiled.reads_scope:
        assert not compiled.constant
    else:
        assert compiled(DATA) == value


@pytest.mark.parametrize(
    ("template", "constant", "reads_scope", "references"),
    [
        ({"a": {"b": "$.x"}}, True, False, ()),
        ({"a.$": "$.x", "b": [{"c.$": "$.y.z"}]}, False, False, ("$.x", "$.y.z")),
        ({"a.$": "$$.Name"}, False, True, ("$$.Name",)),
        ({"a.$": "States.Format('{}{}', $.x, States.Array($v))"}, False, True, ("$.x", "$v")),
        ({"a.$": "States.UUID()"}, False, True, ()),
        ({"a.$": "States.MathAdd(1, 2)"}, False, False, ()),
    ],
)
def test_attributes(template: Any, constant: bool, reads_scope: bool, references: tuple[str, ...]) -> None:
    compiled = compile_template(template)
    assert (compiled.constant, compiled.reads_scope, compiled.references) == (constant, reads_scope, references)


def test_literals_are_shared() -> None:
    literal = {"deep": [1, {"a": 2}]}
    compiled = compile_template({"k": literal, "a.$": "$.x"})
    assert compiled(DATA)["k"] is literal
    assert compile_template(literal)(DATA) is literal


@pytest.mark.parametrize(
    ("template", "path", "field"),
    [
        ({"value.$": "$.nope"}, "$.nope", "value.$"),
        ({"a.$": "$.x", "b": {"c.$": "$.y.nope.deep"}}, "$.y.nope.deep", "c.$"),
        ({"a": [{"d.$": "$.text[0]"}]}, "$.text[0]", "d.$"),
        ({"e.$": "States.MathAdd($.nope, 1)"}, "$.nope", "e.$"),
        ({"f.$": "$$.nope"}, "$$.nope", "f.$"),
        ({"g.$": "$w"}, "$w", "g.$"),
    ],
)
def test_missing_path_names_its_field(template: Any, path: str, field: str) -> None:
    with pytest.raises(PathNotFound) as caught:
        compile_template(template)(DATA, scope())
    assert (caught.value.path, caught.value.field) == (path, field)
    assert caught.value.error == "States.Runtime"


def test_failing_function() -> None:
    with pytest.raises(
        EvaluationError, match=r"States\.ArrayLength failed: argument 1 must be an array, but is a number"
    ):
        compile_template({"a.$": "States.ArrayLength($.x)"})(DATA)


SENTENCE = "The value for the field '{}' must be a valid JSONPath or a valid intrinsic function call"

PROBLEMS = [
    ({"a.$": "x"}, [("/a.$", SENTENCE.format("a.$"))]),
    ({"a.$": 5}, [("/a.$", SENTENCE.format("a.$"))]),
    ({"a.$": {"b": 1}}, [("/a.$", SENTENCE.format("a.$"))]),
    (
        {"a": [{"b/c.$": "$."}], "d.$": "States.Nope()"},
        [("/a/0/b~1c.$", SENTENCE.format("b/c.$")), ("/d.$", SENTENCE.format("d.$"))],
    ),
    ({"p.$": 'States.StringToJson(\'{"a": "\\""}\')'}, [("/p.$", SENTENCE.format("p.$"))]),
    ({"a": 1, "a.$": "$.x"}, [("/a.$", "The field 'a' appears twice: as 'a' and as 'a.$'")]),
]


@pytest.mark.parametrize(("template", "problems"), PROBLEMS)
def test_problems(template: Any, problems: list[tuple[str, str]]) -> None:
    assert check_template(template) == problems
    with pytest.raises(LocatedSyntaxError) as caught:
        compile_template(template)
    assert (caught.value.pointer, caught.value.message) == problems[0]


def nested(depth: int, leaf: Any) -> Any:
    for _ in range(depth):
        leaf = {"a": leaf}
    return leaf


def test_depth_is_bounded() -> None:
    assert compile_template(nested(90, {"b.$": "$.x"}))(DATA) == nested(90, {"b": 1})
    assert "nested more than" in check_template(nested(MAX_DEPTH + 1, {"b.$": "$.x"}))[0][1]
    assert check_template(nested(900, 1)) != []


def test_hints_say_more_than_aws() -> None:
    with pytest.raises(LocatedSyntaxError) as caught:
        compile_template({"a.$": "States.MathAd(1, 2)"})
    assert "did you mean States.MathAdd" in caught.value.hints["/a.$"]


literals = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(max_size=4).filter(lambda name: not name.endswith(".$")), inner, max_size=3)
    ),
    max_leaves=10,
)


@given(literals, literals)
def test_literals_pass_unchanged_and_paths_take_the_value(literal: Any, value: Any) -> None:
    compiled = compile_template({"k": literal, "v.$": "$.x", "n": [{"w.$": "$.x"}]})
    result = compiled({"x": value})
    assert result == {"k": literal, "v": value, "n": [{"w": value}]}
    assert result["v"] is value

"""JSONPath: Jayway's values and words, and that generated functions and the grammar's evaluator agree."""

from __future__ import annotations

import json
import traceback
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asl.expressions.jsonpath import MAX_LENGTH, compile_path, is_path
from asl.expressions.jsonpath_query import parse_query
from asl.expressions.scope import EvaluationError, ExpressionSyntaxError, PathNotFound

DATA: dict[str, Any] = {
    "X": 1,
    "null": None,
    "text": "abc",
    "a": {"b": [1, 2, {"c": 3}], "*": "star"},
    "items": [{"v": 1, "k": "x"}, {"v": 2}, {"v": "3"}],
    "delivery-partner": "p",
    'Test"name': "q",
    "a.b": "dotted",
}

DEFINITE = [
    ("$", DATA),
    ("$.X", 1),
    ("$.null", None),
    ("$['X']", 1),
    ('$["X"]', 1),
    ("$[ 'X' ]", 1),
    ("$.a.b[0]", 1),
    ("$.a.b[-1].c", 3),
    ("$.a['b'][2]['c']", 3),
    ("$.delivery-partner", "p"),
    ("$['Test\"name']", "q"),
    ("$['Test\\\"name']", "q"),
    ("$['a.b']", "dotted"),
    ("$.a\\.b", "dotted"),
    ("$['\\u0058']", 1),
    ("$['X','null','nope']", {"X": 1, "null": None}),
]

INDEFINITE = [
    ("$.items[*].v", [1, 2, "3"]),
    ("$.items[0,2].v", [1, "3"]),
    ("$.items[1:].v", [2, "3"]),
    ("$.items[:1].v", [1]),
    ("$.items[-1:].v", ["3"]),
    ("$.items[0:3:2].v", [1, "3"]),
    ("$.items[:].v", [1, 2, "3"]),
    ("$.items[::0]", []),
    ("$.a.*", [[1, 2, {"c": 3}], "star"]),
    ("$..c", [3]),
    ("$.items..*", [{"v": 1, "k": "x"}, {"v": 2}, {"v": "3"}, 1, "x", 2, "3"]),
    ("$..[0]", [1, {"v": 1, "k": "x"}]),
    ("$['X','a'].b", [[1, 2, {"c": 3}]]),
    # a wildcard is no member's name, and the member '*' no wildcard
    ("$..['*']", ["star"]),
    # no match, a missing parent, a scalar: [] and no error
    ("$.nope[*]", []),
    ("$.nope[1:5].v", []),
    ("$.X[*]", []),
    ("$.text[0,1]", []),
    ("$.items[5,6]", []),
    ("$..nope", []),
    # an index after a filter applies to each match
    ("$.items[?(@.v == 1)][0]", []),
]

FILTERS = [
    ("@.v == 1", [1]),
    ("@.v==1", [1]),
    ("@['v'] == 1", [1]),
    ("@.v != 1", [2, "3"]),
    ("@.v == 3", ["3"]),  # equality looks through number and string
    ("@.v === 3", []),
    ("@.v !== '3'", [1, 2]),
    ("@.v == '1'", [1]),
    ("@.v < 2", [1]),
    ("@.v <= 2", [1, 2]),
    ("@.v > 1.5", [2]),
    ("@.v >= '3'", ["3"]),
    ("@.k", [1]),
    ("!@.k", [2, "3"]),
    ("!(@.k || @.v == 2)", ["3"]),
    ("@.k && @.v == 1 || @.v == 2", [1, 2]),
    ("@.v in [2, '3']", [2, "3"]),
    ("@.v nin [2, '3']", [1]),
    ("@.v in []", []),
    ("@.k == null", []),
    ("@.k != null", [1, 2, "3"]),
    ("@.v == $.X", [1]),
    ("@.v =~ /[12]/", [1, 2]),
    ("@.k =~ /X/i", [1]),
    ("@.k =~ /X/", []),
    ("@.nope.deeper[0] == 1", []),
    ("true == true", [1, 2, "3"]),
    ("1 == true", []),
]

MISSING = [
    ("$.no", "No results for path: $['no']"),
    ("$.a.no", "No results for path: $['a']['no']"),
    ("$.no.such.result.path", "Missing property in path $['no']"),
    ("$.a.no.deeper", "Missing property in path $['a']['no']"),
    ("$.a.b[9]", "No results for path: $['a']['b'][9]"),
    ("$.a.b[-4]", "No results for path: $['a']['b'][-4]"),
    ("$.a.b[9].c", "No results for path: $['a']['b'][9]['c']"),
    ("$.null[0]", "The path $['null'] is null"),
    ("$.text[0]", "Filter: [0] can only be applied to arrays. Current context is: abc"),
    ("$.a[0]", "Filter: [0] can only be applied to arrays. Current context is: {b=[1, 2, {c=3}], *=star}"),
    ("$.no['b','c']", "Missing property in path $['no']"),
]

NOT_PATHS = [
    "",
    "X",
    "$.",
    "$..",
    "$X Y",
    "$$X",
    "$.a b",
    "$.a[",
    "$.a[]",
    "$.a['b]",
    "$.a[b]",
    "$.a[1.5]",
    "$.a.",
    "$.a[?(@.b == 1)",
    "$.a[?()]",
    "$.a[?(@.b == 01)]",
    "$.a[?(@.b == 1e999)]",
    "$.a[?('x')]",
    "$.a[?(@.b ~ 1)]",
    "$.a.length()",
    "$.a[?(@.b =~ /(/)]",
    "$.a[?(@.b =~ /x/q)]",
    "$.a[?(@.b =~ /(a+)+/)]",
    "$.a[?(@.b =~ /(a|a)*b/)]",
    "$.a[?(@.b =~ /((a)*b)*/)]",
    "$.a[?(@.b =~ /a*a*a*a*a*b/)]",
    "$.a[?(@.b =~ /" + "a" * 300 + "/)]",
    "$.a[?(" + "(" * 40 + "@.b" + ")" * 40 + ")]",
    "$.a[?(" + "!" * 40 + "@.b)]",
    "$." + "a" * MAX_LENGTH,
]


@pytest.mark.parametrize(("text", "value"), DEFINITE)
def test_definite_path_is_the_node(text: str, value: Any) -> None:
    path = compile_path(text)
    assert path(DATA) == value
    assert path.definite
    assert path.exists(DATA, None)


@pytest.mark.parametrize(("text", "value"), INDEFINITE)
def test_indefinite_path_is_the_array_of_matches(text: str, value: Any) -> None:
    path = compile_path(text)
    assert path(DATA) == value
    assert not path.definite
    assert path.exists(DATA, None) == bool(value)


@pytest.mark.parametrize(("condition", "values"), FILTERS)
def test_filter(condition: str, values: list[Any]) -> None:
    assert compile_path(f"$.items[?({condition})].v")(DATA) == values


def test_filter_tests_an_object_itself_and_skips_scalars() -> None:
    assert compile_path("$.a[?(@.b)]")(DATA) == [DATA["a"]]
    assert compile_path("$.X[?(@)]")(DATA) == []


@pytest.mark.parametrize(("text", "reason"), MISSING)
def test_missing_node_in_jayways_words(text: str, reason: str) -> None:
    with pytest.raises(PathNotFound) as caught:
        compile_path(text)(DATA)
    assert caught.value.reason == reason
    assert caught.value.cause == f"Invalid path '{text}' : {reason}"
    assert caught.value.error == "States.Runtime"
    assert not compile_path(text).exists(DATA, None)


def test_member_of_something_else_than_an_object_is_not_found() -> None:
    with pytest.raises(PathNotFound, match=r"property \['y'\] in path \$\['X'\] but found 'java.lang.Integer'"):
        compile_path("$.X.y")(DATA)
    with pytest.raises(PathNotFound, match="found 'null'"):
        compile_path("$.null.y")(DATA)


@pytest.mark.parametrize("text", NOT_PATHS)
def test_bad_syntax_is_refused(text: str) -> None:
    with pytest.raises(ExpressionSyntaxError) as caught:
        compile_path(text)
    assert 0 <= caught.value.offset <= len(text)
    assert not is_path(text)


@pytest.mark.parametrize(("text", "offset"), [("$.a b", 3), ("$.a[", 4), ("$.a[?(@.b ~ 1)]", 9), ("$.ab['c", 5)])
def test_syntax_error_points_at_the_place(text: str, offset: int) -> None:
    with pytest.raises(ExpressionSyntaxError) as caught:
        compile_path(text)
    assert caught.value.offset == offset


def scope(**variables: Any) -> Any:
    return SimpleNamespace(context={"Execution": {"Id": "e"}, "l": [1, 2]}, variables=variables)


@pytest.mark.parametrize(
    ("text", "root", "value"),
    [
        ("$$", "$$", {"Execution": {"Id": "e"}, "l": [1, 2]}),
        ("$$.Execution.Id", "$$", "e"),
        ("$$['l'][1:]", "$$", [2]),
        ("$n", "n", 5),
        ("$o.x[0]", "o", 1),
        ("$o.x[*]", "o", [1, 2]),
        ("$größe", "größe", 7),
    ],
)
def test_roots(text: str, root: str, value: Any) -> None:
    path = compile_path(text)
    assert (path.root, path.reads_scope) == (root, True)
    assert path(DATA, scope(n=5, o={"x": [1, 2]}, größe=7)) == value
    assert path.exists(DATA, scope(n=5, o={"x": [1, 2]}, größe=7))


@pytest.mark.parametrize("text", ["$nope", "$nope.a", "$nope[*]"])
def test_unassigned_variable(text: str) -> None:
    with pytest.raises(PathNotFound, match="variable 'nope' has no value"):
        compile_path(text)(DATA, scope())
    assert not compile_path(text).exists(DATA, scope())


def test_evaluation_is_bounded() -> None:
    deep: Any = {}
    for _ in range(900):
        deep = {"a": deep}
    with pytest.raises(EvaluationError, match="visits more than"):
        compile_path("$..a..a..a..a")(deep)
    twin = json.loads(json.dumps(deep))
    with pytest.raises(EvaluationError, match="nested too deeply"):
        compile_path("$.l[?(@ == $.r)]")({"l": [deep], "r": twin})


def test_a_long_path_still_compiles() -> None:
    data: Any = "end"
    for _ in range(500):
        data = {"a": [data]}
    path = compile_path("$" + ".a[0]" * 500)
    assert path(data) == "end"
    assert not path.exists({"a": []}, None)


def test_text_of_a_path_never_becomes_code() -> None:
    name = "x'] or __import__('os') #\n\\"
    quoted = name.replace("\\", "\\\\").replace("'", "\\'")
    path = compile_path(f"$['{quoted}']")
    assert path.keys == (name,)
    assert path({name: 1}) == 1


def test_traceback_shows_the_generated_line() -> None:
    path = compile_path("$$.only.with.a.scope")
    with pytest.raises(AttributeError) as caught:
        path.get({}, None)
    assert "scope.context['only']" in "".join(traceback.format_exception(caught.value))


@given(st.text(alphabet="$@.*ab[]()'\"?=!<~/&|,:0 1-\\ein", max_size=20))
def test_any_text_compiles_or_is_refused(text: str) -> None:
    for path in (f"${text}", f"$.a[?({text})]", f"$[?(@.a {text})]"):
        offset = 0
        try:
            compiled = compile_path(path)
            value = [] if compiled.definite else compiled({"a": [1, {"b": "x"}]}, scope(a=[1], b={}))
        except ExpressionSyntaxError as problem:
            offset, value = problem.offset, []
        except PathNotFound as problem:  # a variable without a value
            offset, value = 0, [problem]
        assert 0 <= offset <= len(path)
        assert isinstance(value, list)


names = st.text(max_size=6)
values = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
    max_leaves=12,
)
keys = st.lists(st.sampled_from("abc") | st.integers(-3, 3), max_size=4)


def written(steps: list[str | int]) -> str:
    return "$" + "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in steps)


@given(values, keys)
def test_generated_function_and_grammar_agree(data: Any, steps: list[str | int]) -> None:
    text = written(steps)
    path, query = compile_path(text), parse_query(text)
    assert path.definite == query.definite

    def outcome(read: Any) -> Any:
        try:
            return read()
        except PathNotFound as problem:
            return problem.reason

    by_grammar = outcome(lambda: query.value(data, data, text))
    assert outcome(lambda: path(data)) == by_grammar
    assert path.exists(data, None) == query.exists(data, data, text)


@given(values, keys, st.sampled_from(["[*]", "[1:]", "[0,1]", "..a", ".*", "[?(@.a)]"]))
def test_indefinite_paths_never_fail(data: Any, steps: list[str | int], tail: str) -> None:
    assert isinstance(compile_path(written(steps) + tail)(data), list)


@given(names, st.integers())
def test_any_name_can_be_quoted(name: str, value: int) -> None:
    quoted = name.replace("\\", "\\\\").replace("'", "\\'")
    assert compile_path(f"$['{quoted}']")({name: value}) == value

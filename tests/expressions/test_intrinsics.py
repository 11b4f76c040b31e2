"""Intrinsic functions: results as recorded or documented, failures, what is refused when compiled, round trips."""

from __future__ import annotations

import json
import uuid
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asl.expressions.functions import FUNCTIONS
from asl.expressions.intrinsics import MAX_LENGTH, MAX_NESTING, check_intrinsic, compile_intrinsic
from asl.expressions.scope import EvaluationError, ExpressionSyntaxError, PathNotFound

DATA = {
    "n": 1,
    "s": "text",
    "o": {"Arg1": 1, "Arg2": []},
    "l": [1, 2, 3, 4, 5],
    "t": "Hi {}, \\{{}\\}",
    "bool": True,
    "null": None,
    "long": "x" * 10_001,
}

RESULTS = [
    ("States.Format('Hello {}', $.s)", "Hello text"),
    ("States.Format('{}{} {}', 1, 1.5, true)", "11.5 true"),
    ("States.Format('{}', null)", "null"),
    ("States.Format('{}', $.o)", "{Arg1=1, Arg2=[]}"),
    ("States.Format('{}', States.Array('a', States.Array(true, null, 1.5)))", "[a, [true, null, 1.5]]"),
    ("States.Format('no placeholder')", "no placeholder"),
    (r"States.Format('\{{}\} \'{}\' \\', 1, 2)", "{1} '2' \\"),
    ("States.Format($.t, 1, 2)", "Hi 1, {2}"),
    ('States.StringToJson(\'{"k": "v"}\')', {"k": "v"}),
    (r"States.StringToJson('\{\}')", {}),
    ("States.StringToJson('')", None),
    ("States.StringToJson(' ')", None),
    ("States.StringToJson('-0')", 0),
    ("States.JsonToString($.o)", '{"Arg1":1,"Arg2":[]}'),
    ("States.JsonToString('é')", '"é"'),
    ("States.Array()", []),
    ("States.Array( 1 , 'a,b)' ,null,$.n )", [1, "a,b)", None, 1]),
    ("States.ArrayPartition($.l, 2)", [[1, 2], [3, 4], [5]]),
    ("States.ArrayPartition($.l, 2.9)", [[1, 2], [3, 4], [5]]),
    ("States.ArrayPartition(States.Array(), 3)", []),
    ("States.ArrayContains($.l, 5)", True),
    ("States.ArrayContains($.l, true)", False),
    ("States.ArrayContains($.l, '1')", False),
    ("States.ArrayContains(States.Array(), 1)", False),
    ('States.ArrayContains(States.Array($.o), States.StringToJson(\'{"Arg2":[],"Arg1":1}\'))', True),
    ("States.ArrayContains(States.Array(States.Array(1)), States.Array(true))", False),
    ("States.ArrayRange(1, 9, 2)", [1, 3, 5, 7, 9]),
    ("States.ArrayRange(1, 9, 9)", [1]),
    ("States.ArrayRange(3, 1, -1)", [3, 2, 1]),
    ("States.ArrayRange(3, 1, 1)", []),
    ("States.ArrayRange(1.9, 3.9, 1.9)", [1, 2, 3]),
    ("States.ArrayLength(States.ArrayRange(1, 1000, 1))", 1000),
    ("States.ArrayGetItem($.l, 0)", 1),
    ("States.ArrayGetItem($.l, 4)", 5),
    ("States.ArrayLength($.l)", 5),
    ("States.ArrayUnique(States.Array(1, 1, true, true, '1', null, null, 0, false))", [1, True, "1", None, 0, False]),
    ("States.ArrayUnique(States.Array($.o, $.o, States.Array(), States.Array()))", [DATA["o"], []]),
    ("States.Base64Encode('Data to encode')", "RGF0YSB0byBlbmNvZGU="),
    ("States.Base64Encode('')", ""),
    ("States.Base64Decode('RGF0YSB0byBlbmNvZGU=')", "Data to encode"),
    ("States.Base64Decode('w6k')", "é"),
    ("States.Hash('input data', 'MD5')", "812f45842bc6d66ee14572ce20db8e86"),
    ("States.Hash('input data', 'SHA-1')", "aaff4a450a104cd177d28d18d74485e8cae074b7"),
    ("States.Hash('input data', 'SHA-256')", "b4a697a057313163aee33cd8d40c66e9f0f177e00cac2de32475ffff6169c3e3"),
    ('States.JsonMerge($.o, States.StringToJson(\'{"Arg1":{"x":1}}\'), false)', {"Arg1": {"x": 1}, "Arg2": []}),
    ("States.MathAdd(1.49, 1.5)", 3),
    ("States.MathAdd(1.5, 1.51)", 4),
    ("States.MathAdd(-1.5, 0)", -1),
    ("States.MathAdd(-1.51, 0)", -2),
    ("States.MathAdd(-0.5, 0)", 0),
    ("States.MathAdd(-0.5, 0.5)", 1),
    ("States.MathAdd(2.5, 0)", 3),
    ("States.MathAdd(0.49999999999999994, 0)", 0),
    ("States.MathAdd($.n, -1)", 0),
    ("States.StringSplit('1,2,3', ',')", ["1", "2", "3"]),
    ("States.StringSplit(',,,,', ',')", []),
    ("States.StringSplit(', , ,', ',')", [" ", " "]),
    ("States.StringSplit('This.is+a,test=string', '.+,=')", ["This", "is", "a", "test", "string"]),
    ("States.StringSplit('Hello\nWorld', '\n')", ["Hello", "World"]),
    ("States.StringSplit('a^b-c]d', '^-]')", ["a", "b", "c", "d"]),
    ("States.StringSplit('abc', ',')", ["abc"]),
    ("States.StringSplit('abc', '')", ["abc"]),
]


@pytest.mark.parametrize(("text", "value"), RESULTS)
def test_result(text: str, value: Any) -> None:
    result = compile_intrinsic(text)(DATA)
    assert result == value
    assert json.dumps(result) == json.dumps(value)  # 1, 1.0 and true differ


def test_every_function_has_a_result_in_the_table() -> None:
    tested = {name for name in FUNCTIONS if any(f"States.{name}(" in text for text, _ in RESULTS)}
    assert set(FUNCTIONS) - tested == {"UUID", "MathRandom"}
    assert len(FUNCTIONS) == 18


FAILURES = [
    ("States.Format('{} {}', 1)", "2 placeholders for 1 arguments"),
    ("States.Format('{}', 1, 2)", "1 placeholders for 2 arguments"),
    ("States.Format($.n, 1)", "argument 1 must be a string, but is a number"),
    ("States.StringToJson('{')", "is not JSON"),
    ("States.StringToJson('NaN')", "is not JSON"),
    ("States.StringToJson($.o)", "must be a string, but is an object"),
    ("States.ArrayPartition($.l, 0)", "positive"),
    ("States.ArrayPartition($.s, 1)", "argument 1 must be an array, but is a string"),
    ("States.ArrayPartition($.l, $.bool)", "argument 2 must be a number, but is a boolean"),
    ("States.ArrayContains($.null, 1)", "must be an array, but is null"),
    ("States.ArrayRange(1, 1001, 1)", "more than 1000"),
    ("States.ArrayRange(1, 2, 0.5)", "must not be zero"),
    ("States.ArrayGetItem($.l, 5)", "index 5 is out of range"),
    ("States.ArrayGetItem($.l, -1)", "index -1 is out of range"),
    ("States.ArrayLength($.o)", "must be an array, but is an object"),
    ("States.ArrayUnique($.s)", "must be an array"),
    ("States.Base64Encode($.long)", "10001 characters"),
    ("States.Base64Decode('*')", "not Base64"),
    ("States.Hash('a', 'CRC')", "must be one of MD5"),
    ("States.Hash($.long, 'MD5')", "10001 characters"),
    ("States.JsonMerge($.o, $.o, true)", "must be false"),
    ("States.JsonMerge($.o, $.l, false)", "argument 2 must be an object, but is an array"),
    ("States.JsonMerge($.o, $.o, $.s)", "argument 3 must be a boolean"),
    ("States.MathAdd($.s, 1)", "argument 1 must be a number, but is a string"),
    ("States.MathAdd(1, $.bool)", "argument 2 must be a number, but is a boolean"),
    ("States.MathAdd(2147483648, 1)", "between -2147483648 and 2147483647"),
    ("States.MathRandom(5, 5, 1)", "must be less than"),
    ("States.StringSplit($.l, ',')", "argument 1 must be a string"),
]


@pytest.mark.parametrize(("text", "problem"), FAILURES)
def test_failure(text: str, problem: str) -> None:
    with pytest.raises(EvaluationError) as caught:
        compile_intrinsic(text)(DATA)
    assert caught.value.error == "States.Runtime"
    assert problem in caught.value.cause
    assert text.partition("(")[0] in caught.value.cause


REFUSED = [
    "States.Format",
    "States.Format()",
    "States.Nope(1)",
    "states.Array()",
    "States.array()",
    "Array()",
    "States.Array(1,)",
    "States.Array(1",
    "States.Array(1))",
    "States.Array() + 1",
    "States.Array(01)",
    "States.Array(1e999)",
    'States.Array("a")',
    "States.Array('a)",
    "States.Array($.a b)",
    "States.Array($.a[)",
    "States.Array(nulls)",
    "States.MathAdd(1)",
    "States.MathAdd(1, 2, 3)",
    "States.MathAdd('1', 2)",
    "States.MathAdd(true, 2)",
    "States.MathRandom(1)",
    "States.UUID(1)",
    "States.ArrayLength('a')",
    "States.JsonMerge($.a, $.b)",
    "States.Format(1)",
    "States.Format('{')",
    "States.Format('a } b')",
    r"States.Format('\n')",
    r"""States.StringToJson('{"text":"An \"escaped\""}')""",
    "States.Array('" + "a" * MAX_LENGTH + "')",
    "States.Array(" * 5000 + ")" * 5000,
]


@pytest.mark.parametrize("text", REFUSED)
def test_refused_when_compiled(text: str) -> None:
    with pytest.raises(ExpressionSyntaxError) as caught:
        compile_intrinsic(text)
    assert 0 <= caught.value.offset <= len(text)


@pytest.mark.parametrize(
    ("text", "offset"),
    [
        ("States.Array(1, States.Nope())", 16),
        (r"States.Array('a\n')", 15),
        ("States.Array(1, $.a[)", 19),
        ("States.Array(1, $.)", 18),
        ("States.Array(1", 14),
    ],
)
def test_problem_points_at_the_place(text: str, offset: int) -> None:
    with pytest.raises(ExpressionSyntaxError) as caught:
        compile_intrinsic(text)
    assert caught.value.offset == offset


@given(st.text(alphabet="States.Array(UID)0,'$[]{}\\ 1e-", max_size=25))
def test_any_text_compiles_or_is_refused(text: str) -> None:
    call = f"States.Array({text})"
    offset = 0
    try:
        compile_intrinsic(call)
    except ExpressionSyntaxError as problem:
        offset = problem.offset
    assert 0 <= offset <= len(call)


def test_nesting_is_bounded() -> None:
    def nested(depth: int) -> str:
        return "States.Array(" * depth + ")" * depth

    assert compile_intrinsic(nested(MAX_NESTING))({}) == [[[[[[[[[[]]]]]]]]]]
    with pytest.raises(ExpressionSyntaxError, match="more than 10 calls"):
        compile_intrinsic(nested(MAX_NESTING + 1))


def test_paths_of_every_kind_are_arguments() -> None:
    scope: Any = SimpleNamespace(context={"State": {"Name": "S"}}, variables={"v": [7]})
    call = compile_intrinsic("States.Array($.o['Arg1'], $$.State.Name, $v[0], $.l[?(@ > 3 && @ != 5)], $.l[0,1])")
    assert call(DATA, scope) == [1, "S", 7, [4], [1, 2]]
    assert call.reads_scope
    assert call.references == ("$.o['Arg1']", "$$.State.Name", "$v[0]", "$.l[?(@ > 3 && @ != 5)]", "$.l[0,1]")


def test_missing_path() -> None:
    with pytest.raises(PathNotFound) as caught:
        compile_intrinsic("States.Array($.n, States.Array($.nope))")(DATA)
    assert caught.value.path == "$.nope"


def test_random_numbers_and_uuids_come_from_the_scope() -> None:
    fixed = str(uuid.UUID(int=5, version=4))
    scope: Any = SimpleNamespace(random=lambda: 0.999, uuid=lambda: fixed)
    assert compile_intrinsic("States.UUID()")({}, scope) == fixed
    assert compile_intrinsic("States.MathRandom(1, 10)")({}, scope) == 9
    assert compile_intrinsic("States.MathRandom(1.9, 3.1)")({}, scope) == 2
    assert compile_intrinsic("States.UUID()").reads_scope


@given(st.integers(-50, 50), st.integers(1, 50), st.integers())
def test_seeded_random_is_in_range_and_repeats(start: int, width: int, seed: int) -> None:
    call = compile_intrinsic("States.MathRandom($.a, $.b, $.seed)")
    data = {"a": start, "b": start + width, "seed": seed}
    scope: Any = SimpleNamespace()
    assert start <= call(data, scope) < start + width
    assert call(data, scope) == call(data, scope)


def test_values_nested_too_deeply_fail_as_the_language_does() -> None:
    deep: Any = []
    for _ in range(200_000):  # how deep is too deep depends on the version of Python
        deep = [deep]
    for text in ("States.JsonToString($.d)", "States.Format('{}', $.d)", "States.ArrayUnique($.d)"):
        with pytest.raises(EvaluationError, match="nested too deeply"):
            compile_intrinsic(text)({"d": deep})
    with pytest.raises(EvaluationError, match="not JSON"):
        compile_intrinsic("States.StringToJson($.s)")({"s": "[" * 100_000})
    with pytest.raises(EvaluationError, match="not JSON"):
        compile_intrinsic("States.StringToJson($.s)")({"s": "9" * 5000})


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4),
    max_leaves=10,
)
plain = st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=40)


@given(json_values)
def test_json_round_trip(value: Any) -> None:
    assert compile_intrinsic("States.StringToJson(States.JsonToString($))")(value) == value


@given(plain)
def test_base64_round_trip(text: str) -> None:
    assert compile_intrinsic("States.Base64Decode(States.Base64Encode($))")(text) == text


@given(st.lists(json_values, max_size=12), st.integers(1, 5))
def test_partitions_flatten_to_the_array(items: list[Any], size: int) -> None:
    parts = compile_intrinsic("States.ArrayPartition($.l, $.n)")({"l": items, "n": size})
    assert [item for part in parts for item in part] == items
    assert all(len(part) == size for part in parts[:-1])
    assert all(parts)


@given(st.lists(json_values, max_size=8))
def test_unique_keeps_each_value_once(items: list[Any]) -> None:
    unique = compile_intrinsic("States.ArrayUnique($)")
    result = unique(items)
    assert unique(result) == result
    contains = compile_intrinsic("States.ArrayContains($.l, $.v)")
    assert all(contains({"l": result, "v": item}) for item in items)


@given(plain, st.text(alphabet="ab,.-]^\\", min_size=1, max_size=3))
def test_split_loses_separators_only(text: str, separators: str) -> None:
    pieces = compile_intrinsic("States.StringSplit($.t, $.s)")({"t": text, "s": separators})
    assert "".join(pieces) == "".join(character for character in text if character not in separators)
    assert all(pieces)


@given(plain)
def test_any_string_can_be_written_as_a_literal(text: str) -> None:
    literal = "".join("\\" + character if character in "'{}\\" else character for character in text)
    assert compile_intrinsic(f"States.Array('{literal}')")({}) == [text]
    assert compile_intrinsic(f"States.Format('{literal}')")({}) == text


@pytest.mark.parametrize(
    ("text", "paths"),
    [
        ("States.Format('{} of {}', $x, $.a[0].b)", [("$x", 26), ("$.a[0].b", 30)]),
        ("States.Array()", []),
        ("States.Array($, $$.Execution.Id, $v.a)", [("$", 13), ("$$.Execution.Id", 16), ("$v.a", 33)]),
        ("States.Array(States.Array($v, 1), $.a['b'])", [("$v", 26), ("$.a['b']", 34)]),
        ("States.JsonMerge($.a, $.b, false)", [("$.a", 17), ("$.b", 22)]),
    ],
)
def test_the_paths_of_a_call(text: str, paths: list[tuple[str, int]]) -> None:
    assert check_intrinsic(text) == paths
    assert sorted(compile_intrinsic(text).references) == sorted(path for path, _ in paths)


@pytest.mark.parametrize(
    "text",
    ["States.UUID($.a)", "States.MathAdd('1', $.a)", "States.Nope()", "States.ArrayGetItem($.a)", "States.Hash('a')"],
)
def test_checking_refuses_what_compiling_refuses(text: str) -> None:
    with pytest.raises(ExpressionSyntaxError) as checked:
        check_intrinsic(text)
    with pytest.raises(ExpressionSyntaxError) as compiled:
        compile_intrinsic(text)
    assert checked.value.message == compiled.value.message

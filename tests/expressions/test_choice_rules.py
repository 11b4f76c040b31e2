"""Choice rules: each operator against each JSON type, missing paths, nesting, descriptions, problems."""

from __future__ import annotations

import operator
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asl.expressions.choice_operators import OPERATORS, string_matches
from asl.expressions.choice_rules import MAX_DEPTH, check_rule, compile_rule, describe_rule
from asl.expressions.located import LocatedSyntaxError
from asl.expressions.scope import EvaluationError

EARLY, LATE = "2012-10-09T19:00:55Z", "2012-10-09T19:00:56Z"
FINE = "2016-02-29T00:00:00.123456789-08:00"
ORDERS = {
    "Equals": operator.eq,
    "LessThan": operator.lt,
    "GreaterThan": operator.gt,
    "LessThanEquals": operator.le,
    "GreaterThanEquals": operator.ge,
}
#: family -> its values in ascending order (two spellings of one value stand together)
ASCENDING: dict[str, list[list[Any]]] = {
    "String": [[""], [" "], ["A"], ["AB"], ["a"], ["é"], ["\U0001f600"], ["\uffee"]],
    "Numeric": [[-1], [0, 0.0], [0.5], [1, 1.0], [10]],
    "Timestamp": [[EARLY, "2012-10-09T21:00:55+02:00"], ["2012-10-09T19:00:55.5Z"], [LATE, "2012-10-09T19:00:56.000Z"]],
}
#: family -> operand, and values of every other type or form, which never match
FOREIGN: dict[str, tuple[Any, list[Any]]] = {
    "String": ("1", [None, True, 1, 1.0, [], {}, ["1"]]),
    "Numeric": (1, [None, True, "1", [], {}, [1]]),
    "Boolean": (True, [None, 1, "true", [], {}]),
    "Timestamp": (EARLY, [None, True, 1, [], {}, "", "2012-10-09T19:00:55", "2012-10-09 19:00:55Z", "2012-10-09"]),
}


def matches(name: str, operand: Any, value: Any) -> bool:
    return compile_rule({"Variable": "$.v", name: operand, "Next": "N"})({"v": value})


@pytest.mark.parametrize("family", list(ASCENDING))
@pytest.mark.parametrize("order", list(ORDERS))
def test_order(family: str, order: str) -> None:
    ranked = [(rank, value) for rank, values in enumerate(ASCENDING[family]) for value in values]
    for rank, value in ranked:
        for other_rank, operand in ranked:
            expected = ORDERS[order](rank, other_rank)
            assert matches(f"{family}{order}", operand, value) is expected, (value, operand)
            twin = compile_rule({"Variable": "$.v", f"{family}{order}Path": "$.w", "Next": "N"})
            assert twin({"v": value, "w": operand}) is expected, (value, operand)


@pytest.mark.parametrize("family", list(FOREIGN))
def test_type_mismatch_is_false_on_either_side(family: str) -> None:
    operand, values = FOREIGN[family]
    for order in ORDERS if family != "Boolean" else ["Equals"]:
        twin = compile_rule({"Variable": "$.v", f"{family}{order}Path": "$.w", "Next": "N"})
        for value in values:
            assert matches(f"{family}{order}", operand, value) is False
            assert twin({"v": value, "w": operand}) is False
            assert twin({"v": operand, "w": value}) is False


def test_boolean_equals() -> None:
    for value in (True, False):
        for operand in (True, False):
            assert matches("BooleanEquals", operand, value) is (value is operand)


TYPE_TESTS = {
    "IsNull": [None],
    "IsNumeric": [0, 1.5],
    "IsString": ["", "x", EARLY, FINE],
    "IsBoolean": [True, False],
    "IsTimestamp": [EARLY, FINE],
}


@pytest.mark.parametrize("name", list(TYPE_TESTS))
def test_type_tests(name: str) -> None:
    everything = [None, 0, 1.5, "", "x", EARLY, True, False, [], {}, FINE]
    for value in everything:
        expected = any(value is right or (type(value) is type(right) and value == right) for right in TYPE_TESTS[name])
        assert matches(name, True, value) is expected
        assert matches(name, False, value) is not expected


def test_is_present() -> None:
    for path, data, present in [
        ("$.v", {"v": None}, True),
        ("$.v", {}, False),
        ("$.v.w", {"v": 1}, False),
        ("$.v[0]", {"v": []}, False),
        ("$.v[0]", {"v": "text"}, False),
    ]:
        for wanted in (True, False):
            rule = compile_rule({"Variable": path, "IsPresent": wanted, "Next": "N"})
            assert rule(data) is (present is wanted)


@pytest.mark.parametrize(
    ("pattern", "value", "expected"),
    [
        ("*.log", "a.log", True),
        ("*.log", ".log", True),
        ("*.log", "a.log2", False),
        ("log-*.txt", "log-.txt", True),
        ("log-*.txt", "log-.TXT", False),
        ("a*a", "a", False),
        ("*a*b*", "xxaxxbxx", True),
        ("*a*b*", "ba", False),
        ("*ab*ab", "abab", True),
        ("*ab*ab", "xab", False),
        ("**", "", True),
        ("plain", "plain", True),
        ("plain", "plain ", False),
        (r"\*", "*", True),
        (r"\*", "x", False),
        (r"\\*", "\\x", True),
        ("a.c", "abc", False),
        ("*", "two\nlines", True),
        ("*", 5, False),
        ("*", None, False),
    ],
)
def test_string_matches(pattern: str, value: Any, expected: bool) -> None:
    assert matches("StringMatches", pattern, value) is expected


@given(st.text(alphabet="ab*", max_size=7), st.text(alphabet="ab", max_size=8))
def test_string_matches_agrees_with_its_definition(pattern: str, value: str) -> None:
    def fits(p: str, v: str) -> bool:
        if not p:
            return not v
        if p[0] == "*":
            return any(fits(p[1:], v[cut:]) for cut in range(len(v) + 1))
        return bool(v) and p[0] == v[0] and fits(p[1:], v[1:])

    assert string_matches(pattern)(value) is fits(pattern, value)


YES = {"Variable": "$.t", "BooleanEquals": True}
NO = {"Variable": "$.t", "BooleanEquals": False}
BROKEN = {"Variable": "$.missing", "BooleanEquals": True}


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ({"And": [YES, YES]}, True),
        ({"And": [YES, NO]}, False),
        ({"And": [NO, BROKEN]}, False),
        ({"Or": [NO, YES]}, True),
        ({"Or": [NO, NO]}, False),
        ({"Or": [YES, BROKEN]}, True),
        ({"Not": NO}, True),
        ({"Not": {"Or": [NO, {"And": [YES, {"Not": YES}]}]}}, True),
        ({"And": [{"Variable": "$.missing", "IsPresent": True}, BROKEN]}, False),
    ],
)
def test_composites_stop_at_the_first_that_settles_them(rule: dict[str, Any], expected: bool) -> None:
    assert compile_rule({**rule, "Next": "N", "Comment": "c", "Assign": {}})({"t": True}) is expected


@pytest.mark.parametrize(
    ("rule", "path"),
    [
        (BROKEN, "$.missing"),
        ({"And": [YES, BROKEN]}, "$.missing"),
        ({"Variable": "$.missing.deep", "IsString": False}, "$.missing.deep"),
        ({"Variable": "$.t", "BooleanEqualsPath": "$.other"}, "$.other"),
        ({"Variable": "$v", "IsNull": True}, "$v"),
    ],
)
def test_missing_path_fails(rule: dict[str, Any], path: str) -> None:
    scope: Any = SimpleNamespace(context={}, variables={})
    with pytest.raises(EvaluationError) as caught:
        compile_rule(rule)({"t": True}, scope)
    assert caught.value.error == "States.Runtime"
    assert caught.value.cause == (
        f"Invalid path '{path}': The choice state's condition path references an invalid value."
    )


def test_context_and_variables() -> None:
    rule = compile_rule({"Variable": "$$.State.Name", "StringEqualsPath": "$v.name"})
    scope: Any = SimpleNamespace(context={"State": {"Name": "S"}}, variables={"v": {"name": "S"}})
    assert rule({}, scope) is True
    assert rule.reads_scope
    assert rule.references == ("$$.State.Name", "$v.name")
    assert not compile_rule(YES).reads_scope


def test_there_are_39_operators() -> None:
    assert len(OPERATORS) == 39


PROBLEMS = [
    (5, "", "must be an object"),
    ({}, "", "needs a Variable"),
    ({"Variable": "$.x"}, "", "exactly one comparison operator"),
    ({"Variable": "$.x", "IsNull": True, "IsString": True}, "", "exactly one comparison operator"),
    ({"Variable": "$.x", "StringEqual": "a"}, "/StringEqual", "did you mean StringEquals?"),
    ({"Variable": "$.x", "StringMatchesPath": "$.y"}, "/StringMatchesPath", "no comparison operator"),
    ({"Variable": "x", "IsNull": True}, "/Variable", "not a valid JSONPath"),
    ({"Variable": 5, "IsNull": True}, "/Variable", "not a valid JSONPath"),
    ({"Variable": "$.x", "NumericEqualsPath": "y"}, "/NumericEqualsPath", "not a valid JSONPath"),
    ({"Variable": "$.x", "IsNull": "true"}, "/IsNull", "must be true or false"),
    ({"Variable": "$.x", "StringEquals": 1}, "/StringEquals", "must be a string"),
    ({"Variable": "$.x", "NumericEquals": "1"}, "/NumericEquals", "must be a number"),
    ({"Variable": "$.x", "NumericEquals": True}, "/NumericEquals", "must be a number"),
    ({"Variable": "$.x", "BooleanEquals": 1}, "/BooleanEquals", "must be true or false"),
    ({"Variable": "$.x", "TimestampEquals": "2020-01-01"}, "/TimestampEquals", "RFC3339"),
    ({"Variable": "$.x", "StringMatches": "a\\b"}, "/StringMatches", "backslash"),
    ({"Variable": "$.x", "StringMatches": "a\\"}, "/StringMatches", "backslash"),
    ({"And": []}, "/And", "non-empty array"),
    ({"Or": {"Variable": "$.x"}}, "/Or", "non-empty array"),
    ({"Not": {"And": [{"Variable": "$.x", "IsNull": 0}]}}, "/Not/And/0/IsNull", "must be true or false"),
    ({"Not": {}, "Variable": "$.x"}, "", "can't stand beside Variable"),
]


@pytest.mark.parametrize(("rule", "pointer", "message"), PROBLEMS)
def test_problems(rule: Any, pointer: str, message: str) -> None:
    ((found, text),) = check_rule(rule)
    assert found == pointer
    assert message in text
    with pytest.raises(LocatedSyntaxError):
        compile_rule(rule)


def test_all_problems_are_collected() -> None:
    rule = {"And": [{"Variable": "x", "IsNull": True}, {"Variable": "$.y", "IsNull": 1}]}
    assert [pointer for pointer, _ in check_rule(rule)] == ["/And/0/Variable", "/And/1/IsNull"]


def test_nesting_is_bounded() -> None:
    def nested(depth: int) -> Any:
        rule: Any = YES
        for _ in range(depth):
            rule = {"Not": rule}
        return rule

    assert compile_rule(nested(MAX_DEPTH))({"t": True}) is (MAX_DEPTH % 2 == 0)
    assert "nested more than" in check_rule(nested(MAX_DEPTH + 1))[0][1]
    assert describe_rule(nested(5000))


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        ({"Variable": "$.n", "NumericLessThan": 1000, "Next": "X"}, "$.n < 1000"),
        ({"Variable": "$.n", "NumericGreaterThanEqualsPath": "$.m"}, "$.n >= $.m"),
        (
            {"And": [{"Variable": "$.op", "StringEquals": "create"}, {"Variable": "$.x", "IsPresent": True}]},
            '$.op == "create" && $.x is present',
        ),
        ({"Not": {"Variable": "$.x", "IsNull": False}}, "!($.x is not null)"),
        ({"Or": [YES, {"And": [NO, YES]}]}, "$.t == true || ($.t == false && $.t == true)"),
        ({"Not": {"Or": [YES, NO]}}, "!($.t == true || $.t == false)"),
        ({"Variable": "$.s", "StringMatches": "a*"}, '$.s matches "a*"'),
        ({"Variable": "$.s", "StringEquals": "x" * 100}, '$.s == "' + "x" * 56 + "..."),
        ({"Nope": 1}, "?"),
        (None, "?"),
    ],
)
def test_description(rule: Any, text: str) -> None:
    assert describe_rule(rule) == text

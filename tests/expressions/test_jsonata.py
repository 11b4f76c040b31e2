"""JSONata in a state machine: what compiling tells, how values fail, templates, limits, checks, threads."""

from __future__ import annotations

import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from asl.expressions.jsonata import check_expression, compile_jsonata, compile_typed, compile_value, is_expression
from asl.expressions.located import LocatedSyntaxError
from asl.expressions.scope import ExpressionSyntaxError, QueryEvaluationError
from tests.expressions.jsonata_rows import FixedScope

INPUT = {"n": 1, "name": "Ada", "items": [{"id": 1, "p": 5}, {"id": 2, "p": 7}], "none": None}


def bindings(**variables: Any) -> dict[str, Any]:
    return {"states": {"input": INPUT, "context": {"Execution": {"Id": "e"}}}, **variables}


def run(text: str, **variables: Any) -> Any:
    return compile_jsonata(text, "Output")(bindings(**variables), FixedScope())


def cause(text: str, field: str = "Output", **variables: Any) -> str:
    with pytest.raises(QueryEvaluationError) as caught:
        compile_jsonata(text, field)(bindings(**variables), FixedScope())
    assert caught.value.error == "States.QueryEvaluationError"
    assert caught.value.location == field
    return caught.value.cause


# what compiling tells


@pytest.mark.parametrize(
    ("text", "variables", "states", "context", "scope"),
    [
        ("1 + 1", set(), set(), False, False),
        ("$x + $y.z", {"x", "y"}, set(), False, False),
        ("$states.input.n", set(), {"input"}, False, False),
        ("$states", set(), {""}, True, False),
        ("$states.context.Execution.Id & $states.result", set(), {"context.Execution", "result"}, True, False),
        ("$states.context", set(), {"context"}, True, False),
        ("$states.input.items[id = $x]", {"x"}, {"input"}, False, False),
        ("($a := $b; function($c){ $a & $c & $d })", {"b", "d"}, set(), False, False),
        ("$sum($v)", {"v"}, set(), False, False),
        ("$states.input.items@$i#$n.$i", set(), {"input"}, False, False),
        ("$now()", set(), set(), False, True),
        ("[1] ~> $shuffle", set(), set(), False, True),
        ("$uuid() & $string($random()) & $string($millis())", set(), set(), False, True),
        ("$lookup($states, 'input')", set(), {""}, True, False),
    ],
)
def test_reads(text: str, variables: set[str], states: set[str], context: bool, scope: bool) -> None:
    expression = compile_jsonata(f"  {text}\n", "Output")
    assert expression.text == text
    assert expression.references == variables
    assert set(expression.states_references) == states
    assert (expression.reads_context, expression.reads_scope) == (context, scope)


def test_offset_of_states_reference() -> None:
    assert compile_jsonata("1 + $states.result", "Output").states_references == {"result": 4}


@pytest.mark.parametrize(
    ("text", "message", "offset"),
    [
        ("", "S0207: Unexpected end of expression", 0),
        ("1 +", "S0207: Unexpected end of expression", 3),
        ("(1", 'S0203: Expected ")" before end of expression', 2),
        ("{'a' 1}", 'S0202: Expected ":", got 1', 5),
        ("'abc", "S0101: String literal must be terminated by a matching quote", 0),
        ("1 2", "S0201: Syntax error: 2", 2),
        ("/(/", "S0302: No terminating / in regular expression", 0),
        ("/a**/", "S0303: Invalid regular expression: /a**/: nothing to repeat", 0),
        ("$x@y", 'S0214: The right side of "@" must be a variable name (start with $)', 3),
        ("1 := 2", "S0212: The left side of := must be a variable name (start with $)", 0),
        ("%", "S0217: The object representing the 'parent' cannot be derived from this expression", 0),
    ],
)
def test_syntax_error(text: str, message: str, offset: int) -> None:
    with pytest.raises(ExpressionSyntaxError) as caught:
        compile_jsonata(text, "Output")
    assert (caught.value.message, caught.value.offset) == (message, offset)


@pytest.mark.parametrize(
    ("text", "offset"),
    [
        ("field", 0),
        ("a.b.c", 0),
        ("$", 0),
        ("$$", 0),
        ("$.a", 0),
        ("*", 0),
        ("**.a", 0),
        ("1 + field", 4),
        ("$sum(prices)", 5),
        ("{'a': b}", 6),
        ("[x]", 1),
        ("true ? y : 1", 7),
        ("$uppercase($)", 11),
        ("(name)", 1),
        ("x ~> $sum", 0),
        ("uppercase('x')", 0),
    ],
)
def test_no_context_at_top_level(text: str, offset: int) -> None:
    with pytest.raises(ExpressionSyntaxError) as caught:
        compile_jsonata(text, "Output")
    assert caught.value.offset == offset
    assert "$" in caught.value.message


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("$states.input.items[p > 6].id", 2),
        ("$states.input.items.(id + p)", [6, 9]),
        ("$states.input.items[$.id = 1].p", 5),
        ("$states.input.items^(>p).id", [2, 1]),
        ("$states.input.items{$string(id): p}", {"1": 5, "2": 7}),
        ("$states.input.items.*", [1, 5, 2, 7]),
        ("$count([1, 2][$ = 1])", 1),
        ("$states.input ~> |items|{'p': p + 1}| ~> $lookup('items')", [{"id": 1, "p": 6}, {"id": 2, "p": 8}]),
    ],
)
def test_context_within_paths(text: str, value: Any) -> None:
    assert run(text) == value


# values and failures


@pytest.mark.parametrize(
    ("text", "tail"),
    [
        ("$nope", "returned nothing (undefined)."),
        ("$states.input.nope", "returned nothing (undefined)."),
        ("$states.input.items[id = 9]", "returned nothing (undefined)."),
        ("$sum", "returned an unsupported result type."),
        ("$fn := function($x){$x}", "returned an unsupported result type."),
        ("{'f': [$sum]}", "returned an unsupported result type."),
        ("1 / 0", "returned an unsupported result type."),
        ("{'x': {'y': 0 / 0}}", "returned an unsupported result type."),
        (
            "$states.input.name + 1",
            'threw an error during evaluation. T2001: The left side of the "+" operator must evaluate to a number',
        ),
        ("$nosuch(1)", "threw an error during evaluation. T1006: Attempted to invoke a non-function"),
        (
            "$uppercase(1)",
            (
                "threw an error during evaluation. "
                'T0410: Argument 1 of function "uppercase" does not match function signature'
            ),
        ),
        ("$error('no stock')", "threw an error during evaluation. D3137: no stock"),
        ("$assert(false, 'too old')", "threw an error during evaluation. D3141: too old"),
        ("$number('x')", 'threw an error during evaluation. D3030: Unable to cast value to a number: "x"'),
        (
            "1 < 'a'",
            (
                "threw an error during evaluation. "
                'T2009: The values 1 and "a" either side of operator "<" must be of the same data type'
            ),
        ),
        (
            "$pad('', 262145)",
            (
                "threw an error during evaluation: "
                "Expression evaluation memory limit exceeded: Check for excessive memory usage"
            ),
        ),
    ],
)
def test_cause(text: str, tail: str) -> None:
    assert cause(text, "Output/result") == (
        f"The JSONata expression '{text}' specified for the field 'Output/result' {tail}"
    )


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("$states.input.none", None),
        ("null", None),
        ("1 + 1", 2),
        ("10 / 4", 2.5),
        ("6 / 2", 3),
        ("$x", [1, {"a": None}]),
        ("$x[]", [1, {"a": None}]),
        ("[$states.input.items.id]", [1, 2]),
        ("{'a': $states.input.items.id, 'b': $nope}", {"a": [1, 2]}),
        ("$map($states.input.items, function($i){[$i.id]})", [[1], [2]]),
        ("$length($pad('', 262144))", 262144),
        ("$length($pad('', 262144) & 'x')", 262145),
        ("$length($join([$pad('', 200000), $pad('', 200000)]))", 400000),
    ],
)
def test_value(text: str, value: Any) -> None:
    result = run(text, x=[1, {"a": None}])
    assert result == value
    _assert_plain(result)


def _assert_plain(value: Any) -> None:
    assert type(value) in (dict, list, str, int, float, bool, type(None))
    for member in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        _assert_plain(member)


def test_inputs_are_shared_and_never_changed() -> None:
    data = {"a": [{"b": [1]}], "o": {"k": [1, 2]}}
    before = repr(data)
    expression = compile_jsonata(
        "[$states.input ~> |o|{'k': 5}|, $append($states.input.a, 1), "
        "$merge([$states.input.o, {'z': 1}]), $states.input.a[]]",
        "Output",
    )
    expression({"states": {"input": data}})
    assert repr(data) == before
    assert compile_jsonata("$states.input", "Output")({"states": {"input": data}}) is data
    assert compile_jsonata("{'d': $states.input.o}", "Output")({"states": {"input": data}})["d"] is data["o"]


def test_workflow_variable_hides_function() -> None:
    assert run("$sum", sum=3) == 3


def test_time_and_chance_come_from_the_scope() -> None:
    scope = FixedScope(now=0)
    expression = compile_jsonata("[$now(), $millis(), $uuid(), $random(), $now('[Y]', '+0100')]", "Output")
    first = expression(bindings(), scope)
    assert first[:2] == ["1970-01-01T00:00:00.000Z", 0]
    assert first[4] == "1970"
    again = FixedScope(now=0)
    assert expression(bindings(), again) == first
    assert sorted(run("$shuffle([1..50])")) == list(range(1, 51))


# limits


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("($f := function($x){$f($x + 1)}; $f(1))", "timeout"),
        ("($f := function($x){1 + $f($x + 1)}; $f(1))", "Stack overflow"),
        ("($f := function($x){$f($x) + 1}; $map([1], $f))", "Stack overflow"),
        ("[1..10000000]", "memory"),
        ("$pad('a', 1000000000)", "memory"),
        ("($g := function($s, $n){$n = 0 ? $s : $g($s & $s, $n - 1)}; $g('abcdefgh', 60))", "memory"),
        ("($g := function($s, $n){$n = 0 ? $s : $g($append($s, $s), $n - 1)}; $g([1], 60))", "memory"),
        ("$replace($pad('', 200000, 'a'), 'a', $pad('', 200000, 'b'))", "memory"),
        ("$map([1..100000], function($x){[1..100000]})", "timeout"),
        ("[1..3000].([1..3000])", "timeout"),
        ("[1..100000][$ in [1..100000]]", "timeout"),
        ("$sort([1..300000], function($a, $b){$a < $b})", "timeout"),
        ("$distinct([1..100000].{'a': $})", "timeout"),
        ("$range(0, 100000000, 1)", "memory"),
        ("$match($pad('', 60, 'a') & '!', /^(a+)+$/)", "timeout"),
        ("$contains($pad('', 50000, 'a'), /a*a*b/)", "timeout"),
        ("$split($pad('', 40, 'a'), /(a|a)*b/)", "timeout"),
        ("$replace($pad('', 40, 'a'), /(?:a?){40}a{40}b/, '')", "timeout"),
        ("$parse($pad('', 100000, '['))", "Stack overflow"),
    ],
)
def test_bounded(text: str, kind: str) -> None:
    started = time.perf_counter()
    assert kind in cause(text)
    assert time.perf_counter() - started < 20  # seconds; it takes about one on a machine that does nothing else


def test_range_too_long_for_the_language() -> None:
    assert "D2014" in cause("[1..10000000000]")


def test_loops_by_tail_calls_are_not_bounded_by_the_stack() -> None:
    assert run("($f := function($n, $a){$n = 0 ? $a : $f($n - 1, $a + $n)}; $f(20000, 0))") == 200010000


def test_deep_nesting_is_a_syntax_error() -> None:
    for text in ("(" * 5000 + "1" + ")" * 5000, "[" * 5000, "-" * 5000 + "1", "1" + "+1" * 5000):
        with pytest.raises(ExpressionSyntaxError):
            compile_jsonata(text, "Output")


def test_long_chains_of_operators() -> None:
    assert run("1" + " + 1" * 100) == 101
    assert run("'a'" + " & 'a'" * 100) == "a" * 101


# templates


def test_template_evaluates_at_any_depth() -> None:
    template = compile_value(
        {
            "a": "{% $states.input.n %}",
            "b": [1, "{% $x %}", {"c": "{%$states.input.name%}"}],
            "d": " {% $nope %}",
            "{% $nope %}": "x",
            "e.$": "$.a",
            "f": {"g": [None, True]},
        },
        "Output",
    )
    assert not template.constant
    assert template.references == {"x"}
    assert [pointer for pointer, _ in template.expressions] == ["/a", "/b/1", "/b/2/c"]
    assert [expression.field for _, expression in template.expressions] == ["Output/a", "Output/b[1]", "Output/b[2]/c"]
    assert template(bindings(x=[5])) == {
        "a": 1,
        "b": [1, [5], {"c": "Ada"}],
        "d": " {% $nope %}",
        "{% $nope %}": "x",
        "e.$": "$.a",
        "f": {"g": [None, True]},
    }


def test_template_shares_what_is_literal() -> None:
    value = {"a": "{% 1 %}", "b": {"c": [1]}}
    template = compile_value(value, "Output")
    first, second = template(bindings()), template(bindings())
    assert first is not second
    assert first["b"] is second["b"] is value["b"]
    assert list(first) == ["a", "b"]


@pytest.mark.parametrize("value", [None, 1, "text", "{%", "{% x", "x %}", {"a": [1]}, [], " {% 1 %}", "{% 1 %} "])
def test_constant(value: Any) -> None:
    template = compile_value(value, "Output")
    assert template.constant
    assert template(bindings()) is value


def test_whole_value_is_an_expression() -> None:
    template = compile_value("{% $states.input.n %}", "Output")
    assert template(bindings()) == 1
    assert template.expressions[0][0] == ""
    assert template.expressions[0][1].field == "Output"


def test_template_names_the_field_that_failed() -> None:
    template = compile_value({"FunctionName": "{% $doesNotExist %}", "Payload": 1}, "Arguments")
    with pytest.raises(QueryEvaluationError) as caught:
        template(bindings())
    assert caught.value.location == "Arguments/FunctionName"
    assert caught.value.cause == (
        "The JSONata expression '$doesNotExist' specified for the field 'Arguments/FunctionName' "
        "returned nothing (undefined)."
    )


def test_template_reports_every_problem() -> None:
    with pytest.raises(LocatedSyntaxError) as caught:
        compile_value({"a": "{% 1 + %}", "b/c": ["{% x %}"], "d": "{%%}"}, "Output")
    assert [pointer for pointer, _ in caught.value.problems] == ["/a", "/b~1c/0", "/d"]
    assert caught.value.offset == 3


@pytest.mark.parametrize(
    ("text", "expected", "kind", "shown"),
    [
        ("1", "array", "number", "1"),
        ("true", "array", "boolean", "true"),
        ("null", "array", "null", "null"),
        ("'string'", "array", "string", '"string"'),
        ("{'foo': 'bar'}", "array", "object", '{"foo":"bar"}'),
        ("[1, 'a']", "object", "array", '[1,"a"]'),
        ("1.5", "integer", "number", "1.5"),
        ("true", "integer", "boolean", "true"),
        ("1", "boolean", "number", "1"),
        ("0", "string", "number", "0"),
    ],
)
def test_unexpected_type(text: str, expected: str, kind: str, shown: str) -> None:
    template = compile_typed(f"{{% {text} %}}", "Items", expected)
    with pytest.raises(QueryEvaluationError) as caught:
        template(bindings())
    assert caught.value.cause == (
        f"The JSONata expression '{text}' specified for the field 'Items' returned an unexpected result type. "
        f"Expected '{expected}', but was '{kind}' for value: {shown}"
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[1]", "array"),
        ("'a'", "string"),
        ("2", "number"),
        ("2", "integer"),
        ("4 / 2", "integer"),
        ("{}", "object"),
        ("1 = 1", "boolean"),
    ],
)
def test_expected_type(text: str, expected: str) -> None:
    compile_typed(f"{{% {text} %}}", "Seconds", expected)(bindings())


def test_typed_literal_is_left_to_the_validator() -> None:
    assert compile_typed(5, "Seconds", "integer")(bindings()) == 5


@pytest.mark.parametrize(
    ("value", "answer"), [("{%%}", True), ("{% 1 %}", True), ("{%}", False), (" {%%}", False), (1, False)]
)
def test_is_expression(value: object, answer: bool) -> None:
    assert is_expression(value) is answer


# checks


@pytest.mark.parametrize(
    ("text", "allowed", "problems"),
    [
        ("$states.input.a", {"input", "context"}, []),
        ("$states", {"input"}, []),
        ("$states.result", {"input"}, [("Field '$states.result' does not exist.", 0)]),
        ("1 + $states.errorOutput.Cause", {"input"}, [("Field '$states.errorOutput' does not exist.", 4)]),
        ("$states.foo & $states.input", {"input"}, [("Field '$states.foo' does not exist.", 0)]),
        ("$states.context.Map.Item", {"input", "context"}, []),
        ("$map([1], function($x){$states.result})", {"input"}, [("Field '$states.result' does not exist.", 23)]),
        ("1 +", {"input"}, [("S0207: Unexpected end of expression", 3)]),
    ],
)
def test_check(text: str, allowed: set[str], problems: list[tuple[str, int]]) -> None:
    assert check_expression(text, "Output", allowed) == problems


def test_check_names_fields_without_context() -> None:
    ((message, offset),) = check_expression("$states.input.a + total", "Output", {"input"})
    assert "'total'" in message
    assert offset == 18


# sharing


def test_threads_share_an_expression() -> None:
    expression = compile_jsonata(
        "($f := function($n){$n < 2 ? $n : $f($n - 1) + $f($n - 2)}; "
        "{'f': $f($states.input.n), 'o': $states.input.list.{'v': $, 'n': $states.input.n}[v > 1]})",
        "Output",
    )

    def once(number: int) -> Any:
        return expression({"states": {"input": {"n": number % 10, "list": [1, 2, number]}}})

    alone = [once(number) for number in range(40)]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(once, range(40))) == alone


def test_the_engine_is_imported_when_it_is_needed() -> None:
    code = (
        "import sys, asl.expressions.jsonata as j\n"
        "assert not [m for m in sys.modules if m.startswith('asl.expressions.jsonata.')]\n"
        "assert j.compile_jsonata('1 + 1', 'Output')({}) == 2\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)

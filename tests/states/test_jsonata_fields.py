"""JSONata in the fields of states: what each accepts, what it sees, its default, and how it fails."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from asl import DefinitionError, TaskError
from tests.machines import FUNCTION, SEND, Script, details, machine, moments, run, run_jsonata, scope, task

if TYPE_CHECKING:
    from asl import Execution

JSONATA = {"QueryLanguage": "JSONata"}
INNER = scope({"I": {"Type": "Pass", "End": True}})
ERROR = "States.QueryEvaluationError"


def one(state: dict[str, Any], data: Any = None, **options: Any) -> Execution:
    """Run a JSONata machine of one state S."""
    ends = state["Type"] in {"Succeed", "Fail", "Choice"} or "End" in state
    return run_jsonata({"S": state if ends else {**state, "End": True}}, data, **options)


def failed(execution: Execution, tail: str, location: str | None) -> None:
    """The execution failed at the evaluation of a field of S, with these words and at this place."""
    assert (execution.status, execution.error) == ("FAILED", ERROR)
    visit = next(n for n, event in enumerate(execution.events, 1) if event[0].endswith("StateEntered"))
    cause = f"An error occurred while executing the state 'S' (entered at the event id #{visit}). {tail}"
    assert execution.cause == cause
    place = {} if location is None else {"location": location}
    assert details(execution, "EvaluationFailed") == [{"state": "S", "error": ERROR, "cause": cause, **place}]


def returned_nothing(text: str, field: str) -> str:
    return f"The JSONata expression '{text}' specified for the field '{field}' returned nothing (undefined)."


def unexpected(text: str, field: str, expected: str, kind: str, value: str) -> str:
    return (
        f"The JSONata expression '{text}' specified for the field '{field}' returned an unexpected result type. "
        f"Expected '{expected}', but was '{kind}' for value: {value}"
    )


# -- Output --


@pytest.mark.parametrize("value", [None, False, 0, 1.5, "", "text", [], [1, [2]], {}, {"a": {"b": None}}], ids=repr)
def test_output_is_any_json_literal_or_evaluated(value: Any) -> None:
    assert one({"Type": "Pass", "Output": value}).output == value
    assert one({"Type": "Pass", "Output": "{% $states.input.v %}"}, {"v": value}).output == value
    assert one({"Type": "Pass", "Output": ["{% $states.input.v %}"]}, {"v": value}).output == [value]


def test_expressions_stand_at_any_depth_and_never_in_names() -> None:
    output = {
        "list": ["{% $states.input.n %}", {"in": ["{%$states.input.n + 1%}"]}],
        "{% $states.input.n %}": "name",
        "plain.$": "$.n",
        "part": "a {% $states.input.n %} b",
        "blank": " {% $states.input.n %}",
        "multi": "{%\n  $states.input.n\n%}",
    }
    assert one({"Type": "Pass", "Output": output}, {"n": 1}).output == {
        "list": [1, {"in": [2]}],
        "{% $states.input.n %}": "name",
        "plain.$": "$.n",
        "part": "a {% $states.input.n %} b",
        "blank": " {% $states.input.n %}",
        "multi": 1,
    }


#: The output of each state without Output: (state, output); the input is [1], the function returns "result".
DEFAULTS: dict[str, tuple[dict[str, Any], Any]] = {
    "Task": (task(), "result"),
    "Parallel": ({"Type": "Parallel", "Branches": [INNER]}, [[1]]),
    "Map": ({"Type": "Map", "ItemProcessor": INNER}, [1]),
    "Pass": ({"Type": "Pass"}, [1]),
    "Wait": ({"Type": "Wait", "Seconds": 1}, [1]),
    "Succeed": ({"Type": "Succeed"}, [1]),
}


@pytest.mark.parametrize("name", DEFAULTS)
def test_the_output_without_output(name: str) -> None:
    state, expected = DEFAULTS[name]
    assert one(state, [1], handlers={"f": lambda _: "result"}).output == expected


@pytest.mark.parametrize("name", DEFAULTS)
def test_output_replaces_it_in_every_state(name: str) -> None:
    state, _ = DEFAULTS[name]
    state = {**state, "Output": {"in": "{% $states.input %}"}}
    assert one(state, [1], handlers={"f": lambda _: "result"}).output == {"in": [1]}


def test_choice_s_output_belongs_to_default() -> None:
    states = {
        "C": {
            "Type": "Choice",
            "Choices": [{"Condition": "{% $states.input = 1 %}", "Next": "End"}],
            "Default": "End",
            "Output": "default",
        },
        "End": {"Type": "Succeed"},
    }
    assert run_jsonata(states, 1).output == 1
    assert run_jsonata(states, 2).output == "default"


@pytest.mark.parametrize(
    ("output", "text", "location"),
    [
        ("{% $states.input.nope %}", "$states.input.nope", "Output"),
        ({"a": "{% $nope %}"}, "$nope", "Output/a"),
        ({"a": {"b": "{%   $nope   %}"}}, "$nope", "Output/a/b"),
    ],
)
@pytest.mark.parametrize("kind", ["Pass", "Succeed"])
def test_an_output_that_is_undefined(kind: str, output: Any, text: str, location: str) -> None:
    failed(one({"Type": kind, "Output": output}), returned_nothing(text, location), location)


def test_what_is_undefined_inside_of_one_expression_is_left_out() -> None:
    assert one({"Type": "Pass", "Output": "{% {'a': $nope, 'b': [1, $nope]} %}"}).output == {"b": [1]}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "'a' + 1",
            'threw an error during evaluation. T2001: The left side of the "+" operator must evaluate to a number',
        ),
        ("$nope()", "threw an error during evaluation. T1006: Attempted to invoke a non-function"),
        ("function($x){$x}", "returned an unsupported result type."),
        ("$error('mine')", "threw an error during evaluation. D3137: mine"),
    ],
)
def test_an_output_that_can_t_be_evaluated(text: str, said: str) -> None:
    tail = f"The JSONata expression '{text}' specified for the field 'Output' {said}"
    failed(one({"Type": "Pass", "Output": f"{{% {text} %}}"}), tail, "Output")


# -- Assign, Arguments --


def test_an_assign_that_is_undefined() -> None:
    state = {"Type": "Pass", "Assign": {"x": "{% $nope %}"}}
    failed(one(state), returned_nothing("$nope", "Assign/x"), "Assign/x")


@pytest.mark.parametrize(
    "arguments", [None, "text", 5, [1, "{% $states.input.n %}"], {"a": {"b": "{% $states.input.n %}"}}]
)
def test_arguments_are_any_json(arguments: Any) -> None:
    handler = Script("result")
    one(task(Arguments=arguments), {"n": 7}, handlers={"f": handler})
    assert handler.seen == [eval_n(arguments)]


def eval_n(value: Any) -> Any:
    """The value with 7 for its expressions."""
    match value:
        case "{% $states.input.n %}":
            return 7
        case list():
            return [eval_n(item) for item in value]
        case dict():
            return {name: eval_n(item) for name, item in value.items()}
        case _:
            return value


def test_arguments_of_a_parallel_are_the_input_of_every_branch() -> None:
    branches = [scope({name: {"Type": "Pass", "End": True}}) for name in ("A", "B")]
    state = {"Type": "Parallel", "Arguments": {"n": "{% $states.input + 1 %}"}, "Branches": branches}
    assert one(state, 1).output == [{"n": 2}] * 2


def test_arguments_may_name_the_function() -> None:
    state = {
        "Type": "Task",
        "Resource": "arn:aws:states:::lambda:invoke",
        "Arguments": {"FunctionName": "{% $states.input.name %}", "Payload": "{% $states.input %}"},
        "Output": "{% $states.result.Payload %}",
    }
    assert one(state, {"name": FUNCTION + "g"}, handlers={"g": lambda event: event}).output == {"name": FUNCTION + "g"}


def test_arguments_that_are_undefined() -> None:
    state = task(Arguments={"FunctionName": "{% $nope %}"})
    execution = one(state, handlers={"f": Script()})
    failed(execution, returned_nothing("$nope", "Arguments/FunctionName"), "Arguments/FunctionName")


def test_arguments_are_evaluated_for_every_attempt() -> None:
    handler = Script(TaskError("Busy"), TaskError("Busy"), "done")
    state = task(Arguments="{% $states.context.State.RetryCount %}", Retry=[{"ErrorEquals": ["Busy"]}])
    assert one(state, handlers={"f": handler}).output == "done"
    assert handler.seen == [0, 1, 2]


# -- Condition --


def choose(condition: Any, data: Any = None) -> Execution:
    states = {
        "S": {"Type": "Choice", "Choices": [{"Condition": condition, "Next": "Yes"}], "Default": "No"},
        "Yes": {"Type": "Pass", "Output": True, "End": True},
        "No": {"Type": "Pass", "Output": False, "End": True},
    }
    return run_jsonata(states, data)


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (True, True),
        (False, False),
        ("{% $states.input.n > 1 %}", True),
        ("{% $states.input.n > 1 and $states.input.nope %}", False),
        ("{% 'a' in $states.input.list %}", True),
        ("{% $exists($states.input.nope) %}", False),
        ("{% $boolean($states.input.list) %}", True),
        ("{% $states.context.State.Name = 'S' %}", True),
    ],
)
def test_conditions(condition: Any, expected: bool) -> None:
    assert choose(condition, {"n": 2, "list": ["a"]}).output is expected


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("1", "number", "1"),
        ("'true'", "string", '"true"'),
        ("null", "null", "null"),
        ("[true]", "array", "[true]"),
        ("{}", "object", "{}"),
    ],
)
def test_a_condition_must_be_a_boolean(text: str, kind: str, value: str) -> None:
    failed(choose(f"{{% {text} %}}"), unexpected(text, "Condition", "boolean", kind, value), "Condition")


def test_a_condition_that_is_undefined() -> None:
    failed(choose("{% $states.input.nope %}"), returned_nothing("$states.input.nope", "Condition"), "Condition")


def test_conditions_after_the_first_that_holds_are_not_evaluated() -> None:
    rules = [{"Condition": True, "Next": "End"}, {"Condition": "{% $nope %}", "Next": "End"}]
    assert run_jsonata({"C": {"Type": "Choice", "Choices": rules}, "End": {"Type": "Succeed"}}).status == "SUCCEEDED"


def test_no_condition_holds_and_there_is_no_default() -> None:
    rules = [{"Condition": "{% false %}", "Next": "End"}]
    execution = run_jsonata({"C": {"Type": "Choice", "Choices": rules}, "End": {"Type": "Succeed"}})
    assert execution.error == "States.Runtime"


# -- Seconds, Timestamp --


@pytest.mark.parametrize(
    ("fields", "seconds"),
    [
        ({"Seconds": 3}, 3),
        ({"Seconds": "{% $states.input.n %}"}, 2),
        ({"Seconds": "{% 6 / 2 %}"}, 3),
        ({"Seconds": "{% $states.input.whole %}"}, 5),
        ({"Seconds": "{% 0 %}"}, 0),
        ({"Timestamp": "2026-01-01T00:00:04Z"}, 4),
        ({"Timestamp": "{% $states.input.at %}"}, 6),
        ({"Timestamp": "{% $fromMillis($millis() + 7000) %}"}, 7),
        ({"Timestamp": "{% '1999-01-01T00:00:00Z' %}"}, 0),
    ],
)
def test_how_long_a_wait_is(fields: dict[str, Any], seconds: int) -> None:
    data = {"n": 2, "whole": 5.0, "at": "2026-01-01T01:00:06+01:00"}
    execution = one({"Type": "Wait", **fields}, data)
    assert (execution.output, moments(execution, "WaitStateExited")) == (data, [seconds])


WRONG_WAITS = [
    ({"Seconds": "{% -1 %}"}, "The Seconds field must not be negative: -1", "Seconds"),
    ({"Seconds": "{% 1.5 %}"}, unexpected("1.5", "Seconds", "integer", "number", "1.5"), "Seconds"),
    ({"Seconds": "{% '1' %}"}, unexpected("'1'", "Seconds", "integer", "string", '"1"'), "Seconds"),
    ({"Seconds": "{% true %}"}, unexpected("true", "Seconds", "integer", "boolean", "true"), "Seconds"),
    ({"Seconds": "{% $nope %}"}, returned_nothing("$nope", "Seconds"), "Seconds"),
    ({"Timestamp": "{% 5 %}"}, unexpected("5", "Timestamp", "string", "number", "5"), "Timestamp"),
    (
        {"Timestamp": "{% '2026-01-01' %}"},
        "The Timestamp field cannot be parsed as an ISO-8601 extended offset date-time format string: 2026-01-01",
        "Timestamp",
    ),
]


@pytest.mark.parametrize(("fields", "tail", "location"), WRONG_WAITS)
def test_a_wait_that_can_t_be_evaluated(fields: dict[str, Any], tail: str, location: str) -> None:
    failed(one({"Type": "Wait", **fields}), tail, location)


# -- TimeoutSeconds, HeartbeatSeconds, Credentials --


@pytest.mark.parametrize(
    ("timeout", "heartbeat"), [(20, 10), ("{% $states.input.n %}", "{% $states.input.n - 10 %}"), ("{% 40 / 2 %}", 10)]
)
def test_clocks(timeout: Any, heartbeat: Any) -> None:
    state = {"Type": "Task", "Resource": SEND, "TimeoutSeconds": timeout, "HeartbeatSeconds": heartbeat}
    execution = one(state, {"n": 20}, handlers={"S": lambda _: 1})
    (scheduled,) = details(execution, "TaskScheduled")
    assert (scheduled["timeoutInSeconds"], scheduled["heartbeatInSeconds"]) == (20, 10)


def test_a_timeout_that_was_evaluated_counts() -> None:
    def slow(_event: Any, context: Any) -> None:
        context.sleep(3)

    execution = one(task(TimeoutSeconds="{% $states.input %}"), 2, handlers={"f": slow})
    assert execution.error == "States.Timeout"
    assert moments(execution, "LambdaFunctionTimedOut") == [2]


@pytest.mark.parametrize("field", ["TimeoutSeconds", "HeartbeatSeconds"])
@pytest.mark.parametrize(
    ("text", "tail"),
    [
        ("0", "The {} field must be a positive integer: 0"),
        ("-1", "The {} field must be a positive integer: -1"),
        ("'1'", unexpected("'1'", "{}", "integer", "string", '"1"')),
        ("0.5", unexpected("0.5", "{}", "integer", "number", "0.5")),
        ("null", unexpected("null", "{}", "integer", "null", "null")),
        ("$nope", returned_nothing("$nope", "{}")),
    ],
)
def test_a_clock_that_can_t_be_evaluated(field: str, text: str, tail: str) -> None:
    state = {"Type": "Task", "Resource": SEND, field: f"{{% {text} %}}"}
    failed(one(state, handlers={"S": Script()}), tail.format(field), field)


def test_credentials() -> None:
    for role in ("arn:r", "{% $states.input.role %}"):
        execution = one(task(Credentials={"RoleArn": role}), {"role": "arn:r"}, handlers={"f": Script(1)})
        (scheduled,) = details(execution, "LambdaFunctionScheduled")
        assert scheduled["taskCredentials"] == {"roleArn": "arn:r"}
    execution = one(task(Credentials={"RoleArn": "{% 5 %}"}), handlers={"f": Script()})
    failed(execution, unexpected("5", "Credentials/RoleArn", "string", "number", "5"), "Credentials/RoleArn")


# -- Error, Cause --


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, (None, None)),
        ({"Error": "E"}, ("E", None)),
        ({"Error": "{% $states.input.error %}", "Cause": "{% 'because ' & $states.input.n %}"}, ("Oops", "because 1")),
        ({"Cause": "{% $states.context.State.Name %}"}, (None, "S")),
    ],
)
def test_error_and_cause(fields: dict[str, Any], expected: tuple[Any, Any]) -> None:
    execution = one({"Type": "Fail", **fields}, {"error": "Oops", "n": 1})
    assert (execution.status, execution.error, execution.cause) == ("FAILED", *expected)


@pytest.mark.parametrize("field", ["Error", "Cause"])
def test_error_and_cause_must_be_strings(field: str) -> None:
    failed(one({"Type": "Fail", field: "{% 5 %}"}), unexpected("5", field, "string", "number", "5"), field)
    failed(one({"Type": "Fail", field: "{% $nope %}"}), returned_nothing("$nope", field), field)


# -- which language a state has --


def test_a_jsonpath_machine_with_jsonata_states() -> None:
    """A Map of the other language doesn't pass it on to the states inside."""
    inner = {
        "Path": {"Type": "Pass", "Parameters": {"n.$": "$"}, "Next": "Ata"},
        "Ata": {"Type": "Pass", **JSONATA, "Output": "{% $states.input.n * 10 %}", "End": True},
    }
    states = {
        "A": {"Type": "Pass", "Parameters": {"items.$": "$.list"}, "Next": "Each"},
        "Each": {
            "Type": "Map",
            **JSONATA,
            "Items": "{% $states.input.items %}",
            "ItemProcessor": scope(inner),
            "Output": "{% $sum($states.result) %}",
            "Next": "B",
        },
        "B": {"Type": "Pass", "Parameters": {"sum.$": "$"}, "End": True},
    }
    assert run(states, {"list": [1, 2]}).output == {"sum": 30}


def test_a_jsonata_machine_with_a_jsonpath_state_is_refused() -> None:
    states = {"A": {"Type": "Pass", "QueryLanguage": "JSONPath", "End": True}}
    with pytest.raises(DefinitionError, match="'QueryLanguage' can not be 'JSONPath' if set to 'JSONata'"):
        machine(states, QueryLanguage="JSONata")


OTHER_LANGUAGE = [
    ("JSONata", {"Type": "Pass", "Parameters": {}}),
    ("JSONata", {"Type": "Pass", "Result": 1}),
    ("JSONata", {"Type": "Pass", "InputPath": "$"}),
    ("JSONata", {"Type": "Wait", "SecondsPath": "$.n"}),
    ("JSONata", task(ResultSelector={})),
    ("JSONPath", {"Type": "Pass", "Output": 1}),
    ("JSONPath", task(Arguments={})),
    ("JSONPath", {"Type": "Map", "Items": [1], "ItemProcessor": INNER}),
    ("JSONPath", {"Type": "Wait", "Seconds": "{% 1 %}"}),
]


@pytest.mark.parametrize(("language", "state"), OTHER_LANGUAGE, ids=str)
def test_fields_of_the_other_language_are_refused(language: str, state: dict[str, Any]) -> None:
    with pytest.raises(DefinitionError):
        machine({"S": {**state, "End": True}}, QueryLanguage=language)
    with pytest.raises(DefinitionError):
        machine({"S": {**state, "End": True, "QueryLanguage": language}})


# -- $states.context --


def test_the_context_object() -> None:
    states = {
        "A": {"Type": "Wait", "Seconds": 1, "Next": "S"},
        "S": task(Arguments="{% $states.context %}", Output="{% $states.context.State %}"),
    }
    handler = Script(1)
    execution = run_jsonata(states, {"in": 1}, handlers={"f": handler}, name="one")
    (context,) = handler.seen
    assert context == {
        "Execution": {
            "Id": execution.arn,
            "Input": {"in": 1},
            "StartTime": "2026-01-01T00:00:00.000Z",
            "Name": "one",
            "RoleArn": context["Execution"]["RoleArn"],
            "RedriveCount": 0,
        },
        "StateMachine": {"Id": execution.machine_arn, "Name": "StateMachine"},
        "State": {"Name": "S", "EnteredTime": "2026-01-01T00:00:01.000Z", "RetryCount": 0},
    }
    assert execution.output == context["State"]
    assert one({"Type": "Pass", "Output": "{% $states.context.State.RetryCount %}"}).error == ERROR


def test_time_and_chance_come_from_the_execution() -> None:
    output = {"now": "{% $now() %}", "millis": "{% $millis() %}", "random": "{% $random() %}", "id": "{% $uuid() %}"}
    state = {"Type": "Pass", "Output": output}
    first, again, other = one(state).output, one(state).output, one(state, seed="other").output
    assert first == again
    assert (first["now"], first["millis"]) == ("2026-01-01T00:00:00.000Z", 1_767_225_600_000)
    assert first["random"] != other["random"]
    assert first["id"] != other["id"]


# -- bounds --


@pytest.mark.parametrize(
    "text",
    [
        "($f := function($n){$f($n + 1)}; $f(0))",
        "($f := function($n){1 + $f($n + 1)}; $f(0))",
        "$count([1..10000000])",
        "$sum($map([1..100000], function($x){$sum([1..$x])}))",
        "$pad('', 100000000)",
    ],
)
def test_a_runaway_expression_fails_the_state(text: str) -> None:
    states = {
        "T": task(Arguments=f"{{% {text} %}}", Catch=[{"ErrorEquals": [ERROR], "Next": "End"}], Next="End"),
        "End": {"Type": "Pass", "Output": "{% $states.input.Cause %}", "End": True},
    }
    assert "threw an error during evaluation" in run_jsonata(states, handlers={"f": Script()}).output


def test_an_expression_that_doesn_t_parse_is_refused_when_the_machine_is_compiled() -> None:
    with pytest.raises(DefinitionError, match="S0207"):
        machine({"S": {"Type": "Pass", "Output": {"a": "{% 1 + %}"}, "End": True}}, QueryLanguage="JSONata")

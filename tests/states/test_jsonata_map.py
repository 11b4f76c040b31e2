"""Map in JSONata: Items, ItemSelector, MaxConcurrency, and iterations that can't be evaluated."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.machines import Script, details, links, moments, run, run_jsonata, scope, task

if TYPE_CHECKING:
    from asl import Execution

ERROR = "States.QueryEvaluationError"
INNER = scope({"I": {"Type": "Pass", "End": True}})


def each(data: Any = None, processor: dict[str, Any] = INNER, **fields: Any) -> Execution:
    """Run a machine of one Map."""
    state = {"Type": "Map", "ItemProcessor": processor, **fields, "End": True}
    return run_jsonata({"M": state}, data, handlers={"f": lambda event: event})


# -- Items --


@pytest.mark.parametrize(
    ("items", "expected"),
    [
        ([], []),
        ([1, "a", None, [2], {"b": 3}], [1, "a", None, [2], {"b": 3}]),
        (["{% $states.input.n %}", {"in": "{% $states.input.n + 1 %}"}], [7, {"in": 8}]),
        ("{% $states.input.list %}", [1, 2, 3]),
        ("{% $states.input.list[$ > 1] %}", [2, 3]),
        ("{% [$states.input.list[$ > 2]] %}", [3]),
        ("{% $states.input.empty %}", []),
        ("{% [1..3] %}", [1, 2, 3]),
        ("{% $states.input.objects.name %}", ["a", "b"]),
        ("{% $map([1, 2], function($x){$x * 2}) %}", [2, 4]),
    ],
)
def test_items(items: Any, expected: list[Any]) -> None:
    data = {"n": 7, "list": [1, 2, 3], "empty": [], "objects": [{"name": "a"}, {"name": "b"}]}
    execution = each(data, Items=items)
    assert (execution.status, execution.output) == ("SUCCEEDED", expected)
    assert details(execution, "MapStateStarted") == [{"length": len(expected)}]


def test_the_input_is_the_items_where_there_are_none() -> None:
    assert each([1, 2]).output == [1, 2]


def cause(tail: str) -> str:
    return f"An error occurred while executing the state 'M' (entered at the event id #2). {tail}"


def wrong_type(text: str, kind: str, value: str) -> str:
    return cause(
        f"The JSONata expression '{text}' specified for the field 'Items' returned an unexpected result type. "
        f"Expected 'array', but was '{kind}' for value: {value}"
    )


#: (Items, cause), as recorded on AWS
WRONG_ITEMS = [
    ("{% null %}", wrong_type("null", "null", "null")),
    ("{% true %}", wrong_type("true", "boolean", "true")),
    ("{% 1 %}", wrong_type("1", "number", "1")),
    ("{% 'string' %}", wrong_type("'string'", "string", '"string"')),
    ("{% {'foo': 'bar'} %}", wrong_type("{'foo': 'bar'}", "object", '{"foo":"bar"}')),
    ("{% [1, 2, 3][$ = 2] %}", wrong_type("[1, 2, 3][$ = 2]", "number", "2")),
    (
        "{% $fn := function($x){$x} %}",
        cause(
            "The JSONata expression '$fn := function($x){$x}' specified for the field 'Items' returned an unsupported "
            "result type."
        ),
    ),
    (
        "{% $nope %}",
        cause("The JSONata expression '$nope' specified for the field 'Items' returned nothing (undefined)."),
    ),
]


@pytest.mark.parametrize(("items", "expected"), WRONG_ITEMS)
def test_items_that_evaluate_to_no_array(items: Any, expected: str) -> None:
    execution = each(Items=items)
    assert (execution.error, execution.cause) == (ERROR, expected)
    assert links(execution) == [
        "1 ExecutionStarted",
        "2<-0 MapStateEntered M",
        "3<-0 EvaluationFailed",
        "4 MapStateFailed",
        "5 ExecutionFailed",
    ]
    (failed,) = details(execution, "EvaluationFailed")
    assert failed["location"] == "Items"


@pytest.mark.parametrize("value", [None, True, 1, "string", {"foo": "bar"}], ids=repr)
def test_an_input_that_is_no_array(value: Any) -> None:
    execution = run_jsonata(
        {
            "P": {"Type": "Pass", "Output": value, "Next": "M"},
            "M": {"Type": "Map", "ItemProcessor": INNER, "End": True},
        }
    )
    assert links(execution)[3:] == [
        "4 MapStateEntered M",
        "5<-3 EvaluationFailed",
        "6 MapStateFailed",
        "7 ExecutionFailed",
    ]
    assert execution.cause is not None
    (failed,) = details(execution, "EvaluationFailed")
    assert "location" not in failed
    assert "Map state input must be an array but was: " in failed["cause"]


@pytest.mark.parametrize("items", [None, True, 1, "string", {"foo": "bar"}], ids=repr)
def test_literal_items_that_are_no_array(items: Any) -> None:
    execution = each(Items=items)
    assert execution.error == ERROR
    assert links(execution)[2:] == ["3<-0 EvaluationFailed", "4 MapStateFailed", "5 ExecutionFailed"]


def test_items_that_are_wrong_can_be_retried_and_caught() -> None:
    catch = [{"ErrorEquals": [ERROR], "Next": "End"}]
    state = {
        "Type": "Map",
        "Items": "{% $states.context.State.RetryCount = 2 ? [5] : 'no' %}",
        "ItemProcessor": INNER,
        "Catch": catch,
        "Next": "End",
    }
    execution = run_jsonata({"M": state, "End": {"Type": "Succeed"}})
    assert execution.output["Error"] == ERROR
    retried = {**state, "Retry": [{"ErrorEquals": ["States.ALL"]}]}
    execution = run_jsonata({"M": retried, "End": {"Type": "Succeed"}})
    assert execution.output == [5]
    assert links(execution)[:6] == [
        "1 ExecutionStarted",
        "2<-0 MapStateEntered M",
        "3<-0 EvaluationFailed",
        "4<-0 EvaluationFailed",
        "5 MapStateStarted 1",
        "6 MapIterationStarted 0",
    ]


# -- ItemSelector --


def test_item_selector_sees_the_map_s_input_and_the_item() -> None:
    selector = {
        "item": "{% $states.context.Map.Item.Value %}",
        "at": "{% $states.context.Map.Item.Index %}",
        "from": "{% $states.input.name %}",
        "literal": [1, "$.x"],
    }
    execution = each({"name": "n", "list": ["a", "b"]}, Items="{% $states.input.list %}", ItemSelector=selector)
    assert execution.output == [
        {"item": item, "at": at, "from": "n", "literal": [1, "$.x"]} for at, item in enumerate(["a", "b"])
    ]


@pytest.mark.parametrize("selector", ["{% $states.context.Map.Item.Value * 2 %}", 5, None, ["{% $states.input %}"]])
def test_item_selector_is_any_json(selector: Any) -> None:
    expected = {"{% $states.context.Map.Item.Value * 2 %}": [2, 4]}.get(str(selector))
    if expected is None:
        expected = [["in"] if selector == ["{% $states.input %}"] else selector] * 2
    assert each("in", Items=[1, 2], ItemSelector=selector).output == expected


def test_states_inside_see_the_item_too() -> None:
    inner = scope({"I": {"Type": "Pass", "Output": "{% $states.context.Map.Item %}", "End": True}})
    assert each(Items=["a", "b"], processor=inner).output == [{"Index": 0, "Value": "a"}, {"Index": 1, "Value": "b"}]


def test_the_innermost_item_is_seen() -> None:
    inner = scope({"I": {"Type": "Pass", "Output": "{% $states.context.Map.Item.Value %}", "End": True}})
    nested = scope({"N": {"Type": "Map", "Items": ["x"], "ItemProcessor": inner, "End": True}})
    assert each(Items=["a"], processor=nested).output == [["x"]]


SELECT_2_FAILS = {"v": "{% $states.context.Map.Item.Value = 2 ? $nope : 1 %}"}


def test_an_item_selector_that_fails_ends_all_that_has_begun() -> None:
    execution = each(Items=[1, 2, 3], ItemSelector=SELECT_2_FAILS)
    assert execution.error == ERROR
    assert links(execution)[2:] == [
        "3 MapStateStarted 3",
        "4 MapIterationStarted 0",
        "5<-3 MapIterationStarted 1",
        "6<-3 MapIterationStarted 2",
        "7<-0 EvaluationFailed",
        "8 MapIterationAborted 0",
        "9<-7 MapIterationFailed 1",
        "10<-7 MapIterationAborted 2",
        "11<-7 MapStateFailed",
        "12 ExecutionFailed",
    ]
    (failed,) = details(execution, "EvaluationFailed")
    assert (failed["state"], failed["location"]) == ("M", "ItemSelector/v")


def test_a_later_item_selector_that_fails() -> None:
    execution = each(Items=[1, 2, 3], MaxConcurrency=1, ItemSelector=SELECT_2_FAILS)
    assert links(execution)[6:] == [
        "7 MapIterationSucceeded 0",
        "8<-6 MapIterationStarted 1",
        "9<-0 EvaluationFailed",
        "10 MapIterationFailed 1",
        "11<-9 MapStateFailed",
        "12 ExecutionFailed",
    ]


def test_an_item_selector_that_fails_cuts_off_those_at_work() -> None:
    inner = scope({"W": {"Type": "Wait", "Seconds": "{% $states.input.v %}", "End": True}})
    execution = each(
        Items=[5, 1, 2],
        MaxConcurrency=2,
        ItemSelector={"v": "{% $states.context.Map.Item.Value = 2 ? $nope : $states.context.Map.Item.Value %}"},
        processor=inner,
    )
    assert links(execution)[5:] == [
        "6<-4 WaitStateEntered W",
        "7<-5 WaitStateEntered W",
        "8 WaitStateExited W",
        "9 MapIterationSucceeded 1",
        "10<-8 MapIterationStarted 2",
        "11<-0 EvaluationFailed",
        "12 MapIterationAborted 0",
        "13<-11 WaitStateAborted",
        "14<-11 MapIterationFailed 2",
        "15<-11 MapStateFailed",
        "16 ExecutionFailed",
    ]


# -- MaxConcurrency --


@pytest.mark.parametrize(
    ("limit", "started"),
    [(2, [0, 0, 1]), ("{% $states.input.n %}", [0, 0, 1]), ("{% 1 %}", [0, 1, 2]), ("{% 0 %}", [0, 0, 0])],
)
def test_max_concurrency(limit: Any, started: list[int]) -> None:
    inner = scope({"W": {"Type": "Wait", "Seconds": 1, "End": True}})
    execution = each({"n": 2}, Items=[1, 2, 3], MaxConcurrency=limit, processor=inner)
    assert moments(execution, "MapIterationStarted") == started


@pytest.mark.parametrize("text", ["-1", "1.5", "'2'", "null", "$nope"])
def test_a_max_concurrency_that_can_t_be_evaluated(text: str) -> None:
    execution = each(Items=[1], MaxConcurrency=f"{{% {text} %}}")
    assert execution.error == ERROR
    (failed,) = details(execution, "EvaluationFailed")
    assert failed["location"] == "MaxConcurrency"
    assert "MapStateStarted" not in [event[0] for event in execution.events]


# -- failures inside --


def test_an_evaluation_that_fails_inside_an_iteration() -> None:
    """As recorded on AWS: EvaluationFailed follows what came before the state, all else follows EvaluationFailed."""
    inner = scope({"I": {"Type": "Pass", "Output": {"a": "{% $nope %}"}, "End": True}})
    execution = each(Items=[1], processor=inner)
    assert links(execution)[3:] == [
        "4 MapIterationStarted 0",
        "5 PassStateEntered I",
        "6<-4 EvaluationFailed",
        "7 MapIterationFailed 0",
        "8<-6 MapStateFailed",
        "9 ExecutionFailed",
    ]
    assert execution.cause == (
        "An error occurred while executing the state 'I' (entered at the event id #5). The JSONata expression '$nope' "
        "specified for the field 'Output/a' returned nothing (undefined)."
    )


def test_an_evaluation_that_fails_inside_a_branch_is_the_parallel_s_error() -> None:
    bad = scope({"T": task(Arguments="{% $nope %}")})
    slow = scope({"W": {"Type": "Wait", "Seconds": 9, "End": True}})
    state = {
        "Type": "Parallel",
        "Branches": [slow, bad],
        "Catch": [{"ErrorEquals": [ERROR], "Output": "{% $states.errorOutput.Error %}", "Next": "End"}],
        "End": True,
    }
    execution = run_jsonata({"P": state, "End": {"Type": "Succeed"}}, handlers={"f": Script()})
    assert execution.output == ERROR
    assert links(execution)[2:] == [
        "3 ParallelStateStarted",
        "4 WaitStateEntered W",
        "5<-3 TaskStateEntered T",
        "6<-3 EvaluationFailed",
        "7 WaitStateAborted",
        "8<-6 TaskStateAborted",
        "9<-6 ParallelStateFailed",
        "10 ParallelStateExited P",
        "11 SucceedStateEntered End",
        "12 SucceedStateExited End",
        "13 ExecutionSucceeded",
    ]


@pytest.mark.parametrize("kind", ["Map", "Parallel"])
def test_an_output_that_fails_after_all_children_have_succeeded(kind: str) -> None:
    """The state has succeeded in the history by then, and isn't told as failed too."""
    state = {"Type": "Map", "ItemProcessor": INNER} if kind == "Map" else {"Type": "Parallel", "Branches": [INNER]}
    execution = run_jsonata({"S": {**state, "Output": "{% $nope %}", "End": True}}, [1])
    assert execution.error == ERROR
    kinds = [event[0] for event in execution.events]
    assert kinds[-3:] == [f"{kind}StateSucceeded", "EvaluationFailed", "ExecutionFailed"]


def test_only_what_was_entered_is_told_as_aborted() -> None:
    """The second branch's task is about to be entered when the first branch fails."""
    branches = [scope({"F": {"Type": "Fail", "Error": "E"}}), scope({"T": task()})]
    execution = run({"P": {"Type": "Parallel", "Branches": branches, "End": True}}, handlers={"f": Script()})
    assert links(execution)[2:] == [
        "3 ParallelStateStarted",
        "4 FailStateEntered F",
        "5 ParallelStateFailed",
        "6 ExecutionFailed",
    ]


LARGE = "{% $pad('', 262142, 'x') & 'y' %}"  # one byte more than a payload may have


@pytest.mark.parametrize(
    "fields",
    [
        {"Type": "Map", "Items": [1, 2], "ItemSelector": LARGE, "ItemProcessor": INNER},
        {"Type": "Map", "Items": [1, LARGE], "MaxConcurrency": 1, "ItemProcessor": INNER},
        {"Type": "Parallel", "Arguments": LARGE, "Branches": [INNER]},
    ],
    ids=["ItemSelector", "a later item", "Arguments"],
)
def test_an_inner_input_that_is_too_large_ends_the_execution(fields: dict[str, Any]) -> None:
    state = {**fields, "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "End"}], "Next": "End"}
    execution = run_jsonata({"S": state, "End": {"Type": "Succeed"}})
    assert (execution.status, execution.error) == ("FAILED", "States.DataLimitExceeded")
    assert [event[0] for event in execution.events][-1] == "ExecutionFailed"

"""StateMachine and Execution: loading, inputs, what a run takes and what it came to."""

from __future__ import annotations

import json
import math
import threading
from typing import TYPE_CHECKING, Any

import pytest

import asl
from asl import (
    DefinitionError,
    ExecutionFailed,
    ExecutionTimedOut,
    InputError,
    StateMachine,
    TaskError,
)
from asl.jsontext import PAYLOAD_LIMIT
from tests.machines import INVOKE, SEND, Script, kinds, machine, moments, one, run, scope, task

if TYPE_CHECKING:
    from pathlib import Path

PASS = {"Type": "Pass", "End": True}
HELLO = {"StartAt": "Hello", "States": {"Hello": {"Type": "Pass", "Result": "world", "End": True}}}


# -- loading -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["order.asl.json", "order.json", "order.yaml", "order.yml", "order.asl.yaml"])
def test_load(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_text(json.dumps(HELLO))  # which is YAML too
    loaded = StateMachine.load(path)
    assert loaded.name == "order"
    assert loaded.run().output == "world"
    assert StateMachine.load(str(path)).definition == HELLO


def test_parse() -> None:
    assert StateMachine.parse(json.dumps(HELLO), name="n").name == "n"
    with pytest.raises(DefinitionError, match=r":1:\d+: "):
        StateMachine.parse('{"StartAt": 5}')


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(DefinitionError, match="No such file"):
        StateMachine.load(tmp_path / "none.json")


def test_every_problem_of_a_definition_is_told() -> None:
    with pytest.raises(DefinitionError) as told:
        StateMachine({"StartAt": "Nowhere", "States": {"A": {"Type": "Pass", "Next": "B"}}})
    assert len(told.value.diagnostics) >= 2
    assert str(told.value).count("\n") >= 1


# -- inputs ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "value", [{}, [], "", 0, False, {"é": [1.5, None]}, "x" * (PAYLOAD_LIMIT - 2), "é" * (PAYLOAD_LIMIT // 2 - 1)]
)
def test_inputs(value: Any) -> None:
    assert one(PASS, value).raise_for_status() == value


def test_no_input_is_an_empty_object() -> None:
    assert one(PASS).output == {}


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        (math.nan, "can't be written as JSON: NaN and Infinity are not JSON"),
        ({1, 2}, "can't be written as JSON: a value of type set"),
        ("x" * (PAYLOAD_LIMIT - 1), "has 262145 bytes of JSON; AWS accepts at most 262144"),
        ("é" * (PAYLOAD_LIMIT // 2), "has 262146 bytes of JSON"),
    ],
)
def test_inputs_that_cannot_be(value: Any, problem: str) -> None:
    with pytest.raises(InputError) as told:
        one(PASS, value)
    assert str(told.value).startswith("the execution input ")
    assert problem in str(told.value)


@pytest.mark.parametrize(
    "text", ["", "{", "NaN", "[1,]", "1e400", "1" * 5000, "[" * 200_000 + "]" * 200_000, '{"a":' * 100_000]
)
def test_texts_that_are_no_input(text: str) -> None:
    with pytest.raises(InputError, match="the execution input "):
        one(PASS, input_text=text)


def test_a_text_is_kept_in_the_history_to_the_letter() -> None:
    text = '{ "a" : 1.0,\n "b": "\\u00e9" }'
    execution = one(PASS, input_text=text)
    assert execution.history[0]["executionStartedEventDetails"]["input"] == text
    assert execution.history[1]["stateEnteredEventDetails"]["input"] == '{"a":1.0,"b":"é"}'
    assert execution.output == {"a": 1.0, "b": "é"}
    assert one(PASS, input_text="null").output is None


def _nested(depth: int) -> Any:
    value: Any = 1
    for _ in range(depth):
        value = [value]
    return value


@pytest.mark.parametrize("depth", [300, 500, 501, 700, *range(900, 1010, 3), 5000])
@pytest.mark.parametrize(
    "state",
    [
        PASS,
        {**PASS, "Parameters": {"x": {"y.$": "$"}}},
        {**PASS, "Parameters": {"x.$": "States.JsonToString($)"}},
        {**PASS, "Parameters": {"x.$": "$..a"}},
        task(),
        task(Resource=INVOKE, Parameters={"FunctionName": "f", "Payload.$": "$"}),
        {"Type": "Parallel", "Branches": [scope({"A": PASS})]},
        {"Type": "Map", "ItemProcessor": scope({"A": PASS})},
    ],
    ids=lambda state: state["Type"] + "".join(sorted(state.get("Parameters", ()))),
)
def test_deep_inputs_end_well_or_with_an_error_of_ours(state: dict[str, Any], depth: int) -> None:
    try:
        execution = one(state, _nested(depth), handlers={"f": lambda event: event})
    except InputError as problem:
        refused = str(problem)
    else:
        refused = ""
        assert json.dumps(execution.history)
    if refused:
        assert depth > 800
        assert "nested too deeply" in refused
        return
    if depth <= (500 if state["Type"] == "Task" else 700):  # a handler's result is bounded more closely
        assert execution.status == "SUCCEEDED"
    elif execution.status == "FAILED":
        assert execution.error in {"States.Runtime", "Runtime.MarshalError"}


@pytest.mark.parametrize(
    "wrap",
    [
        {"Type": "Pass", "Parameters": {"in.$": "$"}},
        {"Type": "Pass", "Parameters": {"in.$": "States.Array($, $)"}, "OutputPath": "$.in[0:1]"},
        {"Type": "Parallel", "Branches": [scope({"B": PASS})]},
        {"Type": "Map", "ItemProcessor": scope({"B": PASS}), "InputPath": "$[*]", "ResultSelector": {"in.$": "$"}},
    ],
    ids=["object", "array", "Parallel", "Map"],
)
def test_data_that_gets_deeper_in_every_round(wrap: dict[str, Any]) -> None:
    states = {
        "Wrap": {**wrap, "Next": "Check"},
        "Check": {
            "Type": "Choice",
            "Choices": [{"Variable": "$$.State.Name", "StringEquals": "never", "Next": "End"}],
            "Default": "Wrap",
        },
        "End": {"Type": "Succeed"},
    }
    execution = run(states, [1])
    assert execution.error == "States.Runtime"
    # How deep is too deep depends on the version of Python; a newer one may reach the event limit first.
    assert any(words in str(execution.cause) for words in ("nested too deeply", "maximum number of history events"))
    assert execution.visits[-1].input is not None


def test_deep_results_can_always_be_read_by_the_caller() -> None:
    """Parallel states within each other only ever join texts; the deepest result that is recorded can be read."""
    states: dict[str, Any] = {}
    for number in range(1100):
        branch = scope({f"B{number}": PASS})
        states[f"P{number}"] = {"Type": "Parallel", "Branches": [branch], "Next": f"P{number + 1}"}
    states["P1100"] = PASS
    execution = run(states, 0)
    assert execution.error in {"States.Runtime", None}  # newer versions of Python read deeper
    assert len(execution.visits) > 1500
    assert execution.visits[-1].input is not None


def test_the_caller_s_input_is_never_touched() -> None:
    data = {"a": [1]}
    seen = Script({})
    execution = one(task(), data, handlers={"f": seen})
    assert seen.seen == [data]
    assert seen.seen[0]["a"] is not data["a"]
    assert execution.status == "SUCCEEDED"


# -- sizes between states ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "status"), [("bb", "SUCCEEDED"), ("bbb", "FAILED"), ("é", "SUCCEEDED"), ("éb", "FAILED")]
)
def test_an_output_at_the_limit(name: str, status: str) -> None:
    """``{"a":X,"bb":X}`` has 12 bytes around the two copies of the input."""
    data = "x" * ((PAYLOAD_LIMIT - 12) // 2 - 2)
    execution = one({**PASS, "Parameters": {"a.$": "$", f"{name}.$": "$"}}, data)
    assert execution.status == status
    if status == "SUCCEEDED":
        assert len((execution.output_text or "").encode()) == PAYLOAD_LIMIT
    else:
        assert (execution.error, execution.cause) == (
            "States.DataLimitExceeded",
            "The state/task 'S' returned a result with a size exceeding the maximum number of bytes service limit.",
        )


@pytest.mark.parametrize("state", [{"Type": "Parallel", "Branches": [scope({"A": PASS}), scope({"B": PASS})]}])
def test_joined_results_over_the_limit(state: dict[str, Any]) -> None:
    fits = one(state, "x" * (PAYLOAD_LIMIT // 2 - 4))
    assert len(fits.output_text or "") == PAYLOAD_LIMIT - 1
    execution = one(state, "x" * (PAYLOAD_LIMIT // 2))
    assert execution.error == "States.DataLimitExceeded"
    assert kinds(execution)[-2:] == ["ParallelStateSucceeded", "ExecutionFailed"]


# -- what a run came to ------------------------------------------------------------------------------------------------


def test_a_success() -> None:
    execution = StateMachine(HELLO).run(
        name="n", seed=7, role_arn="r", account="1", region="eu-west-1", machine_name="M"
    )
    assert (execution.status, execution.output, execution.output_text) == ("SUCCEEDED", "world", '"world"')
    assert (execution.error, execution.cause) == (None, None)
    assert execution.raise_for_status() == "world"
    assert execution.arn == "arn:aws:states:eu-west-1:1:execution:M:n"
    assert execution.machine_arn == "arn:aws:states:eu-west-1:1:stateMachine:M"
    assert (execution.name, execution.seed) == ("n", "7")
    assert execution.history[0]["executionStartedEventDetails"]["roleArn"] == "r"
    assert repr(execution) == "<Execution n SUCCEEDED, 4 events>"
    assert execution.history is execution.history
    assert execution.visits is execution.visits
    assert execution.output is execution.output


@pytest.mark.parametrize(
    ("error", "cause", "text"),
    [
        ("E", "why", "execution n FAILED: E: why"),
        ("E", None, "execution n FAILED: E"),
        (None, None, "execution n FAILED"),
    ],
)
def test_a_failure(error: str | None, cause: str | None, text: str) -> None:
    execution = one(task(), handlers={"f": Script(TaskError(error, cause))}, name="n")
    with pytest.raises(ExecutionFailed) as told:
        execution.raise_for_status()
    assert (str(told.value), told.value.error, told.value.cause) == (text, error, cause)
    assert repr(execution).startswith("<Execution n FAILED")


def test_a_time_out() -> None:
    execution = one({"Type": "Wait", "Seconds": 10}, timeout=1, name="n")
    with pytest.raises(ExecutionTimedOut, match=r"execution n TIMED_OUT: States\.Timeout") as told:
        execution.raise_for_status()
    assert told.value.error is None


def test_an_abort() -> None:
    from asl.execution import Execution
    from asl.kernel.core import Core
    from asl.kernel.execution import ExecutionInfo

    core = Core(machine({"S": PASS}).program, ExecutionInfo("n", "s", "M", 0), "s")
    core.start({}, "{}", None, 0, "r")
    core.abort("Stop", None, 1)
    with pytest.raises(asl.ExecutionAborted, match="execution n ABORTED: Stop"):
        Execution(core).raise_for_status()


def test_without_a_seed_every_run_is_another() -> None:
    state = {**PASS, "Parameters": {"id.$": "States.UUID()"}}
    first, second = (machine({"S": state}).run() for _ in range(2))
    assert first.output != second.output
    assert first.name != second.name
    assert machine({"S": state}).run(seed=first.seed).output == first.output


def test_random_numbers_do_not_depend_on_who_comes_first() -> None:
    """Each line of control draws its own: what another branch does, or how long it takes, changes nothing."""
    draw = scope({"U": {**PASS, "Parameters": {"id.$": "States.UUID()"}}})

    def outputs(seconds: int) -> Any:
        other = scope(
            {
                "W": {"Type": "Wait", "Seconds": seconds, "Next": "V"},
                "V": {**PASS, "Parameters": {"id.$": "States.UUID()"}},
            }
        )
        return run({"P": {"Type": "Parallel", "Branches": [other, draw], "End": True}}).output

    assert outputs(0) == outputs(5)
    assert outputs(0)[0] != outputs(0)[1]


def test_one_machine_in_many_threads() -> None:
    shared = machine({"S": task(Next="T"), "T": {"Type": "Map", "ItemProcessor": scope({"A": PASS}), "End": True}})
    results: dict[int, Any] = {}

    def work(number: int) -> None:
        results[number] = [
            shared.run(number, handlers={"f": lambda event: [event] * 3}, clock="virtual").output for _ in range(10)
        ]

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == {number: [[number] * 3] * 10 for number in range(8)}


def test_describing_parts_of_a_machine() -> None:
    choice = {"Type": "Choice", "Choices": [{"Variable": "$.a", "NumericEquals": 1, "Next": "T"}], "Default": "T"}
    found = machine({"C": choice, "T": task(Next="S"), "S": task(Resource=SEND)})
    assert "$.a" in found.describe_choice("C", 0)
    assert [found.describe_choice(*where) for where in (("C", -1), ("C", 9), ("T", 0), ("none", 0))] == [""] * 4
    assert [found.resource_of(name) for name in ("T", "S", "C", "none")] == ["f", "sqs:sendMessage", None, None]


def test_an_express_machine() -> None:
    express = StateMachine(
        {"StartAt": "S", "States": {"S": {**PASS, "Parameters": {"e.$": "$$.Execution"}}}}, type="EXPRESS"
    )
    about = express.run(name="n", seed=1).output["e"]
    assert about["Id"].startswith("arn:aws:states:us-east-1:123456789012:express:StateMachine:n:")
    assert "RedriveCount" not in about
    assert express.run(synchronous=False).output["e"]["RedriveCount"] == 0


def test_an_express_execution_ends_after_five_minutes() -> None:
    wait = {"StartAt": "W", "States": {"W": {"Type": "Wait", "SecondsPath": "$", "End": True}}}
    express = StateMachine(wait, type="EXPRESS")
    assert express.run(299, clock="virtual").status == "SUCCEEDED"
    execution = express.run(301, clock="virtual")
    assert (execution.status, moments(execution, "ExecutionTimedOut")) == ("TIMED_OUT", [300])


def test_a_type_that_does_not_exist() -> None:
    with pytest.raises(DefinitionError, match='type must be "STANDARD" or "EXPRESS", not \'express\''):
        StateMachine(HELLO, type="express")


def test_an_unknown_option_is_refused() -> None:
    with pytest.raises(TypeError):
        StateMachine(HELLO).run(speed=3)

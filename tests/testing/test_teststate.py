"""TestState in Python and on the command line. What AWS answers is judged by the recorded cases; this is the rest."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from asl_cli.main import cli
from click.testing import CliRunner

from asl import HandlerError, StateMachine
from asl.testing import Scenario, TestStateError, respond

MACHINES = Path(__file__).parent / "machines"
ORDER = MACHINES / "order.asl.json"
EACH = {"StartAt": "I", "States": {"I": {"Type": "Pass", "End": True}}}


@pytest.fixture
def order() -> StateMachine:
    return StateMachine.load(ORDER)


def answer_to(fields: dict[str, Any], **members: Any) -> dict[str, Any]:
    """The answer to a state that comes alone; payloads and inspection as values."""
    texts = {name: json.dumps(members.pop(name)) for name in ("input", "context", "variables") if name in members}
    answer = respond({"definition": json.dumps(fields), "inspectionLevel": "DEBUG", **texts, **members})
    inspected = answer.get("inspectionData", {})
    answer["inspectionData"] = {k: json.loads(v) if isinstance(v, str) else v for k, v in inspected.items()}
    return answer


def test_a_task_with_a_result(order: StateMachine) -> None:
    test = order.test_state("Ship", {"id": 7}, returns={"tracking": "t"})
    assert (test.status, test.succeeded, test.next_state) == ("SUCCEEDED", True, "Done")
    assert test.output == {"id": 7, "shipment": {"tracking": "t"}}
    assert test.inspection == {
        "input": {"id": 7},
        "afterInputPath": {"id": 7},
        "afterParameters": {"id": 7},
        "result": {"tracking": "t"},
        "afterResultSelector": {"tracking": "t"},
        "afterResultPath": {"id": 7, "shipment": {"tracking": "t"}},
    }


@pytest.mark.parametrize(("used", "backoff"), [(0, 1), (1, 2), (2, 4)])
def test_an_error_that_is_retried(order: StateMachine, used: int, backoff: int) -> None:
    test = order.test_state("Ship", raises=("Carrier.Down", "503"), retry_count=used)
    assert (test.status, test.error, test.cause) == ("RETRIABLE", "Carrier.Down", "503")
    assert (test.retry_index, test.backoff, test.output, test.next_state) == (0, backoff, None, None)


def test_an_error_that_is_caught_when_retries_are_used_up(order: StateMachine) -> None:
    test = order.test_state("Ship", {"id": 7}, raises=("Carrier.Down", "503"), retry_count=3)
    assert (test.status, test.next_state, test.catch_index) == ("CAUGHT_ERROR", "Refund", 0)
    assert test.output == {"id": 7, "problem": {"Error": "Carrier.Down", "Cause": "503"}}


def test_an_error_that_nobody_takes(order: StateMachine) -> None:
    test = order.test_state("Ship", raises="Other")
    assert (test.status, test.error, test.cause, test.catch_index) == ("FAILED", "Other", None, None)


def test_a_task_may_have_a_handler(order: StateMachine) -> None:
    test = order.test_state("Ship", {"id": 7}, handlers={"ship": lambda data: data["id"] + 1})
    assert test.output == {"id": 7, "shipment": 8}
    scenario = Scenario(order, handlers={"Ship": lambda data: 1})
    assert scenario.test_state("Ship").output == {"shipment": 1}
    with pytest.raises(HandlerError, match="'Ship'"):
        order.test_state("Ship")


def test_a_handler_that_fails_is_retried_or_not_like_any_error(order: StateMachine) -> None:
    def ship(data: Any) -> None:
        raise ValueError("no")

    assert order.test_state("Ship", handlers={"ship": ship}).error == "ValueError"


def test_variables_go_in_and_come_out(order: StateMachine) -> None:
    test = order.test_state("Reserve", {"orderId": 7}, variables={"before": 1})
    assert test.variables == {"before": 1, "orderId": 7}


def test_the_context_object_is_replaced() -> None:
    fields = {"Type": "Pass", "QueryLanguage": "JSONata", "Output": "{% $states.context %}", "End": True}
    assert json.loads(answer_to(fields, context={"Execution": {"Name": "n"}})["output"]) == {"Execution": {"Name": "n"}}
    made_up = json.loads(answer_to(fields)["output"])
    assert made_up["State"]["Name"] == "StateName"
    assert ":express:" in made_up["Execution"]["Id"]


def test_a_choice_tells_where_it_leads() -> None:
    rule = {"Variable": "$.n", "NumericGreaterThan": 1, "Next": "Big"}
    fields = {"Type": "Choice", "Choices": [rule], "Default": "Small"}
    assert [answer_to(fields, input={"n": n})["nextState"] for n in (1, 2)] == ["Small", "Big"]


def test_a_wait_of_a_year_takes_no_time() -> None:
    answer = answer_to({"Type": "Wait", "Seconds": 31_000_000, "Next": "X"}, input={"a": 1})
    assert (answer["status"], answer["nextState"], answer["output"]) == ("SUCCEEDED", "X", '{"a": 1}')


def test_a_path_that_leads_nowhere_fails_without_aws_s_sentence_around() -> None:
    answer = answer_to({"Type": "Pass", "InputPath": "$.no", "End": True}, input={"a": 1})
    assert (answer["status"], answer["error"]) == ("FAILED", "States.Runtime")
    assert answer["cause"].startswith("Invalid path '$.no'")
    assert answer["inspectionData"] == {"input": {"a": 1}, "afterInputPath": {"a": 1}}


def test_every_step_of_the_data_is_shown() -> None:
    fields = {
        "Type": "Task",
        "Resource": "arn:aws:states:::aws-sdk:none:doIt",
        "InputPath": "$.in",
        "Parameters": {"p.$": "$.x"},
        "ResultSelector": {"s.$": "$.r"},
        "ResultPath": None,
        "OutputPath": "$.in",
        "End": True,
    }
    answer = answer_to(fields, input={"in": {"x": 1}}, mock={"result": '{"r": 2}'})
    assert json.loads(answer["output"]) == {"x": 1}
    assert answer["inspectionData"] == {
        "input": {"in": {"x": 1}},
        "afterInputPath": {"x": 1},
        "afterParameters": {"p": 1},
        "result": {"r": 2},
        "afterResultSelector": {"s": 2},
        "afterResultPath": {"in": {"x": 1}},
    }


# -- Map and Parallel


def test_a_parallel_fails_with_the_error_of_a_branch() -> None:
    fields = {
        "Type": "Parallel",
        "Branches": [EACH, {"StartAt": "J", "States": {"J": {"Type": "Pass", "End": True}}}],
        "Catch": [{"ErrorEquals": ["E"], "Next": "X"}],
        "End": True,
    }
    answer = answer_to(fields, mock={"errorOutput": {"error": "E"}}, stateConfiguration={"errorCausedByState": "J"})
    assert (answer["status"], answer["nextState"]) == ("CAUGHT_ERROR", "X")


def test_a_map_selects_and_batches_its_items() -> None:
    fields = {
        "Type": "Map",
        "ItemProcessor": {**EACH, "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}},
        "ItemsPath": "$.rows",
        "ItemSelector": {"v.$": "$$.Map.Item.Value", "i.$": "$$.Map.Item.Index"},
        "ItemBatcher": {"MaxItemsPerBatch": 2, "BatchInput": {"b": 1}},
        "End": True,
    }
    answer = answer_to(fields, input={"rows": [5, 6, 7]}, mock={"result": "[1, 2]"})
    assert answer["output"] == "[1, 2]"
    shown = answer["inspectionData"]
    assert shown["afterItemsPath"] == [5, 6, 7]
    assert shown["afterItemSelector"] == [{"v": 5, "i": 0}, {"v": 6, "i": 1}, {"v": 7, "i": 2}]
    assert shown["afterItemBatcher"] == [
        {"BatchInput": {"b": 1}, "Items": ['{"v":5,"i":0}', '{"v":6,"i":1}']},
        {"BatchInput": {"b": 1}, "Items": ['{"v":7,"i":2}']},
    ]


def test_the_items_of_a_map_may_be_selected_one_by_one() -> None:
    fields = {
        "Type": "Map",
        "ItemProcessor": EACH,
        "ItemSelector": {"v.$": "$$.Map.Item.Value"},
        "MaxConcurrency": 1,
        "End": True,
    }
    answer = answer_to(fields, input=[1, 2, 3], mock={"result": "[4, 5, 6]"})
    assert answer["inspectionData"]["afterItemSelector"] == [{"v": 1}, {"v": 2}, {"v": 3}]
    assert answer["output"] == "[4, 5, 6]"


def test_data_of_an_item_reader() -> None:
    reader = {
        "Resource": "arn:aws:states:::s3:getObject",
        "Parameters": {"Bucket": "b", "Key": "k"},
        "ReaderConfig": {"InputType": "JSON", "ItemsPointer": "/items"},
    }
    fields = {
        "Type": "Map",
        "ItemReader": reader,
        "ItemProcessor": {**EACH, "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}},
        "End": True,
    }
    configuration = {"mapItemReaderData": '{"items":[4,5]}'}
    answer = answer_to(fields, mock={"result": "[1,2]"}, stateConfiguration=configuration)
    assert (answer["output"], answer["inspectionData"]["afterItemsPointer"]) == ("[1,2]", [4, 5])


@pytest.mark.parametrize(("share", "status"), [(34, "SUCCEEDED"), (33, "FAILED")])
def test_the_share_of_failures_that_a_map_tolerates(share: int, status: str) -> None:
    fields = {
        "Type": "Map",
        "ItemProcessor": {**EACH, "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}},
        "ToleratedFailurePercentage": share,
        "End": True,
    }
    answer = answer_to(
        fields, input=[1, 2, 3], mock={"result": "[1,2,3]"}, stateConfiguration={"mapIterationFailureCount": 1}
    )
    assert answer["status"] == status


# -- what AWS refuses

TASK: dict[str, Any] = {"Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage", "End": True}
MAP = {"Type": "Map", "ItemProcessor": EACH, "End": True}


FAILS: dict[str, Any] = {"mock": {"errorOutput": {}}}
CONTEXT = "Invalid Context object provided: "


@pytest.mark.parametrize(
    ("fields", "members", "message"),
    [
        (TASK, {"mock": {}}, "A test mock should have only one of the following fields: [result, errorOutput]."),
        (TASK, {}, "RoleArn must be specified when testing a Task state"),
        (TASK, {"context": {"Task": {"Token": "t"}}, **FAILS}, f"{CONTEXT}Context object contains 'Task' when"),
        (TASK, {"context": {"Map": {}}, **FAILS}, f"{CONTEXT}'Map' field is not supported when mocking"),
        (TASK, {"context": {"Execution": {"Id": 1}}, **FAILS}, f"{CONTEXT}Execution.Id must be a string"),
        (MAP, {"mock": {"result": "{}"}}, "Mocked result must be an array."),
        (MAP, {"input": [1], "mock": {"result": "[]"}}, "Input array does not equal the mocked result array's size"),
        (
            MAP,
            {"input": [1], "mock": {"result": "[1]"}, "stateConfiguration": {"mapIterationFailureCount": 2}},
            "Map iteration failure count must be less than or equal to the number of Map iterations",
        ),
        (
            TASK,
            {**FAILS, "stateConfiguration": {"mapIterationFailureCount": 2}},
            "MapIterationFailureCount is only supported when testing a Map state.",
        ),
        (MAP, {**FAILS, "stateConfiguration": {"errorCausedByState": "Z"}}, "State not found in definition"),
        (
            {**TASK, "Resource": TASK["Resource"] + ".waitForTaskToken"},
            {"roleArn": "r"},
            "TestState API does not support",
        ),
        (TASK, {"inspectionLevel": "ALL", **FAILS}, "inspectionLevel must be one of"),
    ],
)
def test_refusals(fields: dict[str, Any], members: dict[str, Any], message: str) -> None:
    with pytest.raises(TestStateError) as problem:
        answer_to(fields, **members)
    assert str(problem.value).startswith(message)


def test_results_are_held_against_the_model_of_the_service() -> None:
    pytest.importorskip("botocore")
    polled = {"Type": "Task", "Resource": "arn:aws:states:::states:startExecution.sync", "End": True}
    with pytest.raises(TestStateError, match="Required field 'ExecutionArn' is missing"):
        answer_to(polled, mock={"result": "{}"})
    assert answer_to(polled, mock={"result": "{}", "fieldValidationMode": "PRESENT"})["status"] == "SUCCEEDED"
    http = {"Type": "Task", "Resource": "arn:aws:states:::http:invoke", "End": True}
    assert answer_to(http, mock={"result": "5"})["output"] == "5"


# -- asl test-state


def command(*options: str) -> Any:
    return CliRunner().invoke(cli, ["test-state", str(ORDER), *options])


def test_the_command_shows_the_answer() -> None:
    result = command("--state", "Ship", "-i", '{"id": 7}', "--result", '{"tracking": "t"}', "--level", "INFO")
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout) == {
        "output": {"id": 7, "shipment": {"tracking": "t"}},
        "nextState": "Done",
        "status": "SUCCEEDED",
    }


@pytest.mark.parametrize(
    ("options", "status", "code"),
    [
        (["--state", "Ship", "--error", "Carrier.Down"], "RETRIABLE", 0),
        (["--state", "Ship", "--error", "Carrier.Down", "--retries", "3"], "CAUGHT_ERROR", 0),
        (["--state", "Ship", "--error", "Other", "--cause", "c"], "FAILED", 1),
        (["--state", "Reserve", "-i", '{"orderId": 1}', "--variables", '{"a": 1}'], "SUCCEEDED", 0),
    ],
)
def test_the_command_s_exit_code(options: list[str], status: str, code: int) -> None:
    result = command(*options)
    assert (json.loads(result.stdout)["status"], result.exit_code) == (status, code)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--state", "Shipp", "--result", "1"], "State not found in definition"),
        (["--state", "Ship", "--result", "{"], "Mocked result must be valid JSON"),
        (["--state", "Ship"], "or mock it: --result JSON, --error NAME"),
        (["--state", "Ship", "-i", "{"], "the input given with -i is not JSON"),
    ],
)
def test_bad_use_of_the_command(options: list[str], message: str) -> None:
    result = command(*options)
    assert result.exit_code == 2
    assert message in result.stderr

"""EvaluationFailed: what it follows, state by state, and that a Task's Retry and Catch take it like any other error."""

from __future__ import annotations

from typing import Any

import pytest

from tests.machines import Script, details, links, moments, run_jsonata, task

ERROR = "States.QueryEvaluationError"
BEFORE = {"Type": "Pass", "Next": "S"}
NOPE = "{% $nope %}"

#: (state, the events after BEFORE's): 3 is the event before the state was entered, 4 its Entered
LINKS: dict[str, tuple[dict[str, Any], list[str]]] = {
    "Pass, Output": ({"Type": "Pass", "Output": NOPE}, ["4 PassStateEntered S", "5<-3 EvaluationFailed"]),
    "Pass, Assign": ({"Type": "Pass", "Assign": {"x": NOPE}}, ["4 PassStateEntered S", "5<-3 EvaluationFailed"]),
    "Succeed, Output": ({"Type": "Succeed", "Output": NOPE}, ["4 SucceedStateEntered S", "5<-3 EvaluationFailed"]),
    "Fail, Error": ({"Type": "Fail", "Error": NOPE}, ["4 FailStateEntered S", "5<-3 EvaluationFailed"]),
    "Choice, Condition": (
        {"Type": "Choice", "Choices": [{"Condition": NOPE, "Next": "End"}]},
        ["4 ChoiceStateEntered S", "5<-3 EvaluationFailed"],
    ),
    "Choice, a rule's Output": (
        {"Type": "Choice", "Choices": [{"Condition": True, "Output": NOPE, "Next": "End"}]},
        ["4 ChoiceStateEntered S", "5<-3 EvaluationFailed"],
    ),
    "Wait, Timestamp": ({"Type": "Wait", "Timestamp": NOPE}, ["4 WaitStateEntered S", "5 EvaluationFailed"]),
    "Wait, Seconds": ({"Type": "Wait", "Seconds": NOPE}, ["4 WaitStateEntered S", "5 EvaluationFailed"]),
    "Wait, Output": (
        {"Type": "Wait", "Seconds": 1, "Output": NOPE},
        ["4 WaitStateEntered S", "5<-3 EvaluationFailed"],
    ),
    "Task, Arguments": (task(Arguments=NOPE), ["4 TaskStateEntered S", "5<-3 EvaluationFailed"]),
    "Task, TimeoutSeconds": (task(TimeoutSeconds=NOPE), ["4 TaskStateEntered S", "5<-3 EvaluationFailed"]),
    "Task, Output": (
        task(Output=NOPE),
        [
            "4 TaskStateEntered S",
            "5 LambdaFunctionScheduled",
            "6 LambdaFunctionStarted",
            "7 LambdaFunctionSucceeded",
            "8<-3 EvaluationFailed",
        ],
    ),
}


@pytest.mark.parametrize("name", LINKS)
def test_what_it_follows(name: str) -> None:
    state, expected = LINKS[name]
    ends = state["Type"] in {"Succeed", "Fail", "Choice"} or "End" in state
    states = {"Before": BEFORE, "S": state if ends else {**state, "End": True}}
    if state["Type"] == "Choice":
        states["End"] = {"Type": "Succeed"}
    execution = run_jsonata(states, handlers={"f": Script(1)})
    assert links(execution)[3:] == [*expected, f"{4 + len(expected)} ExecutionFailed"]
    (failed,) = details(execution, "EvaluationFailed")
    assert failed == {"state": "S", "error": ERROR, "cause": execution.cause, "location": failed["location"]}


@pytest.mark.parametrize("names", [[ERROR], ["States.ALL"], ["Other", ERROR]])
def test_a_task_s_retry_and_catch_take_it(names: list[str]) -> None:
    catch = [{"ErrorEquals": ["Other"], "Next": "Before"}, {"ErrorEquals": names, "Next": "End"}]
    if names == ["States.ALL"]:
        del catch[0]
    state = task(
        Arguments=NOPE,
        Retry=[{"ErrorEquals": names, "MaxAttempts": 2, "IntervalSeconds": 3, "BackoffRate": 2}],
        Catch=catch,
        Next="End",
    )
    states = {"Before": BEFORE, "S": state, "End": {"Type": "Succeed"}}
    execution = run_jsonata(states, handlers={"f": Script()})
    assert links(execution)[3:] == [
        "4 TaskStateEntered S",
        "5<-3 EvaluationFailed",
        "6<-3 EvaluationFailed",
        "7<-3 EvaluationFailed",
        "8 TaskStateExited S",
        "9 SucceedStateEntered End",
        "10 SucceedStateExited End",
        "11 ExecutionSucceeded",
    ]
    assert moments(execution, "EvaluationFailed") == [0, 3, 9]
    assert execution.output == {"Error": ERROR, "Cause": details(execution, "EvaluationFailed")[-1]["cause"]}


def test_a_retry_goes_on_from_it() -> None:
    """The attempt after it is scheduled as its successor."""
    state = task(Arguments="{% $states.context.State.RetryCount = 0 ? $nope : 1 %}", Retry=[{"ErrorEquals": [ERROR]}])
    execution = run_jsonata({"S": state}, handlers={"f": Script(1)})
    assert links(execution)[2:4] == ["3<-0 EvaluationFailed", "4 LambdaFunctionScheduled"]


def test_an_output_that_fails_lets_the_task_run_again() -> None:
    handler = Script({"n": 1}, {"m": 1})
    state = task(Output="{% $states.result.m %}", Retry=[{"ErrorEquals": [ERROR]}])
    assert run_jsonata({"S": state}, handlers={"f": handler}).output == 1
    assert len(handler.seen) == 2


def test_a_catcher_that_can_t_be_evaluated_is_caught_by_nobody() -> None:
    catch = [
        {"ErrorEquals": ["ValueError"], "Output": NOPE, "Next": "End"},
        {"ErrorEquals": ["States.ALL"], "Next": "End"},
    ]
    states = {"S": task(Catch=catch, Next="End"), "End": {"Type": "Succeed"}}
    execution = run_jsonata(states, handlers={"f": Script(ValueError())})
    assert (execution.status, execution.error) == ("FAILED", ERROR)
    assert links(execution)[4:] == ["5 LambdaFunctionFailed", "6<-0 EvaluationFailed", "7 ExecutionFailed"]

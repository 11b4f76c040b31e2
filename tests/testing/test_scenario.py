"""What a test says of a run, and what it is told when it asks for something that can't be."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest

from asl import StateMachine, TaskError
from asl.testing import (
    LosesHeartbeat,
    MockError,
    Return,
    Scenario,
    Throw,
    TimesOut,
    UnusedMockWarning,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    Load = Callable[..., Scenario]

FUNCTION = "arn:aws:lambda:us-east-1:123456789012:function:"
CARD = {"id": "c1"}


@pytest.fixture
def order(state_machine: Load) -> Scenario:
    return state_machine("machines/order.asl.json")


def machine(**states: dict[str, Any]) -> Scenario:
    """A scenario of states that follow each other; ``End`` of the last is added."""
    names = list(states)
    for name, following in pairwise(names):
        states[name].setdefault("Next", following)
    states[names[-1]].setdefault("End", True)
    return Scenario(StateMachine({"StartAt": names[0], "States": states}))


def task(**fields: Any) -> dict[str, Any]:
    return {"Type": "Task", "Resource": FUNCTION + "work", **fields}


def test_refund_when_shipping_fails(state_machine: Load) -> None:
    run = (
        state_machine("machines/order.asl.json")
        .mock("ChargeCard", returns={"id": "c1"})
        .mock("Ship", raises=("Carrier.Down", "503"), times=3)
        .run({"orderId": 7})
    )
    assert run.succeeded
    assert run.output["refunded"]
    assert run.path == ["Reserve", "ChargeCard", "Ship", "Refund", "Done"]
    assert run.state("Ship").attempts == 4
    assert run.state("Ship").waited == [1, 2, 4]
    assert run.elapsed == timedelta(seconds=7)


def test_what_a_run_tells(order: Scenario) -> None:
    run = order.mock("ChargeCard", returns=CARD).mock("Ship", raises="Carrier.Down").run({"orderId": 7})
    assert (run.status, run.succeeded, run.failed, run.error, run.cause) == ("SUCCEEDED", True, False, None, None)
    assert run.caught == [("Ship", "Carrier.Down", None, 0, "Refund")]
    assert run.state("Ship").caught == run.caught[0]
    assert run.state("Reserve").caught is None
    assert run.variables == {"orderId": 7} == run.state("Reserve").assigned
    assert run.state("Ship").input == {"orderId": 7, "charge": CARD}
    assert run.state("Ship").elapsed == timedelta(seconds=7)
    assert run.state("ChargeCard").output == {"orderId": 7, "charge": CARD}
    assert [call.attempt for call in run.mock("Ship").calls] == [0, 1, 2, 3]
    assert [call.at for call in run.calls("Ship")] == [0, 1, 3, 7]
    assert run.mock("ChargeCard").inputs == [{"orderId": 7}]
    assert run.state("Escalate").entered == 0
    assert not run.state("Escalate")
    assert run.unused_mocks == []
    assert run.history[0]["type"] == "ExecutionStarted"


def test_the_assertions_hold_where_they_should(order: Scenario) -> None:
    run = order.mock("ChargeCard", returns=CARD).mock("Ship", raises="Carrier.Down").run({"orderId": 7})
    run.assert_succeeded()
    run.assert_path("Reserve", "ChargeCard", "Ship", "Refund", "Done")
    run.assert_caught("Ship")
    run.assert_caught("Ship", "Carrier.Down", to="Refund")
    run.assert_variables(orderId=7)
    run.state("ChargeCard").assert_input({"orderId": 7})
    run.state("ChargeCard").assert_output({"orderId": 7, "charge": CARD})
    run.mock("ChargeCard").assert_called(times=1)
    run.mock("ChargeCard").assert_called()
    run.mock("ChargeCard").assert_called_with({"orderId": 7})


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (lambda run: run.assert_failed(), "it didn't fail: SUCCEEDED"),
        (lambda run: run.assert_succeeded({}), "its output is "),
        (
            lambda run: run.assert_path("Reserve"),
            "it went Reserve -> ChargeCard -> Ship -> Refund -> Done, not Reserve",
        ),
        (lambda run: run.assert_caught("Ship", "Other"), "'Ship' caught Carrier.Down -> Refund, not Other"),
        (lambda run: run.assert_caught("ChargeCard"), "'ChargeCard' caught nothing, not a failure"),
        (lambda run: run.assert_variables(orderId=8), "the variable 'orderId' is 7, not 8"),
        (lambda run: run.assert_variables(other=8), "'other' was not assigned; there are: orderId"),
        (lambda run: run.state("Ship").assert_input(1), "the input of 'Ship' is "),
        (lambda run: run.state("Done").assert_output(1), "the output of 'Done' is "),
        (lambda run: run.state("Escalate").input, "the state 'Escalate' was not entered"),
    ],
)
def test_a_failing_assertion_shows_the_trace(order: Scenario, wrong: Callable[[Any], Any], message: str) -> None:
    run = order.mock("ChargeCard", returns=CARD).mock("Ship", raises=("Carrier.Down", "503")).run({"orderId": 7})
    with pytest.raises(AssertionError) as problem:
        wrong(run)
    assert message in str(problem.value)
    assert "caught  Ship  Task  4 attempts, waited 1s, 2s, 4s  Carrier.Down: 503  -> Refund" in str(problem.value)


def test_a_mock_tells_of_its_calls_when_they_were_others(order: Scenario) -> None:
    run = order.mock("ChargeCard", returns=CARD).mock("Ship", returns={}).run({"orderId": 7})
    with pytest.raises(AssertionError, match=r'called once, not 2 times\n  call 1: \{"orderId":7\}'):
        run.mock("ChargeCard").assert_called(times=2)
    with pytest.raises(AssertionError, match="was never called with 1"):
        run.mock("ChargeCard").assert_called_with(1)


def test_the_assertion_of_success_names_the_failure(order: Scenario) -> None:
    run = order.mock("ChargeCard", raises=("Card.Declined", "no money")).run({"orderId": 7})
    run.assert_failed("Card.Declined", "money")
    with pytest.raises(AssertionError, match=r"error   Card\.Declined: no money"):
        run.assert_succeeded()
    with pytest.raises(AssertionError, match=r"failed with Card\.Declined, not with Other"):
        run.assert_failed("Other")
    with pytest.raises(AssertionError, match="its cause is 'no money', without 'x'"):
        run.assert_failed("Card.Declined", "x")


# -- what mocks answer


def test_answers_follow_each_other() -> None:
    scenario = machine(T=task(Retry=[{"ErrorEquals": ["States.ALL"], "MaxAttempts": 9, "BackoffRate": 1}]))
    run = scenario.mock("T", raises="E", times=2).mock("T", returns={"n": 1}).run()
    assert run.output == {"n": 1}
    assert run.state("T").attempts == 3


def test_a_sequence_has_any_kind_of_answer() -> None:
    answers = [ValueError("no"), Throw("E", "c"), TaskError("F"), lambda data: data["no"], Return(5, after=3)]
    scenario = machine(T=task(Retry=[{"ErrorEquals": ["States.ALL"], "MaxAttempts": 9, "BackoffRate": 1}]))
    run = scenario.mock("T", answers).run({"a": 1})
    assert [retry.error for retry in run.visits[0].retries] == ["ValueError", "E", "F", "KeyError"]
    assert run.output == 5
    assert run.elapsed == timedelta(seconds=7)


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (lambda data, context: context.function_name, None),
        (ValueError, "ValueError"),
    ],
)
def test_functions_are_called_as_handlers_are(answer: Any, error: str | None) -> None:
    run = machine(T=task()).mock("T", **({"raises": answer} if error else {"answers": answer})).run()
    assert run.error == error
    assert run.output == (None if error else "work")


def test_an_async_function_may_be_a_mock() -> None:
    async def answer(data: Any) -> Any:
        return data["a"] + 1

    run = machine(T=task(), U=task()).mock("T", answer).mock("U", returns=3).run({"a": 1})
    assert run.state("T").output == 2
    assert run.output == 3


def test_payload_is_the_result_of_a_function_behind_lambda_invoke() -> None:
    invoke = {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Parameters": {"FunctionName": "f"}}
    scenario = machine(A={**invoke, "OutputPath": "$.Payload"}, B=invoke)
    run = scenario.mock("A", payload={"x": 1}).mock("B", lambda event: {"got": event}).run()
    assert run.state("A").output == {"x": 1}
    assert run.output["Payload"] == {"got": {}}
    assert run.calls("A")[0].payload == {}


def test_a_resource_may_be_mocked_for_all_its_states() -> None:
    run = machine(A=task(), B=task()).mock(FUNCTION + "work", [1, 2]).run()
    assert (run.state("A").output, run.output) == (1, 2)
    assert [call.state for call in run.calls(FUNCTION + "work")] == ["A", "B"]


def test_mocks_and_handlers_mix(state_machine: Load) -> None:
    scenario = state_machine("machines/order.asl.json", handlers={"charge-card": lambda data: data["orderId"]})
    run = scenario.mock("Ship", returns="sent").run({"orderId": 7})
    assert run.output == {"orderId": 7, "charge": 7, "shipment": "sent"}
    scenario.handle(Ship=lambda data: 1)
    assert scenario.run({"orderId": 8}).output["shipment"] == "sent"


@pytest.mark.parametrize(("answer", "elapsed"), [({"times_out": True}, 60), ({"loses_heartbeat": True}, 20)])
def test_time_outs_and_lost_heartbeats(order: Scenario, answer: dict[str, Any], elapsed: int) -> None:
    run = order.mock("ChargeCard", returns=CARD).mock("Ship", **answer).run({"orderId": 7})
    run.assert_failed("Order.Late")
    assert run.elapsed == timedelta(seconds=elapsed)


def test_delays_pass_on_the_clock_of_the_execution() -> None:
    run = machine(T=task(TimeoutSeconds=10)).mock("T", returns=1, after=9).run()
    assert (run.output, run.elapsed) == (1, timedelta(seconds=9))
    late = machine(T=task(TimeoutSeconds=10)).mock("T", returns=1, after=11).run()
    assert (late.error, late.elapsed) == ("States.Timeout", timedelta(seconds=10))


def test_counters_begin_anew_with_each_run() -> None:
    scenario = machine(T=task()).mock("T", ["first"])
    assert [scenario.run().output for _ in range(3)] == ["first"] * 3


def test_one_counter_per_state_over_a_map() -> None:
    each = {"StartAt": "T", "States": {"T": task(End=True)}}
    run = (
        machine(M={"Type": "Map", "ItemProcessor": each, "MaxConcurrency": 1}).mock("T", [1, 2, 3]).run(["a", "b", "c"])
    )
    assert run.output == [1, 2, 3]
    assert run.path == ["M"]
    assert run.entered == ["M", "T", "T", "T"]
    assert run.state("T").inputs == ["a", "b", "c"] == run.mock("T").inputs
    assert run.state("T").outputs == [1, 2, 3]


# -- where a run starts and stops


def test_a_run_may_start_anywhere(order: Scenario) -> None:
    run = order.mock("Ship", returns={}).run({"orderId": 7}, start_at="Ship")
    assert run.path == ["Ship", "Done"]


def test_a_run_may_start_inside_a_map() -> None:
    each = {"StartAt": "A", "States": {"A": task(Next="B"), "B": {"Type": "Pass", "End": True}}}
    assert machine(M={"Type": "Map", "ItemProcessor": each}).run(5, start_at="B").output == 5


def test_a_run_may_be_stopped_after_a_state(order: Scenario) -> None:
    run = order.mock("ChargeCard", returns=CARD).run({"orderId": 7}, stop_after="ChargeCard")
    assert run.status == "STOPPED"
    assert run.path == ["Reserve", "ChargeCard"]
    assert run.output == {"orderId": 7, "charge": CARD}
    assert not run.succeeded
    assert not run.failed


def test_variables_and_context_may_be_given() -> None:
    output = {
        "v": "{% $v %}",
        "name": "{% $states.context.Execution.Name %}",
        "state": "{% $states.context.State.Name %}",
    }
    scenario = machine(P={"Type": "Pass", "QueryLanguage": "JSONata", "Output": output})
    run = scenario.run(variables={"v": [1]}, context={"Execution": {"Name": "n"}})
    assert run.output == {"v": [1], "name": "n", "state": "P"}


# -- bad use


@pytest.mark.parametrize(
    ("use", "message"),
    [
        (lambda s: s.mock("Shipp", returns=1), "no Task state or resource 'Shipp'.*did you mean 'Ship'"),
        (lambda s: s.mock("Qqq", returns=1), "the Tasks are: .*ChargeCard"),
        (lambda s: s.mock("Reserve", returns=1), "'Reserve' is not a Task"),
        (lambda s: s.mock("Ship"), "exactly one of .*it was given none of them"),
        (lambda s: s.mock("Ship", returns=1, raises="E"), "it was given returns and raises"),
        (lambda s: s.mock("Ship", returns=object()), "has to be JSON: .*object"),
        (lambda s: s.mock("Ship", [Return({1, 2})]), "has to be JSON: .*set"),
        (lambda s: s.mock("Ship", []), "at least one"),
        (lambda s: s.mock("Ship", 5), "not as a int"),
        (lambda s: s.mock("Ship", raises=5), "raises= takes"),
        (lambda s: s.mock("Ship", returns=5, times=0), "times should be 1 or more"),
        (lambda s: s.mock("Ship", times_out=True, after=5), "after= belongs to"),
        (lambda s: s.run(start_at="Shop"), "no state 'Shop'.*did you mean 'Ship'"),
        (lambda s: s.run(stop_after="Shop"), "no state 'Shop'"),
        (lambda s: s.run(variables={"a": object()}), "variables have to be JSON"),
        (lambda s: s.run(start_at="ChargeCard"), "called the Task 'ChargeCard', which has neither mock nor handler"),
        (lambda s: s.mock("ChargeCard", times_out=True).run(start_at="ChargeCard"), "no TimeoutSeconds"),
        (lambda s: s.mock("ChargeCard", [LosesHeartbeat()]).run(start_at="ChargeCard"), "no HeartbeatSeconds"),
        (
            lambda s: s.mock("ChargeCard", returns=1).run({"orderId": 1}, stop_after="ChargeCard").state("Shop"),
            "no state 'Shop'",
        ),
        (
            lambda s: s.mock("ChargeCard", returns=1).run({"orderId": 1}, stop_after="ChargeCard").mock("X"),
            "mocked are: ChargeCard",
        ),
    ],
)
@pytest.mark.filterwarnings("ignore::asl.testing.UnusedMockWarning")
def test_bad_use_is_told(order: Scenario, use: Callable[[Scenario], Any], message: str) -> None:
    with pytest.raises(MockError, match=f"(?s){message}"):
        use(order)


def test_an_exhausted_mock_says_how_many_calls(order: Scenario) -> None:
    order.mock("ChargeCard", returns=CARD).mock("Ship", [Throw("Carrier.Down"), Throw("Carrier.Down")])
    with pytest.raises(
        MockError, match=r"'Ship' has no more answers: it was called 3 times and has 2 .*test_scenario.py"
    ):
        order.run({"orderId": 7})


def test_unused_mocks_are_known() -> None:
    scenario = machine(T=task()).mock("T", returns=1, times=2)
    assert [problem for _, _, problem in scenario.unused()] == ["the mock of 'T' was never called"]
    scenario.run()
    assert [problem for _, _, problem in scenario.unused()] == ["the mock of 'T' has 2 answers, but was called 1 times"]
    assert issubclass(UnusedMockWarning, UserWarning)


def test_times_out_may_stand_in_a_sequence() -> None:
    retry = [{"ErrorEquals": ["States.ALL"], "BackoffRate": 1}]
    run = machine(T=task(TimeoutSeconds=5, Retry=retry)).mock("T", [TimesOut(), 1]).run()
    assert (run.output, run.elapsed) == (1, timedelta(seconds=6))

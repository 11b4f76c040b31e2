"""Which state a task token was made for, told by the history alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given

from asl import StateMachine
from asl.kernel.tokens import Place, read
from asl.service.places import state_at
from tests.machines import task
from tests.service.bench import ACTIVITY, Bench
from tests.strategies import INPUT, handlers, machines, work

if TYPE_CHECKING:
    from asl import TaskContext


@given(machines())
def test_every_token_leads_to_its_state(definition: dict[str, Any]) -> None:
    asked: list[tuple[str, str]] = []

    def noted(event: Any, context: TaskContext) -> Any:
        if context.task_token is not None:
            asked.append((context.task_token, context.state_name))
        return work(event, context)

    execution = StateMachine(definition).run(INPUT, handlers=handlers(noted), clock="virtual", seed="s")
    for token, state in asked:
        place = read(token)
        assert place is not None
        assert state_at(execution.events, execution.notes, place) == state
    assert state_at(execution.events, execution.notes, Place("", "0", 1_000)) is None


@pytest.mark.parametrize("redrives", [0, 1, 2])
def test_waits_that_are_redriven_count_each_time(bench: Bench, redrives: int) -> None:
    states = {
        "Nap": {"Type": "Wait", "Seconds": 60, "Next": "Now"},
        "Now": {"Type": "Wait", "Seconds": 0, "Next": "Pack"},
        "Pack": task(Resource=ACTIVITY, Retry=[{"ErrorEquals": ["Again"]}], Next="Last"),
        "Last": task(Resource=ACTIVITY),
    }
    bench.service.create_activity(name="pack")
    execution = bench.start(bench.machine({"StartAt": "Nap", "States": states}))
    for _ in range(redrives):
        bench.run(until=bench.clock.now() + 1)
        bench.service.stop_execution(executionArn=execution)
        bench.service.redrive_execution(executionArn=execution)
    bench.run()
    places = []
    for error in ("Again", None, None):
        token = bench.service.get_activity_task(activityArn=ACTIVITY)["taskToken"]
        places.append(read(token) or Place("", "", 0))
        if error is None:
            bench.service.send_task_success(taskToken=token, output="1")
        else:
            bench.service.send_task_failure(taskToken=token, error=error)
        bench.run()
    assert bench.describe(execution)["status"] == "SUCCEEDED"
    number = int(places[0].address)
    events, notes = [event for _, event in bench.store.events(number)], bench.store.notes(number)
    assert [state_at(events, notes, place) for place in places] == ["Pack", "Pack", "Last"]

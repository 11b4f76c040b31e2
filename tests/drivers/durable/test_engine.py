"""Executions in a store: the same histories as in memory, and what only a store can do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import pytest
from hypothesis import HealthCheck, given, settings

from asl import StateMachine, VirtualClock
from asl.drivers.durable.engine import LEASE
from asl.errors import AslError, HandlerError, StoreError
from asl.kernel.tokens import make
from asl.stores.base import ANSWER, HEARTBEAT, NAME_TAKEN, Refusal
from asl.stores.memory import MemoryStore
from asl.tasks.declare import task as declare
from tests.drivers.durable.bench import Bench, ask, machine, wait, waiting_token
from tests.machines import ACTIVITY, task, without_tokens
from tests.stores.faulty import Fault, FaultyStore
from tests.strategies import INPUT, handlers, machines, work

if TYPE_CHECKING:
    from asl.stores.base import Store
    from asl.tasks.context import TaskContext

DAY = 86_400_000


def types(bench: Bench, execution: Any) -> list[str]:
    return [event[0] for event in bench.events(execution)]


# -- the same as in memory --


def in_one_line(definition: Any) -> Any:
    """The same without anything side by side: what happens at the very same moment there has no order."""
    if isinstance(definition, list):
        return [in_one_line(item) for item in definition]
    if not isinstance(definition, dict):
        return definition
    found = {key: in_one_line(value) for key, value in definition.items()}
    if found.get("Type") == "Map":
        found["MaxConcurrency"] = 1
    if found.get("Type") == "Parallel":
        found["Branches"] = found["Branches"][:1]
    return found


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(machines())
def test_the_history_is_that_of_an_execution_in_memory(definition: dict[str, Any]) -> None:
    definition = in_one_line(definition)
    clock = VirtualClock()
    bench = Bench(MemoryStore(clock.now), clock)
    execution = bench.row(definition, INPUT)
    tokens: set[str] = set()

    def noted(event: Any, context: TaskContext) -> Any:
        tokens.add(context.task_token or "no token")
        return work(event, context)

    expected = StateMachine(definition, name="Machine").run(
        INPUT, handlers=handlers(noted), clock="virtual", seed=execution.seed, name=execution.name
    )
    worker = bench.worker(handlers(noted))
    worker.engine.start(bench.new(execution))
    worker.run_until_idle(until=expected.events[-1][2])
    found = bench.describe(execution)
    assert (found.status, found.output, found.error, found.cause) == (
        expected.status,
        expected.output_text,
        expected.error,
        expected.cause,
    )
    assert without_tokens(bench.events(execution), tokens) == without_tokens(expected.events, tokens)
    assert bench.store.notes(execution.id) == expected.notes


# -- claimed, let go, taken up --


def test_an_execution_that_nobody_runs_is_claimed(bench: Bench) -> None:
    execution = bench.row(machine({"A": task(Next="B"), "B": wait(3600)}), {"n": 1})
    assert bench.put(execution) is None
    assert types(bench, execution) == ["ExecutionStarted"]
    bench.worker({"f": lambda event: event}).run_until_idle()
    assert bench.describe(execution).status == "SUCCEEDED"
    assert types(bench, execution)[-2:] == ["WaitStateExited", "ExecutionSucceeded"]


def test_a_waiting_execution_is_in_nobody_s_memory(bench: Bench) -> None:
    execution = bench.row(machine({"A": wait(DAY // 1000)}))
    bench.put(execution)
    first = bench.worker()
    first.run_until_idle(until=bench.clock.now())
    assert not first.engine._entries
    held = bench.store.held([execution.id])[0]
    assert (held.owner, held.due) == (None, bench.clock.now() + DAY)
    bench.worker().run_until_idle()  # another process
    assert bench.describe(execution).stop == execution.start + DAY


def test_an_overdue_moment_comes_once(bench: Bench) -> None:
    execution = bench.row(machine({"A": wait(60)}))
    bench.put(execution)
    bench.worker().run_until_idle(until=bench.clock.now())
    bench.clock.sleep_until(bench.clock.now() + DAY)  # nobody was there when it was due
    bench.worker().run_until_idle()
    assert types(bench, execution).count("WaitStateExited") == 1
    assert bench.describe(execution).stop == execution.start + DAY


def test_a_long_loop_is_stored_in_stages(bench: Bench) -> None:
    states = {
        "Add": {"Type": "Pass", "Parameters": {"n.$": "States.MathAdd($.n, 1)"}, "Next": "More"},
        "More": {
            "Type": "Choice",
            "Choices": [{"Variable": "$.n", "NumericLessThan": 1_200, "Next": "Add"}],
            "Default": "Done",
        },
        "Done": {"Type": "Succeed"},
    }
    execution = bench.run(machine(states), {"n": 0})
    assert execution.output == '{"n":1200}'
    assert bench.store.held([execution.id]) == [] or not bench.store.held([execution.id])[0].frames


# -- who loses what --


def crash(bench: Bench, worker: Any) -> None:
    """Its process is gone, and everybody knows."""
    for one in bench.store.workers():
        bench.store.bury(one.id)
    del worker


def test_a_task_of_a_lost_worker_fails_and_is_retried(bench: Bench) -> None:
    calls = []

    def f(event: Any) -> Any:
        calls.append(event)
        if len(calls) == 1:
            raise KeyboardInterrupt  # the process dies in the middle of the call
        return "done"

    retry = [{"ErrorEquals": ["States.TaskFailed"], "IntervalSeconds": 7, "MaxAttempts": 1}]
    execution = bench.row(machine({"A": task(Retry=retry)}), {})
    bench.put(execution)
    worker = bench.worker({"f": f})
    with pytest.raises(KeyboardInterrupt):
        worker.run_until_idle()
    crash(bench, worker)
    bench.worker({"f": f}).run_until_idle()
    assert bench.describe(execution).output == '"done"'
    failed = next(event for event in bench.events(execution) if event[0] == "LambdaFunctionFailed")
    assert failed[4] == "States.TaskFailed"
    assert "worker was lost" in failed[5]
    assert len(calls) == 2


def test_an_idempotent_task_of_a_lost_worker_is_called_again_with_the_same_key(bench: Bench) -> None:
    keys = []

    @declare(idempotent=True)
    def f(event: Any, context: TaskContext) -> Any:
        keys.append(context.idempotency_key)
        if len(keys) == 1:
            raise KeyboardInterrupt
        return "done"

    execution = bench.row(machine({"A": task()}), {})
    bench.put(execution)
    worker = bench.worker({"f": f})
    with pytest.raises(KeyboardInterrupt):
        worker.run_until_idle()
    crash(bench, worker)
    bench.worker({"f": f}).run_until_idle()
    assert bench.describe(execution).output == '"done"'
    assert len(keys) == 2
    assert len(set(keys)) == 1
    assert types(bench, execution).count("LambdaFunctionStarted") == 1


def test_a_paused_worker_that_wakes_up_is_refused(bench: Bench) -> None:
    """Its lease is over and another one has gone on; what it still brings is dropped."""
    execution = bench.row(machine({"A": task(Next="B"), "B": task()}), {})
    bench.put(execution)
    told: list[str] = []
    others: list[str] = []

    def slow(event: Any, context: TaskContext) -> Any:
        if not others:
            others.append("")
            bench.clock.sleep_until(bench.clock.now() + LEASE + 1)
            bench.worker({"f": lambda _: "theirs"}).run_until_idle(until=bench.clock.now())
        return "mine"

    bench.worker({"f": slow}, tell=told.append).run_until_idle()
    assert bench.describe(execution).error == "States.TaskFailed"
    assert types(bench, execution).count("LambdaFunctionFailed") == 1


def test_handlers_that_are_missing_leave_the_execution_to_others(bench: Bench) -> None:
    execution = bench.row(machine({"A": task()}), {})
    bench.put(execution)
    told: list[str] = []
    bench.worker({"g": lambda event: event}, tell=told.append).run_until_idle()
    assert bench.describe(execution).status == "RUNNING"
    assert "the Task state 'A'" in told[0]
    assert len(told) == 1
    bench.worker({"f": lambda event: "done"}).run_until_idle()
    assert bench.describe(execution).output == '"done"'


# -- messages --


def test_an_answer_by_token(bench: Bench) -> None:
    tokens: list[str] = []
    execution = bench.row(machine({"A": ask()}))
    bench.put(execution)
    bench.worker({"ask": lambda event: tokens.append(event["token"])}).run_until_idle(until=bench.clock.now())
    place = waiting_token(bench, execution)
    assert tokens == [make(execution.seed, place)]
    assert bench.send(execution, ANSWER, place.frame, place.wait, {"output": '{"ok":true}'}) is None
    assert bench.send(execution, ANSWER, place.frame, place.wait, {"output": "2"}) == Refusal("closed")
    bench.worker({"ask": print}).run_until_idle()
    assert bench.describe(execution).output == '{"ok":true}'
    assert types(bench, execution)[3:6] == ["TaskStarted", "TaskSubmitted", "TaskSucceeded"]


def test_an_early_answer_is_forgotten_when_its_task_times_out(bench: Bench) -> None:
    def answers(event: Any, context: TaskContext) -> None:
        context.send_task_success(event["token"], 1)
        context.sleep(60)

    late = [{"ErrorEquals": ["States.Timeout"], "Next": "Long"}]
    execution = bench.row(machine({"A": ask(TimeoutSeconds=30, Catch=late), "Long": wait(3 * 86_400)}))
    bench.put(execution)
    bench.worker({"ask": answers}).run_until_idle(until=bench.clock.now() + DAY)
    assert types(bench, execution)[-2:] == ["TaskStateExited", "WaitStateEntered"]
    (held,) = bench.store.held([execution.id])
    assert (held.owner, list(held.messages)) == (None, []), "it only waits, and nothing is left unread"


def test_an_answer_that_was_taken_beats_the_time_out(bench: Bench) -> None:
    execution = bench.row(machine({"A": ask(TimeoutSeconds=60)}))
    bench.put(execution)
    bench.worker({"ask": lambda event: None}).run_until_idle(until=bench.clock.now())
    place = waiting_token(bench, execution)
    assert bench.send(execution, ANSWER, place.frame, place.wait, {"output": "1"}) is None
    bench.clock.sleep_until(bench.clock.now() + DAY)
    bench.worker({"ask": print}).run_until_idle()
    assert bench.describe(execution).output == "1"


def test_a_heartbeat_moves_the_deadline_across_a_restart(bench: Bench) -> None:
    execution = bench.row(machine({"A": ask(HeartbeatSeconds=60)}))
    bench.put(execution)
    handlers = {"ask": lambda event: None}
    start = bench.clock.now()
    bench.worker(handlers).run_until_idle(until=start)
    place = waiting_token(bench, execution)
    bench.clock.sleep_until(start + 50_000)
    assert bench.send(execution, HEARTBEAT, place.frame, place.wait) is None
    bench.worker(handlers).run_until_idle()
    found = bench.describe(execution)
    assert (found.status, found.stop) == ("FAILED", start + 110_000)


def test_an_activity_starts_when_somebody_takes_it(bench: Bench) -> None:
    definition = machine({"A": {"Type": "Task", "Resource": ACTIVITY, "TimeoutSeconds": 30, "End": True}})
    execution = bench.row(definition, {"n": 1})
    bench.put(execution)
    bench.worker().run_until_idle(until=bench.clock.now())
    bench.clock.sleep_until(bench.clock.now() + DAY)  # nobody is in a hurry
    taken = bench.store.take_activity(ACTIVITY, "ann")
    assert taken is not None
    assert taken.input == '{"n":1}'
    assert bench.store.take_activity(ACTIVITY, "bob") is None
    bench.worker().run_until_idle(until=bench.clock.now() + 1_000)
    assert bench.send(execution, ANSWER, taken.frame, taken.wait, {"output": "7"}) is None
    bench.worker().run_until_idle()
    assert bench.describe(execution).output == "7"
    assert types(bench, execution)[2:5] == ["ActivityScheduled", "ActivityStarted", "ActivitySucceeded"]
    assert bench.events(execution)[3][4] == "ann"


def test_an_activity_that_is_not_registered_ends_the_execution(bench: Bench) -> None:
    execution = bench.row(machine({"A": {"Type": "Task", "Resource": ACTIVITY, "End": True}}))
    bench.put(execution)
    asked: list[str] = []
    bench.worker(activity_exists=lambda arn: bool(asked.append(arn))).run_until_idle()
    found = bench.describe(execution)
    where = "An error occurred while executing the state 'A' (entered at the event id #2)."
    assert (found.error, found.cause) == ("States.Runtime", f"{where} The activity {ACTIVITY} does not exist.")
    assert types(bench, execution) == ["ExecutionStarted", "TaskStateEntered", "ExecutionFailed"]
    assert asked == [ACTIVITY]


# -- stop --


def test_stopping_an_execution_that_nobody_owns(bench: Bench) -> None:
    execution = bench.row(machine({"A": wait(60)}))
    bench.put(execution)
    bench.worker().run_until_idle(until=bench.clock.now())
    stopped = bench.stop(execution, "E", "why")
    assert stopped is not None
    assert (stopped.status, stopped.error, stopped.cause) == ("ABORTED", "E", "why")
    assert bench.events(execution)[-1] == ("ExecutionAborted", 0, bench.clock.now(), 0, "E", "why")
    bench.worker().run_until_idle()
    assert types(bench, execution)[-1] == "ExecutionAborted"
    assert bench.stop(execution, "other") == stopped


def test_stopping_an_execution_that_a_worker_is_busy_with(bench: Bench) -> None:
    execution = bench.row(machine({"A": task()}))
    bench.put(execution)

    def f(event: Any) -> Any:
        bench.stop(execution, "E", "why")
        return event

    bench.worker({"f": f}).run_until_idle()
    assert bench.describe(execution).status == "ABORTED"
    assert types(bench, execution)[-1] == "ExecutionAborted"


# -- names --


def test_a_name_starts_one_execution(bench: Bench) -> None:
    first = bench.row(machine({"A": wait(60)}), name="same")
    worker = bench.worker()
    started = worker.engine.start(bench.new(first))
    second = worker.engine.start(bench.new(bench.row(machine({"A": wait(60)}), name="same")))
    worker.run_until_idle()
    assert started.result(0) is None
    refusal = second.result(0)
    assert refusal is not None
    assert refusal.reason == NAME_TAKEN
    assert refusal.holder is not None
    assert refusal.holder.id == first.id


# -- starts that come to nothing --


def test_who_watches_a_start_that_fails_hears_of_it(bench: Bench) -> None:
    worker = bench.worker()
    execution = bench.row(machine({"A": task()}))
    ended = worker.engine.watch(execution.id)
    started = worker.engine.start(bench.new(execution))
    worker.run_until_idle()
    with pytest.raises(HandlerError):
        started.result(0)
    assert ended.exception(0) is started.exception(0)


def test_who_watches_a_start_that_is_refused_waits_no_longer(bench: Bench) -> None:
    worker = bench.worker()
    bench.put(bench.row(machine({"A": wait(60)}), name="same"))
    second = bench.row(machine({"A": wait(60)}), name="same")
    ended = worker.engine.watch(second.id)
    started = worker.engine.start(bench.new(second))
    worker.run_until_idle()
    refusal = started.result(0)
    assert refusal is not None
    assert refusal.reason == NAME_TAKEN
    assert ended.cancelled()


@pytest.mark.parametrize("how", ["stopped", "closed", "closed meanwhile"])
def test_a_worker_that_has_stopped_starts_nothing(bench: Bench, how: str) -> None:
    worker = bench.worker({"f": lambda event: event})
    execution = bench.row(machine({"A": task()}))
    ended = worker.engine.watch(execution.id)
    if how == "closed meanwhile":
        started = worker.engine.start(bench.new(execution))
        worker.engine.close()
    else:
        getattr(worker.engine, {"stopped": "stop", "closed": "close"}[how])()
        started = worker.engine.start(bench.new(execution))
    with pytest.raises(AslError, match=r"the worker has stopped; .* was not started") as problem:
        started.result(0)
    assert not isinstance(problem.value, StoreError)
    assert ended.done()
    assert bench.store.execution_of(execution.id) is None


def test_who_watches_what_a_worker_lets_go_of_waits_no_longer(bench: Bench) -> None:
    worker = bench.worker()
    execution = bench.row(machine({"A": wait(3600)}))
    ended = worker.engine.watch(execution.id)
    worker.engine.start(bench.new(execution))
    worker.run_until_idle(until=bench.clock.now())
    worker.engine.close()
    assert ended.cancelled()
    assert bench.describe(execution).status == "RUNNING"


# -- Express --


def test_an_express_execution_leaves_nothing(bench: Bench) -> None:
    execution = bench.row(machine({"A": task()}), {"n": 1}, express=True)
    calls: list[Any] = []
    worker = bench.worker({"f": calls.append})
    ended = worker.engine.watch(execution.id)
    worker.engine.start(bench.new(execution))
    worker.run_until_idle()
    assert ended.result(0) == "SUCCEEDED"
    assert calls == [{"n": 1}]
    assert bench.store.execution_of(execution.id) is None


def test_an_express_execution_starts_again_after_a_crash(bench: Bench) -> None:
    calls: list[Any] = []

    def f(event: Any) -> Any:
        calls.append(event)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return event

    execution = bench.row(machine({"A": task(Next="B"), "B": task()}), {"n": 1}, express=True)
    worker = bench.worker({"f": f})
    worker.engine.start(bench.new(execution))
    with pytest.raises(KeyboardInterrupt):
        worker.run_until_idle()
    crash(bench, worker)
    bench.worker({"f": f}).run_until_idle()
    assert calls == [{"n": 1}] * 4
    assert bench.store.execution_of(execution.id) is None


# -- what a worker says --


def test_news_of_what_begins_and_ends_here(bench: Bench) -> None:
    news: list[tuple[str, str]] = []
    worker = bench.worker(
        {"f": lambda event: event}, news=lambda execution, status: news.append((execution.name, status))
    )
    here, found = bench.row(machine({"A": task()}), name="here"), bench.row(machine({"A": wait(3600)}), name="found")
    bench.put(found)
    worker.engine.start(bench.new(here))
    worker.run_until_idle()
    assert sorted(news) == [
        ("found", "RUNNING"), ("found", "SUCCEEDED"), ("here", "RUNNING"), ("here", "SUCCEEDED"),
    ]  # fmt: skip
    assert [status for name, status in news if name == "found"] == ["RUNNING", "SUCCEEDED"]


def test_what_is_under_way(bench: Bench) -> None:
    seen: list[tuple[str, str]] = []

    def f(event: Any) -> Any:
        seen.extend((execution.name, state) for execution, state in worker.engine.under_way())
        return event

    worker = bench.worker({"f": f})
    bench.put(bench.row(machine({"A": task()}), name="run"))
    worker.run_until_idle()
    assert seen == [("run", "A")]
    assert worker.engine.under_way() == []


@pytest.mark.parametrize(("seconds", "status"), [(50, "SUCCEEDED"), (3600, "RUNNING")])
def test_working_until_idle(bench: Bench, seconds: int, status: str) -> None:
    """What is due within a minute is waited for; on a clock that leaps, that takes no time."""
    execution = bench.row(machine({"A": wait(seconds)}))
    bench.put(execution)
    worker = bench.worker(clock=Leaping(bench.clock))
    worker.run(until_idle=True)
    assert bench.describe(execution).status == status
    assert bench.store.workers() == []


class Leaping:
    """A clock that goes ten seconds further each time that somebody looks at it."""

    virtual = True

    def __init__(self, clock: VirtualClock) -> None:
        self._clock = clock

    def now(self) -> int:
        self._clock.sleep_until(self._clock.now() + 10_000)
        return self._clock.now()

    def sleep_until(self, moment: int) -> None:
        self._clock.sleep_until(moment)


def test_a_store_that_fails_while_an_idle_worker_looks_is_no_reason_to_end(bench: Bench) -> None:
    said: list[str] = []

    def tell(line: str) -> None:
        said.append(line)
        worker.engine.stop()  # or it would try again every second

    bench.store = cast("Store", FaultyStore(bench.store, [Fault("next_due", 2)]))
    worker = bench.worker(tell=tell)
    worker.run(until_idle=True)
    assert [line.endswith("trying again every 1 s") for line in said] == [True]

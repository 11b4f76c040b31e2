"""Work for activities, and answers by task token."""

from __future__ import annotations

from typing import Any

import pytest

from asl import RealClock, Service
from asl.stores import open_store
from tests.service.bench import ACTIVITY, PACK, Bench, refusal, text

QUEUE = "arn:aws:states:::sqs:sendMessage.waitForTaskToken"
TIMED_OUT = ("TaskTimedOut", f"Task Timed Out: '{ACTIVITY}'")
INVALID = ("InvalidToken", "Invalid Token: 'Invalid token'")
NOT_JSON = ("InvalidOutput", "Invalid Output: 'not-json' is not valid JSON.")


def pack(**fields: Any) -> dict[str, Any]:
    return {"StartAt": "Pack", "States": {"Pack": {**PACK["States"]["Pack"], **fields}}}  # type: ignore[index]


def fetched(bench: Bench, definition: Any = PACK) -> tuple[str, str]:
    """An execution whose activity has been fetched, and the token."""
    bench.service.create_activity(name="pack")
    execution = bench.ran(definition, input='{"a": 1}')
    task = bench.service.get_activity_task(activityArn=ACTIVITY, workerName="me")
    assert task["input"] == '{"a":1}'
    return execution, task["taskToken"]


def test_an_activity_is_done(bench: Bench) -> None:
    execution, token = fetched(bench)
    assert bench.service.get_activity_task(activityArn=ACTIVITY) == {}
    assert bench.service.send_task_success(taskToken=token, output="[1, 2]") == {}
    bench.run()
    assert bench.describe(execution)["output"] == "[1,2]"
    events = bench.service.get_execution_history(executionArn=execution)["events"]
    started = [event for event in events if event["type"] == "ActivityStarted"]
    assert [event["activityStartedEventDetails"] for event in started] == [{"workerName": "me"}]


def test_an_activity_fails(bench: Bench) -> None:
    execution, token = fetched(bench)
    bench.service.send_task_failure(taskToken=token, error="Broken", cause="on purpose")
    bench.run()
    found = bench.describe(execution)
    assert (found["status"], found["error"], found["cause"]) == ("FAILED", "Broken", "on purpose")


def test_an_activity_fails_without_a_word(bench: Bench) -> None:
    execution, token = fetched(bench)
    bench.service.send_task_failure(taskToken=token)
    bench.run()
    assert bench.describe(execution)["status"] == "FAILED"


def test_heartbeats_keep_it_alive(bench: Bench) -> None:
    execution, token = fetched(bench, pack(HeartbeatSeconds=10))
    bench.run(until=bench.clock.now())
    for _ in range(3):
        bench.clock.sleep_until(bench.clock.now() + 9000)
        assert bench.service.send_task_heartbeat(taskToken=token) == {}
        bench.run(until=bench.clock.now())
        assert bench.describe(execution)["status"] == "RUNNING"
    bench.run()
    found = bench.describe(execution)
    assert (found["status"], found["error"]) == ("FAILED", "States.Timeout")
    assert refusal(bench.service.send_task_heartbeat, taskToken=token) == TIMED_OUT


@pytest.mark.parametrize("close", ["answered", "answered twice", "stopped", "late"])
def test_a_token_that_nobody_waits_with(bench: Bench, close: str) -> None:
    execution, token = fetched(bench, pack(TimeoutSeconds=100))
    match close:
        case "answered":
            bench.service.send_task_success(taskToken=token, output="1")
            bench.run()
        case "answered twice":
            bench.service.send_task_success(taskToken=token, output="1")
        case "stopped":
            bench.service.stop_execution(executionArn=execution)
        case _:
            bench.run()
    service = bench.service
    before = bench.types(execution)
    assert refusal(service.send_task_success, taskToken=token, output="2") == TIMED_OUT
    assert refusal(service.send_task_failure, taskToken=token) == TIMED_OUT
    assert refusal(service.send_task_success, taskToken=token, output="not-json") == NOT_JSON
    assert bench.types(execution) == before
    bench.run()
    assert bench.describe(execution).get("output") == ("1" if close.startswith("answered") else None)


def test_a_retry_has_a_token_of_its_own(bench: Bench) -> None:
    execution, token = fetched(bench, pack(Retry=[{"ErrorEquals": ["Again"]}]))
    bench.service.send_task_failure(taskToken=token, error="Again")
    bench.run()
    second = bench.service.get_activity_task(activityArn=ACTIVITY)["taskToken"]
    assert second != token
    assert refusal(bench.service.send_task_success, taskToken=token, output="1") == TIMED_OUT
    bench.service.send_task_success(taskToken=second, output="2")
    bench.run()
    assert bench.describe(execution)["output"] == "2"


def test_an_output_that_is_too_large(bench: Bench) -> None:
    _, token = fetched(bench)
    code, message = refusal(bench.service.send_task_success, taskToken=token, output=f'"{"ä" * 131_072}"')
    assert (code, message) == ("InvalidOutput", "Invalid Output: it has 262146 bytes; the limit is 262144")


@pytest.mark.parametrize("output", ["1e999", '{"a": [-1e999]}', "[" * 701 + "]" * 701])
def test_an_output_that_workers_would_stumble_over(bench: Bench, output: str) -> None:
    """It must not be acknowledged, for nobody could go on with it."""
    execution, token = fetched(bench)
    code, message = refusal(bench.service.send_task_success, taskToken=token, output=output)
    assert code == "InvalidOutput"
    assert message.endswith(("is not valid JSON.", "is nested more than 700 levels deep"))
    bench.service.send_task_success(taskToken=token, output="[" * 700 + "]" * 700)
    bench.run()
    assert bench.describe(execution)["status"] == "SUCCEEDED"


@pytest.mark.parametrize("token", ["nonsense", "AAAA", "ä", "a" * 2048])
def test_what_is_no_token(bench: Bench, token: str) -> None:
    assert refusal(bench.service.send_task_success, taskToken=token, output="1") == INVALID
    assert refusal(bench.service.send_task_success, taskToken=token, output="not-json") == NOT_JSON
    assert refusal(bench.service.send_task_heartbeat, taskToken=token) == INVALID


def test_tokens_of_others(bench: Bench) -> None:
    """A token of which one character is another, and one of an execution that is gone."""
    _, token = fetched(bench)
    forged = ("B" if token[0] == "A" else "A") + token[1:]
    assert refusal(bench.service.send_task_success, taskToken=forged, output="1") == INVALID
    bench.service.send_task_success(taskToken=token, output="1")
    bench.run()
    bench.service.delete_state_machine(stateMachineArn=ACTIVITY.replace("activity:pack", "stateMachine:Machine"))
    code, _ = refusal(bench.service.send_task_success, taskToken=token, output="1")
    assert code == "TaskDoesNotExist"


def test_the_token_of_a_callback(bench: Bench) -> None:
    """The message shows which resource it was, also where there are several."""
    sent: list[str] = []

    def send(message: Any) -> dict[str, str]:
        sent.append(message["MessageBody"])
        return {"MessageId": "1"}

    state = {"Type": "Task", "Resource": QUEUE, "Parameters": {"MessageBody.$": "$$.Task.Token", "QueueUrl": "q"}}
    both = {"StartAt": "Ask", "States": {"Ask": {**state, "Next": "Pack"}, **PACK["States"]}}  # type: ignore[dict-item]
    bench.service.create_activity(name="pack")
    bench.worker = bench.service.worker({QUEUE: send}, threads=0)
    execution = bench.ran(both)
    (token,) = sent
    bench.service.send_task_success(taskToken=token, output="1")
    late = ("TaskTimedOut", f"Task Timed Out: '{QUEUE}'")
    assert refusal(bench.service.send_task_success, taskToken=token, output="1") == late
    bench.run()
    assert refusal(bench.service.send_task_success, taskToken=token, output="1") == late
    assert bench.describe(execution)["status"] == "RUNNING"


def test_each_of_several_open_tokens_names_its_own_resource(bench: Bench) -> None:
    """Whichever was asked for last."""
    sent: dict[str, str] = {}

    def send(message: Any, context: Any) -> dict[str, str]:
        sent[context.state_name] = message["MessageBody"]
        return {"MessageId": "1"}

    topic = "arn:aws:states:::sns:publish.waitForTaskToken"
    fields = {"Type": "Task", "Parameters": {"MessageBody.$": "$$.Task.Token"}, "TimeoutSeconds": 60, "End": True}
    resources = {"Queue": QUEUE, "Topic": topic, "Other": QUEUE}
    branches = [{"StartAt": name, "States": {name: {**fields, "Resource": arn}}} for name, arn in resources.items()]
    bench.worker = bench.service.worker({QUEUE: send, topic: send}, threads=0, is_dead=lambda _: False)
    both = {"StartAt": "All", "States": {"All": {"Type": "Parallel", "Branches": branches, "End": True}}}
    execution = bench.start(bench.machine(both))
    bench.run(until=bench.clock.now())
    first = "Topic"
    bench.service.send_task_success(taskToken=sent[first], output="1")
    assert refusal(bench.service.send_task_failure, taskToken=sent[first])[1] == f"Task Timed Out: '{topic}'"
    bench.run()
    assert bench.describe(execution)["status"] == "FAILED"
    for name, resource in resources.items():
        late = refusal(bench.service.send_task_success, taskToken=sent[name], output="1")
        assert late == ("TaskTimedOut", f"Task Timed Out: '{resource}'")


class Patience(RealClock):
    """Real time that passes when somebody sleeps."""

    def __init__(self) -> None:
        super().__init__()
        self.moment = 1_700_000_000_000
        self.alarm: Any = None

    def now(self) -> int:
        return self.moment

    def sleep_until(self, moment: int) -> None:
        self.moment = moment
        if self.alarm is not None:
            self.alarm()


def test_a_poll_waits_a_minute() -> None:
    clock = Patience()
    with Service("memory:", clock=clock) as service:
        service.create_activity(name="pack")
        began = clock.now()
        assert service.get_activity_task(activityArn=ACTIVITY) == {}
        assert clock.now() == began + 60_000


def test_a_poll_returns_with_the_first_task() -> None:
    clock = Patience()
    store = open_store("memory:", clock=clock.now)
    with Service(store, clock=clock) as service:
        service.create_activity(name="pack")
        arn = service.create_state_machine(name="m", definition=text(PACK))["stateMachineArn"]
        worker = service.worker(threads=0)
        began = clock.now()

        def alarm() -> None:
            if clock.moment == began + 5000:
                service.start_execution(stateMachineArn=arn)
                clock.alarm = None
                worker.run_until_idle(clock.moment)

        clock.alarm = alarm
        task = service.get_activity_task(activityArn=ACTIVITY)
        assert task["input"] == "{}"
        assert clock.now() == began + 5000


def test_a_poll_ends_when_the_service_is_closed() -> None:
    clock = Patience()
    service = Service("memory:", clock=clock)
    service.create_activity(name="pack")
    clock.alarm = service.close
    began = clock.now()
    assert service.get_activity_task(activityArn=ACTIVITY) == {}
    assert clock.now() < began + 1000

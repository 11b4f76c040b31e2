"""What can't go on: it is left aside, told once, and keeps nobody from the others; and what is refused before it comes
to that."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from asl.drivers.durable.entry import Entry
from asl.jsontext import decode, encode
from asl.stores.base import ANSWER, STOP, Message, Refusal, Turn
from tests.drivers.durable.bench import ask, machine, wait, waiting_token
from tests.machines import task

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from asl.stores.base import FrameRow, Write
    from asl.tasks.context import TaskContext
    from tests.drivers.durable.bench import Bench

#: What a turn writes that no core can be loaded from, or that no step can be made from.
NONSENSE: dict[str, Callable[[FrameRow, str], dict[str, Any]]] = {
    "core": lambda frame, core: {"core": "[]"},
    "frame": lambda frame, core: {"frames": [frame._replace(data="[1]")]},
    "state": lambda frame, core: {"frames": [frame._replace(data=frame.data.replace('"Nap"', '"Nop"'))]},
    "ready": lambda frame, core: {"core": encode([*decode(core)[:-2], ["0", "0/7"], False])},
}


@pytest.mark.parametrize("nonsense", NONSENSE)
def test_an_execution_that_can_not_be_loaded_keeps_nobody_from_the_others(nonsense: str, bench: Bench) -> None:
    definition = machine({"Nap": wait(60)})
    odd, sound = bench.row(definition), bench.row(definition)
    bench.put(odd)
    bench.put(sound)
    bench.worker().run_until_idle(until=bench.clock.now() + 1_000)
    bench.clock.sleep_until(bench.clock.now() + 60_000)
    (held,) = bench.store.held([odd.id])
    first = len(bench.events(odd)) + 1
    given: dict[str, Any] = {"core": held.core, **NONSENSE[nonsense](held.frames[0], held.core)}
    turn = Turn(odd.id, held.fence, held.version, held.wake, None, 0, first=first, events=[], foreign=True, **given)
    assert bench.store.commit([turn]) == [None]
    told: list[str] = []
    worker = bench.worker(tell=told.append)
    worker.run_until_idle()
    bench.store.commit([Message(odd.id, STOP)])
    worker.run_until_idle()
    assert (bench.describe(odd).status, bench.describe(sound).status) == ("RUNNING", "SUCCEEDED")
    (line,) = told
    assert line.startswith(f"{odd.arn} can't go on here, which is a fault of aslkit's: ")
    assert bench.store.held([odd.id])[0].owner is None, "a newer version may go on with it"
    assert bench.store.next_due() == 0


def test_nor_does_one_that_can_not_be_loaded_anew(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    def again(*_: Any) -> None:
        raise KeyError("ours")

    definition = machine({"A": task(End=True)})
    odd, sound = bench.row(definition), bench.row(definition)
    commit = bench.store.commit

    def overtaken(writes: Sequence[Write]) -> list[Refusal | None]:
        if any(isinstance(write, Turn) and write.execution == odd.id and write.end for write in writes):
            commit([Message(odd.id, STOP)])
        return commit(writes)

    monkeypatch.setattr(bench.store, "commit", overtaken)
    monkeypatch.setattr(Entry, "again", again)
    told: list[str] = []
    bench.put(odd)
    bench.put(sound)
    bench.worker({"f": lambda _: None}, tell=told.append).run_until_idle()
    assert (bench.describe(odd).status, bench.describe(sound).status) == ("RUNNING", "SUCCEEDED")
    (line,) = told
    assert line.startswith(f"{odd.arn} can't go on here, which is a fault of aslkit's: KeyError: 'ours'; ")


def nested(levels: int) -> Any:
    value: Any = []
    for _ in range(levels - 1):
        value = [value]
    return value


@pytest.mark.parametrize("levels", [700, 701, 975, 980, 985])
def test_a_result_that_could_be_stored_and_not_be_loaded_is_refused(levels: int, bench: Bench) -> None:
    definition = machine({"A": task(ResultPath="$.a", Next="Nap"), "Nap": wait(60)})
    execution = bench.row(definition)
    bench.put(execution)
    bench.worker({"f": lambda _: nested(levels)}).run_until_idle()
    found = bench.describe(execution)
    if levels <= 700:
        assert found.output == encode({"a": nested(levels)})
        return
    assert (found.status, found.error) == ("FAILED", "Runtime.MarshalError")
    assert "is not JSON: nested " in str(found.cause)


def test_nor_is_such_an_answer_taken(bench: Bench) -> None:
    def f(event: Any, context: TaskContext) -> None:
        context.send_task_success(event["token"], nested(980))

    execution = bench.row(machine({"Ask": ask()}))
    bench.put(execution)
    bench.worker({"ask": f}).run_until_idle()
    assert bench.describe(execution).error == "NotJSON"


@pytest.mark.parametrize("in_memory", [True, False])
def test_a_message_that_can_not_be_heard_keeps_nobody_from_the_others(in_memory: bool, bench: Bench) -> None:
    branches = [machine({"Ask": ask()}), machine({"A": task()})]
    odd = bench.row(machine({"Both": {"Type": "Parallel", "Branches": branches, "End": True}}), "odd")
    sound = bench.row(machine({"B": task(Next="Nap"), "Nap": wait(5)}), "sound")
    told: list[str] = []

    def send() -> None:
        place = waiting_token(bench, odd)
        assert bench.store.commit([Message(odd.id, ANSWER, place.frame, place.wait, '{"output":"{"}')]) == [None]

    def f(name: str) -> None:
        if in_memory and name == "odd":
            send()

    bench.put(odd)
    bench.put(sound)
    worker = bench.worker({"ask": lambda _: None, "f": f}, tell=told.append)
    worker.run_until_idle(until=bench.clock.now() + 1_000)
    if not in_memory:
        send()
    worker.run_until_idle()
    assert (bench.describe(odd).status, bench.describe(sound).status) == ("RUNNING", "SUCCEEDED")
    (line,) = told
    assert line.startswith(f"{odd.arn} can't go on here, which is a fault of aslkit's: NotJSON: ")

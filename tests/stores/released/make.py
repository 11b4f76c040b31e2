"""Write what a store of the present schema looks like, with executions in all conditions, as SQL text:

    python -m tests.stores.released.make

makes ``schema-N.sql`` beside this file. It is run once for each schema, before that is released; such a file then never
changes, and every later version must open it and bring its executions to their ends.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from asl import TaskError, VirtualClock
from asl.kernel import tokens
from asl.stores.base import ANSWER
from asl.stores.sqlite import SQLiteStore
from asl.tasks.declare import task as declare
from tests.drivers.durable.bench import Bench
from tests.machines import ACTIVITY, FUNCTION, scope

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from asl.stores.base import Execution

HERE = Path(__file__).parent
TOKEN = "arn:aws:states:::lambda:invoke.waitForTaskToken"


def call(function: str, **fields: Any) -> dict[str, Any]:
    retry = [{"ErrorEquals": ["States.TaskFailed"], "IntervalSeconds": 5}]
    state = {"Type": "Task", "Resource": FUNCTION + function, "Retry": retry, **fields}
    return state if "Next" in state else {**state, "End": True}


def machine(states: dict[str, Any], **top: Any) -> dict[str, Any]:
    return {"StartAt": next(iter(states)), "States": states, **top}


ASK = {
    "Type": "Task",
    "Resource": TOKEN,
    "Parameters": {"FunctionName": "ask", "Payload": {"token.$": "$$.Task.Token"}},
    "TimeoutSeconds": 3600,
    "End": True,
}
MAP = {
    "Type": "Map",
    "ItemsPath": "$.items",
    "MaxConcurrency": 2,
    "ItemProcessor": scope({"Nap": {"Type": "Wait", "Seconds": 60, "Next": "Do"}, "Do": call("again")}),
    "End": True,
}
ASK_TWICE = [scope({"A": ASK}), scope({"B": ASK})]
BIG = {"Type": "Pass", "Result": "x" * 3000, "ResultPath": "$.big", "Assign": {"v": [1, "é"]}, "Next": "Nap"}
NAP = {"Type": "Wait", "Seconds": 600, "Next": "Pick"}
PICK = {"Type": "Pass", "Parameters": {"v.$": "$v", "n.$": "$.n"}, "End": True}

#: Name -> definition and input.
EXECUTIONS: dict[str, tuple[Any, Any]] = {
    "succeeded": (machine({"A": call("again")}), {"n": 1}),
    "failed": (machine({"A": {"Type": "Pass", "Next": "B"}, "B": call("broken")}), {"n": 2}),
    "aborted": (machine({"A": {"Type": "Wait", "Seconds": 600, "End": True}}), {"n": 3}),
    "wait": (machine({"Big": BIG, "Nap": NAP, "Pick": PICK}), {"n": 4}),
    "token": (machine({"A": ASK}), {"n": 5}),
    "answered": (machine({"A": ASK}), {"n": 6}),
    "activity": (machine({"A": {"Type": "Task", "Resource": ACTIVITY, "End": True}}), {"n": 7}),
    "map": (machine({"M": MAP}), {"items": [{"n": number} for number in range(5)]}),
    "parallel": (machine({"P": {"Type": "Parallel", "Branches": ASK_TWICE, "End": True}}), {"n": 8}),
    "retry": (machine({"A": call("again", Retry=[{"ErrorEquals": ["E"], "IntervalSeconds": 90}])}), {"fail": True}),
    "in doubt, again": (machine({"A": call("again", Next="B"), "B": call("again")}), {"n": 9, "dies": True}),
    "in doubt, once": (machine({"A": call("once")}), {"n": 10, "dies": True}),
    "in doubt, lost": (machine({"A": call("once", Retry=[])}), {"n": 11, "dies": True}),
    "not begun": (machine({"A": call("again")}), {"n": 12}),
    "surrogate": (machine({"A": {"Type": "Wait", "Seconds": 600, "End": True}}), {"text": "\ud800"}),
}


class Died(BaseException):
    """The process is gone."""


def handlers(*, dying: bool) -> Mapping[str, Callable[..., Any]]:
    """``dying``: as they were when the file was written."""

    @declare(idempotent=True)
    def again(event: Any) -> Any:
        return once(event)

    def once(event: Any) -> Any:
        if dying and event.get("dies"):
            raise Died
        if dying and event.get("fail"):
            raise TaskError("E", "the first time")
        return event

    def broken(event: Any) -> Any:
        if dying:
            raise TaskError("E", "broken")
        return event

    return {"again": again, "once": once, "broken": broken, "ask": lambda event: None}


def row(bench: Bench, number: int, name: str, *, express: bool = False) -> Execution:
    definition, value = EXECUTIONS[name]
    return bench.row(definition, value, id=number, name=name, seed=f"seed {number}", express=express)


def fill(store: SQLiteStore, clock: VirtualClock) -> None:
    """Bring executions into all conditions, and let the worker die."""
    bench = Bench(store, clock)
    rows = {name: row(bench, number, name) for number, name in enumerate(EXECUTIONS, 1)}
    for name, execution in rows.items():
        if not execution.name.startswith(("in doubt", "not begun")):
            assert bench.put(execution) is None, name
    bench.worker(handlers(dying=True)).run_until_idle(until=clock.now() + 60_000)
    bench.stop(rows["aborted"], "E", "stopped")
    for name in ("in doubt, again", "in doubt, once", "in doubt, lost"):
        assert bench.put(rows[name]) is None
        try:
            bench.worker(handlers(dying=True)).run_until_idle(until=clock.now())
        except Died:
            continue
        raise AssertionError(f"{name} was to die")
    assert bench.put(rows["not begun"]) is None
    assert bench.put(row(bench, 100, "not begun", express=True)) is None
    (frame,) = [frame for frame in store.held([rows["answered"].id])[0].frames if frame.wait]
    place = tokens.Place(str(rows["answered"].id), frame.frame, frame.wait)
    assert bench.send(rows["answered"], ANSWER, place.frame, place.wait, {"output": '"by message"'}) is None
    store.put_document("machine", "Machine", {"type": "STANDARD"}, None)


def main() -> None:
    """See the module."""
    with TemporaryDirectory() as folder:
        path = Path(folder, "store.db")
        clock = VirtualClock()
        store = SQLiteStore(path, clock=clock.now)
        fill(store, clock)
        store.close()
        with closing(sqlite3.connect(path)) as connection:
            (version,) = connection.execute("PRAGMA user_version").fetchone()
            (application,) = connection.execute("PRAGMA application_id").fetchone()
            lines = [f"PRAGMA application_id = {application};", f"PRAGMA user_version = {version};"]
            lines += connection.iterdump()
    (HERE / f"schema-{version}.sql").write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()

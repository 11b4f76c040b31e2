"""A process of its own that works on a store: ``python -m tests.crash.child FILE LEDGER HANDLERS LEASE [START]``.

Its handlers append to the ledger, a file, what they do, and tell it on standard output too. ``START`` executions are
begun first. It ends when no execution is left, or when its worker is told that it was silent for too long.
"""

from __future__ import annotations

import os
import sys
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any

from asl.drivers.clock import RealClock
from asl.stores import open_store
from asl.tasks.declare import task as declare
from asl.worker import Worker
from tests.crash.scenarios import call, each, machine
from tests.drivers.durable.bench import Bench
from tests.machines import scope

if TYPE_CHECKING:
    from asl import TaskContext

#: Retries at once what was lost, as far as seconds allow.
QUICK = {"Retry": [{"ErrorEquals": ["States.TaskFailed"], "IntervalSeconds": 1, "MaxAttempts": 99, "BackoffRate": 1.0}]}

INPUT = {"items": [{"n": 1}, {"n": 2}, {"n": 3}]}
OUTPUT = '[[1,2,3],{"done":true}]'
DEFINITION = machine(
    {
        "First": call(ResultPath=None, Next="Both", **QUICK),
        "Both": {
            "Type": "Parallel",
            "Branches": [
                scope({"Map": each(call(**QUICK), MaxConcurrency=2, End=True)}),
                scope({"Second": call(ResultPath=None, Next="Third", **QUICK), "Third": call(**QUICK)}),
            ],
            "End": True,
        },
    }
)


def main(path: str, ledger: str, handlers: str, lease: str, start: str = "0") -> None:
    """See the module."""
    clock = RealClock()
    store = open_store(path)
    file = os.open(ledger, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    silenced: SimpleQueue[str] = SimpleQueue()

    @declare(idempotent=handlers == "idempotent")
    def handle(event: Any, context: TaskContext) -> Any:
        os.write(file, f"{context.idempotency_key} {context.state_name}\n".encode())
        print(context.idempotency_key, flush=True)
        return event.get("n", {"done": True})

    def tell(line: str) -> None:
        print(line, flush=True)
        if "silent" in line:
            silenced.put(line)

    worker = Worker(store, {"f": handle}, clock=clock, threads=4, lease=int(lease), tell=tell)
    bench = Bench(store, clock)  # type: ignore[arg-type]  # in real time
    begun = [worker.engine.start(bench.new(bench.row(DEFINITION, INPUT))) for _ in range(int(start))]
    with worker:
        assert all(one.result(60) is None for one in begun)
        while any(store.open_executions()):
            try:
                silenced.get(timeout=0.02)
            except Empty:
                continue
            break
    store.close()


if __name__ == "__main__":
    main(*sys.argv[1:])

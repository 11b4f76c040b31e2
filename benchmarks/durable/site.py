"""One worker on an SQLite file of its own, and executions to keep it busy."""

from __future__ import annotations

import hashlib
import json
import time
from concurrent.futures import Future
from itertools import count
from typing import TYPE_CHECKING, Any

from asl import StateMachine
from asl.drivers.durable.engine import NewExecution
from asl.jsontext import encode
from asl.stores import open_store
from asl.stores.base import RUNNING, Execution
from asl.worker import Worker

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from asl.drivers.durable.engine import Started
    from asl.drivers.durable.promise import Promise
    from asl.tasks.call import Handler
    from benchmarks.machines import Machine

_ACCOUNT = "arn:aws:states:us-east-1:123456789012"
_IDS = count(time.time_ns() // 1_000)


class Site:
    """A store in ``folder``, a worker of it, and one machine. Used as a context manager, the worker works."""

    def __init__(
        self,
        folder: Path,
        machine: Machine,
        *,
        synchronous: str = "FULL",
        threads: int = 128,
        express: bool = False,
        handlers: Mapping[str, Handler] | None = None,
    ) -> None:
        self.store = open_store(str(folder / "executions.db"), synchronous=synchronous)
        StateMachine(machine.definition)  # a mistake is told here, not where nobody waits for it
        self._text = json.dumps(machine.definition)
        self._digest = hashlib.sha256(self._text.encode()).hexdigest()
        self.store.put_definition(self._digest, self._text)
        self._value = machine.input
        self._input = encode(machine.input)
        self._express = express
        self.worker = Worker(self.store, handlers or machine.handlers, threads=threads)

    def __enter__(self) -> Site:
        self.worker.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.worker.stop()
        self.store.close()

    def _row(self) -> Execution:
        """One more execution of the machine."""
        number = next(_IDS)
        return Execution(
            id=number,
            arn=f"{_ACCOUNT}:execution:Bench:run{number}",
            machine="Bench",
            name=f"run{number}",
            express=self._express,
            definition=self._digest,
            status=RUNNING,
            start=time.time_ns() // 1_000_000,
            stop=None,
            seed=str(number),
            role_arn="arn:aws:iam::123456789012:role/benchmark",
            input=self._input,
        )

    def start(self, value: Any = None) -> Started:
        """Start one; the future says that it is in the store."""
        if value is None:
            return self.worker.engine.start(NewExecution(self._row(), self._value, self._input, 0))
        text = encode(value)
        return self.worker.engine.start(NewExecution(self._row()._replace(input=text), value, text, 0))

    def begin(self) -> Promise[str]:
        """Start one; the future has the status of its end."""
        row = self._row()
        ended = self.worker.engine.watch(row.id)
        self.worker.engine.start(NewExecution(row, self._value, self._input, 0))
        return ended

    def one_after_the_other(self, seconds: float) -> float:
        """Executions per second of a caller that waits for each before it starts the next."""
        ended, began = 0, time.perf_counter()
        while (taken := time.perf_counter() - began) < seconds:
            _succeeded(self.begin())
            ended += 1
        return ended / taken

    def keep_busy(self, at_a_time: int, *, seconds: float = 0.0, executions: int = 0) -> float:
        """Executions per second, so many at a time: one that ends starts the next, for some seconds or up to a number
        of them."""
        all_ended: Future[float] = Future()
        begun, ended = at_a_time, 0

        def go_on(before: Promise[str]) -> None:
            nonlocal begun, ended
            _succeeded(before)
            ended += 1
            taken = time.perf_counter() - began
            if taken < seconds or begun < executions:
                begun += 1
                self.begin().add_done_callback(go_on)
            elif ended == begun:
                all_ended.set_result(ended / taken)

        began = time.perf_counter()
        for _ in range(at_a_time):
            self.begin().add_done_callback(go_on)
        return all_ended.result()


def _succeeded(ended: Promise[str]) -> None:
    status = ended.result()
    assert status == "SUCCEEDED", status

"""A store, workers in virtual time, and executions to try things on."""

from __future__ import annotations

import hashlib
import json
from itertools import count
from typing import TYPE_CHECKING, Any

from asl.drivers.durable.engine import NewExecution
from asl.drivers.durable.remote import redrive, start_of, stop
from asl.history import history
from asl.jsontext import decode, encode
from asl.kernel.tokens import Place
from asl.stores.base import RUNNING, Execution, Message
from asl.worker import Definitions, Worker

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from asl.drivers.clock import VirtualClock
    from asl.kernel.program import Program
    from asl.stores.base import Refusal, Store

ROLE = "arn:aws:iam::123456789012:role/aslkit"
TOKEN = "arn:aws:states:::lambda:invoke.waitForTaskToken"
_IDS = count(1)


def wait(seconds: int, **fields: Any) -> dict[str, Any]:
    state = {"Type": "Wait", "Seconds": seconds, **fields}
    return state if "Next" in state else {**state, "End": True}


def machine(states: dict[str, Any], **top: Any) -> dict[str, Any]:
    return {"StartAt": next(iter(states)), "States": states, **top}


def ask(**fields: Any) -> dict[str, Any]:
    """A task that waits for an answer by its token."""
    parameters = {"FunctionName": "ask", "Payload": {"token.$": "$$.Task.Token"}}
    return {"Type": "Task", "Resource": TOKEN, "Parameters": parameters, "End": True, **fields}


def waiting_token(bench: Bench, execution: Any) -> Place:
    """Where a task of it waits."""
    row = next(frame for frame in bench.store.held([execution.id])[0].frames if frame.wait)
    return Place(str(execution.id), row.frame, row.wait)


class Bench:
    """One store under test. ``clock`` is everybody's."""

    def __init__(self, store: Store, clock: VirtualClock) -> None:
        self.store = store
        self.clock = clock
        self.definitions = Definitions(store)
        self._kept: set[str] = set()

    def row(self, definition: Any, value: Any = None, *, express: bool = False, **fields: Any) -> Execution:
        """An execution of this definition that is about to start."""
        text = definition if isinstance(definition, str) else json.dumps(definition)
        digest = hashlib.sha256(text.encode()).hexdigest()
        if digest not in self._kept:
            self.store.put_definition(digest, text)
            self._kept.add(digest)
        number = next(_IDS)
        name = fields.pop("name", f"run{number}")
        given = {
            "id": number,
            "arn": f"arn:aws:states:us-east-1:123456789012:execution:Machine:{name}",
            "machine": "Machine",
            "name": name,
            "express": express,
            "definition": digest,
            "status": RUNNING,
            "start": self.clock.now(),
            "stop": None,
            "seed": f"seed {number}",
            "role_arn": ROLE,
            "input": encode({} if value is None else value),
        }
        return Execution(**{**given, **fields})

    def put(self, execution: Execution) -> Refusal | None:
        """Start an execution without a worker."""
        text = execution.input or "{}"
        program = self.program(execution)
        return self.store.commit([start_of(execution, program, decode(text), text, 0)])[0]

    def new(self, execution: Execution) -> NewExecution:
        """What an engine is given to start it."""
        text = execution.input or "{}"
        return NewExecution(execution, decode(text), text, 0)

    def worker(self, handlers: Mapping[str, Callable[..., Any]] | None = None, **options: Any) -> Worker:
        """A worker in virtual time; each is of another process, which lives."""
        options = {"clock": self.clock, "threads": 0, "is_dead": lambda _: False, "host": "here", "pid": 1, **options}
        return Worker(self.store, handlers, definitions=self.definitions, **options)

    def run(self, definition: Any, value: Any = None, handlers: Mapping[str, Any] | None = None) -> Execution:
        """Run one to its end, with the worker from the start."""
        execution = self.row(definition, value)
        worker = self.worker(handlers)
        started = worker.engine.start(self.new(execution))
        worker.run_until_idle()
        assert started.result(0) is None
        return self.describe(execution)

    def program(self, execution: Execution) -> Program:
        return self.definitions.find(execution.definition, express=execution.express).program

    def describe(self, execution: Execution) -> Execution:
        found = self.store.execution_of(execution.id)
        assert found is not None
        return found

    def events(self, execution: Execution) -> list[Any]:
        """Its events as they were logged."""
        found = self.store.events(execution.id)
        assert [number for number, _ in found] == list(range(1, len(found) + 1))
        return [event for _, event in found]

    def history(self, execution: Execution) -> list[dict[str, Any]]:
        """The same as AWS shapes them."""
        return history(self.events(execution))

    def stop(self, execution: Execution, error: str | None = None, cause: str | None = None) -> Execution | None:
        return stop(self.store, self.program, execution.id, error, cause, self.clock.now())

    def redrive(self, execution: Execution) -> Execution | None:
        return redrive(self.store, self.program, execution.id, lambda _: None, self.clock.now())

    def send(self, execution: Execution, kind: str, frame: str, wait: int, data: Any = None) -> Refusal | None:
        return self.store.commit([Message(execution.id, kind, frame, wait, encode(data))])[0]

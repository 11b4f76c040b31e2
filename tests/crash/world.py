"""An execution, the processes that work on it one after the other, and the outside world that remembers all effects.

A process lives until it has nothing to do or its store kills it; then it is abandoned, and the next one buries it. The
outside polls activities and answers task tokens whenever the processes are idle. All of it is in virtual time.
"""

from __future__ import annotations

import re
from itertools import count
from typing import TYPE_CHECKING, Any, NamedTuple

from asl import TaskError, VirtualClock
from asl.jsontext import encode
from asl.kernel import tokens
from asl.kernel.events import TYPE, VISIT
from asl.stores.base import ANSWER, RUNNING, Message
from asl.stores.memory import MemoryStore
from asl.tasks.declare import task as declare
from asl.worker import Worker
from tests.crash.faults import FAIL, Fault, Killed, faulty
from tests.crash.scenarios import JOB
from tests.drivers.durable.bench import Bench
from tests.machines import ACTIVITY

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from asl import TaskContext
    from asl.stores.base import Execution, Store


#: No process number comes twice, for a worker of the store's past may still be registered.
_PIDS = count(1)


class Effect(NamedTuple):
    """What a handler did to the world."""

    key: str  # execution, visit, attempt
    state: str
    number: int | None  # ``n`` of its input: which iteration
    scheduled: bool  # whether the store had been told before


class Run(NamedTuple):
    """How an execution went, as it is compared."""

    status: str
    output: str | None
    error: str | None
    cause: str | None


def answer(event: Any, context: TaskContext) -> Any:
    """What the handler of every task returns, unless its state says otherwise: the first two attempts at a state named
    Flaky... fail, one named Bad... fails always."""
    state = context.state_name
    if state.startswith("Bad") or (state.startswith("Flaky") and context.attempt < 2):
        raise TaskError("A", f"attempt {context.attempt} of {state}")
    if isinstance(event, dict) and "token" in event:
        return {"sent": True}
    number = event.get("n") if isinstance(event, dict) else event
    return {"n": number, "by": state}


class World:
    """One execution of a definition in a store. ``idempotent``: whether its handlers say so of themselves."""

    def __init__(
        self,
        definition: Any,
        value: Any = None,
        *,
        store: Store | None = None,
        clock: VirtualClock | None = None,
        idempotent: bool = True,
        express: bool = False,
        work: Callable[[Any, TaskContext], Any] = answer,
        names: Iterable[str] = ("f", JOB),
    ) -> None:
        self.clock = clock or VirtualClock()
        self.store = store or MemoryStore(self.clock.now)
        self.bench = Bench(self.store, self.clock)
        self.execution = self.bench.row(definition, value, express=express, id=1, name="run", seed="seed")
        self.idempotent = idempotent
        self.ledger: list[Effect] = []
        self.pending: list[str] = []  # task tokens that the outside has got and not answered
        self.answered: list[str] = []
        self.acknowledged = False  # somebody was told that the execution has started
        self.snapshots: list[list[Any]] = []
        self.told: list[str] = []
        self.calls = 0  # of the store by the last process
        self.dies_at: int | None = None  # the process dies in this call of a handler, after its effect
        self._work = work

        @declare(idempotent=idempotent)
        def handle(event: Any, context: TaskContext) -> Any:
            return self._handle(event, context)

        self.handlers = dict.fromkeys(names, handle)

    # -- what happens --------------------------------------------------------------------------------------------------

    def process(self, fault: Fault | None = None, until: int | None = None) -> bool:
        """The life of one process. Whether it died."""
        store, wrapper = faulty(self.store, fault)
        try:
            worker = self.worker(store)
            self.start(worker)
            worker.run_until_idle(until)
        except Killed:
            return True
        finally:
            self.calls = len(wrapper.calls)
            self.look()
        return False

    def run(self, *faults: Fault) -> Run:
        """One process for each fault, and then as many as it takes."""
        for fault in faults:
            self.process(fault)
            if fault.what == FAIL:
                self.outside()
        for _ in range(50):
            if not self.process() and (self.over or not self.outside()):
                break
        return self.result()

    def outside(self) -> bool:
        """Answer what there is to answer. Whether there was anything."""
        acted = False
        while (taken := self.store.take_activity(ACTIVITY, "somebody")) is not None:
            self.respond(taken.token, {"n": 0, "by": "activity"})
            acted = True
        pending, self.pending = self.pending, []
        for token in pending:
            if token not in self.answered:
                self.respond(token, {"n": 0, "by": "token"})
                acted = True
        return acted

    def respond(self, token: str, value: Any) -> Any:
        """SendTaskSuccess."""
        self.answered.append(token)
        place = tokens.read(token)
        assert place is not None
        data = encode({"output": encode(value)})
        return self.store.commit([Message(int(place.address), ANSWER, place.frame, place.wait, data)])[0]

    def worker(self, store: Store | None = None, **options: Any) -> Worker:
        """A process of its own, which knows that those before it are gone."""
        pid = next(_PIDS)
        options = {"pid": pid, "is_dead": lambda other: other.pid != pid, "tell": self.told.append, **options}
        options.setdefault("definitions", self.bench.definitions)
        return Worker(
            store or self.store,
            self.handlers,
            clock=self.clock,
            threads=0,
            host="here",
            **options,
        )

    def start(self, worker: Worker) -> None:
        """Whoever wants it started asks again until somebody says that it has."""
        if self.acknowledged or self.store.execution_of(self.execution.id) is not None:
            return
        started = worker.engine.start(self.bench.new(self.execution))
        started.add_done_callback(lambda done: self._acknowledge() if done.exception() is None else None)

    def _acknowledge(self) -> None:
        self.acknowledged = True
        if not self.execution.express:
            assert self.store.execution_of(self.execution.id) is not None, "a start was acknowledged and isn't stored"

    def _handle(self, event: Any, context: TaskContext) -> Any:
        _, visit, attempt, *_ = context.idempotency_key.split("/")
        visited = [one[TYPE] for _, one in self.store.events(self.execution.id) if one[VISIT] == int(visit)]
        scheduled = sum(kind.endswith("Scheduled") for kind in visited) > int(attempt)
        number = event.get("n") if isinstance(event, dict) else None
        self.ledger.append(Effect(context.idempotency_key, context.state_name, number, scheduled))
        if isinstance(event, dict) and "token" in event and event["token"] not in self.pending:
            self.pending.append(event["token"])
        if len(self.ledger) == self.dies_at:
            raise Killed
        return self._work(event, context)

    # -- what there is to see ------------------------------------------------------------------------------------------

    @property
    def stored(self) -> Execution | None:
        """The execution as it is now."""
        return self.store.execution_of(self.execution.id)

    @property
    def over(self) -> bool:
        """Whether it has ended. An Express execution leaves nothing."""
        found = self.stored
        return self.acknowledged if found is None else found.status != RUNNING

    def events(self) -> list[Any]:
        """Its events, whose ids must be dense."""
        return self.bench.events(self.execution)

    def look(self) -> None:
        """What was committed once must never change, whatever happens to a process."""
        events = self.events()
        if self.snapshots:
            before = self.snapshots[-1]
            assert events[: len(before)] == before, "committed events have changed"
        self.snapshots.append(events)

    def result(self) -> Run:
        """How it ended."""
        found = self.stored
        assert found is not None
        output = None if found.output is None else timeless(found.output)
        return Run(found.status, output, found.error, found.cause)

    def lines(self) -> list[str]:
        """Every event with all that led to it, without moments and numbers, in an order of its own: the same however
        the branches of the execution took turns."""
        return sorted(lineage(self.events()))

    def check_ledger(self) -> None:
        """Nothing left before its turn was stored, and nobody was called twice for one attempt."""
        assert all(effect.scheduled for effect in self.ledger), "a handler was called before its turn was stored"
        if not self.idempotent and not self.execution.express:
            keys = [effect.key for effect in self.ledger]
            assert len(set(keys)) == len(keys), "a handler was called twice for one attempt"

    def check_end(self) -> None:
        """Whatever happened: it is over, its history is whole, and nothing of it lies about."""
        found = self.stored
        assert found is not None
        assert found.status != RUNNING, f"it stands still: {[event[TYPE] for event in self.events()][-3:]}"
        events = self.events()
        kinds = [event[TYPE] for event in events]
        assert kinds[0] == "ExecutionStarted"
        assert sum(kind in _ENDS for kind in kinds) == 1
        assert kinds[-1] in _ENDS
        for number, event in enumerate(events, 1):
            assert 0 <= event[1] < number, "an event's predecessor comes before it"
        exits = [event[VISIT] for event in events if event[TYPE].endswith("StateExited")]
        assert len(set(exits)) == len(exits), "a state was left twice"
        for ended in _TASK_ENDS:
            for visit in {event[VISIT] for event in events}:
                mine = [event[TYPE] for event in events if event[VISIT] == visit]
                scheduled = sum(kind.endswith("Scheduled") for kind in mine)
                assert sum(kind.endswith(ended) for kind in mine if _of_a_task(kind)) <= scheduled
        self.store.check(self._complain)

    def _complain(self, finding: str) -> None:
        raise AssertionError(finding)


_ENDS = {"ExecutionSucceeded", "ExecutionFailed", "ExecutionTimedOut", "ExecutionAborted"}
_JOINS = {"ParallelStateSucceeded", "MapStateSucceeded"}
_TASK_ENDS = ("Succeeded", "Failed", "TimedOut", "Started")


_DATE = re.compile(r"\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT|(?<=root=1-)[0-9a-f]{8}")


def timeless(value: object) -> str:
    """A detail without the moment at which a function answered."""
    return _DATE.sub("then", str(value))


def _of_a_task(kind: str) -> bool:
    return kind.startswith(("LambdaFunction", "Activity", "Task")) and not kind.startswith("TaskState")


def lineage(events: list[Any]) -> list[str]:
    """Each event as the chain of what led to it. That the service had taken a token is left out: an answer may be
    quicker than the handler that hands the token on."""
    chains: list[str] = [""]
    found: list[str] = []
    started: dict[int, int] = {}
    for event in events:
        start = started.get(event[VISIT]) if event[TYPE] in _JOINS else None
        before = chains[event[1] if start is None else start]  # which branch was the last one is chance
        if event[TYPE].endswith("StateStarted"):
            started[event[VISIT]] = len(chains)
        if event[TYPE] == "TaskSubmitted":
            chains.append(before)
            continue
        told = [event[TYPE], *map(timeless, event[4:])]
        chains.append(f"{hash((before, *told))}")
        found.append(" ".join([*told, f"after {before}"]))
    return found

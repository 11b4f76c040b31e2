"""A worker: a process that advances the executions of a store with the handlers it has."""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock, Thread
from typing import TYPE_CHECKING, Any

from asl.drivers.clock import Clock, clock_of
from asl.drivers.durable.bare import Machine
from asl.drivers.durable.engine import Engine
from asl.drivers.durable.runners import Inline, Pool
from asl.errors import DefinitionError
from asl.machine import StateMachine
from asl.tasks.registry import bind_durable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from types import TracebackType

    from asl.drivers.durable.entry import Entry
    from asl.stores.base import Execution, LogLine, Store
    from asl.tasks.call import Handler

#: How many compiled definitions are kept.
_COMPILED = 1_000


class Definitions:
    """Compiled definitions by digest, from any thread. The one longest unused is forgotten first."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = Lock()
        self._known: OrderedDict[tuple[str, bool], StateMachine] = OrderedDict()

    def find(self, digest: str, *, express: bool) -> StateMachine:
        """The state machine. Raises DefinitionError if the store doesn't have it, or this version can't run it."""
        key = (digest, express)
        with self._lock:
            machine = self._known.get(key)
            if machine is not None:
                self._known.move_to_end(key)
                return machine
        text = self._store.definition(digest)
        if text is None:
            raise DefinitionError(f"the store {self._store.url} doesn't have the definition {digest}")
        try:
            machine = StateMachine.parse(text, type="EXPRESS" if express else "STANDARD")
        except DefinitionError as problem:
            why = str(problem).partition("\n")[0]
            message = f"the definition {digest} in the store {self._store.url} can't be used: {why}"
            raise type(problem)(message, problem.diagnostics) from problem
        with self._lock:
            self._known[key] = machine
            if len(self._known) > _COMPILED:
                self._known.popitem(last=False)
        return machine


class Worker:
    """Runs the executions of a store, alone or beside other workers of the same store.

    ``handlers``   resource ARN, function name or state name -> callable, as for ``StateMachine.run``
    ``clock``      ``"real"``, ``"virtual"`` or a Clock
    ``threads``    how many sync handlers may be called at a time; 0: they are called in the worker's own thread, one
                   after the other
    ``activity_exists``  whether an activity (an ARN) is registered; None: every one is
    ``tell``       called with a line for people when something hinders the work: a store that fails, missing handlers
    ``news``       called with each execution that begins or ends here, and its status

    Executions whose handlers it doesn't have are left for other workers.
    """

    def __init__(
        self,
        store: Store,
        handlers: Mapping[str, Handler] | None = None,
        *,
        clock: str | Clock = "real",
        threads: int = 128,
        definitions: Definitions | None = None,
        activity_exists: Callable[[str], bool] | None = None,
        log: Callable[[Entry], Iterable[LogLine]] | None = None,
        tell: Callable[[str], None] | None = None,
        news: Callable[[Execution, str], None] | None = None,
        **identity: Any,
    ) -> None:
        self._handlers = dict(handlers or {})
        self._activity_exists = activity_exists
        self._definitions = definitions or Definitions(store)
        self._bound: OrderedDict[tuple[str, bool], Machine] = OrderedDict()
        self._thread: Thread | None = None
        runner = Pool(threads) if threads else Inline()
        self.engine = Engine(store, self, clock_of(clock), runner, log=log, tell=tell, news=news, **identity)

    def find(self, execution: Execution) -> Machine:
        """The machine of an execution with all handlers, for the engine. Raises HandlerError or DefinitionError."""
        key = (execution.definition, execution.express)
        known = self._bound.get(key)
        if known is None:
            program = self._definitions.find(execution.definition, express=execution.express).program
            known = self._bound[key] = Machine(
                program, bind_durable(program.tasks, self._handlers), self._activity_exists
            )
            if len(self._bound) > _COMPILED:
                self._bound.popitem(last=False)
        return known

    def run(self, *, until_idle: bool = False) -> None:
        """Work in this thread until ``stop``; with ``until_idle`` only until nothing is under way and nothing is due
        for a minute."""
        self.engine.run(until_idle=until_idle)

    def run_until_idle(self, until: int | None = None) -> None:
        """Work in virtual time until nothing happens by itself any more, or up to a moment (milliseconds)."""
        self.engine.run_until_idle(until)

    def start(self) -> None:
        """Work in a thread of its own."""
        self._thread = Thread(target=self.run, name="asl-worker", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Take up nothing new, and return when what is under way has ended; a second call does nothing."""
        self.engine.stop()
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    def __enter__(self) -> Worker:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

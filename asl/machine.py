"""StateMachine: load a definition, check it, run it."""

from __future__ import annotations

import os
from contextlib import suppress
from types import MethodType
from typing import TYPE_CHECKING, Any

from asl.compiler.analysis import analyse
from asl.compiler.program import Program
from asl.drivers.clock import Clock, clock_of
from asl.drivers.inline import run as run_inline
from asl.errors import DefinitionError, HandlerError, InputError
from asl.execution import Execution
from asl.jsontext import PAYLOAD_LIMIT, SMALL, NotJSON, decode, encode, size, too_large
from asl.kernel.core import Core
from asl.kernel.events import EXPRESS_HISTORY_LIMIT, HISTORY_LIMIT
from asl.kernel.execution import ExecutionInfo
from asl.syntax.source import Source
from asl.tasks.registry import bind, mock

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from asl.drivers.feed import Listener
    from asl.syntax.diagnostics import Diagnostic
    from asl.tasks.call import Handler
    from asl.tasks.mock import Answer
    from asl.tasks.registry import Tasks
    from asl.testing.teststate import StateTest


class StateMachine:
    """A state machine, compiled once and run as often as you like, also from several threads.

    ``definition`` is the definition as a dict, ``type`` is ``"STANDARD"`` or ``"EXPRESS"``. Raises DefinitionError,
    which lists every problem found.
    """

    def __init__(
        self,
        definition: Mapping[str, Any] | Source,
        *,
        name: str = "StateMachine",
        type: str = "STANDARD",
    ) -> None:
        if type not in {"STANDARD", "EXPRESS"}:
            raise DefinitionError(f'type must be "STANDARD" or "EXPRESS", not {type!r}')
        source = definition if isinstance(definition, Source) else Source.from_value(definition)
        self.type = type
        self._express = type == "EXPRESS"
        self.diagnostics: list[Diagnostic] = analyse(source, express=self._express)
        errors = [diagnostic for diagnostic in self.diagnostics if diagnostic.severity == "error"]
        if errors:
            raise DefinitionError("\n".join(diagnostic.format() for diagnostic in errors), self.diagnostics)
        self.name = name
        self.source = source
        self.definition: Mapping[str, Any] = source.tree
        self.program = Program(source.tree, express=self._express)
        self._bound: tuple[Mapping[str, Handler], Tasks] | None = None
        self._async: tuple[Tasks, bool] | None = None  # whether some of these tasks must be awaited

    @classmethod
    def load(cls, path: str | Path, *, type: str = "STANDARD") -> StateMachine:
        """Read a definition from a ``.asl.json``, ``.json``, ``.yaml`` or ``.yml`` file.

        Raises DefinitionError with line and column for what is wrong in it, or when it can't be read.
        """
        source = Source.from_path(path)
        stem = os.path.basename(path)
        return cls(source, name=stem.split(".")[0] or "StateMachine", type=type)

    @classmethod
    def parse(cls, text: str, *, name: str = "StateMachine", type: str = "STANDARD") -> StateMachine:
        """Read a definition from JSON text. Raises DefinitionError with line and column."""
        return cls(Source(text), name=name, type=type)

    def run(
        self,
        input: Any = None,
        *,
        input_text: str | None = None,
        handlers: Mapping[str, Handler] | None = None,
        mocks: Mapping[str, Sequence[Answer]] | None = None,
        clock: str | Clock = "real",
        seed: str | int | None = None,
        name: str | None = None,
        timeout: float | None = None,
        listener: Listener | None = None,
        **identity: Any,
    ) -> Execution:
        """Run one execution to its end in this thread and return what it came to.

        ``input``       any JSON value (default ``{}``); or ``input_text``: JSON text, which the history keeps as it is
        ``handlers``    resource ARN, function name or state name -> callable ``(input)`` or ``(input, context)``
        ``mocks``       state name or resource ARN -> what its calls answer, in order (Return, Throw, Silence)
        ``clock``       ``"real"``, ``"virtual"`` (waiting takes no time) or a Clock
        ``seed``        the same seed gives the same UUIDs, random numbers and jitter
        ``name``        of the execution; default: a UUID
        ``timeout``     seconds for the whole execution, if less than the machine's own TimeoutSeconds
        ``listener``    called with the new events and notes after each step (see ``asl.kernel.events``)
        ``identity``    machine_name, role_arn, account, region, partition: what the context object and ARNs show;
                        for an Express machine also ``synchronous`` (default True: as StartSyncExecution does)

        Raises InputError for an input that isn't JSON or is too large, HandlerError for a Task without handler. How the
        execution ended is in the result and never raised, see ``Execution.raise_for_status``.
        """
        tasks = self._bind(handlers or {}, mocks)
        if self._is_async(tasks):
            return self._run_in_loop(
                input,
                input_text=input_text,
                handlers=handlers,
                mocks=mocks,
                clock=clock,
                seed=seed,
                name=name,
                timeout=timeout,
                listener=listener,
                **identity,
            )
        timepiece = clock_of(clock)
        core = self._start(input, input_text, timepiece, seed, name, timeout, identity)
        run_inline(core, tasks, timepiece, listener)
        return Execution(core, self.definition)

    async def run_async(
        self,
        input: Any = None,
        *,
        input_text: str | None = None,
        handlers: Mapping[str, Handler] | None = None,
        mocks: Mapping[str, Sequence[Answer]] | None = None,
        clock: str | Clock = "real",
        seed: str | int | None = None,
        name: str | None = None,
        timeout: float | None = None,
        listener: Listener | None = None,
        **identity: Any,
    ) -> Execution:
        """Like ``run``, on the running event loop: branches and iterations really work at the same time.

        ``async def`` handlers are awaited, others run on a thread pool; a task that times out is cancelled.
        """
        from asl.drivers import concurrent

        tasks = self._bind(handlers or {}, mocks)
        timepiece = clock_of(clock)
        core = self._start(input, input_text, timepiece, seed, name, timeout, identity)
        await concurrent.run(core, tasks, timepiece, listener)
        return Execution(core, self.definition)

    def test_state(self, state: str, input: Any = None, **options: Any) -> StateTest:
        """Test one state on its own, as AWS's TestState does; see ``asl.testing.test_state`` for the options."""
        from asl.testing.teststate import test_state

        return test_state(self, state, input, **options)

    def describe_choice(self, state: str, rule: int) -> str:
        """The condition of a Choice state's rule in one short line; "" for Default (-1) and for unknown ones."""
        found = self.program.states.get(state)
        described: Callable[[int], str] | None = getattr(found, "describe", None)
        return described(rule) if described is not None else ""

    def resource_of(self, state: str) -> str | None:
        """The short name of a Task state's resource: a function's name, ``lambda:invoke``, ``sqs:sendMessage``; else
        None."""
        resource = getattr(self.program.states.get(state), "resource", None)
        return None if resource is None else str(resource.label)

    def _repr_svg_(self) -> str:
        """The drawing that a notebook shows."""
        from asl.graph import draw

        return draw(self)

    def _start(
        self,
        value: Any,
        text: str | None,
        clock: Clock,
        seed: str | int | None,
        name: str | None,
        timeout: float | None,
        identity: dict[str, Any],
    ) -> Core:
        sent = text
        if text is None:
            text = _compact({} if value is None else value)
        if len(text) > SMALL and too_large(text):
            raise InputError(f"the execution input has {size(text)} bytes of JSON; AWS accepts at most {PAYLOAD_LIMIT}")
        try:
            value = decode(text)  # a copy of its own, so that the caller's object is never shared
        except NotJSON as problem:
            raise InputError(f"the execution input is not JSON: {problem}") from None
        if sent is not None:
            text = _compact(value)
        now = clock.now()
        seed = os.urandom(12).hex() if seed is None else str(seed)
        info = ExecutionInfo(
            name, seed, identity.pop("machine_name", self.name), now, express=self._express, **identity
        )
        info.input = value
        core = Core(self.program, info, seed, EXPRESS_HISTORY_LIMIT if self._express else HISTORY_LIMIT)
        core.start(value, text, sent, now, info.role_arn)
        if self._express:
            core.limit_time(self.program.longest)
        if timeout is not None:
            core.limit_time(round(timeout * 1000))
        return core

    def _bind(self, handlers: Mapping[str, Handler], mocks: Mapping[str, Sequence[Answer]] | None = None) -> Tasks:
        """Who answers each task. Handlers are looked up anew only when they are others than in the last run."""
        if mocks:
            mocked = mock([(task.name, task.resource) for task in self.program.tasks], mocks)
            return {**bind([task for task in self.program.tasks if task.name not in mocked], handlers), **mocked}
        known = self._bound
        if known is not None and _same_handlers(known[0], handlers):
            return known[1]
        handlers = dict(handlers)  # what the caller does to the mapping later changes nothing here
        tasks: Tasks = bind(self.program.tasks, handlers)
        self._bound = (handlers, tasks)
        return tasks

    def _is_async(self, tasks: Tasks) -> bool:
        known = self._async
        if known is None or known[0] is not tasks:
            known = self._async = (tasks, any(task.is_async for task in tasks.values()))
        return known[1]

    def _run_in_loop(self, *arguments: Any, **options: Any) -> Execution:
        import asyncio

        with suppress(RuntimeError):  # there is none, which is well
            asyncio.get_running_loop()
            raise HandlerError(
                "some handlers are async and an event loop is running: use `await machine.run_async(...)`"
            )
        return asyncio.run(self.run_async(*arguments, **options))


def _compact(value: Any) -> str:
    try:
        return encode(value)
    except NotJSON as problem:
        raise InputError(f"the execution input can't be written as JSON: {problem}") from None


def _same_handlers(known: Mapping[str, Handler], handlers: Mapping[str, Handler]) -> bool:
    """Whether they are the very same; a handler that only compares equal to another is not that other."""
    if len(known) != len(handlers):
        return False
    for key, handler in handlers.items():
        one = known.get(key)
        if one is not handler and not (
            isinstance(one, MethodType) and one == handler
        ):  # a bound method is made anew each time
            return False
    return True

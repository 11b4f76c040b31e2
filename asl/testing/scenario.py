"""A scenario: a state machine with the mocks and handlers of one test, ready to run as often as the test likes."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, Any

from asl.drivers import inline
from asl.drivers.clock import clock_of
from asl.execution import Execution
from asl.jsontext import NotJSON, encode, size
from asl.machine import StateMachine
from asl.testing import observers
from asl.testing.mocks import Mock, MockError, Rule, check_key, rule_of, tasks_of
from asl.testing.run import Run

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from asl.drivers.clock import Clock
    from asl.drivers.feed import Listener
    from asl.kernel.core import Core
    from asl.kernel.events import Event, Note
    from asl.tasks.call import Handler
    from asl.testing.mock_config import MockConfig
    from asl.testing.teststate import StateTest

_MISSING: Any = object()


class _Stopped(BaseException):
    """The state that ends the run has been left. Not an Exception: nothing that handles errors may take it for one."""


class Scenario:
    """Give it mocks and handlers, then ``run`` it. Each run has its own counters, clock and seed."""

    def __init__(
        self, machine: StateMachine, *, handlers: Mapping[str, Handler] | None = None, check_results: bool = False
    ) -> None:
        self.machine = machine
        self.handlers: dict[str, Handler] = dict(handlers or {})
        self.rules: dict[str, list[Rule]] = {}
        self.runs: list[Run] = []
        self._check_results = check_results

    def mock(
        self,
        state: str,
        answers: Any = _MISSING,
        *,
        returns: Any = _MISSING,
        raises: Any = _MISSING,
        payload: Any = _MISSING,
        times_out: bool = False,
        loses_heartbeat: bool = False,
        times: int | None = None,
        after: float = 0,
        check: bool | None = None,
        optional: bool = False,
    ) -> Scenario:
        """Say what a Task state (or all tasks of a resource) answers; returns the scenario, for the next call.

        ``answers``          a function ``(input)`` or ``(input, context)``, called as a handler is; or a sequence of
                             values, exceptions, functions, ``Return``, ``Throw``, ``Silence``: one per call, no more
        ``returns``          the task's result, as AWS hands it to the state (see ``payload`` for ``lambda:invoke``)
        ``payload``          the result of a function behind ``lambda:invoke``, put into its envelope
        ``raises``           ``"Error"``, ``("Error", "Cause")`` or an exception
        ``times_out``        no answer before TimeoutSeconds are over
        ``loses_heartbeat``  no heartbeat before HeartbeatSeconds are over
        ``times``            for so many calls; then comes what a further ``.mock`` of the state says, and without one
                             this answer goes on. A test that makes fewer calls is warned
        ``after``            seconds until the answer, on the execution's clock
        ``optional``         a test that never calls it isn't warned
        ``check``            hold the result against the service's output shape (needs botocore)

        Raises MockError for a state that the machine doesn't have and for arguments that don't fit.
        """
        check_key(state, self.machine.program.tasks, self.machine.program.states)
        rule = rule_of(
            answers,
            returns=returns,
            raises=raises,
            payload=payload,
            times_out=times_out,
            loses_heartbeat=loses_heartbeat,
            times=times,
            after=after,
            missing=_MISSING,
        )
        if self._check_results if check is None else check:
            self._check(state, rule)
        self.rules.setdefault(state, []).append(rule._replace(optional=optional))
        return self

    def mocks_from(self, config: MockConfig | str | Path, test_case: str, *, name: str | None = None) -> Scenario:
        """Take the mocks of one test case of a ``MockConfigFile.json`` (a path, or one that is loaded).

        ``name`` is the state machine's name in the file, where it differs from the machine's own.
        Raises MockError for what the file doesn't have.
        """
        from asl.testing.mock_config import MockConfig

        if not isinstance(config, MockConfig):
            config = MockConfig.load(config)
        for state, answers in config.test_case(self.machine, test_case, name=name).items():
            self.mock(state, answers)
        return self

    def handle(self, handlers: Mapping[str, Handler] | None = None, **named: Handler) -> Scenario:
        """Add handlers: by function name, state name or ARN."""
        self.handlers.update(handlers or {})
        self.handlers.update(named)
        return self

    def run(
        self,
        input: Any = None,
        *,
        start_at: str | None = None,
        stop_after: str | None = None,
        variables: Mapping[str, Any] | None = None,
        context: Mapping[str, Any] | None = None,
        clock: str | Clock = "virtual",
        seed: str | int = 0,
        name: str | None = None,
        timeout: float | None = None,
        listener: Listener | None = None,
        input_text: str | None = None,
        event_limit: int | None = None,
        **identity: Any,
    ) -> Run:
        """Run one execution to its end, in virtual time unless told otherwise.

        ``start_at``    begin at this state, with ``input`` as its input
        ``stop_after``  end when this state is left for the first time; the run's status is then STOPPED
        ``variables``   variables that are assigned before the first state
        ``event_limit`` fail after so many events, if fewer than AWS's 25,000
        ``context``     laid over the context object, object by object: ``{"Execution": {"Name": "n"}}``
        others          as ``StateMachine.run`` has them

        Raises MockError when a mock can't answer, InputError for an input that isn't JSON.
        """
        for state in (start_at, stop_after):
            self._check_state(state)
        machine = self.machine
        mocks = {key: Mock(key, rules) for key, rules in self.rules.items()}
        tasks = tasks_of(machine.program.tasks, mocks, self.handlers)
        timepiece = clock_of(clock)
        core = machine._start(input, input_text, timepiece, seed, name, timeout, identity)  # of the same house
        if event_limit is not None:
            core.history_limit = min(core.history_limit, event_limit)
        if start_at is not None:
            core.root.state = machine.program.state(start_at)
        if variables:
            _assign(core, variables)
        if context is not None:
            core.execution.overlay = lambda real: _laid_over(real, context)
        heard = _Stopper(stop_after, listener) if stop_after is not None else listener
        stopped = False
        try:
            if any(task.is_async for task in tasks.values()):
                import asyncio

                from asl.drivers import concurrent

                asyncio.run(concurrent.run(core, tasks, timepiece, heard))
            else:
                inline.run(core, tasks, timepiece, heard)
        except _Stopped:
            stopped = True
        except MockError as problem:
            run = self._ended(core, mocks, stopped=True)
            raise MockError(f"{problem}\n\n{run.outline()}") from None
        return self._ended(core, mocks, stopped=stopped)

    def test_state(self, state: str, input: Any = None, **options: Any) -> StateTest:
        """Test one state on its own (see ``asl.testing.test_state``). Handlers are the scenario's; mocks are given
        here."""
        from asl.testing.teststate import test_state

        return test_state(self.machine, state, input, **{"handlers": self.handlers, **options})

    def unused(self) -> list[tuple[str, Rule, str]]:
        """Mocks that no run used, or used less often than they have answers: (key, its last rule, what is wrong)."""
        found = []
        for key, rules in self.rules.items():
            most = max((len(run.calls(key)) for run in self.runs), default=0)
            planned = sum(rule.times for rule in rules if not rule.optional)
            if not planned:
                continue
            if not most:
                found.append((key, rules[-1], f"the mock of '{key}' was never called"))
            elif most < planned:
                found.append(
                    (key, rules[-1], f"the mock of '{key}' has {planned} answers, but was called {most} times")
                )
        return found

    def _ended(self, core: Core, mocks: Mapping[str, Mock], *, stopped: bool) -> Run:
        run = Run(self.machine, Execution(core), mocks, stopped=stopped)
        self.runs.append(run)
        for observer in observers:
            observer(run)
        return run

    def _check_state(self, name: str | None) -> None:
        states = self.machine.program.states
        if name is not None and name not in states:
            near = difflib.get_close_matches(name, states, n=1)
            hint = f"; did you mean '{near[0]}'?" if near else ""
            raise MockError(f"there is no state '{name}' in this state machine{hint}")

    def _check(self, key: str, rule: Rule) -> None:
        from asl.tasks.mock import Return
        from asl.testing.shapes import check_result

        resource = next(
            task.resource
            for task in self.machine.program.tasks
            if key in (task.name, task.resource.arn, task.resource.label)
        )
        for answer in rule.answers:
            if isinstance(answer, Return):
                problem = check_result(resource, answer.value, misspelt=True)
                if problem is not None:
                    raise MockError(f"the result of the mock '{key}' is not what {resource.label} returns: {problem}")


class _Stopper:
    """A listener that ends the run when a state is left."""

    def __init__(self, state: str, listener: Listener | None) -> None:
        self._state = state
        self._listener = listener

    def __call__(self, events: list[Event], notes: list[Note]) -> None:
        if self._listener is not None:
            self._listener(events, notes)
        for event in events:
            if event[0].endswith("StateExited") and event[4] == self._state:
                raise _Stopped


def _assign(core: Core, variables: Mapping[str, Any]) -> None:
    try:
        sizes = {name: size(encode(value)) for name, value in variables.items()}
    except NotJSON as problem:
        raise MockError(f"variables have to be JSON: {problem}") from None
    core.assign(core.root, dict(variables), sizes)


def _laid_over(real: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(real)
    for name, value in given.items():
        inner = merged.get(name)
        both = isinstance(inner, dict) and isinstance(value, dict)
        merged[name] = _laid_over(inner, value) if both else value  # type: ignore[arg-type]  # both are objects
    return merged


def scenario_of(
    definition: StateMachine | Mapping[str, Any], handlers: Mapping[str, Handler] | None = None, **options: Any
) -> Scenario:
    """A scenario of a machine, or of a definition."""
    machine = definition if isinstance(definition, StateMachine) else StateMachine(definition)
    return Scenario(machine, handlers=handlers, **options)

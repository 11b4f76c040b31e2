"""One run in a test, told in the words that a test asserts in: its path, its states, what it waited, what was
caught."""

from __future__ import annotations

import difflib
from datetime import timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from asl.jsontext import decode, encode
from asl.testing.mocks import MockError
from asl.testing.outline import outline

if TYPE_CHECKING:
    from collections.abc import Mapping

    from asl.execution import Execution
    from asl.machine import StateMachine
    from asl.testing.mocks import Mock, MockCall
    from asl.visits import Visit

_MISSING: Any = object()


class Caught(NamedTuple):
    """A failure that a catcher took: of which state, what it was, which catcher (its index) and where that led."""

    state: str
    error: str | None
    cause: str | None
    catcher: int
    next: str


class Run:
    """What a run of a scenario came to. ``execution`` is the finished execution itself, with history and visits."""

    def __init__(
        self, machine: StateMachine, execution: Execution, mocks: Mapping[str, Mock], *, stopped: bool = False
    ) -> None:
        self.machine = machine
        self.execution = execution
        #: it was stopped after the state that ``stop_after`` named
        self.stopped = stopped
        #: a test that makes this run again, where it was made up (``asl.testing.executions``)
        self.origin = ""
        self._mocks = mocks

    # -- how it ended

    @property
    def status(self) -> str:
        """``SUCCEEDED``, ``FAILED``, ``TIMED_OUT``, or ``STOPPED`` when ``stop_after`` ended it."""
        return "STOPPED" if self.stopped else self.execution.status

    @property
    def succeeded(self) -> bool:
        return self.status == "SUCCEEDED"

    @property
    def failed(self) -> bool:
        """It ended as FAILED or TIMED_OUT."""
        return self.status in ("FAILED", "TIMED_OUT")

    @property
    def output(self) -> Any:
        """The output; of a stopped run that of the state it was stopped after; None if it failed."""
        if not self.stopped:
            return self.execution.output
        exited = next(event for event in reversed(self.execution.events) if event[0].endswith("StateExited"))
        return decode(exited[5])

    @property
    def error(self) -> str | None:
        return self.execution.error

    @property
    def cause(self) -> str | None:
        return self.execution.cause

    @property
    def elapsed(self) -> timedelta:
        """The time that passed on the execution's clock."""
        events = self.execution.events
        return timedelta(milliseconds=events[-1][2] - events[0][2])

    @property
    def history(self) -> list[dict[str, Any]]:
        """The events as AWS shapes them."""
        return self.execution.history

    # -- where it went

    @property
    def path(self) -> list[str]:
        """The names of the states that were entered, in order, without those inside Map and Parallel."""
        return [visit.name for visit in self.visits if visit.parent is None]

    @property
    def entered(self) -> list[str]:
        """The names of all states that were entered, at any depth, in order."""
        return [visit.name for visit in self.visits]

    @property
    def visits(self) -> list[Visit]:
        return self.execution.visits

    def state(self, name: str) -> StateRun:
        """What happened in one state, over all its visits. Raises MockError for a state that the machine doesn't
        have."""
        if name not in self.machine.program.states:
            near = difflib.get_close_matches(name, self.machine.program.states, n=1)
            hint = f"; did you mean '{near[0]}'?" if near else ""
            raise MockError(f"there is no state '{name}' in this state machine{hint}")
        return StateRun(self, name)

    @property
    def caught(self) -> list[Caught]:
        """The failures that catchers took, in order of the states' entering."""
        return [
            Caught(visit.name, visit.error, visit.cause, visit.caught_by, visit.next)
            for visit in self.visits
            if visit.caught_by is not None and visit.next is not None
        ]

    @property
    def variables(self) -> dict[str, Any]:
        """The variables of the machine's own line as they were at the end."""
        top = {visit.id for visit in self.visits if visit.parent is None}
        found: dict[str, Any] = {}
        for event in self.execution.events:
            if event[0].endswith("StateExited") and event[3] in top and event[6]:
                found.update({name: decode(text) for name, text in event[6].items()})
        return found

    # -- mocks

    def mock(self, key: str) -> Mock:
        """The mock of a state or resource, with its ``calls``. Raises MockError where none was given."""
        if key not in self._mocks:
            raise MockError(f"nothing was mocked as '{key}'; mocked are: {', '.join(self._mocks) or 'none'}")
        return self._mocks[key]

    def calls(self, key: str) -> list[MockCall]:
        """The calls that a mock received."""
        return self.mock(key).calls

    @property
    def unused_mocks(self) -> list[str]:
        """The mocks that were never called."""
        return [key for key, mock in self._mocks.items() if not mock.calls]

    # -- assertions that explain themselves

    def assert_succeeded(self, output: Any = _MISSING) -> None:
        """It succeeded, with this output if one is given."""
        if not self.succeeded:
            self._complain(f"it didn't succeed: {self.status}")
        if output is not _MISSING and self.output != output:
            self._complain(f"its output is {encode(self.output)}, not {encode(output)}")

    def assert_failed(self, error: str | None = None, cause: str | None = None) -> None:
        """It failed or timed out, with this error and a cause that contains this text, where they are given."""
        if not self.failed:
            self._complain(f"it didn't fail: {self.status}")
        if error is not None and self.error != error:
            self._complain(f"it failed with {self.error}, not with {error}")
        if cause is not None and cause not in (self.cause or ""):
            self._complain(f"its cause is {self.cause!r}, without {cause!r}")

    def assert_path(self, *names: str) -> None:
        """It went through exactly these states."""
        if self.path != list(names):
            self._complain(f"it went {' -> '.join(self.path)}, not {' -> '.join(names)}")

    def assert_caught(self, state: str, error: str | None = None, *, to: str | None = None) -> None:
        """A catcher of this state took a failure: this error, leading to that state, where they are given."""
        self.state(state)
        of_state = [caught for caught in self.caught if caught.state == state]
        fitting = [c for c in of_state if (error is None or c.error == error) and (to is None or c.next == to)]
        if not fitting:
            told = ", ".join(f"{c.error} -> {c.next}" for c in of_state) or "nothing"
            wanted = f"{error or 'a failure'}{f' -> {to}' if to else ''}"
            self._complain(f"the state '{state}' caught {told}, not {wanted}")

    def assert_variables(self, **expected: Any) -> None:
        """These variables had these values at the end."""
        found = self.variables
        for name, value in expected.items():
            if name not in found:
                self._complain(f"the variable '{name}' was not assigned; there are: {', '.join(found) or 'none'}")
            if found[name] != value:
                self._complain(f"the variable '{name}' is {encode(found[name])}, not {encode(value)}")

    def outline(self) -> str:
        """The trace as text."""
        return outline(self.execution, title=self.machine.name, stopped=self.stopped)

    def _complain(self, text: str) -> None:
        raise AssertionError(f"{text}\n\n{self.outline()}")

    def __repr__(self) -> str:
        went = " -> ".join(self.path[:8]) + (" -> ..." if len(self.path) > 8 else "")
        error = f" {self.error}" if self.error else ""
        told = f"<Run {self.status}{error}: {went}>"
        return f"{told}, which this makes again:\n\n{self.origin}" if self.origin else told


class StateRun:
    """What happened in one state of a run. It may have been entered several times: ``input``, ``output``, ``error`` and
    ``status`` tell of the last time, ``attempts`` and ``waited`` of all, ``visits`` has each."""

    def __init__(self, run: Run, name: str) -> None:
        self._run = run
        self.name = name
        self.visits: list[Visit] = [visit for visit in run.visits if visit.name == name]

    def __len__(self) -> int:
        return len(self.visits)

    def __bool__(self) -> bool:
        return bool(self.visits)

    @property
    def entered(self) -> int:
        """How many times it was entered."""
        return len(self.visits)

    @property
    def attempts(self) -> int:
        """How many times its work was started."""
        return sum(visit.attempts for visit in self.visits)

    @property
    def waited(self) -> list[float]:
        """The seconds before each retry."""
        return [delay for visit in self.visits for delay in visit.waited]

    @property
    def input(self) -> Any:
        return self.last.input

    @property
    def inputs(self) -> list[Any]:
        return [visit.input for visit in self.visits]

    @property
    def output(self) -> Any:
        return self.last.output

    @property
    def outputs(self) -> list[Any]:
        return [visit.output for visit in self.visits]

    @property
    def status(self) -> str:
        """``succeeded``, ``failed``, ``caught``, ``aborted`` or ``timed out``."""
        return self.last.status

    @property
    def error(self) -> str | None:
        """The last error, also one that was retried or caught."""
        return self.last.error

    @property
    def cause(self) -> str | None:
        return self.last.cause

    @property
    def caught(self) -> Caught | None:
        """The last failure of it that a catcher took."""
        return next((caught for caught in reversed(self._run.caught) if caught.state == self.name), None)

    @property
    def rule(self) -> int | None:
        """Of a Choice: the index of the rule taken, -1 = Default."""
        return self.last.rule

    @property
    def assigned(self) -> dict[str, Any]:
        """The variables that its last visit assigned."""
        ids = {visit.id for visit in self.visits}
        found: dict[str, Any] = {}
        for event in self._run.execution.events:
            if event[0].endswith("StateExited") and event[3] in ids and event[6]:
                found = {name: decode(text) for name, text in event[6].items()}
        return found

    @property
    def elapsed(self) -> timedelta:
        """The time that passed in it, over all visits that ended."""
        return timedelta(milliseconds=sum(visit.end_ms - visit.start_ms for visit in self.visits if visit.end_ms))

    @property
    def last(self) -> Visit:
        """Its last visit. Raises AssertionError if it was never entered."""
        if not self.visits:
            self._run._complain(f"the state '{self.name}' was not entered")
        return self.visits[-1]

    def assert_input(self, expected: Any) -> None:
        """Its last input was this."""
        if self.input != expected:
            self._run._complain(f"the input of '{self.name}' is {encode(self.input)}, not {encode(expected)}")

    def assert_output(self, expected: Any) -> None:
        """Its last output was this."""
        if self.output != expected:
            self._run._complain(f"the output of '{self.name}' is {encode(self.output)}, not {encode(expected)}")

    def __repr__(self) -> str:
        return f"<StateRun '{self.name}': entered {self.entered} times, {self.attempts} attempts>"

"""Mocks of tasks: what a Task state's calls answer in a test, and what they received.

A mock holds *rules* in the order in which they were given; each answers so many calls, the last one all that follow,
unless
it was given as an exact sequence. One counter per mock and execution advances over retries, loops and iterations alike.
"""

from __future__ import annotations

import difflib
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from asl.errors import AslError, TaskError
from asl.jsontext import NotJSON, decode, encode
from asl.tasks.mock import Return, Silence, Throw, reply_of
from asl.tasks.registry import bind

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from asl.kernel.commands import Invoke
    from asl.kernel.core import Core
    from asl.states.task import Task
    from asl.tasks.call import BoundTask, Call, Handler, Reply


class MockError(AslError):
    """A mock can't be used as it is: an unknown state, an answer that is not JSON, no answer left for a call."""


class UnusedMockWarning(UserWarning):
    """A mock was never called, or less often than it has answers."""


@dataclass(frozen=True)
class TimesOut:
    """The call is not answered before the state's TimeoutSeconds are over (its heartbeats come, if it has to send
    any)."""


@dataclass(frozen=True)
class LosesHeartbeat:
    """The call sends no heartbeat and no answer, until the state's HeartbeatSeconds are over."""


Answer = Return | Throw | Silence | TimesOut | LosesHeartbeat
#: an answer, or a function that is called as a handler is: ``(input)`` or ``(input, context)``
Answerer = Answer | Callable[..., Any]

_ANSWERS = (Return, Throw, Silence, TimesOut, LosesHeartbeat)


class MockCall(NamedTuple):
    """One call that a mock received. ``input`` is what the task was sent, ``attempt`` 0 for the first try of a visit,
    ``at`` the seconds since the execution started."""

    state: str
    input: Any
    attempt: int
    at: float
    answer: Answerer

    @property
    def payload(self) -> Any:
        """What the function receives: the Payload of a ``lambda:invoke``, the input of any other task."""
        if isinstance(self.input, dict) and "FunctionName" in self.input:
            return self.input.get("Payload", {})
        return self.input


class Rule(NamedTuple):
    """Answers for ``times`` calls; ``exact``: and for not one more. ``place``: file and line that gave it.
    ``optional``:
    nobody minds if it isn't used."""

    answers: tuple[Answerer, ...]
    times: int
    exact: bool
    place: tuple[str, int]
    optional: bool = False


class Mock:
    """The mock of one state or resource in one execution: its ``calls``, in order."""

    def __init__(self, key: str, rules: Sequence[Rule]) -> None:
        self.key = key
        self.rules = tuple(rules)
        self.calls: list[MockCall] = []

    @property
    def inputs(self) -> list[Any]:
        """What each call was sent."""
        return [call.input for call in self.calls]

    @property
    def payloads(self) -> list[Any]:
        """What each call gave to its function (see ``MockCall.payload``)."""
        return [call.payload for call in self.calls]

    @property
    def planned(self) -> int:
        """How many calls it expects at least."""
        return sum(rule.times for rule in self.rules)

    def assert_called(self, times: int | None = None) -> None:
        """It was called so many times (default: at least once)."""
        count = len(self.calls)
        if (times is None and not count) or (times is not None and count != times):
            wanted = "never called" if times is None else f"called {_times(count)}, not {_times(times)}"
            raise AssertionError(f"the mock of '{self.key}' was {wanted}{self._told()}")

    def assert_called_with(self, input: Any) -> None:
        """One of its calls was sent exactly this (or, for ``lambda:invoke``, gave it as Payload)."""
        if input not in self.inputs and input not in self.payloads:
            raise AssertionError(f"the mock of '{self.key}' was never called with {encode(input)}{self._told()}")

    def next_answer(self) -> Answerer:
        """The answer to the next call. Raises MockError when there is none."""
        number = len(self.calls)
        for rule in self.rules:
            if number < rule.times:
                return rule.answers[number % len(rule.answers)]
            number -= rule.times
        last = self.rules[-1]
        if last.exact:
            raise MockError(
                f"the mock of '{self.key}' has no more answers: it was called {_times(len(self.calls) + 1)} and has "
                f"{self.planned} (given at {last.place[0]}:{last.place[1]})"
            )
        return last.answers[-1]

    def _told(self) -> str:
        lines = [f"\n  call {number}: {encode(call.input)}" for number, call in enumerate(self.calls[:10], 1)]
        return "".join(lines) + ("\n  ..." if len(self.calls) > len(lines) else "")

    def __repr__(self) -> str:
        return f"<Mock '{self.key}': called {_times(len(self.calls))}>"


class MockedTask:
    """A Task state that a mock answers (see ``asl.tasks.registry.Task``)."""

    def __init__(self, task: Task, mock: Mock) -> None:
        self._task = task
        self._mock = mock
        self._functions: dict[int, BoundTask] = {}
        for rule in mock.rules:
            for answer in rule.answers:
                if not isinstance(answer, _ANSWERS):
                    self._functions[id(answer)] = self._bound(answer)
        self.is_async = any(bound.is_async for bound in self._functions.values())

    def prepare(self, core: Core, invoke: Invoke) -> Call | Reply:
        """The next answer, as a reply or as the call of a function that gives it."""
        mock = self._mock
        answer = mock.next_answer()
        at = (core.now - core.execution.start_time) / 1000
        mock.calls.append(MockCall(invoke.state, decode(invoke.text), invoke.attempt, at, answer))
        match answer:
            case Return() | Throw() | Silence():
                return reply_of(answer, self._task.resource)
            case TimesOut():
                return self._time_out(core, invoke)
            case LosesHeartbeat():
                return self._lose_heartbeat(core, invoke)
        return self._functions[id(answer)].prepare(core, invoke)

    def _bound(self, handler: Handler) -> BoundTask:
        return bind([self._task], {self._task.resource.arn: handler})[self._task.name]

    def _time_out(self, core: Core, invoke: Invoke) -> Call | Reply:
        timeout, heartbeat = _limits(core, invoke)
        if timeout is None:
            raise MockError(
                f"the state '{invoke.state}' has no TimeoutSeconds, so that it never times out; "
                "give it one, or let it fail: raises='States.Timeout'"
            )
        if heartbeat is None or heartbeat >= timeout:
            return reply_of(Silence(), self._task.resource)

        def beat_and_never_answer(_: Any, context: Any) -> None:
            for _ in range(timeout // heartbeat * 2 + 2):
                context.sleep(heartbeat / 2)
                context.heartbeat()

        return self._bound(beat_and_never_answer).prepare(core, invoke)

    def _lose_heartbeat(self, core: Core, invoke: Invoke) -> Reply:
        if _limits(core, invoke)[1] is None:
            raise MockError(
                f"the state '{invoke.state}' has no HeartbeatSeconds, so that it can't lose a heartbeat; "
                "give it one, or let it fail: raises='States.HeartbeatTimeout'"
            )
        return reply_of(Silence(), self._task.resource)


class Unanswered:
    """A Task state with neither handler nor mock: no matter, unless the execution comes there."""

    is_async = False

    def __init__(self, name: str, why: str) -> None:
        self._name = name
        self._why = why

    def prepare(self, core: Core, invoke: Invoke) -> Reply:
        """Raises MockError."""
        raise MockError(
            f"the execution called the Task '{self._name}', which has neither mock nor handler: "
            f"give it one with .mock('{self._name}', returns=...) or handlers={{...}} ({self._why})"
        )


def tasks_of(
    tasks: Sequence[Task], mocks: Mapping[str, Mock], handlers: Mapping[str, Handler]
) -> dict[str, MockedTask | BoundTask | Unanswered]:
    """Who answers each Task state: its mock, else the mock of its resource, else its handler, else nobody."""
    from asl.errors import HandlerError

    answered: dict[str, MockedTask | BoundTask | Unanswered] = {}
    for task in tasks:
        mock = mocks.get(task.name) or mocks.get(task.resource.arn) or mocks.get(task.resource.label)
        if mock is not None:
            answered[task.name] = MockedTask(task, mock)
            continue
        try:
            answered.update(bind([task], handlers))
        except HandlerError as problem:
            if handlers and "can't be called" in str(problem):
                raise
            answered[task.name] = Unanswered(task.name, str(problem))
    return answered


def check_key(key: str, tasks: Iterable[Task], states: Iterable[str]) -> None:
    """Raises MockError for a key that names neither a Task state nor the resource of one, with the nearest name."""
    names: set[str] = set()
    for task in tasks:
        names |= {task.name, task.resource.arn, task.resource.label}
    if key in names:
        return
    if key in set(states):
        raise MockError(f"the state '{key}' is not a Task, so that there is nothing to mock")
    near = difflib.get_close_matches(key, names, n=1)
    hint = f"; did you mean '{near[0]}'?" if near else f"; the Tasks are: {', '.join(sorted(names)) or 'none'}"
    raise MockError(f"there is no Task state or resource '{key}' in this state machine{hint}")


def rule_of(
    answers: Any,
    *,
    returns: Any,
    raises: Any,
    payload: Any,
    times_out: bool,
    loses_heartbeat: bool,
    times: int | None,
    after: float,
    missing: object,
) -> Rule:
    """The rule that the arguments of ``Scenario.mock`` spell. ``missing`` marks those that weren't given."""
    given = {
        "a function or sequence": answers is not missing,
        "returns": returns is not missing,
        "raises": raises is not missing,
        "payload": payload is not missing,
        "times_out": times_out,
        "loses_heartbeat": loses_heartbeat,
    }
    chosen = [name for name, is_given in given.items() if is_given]
    if len(chosen) != 1:
        told = " and ".join(chosen) or "none of them"
        raise MockError(f"a mock takes exactly one of {', '.join(given)}; it was given {told}")
    if times is not None and times < 1:
        raise MockError(f"times should be 1 or more, not {times}")
    if after and (times_out or loses_heartbeat or answers is not missing):
        raise MockError("after= belongs to returns= and raises=; a function calls context.sleep(seconds)")
    place = _place()
    if isinstance(answers, Sequence) and not isinstance(answers, (str, *_ANSWERS)):
        sequence = tuple(answer_of(answer) for answer in answers)
        if not sequence:
            raise MockError("a sequence of answers needs at least one")
        return Rule(sequence, len(sequence) * (times or 1), exact=True, place=place)
    answer: Answerer
    if answers is not missing:
        if not callable(answers) and not isinstance(answers, _ANSWERS):
            raise MockError(
                f"a mock is given as returns=, raises=, a function or a sequence, not as a {type(answers).__name__}"
            )
        answer = answers
    elif returns is not missing:
        answer = Return(_json(returns), after)
    elif payload is not missing:
        answer = Return({"ExecutedVersion": "$LATEST", "Payload": _json(payload), "StatusCode": 200}, after)
    elif raises is not missing:
        answer = error_of(raises)._replace(after=after)
    else:
        answer = TimesOut() if times_out else LosesHeartbeat()
    return Rule((answer,), times or 1, exact=False, place=place)


def answer_of(given: Any) -> Answerer:
    """One element of a sequence: an answer or a function as it is, an exception is raised, any other value returned."""
    if isinstance(given, _ANSWERS):
        if isinstance(given, Return):
            _json(given.value)
        return given
    if isinstance(given, Exception):
        return error_of(given)
    return given if callable(given) else Return(_json(given))


def error_of(given: Any) -> Throw:
    """``"Error"``, ``("Error", "Cause")``, or an exception: a TaskError as it says, any other by its class and
    message."""
    match given:
        case Throw():
            return given
        case str():
            return Throw(given, None)
        case (str() as error, (str() | None) as cause):
            return Throw(error, cause)
        case TaskError():
            return Throw(given.error, given.cause)
        case Exception():
            return Throw(type(given).__name__, encode({"errorMessage": str(given), "errorType": type(given).__name__}))
        case type() if issubclass(given, Exception):
            return error_of(given())
    raise MockError(f"raises= takes 'Error', ('Error', 'Cause') or an exception, not {given!r}")


def _json(value: Any) -> Any:
    try:
        return decode(encode(value))
    except NotJSON as problem:
        raise MockError(f"a mock's answer has to be JSON: {problem}") from None


def _limits(core: Core, invoke: Invoke) -> tuple[int | None, int | None]:
    """TimeoutSeconds and HeartbeatSeconds of the call, as they were evaluated."""
    local = core.frames[invoke.frame].local
    return (None, None) if local is None else (local[0], local[1])


def _place() -> tuple[str, int]:
    """The line of the test that called the kit."""
    frame = sys._getframe(1)
    while frame.f_back is not None and frame.f_globals.get("__name__", "").startswith("asl.testing."):
        frame = frame.f_back
    return frame.f_code.co_filename, frame.f_lineno


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"

"""A case: an input, and what each Task answers. It can be run, made smaller, and written as a test."""

from __future__ import annotations

import json
from dataclasses import dataclass
from textwrap import wrap
from typing import TYPE_CHECKING, Any, NamedTuple

from asl.tasks.mock import Return, Throw
from asl.testing.mocks import LosesHeartbeat, Rule, TimesOut
from asl.testing.scenario import Scenario

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from asl.machine import StateMachine
    from asl.tasks.call import Handler
    from asl.testing.explore.model import Model, TaskModel
    from asl.testing.explore.values import Choices
    from asl.testing.run import Run


@dataclass(frozen=True)
class Handled:
    """The handler does the work."""


Answer = Return | Throw | TimesOut | LosesHeartbeat | Handled

#: Delays worth trying, in seconds.
_DELAYS = (0, 0, 0, 1, 45, 3_600)


class Case(NamedTuple):
    """What is made up for one execution: after the answers of a state have been given, the last one goes on."""

    input: Any
    answers: dict[str, tuple[Answer, ...]]
    #: states that this execution doesn't come to, but one without the fault might
    spare: tuple[str, ...] = ()

    def run(
        self, machine: StateMachine, handlers: Mapping[str, Handler] | None = None, *, event_limit: int | None = None
    ) -> Run:
        """Run it, in virtual time."""
        scenario = Scenario(machine, handlers=handlers)
        for state, answers in self.answers.items():
            if any(not isinstance(answer, Handled) for answer in answers):
                chosen = [_handler(scenario, state) if isinstance(answer, Handled) else answer for answer in answers]
                scenario.rules[state] = [Rule((answer,), 1, exact=False, place=("", 0)) for answer in chosen]
        return scenario.run(self.input, seed=1, event_limit=event_limit)

    def code(self, name: str, machine: str, claim: str, *, comment: str = "", handlers: str | None = None) -> str:
        """The case as a test: a function of this name that loads the machine from this path and asserts this."""
        loaded = f"state_machine({machine!r}" + (f", handlers={handlers})" if handlers else ")")
        lines = [f"def test_{name}(state_machine):"]
        if comment:
            lines += [f"    # {line}" for line in wrap(comment, 100)]
        lines += ["    run = (", f"        {loaded}"]
        for state, answers in self.answers.items():
            calls = _mock_calls(state, answers, handlers, spare=state in self.spare)
            lines += [f"        {call}" for call in calls]
        lines += [f"        .run({_python(self.input)})", "    )", f"    assert {claim}"]
        return "\n".join(lines) + "\n"


def _handler(scenario: Scenario, state: str) -> Any:
    from asl.tasks.registry import bind

    task = next(task for task in scenario.machine.program.tasks if task.name == state)
    return bind([task], scenario.handlers)[state].handler


def _mock_calls(state: str, answers: tuple[Answer, ...], handlers: str | None, *, spare: bool) -> Iterator[str]:
    if all(isinstance(answer, Handled) for answer in answers):
        return
    groups: list[tuple[Answer, int]] = []
    for answer in answers:
        if groups and groups[-1][0] == answer:
            groups[-1] = (answer, groups[-1][1] + 1)
        else:
            groups.append((answer, 1))
    for number, (answer, count) in enumerate(groups):
        times = f", times={count}" if count > 1 and number < len(groups) - 1 else ""
        optional = ", optional=True" if spare else ""
        yield f".mock({state!r}, {_spelt(answer, state, handlers)}{times}{optional})"


def _spelt(answer: Answer, state: str, handlers: str | None) -> str:
    after = f", after={answer.after:g}" if isinstance(answer, (Return, Throw)) and answer.after else ""
    match answer:
        case Return(value):
            return f"returns={_python(value)}{after}"
        case Throw(error, cause):
            return (f"raises={error!r}" if cause is None else f"raises={(error, cause)!r}") + after
        case TimesOut():
            return "times_out=True"
        case LosesHeartbeat():
            return "loses_heartbeat=True"
    return f"{handlers}[{state!r}]"


def _python(value: Any) -> str:
    """A JSON value as Python writes it."""
    return repr(json.loads(json.dumps(value)))


def make_case(model: Model, choices: Choices) -> Case:
    """A case by choices: mostly things go well."""
    return Case(
        model.input.make(choices),
        {
            task.name: tuple(make_answer(task, choices) for _ in range(choices.one_of((1, 1, 1, 2, 3))))
            for task in model.tasks
        },
    )


def make_answer(task: TaskModel, choices: Choices) -> Answer:
    """One answer of a Task by choices."""
    if choices.one_of((True, True, True, False)):
        return good_answer(task, choices, choices.one_of(_DELAYS))
    return choices.one_of(bad_answers(task))


def good_answer(task: TaskModel, choices: Choices, after: float = 0) -> Answer:
    """A result."""
    return Handled() if task.handled else Return(task.results.make(choices), after)


def bad_answers(task: TaskModel) -> list[Answer]:
    """Everything that may go wrong with a Task: the errors that it names, one that it doesn't, time-outs."""
    found: list[Answer] = [Throw(error, "made up") for error in task.errors]
    if task.times_out:
        found.append(TimesOut())
    if task.beats:
        found.append(LosesHeartbeat())
    return found

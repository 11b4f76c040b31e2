"""``MockConfigFile.json`` of AWS Step Functions Local: existing files work unchanged.

    {"StateMachines": {"<machine>": {"TestCases": {"<case>": {"<Task state>": "<response>"}}}},
     "MockedResponses": {"<response>": {"0": {"Return": ...}, "1-2": {"Throw": {"Error": ..., "Cause": ...}}}}}

A response says what the calls of a state answer, by their number within one execution: retries, loops and iterations
of a Map all count on. States that a case doesn't list are left to handlers.
"""

from __future__ import annotations

import difflib
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from asl.errors import HandlerError
from asl.jsontext import NotJSON, decode
from asl.tasks.mock import Return, Throw
from asl.tasks.registry import bind
from asl.tasks.resource import REQUEST
from asl.testing.mocks import MockError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from asl.machine import StateMachine
    from asl.tasks.call import Handler
    from asl.tasks.resource import Resource

_INDEX = re.compile(r"([0-9]+)(?:-([0-9]+))?")

#: A range is written out; nobody mocks more calls than a history can hold.
_LONGEST = 25_000


class MockConfig:
    """One mock configuration. Raises MockError for what is wrong with it; ``name`` is the file in its messages."""

    def __init__(self, data: Any, name: str = "the mock configuration") -> None:
        self.name = name
        root = self._object(data, "")
        self._machines = self._object(root.get("StateMachines", {}), "StateMachines")
        self._responses = {
            response: self._read(answers, f"MockedResponses.{response}")
            for response, answers in self._object(root.get("MockedResponses", {}), "MockedResponses").items()
        }

    @classmethod
    def load(cls, path: str | Path) -> MockConfig:
        """Read a file. Raises MockError when it can't be read or isn't JSON."""
        try:
            return cls(decode(Path(path).read_text("utf-8")), str(path))
        except (OSError, UnicodeDecodeError) as problem:
            raise MockError(f"{path}: {getattr(problem, 'strerror', None) or problem}") from None
        except NotJSON as problem:
            raise MockError(f"{path} is not JSON: {problem}") from None

    def test_case(
        self, machine: StateMachine, case: str, *, name: str | None = None
    ) -> dict[str, list[Return | Throw]]:
        """What the Task states of a machine answer in one test case, in order, as ``StateMachine.run(mocks=...)``
        takes it.

        The machine is looked for by ``name``, else by its own name; a machine that is the only one with this case is
        taken whatever it is called. Raises MockError for a machine, case, state or response that isn't there.
        """
        cases = self._cases(name or machine.name, case, strict=name is not None)
        chosen = self._object(cases[case], f"TestCases.{case}")
        resources = {task.name: task.resource for task in machine.program.tasks}
        answers: dict[str, list[Return | Throw]] = {}
        for state, response in chosen.items():
            if state not in resources:
                raise MockError(f"{self.name}: the test case '{case}' {_unknown('Task state', state, resources)}")
            if response not in self._responses:
                raise MockError(
                    f"{self.name}: the test case '{case}' {_unknown('response', response, self._responses)}"
                )
            answers[state] = [_submitted(answer, resources[state]) for answer in self._responses[response]]
        return answers

    def for_run(
        self, machine: StateMachine, case: str, handlers: Mapping[str, Handler]
    ) -> dict[str, list[Return | Throw]]:
        """``test_case`` for ``StateMachine.run(mocks=..., handlers=...)``: a state that has neither fails only if it
        is called."""
        answers = self.test_case(machine, case)
        for task in machine.program.tasks:
            if task.name not in answers:
                try:
                    bind([task], handlers)
                except HandlerError:
                    cause = (
                        f"The test case '{case}' has no response for the state '{task.name}', and there is no handler"
                    )
                    answers[task.name] = [Throw("States.Runtime", cause)]
        return answers

    def _cases(self, machine: str, case: str, *, strict: bool) -> Mapping[str, Any]:
        found = {
            name: self._object(self._object(about, f"StateMachines.{name}").get("TestCases", {}), f"{name}.TestCases")
            for name, about in self._machines.items()
        }
        if machine in found:
            if case in found[machine]:
                return found[machine]
            raise MockError(f"{self.name}: the state machine '{machine}' {_unknown('test case', case, found[machine])}")
        fitting = [] if strict else [cases for cases in found.values() if case in cases]
        if len(fitting) == 1:
            return fitting[0]
        if len(fitting) > 1:
            raise MockError(
                f"{self.name}: several state machines have a test case '{case}', none is called '{machine}': "
                f"{', '.join(found)}; say which is meant"
            )
        if strict or not found:
            raise MockError(f"{self.name} {_unknown('state machine', machine, found)}")
        raise MockError(f"{self.name} {_unknown('test case', case, [c for cases in found.values() for c in cases])}")

    def _read(self, entries: Any, place: str) -> list[Return | Throw]:
        """The answers of one response, by number."""
        numbered: dict[int, Return | Throw] = {}
        for key, entry in self._object(entries, place).items():
            index = _INDEX.fullmatch(key)
            if index is None:
                self._refuse(place, f'\'{key}\' is neither a number nor a range such as "0" or "1-2"')
            first, last = int(index[1]), int(index[2] or index[1])
            if last < first or last >= _LONGEST:
                self._refuse(place, f"the range '{key}' doesn't go from a smaller to a larger number below {_LONGEST}")
            answer = self._answer(entry, f"{place}.{key}")
            for number in range(first, last + 1):
                if number in numbered:
                    self._refuse(place, f"call {number} is answered twice")
                numbered[number] = answer
        missing = next((number for number in range(len(numbered)) if number not in numbered), None)
        if missing is not None:
            self._refuse(place, f"call {missing} has no answer, but later ones have; numbers start at 0 without gaps")
        return [numbered[number] for number in range(len(numbered))]

    def _answer(self, entry: Any, place: str) -> Return | Throw:
        given = self._object(entry, place)
        if len(given) != 1 or not set(given) <= {"Return", "Throw"}:
            self._refuse(place, f"needs exactly one of Return and Throw, not {', '.join(given) or 'nothing'}")
        if "Return" in given:
            return Return(given["Return"])
        thrown = self._object(given["Throw"], f"{place}.Throw")
        error, cause = thrown.get("Error"), thrown.get("Cause")
        if not isinstance(error, str) or not isinstance(cause, (str, type(None))):
            self._refuse(f"{place}.Throw", "needs the strings Error and Cause")
        return Throw(error, cause)

    def _object(self, value: Any, place: str) -> dict[str, Any]:
        if not isinstance(value, dict):
            self._refuse(place or "the whole file", f"should be an object, not {type(value).__name__}")
        return dict(value)

    def _refuse(self, place: str, problem: str) -> NoReturn:
        raise MockError(f"{self.name}: {place}: {problem}")


def _submitted(answer: Return | Throw, resource: Resource) -> Return | Throw:
    """A job or token is always handed over first; what the file says is how it ends."""
    return answer if resource.pattern == REQUEST else answer._replace(submitted={})


def _unknown(what: str, name: str, known: Iterable[str]) -> str:
    names = list(known)
    near = difflib.get_close_matches(str(name), names, n=1)
    hint = f"did you mean '{near[0]}'?" if near else f"there are: {', '.join(names) or 'none'}"
    return f"names a {what} '{name}' that isn't there; {hint}"

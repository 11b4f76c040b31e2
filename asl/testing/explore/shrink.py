"""Making a case smaller as long as it still shows the finding: fewer answers, plainer results, a plainer input."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from asl.tasks.mock import Return, Throw
from asl.testing.explore.cases import Case, Handled, good_answer
from asl.testing.explore.values import Simplest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from asl.testing.explore.model import Model
    from asl.testing.explore.search import Finding

#: Runs that making one finding smaller may take.
_EFFORT = 150


def shrink(finding: Finding, same: Callable[[Case], Finding | None], model: Model) -> Finding:
    """The finding with the smallest case that was come by. ``same`` runs a case and tells whether it shows it as
    well."""
    tries = _EFFORT
    smaller = True
    while smaller and tries > 0:
        smaller = False
        assert finding.case is not None, "a finding without a case is never shrunk"
        for candidate in _smaller(finding.case, model):
            tries -= 1
            found = same(candidate)
            if found is not None:
                finding, smaller = found, True
                break
            if tries <= 0:
                break
    return finding


def _smaller(case: Case, model: Model) -> Iterator[Case]:
    """Cases that are simpler in one respect, the greatest steps first."""
    plain = Simplest()
    for task in model.tasks:
        good = (good_answer(task, plain),)
        given = case.answers.get(task.name, good)
        if given != good:
            yield case._replace(answers={**case.answers, task.name: good})
    for state, given in case.answers.items():
        for number in range(len(given)):
            if len(given) > 1:
                yield case._replace(answers={**case.answers, state: (*given[:number], *given[number + 1 :])})
        for number, answer in enumerate(given):
            if isinstance(answer, (Return, Throw)) and answer.after:
                yield _with(case, state, given, number, answer._replace(after=0))
            if isinstance(answer, Return) and not isinstance(answer, Handled):
                for value in _plainer(answer.value):
                    yield _with(case, state, given, number, answer._replace(value=value))
    for value in _plainer(case.input):
        yield case._replace(input=value)


def _with(case: Case, state: str, given: tuple[Any, ...], number: int, answer: Any) -> Case:
    return case._replace(answers={**case.answers, state: (*given[:number], answer, *given[number + 1 :])})


def _plainer(value: Any) -> Iterator[Any]:
    """The same members with plainer values; arrays with fewer items."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from ({**value, name: plainer} for plainer in _plainer(inner))
    elif isinstance(value, list):
        for number in range(len(value)):
            yield value[:number] + value[number + 1 :]
        for number, inner in enumerate(value):
            yield from ([*value[:number], plainer, *value[number + 1 :]] for plainer in _plainer(inner))
    elif isinstance(value, str):
        if value not in ("", "a"):
            yield "a"
    elif isinstance(value, (int, float)) and not isinstance(value, bool) and value not in (0, 1):
        yield from (0, 1)

"""The search: first each thing that can go wrong on its own, then chance; what is found is made as small as it gets.

| finding | what it means |
|---|---|
| ``runtime`` | an execution fails with States.Runtime: a path that isn't there, an intrinsic's bad argument, no rule
that holds |
| ``endless`` | an execution runs into the limit of its history, or waits until AWS ends it |
| ``uncaught`` | an error of a Task ends the execution, although this machine catches errors |
| ``unreached`` | no execution came to this state |
| ``invariant`` | one of the user's own checks failed |
"""

from __future__ import annotations

import random
import re
from typing import TYPE_CHECKING, Any, NamedTuple

from asl.compiler.transitions import transitions
from asl.kernel.outcome import RUNTIME_ERROR
from asl.testing.coverage.items import items_of, reached_by
from asl.testing.explore.cases import Case, bad_answers, good_answer, make_answer, make_case
from asl.testing.explore.model import Model, scopes
from asl.testing.explore.shrink import shrink
from asl.testing.explore.values import RandomChoices, Simplest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from asl.machine import StateMachine
    from asl.tasks.call import Handler
    from asl.testing.explore.cases import Answer
    from asl.testing.run import Run

    Invariant = Callable[[Run], Any]

#: How many runs are worth trying, and how many events all of them together may take.
RUNS = 400
EVENTS = 600_000

#: The longest run once it is known that some never end.
_SHORT = 2_500

_TOO_LONG = "maximum number of history events"
_AROUND = re.compile(r"An error occurred while executing the state '.*?' \(entered at the event id #\d+\)\. ")


class Finding(NamedTuple):
    """What was found, and the smallest case that shows it (None for ``unreached``)."""

    kind: str
    state: str
    text: str
    claim: str
    case: Case | None

    @property
    def key(self) -> tuple[str, str]:
        """What makes it different from other findings."""
        return self.kind, self.state

    def test(self, machine: str, handlers: str | None = None) -> str:
        """A test that fails as long as this is so. ``machine``: the path that the test loads; "" without a case."""
        if self.case is None:
            return ""
        name = re.sub(r"\W+", "_", f"{self.kind}_{self.state}".lower()).strip("_")
        return self.case.code(name, machine, self.claim, comment=self.text.replace('"', "'"), handlers=handlers)


def find_failures(
    machine: StateMachine,
    *,
    handlers: Mapping[str, Handler] | None = None,
    schema: Any = None,
    example: Any = None,
    results: Mapping[str, Any] | None = None,
    invariants: Iterable[Invariant] = (),
    runs: int = RUNS,
    seed: int = 0,
    allow: Iterable[str] = (),
) -> list[Finding]:
    """Search a machine for what breaks it. The same seed finds the same.

    ``handlers``    do the work of their Tasks, unless an error is tried there
    ``schema``      JSON Schema of the input; or ``example``: the input has its members, with other values
    ``results``     example results by state name; without one a result has what the machine reads of it
    ``invariants``  functions of a run that raise AssertionError
    ``runs``        how many executions are made at most
    ``allow``       error names with which an execution may fail

    Raises AslError for a schema that can't be followed.
    """
    handlers = dict(handlers or {})
    handled = frozenset(task.name for task in machine.program.tasks if _has_handler(task, handlers))
    model = Model(machine, schema=schema, example=example, results=results, handled=handled)
    search = _Search(model, handlers, list(invariants), frozenset(allow))
    return search.run(runs, seed)


def _has_handler(task: Any, handlers: Mapping[str, Handler]) -> bool:
    from asl.errors import HandlerError
    from asl.tasks.registry import bind

    try:
        return bind([task], handlers)[task.name].handler is not None
    except HandlerError:
        return False


class _Search:
    def __init__(
        self,
        model: Model,
        handlers: Mapping[str, Handler],
        invariants: Sequence[Invariant],
        allow: frozenset[str],
    ) -> None:
        self._model = model
        self._machine = model.machine
        self._handlers = handlers
        self._invariants = invariants
        self._allow = allow
        self._catches = any(
            "Catch" in fields for scope in scopes(self._machine.definition) for fields in scope["States"].values()
        )
        self._found: dict[tuple[str, str], Finding] = {}
        self._reached: set[str] = set()
        self._corpus: list[Case] = []
        self._limit: int | None = None
        self._events = 0

    def run(self, runs: int, seed: int) -> list[Finding]:
        generator = random.Random(seed)  # noqa: S311 - chance that can be repeated, not a secret
        done = 0
        for case in self._cases(generator):
            if done >= runs or self._events > EVENTS:
                break
            self._try(case)
            done += 1
        unreached = [
            item for item in items_of(self._machine.source) if item.kind == "state" and item.key not in self._reached
        ]
        findings = [self._smaller(finding) for finding in self._found.values()]
        for item in unreached:
            where = f" (line {item.line})" if item.line is not None else ""
            text = f"the state '{item.state}'{where} was not reached by any of {done} executions"
            findings.append(Finding("unreached", item.state, text, "", None))
        return findings

    # -- cases

    def _cases(self, generator: random.Random) -> Iterator[Case]:
        yield from self._planned(generator)
        choices = RandomChoices(generator)
        while True:
            if self._corpus and generator.random() < 0.5:
                yield self._changed(generator.choice(self._corpus), choices)
            else:
                yield make_case(self._model, choices)

    def _planned(self, generator: random.Random) -> Iterator[Case]:
        """All goes well; then each thing that may go wrong, once and for good; over a few inputs."""
        choices = RandomChoices(generator)
        plain = Simplest()
        good: dict[str, tuple[Answer, ...]] = {task.name: (good_answer(task, plain),) for task in self._model.tasks}
        inputs = [self._model.input.make(plain)]
        inputs += [value for value in (self._model.input.make(choices) for _ in range(12)) if value not in inputs]
        for value in inputs:
            yield Case(value, good)
        for task in self._model.tasks:
            for bad in bad_answers(task):
                for value in inputs[:3]:
                    yield Case(value, {**good, task.name: (bad,)})
                yield Case(inputs[0], {**good, task.name: (bad, good[task.name][0])})
            for _ in range(8):
                yield Case(generator.choice(inputs), {**good, task.name: (good_answer(task, choices),)})

    def _changed(self, case: Case, choices: RandomChoices) -> Case:
        """One thing of a case that reached something is made anew."""
        if not self._model.tasks or choices.one_of((True, False)):
            return case._replace(input=self._model.input.make(choices))
        task = choices.one_of(self._model.tasks)
        answers = case.answers[task.name]
        changed = choices.one_of(((make_answer(task, choices),), (*answers, make_answer(task, choices))))
        return case._replace(answers={**case.answers, task.name: changed})

    # -- what came of one

    def _try(self, case: Case) -> None:
        run = self._run(case)
        reached = set(reached_by(run.visits))
        if not reached <= self._reached:
            self._reached |= reached
            self._corpus.append(case)
        for finding in self._judge(run, case):
            if self._limit is None or finding.kind != "endless" or self._still_endless(case):
                self._found.setdefault(finding.key, finding)
            if finding.kind == "endless":
                self._limit = _SHORT

    def _run(self, case: Case) -> Run:
        run = case.run(self._machine, self._handlers, event_limit=self._limit)
        self._events += len(run.execution.events)
        return run

    def _still_endless(self, case: Case) -> bool:
        """Whether a run that was cut short is endless indeed."""
        if any(kind == "endless" for kind, _ in self._found):
            return False  # one is enough: most cases of such a machine are
        return any(found.kind == "endless" for found in self._judge(case.run(self._machine, self._handlers), case))

    def _judge(self, run: Run, case: Case) -> Iterator[Finding]:
        last = _culprit(run)
        if _TOO_LONG in (run.cause or "") or (run.status == "TIMED_OUT" and self._machine.program.timeout is None):
            where = _most_visited(run)
            text = f"the execution never ends: it entered the state '{where}' {run.entered.count(where)} times"
            yield Finding(
                "endless", where, text, f'"{_TOO_LONG}" not in (run.cause or "") and run.status != "TIMED_OUT"', case
            )
        elif run.error == RUNTIME_ERROR:
            text = f"the state '{last}' fails with States.Runtime: {_short(run.cause)}"
            yield Finding("runtime", last, text, f'run.error != "{RUNTIME_ERROR}", run.cause', case)
        elif run.failed and self._is_uncaught(run, last):
            text = f"no Catch takes the error {run.error} of the state '{last}', and it ends the execution"
            yield Finding("uncaught", last, text, f"run.error != {run.error!r}", case)
        for check in self._invariants:
            try:
                check(run)
            except AssertionError as problem:
                name = getattr(check, "__name__", "invariant")
                text = f"{name} doesn't hold: {_short(str(problem)) or 'assertion failed'}"
                yield Finding("invariant", name, text, f"{name}(run) is None", case)

    def _is_uncaught(self, run: Run, last: str) -> bool:
        state = self._machine.program.states.get(last)
        return self._catches and state is not None and state.type == "Task" and run.error not in self._allow

    def _smaller(self, finding: Finding) -> Finding:
        assert finding.case is not None, "only what no run reached has none"

        def same(case: Case) -> Finding | None:
            run = self._run(case)
            return next((found for found in self._judge(run, case) if found.key == finding.key), None)

        smaller = shrink(finding, same, self._model).case
        assert smaller is not None, "made from one that was there"
        run = smaller.run(self._machine, self._handlers)
        shown = self._without_unused(smaller, run)
        return next((found for found in self._judge(run, shown) if found.key == finding.key), finding)

    def _without_unused(self, case: Case, run: Run) -> Case:
        """Leave out the Tasks that aren't called; those that come after the fault are spare."""
        called = {visit.name for visit in run.visits if visit.type == "Task"}
        after = _reachable(self._machine.definition, _culprit(run))
        answers = {state: given for state, given in case.answers.items() if state in called | after}
        return case._replace(answers=answers, spare=tuple(state for state in answers if state not in called))


def _culprit(run: Run) -> str:
    """The innermost state that failed."""
    failed = [visit for visit in run.visits if visit.status in ("failed", "timed out")]
    return failed[-1].name if failed else run.visits[-1].name if run.visits else ""


def _reachable(definition: Mapping[str, Any], start: str) -> set[str]:
    """The states that transitions lead to from a state, within its scope."""
    scope = next((scope for scope in scopes(definition) if start in scope["States"]), None)
    found: set[str] = set()
    waiting = [] if scope is None else [start]
    while scope is not None and waiting:
        for way in transitions(scope["States"][waiting.pop()], ""):
            if way.target not in found:
                found.add(way.target)
                waiting.append(way.target)
    return found


def _most_visited(run: Run) -> str:
    names = run.entered
    return max(dict.fromkeys(names), key=names.count)


def _short(text: str | None) -> str:
    line = _AROUND.sub("", " ".join((text or "").split()))
    return line if len(line) <= 160 else line[:157] + "..."

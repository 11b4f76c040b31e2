"""Runs one case and compares it, within a bound of wall time."""

from __future__ import annotations

import faulthandler
import signal
import sys
import threading
import traceback
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from asl.errors import AslError

from .api import KIND as API_KIND
from .api import compare_script
from .definitions import KINDS as DEFINITION_KINDS
from .definitions import answers
from .engine import names_of, run_with_aslkit
from .handlers import CannotRun
from .parts import DERIVED, Ended, derive
from .state_tests import KIND, compare_state_tests

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .cases import Case, Comparer
    from .engine import Engine, Execution

#: A case that takes longer than this many seconds hangs: nothing waits, for time is virtual.
TIME_LIMIT = 10.0


class TimeUp(BaseException):
    """The case took too long. Not an Exception, so that nothing which handles errors of handlers takes it for one."""


@dataclass(frozen=True)
class Result:
    """What came of a case. It passed if there are no differences."""

    case: Case
    differences: list[str]
    events: list[dict[str, Any]] = field(default_factory=list, repr=False)
    traceback: str | None = field(default=None, repr=False)

    @property
    def passed(self) -> bool:
        return not self.differences


def run_case(
    case: Case, comparer: Comparer, engine: Engine = run_with_aslkit, time_limit: float = TIME_LIMIT
) -> Result:
    """Runs ``case`` and compares every recorded part of it. Whatever goes wrong is a difference, never raised."""
    events: list[dict[str, Any]] = []
    try:
        with _bounded(time_limit):
            if case.kind in DEFINITION_KINDS:
                return Result(case, _compare_answers(case, comparer))
            if case.kind == KIND:
                return Result(case, compare_state_tests(case, comparer))
            if case.kind == API_KIND:
                return Result(case, compare_script(case, comparer))
            names = names_of(case)
            execution = engine(case, names)
            events = execution.history
            return Result(case, _compare(case, Ended(case, names, execution), comparer), events)
    except CannotRun as problem:
        return Result(case, [f"can't be run yet: {problem}"])
    except AslError as problem:
        return Result(case, [f"{type(problem).__name__}: {problem}"])
    except TimeUp:
        return Result(case, [f"not finished after {time_limit:g} seconds"], events, traceback.format_exc())
    except Exception as problem:  # noqa: BLE001 - a fault of the engine is one failed case, not the end of the run
        where = traceback.extract_tb(problem.__traceback__)[-1]
        text = f"{type(problem).__name__}: {problem} (raised in {where.name}, {where.filename}:{where.lineno})"
        return Result(case, [text], events, traceback.format_exc())


def _compare(case: Case, ended: Ended, comparer: Comparer) -> list[str]:
    differences: list[str] = []
    # One matcher for all parts but the events: a placeholder stands for the same text wherever it appears.
    matcher = comparer.Matcher(case.data["placeholders"])
    for part, expected in case.expected.items():
        if part == "events":
            differences += compare_events(case, ended.execution, comparer)
        elif part in DERIVED:
            found = comparer.compare_value(expected, derive(part, ended), matcher=matcher)
            differences += [f"{part}: {difference}" for difference in found]
        else:
            differences.append(f"{part}: can't be derived from an execution; add a derivation to parts.DERIVED")
    if not case.expected:
        differences.append("nothing was recorded of this case, so that it can't pass")
    return differences


def _compare_answers(case: Case, comparer: Comparer) -> list[str]:
    found = answers(case)
    matcher = comparer.Matcher(case.data["placeholders"])
    return [
        f"{part}: {difference}"
        for part, expected in case.expected.items()
        for difference in comparer.compare_value(expected, found.get(part), matcher=matcher)
    ]


def compare_events(case: Case, execution: Execution, comparer: Comparer) -> list[str]:
    """The differences between the recorded events, as AWS would give them today, and the execution's history.

    A recording tagged ``unfinished`` was taken while the execution ran: only what happened until then is compared.
    """
    expected = comparer.modern_events(case.data)
    history = execution.history
    return comparer.compare(
        expected,
        history[: len(expected)] if "unfinished" in case.tags else history,
        case.data["placeholders"],
        order=comparer.as_timeline(case.data),
    )


@contextmanager
def _bounded(seconds: float) -> Iterator[None]:
    """Raises TimeUp in the body after ``seconds``. A body that doesn't even react to that ends the process, with a
    traceback of every thread. Where there is no such signal (Windows, other threads) only the second bound holds."""
    # The real stderr: what replaces it (a test's capture) may have no file behind it.
    faulthandler.dump_traceback_later(seconds * 3 + 5, exit=True, file=sys.__stderr__ or 2)
    alarm = hasattr(signal, "setitimer") and threading.current_thread() is threading.main_thread()
    previous = signal.signal(signal.SIGALRM, _time_up) if alarm else None
    if alarm:
        signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        if alarm:
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, previous)
        faulthandler.cancel_dump_traceback_later()


def _time_up(*_: object) -> None:
    raise TimeUp

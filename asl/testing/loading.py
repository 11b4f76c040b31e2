"""Finding and compiling the machines of tests: each file is compiled once, however many tests use it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from asl.machine import StateMachine
from asl.testing.mocks import MockError
from asl.testing.scenario import Scenario, scenario_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from asl.tasks.call import Handler

_compiled: dict[tuple[str, int, int, str], StateMachine] = {}


def load(
    machine: str | Path | StateMachine | Mapping[str, Any],
    *,
    folders: Sequence[Path] = (),
    handlers: Mapping[str, Handler] | None = None,
    type: str = "STANDARD",
    check_results: bool = False,
) -> Scenario:
    """A scenario of the machine in a file, looked for in ``folders`` in turn; or of a machine or definition that is
    at hand.

    Raises MockError for a file that is nowhere, DefinitionError for one that is no valid definition.
    """
    if not isinstance(machine, (str, Path)):
        return scenario_of(machine, handlers, check_results=check_results)
    path = _find(Path(machine), folders)
    return Scenario(_compile(path, type), handlers=handlers, check_results=check_results)


def _find(path: Path, folders: Sequence[Path]) -> Path:
    tried = [path] if path.is_absolute() or not folders else [folder / path for folder in folders]
    for candidate in tried:
        if candidate.is_file():
            return candidate
    places = ", ".join(str(candidate.parent) for candidate in tried)
    raise MockError(
        f"there is no state machine {path.name} in {places}; the ini option asl_machines names further folders"
    )


def _compile(path: Path, type: str) -> StateMachine:
    about = path.stat()
    key = (str(path), about.st_mtime_ns, about.st_size, type)
    if key not in _compiled:
        _compiled[key] = StateMachine.load(path, type=type)
    return _compiled[key]

"""What tests of stores write, with all that doesn't matter filled in; and the stores that they write to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from asl.stores.base import RUNNING, SUCCEEDED, End, Execution, FrameRow, Start, Turn
from asl.stores.memory import MemoryStore
from asl.stores.sqlite import SQLiteStore

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from asl.stores.base import Held, Store

#: Where the stores' time begins.
NOW = 1_000_000


class Time:
    """A clock that tests set."""

    def __init__(self) -> None:
        self.moment = NOW

    def __call__(self) -> int:
        return self.moment


class Reopened:
    """An SQLite store that is closed and opened again before each call: nothing may be kept but in the file.

    Another one stays open and watches.
    """

    def __init__(self, open_it: Callable[[], SQLiteStore]) -> None:
        self._open = open_it
        self._store = open_it()
        self._watcher = open_it()

    def changes(self) -> int:
        return self._watcher.changes()

    def close(self) -> None:
        self._store.close()
        self._watcher.close()

    def __getattr__(self, name: str) -> Callable[..., Any]:
        def call(*arguments: Any, **named: Any) -> Any:
            self._store.close()
            self._store = self._open()
            return getattr(self._store, name)(*arguments, **named)

        return call


#: How to make each kind of store, in a folder of its own.
KINDS: dict[str, Callable[[Path, Time], Store]] = {
    "memory": lambda _, clock: MemoryStore(clock),
    "sqlite": lambda folder, clock: SQLiteStore(folder / "store.db", clock=clock),
    "sqlite-normal": lambda folder, clock: SQLiteStore(folder / "store.db", synchronous="NORMAL", clock=clock),
    "sqlite-reopened": lambda folder, clock: Reopened(lambda: SQLiteStore(folder / "store.db", clock=clock)),
}


def execution(number: int = 1, **changes: Any) -> Execution:
    """A running Standard execution of machine ``m`` whose name is its number."""
    name = changes.get("name", str(number))
    machine = changes.get("machine", "m")
    plain = Execution(
        number,
        f"arn:{machine}:{name}",
        machine,
        name,
        express=False,
        definition="digest",
        status=RUNNING,
        start=NOW,
        stop=None,
        seed="seed",
        role_arn="role",
        input='{"n":1}',
    )
    return plain._replace(**changes)


def event(number: int) -> tuple[Any, ...]:
    """An event that can be told from others."""
    return ("PassStateEntered", number - 1, NOW + number, 0, "Name", '{"n":1}', -1)


def turn(number: int = 1, **changes: Any) -> Turn:
    """The first turn of an execution: nobody owns it, and it is due."""
    return Turn(number, 0, 0, 0, owner=None, due=0, core="{}", first=1, events=[event(1)])._replace(**changes)


def start(number: int = 1, *, reusable: int = 0, of: dict[str, Any] | None = None, **changes: Any) -> Start:
    """A start; ``of`` are changes of the execution, the others those of the turn."""
    return Start(execution(number, **(of or {})), turn(number, **changes), reusable)


def frame(name: str = "f", wait: int = 1, data: str = "{}", payload: str | None = None) -> FrameRow:
    """A frame that waits."""
    return FrameRow(name, wait, data, payload)


def end(status: str = SUCCEEDED, stop: int = NOW, *, keeps_frames: bool = False, **texts: str) -> End:
    """An end without error."""
    return End(status, stop, texts.get("output"), texts.get("error"), texts.get("cause"), keeps_frames)


def next_turn(held: Held, **changes: Any) -> Turn:
    """A turn whose guards hold, by the owner that there is, with nothing in it."""
    turn = Turn(
        held.execution.id, held.fence, held.version, held.wake, held.owner, held.due, held.core, first=2, events=()
    )
    return turn._replace(**changes)


def holding(store: Store, number: int = 1) -> Held:
    """What the store has of one execution."""
    (held,) = store.held([number])
    return held


def add(store: Store, *writes: Any) -> None:
    """Commit what must not be refused."""
    assert store.commit(writes) == [None] * len(writes)


def findings(store: Store) -> list[str]:
    """What ``check`` reports."""
    found: list[str] = []
    store.check(found.append)
    return found

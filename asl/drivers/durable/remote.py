"""What somebody who doesn't own an execution may do to it: begin it, stop it, redrive it.

Stopping and redriving read what is stored, let the core write its events, and store the turn past the owner, who
notices and lets go. When the owner was faster, the turn is refused and all is done again on what there is then.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from asl.drivers.durable.bare import Machine
from asl.drivers.durable.entry import Entry
from asl.errors import StoreError
from asl.kernel.commands import Cancel
from asl.kernel.redrive import redrive as redrive_core
from asl.stores.base import RUNNING, STALE, Reopening, Start, Turn

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from asl.drivers.durable.entry import Hands
    from asl.kernel.program import Program
    from asl.stores.base import Execution, Held, Needs, Store


def start_of(
    execution: Execution, program: Program, value: Any, text: str, reusable: int, needs: Needs | None = None
) -> Start:
    """The write that begins an execution without taking a step; whoever claims it does. ``text``: compact input."""
    entry = _entry(execution, program)
    if execution.express:
        return Start(execution, _bare_turn(execution), reusable, needs)
    entry.begin(value, text, execution.input, execution.start)
    return Start(execution, entry.turn(None, -1)._replace(due=0), reusable, needs)


def stop(
    store: Store,
    program: Callable[[Execution], Program],
    execution: int,
    error: str | None,
    cause: str | None,
    now: int,
) -> Execution | None:
    """End an execution as ABORTED. Returns it as it is then; one that had ended already stays as it was. None: there
    is no such execution."""

    def abort(entry: Entry, moment: int) -> Turn:
        entry.core.abort(error, cause, moment)
        commands, entry.core.commands = entry.core.commands, []
        for command in commands:
            assert isinstance(command, Cancel), "an execution that has ended asks for nothing"
            entry.cancel(command)
        return entry.turn(None, -1)

    return _change(store, program, execution, now, abort, when=lambda held: held.execution.status == RUNNING)


def redrive(
    store: Store,
    program: Callable[[Execution], Program],
    execution: int,
    notes: Callable[[Execution], str | None],
    now: int,
    needs: Needs | None = None,
) -> Execution | None:
    """Take up an execution that ended badly; ``notes`` gives what its row shall keep of the request.

    Returns it as it is then; one that runs or can't be taken up, or for which the document that it ``needs`` has
    changed, stays as it was. None: there is no such execution.
    """

    def reopen(entry: Entry, moment: int) -> Turn:
        before = entry.execution
        count = before.redrive_count + 1
        entry.core.execution.redriven(count, moment)
        redrive_core(entry.core, moment, count)
        entry.core.commands = []
        turn = entry.turn(None, -1)
        return turn._replace(due=0, reopening=Reopening(count, moment, notes(before)), needs=needs)

    return _change(
        store, program, execution, now, reopen, when=lambda held: held.execution.status != RUNNING and bool(held.frames)
    )


def _change(
    store: Store,
    program: Callable[[Execution], Program],
    execution: int,
    now: int,
    act: Callable[[Entry, int], Turn],
    *,
    when: Callable[[Held], bool],
) -> Execution | None:
    seen: tuple[int, ...] | None = None
    while True:
        found = store.held([execution])
        if not found or not when(found[0]):
            return store.execution_of(execution)
        held = found[0]
        before, seen = seen, (held.fence, held.version, held.wake)
        if seen == before:  # refused although nobody was faster
            known = f"{held.execution.arn} is {held.execution.status}, but its live row takes no such turn"
            raise StoreError(f"{store.url}: {known}; `asl verify` tells more, and a backup is the way out")
        entry = _entry(held.execution, program(held.execution))
        entry.load(held, mine=False)
        turn = act(entry, max(now, entry.core.now))
        refusal = store.commit([turn._replace(foreign=True, owner=held.owner)])[0]
        if refusal is None or refusal.reason != STALE:
            return store.execution_of(execution)


def _entry(execution: Execution, program: Program) -> Entry:
    return Entry(execution, Machine(program, {}), _NoHands())


class _NoHands:
    """Nobody is called here."""

    def free(self, call: Any) -> bool:
        return False

    def at(self, entry: Entry, moment: int, act: Callable[..., Any], *arguments: Any) -> None:
        raise AssertionError("nothing is answered here")

    def cancel(self, entry: Entry, call: Any) -> None:
        raise AssertionError("no call is under way here")


def _bare_turn(execution: Execution) -> Turn:
    return Turn(execution.id, 0, 0, 0, None, 0, "", 1, ())


_: type[Hands] = _NoHands

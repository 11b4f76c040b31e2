"""What every store must decide alike."""

from __future__ import annotations

from typing import TYPE_CHECKING

from asl.stores.base import ANSWER, HEARTBEAT, RUNNING, STARTED, Message, Start, Turn

if TYPE_CHECKING:
    from collections.abc import Container, Sequence

    from asl.stores.base import Execution, Write

#: Messages for a frame that waits; the other kinds are for the execution as a whole.
FOR_A_FRAME = frozenset((ANSWER, HEARTBEAT, STARTED))

#: A definition counts as put for so many milliseconds, in which putting it again needn't be written.
FRESH = 3_600_000


def opened(execution: Execution, turn: Turn) -> Execution:
    """The row of a new execution, which may be over in its first turn."""
    if turn.end is None:
        return execution
    end = turn.end
    return execution._replace(status=end.status, stop=end.stop, output=end.output, error=end.error, cause=end.cause)


def reopened(execution: Execution, turn: Turn) -> Execution:
    """The row after a turn that may redrive the execution, and may end it."""
    if turn.reopening is not None:
        count, date, redrives = turn.reopening
        execution = execution._replace(
            status=RUNNING,
            stop=None,
            output=None,
            error=None,
            cause=None,
            redrive_count=count,
            redrive_date=date,
            redrives=redrives,
        )
    return opened(execution, turn)


def owner_after(turn: Turn, registered: Container[int]) -> tuple[int | None, int | None]:
    """Owner and due after a turn, or a start with it.

    Who ends an execution lets it go. Nobody gets one who was buried before it could become the owner: nobody would ever
    take it away again.
    """
    owner, due = turn.owner, turn.due
    if turn.end is not None:
        due = None
        if not turn.foreign:
            owner = None
    if owner is not None and owner not in registered:
        return None, 0 if turn.end is None else None
    return owner, due


def concerns_others(writes: Sequence[Write]) -> bool:
    """Whether somebody else than the writer should look: somebody is told something, or has something to claim."""
    for write in writes:
        if isinstance(write, Message):
            return True
        turn = write.turn if isinstance(write, Start) else write
        if isinstance(turn, Turn) and (
            turn.foreign or turn.messages or turn.stops or (turn.owner is None and turn.end is None)
        ):
            return True
    return False

"""What the kernel asks of the outside. A driver carries commands out and answers through the core.

Each names the frame and the ``wait`` it belongs to; an answer is given with the same pair.
"""

from __future__ import annotations

from typing import NamedTuple


class Invoke(NamedTuple):
    """Start the task of a Task state; call ``core.started`` when it begins and ``core.resume`` with its outcome."""

    frame: str
    wait: int
    state: str
    text: str  # JSON text of what the task receives
    attempt: int  # 0 = the first try
    visit: int  # id of the StateEntered event: with execution and attempt it makes the idempotency key


class Sleep(NamedTuple):
    """Call ``core.wake`` at ``until`` (milliseconds since the epoch) or soon after."""

    frame: str  # "" = the whole execution's time-out
    wait: int
    until: int


class Cancel(NamedTuple):
    """Nobody waits for this task any more; stopping it is best effort and its answer is dropped anyway."""

    frame: str
    wait: int


Command = Invoke | Sleep | Cancel

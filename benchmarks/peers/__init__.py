"""Others that run state machines or durable workflows, measured when they are installed.

A peer is a module with ``NAME``, ``INSTALL`` (how to get it), ``version()`` (None: not installed) and
``prepare(machine) -> Timed``, which raises ``CannotRun`` for what the peer has no means for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from benchmarks.machines import Machine
    from benchmarks.measure import Timed


class CannotRun(Exception):
    """The peer can't run this machine; the message says why."""


class Peer(Protocol):
    """What each module of this package offers."""

    NAME: str
    INSTALL: str

    def version(self) -> str | None:
        """The version installed, None without."""

    def prepare(self, machine: Machine) -> Timed:
        """A function that runs the machine so many times and returns the seconds that one run took."""


def peers() -> list[Peer]:
    """All that this package knows, installed or not."""
    from benchmarks.peers import dbos_, local_stepfunctions, moto_

    return [moto_, local_stepfunctions, dbos_]

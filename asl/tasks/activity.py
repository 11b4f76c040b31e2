"""Activities whose work is fetched by whoever polls for it, rather than done by a handler here."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from asl.kernel.commands import Invoke
    from asl.kernel.core import Core
    from asl.tasks.resource import Resource


class Enqueue(NamedTuple):
    """Put this into the activity's queue; the task starts when a worker takes it."""

    activity: str  # ARN
    token: str
    input: str


class QueuedActivity:
    """A Task state whose resource is an activity without a handler."""

    __slots__ = ("_resource",)

    is_async = False

    def __init__(self, resource: Resource) -> None:
        self._resource = resource

    def prepare(self, core: Core, invoke: Invoke) -> Enqueue:
        """What a worker will get."""
        return Enqueue(self._resource.arn, core.token(invoke.frame, invoke.wait), invoke.text)

"""A state machine that can be run here, and a core for one of its stored executions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from asl.kernel.core import Core
from asl.kernel.events import EXPRESS_HISTORY_LIMIT, HISTORY_LIMIT
from asl.kernel.execution import ExecutionInfo

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from asl.kernel.program import Program
    from asl.stores.base import Execution
    from asl.tasks.activity import QueuedActivity
    from asl.tasks.registry import Task


class Machine(NamedTuple):
    """A state machine that can be run here."""

    program: Program
    tasks: Mapping[str, Task | QueuedActivity]
    activity_exists: Callable[[str], bool] | None = None


def bare_core(execution: Execution, machine: Machine, value: Any) -> Core:
    """A core without frames for a stored execution; ``value`` is its input."""
    _, partition, _, region, account, _ = execution.arn.split(":", 5)
    info = ExecutionInfo(
        execution.name,
        execution.seed,
        execution.machine,
        execution.start,
        execution.role_arn,
        partition,
        region,
        account,
        express=execution.express,
        synchronous=False,
        arn=execution.arn,
    )
    info.input = value
    info.activity_exists = machine.activity_exists
    if execution.redrive_date is not None:
        info.redriven(execution.redrive_count, execution.redrive_date)
    core = Core(machine.program, info, execution.seed, EXPRESS_HISTORY_LIMIT if execution.express else HISTORY_LIMIT)
    core.address = str(execution.id)
    return core

"""aslkit: run, test, trace and validate Amazon States Language anywhere.

>>> from asl import StateMachine
>>> machine = StateMachine({"StartAt": "Hello", "States": {"Hello": {"Type": "Pass", "Result": "world", "End": True}}})
>>> machine.run().output
'world'

``__all__`` is the whole public API. Names are loaded when they are first used, so that importing ``asl`` costs next to
nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from asl.drivers.clock import RealClock, VirtualClock
    from asl.errors import (
        AslError,
        DefinitionError,
        ExecutionAborted,
        ExecutionError,
        ExecutionFailed,
        ExecutionTimedOut,
        HandlerError,
        InputError,
        ServiceError,
        StoreError,
        TaskError,
        UnsupportedError,
    )
    from asl.execution import Execution
    from asl.machine import StateMachine
    from asl.service import Service
    from asl.syntax.diagnostics import Diagnostic
    from asl.tasks.context import TaskContext
    from asl.tasks.declare import task
    from asl.tasks.mock import Return, Silence, Throw
    from asl.validation import aws_refusal, aws_validation, validate, validate_file
    from asl.visits import Visit
    from asl.worker import Worker

__version__ = "0.1.0"

_HOMES = {
    "asl.machine": ["StateMachine"],
    "asl.service": ["Service"],
    "asl.execution": ["Execution"],
    "asl.validation": ["aws_refusal", "aws_validation", "validate", "validate_file"],
    "asl.visits": ["Visit"],
    "asl.tasks.context": ["TaskContext"],
    "asl.tasks.declare": ["task"],
    "asl.worker": ["Worker"],
    "asl.tasks.mock": ["Return", "Silence", "Throw"],
    "asl.drivers.clock": ["RealClock", "VirtualClock"],
    "asl.syntax.diagnostics": ["Diagnostic"],
    "asl.errors": [
        "AslError",
        "DefinitionError",
        "ExecutionAborted",
        "ExecutionError",
        "ExecutionFailed",
        "ExecutionTimedOut",
        "HandlerError",
        "InputError",
        "ServiceError",
        "StoreError",
        "TaskError",
        "UnsupportedError",
    ],
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}

__all__ = [
    "AslError",
    "DefinitionError",
    "Diagnostic",
    "Execution",
    "ExecutionAborted",
    "ExecutionError",
    "ExecutionFailed",
    "ExecutionTimedOut",
    "HandlerError",
    "InputError",
    "RealClock",
    "Return",
    "Service",
    "ServiceError",
    "Silence",
    "StateMachine",
    "StoreError",
    "TaskContext",
    "TaskError",
    "Throw",
    "UnsupportedError",
    "VirtualClock",
    "Visit",
    "Worker",
    "__version__",
    "aws_refusal",
    "aws_validation",
    "task",
    "validate",
    "validate_file",
]


def __getattr__(name: str) -> object:
    home = _HOME_OF.get(name)
    if home is None:
        raise AttributeError(f"module 'asl' has no attribute {name!r}")
    value = getattr(import_module(home), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)

"""The testing kit: state machines in unit tests, with mocks, virtual time, coverage and search for failures.

In pytest most tests need only the fixture ``state_machine``; these names are for everything else. They are loaded
when they are first used: the pytest plugin must not import what a coverage tool has yet to watch.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from asl.tasks.mock import Return, Silence, Throw
    from asl.testing.explore import Finding, executions, find_failures
    from asl.testing.loading import load
    from asl.testing.mock_config import MockConfig
    from asl.testing.mocks import LosesHeartbeat, Mock, MockCall, MockError, TimesOut, UnusedMockWarning
    from asl.testing.run import Caught, Run, StateRun
    from asl.testing.scenario import Scenario
    from asl.testing.teststate import StateTest, TestStateError, respond, test_state

_HOMES = {
    "asl.tasks.mock": ["Return", "Silence", "Throw"],
    "asl.testing.explore": ["Finding", "executions", "find_failures"],
    "asl.testing.loading": ["load"],
    "asl.testing.mock_config": ["MockConfig"],
    "asl.testing.mocks": ["LosesHeartbeat", "Mock", "MockCall", "MockError", "TimesOut", "UnusedMockWarning"],
    "asl.testing.run": ["Caught", "Run", "StateRun"],
    "asl.testing.scenario": ["Scenario"],
    "asl.testing.teststate": ["StateTest", "TestStateError", "respond", "test_state"],
}
#: Called with each run when it has ended: by these the plugin learns of runs. They live here because this is loaded
#: anyway.
observers: list[Callable[[Run], None]] = []

_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}

__all__ = [
    "Caught",
    "Finding",
    "LosesHeartbeat",
    "Mock",
    "MockCall",
    "MockConfig",
    "MockError",
    "Return",
    "Run",
    "Scenario",
    "Silence",
    "StateRun",
    "StateTest",
    "TestStateError",
    "Throw",
    "TimesOut",
    "UnusedMockWarning",
    "executions",
    "find_failures",
    "load",
    "respond",
    "test_state",
]


def __getattr__(name: str) -> object:
    home = _HOME_OF.get(name)
    if home is None:
        raise AttributeError(f"module 'asl.testing' has no attribute {name!r}")
    value = getattr(import_module(home), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)

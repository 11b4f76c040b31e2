"""The public API: what ``import asl`` offers, and how little it loads."""

from __future__ import annotations

import subprocess
import sys
from importlib import import_module

import pytest

import asl

#: everything that the package promises
PUBLIC = {
    "AslError": "asl.errors",
    "DefinitionError": "asl.errors",
    "Diagnostic": "asl.syntax.diagnostics",
    "Execution": "asl.execution",
    "ExecutionAborted": "asl.errors",
    "ExecutionError": "asl.errors",
    "ExecutionFailed": "asl.errors",
    "ExecutionTimedOut": "asl.errors",
    "HandlerError": "asl.errors",
    "InputError": "asl.errors",
    "RealClock": "asl.drivers.clock",
    "Return": "asl.tasks.mock",
    "Service": "asl.service",
    "ServiceError": "asl.errors",
    "Silence": "asl.tasks.mock",
    "StateMachine": "asl.machine",
    "StoreError": "asl.errors",
    "TaskContext": "asl.tasks.context",
    "TaskError": "asl.errors",
    "Throw": "asl.tasks.mock",
    "UnsupportedError": "asl.errors",
    "VirtualClock": "asl.drivers.clock",
    "Visit": "asl.visits",
    "Worker": "asl.worker",
    "aws_refusal": "asl.validation",
    "aws_validation": "asl.validation",
    "task": "asl.tasks.declare",
    "validate": "asl.validation",
    "validate_file": "asl.validation",
}


def test_all_is_what_is_promised() -> None:
    assert sorted(asl.__all__) == sorted([*PUBLIC, "__version__"])
    assert asl.__all__ == sorted(asl.__all__)
    assert dir(asl) == sorted(asl.__all__)


@pytest.mark.parametrize("name", PUBLIC)
def test_every_name_comes_from_its_home(name: str) -> None:
    found = getattr(asl, name)
    assert found is getattr(import_module(PUBLIC[name]), name)
    assert found.__doc__


def test_a_name_that_does_not_exist() -> None:
    with pytest.raises(AttributeError, match="module 'asl' has no attribute 'Nothing'"):
        _ = asl.Nothing  # type: ignore[attr-defined]  # that is the point


def test_errors_form_one_tree() -> None:
    errors = [getattr(asl, name) for name, home in PUBLIC.items() if home == "asl.errors"]
    assert all(issubclass(error, asl.AslError) for error in errors)
    assert all(
        issubclass(error, asl.ExecutionError)
        for error in (asl.ExecutionFailed, asl.ExecutionTimedOut, asl.ExecutionAborted)
    )
    assert issubclass(asl.UnsupportedError, asl.DefinitionError)


HEAVY = ["asyncio", "rich", "lark", "jsonpath_ng", "yaml", "click", "concurrent.futures", "hypothesis"]


def _loaded(code: str, names: list[str]) -> list[str]:
    report = f"{code}\nimport sys\nprint([name for name in {names} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", report], capture_output=True, text=True, check=True)
    return [name.strip(" '") for name in done.stdout.strip()[1:-1].split(",") if name]


def test_importing_asl_loads_next_to_nothing() -> None:
    loaded = _loaded("import asl\nasl.__version__", [*HEAVY, "inspect", "json", "asl.machine", "asl.errors"])
    assert loaded == []


def test_running_a_simple_machine_loads_no_heavy_library() -> None:
    code = """
from asl import StateMachine, TaskError
states = {
    "A": {"Type": "Pass", "Parameters": {"x.$": "$.a.b[0]"}, "ResultPath": "$.p", "Next": "C"},
    "C": {"Type": "Choice", "Choices": [{"Variable": "$.p.x", "NumericEquals": 1, "Next": "M"}], "Default": "M"},
    "M": {"Type": "Map", "ItemsPath": "$.a.b", "ItemProcessor": {"StartAt": "W", "States":
        {"W": {"Type": "Wait", "Seconds": 5, "End": True}}}, "End": True},
}
execution = StateMachine({"StartAt": "A", "States": states}).run({"a": {"b": [1, 2]}}, clock="virtual")
assert execution.output == [1, 2], execution.cause
execution.history, execution.visits
"""
    assert _loaded(code, HEAVY) == []


def test_handlers_need_inspect_but_nothing_heavy() -> None:
    code = """
from asl import StateMachine
resource = "arn:aws:lambda:us-east-1:123456789012:function:f"
definition = {"StartAt": "A", "States": {"A": {"Type": "Task", "Resource": resource, "End": True}}}
assert StateMachine(definition).run(5, handlers={"f": lambda event: event}).output == 5
"""
    assert _loaded(code, HEAVY) == []

"""The context object of a tested state: the one that AWS makes up, and what it accepts in one that is given."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from asl.jsontext import NotJSON, decode
from asl.kernel import entropy

if TYPE_CHECKING:
    from collections.abc import Callable

_TEXT, _ANY, _NUMBER = "a string", "", "a number"

#: What may be in a given context object, and of which type.
_FIELDS: dict[str, dict[str, str]] = {
    "Execution": {
        "Id": _TEXT,
        "Input": _ANY,
        "Name": _TEXT,
        "RoleArn": _TEXT,
        "StartTime": _TEXT,
        "RedriveCount": _NUMBER,
        "RedriveTime": _TEXT,
    },
    "State": {"EnteredTime": _TEXT, "Name": _TEXT, "RetryCount": _NUMBER},
    "StateMachine": {"Id": _TEXT, "Name": _TEXT},
    "Task": {"Token": _TEXT},
}


def check_context(text: str, *, has_token: bool, refuse: Callable[[str], Exception]) -> dict[str, Any]:
    """The given context object, which replaces the whole one."""

    def invalid(problem: str) -> Exception:
        return refuse(f"Invalid Context object provided: {problem}")

    try:
        context = decode(text)
    except NotJSON as problem:
        raise invalid(f"not JSON: {problem}") from None
    if not isinstance(context, dict):
        raise invalid("Context must be a JSON object")
    for name, members in context.items():
        if name == "Map":
            raise invalid("'Map' field is not supported when mocking a Context object")
        if name not in _FIELDS:
            raise invalid(f"Field '{name}' is not allowed")
        if name == "Task" and not has_token:
            raise invalid(
                "Context object contains 'Task' when state is not a Task state with a '.sync' or '.waitForTaskToken' "
                "service integration pattern"
            )
        if not isinstance(members, dict):
            raise invalid(f"{name} must be an object")
        for member, value in members.items():
            kind = _FIELDS[name].get(member)
            if kind is None:
                raise invalid(f"Field '{member}' is not allowed")
            if (kind == _TEXT and not isinstance(value, str)) or (
                kind == _NUMBER and (isinstance(value, bool) or not isinstance(value, int))
            ):
                raise invalid(f"{name}.{member} must be {kind}")
    return context


def made_up(real: dict[str, Any], seed: str, state: str, role_arn: str | None, prefix: str) -> dict[str, Any]:
    """The context object that AWS shows: of an Express execution with random names, in a state called ``StateName``.

    ``prefix`` is ``arn:<partition>:states:<region>:<account>``.
    """
    machine, name = (entropy.uuid4(entropy.draw(seed, what, 0)) for what in ("test machine", "test name"))
    execution = {
        **real["Execution"],
        "Id": f"{prefix}:express:{machine}:{name}",
        "Name": name,
        "RoleArn": role_arn,
    }
    execution.pop("RedriveCount", None)
    return {
        **real,
        "Execution": execution,
        "StateMachine": {"Id": f"{prefix}:stateMachine:{machine}", "Name": machine},
        "State": {**real["State"], "Name": state},
    }

"""The public API of aslkit, as far as the runner needs it: the only place where the runner touches what it judges."""

from __future__ import annotations

import importlib
import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

from .handlers import build_players

if TYPE_CHECKING:
    from collections.abc import Callable

    from .cases import Case

    Engine = Callable[["Case", "Names"], "Execution"]


class Execution(Protocol):
    """What the runner reads of an execution that has ended."""

    @property
    def arn(self) -> str: ...

    @property
    def status(self) -> str: ...

    @property
    def error(self) -> str | None: ...

    @property
    def cause(self) -> str | None: ...

    @property
    def history(self) -> list[dict[str, Any]]: ...


@dataclass(frozen=True)
class Names:
    """The names and ARNs under which a case runs."""

    machine: str
    execution: str
    role_arn: str
    express: bool = False
    account: str = "111111111111"
    region: str = "us-east-1"
    partition: str = "aws"

    @property
    def machine_arn(self) -> str:
        return f"{self._states}:stateMachine:{self.machine}"

    @property
    def _states(self) -> str:
        return f"arn:{self.partition}:states:{self.region}:{self.account}"


def names_of(case: Case) -> Names:
    """The recorded names; an execution whose name wasn't chosen gets a UUID, as on AWS."""
    return Names(
        machine=case.data["state_machine_name"],
        execution=case.data.get("execution_name") or _uuid(case.id),
        role_arn=case.data["role_arn"],
        express=case.express,
    )


def run_with_aslkit(case: Case, names: Names) -> Execution:
    """Runs the case in virtual time. Raises CannotRun, and whatever aslkit raises."""
    handlers, mocks = build_players(case)
    asl = importlib.import_module("asl")
    execution: Execution = _machine(asl, case).run(
        input_text=case.input_text,
        handlers=handlers,
        mocks=mocks,
        clock=_clock(asl, case),
        seed=1,
        name=names.execution,
        machine_name=names.machine,
        role_arn=names.role_arn,
        account=names.account,
        region=names.region,
        partition=names.partition,
        **({"synchronous": "start_sync_execution" in case.expected} if case.express else {}),
    )
    return execution


def _machine(asl: Any, case: Case) -> Any:
    options: dict[str, Any] = {}
    if case.express:
        options["type"] = "EXPRESS"
    if "definition_text" in case.data:
        return asl.StateMachine.parse(case.data["definition_text"], **options)
    return asl.StateMachine(case.data["definition"], **options)


def _clock(asl: Any, case: Case) -> Any:
    """The input of a few cases was computed relative to a moment; their clock starts at it."""
    moment = case.data.get("clock")
    if moment is None:
        return "virtual"
    return asl.VirtualClock(round(datetime.fromisoformat(moment).timestamp() * 1000))


def _uuid(text: str) -> str:
    return str(uuid.uuid5(uuid.NAMESPACE_URL, text))

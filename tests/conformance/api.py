"""Cases of the kind ``api``: scripts of API calls, played against a Service with a worker in virtual time."""

from __future__ import annotations

import importlib
import re
from typing import TYPE_CHECKING, Any

from .handlers import build_players

if TYPE_CHECKING:
    from .cases import Case, Comparer

KIND = "api"

#: Since when an answer has a member. Older recordings don't have it.
SINCE = {"encryptionConfiguration": "2024-08", "redriveCount": "2023-11-15"}

_REFERENCE = re.compile(r"\$\{(\d+)((?:\.\w+|\[\d+\])+)\}")
_STEP = re.compile(r"\.(\w+)|\[(\d+)\]")


def compare_script(case: Case, comparer: Comparer) -> list[str]:
    """Make the calls in order and compare what is answered or refused."""
    bench = Bench(case)
    matcher = comparer.Matcher(case.data["placeholders"])
    answers: list[Any] = []
    differences: list[str] = []
    for number, call in enumerate(case.data["calls"]):
        if "wait_for" in call:
            bench.run()
            answers.append(None)
            continue
        refused = call.get("exception")
        if refused is not None and refused.get("client_side"):
            answers.append(None)  # botocore refused it: AWS never saw it
            continue
        answer = bench.call(call["op"], _resolved(call["params"], answers))
        answers.append(answer)
        if refused is not None:
            expected: Any = {name: refused[name] for name in ("code", "message")}
        elif "code" in answer:
            expected = call.get("expected", "no error")
        elif "expected" in call:
            expected, answer = call["expected"], _as_then(answer, case.data["recorded"])
        else:
            continue
        found = comparer.compare_value(expected, answer, matcher=matcher)
        differences += [f"call {number}, {call['op']}: {difference}" for difference in found]
    return differences


class Bench:
    """A service with a worker, whose time is virtual."""

    def __init__(self, case: Case) -> None:
        asl: Any = importlib.import_module("asl")
        self._refusal = asl.ServiceError
        handlers = build_players(case).handlers
        self._service = asl.Service("memory:", account="111111111111", clock="virtual", handlers=handlers)
        self._worker = self._service.worker(threads=0)

    def run(self) -> None:
        """Let everything come to its end."""
        self._worker.run_until_idle()

    def call(self, operation: str, params: dict[str, Any]) -> dict[str, Any]:
        """The answer, or ``{"code", "message"}``."""
        name = "".join(word.capitalize() for word in operation.split("_"))
        try:
            answer: dict[str, Any] = self._service.call(name, params)
        except self._refusal as problem:
            return {"code": problem.code, "message": problem.message}
        return answer


def _resolved(value: Any, answers: list[Any]) -> Any:
    """``value`` with its references to earlier answers filled in."""
    if isinstance(value, dict):
        return {key: _resolved(member, answers) for key, member in value.items()}
    if isinstance(value, list):
        return [_resolved(member, answers) for member in value]
    if isinstance(value, str):
        return _REFERENCE.sub(lambda found: str(_look_up(answers[int(found[1])], found[2])), value)
    return value


def _look_up(answer: Any, path: str) -> Any:
    for name, index in _STEP.findall(path):
        answer = answer[name] if name else answer[int(index)]
    return answer


def _as_then(answer: Any, recorded: str) -> Any:
    """The answer without members that AWS had not invented yet on the day of the recording."""
    if isinstance(answer, dict):
        return {key: _as_then(value, recorded) for key, value in answer.items() if SINCE.get(key, "") <= recorded}
    return [_as_then(value, recorded) for value in answer] if isinstance(answer, list) else answer

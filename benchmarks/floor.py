"""The floor: what one would write by hand for one given machine. It does the same work and keeps the same events, as
tuples with one compact ``json.dumps`` of the payload each. It checks nothing, can't fail, and knows no other
machine."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable


def _text(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"))


class Log:
    """A history by hand."""

    def __init__(self) -> None:
        self.events: list[tuple[Any, ...]] = []

    def add(self, kind: str, payload: Any = None) -> None:
        self.events.append((len(self.events) + 1, kind, time.time(), _text(payload)))

    def mark(self, kind: str) -> None:
        self.events.append((len(self.events) + 1, kind, time.time()))


def one_pass(value: Any) -> Log:
    log = Log()
    log.add("ExecutionStarted", value)
    log.add("PassStateEntered", value)
    log.add("PassStateExited", value)
    log.add("ExecutionSucceeded", value)
    return log


def pass_chain(value: Any, length: int) -> Log:
    log = Log()
    log.add("ExecutionStarted", value)
    for _ in range(length):
        log.add("PassStateEntered", value)
        made = {"order": value["order"]["id"], "customer": value["customer"], "total": value["total"]}
        value = {**value, "summary": made}
        log.add("PassStateExited", value)
    log.add("ExecutionSucceeded", value)
    return log


def counting_loop(value: Any, until: int) -> Log:
    log = Log()
    log.add("ExecutionStarted", value)
    while True:
        log.add("ChoiceStateEntered", value)
        done = value["n"] >= until
        log.add("ChoiceStateExited", value)
        if done:
            break
        log.add("PassStateEntered", value)
        value = {"n": value["n"] + 1}
        log.add("PassStateExited", value)
    log.add("SucceedStateEntered", value)
    log.add("SucceedStateExited", value)
    log.add("ExecutionSucceeded", value)
    return log


def map_items(value: Any) -> Log:
    log = Log()
    log.add("ExecutionStarted", value)
    log.add("MapStateEntered", value)
    log.mark("MapStateStarted")
    results = []
    for index, item in enumerate(value["items"]):
        log.mark("MapIterationStarted")
        made = {"index": index, "value": item}
        log.add("PassStateEntered", made)
        log.add("PassStateExited", made)
        log.mark("MapIterationSucceeded")
        results.append(made)
    log.mark("MapStateSucceeded")
    log.add("MapStateExited", results)
    log.add("ExecutionSucceeded", results)
    return log


def parallel(value: Any, branches: int, length: int) -> Log:
    log = Log()
    log.add("ExecutionStarted", value)
    log.add("ParallelStateEntered", value)
    log.mark("ParallelStateStarted")
    results = []
    for _ in range(branches):
        for _ in range(length):
            log.add("PassStateEntered", value)
            log.add("PassStateExited", value)
        results.append(value)
    log.mark("ParallelStateSucceeded")
    log.add("ParallelStateExited", results)
    log.add("ExecutionSucceeded", results)
    return log


def tasks(value: Any, length: int, handler: Callable[[Any], Any]) -> Log:
    log = Log()
    log.add("ExecutionStarted", value)
    for _ in range(length):
        log.add("TaskStateEntered", value)
        log.add("LambdaFunctionScheduled", value)
        log.mark("LambdaFunctionStarted")
        value = handler(value)
        log.add("LambdaFunctionSucceeded", value)
        log.add("TaskStateExited", value)
    log.add("ExecutionSucceeded", value)
    return log

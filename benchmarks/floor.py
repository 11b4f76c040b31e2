"""The floor: what one would write by hand for one given machine.

It does the machine's work and keeps a history of two tuples a transition (entered, exited), each with one compact
``json.dumps`` of the payload at that moment. It checks no limit, keeps neither times nor ids, can't fail or wait, and
knows no other machine. A task is one transition, although ours keeps five events of it; so is the round of a Map.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

History = list[tuple[str, str]]


def one_pass(value: Any) -> History:
    return [("Entered", json.dumps(value, separators=(",", ":"))), ("Exited", json.dumps(value, separators=(",", ":")))]


def pass_chain(value: Any, length: int) -> History:
    history: History = []
    for _ in range(length):
        history.append(("Entered", json.dumps(value, separators=(",", ":"))))
        made = {"order": value["order"]["id"], "customer": value["customer"], "total": value["total"]}
        value = {**value, "summary": made}
        history.append(("Exited", json.dumps(value, separators=(",", ":"))))
    return history


def counting_loop(value: Any, until: int) -> History:
    history: History = []
    while True:
        history.append(("Entered", json.dumps(value, separators=(",", ":"))))
        done = value["n"] >= until
        history.append(("Exited", json.dumps(value, separators=(",", ":"))))
        if done:
            return history
        history.append(("Entered", json.dumps(value, separators=(",", ":"))))
        value = {"n": value["n"] + 1}
        history.append(("Exited", json.dumps(value, separators=(",", ":"))))


def map_items(value: Any) -> History:
    history: History = [("Entered", json.dumps(value, separators=(",", ":")))]
    results = []
    for index, item in enumerate(value["items"]):
        made = {"index": index, "value": item}
        history.append(("Entered", json.dumps(made, separators=(",", ":"))))
        history.append(("Exited", json.dumps(made, separators=(",", ":"))))
        results.append(made)
    history.append(("Exited", json.dumps(results, separators=(",", ":"))))
    return history


def parallel(value: Any, branches: int, length: int) -> History:
    history: History = [("Entered", json.dumps(value, separators=(",", ":")))]
    results = []
    for _ in range(branches):
        for _ in range(length):
            history.append(("Entered", json.dumps(value, separators=(",", ":"))))
            history.append(("Exited", json.dumps(value, separators=(",", ":"))))
        results.append(value)
    history.append(("Exited", json.dumps(results, separators=(",", ":"))))
    return history


def tasks(value: Any, length: int, handler: Callable[[Any], Any]) -> History:
    history: History = []
    for _ in range(length):
        history.append(("Entered", json.dumps(value, separators=(",", ":"))))
        value = handler(value)
        history.append(("Exited", json.dumps(value, separators=(",", ":"))))
    return history


def jsonata_chain(value: Any, length: int) -> History:
    history: History = []
    for _ in range(length):
        history.append(("Entered", json.dumps(value, separators=(",", ":"))))
        value = {"order": value["order"], "customer": value["customer"].upper()}
        history.append(("Exited", json.dumps(value, separators=(",", ":"))))
    return history


def large_payload(value: Any, length: int, changing: bool) -> History:
    history: History = []
    for _ in range(length):
        history.append(("Entered", json.dumps(value, separators=(",", ":"))))
        if changing:
            value = {**value, "last": {"ok": True}}
        history.append(("Exited", json.dumps(value, separators=(",", ":"))))
    return history

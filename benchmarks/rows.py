"""The rows: what is measured, how many units of work one call does, and the floor beside it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

from asl import StateMachine
from asl.history import history
from benchmarks import floor, machines

if TYPE_CHECKING:
    from collections.abc import Callable

    from benchmarks.machines import Machine


class Row(NamedTuple):
    """One row of the table. ``ours`` and ``floor`` do the same work, ``units`` of it; peers run ``machine``."""

    name: str
    unit: str
    units: int
    ours: Callable[[], Any]
    floor: Callable[[], Any]
    machine: Machine | None = None


def _row(name: str, unit: str, units: int, machine: Machine, by_hand: Callable[..., Any], *arguments: Any) -> Row:
    compiled, value, handlers = StateMachine(machine.definition), machine.input, machine.handlers
    status = compiled.run(value, handlers=handlers).status
    assert status == "SUCCEEDED", f"{name}: {status}"
    return Row(
        name,
        unit,
        units,
        lambda: compiled.run(value, handlers=handlers),
        lambda: by_hand(value, *arguments),
        machine,
    )


def one_state() -> Row:
    return _row("W1 one Pass state", "execution", 1, machines.one_state(), floor.one_pass)


def pass_chain(length: int = 100) -> Row:
    machine = machines.pass_chain(length)
    return _row("W2 100 Pass, Parameters + ResultPath", "state", length, machine, floor.pass_chain, length)


def counting_loop(until: int = 1000) -> Row:
    machine = machines.counting_loop(until)
    return _row("W3 loop of Choice + MathAdd to 1,000", "round", until, machine, floor.counting_loop, until)


def map_items(length: int = 1000) -> Row:
    return _row("W4 Map over 1,000 items", "item", length, machines.map_items(length), floor.map_items)


def parallel(branches: int = 10, length: int = 10) -> Row:
    machine = machines.parallel(branches, length)
    states = branches * length
    return _row("W4 Parallel of 10 x 10 Pass", "state", states, machine, floor.parallel, branches, length)


def tasks(length: int = 100) -> Row:
    machine = machines.tasks(length)
    assert machine.handlers is not None
    return _row("W5 100 Lambda tasks", "task", length, machine, floor.tasks, length, machine.handlers["count"])


def jsonata_chain(length: int = 100) -> Row:
    machine = machines.jsonata_chain(length)
    return _row("W6 100 JSONata Pass", "state", length, machine, floor.jsonata_chain, length)


def large_changing(length: int = 100) -> Row:
    machine = machines.large_payload(length, changing=True)
    return _row("W7 100 Pass with 200 KB, one change each", "state", length, machine, floor.large_payload, length, True)


def large_unchanged(length: int = 100) -> Row:
    machine = machines.large_payload(length, changing=False)
    return _row("W7 100 Pass with 200 KB, unchanged", "state", length, machine, floor.large_payload, length, False)


def reading_history(events: int = 25_000) -> Row:
    """W9: compact events to AWS's shape, beside reading the same from JSON text."""
    machine = machines.counting_loop(1_000_000)  # ended by AWS's limit of 25,000 events
    log = StateMachine(machine.definition).run(machine.input).events
    assert len(log) == events
    text = json.dumps(history(log), separators=(",", ":"))
    return Row("W9 history of 25,000 events", "event", events, lambda: history(log), lambda: json.loads(text))


ROWS: dict[str, Callable[[], Row]] = {
    "one": one_state,
    "chain": pass_chain,
    "loop": counting_loop,
    "map": map_items,
    "parallel": parallel,
    "tasks": tasks,
    "jsonata": jsonata_chain,
    "large": large_changing,
    "unchanged": large_unchanged,
    "history": reading_history,
}

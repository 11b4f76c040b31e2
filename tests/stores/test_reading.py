"""Listings, events and notes: what is asked for comes, in order, in pieces as large as one likes."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, Any

import pytest

from asl.stores.base import FAILED, RUNNING, SUCCEEDED, LogLine
from asl.stores.base import ExpressEnd as Over
from tests.stores.builders import NOW, add, end, event, execution, holding, next_turn, start

if TYPE_CHECKING:
    from asl.stores.base import Store

#: Lengths of the turns of one execution: its events run over their borders.
TURNS = (3, 1, 4, 2)


@pytest.fixture
def told(store: Store) -> Store:
    """Ten events in four turns, with notes between them, one turn without events among them."""
    first = 1
    for number, length in enumerate(TURNS):
        events = [event(first + each) for each in range(length)]
        notes = [(first, NOW, 0, "retry", number)] if number else []
        if number == 0:
            add(store, start(1, events=events), start(2, events=events))
        else:
            add(store, next_turn(holding(store), first=first, events=events, notes=notes, foreign=True))
        first += length
    add(store, next_turn(holding(store), first=first, events=(), notes=[(first - 1, NOW, 0, "catch")], foreign=True))
    add(store, next_turn(holding(store), first=first, events=[event(first)], foreign=True))
    return store


@pytest.mark.parametrize("backwards", [False, True])
def test_events_by_pieces(told: Store, backwards: bool) -> None:
    for first, limit in product(range(14), (None, 0, 1, 2, 5, 100)):
        numbers = range(min(first, 11), 0, -1) if backwards else range(max(first, 1), 12)
        wanted = [(number, event(number)) for number in numbers][:limit]
        assert told.events(1, first=first, limit=limit, backwards=backwards) == wanted


def test_events_of_others_stay_out(told: Store) -> None:
    assert len(told.events(2)) == 3
    assert told.events(3) == []
    assert all(type(each) is tuple for _, each in told.events(1))


def test_notes(told: Store) -> None:
    assert [(note[0], *note[3:]) for note in told.notes(1)] == [
        (4, "retry", 1),
        (5, "retry", 2),
        (9, "retry", 3),
        (10, "catch"),
    ]
    assert told.notes(2) == told.notes(3) == []


def many() -> list[Any]:
    """Executions of two machines, some over, with versions and aliases, and Express ones."""
    starts = []
    for number in range(1, 25):
        of: dict[str, Any] = {"machine": "ab"[number % 2], "express": number % 8 == 0}
        if number % 3 == 0:
            of |= {"version_arn": f"version {number % 2}", "alias_arn": "alias" if number % 4 else None}
        status = [RUNNING, SUCCEEDED, FAILED][number % 3]
        ending = None if status == RUNNING or of["express"] else end(status, output="[]", error="E", cause="C")
        starts.append(start(number, of=of, end=ending))
    return starts


FILTERS = {
    "machine": [None, "a", "b", "none"],
    "status": [None, RUNNING, SUCCEEDED, "none"],
    "version_arn": [None, "version 0", "none"],
    "alias_arn": [None, "alias", "none"],
}


def test_listings(store: Store) -> None:
    add(store, *many())
    everything = [store.execution_of(number) for number in range(24, 0, -1)]
    short = [
        each._replace(input=None, output=None, cause=None)
        for each in everything
        if each is not None and not each.express
    ]
    for values in product(*FILTERS.values()):
        filters: dict[str, Any] = dict(zip(FILTERS, values, strict=True))
        wanted = [
            each
            for each in short
            if all(value is None or getattr(each, name) == value for name, value in filters.items())
        ]
        assert store.executions(**filters) == wanted
        pages, before = [], None
        while page := store.executions(**filters, before=before, limit=3):
            assert len(page) <= 3
            pages += page
            before = page[-1].id
        assert pages == wanted


def test_asking_for_names_that_cannot_be(store: Store) -> None:
    for text in ("\ud800", "\0", ""):
        assert store.executions(text) == store.executions(status=text) == store.executions(version_arn=text) == []
        assert list(store.open_executions(text)) == store.log(text) == store.documents(text) == []
        assert store.execution(text) is store.document(text, text) is store.definition(text) is None
        assert store.take_activity(text, None) is None


def test_open_executions(store: Store) -> None:
    add(store, *many())
    running = [each.execution.id for each in many() if each.turn.end is None]
    assert list(store.open_executions()) == running
    assert list(store.open_executions("a")) == [number for number in running if number % 2 == 0]
    assert list(store.open_executions("none")) == []


def test_ids_go_back_in_the_order_asked_for(store: Store) -> None:
    add(store, *[start(number) for number in (1, 2, 3)])
    assert [held.execution.id for held in store.held(iter([3, 9, 1, 3]))] == [3, 1]
    assert store.held([]) == []


def test_of_several_with_one_arn_the_newest_is_told(store: Store) -> None:
    of = {"express": True, "arn": "arn"}
    add(store, start(5, of=of), start(2, of=of), start(3, of={"arn": "arn", "status": RUNNING}))
    assert store.execution("arn") == execution(5, **of)
    assert store.execution("none") is None
    assert store.execution_of(9) is None


def test_the_log_by_pieces(store: Store) -> None:
    lines = [LogLine("ab"[number % 2], f"arn {number}", NOW + number, "{}") for number in range(10)]
    for number, line in enumerate(lines, 1):
        add(store, start(number, of={"express": True}, events=()), Over(number, 0, [line]))
    wanted = [line for line in lines if line.machine == "a"]
    assert [line for _, line in store.log("a")] == wanted
    found, after = [], 0
    while page := store.log("a", after=after, limit=2):
        found += [line for _, line in page]
        after = page[-1][0]
    assert found == wanted
    assert store.log("none") == []

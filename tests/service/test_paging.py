"""Pages: put together they are the whole list, whatever their size and whatever comes and goes in between."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asl import VirtualClock
from asl.service.paging import page, place, token
from tests.service.bench import Bench, refusal, variant

NOW = 1_000_000
INVALID = ("InvalidToken", "Invalid Token: 'Invalid token'")
LISTS: list[tuple[str, str]] = [
    ("list_state_machines", "stateMachines"),
    ("list_activities", "activities"),
    ("list_state_machine_versions", "stateMachineVersions"),
    ("list_state_machine_aliases", "stateMachineAliases"),
    ("list_executions", "executions"),
    ("get_execution_history", "events"),
]


def walk(entries: list[int], size: int, change: Any = None) -> list[int]:
    params: dict[str, Any] = {"maxResults": size}
    found: list[int] = []
    while True:
        shown, more = page("Op", params, NOW, entries, lambda entry: entry)
        assert len(shown) <= size
        found += shown
        if not more:
            return found
        params["nextToken"] = more["nextToken"]
        if change is not None:
            change(found)


@given(st.sets(st.integers()), st.integers(1, 20))
def test_pages_make_the_whole(entries: set[int], size: int) -> None:
    assert walk(list(entries), size) == sorted(entries)


@given(st.sets(st.integers(), min_size=3), st.integers(1, 5))
def test_what_was_shown_may_go(entries: set[int], size: int) -> None:
    left = set(entries)
    live = list(entries)

    def remove(found: list[int]) -> None:
        left.discard(found[-1])
        live[:] = left

    assert walk(live, size, remove) == sorted(entries)


@pytest.mark.parametrize(
    ("operation", "params", "now"),
    [
        ("Other", {"a": 1}, NOW),
        ("Op", {"a": 2}, NOW),
        ("Op", {"a": 1, "b": None}, NOW),
        ("Op", {"a": 1}, NOW + 24 * 3_600_000),
    ],
)
def test_a_token_is_bound(operation: str, params: dict[str, Any], now: int) -> None:
    given = token("Op", {"a": 1, "maxResults": 3}, NOW, 7)
    assert place("Op", {"a": 1, "maxResults": 9, "nextToken": given}, NOW + 1) == 7
    assert refusal(place, operation, {**params, "nextToken": given}, now) == INVALID


@given(st.text(min_size=1))
def test_any_text_as_a_token(text: str) -> None:
    assert refusal(place, "Op", {"nextToken": text}, NOW) == INVALID


@pytest.mark.parametrize(("operation", "member"), LISTS)
@pytest.mark.parametrize("size", [1, 2, 3, 4, 0])
def test_every_list_comes_in_pages(bench: Bench, operation: str, member: str, size: int) -> None:
    service = bench.service
    arn = bench.machine(variant(0), publish=True)
    for number in range(1, 4):
        bench.machine(name=f"other{number}")
        service.create_activity(name=f"activity{number}")
        service.update_state_machine(
            stateMachineArn=arn, definition=str(variant(number)).replace("'", '"').replace("True", "true"), publish=True
        )
        route = {"stateMachineVersionArn": f"{arn}:1", "weight": 100}
        service.create_state_machine_alias(name=f"alias{number}", routingConfiguration=[route])
        execution = bench.start(arn)
        bench.run()
    params: dict[str, Any] = {}
    if operation == "get_execution_history":
        params["executionArn"] = execution
    elif operation not in ("list_state_machines", "list_activities"):
        params["stateMachineArn"] = arn
    act = getattr(service, operation)
    whole = act(**params)
    assert "nextToken" not in whole
    assert len(whole[member]) >= 3
    found: list[Any] = []
    more: dict[str, Any] = {}
    while True:
        answer = act(**params, **more, maxResults=size)
        found += answer[member]
        assert size == 0 or len(answer[member]) <= size
        if "nextToken" not in answer:
            break
        more = {"nextToken": answer["nextToken"]}
    assert found == whole[member]


def test_tokens_do_not_survive_a_day(bench: Bench) -> None:
    for number in range(2):
        bench.machine(name=f"m{number}")
    more = bench.service.list_state_machines(maxResults=1)["nextToken"]
    assert isinstance(bench.clock, VirtualClock)
    bench.clock.sleep_until(bench.clock.now() + 24 * 3_600_000)
    assert refusal(bench.service.list_state_machines, nextToken=more) == INVALID

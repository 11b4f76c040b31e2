"""Group commit: who comes while others work is served with them, and nobody waits for a leader that has gone."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import cast

import pytest

from asl.errors import StoreError
from asl.stores.group import Group, _Call

Work = Callable[[Sequence[int]], Sequence[int]]


def waiting(group: Group[int, int], count: int) -> None:
    """Come back when so many wait."""
    while len(group._waiting) != count:
        pass


def with_others(work: Work, others: int) -> tuple[Group[int, int], list[Future[int]]]:
    """A group in which 0 leads until ``others`` have come; the outcomes of all."""

    def patient(requests: Sequence[int]) -> Sequence[int]:
        if 0 in requests:
            begun.set()
            waiting(group, others)
        return work(requests)

    begun = threading.Event()
    group: Group[int, int] = Group(patient)
    with ThreadPoolExecutor(others + 1) as pool:
        futures = [pool.submit(group.call, 0)]
        begun.wait()
        futures += [pool.submit(group.call, number) for number in range(1, others + 1)]
    return group, futures


def test_one_alone() -> None:
    group: Group[int, int] = Group(lambda requests: [each + 1 for each in requests])
    assert [group.call(number) for number in range(3)] == [1, 2, 3]


def test_those_who_come_meanwhile_are_served_together() -> None:
    groups: list[Sequence[int]] = []

    def work(requests: Sequence[int]) -> Sequence[int]:
        groups.append(requests)
        return [each * 10 for each in requests]

    _, futures = with_others(work, 5)
    assert [future.result() for future in futures] == [0, 10, 20, 30, 40, 50]
    assert [len(group) for group in groups] == [1, 5]


def test_an_error_is_everybody_s_and_the_next_group_goes_on() -> None:
    def work(requests: Sequence[int]) -> Sequence[int]:
        if len(requests) > 1:
            raise StoreError("full")
        return requests

    group, futures = with_others(work, 3)
    assert futures[0].result() == 0
    assert [str(future.exception()) for future in futures[1:]] == ["full"] * 3
    assert group.call(7) == 7


def test_an_interrupted_leader_leaves_nobody_waiting() -> None:
    def work(requests: Sequence[int]) -> Sequence[int]:
        if len(requests) > 1:
            raise KeyboardInterrupt
        return requests

    group, futures = with_others(work, 3)
    problems = [type(future.exception()) for future in futures[1:]]
    assert sorted(problems, key=str) == sorted([KeyboardInterrupt, StoreError, StoreError], key=str)
    assert group.call(7) == 7


class Interrupted(BaseException):
    """By Ctrl-C, say."""


class Bell:
    """The bell of one who is interrupted as soon as it waits for it."""

    def acquire(self) -> None:
        raise Interrupted


def test_who_is_interrupted_while_waiting_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[int] = []
    begun, go_on = threading.Event(), threading.Event()

    def work(requests: Sequence[int]) -> Sequence[int]:
        if 0 in requests:
            begun.set()
            go_on.wait()
        done.extend(requests)
        return requests

    class Impatient(_Call[int, int]):
        def __init__(self, request: int) -> None:
            super().__init__(request)
            self.bell = cast("threading.Lock", Bell())

    group: Group[int, int] = Group(work)
    leader = threading.Thread(target=group.call, args=(0,))
    leader.start()
    begun.wait()
    with monkeypatch.context() as patch:
        patch.setattr("asl.stores.group._Call", Impatient)
        with pytest.raises(Interrupted):
            group.call(1)
    go_on.set()
    leader.join()
    assert group.call(2) == 2
    assert done == [0, 2]

"""Group commit: who comes while others work is served with them, and nobody waits for a leader that has gone."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor

import pytest

from asl.errors import StoreError
from asl.stores.group import Group

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
    """By a signal."""


def test_who_is_interrupted_while_waiting_is_left_out() -> None:
    done: list[int] = []
    interrupted: list[bool] = []

    def work(requests: Sequence[int]) -> Sequence[int]:
        if 0 in requests:
            begun.set()
            waiting(group, 1)
            while group._waiting:  # a signal just before the wait for the bell begins doesn't end that
                signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGUSR1)
        done.extend(requests)
        return requests

    def interrupt(*_: object) -> None:
        if not interrupted:
            interrupted.append(True)
            raise Interrupted

    begun = threading.Event()
    group: Group[int, int] = Group(work)
    before = signal.signal(signal.SIGUSR1, interrupt)
    leader = threading.Thread(target=group.call, args=(0,))
    try:
        leader.start()
        begun.wait()
        with pytest.raises(Interrupted):
            group.call(1)
    finally:
        leader.join()  # it may send one signal more
        signal.signal(signal.SIGUSR1, before)
    assert group.call(2) == 2
    assert done == [0, 2]

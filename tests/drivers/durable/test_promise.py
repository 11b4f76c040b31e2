"""What the engine tells once."""

from __future__ import annotations

from concurrent.futures import CancelledError, ThreadPoolExecutor
from threading import Barrier
from typing import TYPE_CHECKING, Any

import pytest

from asl.drivers.durable.promise import Promise

if TYPE_CHECKING:
    from collections.abc import Callable

ENDS: list[Callable[[Promise[int]], None]] = [
    lambda promise: promise.set_result(7),
    lambda promise: promise.set_exception(KeyError("no")),
    lambda promise: promise.cancel(),
]


def outcome(promise: Promise[int]) -> Any:
    try:
        return promise.result(30)
    except (KeyError, CancelledError) as problem:
        return type(problem)


@pytest.mark.parametrize(("end", "found"), list(zip(ENDS, [7, KeyError, CancelledError], strict=True)))
def test_what_was_promised_comes_to_all_who_wait(end: Callable[[Promise[int]], None], found: Any) -> None:
    promise: Promise[int] = Promise()
    assert not promise.done()
    ready, told = Barrier(4), []

    def wait() -> Any:
        ready.wait(30)
        return outcome(promise)

    promise.add_done_callback(told.append)
    with ThreadPoolExecutor(3) as pool:
        waiting = [pool.submit(wait) for _ in range(3)]
        ready.wait(30)
        end(promise)
        assert [one.result() for one in waiting] == [found] * 3
    assert promise.done()
    assert promise.cancelled() is (found is CancelledError)
    assert outcome(promise) == found
    promise.add_done_callback(told.append)
    assert told == [promise, promise]


def test_nobody_waits_longer_than_he_wants() -> None:
    promise: Promise[int] = Promise()
    with pytest.raises(TimeoutError):
        promise.result(0)
    promise.set_result(1)
    assert promise.result(0) == 1
    assert promise.exception(0) is None


@pytest.mark.parametrize("end", ENDS)
def test_a_promise_is_done_once(end: Callable[[Promise[int]], None]) -> None:
    promise: Promise[int] = Promise()
    promise.set_result(1)
    with pytest.raises(AssertionError, match="once"):
        end(promise)
    assert promise.result() == 1

"""How handlers are called: inline, on threads, on an event loop."""

from __future__ import annotations

import asyncio
from queue import SimpleQueue
from threading import Event, get_ident
from typing import TYPE_CHECKING, Any, cast

import pytest

from asl import HandlerError, TaskError, VirtualClock
from asl.drivers.durable.runners import Inline, Job, Pool, Spell
from asl.kernel.outcome import Failure, Value
from asl.tasks.call import Reply

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from asl.drivers.durable.runners import Runner
    from asl.tasks.call import Call


class OneCall:
    """What a runner needs of a call."""

    def __init__(self, handler: Callable[..., Any]) -> None:
        self.handler = handler
        self.is_async = asyncio.iscoroutinefunction(handler)

    def answer(self, result: Any, now: int) -> Reply:
        return Reply(Value(result))

    def error(self, error: BaseException) -> Reply:
        return Reply(Failure(type(error).__name__, str(error)))


Replies = SimpleQueue[tuple[Any, Reply, int | None]]


def job(key: Any, handler: Callable[..., Any], replies: Replies, *arguments: Any) -> Job:
    spell = Spell(VirtualClock(0), 0, lambda *_: None, lambda *_: None)
    done = lambda key, reply, ended: replies.put((key, reply, ended))  # noqa: E731
    return Job(key, cast("Call", OneCall(handler)), arguments or (key,), 0, spell, done)


@pytest.fixture(params=["inline", "pool"])
def runner(request: pytest.FixtureRequest) -> Iterator[Runner]:
    made: Runner = Inline() if request.param == "inline" else Pool(4)
    yield made
    made.close()


async def later(event: Any) -> Any:
    await asyncio.sleep(0)
    return [event]


async def broken(event: Any) -> Any:
    raise TaskError("E", "why")


def fails(event: Any) -> Any:
    raise ValueError(event)


def leaves(event: Any) -> Any:
    raise SystemExit(3)


@pytest.mark.parametrize(
    ("handler", "outcome"),
    [
        (lambda event: event, Value("k")),
        (fails, Failure("ValueError", "k")),
        (leaves, Failure("SystemExit", "3")),
        (later, Value(["k"])),
        (broken, Failure("TaskError", "E: why")),
    ],
)
def test_a_reply_for_each_call(runner: Runner, handler: Any, outcome: Any) -> None:
    replies: Replies = SimpleQueue()
    runner.run(job("k", handler, replies))
    assert replies.get(timeout=30) == ("k", Reply(outcome), 0)


def test_modelled_time_is_told() -> None:
    replies: Replies = SimpleQueue()
    spell = Spell(VirtualClock(1_000), 1_000, lambda *_: None, lambda *_: None)
    done = lambda key, reply, ended: replies.put((key, reply, ended))  # noqa: E731
    Inline().run(Job("k", cast("Call", OneCall(lambda given: given.sleep(2.5))), (spell,), 1_000, spell, done))
    assert replies.get_nowait()[2] == 3_500


def test_a_pool_grows_when_work_is_left_lying() -> None:
    pool, replies, gate = Pool(3), SimpleQueue[Any](), Event()
    for key in range(5):
        pool.run(job(key, lambda _: gate.wait(30) and get_ident(), replies))
    while pool.has_work and len(pool._threads) < 3:
        pool.nudge()
    assert len(pool._threads) == 3  # and no more
    pool.nudge()
    assert len(pool._threads) == 3
    gate.set()
    found = {replies.get(timeout=30)[0] for _ in range(5)}
    assert found == set(range(5))
    pool.close()


def test_a_quick_pool_stays_small() -> None:
    pool, replies = Pool(8), SimpleQueue[Any]()
    for key in range(50):
        pool.run(job(key, lambda event: event, replies))
        replies.get(timeout=30)
        pool.nudge()
    assert len(pool._threads) == 1
    pool.close()


def test_an_async_handler_is_cancelled() -> None:
    pool, replies, begun = Pool(1), SimpleQueue[Any](), Event()

    async def waits(event: Any) -> Any:
        begun.set()
        await asyncio.Event().wait()

    pool.run(job("k", waits, replies))
    assert begun.wait(30)
    pool.cancel("k")
    key, reply, _ = replies.get(timeout=30)
    assert key == "k"
    assert reply.outcome == Failure("CancelledError", "")
    pool.close()


def test_a_pool_without_threads_is_refused() -> None:
    with pytest.raises(HandlerError, match="at least one thread"):
        Pool(0)

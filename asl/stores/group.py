"""Group commit: what several threads ask for at the same time is done by one of them, together.

Whoever finds nobody at work leads: it takes everything that waits, does it, and hands the answers out. What comes in
meanwhile waits and makes the next group, led by the first of those who wait. So a disk that needs a millisecond to make
a transaction durable still serves thousands of them a second.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Generic, TypeVar

from asl.errors import StoreError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

Request = TypeVar("Request")
Answer = TypeVar("Answer")


class _Call(Generic[Request, Answer]):
    """One caller and what became of its request."""

    __slots__ = ("answer", "bell", "done", "leads", "problem", "request")

    def __init__(self, request: Request) -> None:
        self.request = request
        self.answer: Answer | None = None
        self.problem: BaseException | None = None
        self.done = False
        self.leads = False
        self.bell = threading.Lock()
        self.bell.acquire()


class Group(Generic[Request, Answer]):
    """``work`` gets the requests of one group and answers each, in order. When it raises, all of them get that."""

    def __init__(self, work: Callable[[Sequence[Request]], Sequence[Answer]]) -> None:
        self._work = work
        self._mutex = threading.Lock()
        self._waiting: list[_Call[Request, Answer]] = []
        self._led = False  # somebody leads, or has been asked to

    def call(self, request: Request) -> Answer:
        """Have it done, alone or with others; returns when it is."""
        call: _Call[Request, Answer] = _Call(request)
        try:
            with self._mutex:
                self._waiting.append(call)
                if not self._led:
                    self._led = call.leads = True
            if not call.leads:
                call.bell.acquire()
            if not call.done:
                self._lead(call)
        except BaseException:  # Ctrl-C, mostly: nobody may wait for a leader that has gone
            self._abandon(call)
            raise
        if call.problem is not None:
            raise call.problem
        return call.answer  # type: ignore[return-value]  # it is done, and there was no problem

    def _lead(self, leader: _Call[Request, Answer]) -> None:
        group: list[_Call[Request, Answer]] = []
        try:
            with self._mutex:
                group, self._waiting = self._waiting, []
            answers = self._work([call.request for call in group])
            for call, answer in zip(group, answers, strict=True):
                call.answer = answer
        except Exception as problem:  # noqa: BLE001 - everybody gets it
            for call in group:
                call.problem = problem
        except BaseException:
            for call in group:
                call.problem = StoreError("the commit was interrupted; nobody knows whether it was written")
            raise
        finally:
            for call in group:
                call.done = True
                if call is not leader:
                    call.bell.release()
            with self._mutex:
                self._pass_on()

    def _abandon(self, call: _Call[Request, Answer]) -> None:
        with self._mutex:
            if call in self._waiting:
                self._waiting.remove(call)
            if call.leads and not call.done:
                self._pass_on()

    def _pass_on(self) -> None:
        """With the mutex held: the first of those who wait leads next."""
        self._led = bool(self._waiting)
        if self._led:
            self._waiting[0].leads = True
            self._waiting[0].bell.release()

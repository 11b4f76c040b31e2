"""The calls of handlers that stored turns ask for, and the ways in which handlers are heard: their replies, their
heartbeats, their answers for other tasks.

Handlers are at work in other threads. What they say is posted to the engine's mailbox.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from asl.drivers.durable.answers import answer_data
from asl.drivers.durable.runners import Job, Spell
from asl.kernel import tokens
from asl.stores.base import ANSWER, HEARTBEAT, Message

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from asl.drivers.clock import Clock
    from asl.drivers.durable.entry import Entry
    from asl.drivers.durable.memory import Act, Memory
    from asl.drivers.durable.runners import Runner
    from asl.kernel.outcome import Outcome
    from asl.stores.base import Store
    from asl.tasks.call import Call, Reply


class Calls:
    """See the module. For its entries it is the ``Hands``; ``nudge`` makes the engine look at the store."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        runner: Runner,
        memory: Memory,
        post: Callable[[Act], None],
        nudge: Callable[[], None],
    ) -> None:
        self._store = store
        self._clock = clock
        self._runner = runner
        self._memory = memory
        self._post = post
        self._nudge = nudge
        self.running = 0  # calls under way
        self.promised = 0  # and those that this round's turns ask for
        self._hungry: dict[int, Entry] = {}  # entries with tasks that wait for a free hand

    # -- for its entries -----------------------------------------------------------------------------------------------

    def free(self, call: Call) -> bool:
        """Whether this handler may be called. A quick call takes no thread, and waits for its turn."""
        if self._runner.is_quick(call.handler):
            return True
        if self.running + self.promised >= self._runner.limit:
            return False
        self.promised += 1
        return True

    def at(self, entry: Entry, moment: int, act: Callable[..., Any], *arguments: Any) -> None:
        """Let something happen to an entry's core at a moment."""
        memory = self._memory
        memory.at(moment, lambda now: memory.input(entry, lambda when: act(*arguments, when), now))

    def cancel(self, entry: Entry, call: Call) -> None:
        """Nobody waits for this call any more."""
        self._runner.cancel((entry, call))

    # -- making them ---------------------------------------------------------------------------------------------------

    def let_out(self, entry: Entry, calls: Iterable[Call], now: int) -> None:
        """Make the calls that a stored turn asks for."""
        for call in calls:
            self.running += 1
            spell: Spell | None = None
            arguments: tuple[Any, ...] = (call.event,)
            if call.wants_context:
                spell = Spell(self._clock, now, self._beats(entry, call), self._answers)
                arguments = (call.event, call.context(spell))
            self._runner.run(Job((entry, call), call, arguments, now, spell, self._returned))

    def feed_later(self, entry: Entry) -> None:
        """This one has tasks that wait for a free hand."""
        self._hungry[entry.execution.id] = entry

    # -- what comes back -----------------------------------------------------------------------------------------------

    def _returned(self, key: tuple[Entry, Call], reply: Reply, ended: int | None) -> None:
        """A handler has returned; from any thread."""
        self._post(partial(self.answered, key, reply, ended))

    def answered(self, key: tuple[Entry, Call], reply: Reply, ended: int | None, now: int) -> None:
        """The same, in the engine's thread."""
        entry, call = key
        self.running -= 1
        if self._hungry:
            _, hungry = self._hungry.popitem()
            self._memory.input(hungry, lambda _: None, now)
        self._memory.input_at(entry, partial(entry.reply, call, reply), ended, now)

    def _beats(self, entry: Entry, call: Call) -> Callable[[str | None, int], None]:
        key = call.invoke.frame, call.invoke.wait

        def beat(token: str | None, moment: int) -> None:
            if token is None:
                self._post(partial(self._memory.input_at, entry, partial(entry.beat, *key), moment))
            else:
                self._send(token, HEARTBEAT, "null")

        return beat

    def _answers(self, token: str, outcome: Outcome) -> None:
        self._send(token, ANSWER, answer_data(outcome))

    def _send(self, token: str, kind: str, data: str) -> None:
        """A handler answers for another task. A token that nobody waits with is ignored, as the handler was told."""
        place = tokens.read(token)
        if place is None or not place.address.isdecimal():
            return
        execution = self._store.execution_of(int(place.address))
        if execution is not None and tokens.make(execution.seed, place) == token:
            self._store.commit([Message(execution.id, kind, place.frame, place.wait, data)])
            self._nudge()

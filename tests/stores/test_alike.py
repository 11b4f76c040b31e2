"""The memory store and the SQLite store answer alike, whatever is asked of them in whatever order."""

from __future__ import annotations

import tempfile
from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from asl.stores.base import (
    ABORTED,
    ANSWER,
    DELETED,
    FAILED,
    HEARTBEAT,
    RUNNING,
    STARTED,
    STOP,
    SUCCEEDED,
    ActivityTask,
    ExpressEnd,
    Held,
    LogLine,
    Message,
    Needs,
    Reopening,
    Turn,
)
from asl.stores.memory import MemoryStore
from asl.stores.rules import FRESH
from asl.stores.sqlite import SQLiteStore
from tests.stores.builders import Time, end, event, findings, frame, start, turn

if TYPE_CHECKING:
    from collections.abc import Callable

    from asl.stores.base import Store, Write

NUMBERS = range(1, 7)
FRAMES = "0ab"
DEFINITIONS = ("one", "two")

#: A finding of the SQLite store's for which these turns give reason: they let go without having read everything.
LEFT_ALONE = "has an unread message, no owner, and is not due"

number = st.sampled_from(NUMBERS)
documents = st.sampled_from("pq")
name = st.sampled_from(FRAMES)
wait = st.integers(0, 2)
text = st.sampled_from(["{}", "[1]", '"é"', '"\ud800"', ""])
frames = st.lists(st.builds(frame, name, wait, text, st.none() | text), max_size=3, unique_by=lambda row: row.frame)
messages = st.builds(
    Message, number, st.sampled_from([ANSWER, ANSWER, HEARTBEAT, STARTED, STOP, DELETED]), name, wait, text
)
tokens = st.sampled_from(["t1", "t2"])
maybe_due = st.none() | st.integers(0, 60)
ends = (
    st.none()
    | st.none()
    | st.builds(
        end, st.sampled_from([SUCCEEDED, FAILED, ABORTED]), st.integers(0, 60), keeps_frames=st.booleans(), output=text
    )
)
log = st.lists(st.builds(LogLine, st.sampled_from("mn"), text, st.integers(0, 60), text), max_size=2)


def activities(execution: int) -> st.SearchStrategy[list[ActivityTask]]:
    task = st.builds(ActivityTask, st.sampled_from(["act", "other"]), st.just(execution), name, wait, text, text)
    return st.lists(task, max_size=2)


def plain(held: Held) -> Any:
    """Without what may differ: the order of frames, and the ids of messages."""
    return held._replace(frames=sorted(held.frames), messages=[message._replace(id=0) for message in held.messages])


class Alike(RuleBasedStateMachine):
    """Does everything twice."""

    def __init__(self) -> None:
        super().__init__()
        self.clock = Time()
        self.clock.moment = 0
        self.folder = tempfile.TemporaryDirectory()
        self.memory = MemoryStore(self.clock)
        self.sqlite = SQLiteStore(f"{self.folder.name}/a.db", synchronous="NORMAL", clock=self.clock)
        self.workers = [0]
        self.revision: int | None = None

    def teardown(self) -> None:
        self.sqlite.close()
        self.folder.cleanup()

    def both(self, ask: Callable[[Store], Any]) -> Any:
        """Ask both, and compare."""
        one, two = ask(self.memory), ask(self.sqlite)
        assert one == two
        return one

    @initialize()
    def begin(self) -> None:
        self.both(lambda store: [store.put_definition(digest, digest) for digest in DEFINITIONS])
        self.register()

    # -- writes --------------------------------------------------------------------------------------------------------

    @rule(data=st.data(), count=st.integers(1, 4))
    def commit(self, data: st.DataObject, count: int) -> None:
        makers = [
            data.draw(st.sampled_from([self.turn, self.turn, self.start, self.message, self.express_end]))(data)
            for _ in range(count)
        ]
        self.both(lambda store: store.commit([make(store) for make in makers]))

    @rule(data=st.data())
    def advance(self, data: st.DataObject) -> None:
        """Mostly a turn that is not refused."""
        make = self.turn(data)
        self.both(lambda store: store.commit([make(store)]))

    def start(self, data: st.DataObject) -> Callable[[Store], Write]:
        execution = data.draw(number)
        express = data.draw(st.integers(0, 4)) == 0
        of = {
            "name": data.draw(st.sampled_from("xyz")),
            "machine": data.draw(st.sampled_from("mn")),
            "express": express,
            "definition": data.draw(st.sampled_from(DEFINITIONS)),
            "parent": data.draw(st.none() | tokens),
            "version_arn": data.draw(st.none() | st.just("v")),
        }
        owner = data.draw(st.none() | st.sampled_from(self.workers))
        changes: dict[str, Any] = {"fence": data.draw(st.integers(0, 2)), "owner": owner, "due": data.draw(maybe_due)}
        if express:
            changes |= {"events": (), "end": None}
        else:
            changes |= self.contents(data, execution, 1)
        made = start(execution, of=of, reusable=data.draw(st.integers(0, 60)), **changes)
        made = made._replace(
            needs=data.draw(st.none() | st.builds(Needs, st.just("kind"), documents, st.integers(1, 4)))
        )
        return lambda store: made

    def turn(self, data: st.DataObject) -> Callable[[Store], Write]:
        execution = data.draw(number)
        held = next(iter(self.memory.held([execution])), None)
        wrong = data.draw(st.integers(0, 9)) == 0
        first = len(self.memory.events(execution)) + 1
        foreign = data.draw(st.booleans())
        contents = self.contents(data, execution, first)
        reads = data.draw(st.integers(0, 2))
        redriven = Reopening(data.draw(st.integers(1, 3)), 5, data.draw(st.none() | text))
        over = held is not None and held.execution.status != RUNNING
        reopening = redriven if over and data.draw(st.booleans()) else None
        owner = data.draw(st.none() | st.sampled_from(self.workers)) if foreign else data.draw(st.booleans())
        due = data.draw(maybe_due)

        def make(store: Store) -> Turn:
            known = next(iter(store.held([execution])), None)
            if known is None or known.execution.express:  # an Express execution takes no turns
                return turn(execution)
            its_owner = owner if foreign else (known.owner if owner else None)
            read = [message.id for message in known.messages[:reads]]
            guards = (known.fence, known.version + wrong, known.wake)
            made = Turn(execution, *guards, its_owner, due, known.core + ".", first, (), read=read)
            return made._replace(**contents, reopening=reopening, foreign=foreign)

        return make

    def contents(self, data: st.DataObject, execution: int, first: int) -> dict[str, Any]:
        count = data.draw(st.integers(0, 3))
        return {
            "first": first,
            "events": [event(each) for each in range(first, first + count)],
            "notes": data.draw(st.sampled_from([(), [(first, "note")]])),
            "frames": data.draw(frames),
            "gone": data.draw(st.sets(name, max_size=1)),
            "queued": data.draw(activities(execution)),
            "unqueued": data.draw(st.lists(st.tuples(name, wait), max_size=1)),
            "messages": data.draw(st.lists(messages, max_size=2)),
            "stops": data.draw(st.lists(tokens, max_size=1)),
            "end": data.draw(ends),
        }

    def message(self, data: st.DataObject) -> Callable[[Store], Write]:
        made = data.draw(messages)
        return lambda store: made

    def express_end(self, data: st.DataObject) -> Callable[[Store], Write]:
        execution, right, lines = data.draw(number), data.draw(st.booleans()), data.draw(log)

        def make(store: Store) -> ExpressEnd:
            held = next(iter(store.held([execution])), None)
            return ExpressEnd(execution, held.fence if held and right else 0, lines)

        return make

    # -- workers, activities, documents --------------------------------------------------------------------------------

    @rule()
    def register(self) -> None:
        self.workers.append(self.both(lambda store: store.register("host", 1, 10)).id)

    @rule(data=st.data())
    def bury(self, data: st.DataObject) -> None:
        worker = data.draw(st.sampled_from(self.workers))
        self.both(lambda store: store.bury(worker))
        self.both(lambda store: store.beat(worker, 5))

    @rule(data=st.data(), limit=st.integers(0, 3), unable=st.sets(st.sampled_from(DEFINITIONS) | number))
    def claim(self, data: st.DataObject, limit: int, unable: set[str | int]) -> None:
        worker = data.draw(st.sampled_from(self.workers))
        self.both(lambda store: store.next_due(unable=unable))
        self.both(lambda store: [plain(held) for held in store.claim(worker, limit, unable=unable)])

    @rule(data=st.data(), ids=st.lists(number, max_size=3))
    def release(self, data: st.DataObject, ids: list[int]) -> None:
        worker = data.draw(st.sampled_from(self.workers))
        self.both(lambda store: store.release(worker, ids))

    @rule(activity=st.sampled_from(["act", "other"]), worker_name=st.none() | text)
    def take_activity(self, activity: str, worker_name: str | None) -> None:
        self.both(lambda store: store.take_activity(activity, worker_name))

    @rule(document=documents, right=st.booleans(), remove=st.booleans(), body=st.sampled_from(DEFINITIONS))
    def change_document(self, document: str, right: bool, remove: bool, body: str) -> None:
        found = self.both(lambda store: store.document("kind", document))
        revision = found.revision if found and right else None
        if remove:
            self.both(lambda store: store.delete_document("kind", document, revision or 1))
        else:
            self.both(lambda store: store.put_document("kind", document, [body], revision))

    # -- time and housekeeping -----------------------------------------------------------------------------------------

    @rule(step=st.integers(1, 20) | st.just(FRESH))
    def wait(self, step: int) -> None:
        self.clock.moment += step

    @rule(before=st.integers(0, 60), machine=st.none() | st.sampled_from("mn"), far=st.booleans())
    def purge(self, before: int, machine: str | None, far: bool) -> None:
        before += self.clock.moment if far else 0
        self.both(lambda store: store.purge(before, machine=machine))
        for digest in DEFINITIONS:
            self.both(lambda store, digest=digest: store.definition(digest))  # type: ignore[misc]
            self.both(lambda store, digest=digest: store.put_definition(digest, digest))  # type: ignore[misc]

    @precondition(lambda self: self.clock.moment % 3 == 0)
    @rule()
    def reopen(self) -> None:
        self.sqlite.close()
        self.sqlite = SQLiteStore(f"{self.folder.name}/a.db", synchronous="NORMAL", clock=self.clock)

    # -- what is there -------------------------------------------------------------------------------------------------

    @invariant()
    def all_is_alike(self) -> None:
        both = self.both
        both(lambda store: [plain(held) for held in store.held(NUMBERS)])
        both(lambda store: [store.events(each) for each in NUMBERS])
        both(lambda store: [store.notes(each) for each in NUMBERS])
        both(lambda store: store.executions())
        both(lambda store: store.executions("m", status=RUNNING))
        both(lambda store: store.executions("n"))
        both(lambda store: store.executions(version_arn="v"))
        both(lambda store: [store.execution(f"arn:{machine}:{each}") for machine in "mn" for each in "xyz"])
        both(lambda store: list(store.open_executions()))
        both(lambda store: store.workers())
        both(lambda store: [store.attention(worker) for worker in self.workers])
        both(lambda store: store.next_due())
        both(lambda store: store.documents("kind"))
        both(lambda store: [[line for _, line in store.log(machine)] for machine in "mn"])

    @invariant()
    def nothing_is_amiss(self) -> None:
        found = self.memory, self.sqlite
        assert [finding for store in found for finding in findings(store) if not finding.endswith(LEFT_ALONE)] == []


TestAlike = Alike.TestCase

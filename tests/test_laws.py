"""Laws that hold for every machine: how histories end and hang together, and that neither the driver, nor saving and
loading between two steps, nor taking turns changes them."""

from __future__ import annotations

import asyncio
import json
from collections import deque
from heapq import heappop, heappush
from itertools import count
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import pytest
from hypothesis import given

from asl import Execution, StateMachine, VirtualClock, jsontext
from asl.drivers.callbacks import Callbacks
from asl.drivers.patience import give_up
from asl.drivers.spell import Spell
from asl.jsontext import decode
from asl.kernel import snapshot
from asl.kernel.commands import Cancel, Invoke, Sleep
from asl.kernel.core import Core
from asl.kernel.frame import dump
from asl.kernel.tokens import waiting_with
from asl.kernel.turns import take_turn
from asl.states import base
from asl.tasks.call import Call
from tests.strategies import INPUT, handlers, machines, work, work_async

if TYPE_CHECKING:
    from collections.abc import Callable

    from asl.kernel.events import Event, Note
    from asl.kernel.turns import Turn

ENDS = {"ExecutionSucceeded", "ExecutionFailed", "ExecutionTimedOut", "ExecutionAborted"}


def run(definition: dict[str, Any], seed: str = "s") -> Execution:
    return StateMachine(definition).run(INPUT, handlers=handlers(work), clock="virtual", seed=seed)


# -- how a history looks -----------------------------------------------------------------------------------------------

FAILURES = {f"{family}{end}" for family in ("LambdaFunction", "Activity", "Task") for end in ("Failed", "TimedOut")} | {
    "FailStateEntered",
    "ParallelStateFailed",
    "MapStateFailed",
}
EXITS = {f"{kind}StateExited" for kind in ("Pass", "Task", "Choice", "Wait", "Succeed", "Parallel", "Map")}

#: Where a state stands when something of it can't be evaluated: before its work, after it, or after its children. Such
#: an error is one like any other: the state's own Retry and Catch are asked, then the Parallel or Map that it is in.
EVALUATED = {
    *EXITS,
    *(f"{kind}StateEntered" for kind in ("Pass", "Choice", "Wait", "Task", "Parallel", "Map")),
    *(f"{family}Succeeded" for family in ("LambdaFunction", "Activity", "Task", "MapIteration")),
    "MapStateStarted",  # of a Map without items
}
CAUSES = FAILURES | EVALUATED

#: what may stand before an event, by its link
PREDECESSORS: dict[str, set[str]] = {
    **{kind.replace("Exited", "Entered"): {*EXITS, "ParallelStateStarted", "MapIterationStarted"} for kind in EXITS},
    "FailStateEntered": {*EXITS, "ParallelStateStarted", "MapIterationStarted"},
    **{f"{kind}StateExited": {f"{kind}StateEntered"} for kind in ("Pass", "Choice", "Wait", "Succeed")},
    "TaskStateExited": {
        f"{family}{end}"
        for family in ("LambdaFunction", "Activity", "Task")
        for end in ("Succeeded", "Failed", "TimedOut")
    },
    "ParallelStateStarted": CAUSES,  # of a retry
    "ParallelStateSucceeded": EXITS,
    "ParallelStateExited": {*EXITS, "ParallelStateFailed"},
    "ParallelStateFailed": CAUSES,
    "MapStateStarted": CAUSES,
    "MapIterationStarted": {"MapStateStarted", *EXITS},
    "MapIterationSucceeded": EXITS,
    "MapStateSucceeded": {"MapIterationSucceeded", "MapStateStarted"},
    "MapStateExited": {"MapIterationSucceeded", "MapStateStarted", "MapStateFailed"},
    "MapStateFailed": CAUSES,
    **dict.fromkeys(("MapIterationFailed", "MapIterationAborted"), CAUSES),
    **dict.fromkeys(("TaskStateAborted", "WaitStateAborted", "ParallelStateAborted", "MapStateAborted"), CAUSES),
    "ExecutionSucceeded": EXITS,
    "ExecutionFailed": CAUSES,
}
_ENDS = ("Succeeded", "Failed", "TimedOut")
for _family in ("LambdaFunction", "Activity", "Task"):
    PREDECESSORS[f"{_family}Scheduled"] = {"TaskStateEntered", *(f"{_family}{_end}" for _end in _ENDS)}
    PREDECESSORS[f"{_family}Started"] = {f"{_family}Scheduled"}
    for _end in _ENDS:
        PREDECESSORS[f"{_family}{_end}"] = {f"{_family}Started", f"{_family}Submitted"}
PREDECESSORS["TaskSubmitted"] = {"TaskStarted"}


def within(kind: str, state: dict[str, Any]) -> dict[str, Any]:
    """The state in a Parallel or Map, with a number for its input."""
    inner = {"StartAt": "In", "States": {"In": {**state, "End": True}}}
    outer = (
        {"Branches": [inner]}
        if kind == "Parallel"
        else {"ItemProcessor": inner, "ItemsPath": "$$.Execution.Input.items"}
    )
    return {"StartAt": "Out", "States": {"Out": {"Type": kind, "InputPath": "$.n", **outer, "End": True}}}


DONE = {"StartAt": "Done", "States": {"Done": {"Type": "Succeed"}}}
RETRY = {"Retry": [{"ErrorEquals": ["States.ALL"], "MaxAttempts": 1}]}

#: No ResultPath can be applied to a number.
UNMERGED = [
    {"Type": "Pass"},
    {"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:123456789012:function:f", **RETRY},
    {"Type": "Parallel", "Branches": [DONE], **RETRY},
    {"Type": "Map", "ItemProcessor": DONE, "ItemsPath": "$$.Execution.Input.items[0:0]", **RETRY},
    {"Type": "Map", "ItemProcessor": DONE, "ItemsPath": "$$.Execution.Input.items", **RETRY},
]


@pytest.mark.parametrize("state", UNMERGED, ids=lambda state: state["Type"])
@pytest.mark.parametrize("kind", ["Parallel", "Map"])
def test_what_can_not_be_evaluated_fails_the_state_around_it(kind: str, state: dict[str, Any]) -> None:
    definition = within(kind, {**state, "ResultPath": "$.result"})
    execution = StateMachine(definition).run(INPUT, handlers={"f": lambda event: event}, clock="virtual")
    assert (execution.status, execution.error) == ("FAILED", "States.ReferencePathConflict")
    assert [event[0] for event in execution.events[-2:]] == [f"{kind}StateFailed", "ExecutionFailed"]
    check_history(definition, execution)


@given(machines())
def test_how_a_history_ends_and_hangs_together(definition: dict[str, Any]) -> None:
    check_history(definition, run(definition))


def check_history(definition: dict[str, Any], execution: Execution) -> None:
    machine = StateMachine(definition)
    assert [found for found in machine.diagnostics if found.severity == "error"] == []
    events = execution.events
    assert [event[0] for event in events if event[0] in ENDS] == [events[-1][0]]
    assert events[0][:2] == ("ExecutionStarted", 0)
    assert events[1][0].endswith("StateEntered")
    assert events[1][1] == 0
    left: set[int] = set()
    for event_id, (kind, previous, moment, visit, *details) in enumerate(events[2:], 3):
        assert 0 < previous < event_id
        assert moment >= events[event_id - 2][2]
        if kind != "ExecutionTimedOut":
            assert events[previous - 1][0] in PREDECESSORS[kind], (event_id, kind, events[previous - 1])
        if kind == "TaskSucceeded" and details[1].endswith((".sync", ".waitForTaskToken")):
            assert events[previous - 1][0] == "TaskSubmitted"
        if kind in ENDS:
            continue
        entered = events[visit - 1]
        assert (visit == 0 and kind.endswith("StateEntered")) or entered[0].endswith("StateEntered")
        assert visit < event_id
        if kind in EXITS:
            assert (entered[0], entered[4]) == (kind.replace("Exited", "Entered"), details[0])
            assert visit not in left
            left.add(visit)
    entered_events = [event for event in events if event[0].endswith("StateEntered")]
    assert [visit.name for visit in execution.visits] == [event[4] for event in entered_events]
    assert [event["id"] for event in execution.history] == list(range(1, len(events) + 1))


@given(machines())
def test_the_same_seed_gives_the_same_history(definition: dict[str, Any]) -> None:
    first, second = run(definition), run(definition)
    assert first.events == second.events
    assert first.notes == second.notes


@given(machines(jitter=False))
def test_another_seed_changes_nothing_but_random_values(definition: dict[str, Any]) -> None:
    first, second = run(definition, "1"), run(definition, "2")
    assert [event[:4] for event in first.events] == [event[:4] for event in second.events]
    assert first.name != second.name


@given(machines())
def test_remembering_the_texts_of_large_parts_changes_nothing(definition: dict[str, Any]) -> None:
    """Payloads are never changed in place, so a part that is the same object has the same text."""
    expected = run(definition)
    with patch.object(jsontext, "LARGE", 8), patch.object(base, "LARGE", 8):
        assert run(definition).events == expected.events


# -- drivers -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("handler", [work, work_async])
@given(definition=machines())
def test_both_drivers_write_the_same_history(handler: Callable[..., Any], definition: dict[str, Any]) -> None:
    machine = StateMachine(definition)
    told: list[Event] = []
    other = asyncio.run(
        machine.run_async(
            INPUT,
            handlers=handlers(handler),
            clock="virtual",
            seed="s",
            listener=lambda events, _notes: told.extend(events),
        )
    )
    expected = run(definition)
    assert other.events == told
    if handler is work:
        assert other.events == expected.events
        assert other.notes == expected.notes
    else:
        assert _traceless(other.events) == _traceless(expected.events)
        assert _traceless(other.notes) == _traceless(expected.notes)


def _traceless(log: list[Any]) -> list[Any]:
    """Without the stack traces in causes: that of an ``async def`` has a line of its own."""
    return [
        tuple(part.partition("stackTrace")[0] if isinstance(part, str) else part for part in record) for record in log
    ]


# -- saving, loading, taking turns -------------------------------------------------------------------------------------


class Stepper:
    """A driver that does one thing at a time and takes the turn after each: a step, a command, or a moment.

    It keeps events, commands and moments itself. ``between`` may replace the core after each turn.
    """

    def __init__(self, definition: dict[str, Any], between: Callable[[Core, Turn], Core]) -> None:
        self.machine = StateMachine(definition)
        self.clock = VirtualClock()
        self.core = self.machine._start(INPUT, None, self.clock, "s", None, None, {})
        self.tasks = self.machine._bind(handlers(work))
        self.between = between
        self.events: list[Event] = []
        self.notes: list[Note] = []
        self.commands: deque[Any] = deque()
        self.heap: list[tuple[int, int, str, tuple[Any, ...]]] = []
        self.serial = count()
        self.callbacks = Callbacks()

    def run(self) -> None:
        while True:
            turn = take_turn(self.core)
            self.events += turn.events
            self.notes += turn.notes
            self.commands += turn.commands
            self.core = self.between(self.core, turn)
            if self.core.status != "RUNNING":
                return
            if self.core.ready:
                self.core.step(self.clock.now())
            elif self.commands:
                self.carry_out(self.commands.popleft())
            elif self.heap:
                moment, _, door, arguments = heappop(self.heap)
                self.clock.sleep_until(moment)
                self.door(door, arguments, self.clock.now())
            else:
                give_up(self.core, self.clock)

    def at(self, moment: int, door: str, *arguments: Any) -> None:
        heappush(self.heap, (moment, next(self.serial), door, arguments))

    def carry_out(self, command: Any) -> None:
        match command:
            case Sleep(frame, wait, until):
                self.at(until, "wake", frame, wait)
            case Invoke(frame, wait) if self.core.is_waiting(frame, wait):
                self.invoke(command)
            case _:
                assert isinstance(command, Cancel | Invoke)

    def invoke(self, invoke: Invoke) -> None:
        began = self.clock.now()
        call = self.tasks[invoke.state].prepare(self.core, invoke)
        if not self.core.started(invoke.frame, invoke.wait, began):
            return
        assert isinstance(call, Call)
        self.callbacks.begin(call)
        spell = Spell(self.core, self.clock, self.callbacks, invoke, began, self.act)
        try:
            result = work(call.event, call.context(spell))
        except Exception as error:  # noqa: BLE001 - as the drivers do
            reply = call.error(error)
        else:
            reply = call.answer(result, began)
        if reply.submitted is not None:
            self.at(spell.now(), "submitted", invoke.frame, invoke.wait, reply.submitted)
        if reply.outcome is not None:
            self.at(spell.now(), "resume", invoke.frame, invoke.wait, reply.outcome)
        self.at(spell.now(), "returned", invoke.frame, invoke.wait)

    def act(self, moment: int, act: Callable[..., Any], *arguments: Any) -> None:
        """What a handler wants to happen; the core may be another one by then."""
        if arguments and isinstance(arguments[0], Core):
            arguments = arguments[1:]
        self.at(moment, act.__name__, *arguments)

    def door(self, name: str, arguments: tuple[Any, ...], now: int) -> None:
        if name in {"answer", "returned"}:
            getattr(self.callbacks, name)(self.core, *arguments, now)
            return
        if name == "_beat":
            frame = waiting_with(self.core, *arguments)
            if frame is None:
                return
            name, arguments = "heartbeat", (frame.id, frame.wait_id)
        getattr(self.core, name)(*arguments, now)


@given(machines())
def test_an_execution_that_is_saved_and_loaded_after_every_step_goes_on_alike(definition: dict[str, Any]) -> None:
    def reload(core: Core, _turn: Turn) -> Core:
        data = json.loads(json.dumps(snapshot.dump(core)))
        loaded = snapshot.load(core.program, core.execution, data, decode)
        assert snapshot.dump(loaded) == snapshot.dump(core)
        return loaded

    stepper = Stepper(definition, reload)
    stepper.run()
    expected = run(definition)
    assert stepper.events == expected.events
    assert (stepper.core.status, stepper.core.output, stepper.core.error) == (
        expected.status,
        expected.output_text,
        expected._core.error,
    )


@given(machines())
def test_turns_add_up_to_the_whole_execution(definition: dict[str, Any]) -> None:
    """Events put together are the log; frames kept by dirty and gone are the frames that a dump has."""
    kept: dict[str, dict[str, Any]] = {}

    def keep(core: Core, turn: Turn) -> Core:
        for frame in turn.dirty:
            kept[frame.id] = dump(frame)
        for frame_id in turn.gone:
            kept.pop(frame_id, None)
        assert not {frame.id for frame in turn.dirty} & set(turn.gone)
        assert kept == {frame["id"]: frame for frame in snapshot.dump(core)["frames"]}
        return core

    stepper = Stepper(definition, keep)
    stepper.run()
    assert kept == {}
    expected = run(definition)
    assert stepper.events == expected.events
    assert stepper.notes == expected.notes

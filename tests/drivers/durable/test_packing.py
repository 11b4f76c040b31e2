"""Frames and cores as text: what the rows of all turns add up to is the execution, to the letter."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings

from asl.drivers.durable import packing
from asl.drivers.durable.packing import NO_CALL, QUEUED, STARTED, Saved, pack_core, pack_frame, unpack
from asl.kernel import snapshot
from asl.kernel.core import Core
from asl.kernel.execution import ExecutionInfo
from asl.kernel.frame import Frame
from tests.languages import Scope, scopes, state_names, write
from tests.machines import machine, task
from tests.strategies import machines
from tests.test_laws import Stepper

if TYPE_CHECKING:
    from asl.kernel.program import Program
    from asl.kernel.turns import Turn
    from asl.stores.base import FrameRow


class Rows:
    """What a store would have after each turn."""

    def __init__(self) -> None:
        self.saved: Saved = {}
        self.rows: dict[str, FrameRow] = {}

    def __call__(self, core: Core, turn: Turn) -> Core:
        for frame in turn.dirty:
            row = pack_frame(frame, NO_CALL, None, self.saved)
            if row.payload is None and frame.id in self.rows:
                row = row._replace(payload=self.rows[frame.id].payload)
            self.rows[frame.id] = row
        for frame_id in turn.gone:
            self.rows.pop(frame_id, None)
            self.saved.pop(frame_id, None)
        if core.status != "RUNNING":
            return core

        def bare(program: Program) -> Core:
            return Core(program, core.execution, core.seed, core.history_limit)

        loaded, calls, doomed = unpack(pack_core(core, doomed=False), self.rows.values(), core.program, bare)
        assert not calls
        assert not doomed
        assert snapshot.dump(loaded) == snapshot.dump(core)
        return loaded


@pytest.mark.parametrize("large", [-1, 40, 2_000])
@settings(max_examples=40)
@given(definition=machines())
def test_rows_add_up_to_the_execution(large: int, definition: dict[str, Any]) -> None:
    """Also where nothing, or everything, is kept in rows of its own."""
    before, packing._LARGE = packing._LARGE, large
    try:
        Stepper(definition, Rows()).run()
    finally:
        packing._LARGE = before


@settings(max_examples=40)
@given(described=scopes())
def test_variables_are_kept_too(described: Scope) -> None:
    Stepper({"QueryLanguage": "JSONata", **write(described, state_names(described))}, Rows()).run()


@pytest.mark.parametrize(("call", "asked"), [(STARTED, '{"a":1}'), (QUEUED, "[]"), (STARTED, "{}")])
def test_what_a_handler_was_asked_is_kept(call: int, asked: str) -> None:
    program = machine({"S": task()}).program
    core = Core(program, ExecutionInfo("name", "seed", "Machine", 0), "seed")
    core.start({}, "{}", None, 0)
    core.step(0)
    row = pack_frame(core.root, call, asked, {})
    loaded, calls, _ = unpack(
        pack_core(core, doomed=True), [row], program, lambda _: Core(program, core.execution, "seed")
    )
    assert [(one.frame, one.call, one.asked) for one in calls] == [("0", call, asked)]
    assert loaded.frames["0"].wait_id == row.wait == 1


def test_a_large_payload_is_written_once() -> None:
    program = machine({"S": task()}).program
    text = '"' + "x" * 5_000 + '"'
    frame, saved = Frame("0", None, -1, program.start, "x" * 5_000, text), Saved()
    first = pack_frame(frame, NO_CALL, None, saved)
    assert first.payload is not None
    assert len(first.data) < 500
    assert pack_frame(frame, STARTED, text, saved).payload is None  # a handler that gets the input adds nothing
    frame.text = "{}"
    last = pack_frame(frame, NO_CALL, None, saved)
    assert last.payload is None
    assert not saved

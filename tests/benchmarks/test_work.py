"""The work of a transition, counted: a guard of speed that no clock can disturb.

Counted are the calls of Python functions, and the JSON texts written and read. Two runs of different lengths are
compared, so that what an execution costs once drops out and what is left is exactly the work of one transition.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from asl import StateMachine, jsontext
from benchmarks import machines

if TYPE_CHECKING:
    from collections.abc import Callable

    from benchmarks.machines import Machine


class Work(NamedTuple):
    """What one transition takes."""

    calls: float
    encodes: float
    decodes: float
    encoded_characters: float


#: The most that a transition may take. If a change needs more: is it worth it? Then write the new number here and say
#: why in the commit. If a change needs less, lower the number, so that what was won isn't lost unnoticed.
BOUNDS = {
    "W2 Pass with Parameters and ResultPath": (machines.pass_chain, Work(13, 1, 0, 116)),
    "W5 Lambda task": (machines.tasks, Work(23, 1, 2, 8)),
    "W6 JSONata Pass": (machines.jsonata_chain, Work(32, 1, 0, 35)),
}


@pytest.mark.parametrize(("make", "bound"), BOUNDS.values(), ids=list(BOUNDS))
def test_work_of_a_transition(make: Callable[[int], Machine], bound: Work, monkeypatch: pytest.MonkeyPatch) -> None:
    short, long = 20, 60
    few, many = (_work(make(length), monkeypatch) for length in (short, long))
    found = Work(*((more - less) / (long - short) for more, less in zip(many, few, strict=True)))
    assert all(mine <= most for mine, most in zip(found, bound, strict=True)), (
        f"a transition takes {found}, more than {bound}; see BOUNDS in {__file__}"
    )
    assert found.calls > bound.calls - 3, f"a transition takes {found.calls} calls now: lower the bound in BOUNDS"


def _work(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> Work:
    compiled = StateMachine(machine.definition)
    run = lambda: compiled.run(machine.input, handlers=machine.handlers, clock="virtual", seed=1)  # noqa: E731 - thrice
    assert run().status == "SUCCEEDED"  # and whatever is made once is made now
    encodes, decodes, characters = _count_json(run, monkeypatch)
    return Work(_count_calls(run), encodes, decodes, characters)


def _count_calls(run: Callable[[], object]) -> int:
    calls = 0

    def count(frame: Any, event: str, _argument: Any) -> None:
        nonlocal calls
        calls += event == "call" and not frame.f_code.co_name.endswith("comp>")  # Python 3.12 makes no call of these

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        run()
    finally:
        sys.setprofile(before)
    return calls


def _count_json(run: Callable[[], object], monkeypatch: pytest.MonkeyPatch) -> tuple[int, int, int]:
    """Texts written, texts read, characters written."""
    written: list[int] = []
    read: list[str] = []
    chunks, scan = jsontext._chunks, jsontext._scan

    def counted_chunks(value: Any, level: int) -> list[str]:
        pieces = list(chunks(value, level))
        written.append(sum(map(len, pieces)))
        return pieces

    def counted_scan(text: str, position: int) -> tuple[Any, int]:
        read.append(text)
        return scan(text, position)

    with monkeypatch.context() as patch:
        patch.setattr(jsontext, "_chunks", counted_chunks)
        patch.setattr(jsontext, "_scan", counted_scan)
        run()
    return len(written), len(read), sum(written)


def test_counting_sees_work(monkeypatch: pytest.MonkeyPatch) -> None:
    """A bound would be worth nothing if nobody counted."""

    def work() -> None:
        jsontext.decode(jsontext.encode({"a": 1}))

    assert _count_calls(work) >= 3
    assert _count_json(work, monkeypatch) == (1, 1, 7)

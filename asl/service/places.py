"""Which state's task a token was made for, when nobody waits with it any more.

A token names a frame and the how-manieth of its waits (``asl.kernel.tokens``). What a frame has waited for isn't kept,
but the history tells it: each task that was scheduled, each retry and each Wait was one wait of its line.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from asl.kernel.events import Event, Note
    from asl.kernel.tokens import Place

_SCHEDULED = frozenset(("TaskScheduled", "ActivityScheduled", "LambdaFunctionScheduled"))
_FANNED_OUT = frozenset(("ParallelStateStarted", "MapStateStarted"))


def state_at(events: Sequence[Event], notes: Iterable[Note], place: Place) -> str | None:
    """The name of the state whose task waited there; None if the history knows of none."""
    frames: dict[int, str] = {}  # by visit
    generations: Counter[str] = Counter()  # of children, by frame
    waits: Counter[str] = Counter()  # by frame
    asleep: dict[str, int] = {}  # frames in a Wait, and since when
    retries = [(after, visit) for after, _, visit, kind, *_ in notes if kind == "retry"][::-1]
    for number, (kind, _, time, visit, *details) in enumerate(events, 1):
        while retries and retries[-1][0] < number:
            waits[frames[retries.pop()[1]]] += 1
        if kind.endswith("StateEntered"):
            above = frames.get(visit)
            frame = "0" if above is None else f"{above}/{generations[above]}.{details[2]}"
            frames[number] = frame
            if kind == "WaitStateEntered":
                asleep[frame] = time
        elif kind in _SCHEDULED:
            frame = frames[visit]
            waits[frame] += 1
            if (frame, waits[frame]) == (place.frame, place.wait):
                name: str = events[visit - 1][4]
                return name
        elif kind in _FANNED_OUT:
            generations[frames[visit]] += 1
        elif kind == "WaitStateExited":
            frame = frames[visit]
            waits[frame] += time > asleep.pop(frame)  # a moment in the past is no wait
        elif kind == "ExecutionRedriven":  # what slept then sleeps anew
            for frame in asleep:
                waits[frame] += 1
                asleep[frame] = time
    return None

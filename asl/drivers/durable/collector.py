"""Fewer searches for cyclic garbage while a worker runs.

Python looks through young objects each time there are 700 more of them. Executions that are under way make thousands,
none of them garbage and none in a cycle, and looking through these again and again was a quarter of what an Express
execution took. So a worker lets Python look less often. A program that has set its own threshold higher, or has
switched the search off, keeps that.
"""

from __future__ import annotations

import gc
from contextlib import contextmanager
from threading import Lock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

#: So many more objects than at the last look.
_THRESHOLD = 10_000

_lock = Lock()
_before: list[tuple[int, int, int]] = []  # what to go back to, one for each worker at work


@contextmanager
def unhurried() -> Iterator[None]:
    """As long as anybody is in here."""
    with _lock:
        _before.append(_before[0] if _before else gc.get_threshold())
        if 0 < gc.get_threshold()[0] < _THRESHOLD:
            gc.set_threshold(_THRESHOLD, *_before[0][1:])
    try:
        yield
    finally:
        with _lock:
            before = _before.pop()
            if not _before and gc.get_threshold()[0] == _THRESHOLD:
                gc.set_threshold(*before)

"""Waiting until somebody has written to the store."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from asl.stores.base import Store

#: How often the store is asked, in seconds. Asking costs microseconds.
EVERY = 0.1


def pause() -> None:
    """Let others work."""
    time.sleep(EVERY)


def looks(store: Store) -> Iterator[None]:
    """One now, and one each time that somebody else has written something; never ends."""
    while True:
        seen = store.changes()  # before looking: what is written meanwhile is looked at again
        yield
        while store.changes() == seen:
            pause()

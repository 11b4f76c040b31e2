"""A process whose disk fails: ``python -m tests.crash.denied FILE SCENARIO HANDLERS WHAT ERROR CALL AT``.

It works in virtual time on an execution in a store. Before its ``AT``-th ``CALL`` of the store (``open``: before it
opens the file) the kernel begins to deny it ``WHAT`` with ``ERROR``. After some tries in vain it is gone, as if it was
killed. What it saw goes to standard output, as JSON.
"""

from __future__ import annotations

import errno
import json
import os
import sys
from typing import Any

from asl import VirtualClock
from asl.errors import StoreError
from asl.stores.sqlite import SQLiteStore
from tests.crash.faults import BEFORE, PAUSE, Fault, Killed, faulty
from tests.crash.scenarios import INPUT, SCENARIOS
from tests.crash.seccomp import deny
from tests.crash.world import World

OPEN = "open"

#: So often it tries in vain.
_TRIES = 3

#: No other process of a test has this number.
_PID = 1_000_000


def main(path: str, scenario: str, handlers: str, what: str, error: str, call: str, at: str) -> None:
    """See the module."""
    clock = VirtualClock()
    told: list[str] = []
    seen: dict[str, Any] = {"told": told, "refused": None, "denied": False, "before": [], "after": []}
    seen |= {"acknowledged": False, "ledger": []}

    def tell(line: str) -> None:
        told.append(line)
        if len(told) == _TRIES:
            raise Killed

    def strike() -> None:
        deny(what, getattr(errno, error))
        seen["denied"] = True

    if call == OPEN:
        strike()
    try:
        store = SQLiteStore(path, clock=clock.now)
        struck = World(SCENARIOS[scenario], INPUT, store=store, clock=clock, idempotent=handlers == "idempotent")
        wrapped, wrapper = faulty(store, Fault(int(at), BEFORE, PAUSE, only=call))

        def meanwhile() -> None:
            seen["before"] = struck.events()
            strike()

        wrapper.meanwhile = meanwhile
        try:
            worker = struck.worker(wrapped, tell=tell, pid=_PID)
            struck.start(worker)
            worker.run_until_idle()
        finally:
            seen |= {"after": struck.events(), "ledger": struck.ledger, "acknowledged": struck.acknowledged}
    except Killed:
        pass
    except StoreError as problem:
        seen["refused"] = str(problem)
    print(json.dumps({**seen, "now": clock.now()}), flush=True)
    os._exit(0)


if __name__ == "__main__":
    main(*sys.argv[1:])

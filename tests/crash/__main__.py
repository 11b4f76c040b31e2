"""Generated machines, faults and killed processes for as long as one likes: ``python -m tests.crash --seconds 600``.

Each round has a number, its seed, which is printed; ``--seed N`` begins with that one. The first failure ends the soak.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
import traceback
from itertools import count
from pathlib import Path
from random import Random

from tests.crash.soak import one_seed
from tests.crash.test_processes import kill_and_go_on


def main() -> int:
    """Rounds until the time is over; 1 when one has failed."""
    parser = argparse.ArgumentParser(prog="python -m tests.crash", description="Look for broken promises.")
    parser.add_argument("--seconds", type=float, default=600, help="how long to go on (default: 600)")
    parser.add_argument("--seed", type=int, default=None, help="the round to begin with (default: by the clock)")
    parser.add_argument("--rounds", type=int, default=None, help="end after so many rounds")
    options = parser.parse_args()
    first = time.time_ns() // 1_000_000_000 if options.seed is None else options.seed
    end = time.monotonic() + options.seconds
    for number in count(first):
        if time.monotonic() > end or (options.rounds is not None and number >= first + options.rounds):
            print(f"{number - first} rounds, nothing broken")
            return 0
        print(f"seed {number}", flush=True)
        try:
            one_seed(number, examples=50)
            with tempfile.TemporaryDirectory() as folder:
                dice = Random(number)
                handlers = dice.choice(["once", "idempotent"])
                kill_and_go_on(Path(folder), handlers, dice, executions=8, deaths=dice.randint(1, 4))
        except Exception:  # noqa: BLE001 - whatever it is, the seed is told with it
            traceback.print_exc()
            print(f"again: python -m tests.crash --seed {number} --rounds 1")
            return 1
    raise AssertionError("there is always another number")


if __name__ == "__main__":
    sys.exit(main())

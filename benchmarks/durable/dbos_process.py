"""A process in which DBOS runs workflows: it prints the versions of DBOS and Python, and then, for every line
``workflows-at-a-time seconds`` that it reads, how many workflows a second it did. Nothing printed: DBOS isn't here."""

from __future__ import annotations

import logging
import platform
import sys
import time
from importlib.metadata import PackageNotFoundError, version
from threading import Thread
from typing import Any

_STEPS = 10


def main(path: str) -> None:
    try:
        installed = version("dbos")
    except PackageNotFoundError:
        return
    from dbos import DBOS, DBOSConfig  # type: ignore[import-not-found,unused-ignore]

    logging.getLogger("dbos").setLevel(logging.ERROR)
    DBOS(config=DBOSConfig(name="benchmark", system_database_url=f"sqlite:///{path}", log_level="ERROR"))

    @DBOS.step()  # type: ignore[untyped-decorator,unused-ignore]
    def add(number: int) -> int:
        return number + 1

    @DBOS.workflow()  # type: ignore[untyped-decorator,unused-ignore]
    def work(number: int) -> int:
        for _ in range(_STEPS):
            number = add(number)
        return number

    DBOS.launch()
    print(installed, platform.python_version(), flush=True)
    for line in sys.stdin:
        at_a_time, seconds = line.split()
        print(_rate(work, int(at_a_time), float(seconds)), flush=True)


def _rate(work: Any, at_a_time: int, seconds: float) -> float:
    """Workflows a second, with so many threads that each run one after the other."""
    began = time.perf_counter()
    done = [0] * at_a_time

    def serve(place: int) -> None:
        while time.perf_counter() - began < seconds:
            assert work(0) == _STEPS
            done[place] += 1

    threads = [Thread(target=serve, args=(place,)) for place in range(at_a_time)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(done) / (time.perf_counter() - began)


if __name__ == "__main__":
    main(sys.argv[1])

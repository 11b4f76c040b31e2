"""``pytest --asl-report DIR``: each run's history, as AWS shapes it, and its trace, in files named after the test."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from asl.graph import draw
from asl.jsontext import encode

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from asl.testing.run import Run

_UNSAFE = re.compile(r"[^\w.-]+")


def keep(folder: Path, test: str, outcome: str, runs: Sequence[Run]) -> list[Path]:
    """Write the files of one test: ``NAME.json`` (history), ``NAME.txt`` (trace), ``NAME.html`` (drawing)."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for number, run in enumerate(runs, 1):
        stem = _UNSAFE.sub("-", test).strip("-")[:150] + (f"-run{number}" if len(runs) > 1 else "")
        events = ",\n".join(encode(event) for event in run.history)
        head = f'"test":{encode(test)},"outcome":{encode(outcome)},"status":{encode(run.status)}'
        files = {
            "json": f'{{{head},"events":[\n{events}\n]}}\n',
            "txt": f"{test}: {outcome}\n\n{run.outline()}\n",
            "html": draw(run.machine, run.execution, "html", title=f"{test}: {outcome}"),
        }
        for suffix, text in files.items():
            path = folder / f"{stem}.{suffix}"
            path.write_text(text, "utf-8")
            written.append(path)
    return written

"""``python -m asl.testing.coverage DATA... [--report KIND]``: reports on data files, added up over all of them."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from asl.errors import AslError
from asl.testing.coverage.data import DATA_FILE, CoverageData
from asl.testing.coverage.reports import term, write

if TYPE_CHECKING:
    from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """Report, and return the exit status: 2 for files that can't be read, 1 below ``--fail-under``."""
    parser = argparse.ArgumentParser(prog="python -m asl.testing.coverage", description=__doc__)
    parser.add_argument("files", metavar="DATA", nargs="*", type=Path, default=[Path(DATA_FILE)])
    parser.add_argument("--report", choices=("term", "json", "html", "lcov"), action="append")
    parser.add_argument("--combine", metavar="FILE", type=Path, help="write the sum of all data there")
    parser.add_argument("--fail-under", type=float, metavar="PERCENT")
    asked = parser.parse_args(arguments)
    data = CoverageData()
    try:
        for path in asked.files:
            data.merge(CoverageData.load(path))
    except AslError as problem:
        sys.stderr.write(f"{problem}\n")
        return 2
    if asked.combine is not None:
        data.save(asked.combine)
    machines = data.machines()
    for kind in asked.report or ["term"]:
        text = "\n".join(term(machines)) if kind == "term" else f"wrote {write(kind, machines, Path())}"
        sys.stdout.write(f"{text}\n")
    return 1 if asked.fail_under is not None and data.total(machines) < asked.fail_under else 0


if __name__ == "__main__":
    sys.exit(main())

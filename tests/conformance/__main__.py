"""The command line; see the package's docstring."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from . import report
from .cases import DEFAULT_KINDS, CasesNotFound, Selection, load_cases, load_comparer
from .known import KNOWN_FILE, judge, load_known
from .runner import TIME_LIMIT, run_case

if TYPE_CHECKING:
    from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the cases that the arguments ask for, and returns the exit status."""
    asked = _parser().parse_args(arguments)
    selection = Selection(asked.kind or DEFAULT_KINDS, asked.tag, asked.without_tag)
    try:
        comparer = load_comparer(asked.places)
        cases = load_cases(asked.places, selection)
        known = load_known(asked.known)
    except (CasesNotFound, OSError, ValueError) as problem:
        return _refuse(str(problem))
    if asked.show:
        cases = [case for case in cases if case.id in asked.show]
    if missing := set(asked.show) - {case.id for case in cases}:
        return _refuse(f"no selected case has the id {', '.join(sorted(missing))}")
    if not cases:
        return _refuse("no case matches; see --kind, --tag and --without-tag")

    results = [run_case(case, comparer, time_limit=asked.time_limit) for case in cases]
    verdict = judge(results, known)
    if asked.show:
        lines = [line for result in results for line in report.details(result, comparer)]
    else:
        lines = [*report.failures(verdict, known), *report.summary(results)]
    print("\n".join(lines))
    if asked.json is not None:
        asked.json.write_text(json.dumps(report.as_json(results), indent=1, ensure_ascii=False) + "\n", "utf-8")
    return 0 if verdict.good else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m tests.conformance", description="Run recorded executions and compare them with AWS."
    )
    parser.add_argument("places", metavar="DIR", type=Path, nargs="+", help="folder of cases, or one case file")
    parser.add_argument("--kind", action="append", help=f"kind of cases to run (default: {', '.join(DEFAULT_KINDS)})")
    parser.add_argument(
        "--tag", action="append", default=[], help="only cases with this tag; may be a pattern (service:*)"
    )
    parser.add_argument(
        "--without-tag", action="append", default=[], help="only cases without this tag; may be a pattern"
    )
    parser.add_argument("--json", metavar="OUT", type=Path, help="write the results to this file as JSON")
    parser.add_argument(
        "--show", metavar="ID", action="append", default=[], help="run only this case and show everything"
    )
    parser.add_argument("--known", metavar="FILE", type=Path, default=KNOWN_FILE, help="the list of known differences")
    parser.add_argument("--time-limit", type=float, default=TIME_LIMIT, help="seconds that one case may take")
    return parser


def _refuse(message: str) -> int:
    print(f"conformance: {message}", file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main())

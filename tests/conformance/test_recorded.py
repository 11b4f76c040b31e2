"""Every recorded execution, if the recordings lie beside the repository or where ``ASL_CONFORMANCE`` says.

Cases listed in ``known.toml`` are expected to fail, strictly: one that passes is an entry to remove.
"""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

import pytest

from tests.conformance.cases import DEFAULT_KINDS, Case, Comparer, Selection, load_cases, load_comparer
from tests.conformance.definitions import KINDS as DEFINITION_KINDS
from tests.conformance.known import load_known
from tests.conformance.runner import run_case

RECORDED = Path(os.environ.get("ASL_CONFORMANCE") or Path(__file__).parents[3] / "shared" / "conformance" / "cases")


def recorded_cases() -> list[object]:
    if not RECORDED.is_dir():
        reason = "no recorded executions: set ASL_CONFORMANCE to the folder that holds the cases"
        return [pytest.param(None, marks=pytest.mark.skip(reason=reason), id="none")]
    known = load_known()
    return [
        pytest.param(
            case,
            marks=[pytest.mark.xfail(strict=True, reason=known[case.id].why)] if case.id in known else [],
            id=case.id,
        )
        for case in load_cases([RECORDED], Selection((*DEFAULT_KINDS, *DEFINITION_KINDS)))
    ]


@cache
def comparer() -> Comparer:
    return load_comparer([RECORDED])


@pytest.mark.parametrize("case", recorded_cases())
def test_does_what_aws_did(case: Case) -> None:
    assert run_case(case, comparer()).differences == []

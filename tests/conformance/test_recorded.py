"""Every recorded execution, if the recordings lie beside the repository or where ``ASL_CONFORMANCE`` says.

Cases listed in ``known.toml`` are expected to fail, strictly: one that passes is an entry to remove.
"""

from __future__ import annotations

import importlib.util
import os
from functools import cache
from pathlib import Path

import pytest

from tests.conformance.api import KIND as API_KIND
from tests.conformance.cases import DEFAULT_KINDS, Case, Comparer, Selection, load_cases, load_comparer
from tests.conformance.definitions import KINDS as DEFINITION_KINDS
from tests.conformance.known import Known, load_known
from tests.conformance.runner import run_case
from tests.conformance.state_tests import KIND, needs_models

RECORDED = Path(os.environ.get("ASL_CONFORMANCE") or Path(__file__).parents[3] / "shared" / "conformance" / "cases")


def recorded_cases() -> list[object]:
    if not RECORDED.is_dir():
        reason = "no recorded executions: set ASL_CONFORMANCE to the folder that holds the cases"
        return [pytest.param(None, marks=pytest.mark.skip(reason=reason), id="none")]
    return [
        pytest.param(case, marks=marks_of(case), id=case.id)
        for case in load_cases([RECORDED], Selection((*DEFAULT_KINDS, *DEFINITION_KINDS, KIND, API_KIND)))
    ]


def marks_of(case: Case) -> list[pytest.MarkDecorator]:
    if case.kind == KIND and needs_models(case) and importlib.util.find_spec("botocore") is None:
        return [pytest.mark.skip(reason="needs the API models of botocore")]
    listed = known().of(case)
    return [] if listed is None else [pytest.mark.xfail(strict=True, reason=listed.why)]


@cache
def known() -> Known:
    return load_known()


@cache
def comparer() -> Comparer:
    return load_comparer([RECORDED])


@pytest.mark.parametrize("case", recorded_cases())
def test_does_what_aws_did(case: Case) -> None:
    assert run_case(case, comparer()).differences == []

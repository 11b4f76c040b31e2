"""A little of the soak: generated machines, generated faults."""

from __future__ import annotations

import pytest

from tests.crash.soak import one_seed


@pytest.mark.parametrize("seed", range(6))
def test_generated_machines_and_faults(seed: int) -> None:
    one_seed(seed, examples=50)

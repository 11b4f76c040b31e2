"""A bench on each kind of store."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from asl import VirtualClock
from asl.stores import open_store
from tests.service.bench import Bench

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(params=["memory:", "sqlite"])
def bench(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Bench]:
    clock = VirtualClock()
    url = request.param if request.param == "memory:" else f"sqlite:///{tmp_path}/executions.db"
    store = open_store(url, clock=clock.now)
    yield Bench(store, clock)
    store.close()

"""Every store, to be tested by the same tests."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.stores.builders import KINDS, Time

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from asl.stores.base import Store


@pytest.fixture
def clock() -> Time:
    """The store's time."""
    return Time()


@pytest.fixture(params=KINDS)
def store(request: pytest.FixtureRequest, tmp_path: Path, clock: Time) -> Iterator[Store]:
    """An empty store."""
    store = KINDS[request.param](tmp_path, clock)
    yield store
    store.close()

"""How often Python looks for garbage while workers are at work."""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING

import pytest

from asl.drivers.durable.collector import unhurried

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    before = gc.get_threshold()
    yield
    gc.set_threshold(*before)


def test_less_often_as_long_as_one_is_at_work() -> None:
    gc.set_threshold(700, 11, 12)
    with unhurried():
        with unhurried():
            assert gc.get_threshold() == (10_000, 11, 12)
        assert gc.get_threshold() == (10_000, 11, 12)
    assert gc.get_threshold() == (700, 11, 12)


@pytest.mark.parametrize("own", [0, 10_001, 50_000])
def test_what_a_program_has_set_itself_stays(own: int) -> None:
    gc.set_threshold(own, 10, 10)
    with unhurried():
        assert gc.get_threshold()[0] == own
    assert gc.get_threshold()[0] == own


def test_what_is_set_meanwhile_stays() -> None:
    gc.set_threshold(700, 10, 10)
    with unhurried():
        gc.set_threshold(123, 10, 10)
    assert gc.get_threshold()[0] == 123


def test_it_ends_with_what_goes_wrong() -> None:
    gc.set_threshold(700, 10, 10)
    with pytest.raises(KeyError), unhurried():
        raise KeyError
    assert gc.get_threshold()[0] == 700

"""When a handler counts as one that returns at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asl.drivers.durable.pace import BLOCKING, QUICK, Pace, Paces

if TYPE_CHECKING:
    from collections.abc import Iterable

FAST, SLOW, BLOCKED = QUICK / 2, (QUICK + BLOCKING) / 2, BLOCKING * 2


def after(*took: float | Iterable[float]) -> Pace:
    pace = Pace(print)
    for each in took:
        for seconds in [each] if isinstance(each, float) else each:
            pace.took(seconds)
    return pace


@pytest.mark.parametrize(
    ("took", "is_quick"),
    [
        ([], False),
        ([FAST] * 7, False),
        ([FAST] * 8, True),
        ([FAST] * 7 + [SLOW] + [FAST] * 7, False),
        ([FAST] * 16 + [SLOW], True),  # it may have been the machine
        ([FAST] * 16 + [SLOW] * 2, False),
        ([FAST] * 16 + [BLOCKED], False),
        ([FAST] * 16 + [BLOCKED] + [FAST] * 15, False),  # now it has to prove itself for longer
        ([FAST] * 16 + [BLOCKED] + [FAST] * 16, True),
        ([SLOW] * 100, False),
    ],
)
def test_a_handler_proves_itself(took: list[float], *, is_quick: bool) -> None:
    assert after(took).is_quick is is_quick


def test_who_blocks_again_and_again_is_hardly_ever_trusted() -> None:
    pace, trusted = Pace(print), 0
    for _ in range(100_000):
        pace.took(BLOCKED if pace.is_quick else FAST)
        trusted += pace.is_quick
    assert trusted < 110


def test_who_has_long_been_good_is_trusted_as_at_first() -> None:
    pace = after([FAST] * 8, BLOCKED, [FAST] * 16, BLOCKED, [FAST] * 1_000)
    assert pace.proof == 8


@given(st.lists(st.sampled_from([FAST, SLOW, BLOCKED])))
def test_nobody_is_trusted_after_blocking(took: list[float]) -> None:
    assert not after(took, BLOCKED).is_quick


@given(st.lists(st.sampled_from([FAST, SLOW, BLOCKED])))
def test_everybody_can_prove_himself(took: list[float]) -> None:
    assert after(took, [FAST] * 1_024).is_quick


def test_each_handler_has_a_pace_of_its_own() -> None:
    paces = Paces()
    for handler in (print, print, repr):
        paces.took(handler, FAST)
    assert {pace.handler: pace.credit for pace in paces.values()} == {print: 2, repr: 1}

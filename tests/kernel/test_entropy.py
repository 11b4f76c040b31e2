"""Random numbers and UUIDs that derive from seed, frame and number of the draw."""

from __future__ import annotations

import re
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from asl.kernel import entropy
from asl.kernel.execution import ExecutionInfo, iso

_UUID4 = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")


@given(st.binary(min_size=16, max_size=16))
def test_forms(raw: bytes) -> None:
    assert 0 <= entropy.unit(raw) < 1
    assert _UUID4.fullmatch(entropy.uuid4(raw))


def test_the_ends_of_the_unit_interval() -> None:
    assert entropy.unit(bytes(16)) == 0
    assert 0.999999 < entropy.unit(b"\xff" * 16) < 1


@given(st.text(max_size=5), st.text("0123/.", max_size=5), st.integers(-5, 5))
def test_every_part_counts(seed: str, frame: str, number: int) -> None:
    drawn = entropy.draw(seed, frame, number)
    assert drawn == entropy.draw(seed, frame, number)
    assert drawn not in (entropy.draw(seed + "x", frame, number), entropy.draw(seed, frame, number + 1))
    assert drawn != entropy.draw(seed, frame + "1", number)


def test_numbers_are_spread() -> None:
    drawn = sorted(entropy.unit(entropy.draw("seed", "0", number)) for number in range(1000))
    assert abs(sum(drawn) / 1000 - 0.5) < 0.05
    assert all(right - left < 0.02 for left, right in pairwise(drawn))


def test_names_and_arns() -> None:
    info = ExecutionInfo(None, "seed", "M", 0, region="eu-west-1", account="1", partition="aws-cn")
    assert _UUID4.fullmatch(info.name)
    assert info.arn == f"arn:aws-cn:states:eu-west-1:1:execution:M:{info.name}"
    assert info.machine_arn == "arn:aws-cn:states:eu-west-1:1:stateMachine:M"
    assert info.role_arn == "arn:aws-cn:iam::1:role/aslkit"
    assert ExecutionInfo("n", "seed", "M", 0, role_arn="r").role_arn == "r"


def test_moments_always_have_three_fraction_digits() -> None:
    assert iso(0) == "1970-01-01T00:00:00.000Z"
    assert iso(1_767_225_645_090) == "2026-01-01T00:00:45.090Z"

"""The golden drawings: a change of any is seen, and is to be looked at (see ``tests.graph.pictures``)."""

from __future__ import annotations

import pytest

from tests.graph.pictures import FOLDER, PICTURES


@pytest.mark.parametrize("name", PICTURES)
def test_the_drawing_is_the_one_that_was_looked_at(name: str) -> None:
    known = (FOLDER / name).read_text("utf-8")
    assert PICTURES[name]() == known, f"{name} is drawn differently: python -m tests.graph.pictures draws it anew"


def test_every_picture_is_made_by_something() -> None:
    assert {path.name for path in FOLDER.iterdir()} == set(PICTURES)

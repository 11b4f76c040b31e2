"""The seam for JSONata says what is missing."""

from __future__ import annotations

import pytest

from asl.errors import UnsupportedError
from asl.expressions.jsonata import compile_jsonata


def test_jsonata_is_named() -> None:
    with pytest.raises(UnsupportedError, match="JSONata is not supported yet") as caught:
        compile_jsonata("{% $states.input." + "x" * 200 + " %}")
    assert len(str(caught.value)) < 300

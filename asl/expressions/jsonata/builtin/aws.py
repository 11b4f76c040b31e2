"""What AWS adds to the language. The first parameter of each function is the Run."""

from __future__ import annotations

import hashlib
import json
import math
import random as randoms
from typing import TYPE_CHECKING, Any, Final, NoReturn

from asl.expressions.jsonata.errors import JsonataError
from asl.expressions.jsonata.text import normal, to_text
from asl.expressions.jsonata.values import UNDEFINED, Sequence

if TYPE_CHECKING:
    from asl.expressions.jsonata.run import Run

_ALGORITHMS: Final = {"MD5": "md5", "SHA-1": "sha1", "SHA-256": "sha256", "SHA-384": "sha384", "SHA-512": "sha512"}


def partition(run: Run, values: Any, size: Any) -> Any:
    """Pieces of ``size`` items, the last may be shorter. A size below 1 is T0410."""
    if values is UNDEFINED or size is UNDEFINED:
        return UNDEFINED
    whole = math.floor(size)
    if whole < 1:
        raise JsonataError("T0410", index=2)
    run.spend(len(values))
    return [list(values[start : start + whole]) for start in range(0, len(values), whole)]


def make_range(run: Run, first: Any, last: Any, step: Any) -> Any:
    """From ``first`` to ``last`` inclusive; a sequence, so that an only number stands for itself. A step of 0 is
    T0410.
    """
    if first is UNDEFINED or last is UNDEFINED or step is UNDEFINED:
        return UNDEFINED
    start, end, stride = math.floor(first), math.floor(last), math.floor(step)
    if stride == 0:
        raise JsonataError("T0410", index=3)
    numbers = range(start, end + (1 if stride > 0 else -1), stride)
    run.items(len(numbers))
    return Sequence(numbers)


def hash_text(run: Run, value: Any, algorithm: Any) -> Any:
    """Lower-case hexadecimal digest of a text in UTF-8. An unknown algorithm is T0410."""
    if value is UNDEFINED:
        return UNDEFINED
    name = _ALGORITHMS.get(algorithm) if type(algorithm) is str else None
    if name is None:
        raise JsonataError("T0410", index=2)
    data = to_text(value).encode("utf-8", "surrogatepass")
    run.characters(len(data))
    return hashlib.new(name, data, usedforsecurity=False).hexdigest()


def random(run: Run, seed: Any) -> float:
    """In [0, 1); the same seed gives the same number."""
    if seed is UNDEFINED:
        return random_number(run)
    return randoms.Random(float(seed)).random()  # noqa: S311 - not for secrets


def random_number(run: Run) -> float:
    if run.scope is None:
        raise AssertionError("an expression that draws random numbers was given no scope")
    return run.scope.random()


def uuid(run: Run) -> str:
    if run.scope is None:
        raise AssertionError("an expression that draws an identifier was given no scope")
    return run.scope.uuid()


def _refuse(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


_DECODER: Final = json.JSONDecoder(
    parse_float=lambda text: normal(float(text)),
    parse_int=lambda text: normal(int(text) if len(text) < 400 else float(text)),
    parse_constant=_refuse,
)


def parse(_run: Run, text: Any) -> Any:
    """The value that a JSON text stands for. Raises D3122 for a text that is no JSON."""
    if text is UNDEFINED:
        return UNDEFINED
    try:
        return _DECODER.decode(text)
    except ValueError:
        raise JsonataError("D3122", value=text) from None

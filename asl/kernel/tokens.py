"""Task tokens: text that nobody can guess, and that says where its task waits.

A token is made of a code that derives from the execution's seed, then of the execution's address (whatever its keeper
finds it by), the frame and the wait. So no list of tokens is kept: whoever gets one back reads the place and makes the
token of that place again.
"""

from __future__ import annotations

from binascii import Error, a2b_base64, b2a_base64
from typing import TYPE_CHECKING, NamedTuple

from asl.kernel import entropy

if TYPE_CHECKING:
    from asl.kernel.core import Core
    from asl.kernel.frame import Frame

_CODE = 48  # bytes


class Place(NamedTuple):
    """Where a task waits."""

    address: str
    frame: str
    wait: int


def make(seed: str, place: Place) -> str:
    """The token of a task that waits at this place."""
    code = b"".join(
        entropy.draw(seed, f"{place.address} {place.frame} token", place.wait * 8 + part) for part in range(3)
    )
    return b2a_base64(code + "\n".join(map(str, place)).encode(), newline=False).decode()


def read(token: str) -> Place | None:
    """The place that a token speaks of, true or not; None for what is no token. The code is still to be compared."""
    try:
        address, frame, wait = a2b_base64(token, strict_mode=True)[_CODE:].decode().split("\n")
        return Place(address, frame, int(wait))
    except (Error, ValueError):
        return None


def waiting_with(core: Core, token: str) -> Frame | None:
    """The frame whose task waits with this token; None when no task does (any more)."""
    place = read(token)
    if place is None or token != core.token(place.frame, place.wait) or not core.is_waiting(place.frame, place.wait):
        return None
    return core.frames[place.frame]

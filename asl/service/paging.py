"""Long answers in pages. A token says where to go on; it is bound to the operation and its arguments, for a day.

A token holds the place in the list, not a number of entries to skip: whatever is made or removed between two calls, no
other entry is told twice or left out.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from typing import TYPE_CHECKING, Any, TypeVar

from asl.errors import ServiceError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

Entry = TypeVar("Entry")

_LIFETIME = 24 * 3600 * 1000
_DEFAULT = 100
#: What may be another in the next call.
_FREE = ("nextToken", "maxResults")


def limit(params: Mapping[str, Any]) -> int:
    """How many entries the answer may have."""
    return int(params.get("maxResults") or _DEFAULT)


def place(operation: str, params: Mapping[str, Any], now: int) -> Any:
    """Where the request's token says to go on; None: from the beginning. Raises InvalidToken."""
    token = params.get("nextToken")
    if token is None:
        return None
    try:
        expires, at, seal = json.loads(base64.urlsafe_b64decode(token.encode("ascii")))
        good = seal == _seal(operation, params, expires, at) and now < expires
    except (ValueError, TypeError, binascii.Error, RecursionError):
        good = False
    if not good:
        raise ServiceError("InvalidToken", "Invalid Token: 'Invalid token'")
    return at


def token(operation: str, params: Mapping[str, Any], now: int, at: Any) -> str:
    """The token with which the next call goes on after ``at``, which is JSON."""
    expires = now + _LIFETIME
    held = json.dumps([expires, at, _seal(operation, params, expires, at)], separators=(",", ":"))
    return base64.urlsafe_b64encode(held.encode("ascii")).decode("ascii")


def page(
    operation: str, params: Mapping[str, Any], now: int, entries: Iterable[Entry], key: Callable[[Entry], Any]
) -> tuple[list[Entry], dict[str, str]]:
    """The entries of this page, in the order of their keys, and ``{"nextToken": ...}`` if there are more.

    A key is JSON, belongs to one entry only, and stays with it.
    """
    after = place(operation, params, now)
    rest = sorted((entry for entry in entries if after is None or key(entry) > after), key=key)
    most = limit(params)
    shown = rest[:most]
    return shown, {"nextToken": token(operation, params, now, key(shown[-1]))} if len(rest) > most else {}


def _seal(operation: str, params: Mapping[str, Any], expires: int, at: Any) -> str:
    bound = {name: value for name, value in params.items() if name not in _FREE}
    text = json.dumps([operation, bound, expires, at], sort_keys=True)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:24]

"""Timestamps of Choice and Wait: the RFC 3339 profile of ISO 8601 that AWS takes, and nothing looser.

Capital ``T``, seconds, and a zone (``Z`` or ``+hh:mm``) are required (recorded: a blank instead of ``T``, no zone,
a month 13 are refused); a fraction has up to nine digits. There are no leap seconds and no 24:00.
"""

from __future__ import annotations

import re
from typing import Any

_FORM = r"(?a)(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?(?:Z|([+-])(\d\d):(\d\d))"


def parse_instant(text: Any) -> int | None:
    """Nanoseconds since 1970-01-01T00:00:00Z; None for anything that is no timestamp."""
    from datetime import UTC, datetime  # by the first machine that reads a timestamp

    match = re.fullmatch(_FORM, text) if isinstance(text, str) else None
    if match is None:
        return None
    fraction, sign, hours, minutes = match.group(7, 8, 9, 10)
    try:
        moment = datetime(*map(int, match.group(1, 2, 3, 4, 5, 6)), tzinfo=UTC)  # type: ignore[misc, arg-type]  # 6 ints
    except ValueError:
        return None
    seconds = int(moment.timestamp())  # exact: it has no fraction
    if sign:
        if int(hours) > 23 or int(minutes) > 59:
            return None
        seconds -= int(f"{sign}1") * (int(hours) * 3600 + int(minutes) * 60)
    return seconds * 1_000_000_000 + int((fraction or "0").ljust(9, "0"))


def parse_timestamp(text: Any) -> int | None:
    """Milliseconds since 1970-01-01T00:00:00Z, finer fractions cut off; None for anything that is no timestamp."""
    instant = parse_instant(text)
    return None if instant is None else instant // 1_000_000

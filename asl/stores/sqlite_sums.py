"""Checksums: what a row of the SQLite store says, as one number beside it, so that a flipped bit is noticed.

The pages of the file have none of their own. A checksum is made of values as they are before they are stored, and is
compared with them when they have been read, before anybody uses them.
"""

from __future__ import annotations

import sqlite3
from typing import Any
from zlib import crc32

_LONE = "surrogatepass"  # JSON's strings may hold lone surrogates


class Damaged(sqlite3.DataError):
    """Rows that don't say what was written."""

    def __init__(self, *what: str) -> None:
        self.what = what
        rest = "is damaged: it doesn't agree with its" if len(what) == 1 else "are damaged: they don't agree with their"
        super().__init__(f"{', '.join(what)} {rest} checksum")


def restored(value: Any) -> Any:
    """What was stored: a text with lone surrogates as a blob."""
    if type(value) is not bytes:
        return value
    try:
        return value.decode("utf-8", _LONE)
    except UnicodeDecodeError:
        return value.decode("utf-8", "replace")  # its checksum will tell


def checksum(*values: Any) -> int:
    """Of values as they are or as they are stored; each is parted from the next."""
    return crc32("\0".join(map(str, map(restored, values))).encode("utf-8", _LONE))


# The same where it is made for every turn and every Express execution: written out, it takes half the time.


def sum_of_one(text: str) -> int:
    """Of one text as it is."""
    return crc32(text.encode("utf-8", _LONE))


def sum_of_two(one: Any, two: Any) -> int:
    """Of two values as they are."""
    return crc32(f"{one}\0{two}".encode("utf-8", _LONE))


def sum_of_three(one: Any, two: Any, three: Any) -> int:
    """Of three values as they are."""
    return crc32(f"{one}\0{two}\0{three}".encode("utf-8", _LONE))


def sum_of_four(one: Any, two: Any, three: Any, four: Any) -> int:
    """Of four values as they are."""
    return crc32(f"{one}\0{two}\0{three}\0{four}".encode("utf-8", _LONE))

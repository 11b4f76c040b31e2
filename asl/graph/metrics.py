"""How wide text is, without a browser: the advance widths of Arial and of every font made to its measure.

The drawings name only such fonts (Arial, Helvetica, Liberation Sans, Arimo), so one table holds wherever they are
shown. What the table doesn't list is taken to be as wide as the widest letter of its script: text may end short of its
box and never beyond it.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

#: font families with these widths, as CSS names them
FAMILY = "Arial, Helvetica, 'Liberation Sans', Arimo, sans-serif"

# Thousandths of the font size, for the characters from U+0020 to U+007E.
_REGULAR = (
    "278 278 355 556 556 889 667 191 333 333 389 584 278 333 278 278 556 556 556 556 556 556 556 556 556 556 278 278 "
    "584 584 584 556 1015 667 667 722 722 667 611 778 722 278 500 667 556 833 722 778 667 778 722 667 611 722 667 944 "
    "667 667 611 278 278 278 469 556 333 556 556 500 556 556 278 556 556 222 222 500 222 833 556 556 556 556 333 500 "
    "278 556 500 722 500 500 500 334 260 334 584"
)
_BOLD = (
    "278 333 474 556 556 889 722 238 333 333 389 584 278 333 278 278 556 556 556 556 556 556 556 556 556 556 333 333 "
    "584 584 584 611 975 722 722 722 722 667 611 778 722 278 556 722 611 833 722 778 667 778 722 667 611 722 667 944 "
    "667 667 611 333 278 333 584 556 333 556 611 556 611 556 333 611 611 278 278 556 278 889 611 611 611 611 389 556 "
    "333 611 556 778 556 556 500 389 280 389 584"
)
_TABLES = tuple({32 + at: int(width) for at, width in enumerate(table.split())} for table in (_REGULAR, _BOLD))

_COMBINING, _ALPHABET, _IDEOGRAPH, _OTHER = 0, 860, 1000, 1380
ELLIPSIS = "…"


@lru_cache(maxsize=4096)
def _rare(char: str) -> int:
    """The width of a character outside the table, rather too wide than too narrow."""
    if unicodedata.combining(char) or unicodedata.category(char) in ("Mn", "Me", "Cf"):
        return _COMBINING
    if char == ELLIPSIS:
        return 1000
    if unicodedata.east_asian_width(char) in "WF":
        return _IDEOGRAPH if unicodedata.category(char) == "Lo" else _OTHER
    if ord(char) < 0x530:  # Latin, Greek, Cyrillic
        return _ALPHABET if char.islower() or not char.isalpha() else 1050
    return _OTHER


def width(text: str, size: float, *, bold: bool = False) -> float:
    """The width of one line of text at a font size, in the same unit."""
    table = _TABLES[bold]
    return sum([table.get(ord(char)) or _rare(char) for char in text]) * size / 1000


def fit(text: str, room: float, size: float, *, bold: bool = False) -> str:
    """``text``, cut off with an ellipsis where it would be wider than ``room``."""
    if width(text, size, bold=bold) <= room:
        return text
    left = room - width(ELLIPSIS, size, bold=bold)
    kept = 0
    for char in text:
        left -= width(char, size, bold=bold)
        if left < 0:
            break
        kept += 1
    return text[:kept].rstrip() + ELLIPSIS


def wrap(text: str, room: float, size: float, *, bold: bool = False, lines: int = 4) -> list[str]:
    """``text`` in at most ``lines`` lines no wider than ``room``: broken at blanks, else where a word has a joint."""
    found: list[str] = []
    rest = text.strip()
    while rest:
        if len(found) == lines - 1 or width(rest, size, bold=bold) <= room:
            found.append(fit(rest, room, size, bold=bold))
            break
        cut = _break(rest, room, size, bold)
        found.append(rest[:cut].rstrip())
        rest = rest[cut:].lstrip()
    return found or [""]


def _break(text: str, room: float, size: float, bold: bool) -> int:
    """Where to break the first line off a text that is too wide: the last good place, else the last that fits."""
    used, last, blank, joint = 0.0, 1, 0, 0
    for at, char in enumerate(text):
        used += width(char, size, bold=bold)
        if used > room:
            break
        last = at + 1
        following = text[at + 1 : at + 2]
        if char == " " or following == " ":
            blank = at + 1
        elif char in "-_./:," or (char.islower() and following.isupper()):
            joint = at + 1
    return max(1, blank or joint or last)

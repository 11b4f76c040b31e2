"""English number words, for the pictures ``w``, ``W`` and ``Ww``."""

from __future__ import annotations

import re
from typing import Any, Final

from asl.expressions.jsonata.text import normal
from asl.expressions.jsonata.values import UNDEFINED


def _split(words: str) -> list[str]:
    return words.split()


_FEW: Final = _split(
    "Zero One Two Three Four Five Six Seven Eight Nine Ten Eleven Twelve Thirteen Fourteen Fifteen Sixteen Seventeen "
    "Eighteen Nineteen"
)
_ORDINALS: Final = _split(
    "Zeroth First Second Third Fourth Fifth Sixth Seventh Eighth Ninth Tenth Eleventh Twelfth Thirteenth Fourteenth "
    "Fifteenth Sixteenth Seventeenth Eighteenth Nineteenth"
)
_TENS: Final = _split("Twenty Thirty Forty Fifty Sixty Seventy Eighty Ninety")
_MAGNITUDES: Final = ("Thousand", "Million", "Billion", "Trillion")


def _word_values() -> dict[str, int]:
    values: dict[str, int] = {}
    for number, (word, ordinal) in enumerate(zip(_FEW, _ORDINALS, strict=True)):
        values[word.lower()] = values[ordinal.lower()] = number
    for number, word in enumerate(_TENS, 2):
        values[word.lower()] = values[word.lower()[:-1] + "ieth"] = number * 10
    for number, word in enumerate(("Hundred", *_MAGNITUDES)):
        value = 10 ** (number * 3) if number else 100
        values[word.lower()] = values[word.lower() + "th"] = value
    return values


WORD_VALUES: Final = _word_values()


def number_to_words(value: int, ordinal: bool) -> str:
    """``Twelve Thousand, Three Hundred and Forty-Five``; the ordinal ends in ``Fifth``."""
    return _words(value, False, ordinal)


def _words(number: int, continued: bool, ordinal: bool) -> str:
    if number < 20:
        return (" and " if continued else "") + (_ORDINALS if ordinal else _FEW)[number]
    if number < 100:
        tens, rest = divmod(number, 10)
        start = (" and " if continued else "") + _TENS[tens - 2]
        if rest:
            return f"{start}-{_words(rest, False, ordinal)}"
        return start[:-1] + "ieth" if ordinal else start
    if number < 1000:
        count, rest = divmod(number, 100)
        start = f"{', ' if continued else ''}{_FEW[count]} Hundred"
    else:
        magnitude = min((len(str(number)) - 1) // 3, len(_MAGNITUDES))
        count, rest = divmod(number, 10 ** (magnitude * 3))
        start = f"{', ' if continued else ''}{_words(count, False, False)} {_MAGNITUDES[magnitude - 1]}"
    if rest:
        return start + _words(rest, True, ordinal)
    return start + "th" if ordinal else start


def words_to_number(text: str) -> Any:
    """The number that words stand for; UNDEFINED when one of them is unknown."""
    segments = [0]
    for word in re.split(r",\s|\sand\s|[\s\\-]", text):
        value = WORD_VALUES.get(word)
        if value is None:
            return UNDEFINED
        if value >= 100:
            segments.append(segments.pop() * value)
            continue
        top = segments.pop()
        if top >= 1000:
            segments.append(top)
            top = 0
        segments.append(top + value)
    return normal(sum(segments))

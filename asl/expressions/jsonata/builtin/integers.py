"""Integers by picture: ``$formatInteger``, ``$parseInteger`` and the numbers in date pictures.

A picture is decimal (``#,##0``, ``01;o``), letters (``a``, ``A``), Roman (``i``, ``I``) or words (``w``, ``W``,
``Ww``); ``;o`` asks for the ordinal.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from functools import reduce
from typing import TYPE_CHECKING, Any, Final

from asl.expressions.jsonata.builtin.words import WORD_VALUES, number_to_words, words_to_number
from asl.expressions.jsonata.errors import JsonataError
from asl.expressions.jsonata.text import normal, number_text
from asl.expressions.jsonata.values import UNDEFINED

if TYPE_CHECKING:
    from asl.expressions.jsonata.run import Run

#: Code points of the zeros of the decimal digit families that pictures may be written in.
_ZEROS: Final = (
    0x30, 0x0660, 0x06F0, 0x07C0, 0x0966, 0x09E6, 0x0A66, 0x0AE6, 0x0B66, 0x0BE6, 0x0C66, 0x0CE6,
    0x0D66, 0x0DE6, 0x0E50, 0x0ED0, 0x0F20, 0x1040, 0x1090, 0x17E0, 0x1810, 0x1946, 0x19D0, 0x1A80,
    0x1A90, 0x1B50, 0x1BB0, 0x1C40, 0x1C50, 0xA620, 0xA8D0, 0xA900, 0xA9D0, 0xA9F0, 0xAA50, 0xABF0,
    0xFF10,
)  # fmt: skip

_ROMAN: Final = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"),
    (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip
_ROMAN_DIGITS: Final = {"M": 1000, "D": 500, "C": 100, "L": 50, "X": 10, "V": 5, "I": 1}

_PRIMARY: Final = {
    "A": ("letters", "upper"),
    "a": ("letters", "lower"),
    "I": ("roman", "upper"),
    "i": ("roman", "lower"),
    "W": ("words", "upper"),
    "Ww": ("words", "title"),
    "w": ("words", "lower"),
}

#: Larger numbers would make Roman numerals and letters without end.
_MAX_ROMAN: Final = 1_000_000


@dataclass(slots=True)
class IntegerFormat:
    """A picture taken apart. ``separators``: distance from the right end, and the character; ``every``: they repeat."""

    primary: str = "decimal"
    case: str = "lower"
    ordinal: bool = False
    zero: int = 0x30
    mandatory: int = 0
    optional: int = 0
    every: int = 0
    separators: list[tuple[int, str]] = field(default_factory=list)
    token: str = ""


def analyse(picture: str) -> IntegerFormat:
    """Raises D3131 for digits of several families."""
    primary, _, modifier = picture.rpartition(";") if ";" in picture else (picture, "", "")
    result = IntegerFormat(ordinal=modifier.startswith("o"))
    if primary in _PRIMARY:
        result.primary, result.case = _PRIMARY[primary]
        return result
    zero: int | None = None
    position = 0
    for char in reversed(primary):
        family = next((start for start in _ZEROS if start <= ord(char) <= start + 9), None)
        if family is not None:
            if zero is not None and family != zero:
                raise JsonataError("D3131")
            zero = family
            result.mandatory += 1
            position += 1
        elif char == "#":
            result.optional += 1
            position += 1
        else:
            result.separators.append((position, char))
    if zero is None:
        result.primary, result.token = "sequence", primary
        return result
    result.zero = zero
    result.every = _repeat(result.separators)
    return result


def _repeat(separators: list[tuple[int, str]]) -> int:
    """The distance between separators that stand at regular distances and are all alike, else 0."""
    if not separators or len({char for _, char in separators}) > 1:
        return 0
    positions = [position for position, _ in separators]
    factor = reduce(math.gcd, positions)
    return factor if all(number * factor in positions for number in range(1, len(positions) + 1)) else 0


def format_integer(_run: Run, value: Any, picture: Any) -> Any:
    """``$formatInteger``. Raises D3130 for a picture of another kind."""
    if value is UNDEFINED:
        return UNDEFINED
    return formatted(normal(math.floor(value)), analyse("0" if picture is UNDEFINED else picture))


def formatted(value: int | float, form: IntegerFormat) -> str:
    """An integral number by its format."""
    size = abs(value)
    if form.primary == "decimal":
        text = _decimal(size, form)
    elif form.primary == "sequence":
        raise JsonataError("D3130", value=form.token)
    elif form.primary == "words":
        text = number_to_words(int(size), form.ordinal)
    elif size > _MAX_ROMAN and form.primary == "roman":
        raise JsonataError("D3130", value=form.primary)
    else:
        text = _roman(int(size)) if form.primary == "roman" else _letters(int(size))
    if form.primary != "decimal" and form.case != "title":
        text = text.upper() if form.case == "upper" else text.lower()
    return f"-{text}" if value < 0 else text


def _decimal(value: int | float, form: IntegerFormat) -> str:
    text = number_text(value).rjust(form.mandatory, "0")
    if form.zero != 0x30:
        text = "".join(chr(ord(char) + form.zero - 0x30) for char in text)
    if form.every:
        separator = form.separators[0][1]
        for number in range((len(text) - 1) // form.every, 0, -1):
            cut = len(text) - number * form.every
            text = text[:cut] + separator + text[cut:]
    else:
        for position, separator in reversed(form.separators):
            cut = max(0, len(text) - position)
            text = text[:cut] + separator + text[cut:]
    if form.ordinal:
        teen = len(text) > 1 and text[-2] == "1"
        text += "th" if teen else {"1": "st", "2": "nd", "3": "rd"}.get(text[-1], "th")
    return text


def _roman(value: int) -> str:
    parts = []
    for size, numeral in _ROMAN:
        count, value = divmod(value, size)
        parts.append(numeral * count)
    return "".join(parts)


def _letters(value: int) -> str:
    letters = ""
    while value > 0:
        value, letter = divmod(value - 1, 26)
        letters = chr(ord("a") + letter) + letters
    return letters


def parse_integer(_run: Run, text: Any, picture: Any) -> Any:
    """``$parseInteger``. A text that doesn't fit the picture gives nothing."""
    if text is UNDEFINED:
        return UNDEFINED
    return parsed(text, analyse("0" if picture is UNDEFINED else picture))


def pattern_of(form: IntegerFormat, width: int) -> str:
    """The regular expression of what ``parsed`` reads; ``width``: the digits of a field of fixed width, else -1 or
    0.
    """
    if form.primary == "sequence":
        raise JsonataError("D3130", value=form.token)
    upper = form.case == "upper"
    if form.primary == "letters":
        return "[A-Z]+" if upper else "[a-z]+"
    if form.primary == "roman":
        return "[MDCLXVI]+" if upper else "[mdclxvi]+"
    if form.primary == "words":
        words = sorted(WORD_VALUES, key=len, reverse=True)
        return "(?:" + "|".join([*words, "and", "[\\-, ]"]) + ")+"
    count = "+"
    if width > 0:
        count = f"{{{width - form.optional},{width}}}" if form.optional else f"{{{width}}}"
    return f"[0-9]{count}" + ("(?:th|st|nd|rd)" if form.ordinal else "")


def parsed(text: str, form: IntegerFormat) -> Any:
    """The number that a text stands for, UNDEFINED if none."""
    if form.primary == "sequence":
        raise JsonataError("D3130", value=form.token)
    if form.primary == "words":
        return words_to_number(text.lower())
    if form.primary == "roman":
        return _from_roman(text.upper())
    if form.primary == "letters":
        lower = text.lower()
        if not re.fullmatch("[a-z]+", lower):
            return UNDEFINED
        return normal(reduce(lambda total, char: total * 26 + ord(char) - ord("a") + 1, lower, 0))
    digits = text[:-2] if form.ordinal else text
    for separator in {char for _, char in form.separators}:
        digits = digits.replace(separator, "")
    if form.zero != 0x30:
        digits = "".join(chr((ord(char) - form.zero + 0x30) % 0x110000) for char in digits)
    match = re.match(r"\s*([-+]?[0-9]+)", digits)
    return UNDEFINED if match is None else normal(int(match.group(1)[:400]))


def _from_roman(text: str) -> Any:
    if not re.fullmatch("[MDCLXVI]+", text):
        return UNDEFINED
    total = 0
    largest = 1
    for char in reversed(text):
        value = _ROMAN_DIGITS[char]
        if value < largest:
            total -= value
        else:
            largest = value
            total += value
    return total

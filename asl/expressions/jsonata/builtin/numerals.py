"""``$formatNumber``: numbers by an XPath 3.1 picture such as ``#,##0.00`` or ``0.0e0;(0.0e0)``.

The first parameter is the Run.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import reduce
from typing import TYPE_CHECKING, Any, Final

from asl.expressions.jsonata.builtin.mathematics import rounded_to
from asl.expressions.jsonata.errors import JsonataError
from asl.expressions.jsonata.values import UNDEFINED, is_number

if TYPE_CHECKING:
    from asl.expressions.jsonata.run import Run

_DEFAULTS: Final = {
    "decimal-separator": ".",
    "grouping-separator": ",",
    "exponent-separator": "e",
    "infinity": "Infinity",
    "minus-sign": "-",
    "NaN": "NaN",
    "percent": "%",
    "per-mille": "\u2030",
    "zero-digit": "0",
    "digit": "#",
    "pattern-separator": ";",
}


class _Symbols:
    """The characters that mean something in a picture, as the options have them."""

    def __init__(self, options: dict[str, Any]) -> None:
        symbols = {**_DEFAULTS, **{name: text for name, text in options.items() if type(text) is str and text}}
        self.decimal = symbols["decimal-separator"]
        self.grouping = symbols["grouping-separator"]
        self.exponent = symbols["exponent-separator"]
        self.minus = symbols["minus-sign"]
        self.percent = symbols["percent"]
        self.mille = symbols["per-mille"]
        self.optional = symbols["digit"]
        self.pattern = symbols["pattern-separator"]
        self.zero = symbols["zero-digit"]
        first = min(ord(self.zero[0]), 0x10FFF6)
        self.digits = [chr(first + number) for number in range(10)]
        self.active = {*self.digits, self.decimal, self.exponent, self.grouping, self.optional, self.pattern}

    def count(self, text: str) -> int:
        """How many mandatory digits there are."""
        return sum(char in self.digits for char in text)

    def count_all(self, text: str) -> int:
        return sum(char in self.digits or char == self.optional for char in text)


@dataclass(slots=True)
class _Parts:
    """A sub-picture cut into its parts; ``exponent`` is None when there is none."""

    picture: str
    prefix: str
    suffix: str
    active: str
    mantissa: str
    exponent: str | None
    integer: str
    fraction: str


@dataclass(slots=True)
class _Rules:
    """What a sub-picture asks for; positions count digits from the decimal separator."""

    picture: str
    prefix: str
    suffix: str
    integer_groups: list[int]
    every: int
    fraction_groups: list[int]
    least_integer: int
    scaling: int
    least_fraction: int
    most_fraction: int
    least_exponent: int


def format_number(_run: Run, value: Any, picture: Any, options: Any) -> Any:
    """Raises D3080 .. D3093 for what is wrong with the picture, D1001 for a number that isn't finite."""
    if value is UNDEFINED:
        return UNDEFINED
    if not is_number(value):
        raise JsonataError("D1001", value=value)
    symbols = _Symbols(options if type(options) is dict else {})
    pictures = ("" if picture is UNDEFINED else picture).split(symbols.pattern)
    if len(pictures) > 2:
        raise JsonataError("D3080")
    rules = []
    for each in pictures:
        parts = _split(each, symbols)
        _validate(parts, symbols)
        rules.append(_analyse(parts, symbols))
    if len(rules) == 1:
        rules.append(replace(rules[0], prefix=symbols.minus + rules[0].prefix))
    return _formatted(value, rules[0] if value >= 0 else rules[1], symbols)


def _split(picture: str, symbols: _Symbols) -> _Parts:
    starts = [number for number, char in enumerate(picture) if char in symbols.active and char != symbols.exponent]
    if not starts:
        raise JsonataError("D3085")
    prefix, suffix = picture[: starts[0]], picture[starts[-1] + 1 :]
    active = picture[starts[0] : starts[-1] + 1]
    mantissa, exponent = active, None
    position = picture.find(symbols.exponent, len(prefix))
    if 0 <= position <= len(picture) - len(suffix):
        mantissa, exponent = active[:position], active[position + 1 :]
    integer, point, fraction = mantissa.partition(symbols.decimal)
    return _Parts(picture, prefix, suffix, active, mantissa, exponent, integer, fraction if point else suffix)


def _validate(parts: _Parts, symbols: _Symbols) -> None:
    """Of several mistakes the last in this list is reported."""
    picture = parts.picture
    point = picture.find(symbols.decimal)
    around = picture[max(0, point - 1) : point] + picture[point + 1 : point + 2] if point >= 0 else ""
    signs = picture.count(symbols.percent) + picture.count(symbols.mille)
    optional = parts.integer.find(symbols.optional)
    last_optional = parts.fraction.rfind(symbols.optional)
    exponent = parts.exponent
    mistakes = (
        ("D3081", picture.count(symbols.decimal) > 1),
        ("D3082", picture.count(symbols.percent) > 1),
        ("D3083", picture.count(symbols.mille) > 1),
        ("D3084", symbols.percent in picture and symbols.mille in picture),
        ("D3085", symbols.count_all(parts.mantissa) == 0),
        ("D3086", any(char not in symbols.active for char in parts.active)),
        ("D3087", symbols.grouping in around),
        ("D3088", point < 0 and parts.integer.endswith(symbols.grouping)),
        ("D3089", symbols.grouping * 2 in picture),
        ("D3090", optional >= 0 and symbols.count(parts.integer[:optional]) > 0),
        ("D3091", last_optional >= 0 and symbols.count(parts.fraction[last_optional:]) > 0),
        ("D3092", bool(exponent) and signs > 0),
        ("D3093", exponent is not None and (not exponent or symbols.count(exponent) < len(exponent))),
    )
    found = [code for code, wrong in mistakes if wrong]
    if found:
        raise JsonataError(found[-1])


def _analyse(parts: _Parts, symbols: _Symbols) -> _Rules:
    integer_groups = _groups(parts.integer, parts.integer, False, symbols)
    least_integer = scaling = symbols.count(parts.integer)
    least_fraction = symbols.count(parts.fraction)
    most_fraction = symbols.count_all(parts.fraction)
    exponent = parts.exponent
    if least_integer == 0 and most_fraction == 0:
        if exponent is None:
            least_integer = 1
        else:
            least_fraction = most_fraction = 1
    if exponent is not None and least_integer == 0 and symbols.optional in parts.integer:
        least_integer = 1
    if least_integer == 0 and least_fraction == 0:
        least_fraction = 1
    return _Rules(
        picture=parts.picture,
        prefix=parts.prefix,
        suffix=parts.suffix,
        integer_groups=integer_groups,
        every=_regular(integer_groups),
        fraction_groups=_groups(parts.fraction, parts.integer, True, symbols),
        least_integer=least_integer,
        scaling=scaling,
        least_fraction=least_fraction,
        most_fraction=most_fraction,
        least_exponent=symbols.count(exponent or ""),
    )


def _groups(part: str, integer: str, to_left: bool, symbols: _Symbols) -> list[int]:
    """Where grouping separators stand; after the first, the reference looks for them in the integer part, always."""
    positions = []
    position = part.find(symbols.grouping)
    while position >= 0:
        positions.append(symbols.count_all(part[:position] if to_left else part[position:]))
        position = integer.find(symbols.grouping, position + 1)
    return positions


def _regular(positions: list[int]) -> int:
    if not positions:
        return 0
    factor = reduce(math.gcd, positions)
    return factor if factor and all(number * factor in positions for number in range(1, len(positions) + 1)) else 0


def _formatted(value: int | float, rules: _Rules, symbols: _Symbols) -> str:
    factor = 100 if symbols.percent in rules.picture else 1000 if symbols.mille in rules.picture else 1
    mantissa: int | float = value * factor
    exponent: int | None = None
    if rules.least_exponent:
        mantissa, exponent = _scaled(mantissa, rules.scaling)
    text = _digits(rounded_to(mantissa, rules.most_fraction), rules.most_fraction, symbols)
    whole, _, fraction = text.partition(".")
    whole = whole.lstrip(symbols.zero).rjust(rules.least_integer, symbols.zero)
    fraction = fraction.rstrip(symbols.zero).ljust(rules.least_fraction, symbols.zero)
    text = _grouped(whole, rules, symbols)
    for position in rules.fraction_groups:
        fraction = fraction[:position] + symbols.grouping + fraction[position:]
    if fraction and symbols.decimal in rules.picture:
        text += symbols.decimal + fraction
    if exponent is not None:
        sign = symbols.minus if exponent < 0 else ""
        text += symbols.exponent + sign + _digits(exponent, 0, symbols).rjust(rules.least_exponent, symbols.zero)
    return rules.prefix + text + rules.suffix


def _scaled(mantissa: int | float, digits: int) -> tuple[int | float, int]:
    """Mantissa and exponent, the mantissa having ``digits`` digits before the point."""
    exponent = 0
    largest, smallest = 10.0**digits, 10.0 ** (digits - 1)
    mantissa = abs(mantissa)  # the sign is shown by the prefix; the reference would never end here
    if mantissa == 0:
        return mantissa, 0
    while mantissa < smallest:
        mantissa *= 10
        exponent -= 1
    while mantissa > largest:
        mantissa /= 10
        exponent += 1
    return mantissa, exponent


def _digits(value: int | float, places: int, symbols: _Symbols) -> str:
    text = f"{abs(value):.{min(places, 100)}f}"
    if symbols.zero == "0":
        return text
    return "".join(symbols.digits[int(char)] if char.isdigit() else char for char in text)


def _grouped(whole: str, rules: _Rules, symbols: _Symbols) -> str:
    if rules.every:
        positions = [rules.every * number for number in range(1, (len(whole) - 1) // rules.every + 1)]
    else:
        positions = sorted(position for position in rules.integer_groups if position < len(whole))
    for position in reversed(positions):
        cut = len(whole) - position
        whole = whole[:cut] + symbols.grouping + whole[cut:]
    return whole

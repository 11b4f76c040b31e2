"""The calendar: from milliseconds to fields such as year, ISO week or am/pm, and back. Proleptic Gregorian, UTC."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

DAY: Final = 86_400_000
#: No date is further from 1970 than this many milliseconds.
LIMIT: Final = 8_640_000_000_000_000


class Moment(NamedTuple):
    """A date and time; ``month`` counts from 1, ``weekday`` from Monday = 1."""

    millis: int
    year: int
    month: int
    day: int
    weekday: int
    hour: int
    minute: int
    second: int
    milli: int


def moment_of(millis: int) -> Moment:
    days, rest = divmod(millis, DAY)
    year, month, day = _civil(days)
    hour, rest = divmod(rest, 3_600_000)
    minute, rest = divmod(rest, 60_000)
    second, milli = divmod(rest, 1000)
    return Moment(millis, year, month, day, (days + 3) % 7 + 1, hour, minute, second, milli)


def _civil(days: int) -> tuple[int, int, int]:
    """Year, month and day of a number of days since 1970-01-01."""
    era, day_of_era = divmod(days + 719_468, 146_097)
    year_of_era = (day_of_era - day_of_era // 1460 + day_of_era // 36_524 - day_of_era // 146_096) // 365
    day_of_year = day_of_era - (365 * year_of_era + year_of_era // 4 - year_of_era // 100)
    shifted = (5 * day_of_year + 2) // 153
    month = shifted + 3 if shifted < 10 else shifted - 9
    return year_of_era + era * 400 + (month <= 2), month, day_of_year - (153 * shifted + 2) // 5 + 1


def millis_of(year: int, month: int, day: int = 1) -> int:
    """Midnight of a date; a month or day outside its range carries over."""
    carried, month = divmod(month - 1, 12)
    year += carried
    shifted = year - (month < 2)
    era, year_of_era = divmod(shifted, 400)
    day_of_year = (153 * ((month + 10) % 12) + 2) // 5
    day_of_era = year_of_era * 365 + year_of_era // 4 - year_of_era // 100 + day_of_year
    return (era * 146_097 + day_of_era - 719_468 + day - 1) * DAY


def field(moment: Moment, component: str) -> int | str:
    """The value of a picture's component, as a number or, for am/pm, calendar and era, a text."""
    return _FIELDS[component](moment)


def _first_week(year: int, month: int) -> int:
    """The Monday of the week that holds the first Thursday of a month."""
    first = millis_of(year, month)
    weekday = moment_of(first).weekday
    return first + (8 - weekday) * DAY if weekday > 4 else first - (weekday - 1) * DAY


def _weeks(start: int, end: int) -> int:
    return (end - start) // (DAY * 7) + 1


def _week_of_year(moment: Moment) -> int:
    today = millis_of(moment.year, moment.month, moment.day)
    week = _weeks(_first_week(moment.year, 1), today)
    if week > 52 and today >= _first_week(moment.year + 1, 1):
        return 1
    return week if week >= 1 else _weeks(_first_week(moment.year - 1, 1), today)


def _week_of_month(moment: Moment) -> int:
    today = millis_of(moment.year, moment.month, moment.day)
    week = _weeks(_first_week(moment.year, moment.month), today)
    if week > 4 and today >= _first_week(moment.year, moment.month + 1):
        return 1
    return week if week >= 1 else _weeks(_first_week(moment.year, moment.month - 1), today)


def _week_year(moment: Moment) -> int:
    if moment.millis < _first_week(moment.year, 1):
        return moment.year - 1
    return moment.year + (moment.millis >= _first_week(moment.year + 1, 1))


def _week_month(moment: Moment) -> int:
    if moment.millis < _first_week(moment.year, moment.month):
        return (moment.month - 2) % 12 + 1
    return moment.month % 12 + 1 if moment.millis >= _first_week(moment.year, moment.month + 1) else moment.month


_FIELDS: Final[dict[str, Callable[[Moment], int | str]]] = {
    "Y": lambda moment: moment.year,
    "M": lambda moment: moment.month,
    "D": lambda moment: moment.day,
    "d": lambda moment: moment.millis // DAY - millis_of(moment.year, 1) // DAY + 1,
    "F": lambda moment: moment.weekday,
    "W": _week_of_year,
    "w": _week_of_month,
    "X": _week_year,
    "x": _week_month,
    "H": lambda moment: moment.hour,
    "h": lambda moment: moment.hour % 12 or 12,
    "P": lambda moment: "pm" if moment.hour >= 12 else "am",
    "m": lambda moment: moment.minute,
    "s": lambda moment: moment.second,
    "f": lambda moment: moment.milli,
    "C": lambda _: "ISO",
    "E": lambda _: "ISO",
}

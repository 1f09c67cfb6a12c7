"""Dates in a client list: read in every usual form, and never month first or day first on a guess.

What a column proves of the order, a date in it may be read by: one that has a 14 in the first
place cannot begin with the month. Where nothing proves it, the clinician says.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Literal

from babel.dates import get_day_names, get_month_names

from practice.couples.names import fold
from practice.couples.partner_details import EARLIEST_YEAR
from practice.errors import Refused
from practice.records.client_lists.cells import one_line

Order = Literal["month", "day"]
#: The languages whose names of months are read.
LANGUAGES = ("en", "es", "de", "fr", "pt", "it", "nl")
#: The day that spreadsheets count from.
SERIAL_BEGINNING = date(1899, 12, 30)
YOUNGEST, OLDEST = 14, 100
TIME = re.compile(
    r"(?:[T,\s]+|\s+at\s+)(?P<clock>\d{1,2}[:.]\d{2}(?:[:.]\d{2}(?:[.,]\d+)?)?)"
    r"\s*(?P<half>[ap]\.?\s?m\.?)?\s*(?P<zone>Z|UTC|GMT|[+-]00:?00)?(?:[+-]\d{2}:?\d{2})?$",
    re.IGNORECASE,
)
NUMBERS = re.compile(r"(\d{1,4})\s*([/.\-\s])\s*(\d{1,2})\s*\2\s*'?(\d{1,4})\.?")
LONGEST_DATE = 80
SERIAL = re.compile(r"(\d{5})(?:[.,]\d+)?")
COMPACT = re.compile(r"(19|20)(\d\d)(\d\d)(\d\d)")
WORDS = re.compile(r"[^\W\d_]+|\d+")
#: Between the parts of a date in words, and after its numbers.
FILLERS = frozenset(("de", "del", "of", "the", "st", "nd", "rd", "th", "er", "den", "am", "o"))
UNREADABLE = "Write this date as 1988-03-14."
EITHER = "This is {0} or {1}, by what stands first. Say which, or write it as {2}."


class EitherDay(Refused):
    """A date that can be read month first and day first, and nothing says which."""


@dataclass(frozen=True)
class Kind:
    """What a date tells: a birth, or since when."""

    is_birth: bool
    today: date


@lru_cache
def months() -> dict[str, int]:
    """The number of each month by its name, whole and short, folded."""
    found: dict[str, int] = {"sept": 9, "setiembre": 9}
    for language in LANGUAGES:
        for width in ("wide", "abbreviated"):
            for context in ("format", "stand-alone"):
                for number, name in get_month_names(width, context, language).items():
                    found.setdefault(fold(name), number)
    return found


@lru_cache
def weekdays() -> frozenset[str]:
    """The names of the days of the week, whole and short, folded."""
    return (
        frozenset(
            fold(name)
            for language in LANGUAGES
            for width in ("wide", "abbreviated")
            for name in get_day_names(width, "format", language).values()
        )
        - months().keys()
    )


def read_date(text: str, order: Order | None, kind: Kind) -> date:
    """The date in a cell; `order` is what the column proves, or the clinician says, stands first.

    Raises EitherDay when that is needed and not known, Refused for what is no date, lies ahead, or
    names no one day.
    """
    day = without_time(one_line(text))
    for form in (in_numbers, as_serial, compact, in_words):
        found = form(day, order, kind)
        if found is not None:
            if found > kind.today:
                raise Refused("This date is still to come.")
            if found.year < EARLIEST_YEAR:
                raise Refused(f"Check the year: it is before {EARLIEST_YEAR}.")
            return found
    if re.fullmatch(r"\d{4}", day):
        raise Refused("This is a year alone. Write the whole date, or leave it empty.")
    raise Refused(UNREADABLE)


def without_time(text: str) -> str:
    """A date without its time of day. Raises Refused for a moment that may be on another day here."""
    found = TIME.search(text)
    if not found:
        return text
    is_midnight = not found["clock"].replace(":", "").replace(".", "").strip("0")
    if found["zone"] and not is_midnight:
        raise Refused(
            "This is a moment by world time, so the day may be another one here. "
            "Write the date alone, as 1988-03-14."
        )
    return text[: found.start()].rstrip(" ,")


def in_numbers(text: str, order: Order | None, kind: Kind) -> date | None:
    """“1984-03-14”, “3/14/84”, “14.03.1984”; None for another form."""
    found = NUMBERS.fullmatch(text)
    if not found:
        return None
    first, second, third = found[1], found[3], found[4]
    if len(first) == 4:
        return in_calendar(int(first), int(second), int(third))
    if len(third) not in (2, 4) or len(first) > 2:
        raise Refused(UNREADABLE)
    by_order: dict[Order, Callable[[], date]] = {
        "month": lambda: with_year(third, int(first), int(second), kind),
        "day": lambda: with_year(third, int(second), int(first), kind),
    }
    possible = orders_of(text)
    if not possible:
        raise Refused("This date is not in the calendar. " + UNREADABLE)
    if len(possible) == 1:
        return by_order[possible[0]]()
    if first.lstrip("0") == second.lstrip("0"):
        return by_order["month"]()
    if order:
        return by_order[order]()
    two = [by_order[one]() for one in possible]
    raise EitherDay(EITHER.format(*map(spelled, two), two[0].isoformat()))


def spelled(day: date) -> str:
    """“March 4, 1984”."""
    return f"{day:%B} {day.day}, {day.year}"


def orders_of(text: str) -> list[Order]:
    """In which orders a date in numbers, its year last, can be read; none for anything else."""
    found = NUMBERS.fullmatch(text)
    if not found or len(found[1]) > 2 or len(found[4]) not in (2, 4):
        return []
    first, second = int(found[1]), int(found[3])
    can: list[Order] = []
    if 1 <= first <= 12 and 1 <= second <= 31:
        can.append("month")
    if 1 <= second <= 12 and 1 <= first <= 31:
        can.append("day")
    return can


def order_proved(texts: Iterable[str]) -> Order | None:
    """What a column's own dates prove to stand first; None when nothing does, or both are there."""
    proved: set[Order] = set()
    for text in texts:
        can = orders_of(bare(text))
        if len(can) == 1:
            proved.add(can[0])
    return proved.pop() if len(proved) == 1 else None


def bare(text: str) -> str:
    """A date without its time of day; nothing of what is too long to be one."""
    return TIME.sub("", one_line(text)).rstrip(" ,") if len(text) <= LONGEST_DATE else ""


def needs_order(texts: Iterable[str]) -> bool:
    """Whether a column has a date that can be read either way."""
    for text in texts:
        day = bare(text)
        found = NUMBERS.fullmatch(day)
        if found and len(orders_of(day)) == 2 and int(found[1]) != int(found[3]):
            return True
    return False


def with_year(year: str, month: int, day: int, kind: Kind) -> date:
    """A date whose year may have two digits. Raises Refused when it is not clear which century."""
    if len(year) == 4:
        return in_calendar(int(year), month, day)
    possible = []
    for century in (1900, 2000):
        one = in_calendar(century + int(year), month, day)
        age = (kind.today - one).days / 365.25
        if (YOUNGEST <= age <= OLDEST) if kind.is_birth else (0 <= age < OLDEST):
            possible.append(one)
    if not possible or (kind.is_birth and len(possible) > 1):
        raise Refused("Write the year of this date in four digits.")
    return possible[-1]


def in_calendar(year: int, month: int, day: int) -> date:
    """A date. Raises Refused for one that no calendar has."""
    try:
        return date(year, month, day)
    except ValueError:
        raise Refused("This date is not in the calendar. " + UNREADABLE) from None


def as_serial(text: str, _order: Order | None, kind: Kind) -> date | None:
    """The day that a spreadsheet's number stands for: 30755 is March 14, 1984."""
    found = SERIAL.fullmatch(text)
    if not found:
        return None
    day = SERIAL_BEGINNING + timedelta(days=int(found[1]))
    if kind.is_birth and not YOUNGEST <= (kind.today - day).days / 365.25 <= OLDEST:
        raise Refused(f"This number stands for {spelled(day)} in a spreadsheet. {UNREADABLE}")
    return day


def compact(text: str, _order: Order | None, _kind: Kind) -> date | None:
    """“19840314”, which can be read in one way alone."""
    found = COMPACT.fullmatch(text)
    return found and in_calendar(int(found[1] + found[2]), int(found[3]), int(found[4]))


def in_words(text: str, _order: Order | None, kind: Kind) -> date | None:
    """“14 March 1984”, “Mar 14, 1984”, “14 de marzo de 1984”, “14. März 1984”."""
    words = [fold(word) for word in WORDS.findall(text)]
    words = [word for word in words if word not in FILLERS and word not in weekdays()]
    named = [word for word in words if not word.isdigit()]
    numbers = [word for word in words if word.isdigit()]
    if len(named) != 1 or named[0] not in months() or not numbers:
        return None
    if len(numbers) == 1:
        missing = "day" if len(numbers[0]) == 4 else "year"
        raise Refused(f"The {missing} is missing. {UNREADABLE}")
    if len(numbers) != 2:
        return None
    day, year = numbers if len(numbers[0]) < 4 else numbers[::-1]
    if len(year) not in (2, 4) or len(day) > 2 or int(day) > 31:
        raise Refused(UNREADABLE)
    return with_year(year, months()[named[0]], int(day), kind)


def read_year(text: str, today: date) -> int:
    """The year in “2017”, “2017.0”, “since 2017” or a whole date. Raises Refused for any other."""
    line = one_line(text)
    serial = SERIAL.fullmatch(line)
    if serial:
        year = (SERIAL_BEGINNING + timedelta(days=int(serial[1]))).year
    else:
        years = set(re.findall(r"(?<!\d)((?:19|20)\d\d)(?!\d)", line))
        if len(years) != 1:
            raise Refused("Enter a year in four digits, such as 2017.")
        year = int(years.pop())
    if not EARLIEST_YEAR <= year <= today.year:
        raise Refused(f"Enter a year from {EARLIEST_YEAR} to {today.year}.")
    return year

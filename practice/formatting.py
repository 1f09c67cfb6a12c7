"""How dates, times, names and short texts are written for people."""

import re
from datetime import date, datetime, time, timedelta
from functools import lru_cache

from babel.dates import format_date
from flask import Flask

from practice import clock

DASH = "–"


@lru_cache(maxsize=5000)
def in_words(day: date, pattern: str, locale: str = "en_US") -> str:
    """A date by a pattern of Unicode's; the days a practice works with come again and again."""
    return str(format_date(day, pattern, locale=locale))


def long_date(day: date, language: str = "en") -> str:
    """“Thursday, November 26”: weekday and day, the year left out."""
    if language == "es":
        return in_words(day, "EEEE d 'de' MMMM", "es")
    return in_words(day, "EEEE, MMMM d")


def short_date(day: date) -> str:
    """“Nov 26”."""
    return in_words(day, "MMM d")


def month_day(day: date) -> str:
    """“November 26”."""
    return in_words(day, "MMMM d")


def full_date(day: date) -> str:
    """“November 26, 2026”."""
    return in_words(day, "MMMM d, y")


def weekday_date(day: date) -> str:
    """“Thu, December 3”."""
    return in_words(day, "EEE, MMMM d")


def clock_time(at: time) -> str:
    """“4:00 pm”."""
    return f"{at.hour % 12 or 12}:{at.minute:02d} {'am' if at.hour < 12 else 'pm'}"


def time_span(start: time | None, stop: time | None) -> str:
    """“4:00–4:50 pm”; what is known of it, or nothing."""
    if start and stop:
        same_half = (start.hour < 12) == (stop.hour < 12)
        first = clock_time(start)
        return f"{first[:-3] if same_half else first}{DASH}{clock_time(stop)}"
    return clock_time(start) if start else ""


def length_of_time(minutes: int) -> str:
    """“90 minutes”: as sessions are counted, never in hours."""
    return count_of(minutes, "minute", "minutes")


def local(moment: datetime, zone: str) -> str:
    """“November 26, 2026, 4:52 pm”: an aware moment by the practice's clock."""
    there = clock.in_zone(moment, zone)
    return f"{full_date(there.date())}, {clock_time(there.time())}"


def days_away(day: date, today: date) -> str:
    """“today”, “tomorrow”, “yesterday”, or the date in words."""
    near = {0: "today", 1: "tomorrow", -1: "yesterday"}
    return near.get((day - today).days, month_day(day))


#: A day further off than this is more likely one of another year.
FAR = timedelta(days=183)


def far_off(day: date, today: date) -> str:
    """“November 26, 2025 is 12 months ago.”: for a day that looks mistyped, a year off; else nothing."""
    if abs(day - today) < FAR:
        return ""
    months = round(abs((day - today).days) / 30.44)
    distance = f"{months} months" if months < 24 else f"{round(months / 12)} years"
    return f"{full_date(day)} is {distance} {'ago' if day < today else 'ahead'}."


def opening(text: str, longest: int = 220) -> str:
    """The first words of a note, cut at a word's end."""
    line = re.sub(r"\s+", " ", text).strip()
    if len(line) <= longest:
        return line
    return line[:longest].rsplit(" ", 1)[0].rstrip(",.;:") + "…"


def listed(words: list[str], last: str = "and") -> str:
    """“busyness, screens and resentment”."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {last} {words[-1]}"


def count_of(number: int, one: str, many: str) -> str:
    """“1 session”, “3 sessions”."""
    return f"{number:,} {one if number == 1 else many}"


def file_size(size: int) -> str:
    """“3.4 MB”: a number of bytes as people say it."""
    if size < 1_000_000:
        return f"{max(1, round(size / 1000)):,} kB"
    return f"{size / 1_000_000:,.1f} MB"


def init_app(app: Flask) -> None:
    """Give every template these ways of writing."""
    for write in (
        long_date,
        short_date,
        month_day,
        full_date,
        weekday_date,
        clock_time,
        opening,
        local,
        listed,
        file_size,
    ):
        app.jinja_env.filters[write.__name__] = write
    app.jinja_env.globals.update(
        time_span=time_span,
        far_off=far_off,
        days_away=days_away,
        count_of=count_of,
        # For a macro that draws the same from the same few words: its drawings are kept.
        remembered=lru_cache(maxsize=2000),
    )

"""What time it is: moments in UTC, dates as the practice writes them in its diary."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo


def now() -> datetime:
    """The present moment, aware, in UTC, to the second (nothing finer is ever stored)."""
    return datetime.now(UTC).replace(microsecond=0)


def in_zone(moment: datetime, zone: str) -> datetime:
    """`moment` (aware) as the clock on the wall of `zone` (an IANA name) shows it."""
    return moment.astimezone(ZoneInfo(zone))


def today_in(zone: str) -> date:
    """Today's date in `zone`, an IANA time zone name."""
    return in_zone(now(), zone).date()


def moment_of(day: date, at: time, zone: str) -> datetime:
    """The UTC moment when the wall clock of `zone` shows `day` and `at`.

    A time that a clock change skips is moved forward as the clocks are; one that
    comes twice is the first of the two.
    """
    return datetime.combine(day, at, ZoneInfo(zone)).astimezone(UTC)


def wall_clock_after(day: date, at: time, minutes: int, zone: str) -> datetime:
    """What the wall clock of `zone` shows `minutes` after `day` and `at`, clock changes included."""
    return in_zone(moment_of(day, at, zone) + timedelta(minutes=minutes), zone)


def minutes_between(day: date, start: time, stop: time, zone: str) -> list[int]:
    """How many minutes may lie between `start` on `day` and the next time it is `stop`.

    By the wall clock of `zone`, the shortest first. There are two answers only where the hour
    that comes twice in autumn leaves it open; a `stop` not after `start` is on the next day,
    unless the clocks went back in between.
    """
    for last_day in (day, day + timedelta(days=1)):
        lengths = {
            (stopped - started) // timedelta(minutes=1)
            for started in moments_of(day, start, zone)
            for stopped in moments_of(last_day, stop, zone)
            if stopped > started
        }
        if lengths:
            return sorted(lengths)
    return []


def moments_of(day: date, at: time, zone: str) -> list[datetime]:
    """The UTC moments when the wall clock of `zone` shows `day` and `at`: two when it comes twice."""
    first, second = (moment_of(day, at.replace(fold=fold), zone) for fold in (0, 1))
    return [first, second] if second > first else [first]

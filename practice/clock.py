"""What time it is: moments in UTC, dates as the practice writes them in its diary."""

from datetime import UTC, date, datetime, time
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

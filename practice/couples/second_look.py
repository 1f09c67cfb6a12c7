"""Days that look mistyped: asked about once, and taken when they are meant."""

from collections.abc import Collection
from datetime import date

from practice.errors import SecondLook
from practice.formatting import far_off


def check_day(day: date, today: date, field: str, looked_at: Collection[str] | None) -> None:
    """Raise SecondLook beside `field` for a day that looks a year off, unless it was looked at.

    `looked_at` holds the marks of what was shown; None doubts nothing.
    """
    if looked_at is None or day.isoformat() in looked_at:
        return
    if far := far_off(day, today):
        raise SecondLook(f"{far} Save again if that is right.", field, day.isoformat())

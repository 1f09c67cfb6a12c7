"""Which backups are kept: the stated rule."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

RULE = (
    "All of the last two days, then one a day for two weeks, one a week for eight weeks and one "
    "a month for a year. The newest is never removed."
)

#: How far back each step reaches, and what counts as the same day, week or month.
STEPS: tuple[tuple[timedelta, Callable[[datetime], object]], ...] = (
    (timedelta(days=2), lambda moment: moment),
    (timedelta(days=14), lambda moment: moment.date()),
    (timedelta(weeks=8), lambda moment: moment.isocalendar()[:2]),
    (timedelta(days=366), lambda moment: (moment.year, moment.month)),
)


def to_keep(moments: Iterable[datetime], now: datetime) -> set[datetime]:
    """Of backups made at these moments, the ones to keep: the newest of each day, week or month."""
    newest_first = sorted(moments, reverse=True)
    kept = set(newest_first[:1])
    for reach, same in STEPS:
        seen: set[object] = set()
        for moment in newest_first:
            if now - moment <= reach and same(moment) not in seen:
                seen.add(same(moment))
                kept.add(moment)
    return kept

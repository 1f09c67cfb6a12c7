"""Which backups are kept: the stated rule."""

from collections.abc import Callable, Iterable, Mapping
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


#: Longer without a backup is a pause, or a clock that ran ahead: it ages a series before it by so
#: much only, or the first backup of such a clock would have all others removed.
PAUSE, COUNTS_AS = timedelta(days=62), timedelta(days=7)


def to_keep(moments: Iterable[datetime], now: datetime) -> set[datetime]:
    """Of backups made at these moments, the ones to keep: the newest of each day, week or month.

    Dated after `now` are those a clock made that ran ahead. They stay until it is their day, and the
    others are looked at as if there were none.
    """
    there = set(moments)
    past = {moment for moment in there if moment <= now}
    return kept_of(ages(there, now)) | kept_of({moment: now - moment for moment in past})


def ages(moments: Iterable[datetime], now: datetime) -> dict[datetime, timedelta]:
    """How old each is when a pause does not count whole."""
    newest_first = sorted(moments, reverse=True)
    found: dict[datetime, timedelta] = {}
    for later, moment in zip([now, *newest_first], newest_first, strict=False):
        gap = max(later - moment, timedelta())
        is_pause = later in found and gap > PAUSE and moment != newest_first[-1]
        found[moment] = found.get(later, timedelta()) + (COUNTS_AS if is_pause else gap)
    return found


def kept_of(old: Mapping[datetime, timedelta]) -> set[datetime]:
    """Of backups of these ages, the ones the rule keeps, the newest in any case."""
    newest_first = sorted(old, reverse=True)
    kept = set(newest_first[:1])
    for reach, same in STEPS:
        seen: set[object] = set()
        for moment in newest_first:
            if old[moment] <= reach and same(moment) not in seen:
                seen.add(same(moment))
                kept.add(moment)
    return kept

"""A clock that went back: noticed by what is dated after the present moment, and told to the owner."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from practice.keeping import anchors, status
from practice.keeping.digest import first, opened
from practice.keeping.status import TOLERANCE, ClockWentBack
from practice.settings import Settings

#: The latest date among the log's last lines: after a clock went back, newer lines are dated right.
LAST_LINES = 200
LATEST_LINE = f"""SELECT max(at) FROM
(SELECT at FROM audit_event ORDER BY seq DESC LIMIT {LAST_LINES})"""  # noqa: S608  # nosec
#: How long Today tells of it; the page on backups does until another time.
TOLD_FOR = timedelta(days=14)


def look(settings: Settings, now: datetime) -> None:
    """Write down that the clock went back, where something is dated ahead that was not known to be.

    Raises what `anchors.read` and `opened` do.
    """
    known = status.read(settings)
    ahead = max(dates(settings, known), default=now)
    if ahead <= now + TOLERANCE:
        return
    if known.clock is None or known.clock.ahead < ahead or known.clock.noticed_at > now + TOLERANCE:
        status.write(settings, replace(known, clock=ClockWentBack(now, ahead)))


def dates(settings: Settings, known: status.Status) -> list[datetime]:
    """When the backups, the anchors and the log's last lines say that they were made."""
    with opened(settings.database, settings.key) as connection:
        line = first(connection, "audit_event", LATEST_LINE)
    logged = [datetime.fromisoformat(line[0]).replace(tzinfo=UTC)] if line and line[0] else []
    return [*known.moments, *logged, *(one.at for one in anchors.read(settings)[-1:])]


def is_news(clock: ClockWentBack | None, now: datetime) -> bool:
    """Whether the owner is still told of it on Today."""
    return clock is not None and now - clock.noticed_at < TOLD_FOR

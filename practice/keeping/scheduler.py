"""What is done by the clock while Rekindle is open: backups, and anchors of the audit log."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from practice import clock
from practice.errors import Refused
from practice.jobs.repeating import repeating
from practice.keeping import clock_watch, status
from practice.keeping.anchors import Tampered, keep_up
from practice.keeping.backups import back_up, is_due
from practice.settings import Settings, Unsafe

log = logging.getLogger(__name__)
SECONDS_BETWEEN = 60
#: How far apart the end of the log is written down outside; a lost write-ahead log hides no more.
SECONDS_BETWEEN_ANCHORS = 120


@contextmanager
def backing_up(settings: Settings) -> Iterator[None]:
    """Make backups when they are due for as long as the block lasts; never for the demo."""
    if settings.is_demo:
        yield
        return
    expect(settings)
    with repeating(lambda _: look(settings), SECONDS_BETWEEN, "backups", waits=False):
        yield


@contextmanager
def anchoring(settings: Settings) -> Iterator[None]:
    """Write down outside where the log stands: now, every few minutes, and when the block ends.

    In a thread of its own, for a backup may take longer than that. Raises what `keep_up` raises now;
    later it is logged.
    """
    keep_up(settings)
    try:
        with repeating(lambda _: anchor(settings), SECONDS_BETWEEN_ANCHORS, "anchors"):
            yield
    finally:
        anchor(settings)


def anchor(settings: Settings) -> None:
    """Write down where the log stands; what stops it is logged."""
    try:
        keep_up(settings)
    except (Refused, Tampered) as reason:
        log.warning("where the audit log stands could not be written down: %s", reason)
    except Exception:
        log.exception("where the audit log stands could not be written down")


def expect(settings: Settings) -> None:
    """From now on a day without a good backup is too long."""
    known = status.read(settings)
    if known.since is None:
        status.write(settings, status.Status(since=clock.now()))
    try:
        clock_watch.look(settings, clock.now())
    except (Refused, Tampered) as reason:
        log.warning("the clock could not be looked at: %s", reason)


def look(settings: Settings) -> None:
    """See whether the clock went back, and make a backup if one is due.

    What stops it is logged, and shown to the owner.
    """
    try:
        clock_watch.look(settings, clock.now())
        if is_due(settings, clock.now()):
            made = back_up(settings)
            log.info("backup kept: %s, %d bytes", made.archive.path.name, made.bytes)
            for where in made.failures:
                log.warning("a place for backups could not be used: %s", where)
    except (Refused, Unsafe, Tampered) as reason:
        log.warning("no backup could be made: %s", reason)
    except Exception:
        log.exception("no backup could be made")

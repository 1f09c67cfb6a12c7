"""Backups by the clock, while Rekindle is open."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread

from practice import clock
from practice.errors import Refused
from practice.keeping import status
from practice.keeping.anchors import Tampered, once_a_day
from practice.keeping.backups import back_up, is_due
from practice.settings import Settings, Unsafe

log = logging.getLogger(__name__)
SECONDS_BETWEEN = 60


@contextmanager
def backing_up(settings: Settings) -> Iterator[None]:
    """Make backups when they are due for as long as the block lasts; never for the demo."""
    if settings.is_demo:
        yield
        return
    expect(settings)
    over = Event()
    thread = Thread(target=keep_looking, args=(settings, over), name="backups", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()


def expect(settings: Settings) -> None:
    """From now on a day without a good backup is too long."""
    known = status.read(settings)
    if known.since is None:
        status.write(settings, status.Status(since=clock.now()))


def keep_looking(settings: Settings, over: Event) -> None:
    """Every minute: make a backup if one is due, until `over` is set."""
    while not over.wait(SECONDS_BETWEEN):
        look(settings)


def look(settings: Settings) -> None:
    """Write down where the audit log stands, and make a backup if one is due. What stops it
    is logged, and shown to the owner."""
    try:
        once_a_day(settings)
        if is_due(settings, clock.now()):
            made = back_up(settings)
            log.info("backup kept: %s, %d bytes", made.archive.path.name, made.bytes)
            for where in made.failures:
                log.warning("a place for backups could not be used: %s", where)
    except (Refused, Unsafe, Tampered) as reason:
        log.warning("no backup could be made: %s", reason)
    except Exception:
        log.exception("no backup could be made")

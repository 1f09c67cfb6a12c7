"""What is done by the clock while the program is open: a thread that does it again and again."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Thread

log = logging.getLogger(__name__)


@contextmanager
def repeating(
    work: Callable[[Event], object],
    seconds: float,
    name: str,
    *,
    at_once: bool = False,
    waits: bool = True,
) -> Iterator[None]:
    """Do `work` every so many seconds in a thread of its own, for as long as the block lasts.

    It is handed an event that is set when the block ends, and is done first after that many
    seconds, unless `at_once`. What it raises is logged. The block `waits` at its end for what is
    under way, unless that may take long and does not mind the event.
    """
    over = Event()
    thread = Thread(
        target=repeat, args=(work, seconds, name, over, at_once), name=name, daemon=True
    )
    thread.start()
    try:
        yield
    finally:
        over.set()
        if waits:
            thread.join()


def repeat(
    work: Callable[[Event], object], seconds: float, name: str, over: Event, at_once: bool
) -> None:
    """What that thread does, until `over` is set."""
    if not at_once and over.wait(seconds):
        return
    while not over.is_set():
        try:
            work(over)
        except Exception:
            log.exception("%s could not be done by the clock", name)
        over.wait(seconds)

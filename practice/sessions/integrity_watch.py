"""The look at every signed note while Rekindle is open: beside the requests, a few at a time."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from threading import Event

from flask import Flask

from practice import clock
from practice.database.unit_of_work import reading
from practice.jobs.repeating import repeating
from practice.keeping.signed_notes import STATE, Compared
from practice.sessions import integrity
from practice.sessions.integrity import Altered

log = logging.getLogger(__name__)
#: How many of the newest are compared before Rekindle opens; the rest follows at once.
FIRST = 500
PAUSE_SECONDS, AGAIN_SECONDS = 0.05, 24 * 3600


def first_look(app: Flask) -> list[Altered]:
    """What of the newest signed notes is not as it was signed."""
    with app.app_context(), reading() as connection:
        return integrity.newest_signatures(connection, app.config["SIGNATURE_KEY"], FIRST)


@contextmanager
def watching(app: Flask) -> Iterator[None]:
    """Compare every signed note with its signature, now and each day, for as long as the block lasts."""
    compare = partial(compare_all, app)
    with repeating(compare, AGAIN_SECONDS, "signed notes", at_once=True):
        yield


def compare_all(app: Flask, over: Event) -> None:
    """Compare every signature, so many at a time, and have the owner's page say how far it is."""
    key, after, compared, altered = app.config["SIGNATURE_KEY"], 0, 1, list[Altered]()
    with app.app_context():
        with reading() as connection:
            state = Compared(total=integrity.count(connection))
        while compared and not over.wait(PAUSE_SECONDS):
            with reading() as connection:
                found, after, compared = integrity.signatures(connection, key, after)
            altered += found
            state = told(app, replace(state, checked=state.checked + compared), altered)
        if over.is_set():
            return
        with reading() as connection:
            altered += [*integrity.addenda(connection, key), *integrity.gone(connection)]
    told(app, replace(state, checked=state.total, done_at=clock.now()), altered)
    for one in altered:
        log.error("not as it was signed: %s", one)


def told(app: Flask, state: Compared, altered: list[Altered]) -> Compared:
    """Have the owner's page know how far the look is."""
    state = replace(state, altered=tuple(map(str, altered)))
    app.extensions[STATE] = state
    return state

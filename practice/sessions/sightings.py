"""What got in the way at this session and the few before it: asked once, read by many."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import bindparam, select

from practice.access.prepared import PreparedQuery
from practice.sessions.models import Sighting, TherapySession
from practice.sessions.order import (
    ASKED,
    NUMBER_ASKED,
    held_at,
    newest_first,
    order_columns,
    order_of,
)
from practice.sessions.rows import AnySession

#: How many sessions, this one included.
LATELY = 6

SESSIONS = (
    select(
        TherapySession.id,
        TherapySession.number,
        TherapySession.held_on,
        TherapySession.started_at,
    )
    .where(TherapySession.couple_id == bindparam("couple_id"), held_at() <= ASKED)
    .order_by(*newest_first())
    .limit(LATELY)
    .subquery()
    .c
)


@dataclass(frozen=True, slots=True)
class SeenRow:
    """A row of an obstacle tagged on a session; of one without any, what it says is None."""

    session_id: int
    number: int
    held_on: date
    obstacle: str | None
    who: str | None
    strength: int | None
    words: str | None
    #: The number of the session that was asked with, as it is shown.
    session_number: int


SEEN = PreparedQuery(
    SeenRow,
    select(
        SESSIONS.id.label("session_id"),
        SESSIONS.number,
        SESSIONS.held_on,
        Sighting.obstacle,
        Sighting.who,
        Sighting.strength,
        Sighting.words,
        NUMBER_ASKED.label("session_number"),
    )
    .outerjoin(Sighting, Sighting.session_id == SESSIONS.id)
    .order_by(*order_columns(SESSIONS), Sighting.id),
)


def seen_lately(session: AnySession) -> list[SeenRow]:
    """A row for each obstacle tagged on this session and the few before it, oldest first.

    A session on which nothing was tagged has one row without an obstacle.
    """
    return SEEN.rows_cached_per_request(couple_id=session.couple_id, **order_of(session))


def session_number(session: AnySession) -> int:
    """The number of a session as it is shown: 1 for the first that was held with the couple."""
    return seen_lately(session)[-1].session_number


def seen_on(session: AnySession) -> dict[str, SeenRow]:
    """What was tagged on this session: by obstacle, in the order it was tagged."""
    here = (row for row in seen_lately(session) if row.session_id == session.id)
    return {row.obstacle: row for row in here if row.obstacle}

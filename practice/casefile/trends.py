"""How the three core obstacles went over the last sessions of a couple's file."""

from sqlalchemy import and_, bindparam, select

from practice.access.prepared import PreparedQuery
from practice.casefile.timeline import Entry
from practice.couples.models import OfACouple
from practice.sessions.models import Sighting, TherapySession
from practice.sessions.order import newest_first, order_columns
from practice.sessions.trends import TrendRow, Trends, drawn, drawn_from
from practice.vocabulary import CORE_OBSTACLES

IN_THE_FILE = 8

LAST_SESSIONS = (
    select(
        TherapySession.id,
        TherapySession.number,
        TherapySession.held_on,
        TherapySession.started_at,
    )
    .where(TherapySession.couple_id == bindparam("couple_id"))
    .order_by(*newest_first())
    .limit(IN_THE_FILE)
    .subquery()
    .c
)
CORE_SIGHTINGS = PreparedQuery(
    TrendRow,
    select(
        LAST_SESSIONS.number,
        LAST_SESSIONS.held_on,
        Sighting.obstacle,
        Sighting.strength,
        Sighting.who,
    )
    .outerjoin(
        Sighting,
        and_(Sighting.session_id == LAST_SESSIONS.id, Sighting.obstacle.in_(CORE_OBSTACLES)),
    )
    .order_by(*order_columns(LAST_SESSIONS)),
)


def trends(couple: OfACouple) -> Trends:
    """What got in the way over the last sessions."""
    return drawn_from(CORE_SIGHTINGS.rows(couple_id=couple.id), couple)


def trends_on(couple: OfACouple, entries: list[Entry]) -> Trends:
    """The same from the first page of the timeline, which has asked for it all already."""
    sessions = (entry for entry in entries if entry.kind == "session")
    last = sorted(sessions, key=lambda entry: entry.order)[-IN_THE_FILE:]
    marks = {(one.order, tag.key): (tag.strength, tag.who) for one in last for tag in one.tags}
    return drawn(couple, {one.order: one.on_day for one in last}, marks)

"""How the three core obstacles went over the last sessions, as the chart macros want it."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import and_, bindparam, select

from practice.casefile.timeline import Entry
from practice.couples.models import OfACouple
from practice.couples.names import initials
from practice.formatting import short_date
from practice.questions import Question
from practice.sessions.models import Sighting, TherapySession
from practice.sessions.order import newest_first, order_columns
from practice.sessions.sightings import seen_lately
from practice.vocabulary import CORE_OBSTACLES, OBSTACLES

IN_THE_FILE = 8

#: (session number, obstacle key) to (strength, who).
Marks = dict[tuple[int, str], tuple[int, str]]


@dataclass(frozen=True)
class Trends:
    """The core obstacles over some sessions, oldest first: a series for each, and the dates."""

    series: list[dict[str, Any]]
    dates: list[str]


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
CORE_SIGHTINGS = Question(
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
    .order_by(*order_columns(LAST_SESSIONS))
)


def trends(couple: OfACouple) -> Trends:
    """What got in the way over the last sessions."""
    return drawn_from(CORE_SIGHTINGS.ask(couple_id=couple.id), couple)


def trends_to(couple: OfACouple, session: TherapySession) -> Trends:
    """The same over a session and the few before it."""
    return drawn_from(seen_lately(session), couple)


def trends_on(couple: OfACouple, entries: list[Entry]) -> Trends:
    """The same from the first page of the timeline, which has asked for it all already."""
    sessions = (entry for entry in entries if entry.kind == "session")
    last = sorted(sessions, key=lambda entry: entry.order)[-IN_THE_FILE:]
    marks = {(one.order, tag.key): (tag.strength, tag.who) for one in last for tag in one.tags}
    return drawn(couple, {one.order: one.on_day for one in last}, marks)


def drawn_from(rows: list[Any], couple: OfACouple) -> Trends:
    """The series from a row for each obstacle tagged on a session, or one without any."""
    marks = {(row.number, row.obstacle): (row.strength, row.who) for row in rows if row.obstacle}
    return drawn(couple, {row.number: row.held_on for row in rows}, marks)


def drawn(couple: OfACouple, days: dict[int, date], marks: Marks) -> Trends:
    """The series of each core obstacle over the sessions of `days`, by number, oldest first.

    A point is (strength, who in initials); a strength that is not stated counts as one.
    """
    letters = {**initials(couple), "both": "both", "": ""}
    points = {at: (strength or 1, letters[who]) for at, (strength, who) in marks.items()}
    series = [
        {
            "key": key,
            "label": OBSTACLES[key].label,
            "points": [points.get((number, key), (0, "")) for number in days],
        }
        for key in CORE_OBSTACLES
    ]
    return Trends(series, [short_date(day) for day in days.values()])

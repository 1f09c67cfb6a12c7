"""What a suggestion is computed from, gathered from the record as plain values."""

from dataclasses import dataclass
from datetime import date
from itertools import groupby
from time import monotonic

from flask import current_app
from sqlalchemy import bindparam, func, select

from practice.access.prepared import PreparedQuery
from practice.assignments.models import Assignment, Review
from practice.audit.service import current_actor
from practice.couples.models import OfACouple
from practice.couples.names import told_apart
from practice.couples.safety import Gate
from practice.library import custom
from practice.library.homework import ENGLISH
from practice.sessions.rows import AnySession
from practice.sessions.sightings import seen_lately
from practice.suggestions.facts import (
    NOTHING,
    CoupleFacts,
    PastAssignment,
    ReviewFact,
    SightingFact,
)
from practice.suggestions.ranking import Suggestion, suggest
from practice.vocabulary import Letter, SessionKind

GIVEN = 40
USEFUL = 3
LATEST = 200
#: Seconds for which what helped on one's caseload need not be counted anew.
COUNTED_FOR = 60

#: By homework, how many were of use, and how many reviewed.
Helped = dict[str, tuple[int, int]]


def suggestions_for(session: AnySession, couple: OfACouple, safety: Gate) -> list[Suggestion]:
    """What fits this couple, whose gate is `safety`, at this session; nothing in a closed file."""
    return fitting(what_is_known(session, couple, safety)) if couple.is_open else []


def fitting(known: CoupleFacts) -> list[Suggestion]:
    """What fits of the library and of the practice's own that the user sees."""
    return suggest(custom.catalog().in_language(ENGLISH).values(), known)


def what_is_known(session: AnySession, couple: OfACouple, safety: Gate) -> CoupleFacts:
    """The plain values a suggestion is computed from."""
    names = told_apart(couple)
    sightings = sightings_by_session(session)
    given = given_before(couple.id)
    return CoupleFacts(
        today=sightings.pop(session.id, ()),
        earlier=tuple(sightings.values()),
        given=tuple(given),
        gate=safety.level,
        caution=safety.caution,
        names=(names["a"], names["b"]),
        minutes_a_day=couple.minutes_a_day,
        out_now=frozenset(one.slug for one in given if not one.clinician.outcome),
        helped=helped_lately(current_actor()[1]),
        alone=alone_in(session),
        ruled_out=custom.catalog().of_control if safety.level == "refused" else frozenset(),
        tie=f"{couple.id}.{session.id}",
    )


#: The partner whom each kind of individual session is with, by letter.
WITH_ONE = {SessionKind.INDIVIDUAL_A: Letter.A, SessionKind.INDIVIDUAL_B: Letter.B}


def alone_in(session: AnySession | None) -> str:
    """The letter of the partner whom an individual session is with; "" for any other, or none."""
    return WITH_ONE.get(SessionKind(session.kind), "") if session else ""


def sightings_by_session(session: AnySession) -> dict[int, tuple[SightingFact, ...]]:
    """The sightings of this session and the few before it: by session id, newest first."""
    found: dict[int, tuple[SightingFact, ...]] = {}
    for row in reversed(seen_lately(session)):
        seen = (
            (SightingFact(row.obstacle, row.who or "", row.strength or 0),) if row.obstacle else ()
        )
        found[row.session_id] = (*seen, *found.get(row.session_id, ()))
    return found


LATELY_GIVEN = (
    select(
        Assignment.id,
        Assignment.slug,
        Assignment.for_whom,
        Assignment.dose,
        Assignment.confidence_a,
        Assignment.confidence_b,
        Assignment.wording["elements"].label("elements"),
        Assignment.given_on,
    )
    .where(Assignment.couple_id == bindparam("couple_id"))
    .order_by(Assignment.given_on.desc(), Assignment.id.desc())
    .limit(GIVEN)
    .subquery()
    .c
)


@dataclass(frozen=True, slots=True)
class GivenRow:
    """A row of an assignment and one review of it; the review's are None where there is none."""

    id: int
    slug: str
    for_whom: str
    dose: int
    confidence_a: int | None
    confidence_b: int | None
    elements: list[str]
    given_on: date
    by_whom: str | None
    outcome: str | None
    usefulness: int | None


GIVEN_BEFORE = PreparedQuery(
    GivenRow,
    select(*LATELY_GIVEN, Review.by_whom, Review.outcome, Review.usefulness)
    .outerjoin(Review, Review.assignment_id == LATELY_GIVEN.id)
    .order_by(LATELY_GIVEN.given_on.desc(), LATELY_GIVEN.id.desc()),
)


def given_before(couple_id: int) -> list[PastAssignment]:
    """What the couple was given, newest first, and how clinician and partners found it went."""
    rows = GIVEN_BEFORE.rows(couple_id=couple_id)
    return [given_of(list(said)) for _, said in groupby(rows, key=lambda row: row.id)]


def given_of(rows: list[GivenRow]) -> PastAssignment:
    """One assignment as a plain value; a row for each of those who said how it went."""
    one = rows[0]
    told = {
        row.by_whom: ReviewFact(row.outcome or "", row.usefulness) for row in rows if row.by_whom
    }
    return PastAssignment(
        one.slug,
        clinician=told.get("clinician", NOTHING),
        a=told.get("a", NOTHING),
        b=told.get("b", NOTHING),
        for_whom=one.for_whom,
        dose=one.dose,
        sure=(one.confidence_a, one.confidence_b),
        elements=tuple(one.elements),
    )


NEWEST = (
    select(Assignment.id, Assignment.slug)
    .where(Assignment.by_user_id == bindparam("user_id"))
    .order_by(Assignment.id.desc())
    .limit(LATEST)
    .subquery()
    .c
)


@dataclass(frozen=True, slots=True)
class HelpedRow:
    """A row of how many assignments of a homework were reviewed, and how many of use."""

    slug: str
    reviewed: int
    of_use: int


HELPED = PreparedQuery(
    HelpedRow,
    select(
        NEWEST.slug,
        func.count(func.distinct(NEWEST.id)).label("reviewed"),
        func.count(func.distinct(NEWEST.id)).filter(Review.usefulness >= USEFUL).label("of_use"),
    )
    .join(Review, Review.assignment_id == NEWEST.id)
    .where(Review.outcome != "")
    .group_by(NEWEST.slug),
)


def helped_lately(user_id: int | None) -> Helped:
    """The same as `helped_here`, counted anew once a minute: an open session asks at every tap."""
    counted: dict[int | None, tuple[float, Helped]]
    counted = current_app.extensions.setdefault("helped_lately", {})
    now = monotonic()
    if user_id not in counted or now - counted[user_id][0] > COUNTED_FOR:
        counted[user_id] = (now, helped_here(user_id))
    return counted[user_id][1]


def helped_here(user_id: int | None) -> Helped:
    """Of the user's latest assignments: by homework, how many were of use, and how many reviewed.

    Of use means a usefulness of 3 or 4 by anyone. Counts only, over a bounded number, so that
    a large caseload is as quick as a small one.
    """
    rows = HELPED.rows(user_id=user_id)
    return {row.slug: (row.of_use, row.reviewed) for row in rows}

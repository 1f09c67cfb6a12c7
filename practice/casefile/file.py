"""A couple's file: the header that never moves, the timeline that is its spine, what stands beside it.

The statements are built once, when this is loaded: building one takes longer than running it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import and_, bindparam, select

from practice.accounts.models import User
from practice.caseload import CareTeamMember
from practice.couples.diary import coming_appointment
from practice.couples.models import Appointment, Couple
from practice.couples.names import initials
from practice.couples.safety import gate, policy_in_force
from practice.database import LARGEST_ID, db
from practice.formatting import opening, short_date
from practice.homework.models import Assignment
from practice.homework.service import Said, is_reviewed, reviews_of
from practice.sessions.arrangements import SECTIONS, first_words
from practice.sessions.models import ProgressNote, Sighting, TherapySession
from practice.vocabulary import CORE_OBSTACLES, OBSTACLES, Outcome, SecretsPolicyKind

SESSIONS_A_PAGE = 20
TREND_LENGTH = 8
MISSED = {"no-show": "No-show", "late-cancellation": "Late cancellation"}


@dataclass(frozen=True)
class Header:
    """What stands above every page of a file."""

    couple: Couple
    clinicians: list[str]
    next: Appointment | None
    policy: str
    policy_missing: list[str]
    care: str


def header(couple: Couple, today: date) -> Header:
    """The file's header: who cares for them, when they come next, what asks for care."""
    policy = policy_in_force(couple)
    missing = []
    if policy:
        signed = ((couple.a, policy.signed_a_on), (couple.b, policy.signed_b_on))
        missing = [partner.known_as for partner, on in signed if on is None]
    safety = gate(couple)
    return Header(
        couple=couple,
        clinicians=clinicians_of(couple.id),
        next=coming_appointment(couple.id, today),
        policy=SecretsPolicyKind(policy.kind).label if policy else "",
        policy_missing=missing,
        care="" if safety.level == "open" else "Look at the safety screens",
    )


TEAM = (
    select(User.name, User.credentials)
    .join(CareTeamMember, CareTeamMember.user_id == User.id)
    .where(CareTeamMember.couple_id == bindparam("couple_id"))
    .order_by(CareTeamMember.id)
)


def clinicians_of(couple_id: int) -> list[str]:
    """The names and credentials of the care team, in the order they joined."""
    rows = db.session.execute(TEAM, {"couple_id": couple_id})
    return [f"{name}, {credentials}" if credentials else name for name, credentials in rows]


@dataclass
class Entry:
    """One thing on the timeline. `kind` is session, assignment or missed."""

    kind: str
    on_day: date
    order: int
    title: str
    words: str = ""
    id: int = 0
    is_signed: bool = True
    tags: list[Any] = field(default_factory=list)


@dataclass(frozen=True)
class Timeline:
    """A page of the timeline, newest first, and the session number where the next page begins."""

    entries: list[Entry]
    older: int | None


def timeline(couple: Couple, before: int | None = None) -> Timeline:
    """Sessions, homework and missed appointments of a couple, newest first.

    `before` is a session's number: only what came before it is shown.
    """
    sessions = session_entries(couple.id, before)
    older = sessions[-1].order if len(sessions) > SESSIONS_A_PAGE else None
    shown = sessions[:SESSIONS_A_PAGE]
    first = shown[-1].on_day if older else None
    until = day_of_session(couple.id, before) if before else None
    entries = [
        *shown,
        *assignment_entries(couple, first, until),
        *missed_entries(couple.id, first, until),
    ]
    entries.sort(key=lambda entry: (entry.on_day, entry.kind != "session", entry.order), reverse=True)
    return Timeline(entries, shown[-1].order if older else None)


def day_of_session(couple_id: int, number: int) -> date | None:
    """When the session of that number was held; None when there is none."""
    return db.session.scalar(
        select(TherapySession.held_on).where(
            TherapySession.couple_id == couple_id, TherapySession.number == number
        )
    )


SESSIONS = (
    select(
        TherapySession.id,
        TherapySession.number,
        TherapySession.held_on,
        TherapySession.is_signed,
        *(getattr(ProgressNote, key) for key in SECTIONS),
    )
    .join(ProgressNote, ProgressNote.session_id == TherapySession.id)
    .where(
        TherapySession.couple_id == bindparam("couple_id"),
        TherapySession.number < bindparam("before"),
    )
    .order_by(TherapySession.number.desc())
    .limit(SESSIONS_A_PAGE + 1)
)


def session_entries(couple_id: int, before: int | None) -> list[Entry]:
    """Sessions with their notes' first words and what was seen, newest first, one more than a page."""
    which = {"couple_id": couple_id, "before": before or LARGEST_ID}
    rows = db.session.execute(SESSIONS, which).all()
    seen = sightings_in([row.id for row in rows])
    return [
        Entry(
            kind="session",
            on_day=row.held_on,
            order=row.number,
            title=f"Session {row.number}",
            words=opening(first_words(row)),
            id=row.id,
            is_signed=row.is_signed,
            tags=seen.get(row.id, []),
        )
        for row in rows
    ]


SIGHTINGS = (
    select(Sighting.session_id, Sighting.obstacle, Sighting.strength)
    .where(Sighting.session_id.in_(bindparam("session_ids", expanding=True)))
    .order_by(Sighting.id)
)


def sightings_in(session_ids: list[int]) -> dict[int, list[Any]]:
    """(obstacle key, label, strength) of each session, core obstacles first."""
    rows = db.session.execute(SIGHTINGS, {"session_ids": session_ids})
    seen: dict[int, list[Any]] = {}
    for session_id, key, strength in rows:
        seen.setdefault(session_id, []).append((key, OBSTACLES[key].label, strength))
    order = list(OBSTACLES)
    for tags in seen.values():
        tags.sort(key=lambda tag: order.index(tag[0]))
    return seen


ASSIGNMENTS = (
    select(Assignment.id, Assignment.title, Assignment.given_on)
    .where(
        Assignment.couple_id == bindparam("couple_id"),
        Assignment.given_on >= bindparam("first"),
        Assignment.given_on < bindparam("until"),
    )
    .order_by(Assignment.given_on.desc())
    .limit(60)
)


def assignment_entries(couple: Couple, first: date | None, until: date | None) -> list[Entry]:
    """Homework given from the day `first` until before `until`, with how it went in each one's words."""
    rows = db.session.execute(ASSIGNMENTS, days_of(couple.id, first, until)).all()
    reviews = reviews_of([row.id for row in rows])
    return [
        Entry(
            kind="assignment",
            on_day=row.given_on,
            order=row.id,
            title=row.title,
            words=how_it_went(couple, reviews[row.id]),
            id=row.id,
        )
        for row in rows
    ]


def how_it_went(couple: Couple, reviews: dict[str, Said]) -> str:
    """“Maya: partly, “mornings work” · Jonah: tried · You: partly”."""
    said = []
    for by_whom, name in (("a", couple.a.known_as), ("b", couple.b.known_as), ("clinician", "Clinician")):
        review = reviews.get(by_whom)
        if review and (review.outcome or review.noticed):
            label = Outcome(review.outcome).label.lower() if review.outcome else ""
            quoted = f"“{review.noticed}”" if review.noticed else ""
            said.append(f"{name}: {', '.join(filter(None, (label, quoted)))}")
    return " · ".join(said) or "Still out."


MISSED_ONES = (
    select(Appointment.id, Appointment.on_day, Appointment.outcome)
    .where(
        Appointment.couple_id == bindparam("couple_id"),
        Appointment.on_day >= bindparam("first"),
        Appointment.on_day < bindparam("until"),
        Appointment.outcome.in_(list(MISSED)),
    )
    .order_by(Appointment.on_day.desc())
    .limit(40)
)


def missed_entries(couple_id: int, first: date | None, until: date | None) -> list[Entry]:
    """Appointments missed or cancelled too late, from the day `first` until before `until`."""
    rows = db.session.execute(MISSED_ONES, days_of(couple_id, first, until))
    return [
        Entry(kind="missed", on_day=day, order=id_, title=MISSED[outcome], id=id_)
        for id_, day, outcome in rows
    ]


def days_of(couple_id: int, first: date | None, until: date | None) -> dict[str, Any]:
    """What a statement asks of a couple between two days; None is no bound."""
    return {"couple_id": couple_id, "first": first or date.min, "until": until or date.max}


@dataclass(frozen=True)
class Trends:
    """The three core obstacles over the last sessions, oldest first, as the chart macros want them."""

    series: list[dict[str, Any]]
    dates: list[str]


def trends(couple: Couple, length: int = TREND_LENGTH, upto: int | None = None) -> Trends:
    """What got in the way over the last `length` sessions, up to session number `upto`."""
    rows = core_sightings(couple.id, length, upto)
    letters = {**initials(couple), "both": "both", "": ""}
    days = {row.number: row.held_on for row in rows}
    marks = {
        (row.number, row.obstacle): (row.strength or 1, letters[row.who])
        for row in rows
        if row.obstacle
    }
    series = [
        {
            "key": key,
            "label": OBSTACLES[key].label,
            "points": [marks.get((number, key), (0, "")) for number in days],
        }
        for key in CORE_OBSTACLES
    ]
    return Trends(series, [short_date(day) for day in days.values()])


LAST_SESSIONS = (
    select(TherapySession.id, TherapySession.number, TherapySession.held_on)
    .where(
        TherapySession.couple_id == bindparam("couple_id"),
        TherapySession.number <= bindparam("upto"),
    )
    .order_by(TherapySession.number.desc())
    .limit(bindparam("length"))
    .subquery()
    .c
)
CORE_SIGHTINGS = (
    select(
        LAST_SESSIONS.number,
        LAST_SESSIONS.held_on,
        Sighting.obstacle,
        Sighting.strength,
        Sighting.who,
    )
    .outerjoin(
        Sighting,
        and_(
            Sighting.session_id == LAST_SESSIONS.id, Sighting.obstacle.in_(CORE_OBSTACLES)
        ),
    )
    .order_by(LAST_SESSIONS.number)
)


def core_sightings(couple_id: int, length: int, upto: int | None) -> Sequence[Any]:
    """The core obstacles of the last sessions, oldest first; a session without any is there once."""
    which = {"couple_id": couple_id, "length": length, "upto": upto or LARGEST_ID}
    return db.session.execute(CORE_SIGHTINGS, which).all()


OUT = (
    select(Assignment.id, Assignment.title, Assignment.dose, Assignment.due_on)
    .where(Assignment.couple_id == bindparam("couple_id"), ~is_reviewed())
    .order_by(Assignment.given_on.desc(), Assignment.id.desc())
    .limit(4)
)


def homework_out(couple_id: int) -> Sequence[Any]:
    """What is out and not reviewed by the clinician yet, newest first: id, title, dose, due date."""
    return db.session.execute(OUT, {"couple_id": couple_id}).all()


def unsigned_by_couple(couple_ids: list[int]) -> dict[int, int]:
    """How many notes wait for a signature, by couple."""
    rows = db.session.execute(
        select(TherapySession.couple_id, TherapySession.id).where(
            TherapySession.couple_id.in_(couple_ids), TherapySession.is_signed.is_(False)
        )
    )
    counts: dict[int, int] = {}
    for couple_id, _ in rows:
        counts[couple_id] = counts.get(couple_id, 0) + 1
    return counts


def last_session_by_couple(couple_ids: list[int]) -> dict[int, date]:
    """The day of the last session, by couple."""
    newest = (
        select(TherapySession.held_on)
        .where(TherapySession.couple_id == Couple.id)
        .order_by(TherapySession.held_on.desc())
        .limit(1)
        .correlate(Couple)
        .scalar_subquery()
    )
    rows = db.session.execute(select(Couple.id, newest).where(Couple.id.in_(couple_ids)))
    return {couple_id: day for couple_id, day in rows if day}



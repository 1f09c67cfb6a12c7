"""A couple's file: the header that never moves, the timeline that is its spine, what stands beside it."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import select

from practice.accounts.models import User
from practice.caseload import CareTeamMember
from practice.couples.diary import coming_appointment
from practice.couples.models import Appointment, Couple
from practice.couples.names import initials
from practice.couples.safety import gate, policy_in_force
from practice.database import db
from practice.formatting import opening, short_date
from practice.homework.models import Assignment, Review
from practice.homework.service import reviews_of
from practice.sessions.arrangements import first_words
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
        care={"refused": "Individual exercises only", "reason-needed": "Safety screening to do"}.get(
            safety.level, ""
        ),
    )


def clinicians_of(couple_id: int) -> list[str]:
    """The names and credentials of the care team, in the order they joined."""
    rows = db.session.execute(
        select(User.name, User.credentials)
        .join(CareTeamMember, CareTeamMember.user_id == User.id)
        .where(CareTeamMember.couple_id == couple_id)
        .order_by(CareTeamMember.id)
    )
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
    first = shown[-1].on_day if older and shown else None
    last = shown[0].on_day if before and shown else None
    entries = [*shown, *assignment_entries(couple, first, last), *missed_entries(couple.id, first, last)]
    entries.sort(key=lambda entry: (entry.on_day, entry.kind != "session", entry.order), reverse=True)
    return Timeline(entries, shown[-1].order if older else None)


def session_entries(couple_id: int, before: int | None) -> list[Entry]:
    """Sessions with their notes' first words and what was seen, newest first, one more than a page."""
    query = (
        select(TherapySession, ProgressNote)
        .join(ProgressNote, ProgressNote.session_id == TherapySession.id)
        .where(TherapySession.couple_id == couple_id)
        .order_by(TherapySession.number.desc())
        .limit(SESSIONS_A_PAGE + 1)
    )
    if before:
        query = query.where(TherapySession.number < before)
    rows = db.session.execute(query).all()
    seen = sightings_in([session.id for session, _ in rows])
    return [
        Entry(
            kind="session",
            on_day=session.held_on,
            order=session.number,
            title=f"Session {session.number}",
            words=opening(first_words(note)),
            id=session.id,
            is_signed=session.is_signed,
            tags=seen.get(session.id, []),
        )
        for session, note in rows
    ]


def sightings_in(session_ids: list[int]) -> dict[int, list[Any]]:
    """(obstacle key, label, strength) of each session, core obstacles first."""
    rows = db.session.execute(
        select(Sighting.session_id, Sighting.obstacle, Sighting.strength)
        .where(Sighting.session_id.in_(session_ids))
        .order_by(Sighting.id)
    )
    seen: dict[int, list[Any]] = {}
    for session_id, key, strength in rows:
        seen.setdefault(session_id, []).append((key, OBSTACLES[key].label, strength))
    order = list(OBSTACLES)
    for tags in seen.values():
        tags.sort(key=lambda tag: order.index(tag[0]))
    return seen


def assignment_entries(couple: Couple, first: date | None, last: date | None) -> list[Entry]:
    """Homework given, with how it went in each one's words."""
    query = select(Assignment.id, Assignment.title, Assignment.given_on).where(
        Assignment.couple_id == couple.id
    )
    if first:
        query = query.where(Assignment.given_on >= first)
    if last:
        query = query.where(Assignment.given_on <= last)
    rows = db.session.execute(query.order_by(Assignment.given_on.desc()).limit(60)).all()
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


def how_it_went(couple: Couple, reviews: dict[str, Review]) -> str:
    """“Maya: partly, “mornings work” · Jonah: tried · You: partly”."""
    said = []
    for by_whom, name in (("a", couple.a.known_as), ("b", couple.b.known_as), ("clinician", "Clinician")):
        review = reviews.get(by_whom)
        if review and (review.outcome or review.noticed):
            label = Outcome(review.outcome).label.lower() if review.outcome else ""
            quoted = f"“{review.noticed}”" if review.noticed else ""
            said.append(f"{name}: {', '.join(filter(None, (label, quoted)))}")
    return " · ".join(said) or "Still out."


def missed_entries(couple_id: int, first: date | None, last: date | None) -> list[Entry]:
    """Appointments that were missed or cancelled too late."""
    query = select(Appointment.id, Appointment.on_day, Appointment.at_time, Appointment.outcome).where(
        Appointment.couple_id == couple_id, Appointment.outcome.in_(MISSED)
    )
    if first:
        query = query.where(Appointment.on_day >= first)
    if last:
        query = query.where(Appointment.on_day <= last)
    rows = db.session.execute(query.order_by(Appointment.on_day.desc()).limit(40))
    return [
        Entry(kind="missed", on_day=day, order=id_, title=MISSED[outcome], id=id_)
        for id_, day, _at, outcome in rows
    ]


@dataclass(frozen=True)
class Trends:
    """The three core obstacles over the last sessions, oldest first, as the chart macros want them."""

    series: list[dict[str, Any]]
    dates: list[str]


def trends(couple: Couple, length: int = TREND_LENGTH, upto: int | None = None) -> Trends:
    """What got in the way over the last `length` sessions, up to session number `upto`."""
    query = (
        select(TherapySession.id, TherapySession.held_on)
        .where(TherapySession.couple_id == couple.id)
        .order_by(TherapySession.number.desc())
        .limit(length)
    )
    if upto:
        query = query.where(TherapySession.number <= upto)
    sessions = list(reversed(db.session.execute(query).all()))
    marks = marks_in(couple, [row.id for row in sessions])
    series = [
        {
            "key": key,
            "label": OBSTACLES[key].label,
            "points": [marks.get((row.id, key), (0, "")) for row in sessions],
        }
        for key in CORE_OBSTACLES
    ]
    return Trends(series, [short_date(row.held_on) for row in sessions])


def marks_in(couple: Couple, session_ids: list[int]) -> dict[tuple[int, str], tuple[int, str]]:
    """(strength, who in initials) by session and obstacle; a strength not stated counts as one."""
    letters = {**initials(couple), "both": "both", "": ""}
    rows = db.session.execute(
        select(Sighting.session_id, Sighting.obstacle, Sighting.strength, Sighting.who).where(
            Sighting.session_id.in_(session_ids), Sighting.obstacle.in_(CORE_OBSTACLES)
        )
    )
    return {(id_, key): (strength or 1, letters[who]) for id_, key, strength, who in rows}


def homework_out(couple_id: int) -> list[Assignment]:
    """What is out and not reviewed by the clinician yet, newest first."""
    reviewed = select(Review.assignment_id).where(
        Review.couple_id == couple_id, Review.by_whom == "clinician", Review.outcome != ""
    )
    return list(
        db.session.scalars(
            select(Assignment)
            .where(Assignment.couple_id == couple_id, Assignment.id.not_in(reviewed))
            .order_by(Assignment.given_on.desc(), Assignment.id.desc())
            .limit(4)
        )
    )


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



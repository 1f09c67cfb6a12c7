"""What stands above every page of a couple's file, and what the list of couples asks of a file."""

from dataclasses import dataclass
from datetime import date, datetime, time

from flask import g
from sqlalchemy import bindparam, false, func, select

from practice import clock
from practice.access.expressions import in_list
from practice.access.prepared import PreparedQuery
from practice.access.team import CURRENT, EMERGENCY, WRITERS, CareTeamMember
from practice.audit.service import current_actor
from practice.couples.diary import open_appointments
from practice.couples.models import Couple, OfACouple
from practice.couples.names import told_apart
from practice.couples.rows import AppointmentRow
from practice.couples.safety import gate, policy_in_force
from practice.database.base import db
from practice.formatting import clock_time, short_date
from practice.identity.models import User, signature
from practice.sessions.models import TherapySession
from practice.sessions.order import order_columns
from practice.vocabulary import SecretsPolicyKind


@dataclass(frozen=True)
class Header:
    """What stands above every page of a file."""

    couple: OfACouple
    clinicians: list[str]
    limits: str
    #: The first appointment ahead; today's counts all day.
    next: AppointmentRow | None
    #: Today's appointments at which no session was started yet.
    today: list[AppointmentRow]
    #: Those lately past of which nobody said what became of them, the latest first.
    unsaid: list[AppointmentRow]
    policy: str
    policy_missing: list[str]
    care: str


def header(couple: OfACouple, today: date) -> Header:
    """The file's header: who cares for them, when they come next, what asks for care."""
    policy = policy_in_force(couple)
    missing = []
    if policy:
        names = told_apart(couple)
        signed = ((names["a"], policy.signed_a_on), (names["b"], policy.signed_b_on))
        missing = [name for name, on in signed if on is None]
    safety = gate(couple)
    team = TEAM.rows(couple_id=couple.id)
    past, ahead = open_appointments(couple.id, today)
    return Header(
        couple=couple,
        clinicians=clinicians_of(team),
        limits=limits_of(team),
        next=next(iter(ahead), None),
        today=[one for one in ahead if one.on_day == today],
        unsaid=past[::-1],
        policy=SecretsPolicyKind(policy.kind).label if policy else "",
        policy_missing=missing,
        care="" if safety.level == "open" else "Look at the safety screens",
    )


@dataclass(frozen=True, slots=True)
class BegunSession:
    """A row of a session that was begun: its id, and its hour by the practice's clock."""

    id: int
    at: time | None


BEGUN = PreparedQuery(
    BegunSession,
    select(TherapySession.id, TherapySession.started_at.label("at"))
    .where(
        TherapySession.couple_id == bindparam("couple_id"),
        TherapySession.held_on == bindparam("today"),
        TherapySession.is_signed == false(),
    )
    .order_by(*order_columns()),
)


def begun_today(couple_id: int, today: date) -> list[BegunSession]:
    """Today's sessions whose notes are not signed yet: their ids and hours, by the clock."""
    return BEGUN.rows(couple_id=couple_id, today=today)


@dataclass(frozen=True, slots=True)
class TeamRow:
    """A row of a care team's member: who, and how far and until when the file is open to them."""

    id: int
    name: str
    credentials: str
    kind: str
    until: datetime | None


TEAM = PreparedQuery(
    TeamRow,
    select(User.id, User.name, User.credentials, CareTeamMember.kind, CareTeamMember.until)
    .join(CareTeamMember, CareTeamMember.user_id == User.id)
    .join(Couple, Couple.id == CareTeamMember.couple_id)
    .where(CareTeamMember.couple_id == bindparam("couple_id"), CURRENT)
    .order_by(CareTeamMember.id),
)


def clinicians_of(rows: list[TeamRow]) -> list[str]:
    """The names and credentials of those who write in the file, in the order they joined."""
    return [signature(row.name, row.credentials) for row in rows if row.kind in WRITERS]


def limits_of(rows: list[TeamRow]) -> str:
    """How far the file is open to whoever looks, when that is not wholly: “Read only until 4:10 pm”."""
    mine = next((row for row in rows if row.id == current_actor()[1]), None)
    if mine is None or (mine.kind in WRITERS and mine.until is None):
        return ""
    how = "Covering" if mine.kind in WRITERS else "Read only"
    if mine.until is None:
        return how
    end = clock.in_zone(mine.until, g.time_zone)
    when = clock_time(end.time()) if mine.kind == EMERGENCY else short_date(end.date())
    return f"{how} until {when}"


@dataclass(frozen=True, slots=True)
class UnsignedCount:
    """A row of how many notes of a couple wait for a signature."""

    couple_id: int
    notes: int


UNSIGNED = PreparedQuery(
    UnsignedCount,
    select(TherapySession.couple_id, func.count().label("notes"))
    .where(
        in_list(TherapySession.couple_id, "couple_ids"),
        TherapySession.is_signed.is_(False),
    )
    .group_by(TherapySession.couple_id),
)


def unsigned_by_couple(couple_ids: list[int]) -> dict[int, int]:
    """How many notes wait for a signature, by couple."""
    return {row.couple_id: row.notes for row in UNSIGNED.rows(couple_ids=couple_ids)}


@dataclass(frozen=True, slots=True)
class LastSession:
    """A row of the day of a couple's last session; None where there was none."""

    couple_id: int
    held_on: date | None


NEWEST = (
    select(TherapySession.held_on)
    .where(TherapySession.couple_id == Couple.id)
    .order_by(TherapySession.held_on.desc())
    .limit(1)
    .correlate(Couple)
    .scalar_subquery()
)
LAST_SESSIONS = PreparedQuery(
    LastSession,
    select(Couple.id.label("couple_id"), NEWEST.label("held_on")).where(
        in_list(Couple.id, "couple_ids")
    ),
)


def last_session_by_couple(couple_ids: list[int]) -> dict[int, date]:
    """The day of the last session, by couple."""
    rows = LAST_SESSIONS.rows(couple_ids=couple_ids)
    return {row.couple_id: row.held_on for row in rows if row.held_on}


def names_of(couple_ids: list[int]) -> dict[int, str]:
    """The names of those couples that are on the open caseload, by id."""
    known = db.session.scalars(select(Couple).where(Couple.id.in_(couple_ids)))
    return {couple.id: couple.name for couple in known}

"""What stands above every page of a couple's file, and what the list of couples asks of a file."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import bindparam, func, select

from practice.accounts.models import User
from practice.caseload import CareTeamMember
from practice.couples.diary import coming_appointment
from practice.couples.models import Appointment, Couple, OfACouple
from practice.couples.safety import gate, policy_in_force
from practice.database import db
from practice.questions import Question, among
from practice.sessions.models import TherapySession
from practice.vocabulary import SecretsPolicyKind


@dataclass(frozen=True)
class Header:
    """What stands above every page of a file."""

    couple: OfACouple
    clinicians: list[str]
    next: Appointment | None
    policy: str
    policy_missing: list[str]
    care: str


def header(couple: OfACouple, today: date) -> Header:
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


TEAM = Question(
    select(User.name, User.credentials)
    .join(CareTeamMember, CareTeamMember.user_id == User.id)
    .join(Couple, Couple.id == CareTeamMember.couple_id)
    .where(CareTeamMember.couple_id == bindparam("couple_id"))
    .order_by(CareTeamMember.id)
)


def clinicians_of(couple_id: int) -> list[str]:
    """The names and credentials of the care team, in the order they joined."""
    rows = TEAM.ask(couple_id=couple_id)
    return [f"{name}, {credentials}" if credentials else name for name, credentials in rows]


UNSIGNED = Question(
    select(TherapySession.couple_id, func.count())
    .where(
        among(TherapySession.couple_id, "couple_ids"),
        TherapySession.is_signed.is_(False),
    )
    .group_by(TherapySession.couple_id)
)


def unsigned_by_couple(couple_ids: list[int]) -> dict[int, int]:
    """How many notes wait for a signature, by couple."""
    return {row[0]: row[1] for row in UNSIGNED.ask(couple_ids=couple_ids)}


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


def names_of(couple_ids: list[int]) -> dict[int, str]:
    """The names of those couples that are on the open caseload, by id."""
    known = db.session.scalars(select(Couple).where(Couple.id.in_(couple_ids)))
    return {couple.id: couple.name for couple in known}

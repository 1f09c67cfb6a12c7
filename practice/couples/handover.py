"""When a clinician dies or leaves: what they looked after and wrote apart goes to the custodian.

The owner starts it, once that clinician can no longer come in. The named custodian, a clinician
of the practice, accepts it; from then on they are on the care teams, and read the psychotherapy
notes (`sessions.inherited_notes`). Nobody else does, and it is over when the clinician comes back.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import NoReturn

from flask import abort
from sqlalchemy import bindparam, exists, func, or_, select, true

from practice.access.team import CUSTODY, STAYING, CareTeamMember
from practice.audit.service import log_denial, record
from practice.couples.models import Handover
from practice.couples.supervision import let_supervisors_go, let_supervisors_in
from practice.couples.team import open_to
from practice.database.base import db, reusable
from practice.errors import Refused
from practice.identity.models import Practice, Role, User
from practice.identity.permissions import Permission, may, roles_with

KINDS = {"left": "They left", "died": "They died"}
NO_CUSTODIAN = "Name a custodian first: a clinician who works here, and is not the one who left."


@dataclass(frozen=True)
class Occasion:
    """Why something is handed over: `kind` is one of `KINDS`, the day is the practice's."""

    kind: str
    on_day: date
    reason: str


def who_could_hand_over(practice_id: int) -> list[User]:
    """The clinicians of the practice who can no longer come in, by name."""
    on_a_team = exists().where(CareTeamMember.user_id == User.id, CareTeamMember.kind.in_(STAYING))
    wrote = User.roles.any(Role.name.in_(roles_with(Permission.WRITE_FILES)))
    query = select(User).where(
        User.practice_id == practice_id, User.active.is_not(true()), or_(on_a_team, wrote)
    )
    return list(db.session.scalars(query.order_by(User.name, User.id)))


def start(clinician: User, by: User, occasion: Occasion, *, now: datetime, today: date) -> Handover:
    """Start to hand over what a clinician left behind to the practice's custodian.

    One that was started before ends. Raises Refused for someone who can still come in, for a day
    to come, and where no other clinician is named as custodian.
    """
    if clinician.active:
        raise Refused("End their access first. Who still works here hands nothing over.")
    if occasion.on_day > today:
        raise Refused("Choose the day it happened, not one to come.", "on_day")
    custodian = custodian_of(by.practice, clinician)
    for earlier in open_ones(clinician):
        end(earlier, now, "hand-over-replaced")
    started = Handover(
        practice_id=clinician.practice_id,
        clinician_id=clinician.id,
        custodian_id=custodian.id,
        by_user_id=by.id,
        kind=occasion.kind,
        on_day=occasion.on_day,
        reason=occasion.reason,
        started_at=now,
    )
    db.session.add(started)
    db.session.flush()
    who = {"clinician": clinician.id, "custodian": custodian.id}
    record("hand-over-started", started, **who, kind=occasion.kind, day=str(occasion.on_day))
    return started


def custodian_of(practice: Practice, clinician: User) -> User:
    """Who takes over from a clinician. Raises Refused where nobody is named who could."""
    named = db.session.get(User, practice.custodian_id) if practice.custodian_id else None
    if named is None or not named.active or named.id == clinician.id:
        raise Refused(NO_CUSTODIAN)
    if not may(named, Permission.WRITE_FILES):
        raise Refused(f"{named.name} is not a clinician here. Name one as custodian first.")
    return named


def open_ones(clinician: User) -> list[Handover]:
    """What was started for a clinician and is not over; one at most."""
    query = select(Handover).filter_by(clinician_id=clinician.id, ended_at=None)
    return list(db.session.scalars(query))


def end(handover: Handover, now: datetime, verb: str) -> None:
    """Have a hand-over be over: nothing opens by it any more."""
    handover.ended_at = now
    record(verb, handover, clinician=handover.clinician_id, custodian=handover.custodian_id)


def take_back(practice_id: int, handover_id: int, *, now: datetime) -> None:
    """End a hand-over that the custodian has not accepted yet."""
    query = select(Handover).filter_by(
        id=handover_id, practice_id=practice_id, accepted_at=None, ended_at=None
    )
    if found := db.session.scalar(query):
        end(found, now, "hand-over-taken-back")


def end_for_return(clinician: User, now: datetime) -> None:
    """A clinician can come in again: what they wrote apart is theirs alone from here on.

    The files they still look after close to the custodian, whom only the hand-over let in.
    """
    for one in open_ones(clinician):
        end(one, now, "hand-over-ended")
        db.session.flush()
        if one.accepted_at is not None:
            end_custody(one, now)


def end_custody(handover: Handover, now: datetime) -> None:
    """Take the custodian off the care teams that a hand-over put them on.

    They stay where the clinician looks after the couple no more, or where another hand-over to
    them that still holds let them in too.
    """
    others = [one.clinician_id for one in given_to(handover.custodian_id) if one.accepted_at]
    held = {couple for other in others for couple in looked_after_by(other)}
    query = select(CareTeamMember).filter_by(user_id=handover.custodian_id, kind=CUSTODY)
    own = set(looked_after_by(handover.clinician_id)) - held
    for member in db.session.scalars(query.where(CareTeamMember.couple_id.in_(own))).all():
        db.session.delete(member)
        db.session.flush()
        let_supervisors_go(member.couple_id)
        let_supervisors_in(member.couple_id, now=now)


def hand_overs(practice_id: int) -> list[Handover]:
    """The practice's hand-overs that are not over, the newest first."""
    query = select(Handover).filter_by(practice_id=practice_id, ended_at=None)
    return list(db.session.scalars(query.order_by(Handover.id.desc())))


def given_to(custodian_id: int) -> list[Handover]:
    """What was handed to a custodian, or waits for them, the newest first."""
    query = select(Handover).filter_by(custodian_id=custodian_id, ended_at=None)
    return list(db.session.scalars(query.order_by(Handover.id.desc())))


#: A clinician's Today asks it each time, so it is built once.
WAITING = reusable(
    select(func.min(Handover.id)).where(
        Handover.custodian_id == bindparam("user_id"),
        Handover.accepted_at.is_(None),
        Handover.ended_at.is_(None),
    )
)


def waiting_for(user_id: int) -> int:
    """The id of a hand-over that waits for a user to accept it; 0 when none does."""
    return db.session.scalar(WAITING, {"user_id": user_id}) or 0


def handed_to(user: User, handover_id: int) -> Handover:
    """A hand-over to this user. Answers 404 for any other, and writes the attempt down."""
    query = select(Handover).filter_by(
        id=handover_id, practice_id=user.practice_id, custodian_id=user.id, ended_at=None
    )
    found = db.session.scalar(query)
    if found is None or found.clinician.active:
        turn_away(handover_id)
    return found


def turn_away(handover_id: int) -> NoReturn:
    """Answer 404 for a hand-over to someone else, and write the attempt down."""
    log_denial("refused", f"handover:{handover_id}")
    abort(404)


def accept(handover: Handover, *, now: datetime) -> None:
    """The custodian takes over: they join the care teams, and may read what was written apart."""
    if handover.accepted_at is not None:
        return
    handover.accepted_at = now
    record("hand-over-accepted", handover, clinician=handover.clinician_id)
    join_teams(looked_after_by(handover.clinician_id), handover.custodian_id, now)


def looked_after_by(user_id: int) -> list[int]:
    """The couples on whose care team someone stands for good."""
    query = select(CareTeamMember.couple_id).where(
        CareTeamMember.user_id == user_id, CareTeamMember.kind.in_(STAYING)
    )
    return list(db.session.scalars(query.order_by(CareTeamMember.couple_id)))


def join_teams(couple_ids: Iterable[int], user_id: int, now: datetime) -> None:
    """Put the custodian on the care teams of these couples, where they are not yet."""
    already = set(looked_after_by(user_id))
    for couple_id in couple_ids:
        if couple_id not in already:
            open_to(couple_id, user_id, CUSTODY, now=now)
            let_supervisors_in(couple_id, now=now)

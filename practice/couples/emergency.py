"""Opening a file that is not one's own, in an emergency: named, with a reason, for an hour, to read."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, func, select

from practice.access import doors
from practice.access.team import CURRENT, EMERGENCY, CareTeamMember
from practice.audit.service import log_denial, record
from practice.couples.models import EmergencyAccess, Partner
from practice.couples.names import fold
from practice.couples.team import open_to
from practice.database.base import db, reusable
from practice.errors import Refused
from practice.identity.models import User

AN_HOUR = timedelta(minutes=60)
NO_FILE = "No file of this practice has a partner of exactly this name. Check the spelling."
SEVERAL = "Several files have a partner of this name. Ask the owner of the practice to open one."


def open_in_emergency(user: User, name: str, reason: str, *, now: datetime) -> int:
    """Open the file of the couple one partner of which has this full name; the couple's id.

    It is open to read, for an hour. Raises Refused when no file or several fit, and when the
    file is open to the user already.
    """
    couple_id = file_of(user, name)
    mine = select(CareTeamMember.id).where(
        CareTeamMember.couple_id == couple_id, CareTeamMember.user_id == user.id, CURRENT
    )
    if db.session.scalar(mine):
        raise Refused("This file is open to you already. You find it among your couples.", "name")
    access = EmergencyAccess(
        practice_id=user.practice_id,
        couple_id=couple_id,
        user_id=user.id,
        reason=reason,
        opened_at=now,
        ends_at=now + AN_HOUR,
    )
    db.session.add(access)
    open_to(couple_id, user.id, EMERGENCY, now=now, until=access.ends_at)
    record("opened-in-emergency", access, couple_id)
    return couple_id


def file_of(user: User, name: str) -> int:
    """The one couple of the practice with a partner of this name. Raises Refused otherwise."""
    found = doors.emergency(
        select(Partner.couple_id)
        .where(Partner.practice_id == user.practice_id, Partner.person_folded == fold(name))
        .distinct()
        .limit(2)
    )
    if len(found) != 1:
        log_denial("emergency-refused", f"user:{user.id}")
        raise Refused(SEVERAL if found else NO_FILE, "name")
    [(couple_id,)] = found
    return couple_id


@dataclass(frozen=True)
class ToReview:
    """An emergency that no owner has looked at yet."""

    id: int
    by: str
    opened_at: datetime
    ends_at: datetime
    reason: str


#: An owner's Today asks it each time, so it is built once.
WAITING = reusable(
    select(func.count()).where(
        EmergencyAccess.practice_id == bindparam("practice_id"),
        EmergencyAccess.reviewed_at.is_(None),
    )
)


def waiting(practice_id: int) -> int:
    """How many emergencies wait for the owner's eye."""
    return db.session.scalar(WAITING, {"practice_id": practice_id}) or 0


def to_review(practice_id: int) -> list[ToReview]:
    """The emergencies that wait for the owner's eye, the newest first."""
    found = db.session.execute(
        select(EmergencyAccess, User)
        .join(User, User.id == EmergencyAccess.user_id)
        .where(EmergencyAccess.practice_id == practice_id, EmergencyAccess.reviewed_at.is_(None))
        .order_by(EmergencyAccess.id.desc())
    )
    return [
        ToReview(one.id, user.signature, one.opened_at, one.ends_at, one.reason)
        for one, user in found
    ]


def mark_reviewed(practice_id: int, access_id: int, *, now: datetime) -> None:
    """The owner has looked at an emergency."""
    access = db.session.scalar(
        select(EmergencyAccess).filter_by(id=access_id, practice_id=practice_id, reviewed_at=None)
    )
    if access:
        access.reviewed_at = now
        record("reviewed-emergency", access, access.couple_id)

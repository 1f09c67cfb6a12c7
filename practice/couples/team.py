"""The care team: the clinicians who may open a couple's file."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from practice.access.team import COVER, CURRENT, STAYING, TEAM, WRITERS, CareTeamMember
from practice.couples.models import Couple
from practice.couples.supervision import let_supervisors_go, let_supervisors_in
from practice.database.base import db
from practice.errors import Refused
from practice.identity.models import Role, User
from practice.identity.permissions import Permission, roles_with


@dataclass(frozen=True)
class TeamMember:
    """One member, as the pages show them. `signature` is the name with credentials."""

    user_id: int
    signature: str
    joined_at: datetime
    kind: str
    until: datetime | None


def team_of(couple: Couple) -> list[TeamMember]:
    """The couple's care team, in the order they joined."""
    found = db.session.execute(
        select(User, CareTeamMember)
        .join(CareTeamMember, CareTeamMember.user_id == User.id)
        .where(CareTeamMember.couple_id == couple.id, CURRENT)
        .order_by(CareTeamMember.joined_at, CareTeamMember.id)
    )
    return [
        TeamMember(user.id, user.signature, row.joined_at, row.kind, row.until)
        for user, row in found
    ]


def who_could_join(couple: Couple) -> list[User]:
    """The clinicians of the practice who are not on the care team, by name."""
    on_team = select(CareTeamMember.user_id).where(
        CareTeamMember.couple_id == couple.id, CareTeamMember.kind.in_(WRITERS), CURRENT
    )
    return list(
        db.session.scalars(
            select(User)
            .where(User.practice_id == couple.practice_id, User.active, User.id.not_in(on_team))
            .where(User.roles.any(Role.name.in_(roles_with(Permission.WRITE_FILES))))
            .order_by(User.name, User.id)
        )
    )


def add_to_team(
    couple: Couple, user_id: int, *, now: datetime, until: datetime | None = None
) -> None:
    """Let another clinician of the practice open this file and write in it.

    With `until` they cover for someone away, and the file closes to them by itself then. One who
    is on the team stays on it. Raises Refused for anyone who is not a clinician of this practice,
    and for an end that has passed.
    """
    if until is not None and until <= now:
        raise Refused("Choose a day that is still to come.", "until")
    if user_id not in {user.id for user in who_could_join(couple)}:
        if any(member.user_id == user_id for member in team_of(couple)):
            return
        raise Refused("Choose a clinician of this practice.", "user_id")
    open_to(couple.id, user_id, COVER if until else TEAM, now=now, until=until)
    let_supervisors_in(couple.id, now=now)


def open_to(
    couple_id: int, user_id: int, kind: str, *, now: datetime, until: datetime | None = None
) -> None:
    """Open a file to a user, in the place of any earlier way it was open to them."""
    row = db.session.scalar(select(CareTeamMember).filter_by(couple_id=couple_id, user_id=user_id))
    if row is None:
        row = CareTeamMember(couple_id=couple_id, user_id=user_id)
        db.session.add(row)
    row.kind, row.joined_at, row.until = kind, now, until
    db.session.flush()


def remove_from_team(couple: Couple, user_id: int, *, now: datetime) -> None:
    """Take a clinician off the care team; what they wrote stays.

    Raises Refused when nobody would be left who can open the file.
    """
    member = membership(couple, user_id)
    if member is None:
        return
    staying = [one for one in team_of(couple) if one.kind in STAYING and one.user_id != user_id]
    if not staying and member.kind in STAYING:
        raise Refused("Someone has to be able to open this file. Add another clinician first.")
    db.session.delete(member)
    db.session.flush()
    let_supervisors_go(couple.id)
    let_supervisors_in(couple.id, now=now)


def membership(couple: Couple, user_id: int) -> CareTeamMember | None:
    """The row that lets a user open this file."""
    return db.session.scalar(select(CareTeamMember).filter_by(couple_id=couple.id, user_id=user_id))

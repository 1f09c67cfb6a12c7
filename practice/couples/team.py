"""The care team: the clinicians who may open a couple's file."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from practice.accounts.models import Role, User
from practice.accounts.permissions import Permission, roles_with
from practice.caseload import CareTeamMember
from practice.couples.models import Couple
from practice.database import db
from practice.errors import Refused


@dataclass(frozen=True)
class TeamMember:
    """One member, as the pages show them. `signature` is the name with credentials."""

    user_id: int
    signature: str
    joined_at: datetime


def team_of(couple: Couple) -> list[TeamMember]:
    """The couple's care team, in the order they joined."""
    found = db.session.execute(
        select(User, CareTeamMember.joined_at)
        .join(CareTeamMember, CareTeamMember.user_id == User.id)
        .where(CareTeamMember.couple_id == couple.id)
        .order_by(CareTeamMember.joined_at, CareTeamMember.id)
    )
    return [TeamMember(user.id, user.signature, joined_at) for user, joined_at in found]


def who_could_join(couple: Couple) -> list[User]:
    """The clinicians of the practice who are not on the care team, by name."""
    on_team = select(CareTeamMember.user_id).where(CareTeamMember.couple_id == couple.id)
    return list(
        db.session.scalars(
            select(User)
            .where(User.practice_id == couple.practice_id, User.active, User.id.not_in(on_team))
            .where(User.roles.any(Role.name.in_(roles_with(Permission.WRITE_FILES))))
            .order_by(User.name, User.id)
        )
    )


def add_to_team(couple: Couple, user_id: int, *, now: datetime) -> None:
    """Let another clinician of the practice open this file. One who is on the team stays on it.

    Raises Refused for anyone who is not a clinician of this practice.
    """
    if membership(couple, user_id):
        return
    if user_id not in {user.id for user in who_could_join(couple)}:
        raise Refused("Choose a clinician of this practice.", "user_id")
    db.session.add(CareTeamMember(couple_id=couple.id, user_id=user_id, joined_at=now))
    db.session.flush()


def remove_from_team(couple: Couple, user_id: int) -> None:
    """Take a clinician off the care team; what they wrote stays.

    Raises Refused when nobody would be left who can open the file.
    """
    member = membership(couple, user_id)
    if member is None:
        return
    if len(team_of(couple)) == 1:
        raise Refused("Someone has to be able to open this file. Add another clinician first.")
    db.session.delete(member)
    db.session.flush()


def membership(couple: Couple, user_id: int) -> CareTeamMember | None:
    """The row that lets a user open this file."""
    return db.session.scalar(select(CareTeamMember).filter_by(couple_id=couple.id, user_id=user_id))

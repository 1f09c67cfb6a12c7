"""The care team: who may open a couple's file, why, and until when."""

from datetime import datetime

from sqlalchemy import (
    ForeignKeyConstraint,
    Index,
    String,
    UniqueConstraint,
    bindparam,
    or_,
    select,
)
from sqlalchemy.orm import (
    Mapped,
    mapped_column,
)

from practice.access.expressions import UtcNow
from practice.database.base import Base, reusable

#: Why someone may open a file: it is their couple; they stand in for a while; they took it over as
#: custodian from a colleague who is gone; they supervise a colleague whose couple it is; or it was
#: an emergency. The last two only read.
TEAM, COVER, CUSTODY = "team", "cover", "custody"


SUPERVISION, EMERGENCY = "supervision", "emergency"


WRITERS = (TEAM, COVER, CUSTODY)


#: Those who open it for good, one of whom every file needs.
STAYING = (TEAM, CUSTODY)


class CareTeamMember(Base):
    """A user who may open a couple's file, from when to when."""

    __tablename__ = "care_team_member"
    __table_args__ = (
        ForeignKeyConstraint(
            ["practice_id", "couple_id"], ["couple.practice_id", "couple.id"], ondelete="CASCADE"
        ),
        ForeignKeyConstraint(["practice_id", "user_id"], ["user.practice_id", "user.id"]),
        UniqueConstraint("couple_id", "user_id"),
        Index("ix_care_team_member_user", "user_id", "couple_id", "until"),
    )
    is_audited = True

    id: Mapped[int] = mapped_column(primary_key=True)
    practice_id: Mapped[int]
    couple_id: Mapped[int]
    user_id: Mapped[int]
    joined_at: Mapped[datetime]
    kind: Mapped[str] = mapped_column(String(12), default=TEAM, server_default=TEAM)
    #: When it ends by itself; None for whoever stays.
    until: Mapped[datetime | None]


#: By the database's own clock, so that a statement prepared once still ends a cover in time.
NOW = UtcNow()


#: A membership that has not ended. Every query for a couple's record asks for it.
CURRENT = or_(CareTeamMember.until.is_(None), CareTeamMember.until > NOW)


#: How a user stands to a couple's file now; nothing when it is not open to them.
MEMBERSHIP = reusable(
    select(CareTeamMember.kind).where(
        CareTeamMember.couple_id == bindparam("couple_id"),
        CareTeamMember.user_id == bindparam("user_id"),
        CURRENT,
    )
)

"""Supervision: a supervisor reads the files of those couples that their clinicians look after.

The guard asks for one row of the care team, so each file they may read has one; the rows follow
when a clinician gets a couple or leaves one.
"""

from datetime import datetime
from typing import cast

from sqlalchemy import ColumnElement, Select, Table, delete, exists, insert, literal, select
from sqlalchemy.orm import aliased

from practice.access.team import STAYING, SUPERVISION, CareTeamMember
from practice.audit.service import record
from practice.couples.models import Supervision
from practice.database.base import db
from practice.errors import Refused
from practice.identity.models import User
from practice.identity.permissions import SUPERVISOR

OwnCouple = aliased(CareTeamMember)
rows = cast(Table, CareTeamMember.__table__)


def supervisions(practice_id: int) -> list[tuple[User, User]]:
    """Who supervises whom: supervisor and clinician."""
    supervisor, clinician = aliased(User), aliased(User)
    found = db.session.execute(
        select(supervisor, clinician)
        .select_from(Supervision)
        .join(supervisor, supervisor.id == Supervision.supervisor_id)
        .join(clinician, clinician.id == Supervision.clinician_id)
        .where(Supervision.practice_id == practice_id)
        .order_by(supervisor.name, clinician.name)
    )
    return [(one, other) for one, other in found]


def supervise(supervisor: User, clinician: User, *, now: datetime) -> None:
    """Let a supervisor read the files of a clinician's couples, now and to come.

    Raises Refused for someone without that role, for oneself, and across practices.
    """
    if not supervisor.has_role(SUPERVISOR):
        raise Refused("Give them the role of supervisor first.", "supervisor_id")
    if supervisor.id == clinician.id or supervisor.practice_id != clinician.practice_id:
        raise Refused("Choose a colleague to be supervised.", "clinician_id")
    if db.session.get(Supervision, (supervisor.id, clinician.id)):
        return
    db.session.add(
        Supervision(
            practice_id=supervisor.practice_id,
            supervisor_id=supervisor.id,
            clinician_id=clinician.id,
        )
    )
    db.session.flush()
    add_missing(OwnCouple.user_id == clinician.id, now)


def end_supervision(practice_id: int, supervisor_id: int, clinician_id: int) -> None:
    """Close a clinician's files to a supervisor again, but those open to them for other reasons."""
    found = db.session.get(Supervision, (supervisor_id, clinician_id))
    if found is None or found.practice_id != practice_id:
        return
    db.session.delete(found)
    db.session.flush()
    remove_unfounded(rows.c.user_id == supervisor_id)
    record("supervision-ended", f"user:{supervisor_id}", clinician=clinician_id)


def let_supervisors_in(couple_id: int, *, now: datetime) -> None:
    """After someone joined a couple's care team: their supervisors may read the file."""
    add_missing(OwnCouple.couple_id == couple_id, now)


def let_supervisors_go(couple_id: int) -> None:
    """After someone left a couple's care team: their supervisors read it no more."""
    remove_unfounded(rows.c.couple_id == couple_id)


def add_missing(which: ColumnElement[bool], now: datetime) -> None:
    """A row for each supervisor and file that `which` names and that has none yet."""
    db.session.execute(delete(rows).where(rows.c.until <= now))
    there = exists().where(
        rows.c.couple_id == OwnCouple.couple_id, rows.c.user_id == Supervision.supervisor_id
    )
    files: Select[*tuple[object, ...]] = (
        select(
            OwnCouple.practice_id,
            OwnCouple.couple_id,
            Supervision.supervisor_id,
            literal(now, rows.c.joined_at.type),
            literal(SUPERVISION),
        )
        .join(Supervision, Supervision.clinician_id == OwnCouple.user_id)
        .where(OwnCouple.kind.in_(STAYING), which, ~there)
        .distinct()
    )
    db.session.execute(
        insert(rows).from_select(
            ["practice_id", "couple_id", "user_id", "joined_at", "kind"], files
        )
    )


def remove_unfounded(which: ColumnElement[bool]) -> None:
    """Take away the rows of supervisors that no supervision stands behind any more."""
    behind = (
        exists()
        .where(
            OwnCouple.couple_id == rows.c.couple_id,
            OwnCouple.kind.in_(STAYING),
            Supervision.clinician_id == OwnCouple.user_id,
            Supervision.supervisor_id == rows.c.user_id,
        )
        .correlate(rows)
    )
    db.session.execute(delete(rows).where(rows.c.kind == SUPERVISION, which, ~behind))

"""The doors: every read that is not narrowed to a caseload, each named with its reason.

The unscoped option of a query stands here alone; a test fails where it is used elsewhere. Whoever
adds a door says in its docstring who comes through it, for what, and what narrows it instead.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVarTuple

from sqlalchemy import (
    Row,
    Select,
    func,
    inspect,
    select,
)
from sqlalchemy.orm import (
    InstrumentedAttribute,
    undefer,
)

from practice.access.guard import UNSCOPED, NoCaseload, Unguarded
from practice.access.records import (
    AuthorOnlyRecord,
    CaseloadRecord,
    PracticeRecord,
    RestrictedRecord,
)
from practice.audit.service import AuditEntry, current_actor, write_apart
from practice.database.base import READS_ONLY, db
from practice.errors import Refused
from practice.identity.models import User
from practice.identity.permissions import Permission, may

Columns = TypeVarTuple("Columns")


def unscoped(query: Select[*Columns]) -> Sequence[Row[*Columns]]:
    """The rows of a query as it stands, past the guard. For the doors of this file."""
    return db.session.execute(query, execution_options={UNSCOPED: True}).all()


def front_desk(query: Select[*Columns]) -> Sequence[Row[*Columns]]:
    """For the front desk and the biller: names, safe ways to reach, and appointments, as columns.

    The query narrows itself to the practice; `permissions.SEE_DESK` is asked for by its page.
    """
    return unscoped(query)


def emergency(query: Select[*Columns]) -> Sequence[Row[*Columns]]:
    """For a colleague in an emergency: the ids of files with a partner of exactly this name.

    The query narrows itself to the practice. What comes of it is logged and told to the owner.
    """
    return unscoped(query)


def known_elsewhere(query: Select[*Columns]) -> Sequence[Row[*Columns]]:
    """For whoever opens a file: whether a partner of this name has one here already.

    The query narrows itself to the practice, and asks for no birth date. It counts and shows nothing,
    and is logged in the name of each file that was found.
    """
    return unscoped(query)


def inherited_notes(query: Select[*Columns]) -> Sequence[Row[*Columns]]:
    """For a custodian: the psychotherapy notes of a clinician who died or left.

    The query itself asks whether the hand-over is to whoever acts, accepted and not over.
    """
    return unscoped(query)


def kept_alone(query: Select[*Columns]) -> Sequence[Row[*Columns]]:
    """For the access report: the ids of what in a file is its author's alone, to leave its lines out."""
    return unscoped(query)


def import_of_own(query: Select[*Columns]) -> Sequence[Row[*Columns]]:
    """For `rekindle import` of an author's own: whether a homework of theirs is here already.

    A command's work, where nobody's caseload is open; the query narrows itself to the author.
    """
    return unscoped(query)


def list_taken_back(query: Select[*Columns]) -> Sequence[Row[*Columns]]:
    """For taking back a list of clients: the ids of its files in which anything was written since.

    The query narrows itself to files that the list opened, which whoever takes it back may write in;
    a record that they may not see must keep such a file as well. It tells of none but that it is there.
    """
    return unscoped(query)


def authors_own(query: Select[Any], model: type[Any]) -> list[Any]:
    """The rows of a query that lead from records of `model` which are the asker's alone.

    Also from files that are no longer open to them: what someone wrote for themselves stays
    theirs to take out. Of such a file the query tells what it names beside each record, so it
    names no more than whose it is and when. Raises NoCaseload where nobody asks, and Unguarded for
    a kind of record that is nobody's alone.
    """
    practice_id, mine = current_actor()
    if mine is None:
        raise NoCaseload
    if not issubclass(model, AuthorOnlyRecord | RestrictedRecord):
        raise Unguarded
    own = query.where(model.practice_id == practice_id, model.kept_by(mine))
    return list(unscoped(own))


@dataclass
class PracticeExportDoor:
    """All that a practice keeps, to be read once for its owner: what `whole_practice` opens."""

    practice_id: int
    #: The couples whose files were asked for.
    opened: list[int] = field(default_factory=list)

    def couples(self, model: type[CaseloadRecord]) -> list[int]:
        """The ids of the practice's couples; `model` is the couple's own."""
        query = select(model.id).where(model.practice_id == self.practice_id).order_by(model.id)
        return [row.id for row in unscoped(query)]

    def file(self, model: type[Any], couple_id: int) -> list[Any]:
        """Every record of one kind in a couple's file, but what someone keeps for themselves.

        Raises Unguarded for an author's own.
        """
        if issubclass(model, AuthorOnlyRecord):
            raise Unguarded
        if couple_id not in self.opened:
            self.opened.append(couple_id)
        key = model.id if model.__tablename__ == "couple" else model.couple_id
        shared = [model.of_the_file()] if issubclass(model, RestrictedRecord) else []
        return self.asked(model, key == couple_id, *shared)

    def counted(self, column: InstrumentedAttribute[Any]) -> dict[Any, int]:
        """How many records of a kind the practice has, by one column of theirs; opens no file."""
        query = select(column, func.count()).group_by(column)
        query = query.where(column.class_.practice_id == self.practice_id)
        rows = db.session.execute(query.execution_options(**{UNSCOPED: True}))
        return {row[0]: row[1] for row in rows}

    def apart_from_files(self, model: type[Any]) -> list[Any]:
        """Every record of one kind that is the practice's and in no couple's file, but what its
        author keeps to themselves."""
        if issubclass(model, CaseloadRecord):
            raise Unguarded
        shared = [model.of_the_practice()] if issubclass(model, PracticeRecord) else []
        return self.asked(model, *shared)

    def asked(self, model: type[Any], *which: Any) -> list[Any]:
        """The practice's records of one kind, in the order they were made."""
        query = select(model).where(model.practice_id == self.practice_id, *which)
        query = query.order_by(*inspect(model).primary_key).options(undefer("*"))
        return [record for (record,) in unscoped(query)]


@contextmanager
def whole_practice(user: User) -> Iterator[PracticeExportDoor]:
    """Open everything the practice keeps, for its owner to take out: the one door past care teams.

    It only reads, all of it as it stood at one moment, and never an author's own notes. However
    it ends, each file that was asked for is written to the audit log in that file's name before
    this returns. Not for a request: it holds its view of the records until it is done. Raises
    Refused for anyone but an owner.
    """
    if not may(user, Permission.TAKE_EVERYTHING_OUT):
        raise Refused("Only an owner of the practice can take everything out.")
    practice_id, user_id = user.practice_id, user.id
    db.session.rollback()
    db.session.connection(execution_options={READS_ONLY: True})
    door = PracticeExportDoor(practice_id)
    try:
        yield door
    finally:
        db.session.rollback()
        write_apart(
            [
                AuditEntry("exported", f"couple:{one}", one, {"all": True}, practice_id, user_id)
                for one in door.opened
            ]
        )

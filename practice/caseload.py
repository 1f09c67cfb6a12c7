"""Whose couple it is: the care team, and the guard beneath every query.

A user's caseload is the couples on whose care team they are. `find` is the one door to a
couple's record. Beneath it, every ORM query is narrowed to the open caseload, and with none
open there is nothing to read.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any, NoReturn, TypeVar

from flask import abort, g, has_request_context
from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    ForeignKeyConstraint,
    Index,
    Select,
    String,
    UniqueConstraint,
    bindparam,
    event,
    exists,
    false,
    func,
    inspect,
    literal_column,
    or_,
    select,
)
from sqlalchemy.orm import (
    InstrumentedAttribute,
    Mapped,
    ORMExecuteState,
    Session,
    declared_attr,
    mapped_column,
    undefer,
    with_loader_criteria,
)
from sqlalchemy.sql import visitors
from sqlalchemy.sql.base import ExecutableOption

from practice.accounts.models import User
from practice.accounts.permissions import Permission, may
from practice.audit.service import Happening, act_as, acting, refused, write_apart
from practice.database import KEPT, READS_ONLY, Base, db, kept, reading
from practice.errors import Refused

__all__ = [
    "CareTeamMember",
    "ClientRecord",
    "NoCaseload",
    "caseload_of",
    "find",
    "ones_own",
    "whole_practice",
]
BEYOND = "beyond_caseload"
#: Why someone may open a file: it is their couple; they stand in for a while; they took it over as
#: custodian from a colleague who is gone; they supervise a colleague whose couple it is; or it was
#: an emergency. The last two only read.
TEAM, COVER, CUSTODY = "team", "cover", "custody"
SUPERVISION, EMERGENCY = "supervision", "emergency"
WRITERS = (TEAM, COVER, CUSTODY)
#: Those who open it for good, one of whom every file needs.
STAYING = (TEAM, CUSTODY)
NOBODY = 0


class NoCaseload(Exception):
    """A couple's data was asked for with nobody's caseload open: a mistake in our code."""


class CrossedCaseload(Exception):
    """A record was about to be stored in a file that is not on the open caseload."""


class Unguarded(Exception):
    """A couple's data was asked for in a way that cannot be narrowed: a mistake in our code."""


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
NOW: ColumnElement[Any] = literal_column("strftime('%Y-%m-%d %H:%M:%f', 'now')")
#: A membership that has not ended. Every query for a couple's record asks for it.
CURRENT = or_(CareTeamMember.until.is_(None), CareTeamMember.until > NOW)


class CaseloadRecord(Base):
    """Anything that is seen only by a couple's care team. Has a `couple_id`, even a couple itself."""

    __abstract__ = True
    is_audited = True

    id: Any
    practice_id: Any
    couple_id: Mapped[int] = mapped_column()


class ClientRecord(CaseloadRecord):
    """A record in a couple's file. The database refuses one that names another practice's couple."""

    __abstract__ = True

    id: Mapped[int] = mapped_column(primary_key=True)
    practice_id: Mapped[int]
    couple_id: Mapped[int] = mapped_column(index=True)

    #: A table's own constraints; the two every client record has are added to them.
    constraints: tuple[Any, ...] = ()

    @declared_attr.directive
    @classmethod
    def __table_args__(cls) -> tuple[Any, ...]:
        return (
            *cls.constraints,
            ForeignKeyConstraint(["practice_id", "couple_id"], ["couple.practice_id", "couple.id"]),
            UniqueConstraint("couple_id", "id"),
        )


class AuthorsOwn(ClientRecord):
    """A record that nobody but its author ever sees, care team or not."""

    __abstract__ = True

    author_id: Mapped[int] = mapped_column()

    @classmethod
    def kept_by(cls, user_id: int) -> ColumnElement[bool]:
        """Whether the record is a user's own, asked inside a query for it."""
        return cls.author_id == user_id


class ReadByChoice(ClientRecord):
    """A record in a couple's file that not everyone who may open the file may see.

    `seen_by` narrows every query that names it, besides the care team; `of_the_file` what is in
    copies of the file.
    """

    __abstract__ = True

    @classmethod
    def seen_by(cls, user_id: int) -> ColumnElement[bool]:
        """Whether a user who may open the file sees the record too: who writes in it, or whom a
        kind names."""
        return writes_in_file(cls, user_id)

    @classmethod
    def of_the_file(cls) -> ColumnElement[bool]:
        """Whether the record is for more than the one who added it; never, until a kind says so."""
        return false()

    @classmethod
    def kept_by(cls, user_id: int) -> ColumnElement[bool]:
        """Whether a user keeps the record to themselves; never, until a kind says so."""
        return false()


def writes_in_file(record: Any, user_id: int) -> ColumnElement[bool]:
    """Whether a user is one of the clinicians who write in the file of `record`, in a query for it."""
    mine = exists().where(
        CareTeamMember.couple_id == record.couple_id,
        CareTeamMember.user_id == user_id,
        CareTeamMember.kind.in_(WRITERS),
        CURRENT,
    )
    return mine.correlate_except(CareTeamMember)


class PracticeRecord(Base):
    """What one of a practice wrote that is about no couple, and that not everyone may see.

    `seen_by` is what narrows every query that names it; `of_the_practice` what is in the owner's
    copy of everything.
    """

    __abstract__ = True

    practice_id: Mapped[int] = mapped_column()
    author_id: Mapped[int] = mapped_column()

    @classmethod
    def seen_by(cls, user_id: int) -> ColumnElement[bool]:
        """Whether a user sees the record, asked inside a query for it: its author alone, or more."""
        return cls.author_id == user_id

    @classmethod
    def of_the_practice(cls) -> ColumnElement[bool]:
        """Whether the record is for more than its author; never, until a kind says so."""
        return false()


#: What no query reads without being narrowed.
GUARDED = (CaseloadRecord, PracticeRecord)


def within_couple(column: str, table: str) -> ForeignKeyConstraint:
    """A foreign key to a record of `table` that must be in the same couple's file."""
    return ForeignKeyConstraint(["couple_id", column], [f"{table}.couple_id", f"{table}.id"])


def one_of(column: str, *values: str, optional: bool = False) -> CheckConstraint:
    """The database's own list of what `column` may hold; `optional` adds the empty string."""
    allowed = ", ".join(f"'{value}'" for value in (*values, *([""] if optional else [])))
    return CheckConstraint(f"{column} IN ({allowed})", f"{column}_known")


lent_caseload: ContextVar[int | None] = ContextVar("lent_caseload", default=None)


@contextmanager
def caseload_of(user_id: int, practice_id: int) -> Iterator[None]:
    """Open a user's caseload outside a request: for a command or a test."""
    token = lent_caseload.set(user_id)
    act_as(practice_id, user_id)
    try:
        yield
    finally:
        lent_caseload.reset(token)


def open_caseload() -> int | None:
    """The id of the user whose caseload is open, or None."""
    if has_request_context():
        return acting()[1]
    return lent_caseload.get()


@event.listens_for(Session, "do_orm_execute")
def only_this_caseload(query: ORMExecuteState) -> None:
    """Narrow every ORM query, however it was written, to the open caseload.

    Raises NoCaseload where nobody's is open, and Unguarded for a query that cannot be narrowed.
    """
    if query.is_column_load or query.is_relationship_load:
        return  # narrowed already, by the query that loaded its owner
    if query.execution_options.get(BEYOND):
        return
    if not query.is_orm_statement:
        refuse_hidden_records(query.statement)
        return
    mine = open_caseload()
    cannot_be_narrowed = query.is_insert or query.is_from_statement
    if (mine is None or cannot_be_narrowed) and asks_for_records(query):
        raise NoCaseload if mine is None else Unguarded
    if cannot_be_narrowed:
        return
    narrow = narrowed_once if query.execution_options.get(KEPT) else narrowed
    query.statement = narrow(query.statement, mine or NOBODY)


def asks_for_records(query: ORMExecuteState) -> bool:
    """Whether the query names a guarded record among what it selects or changes."""
    return any(issubclass(mapper.class_, GUARDED) for mapper in query.all_mappers)


def refuse_hidden_records(statement: Any) -> None:
    """Raise Unguarded for a statement that is not the ORM's own, but has a guarded record inside."""
    for part in visitors.iterate(statement):
        entity = getattr(part, "_annotations", {}).get("parententity")
        if entity is not None and issubclass(entity.mapper.class_, GUARDED):
            raise Unguarded


def narrowed(statement: Any, mine: int) -> Any:
    """The statement, narrowed to one user's caseload."""
    return statement.options(*narrowed_to(mine))


narrowed_once = lru_cache(maxsize=2000)(narrowed)


@lru_cache(maxsize=1000)
def narrowed_to(mine: int) -> tuple[ExecutableOption, ...]:
    """What narrows a query to one user's caseload, wherever in it a client record is named.

    Made once for each user: making it anew costs as much as a third of the query. Time is asked of
    the database, never put in as a value: what is prepared once (`questions`) would keep it.
    """
    return (
        with_loader_criteria(
            CaseloadRecord,
            lambda record: (
                exists()
                .where(
                    CareTeamMember.couple_id == record.couple_id,
                    CareTeamMember.user_id == mine,
                    CURRENT,
                )
                .correlate_except(CareTeamMember)
            ),
            include_aliases=True,
        ),
        with_loader_criteria(
            AuthorsOwn, lambda record: record.author_id == mine, include_aliases=True
        ),
        with_loader_criteria(
            ReadByChoice, lambda record: record.seen_by(mine), include_aliases=True
        ),
        with_loader_criteria(
            PracticeRecord, lambda record: record.seen_by(mine), include_aliases=True
        ),
    )


@event.listens_for(Session, "before_flush")
def stamp_and_check(session: Session, _context: object, _instances: object) -> None:
    """Stamp new records with the practice, and refuse any in a file that is not one's own."""
    practice_id, user_id = acting()
    for record in session.new:
        if not isinstance(record, CaseloadRecord | PracticeRecord | CareTeamMember):
            continue
        if record.practice_id is None and practice_id is not None:
            record.practice_id = practice_id
        if record.practice_id != practice_id:
            raise CrossedCaseload
        if isinstance(record, ClientRecord) and record.couple_id is not None:
            check_mine(session, record.couple_id, user_id)
    for record in session.dirty:
        if isinstance(record, CaseloadRecord | PracticeRecord | CareTeamMember) and is_moved(
            record
        ):
            raise CrossedCaseload
    for record in (*filter(session.is_modified, session.dirty), *session.deleted):
        if isinstance(record, AuthorsOwn) and record.author_id != user_id:
            raise CrossedCaseload
        if isinstance(record, CaseloadRecord):
            check_mine(session, record.couple_id, user_id)


def is_moved(record: Any) -> bool:
    """Whether a stored record was given another file, practice or author than its own."""
    owner = {"practice_id", "id" if record.__tablename__ == "couple" else "couple_id", "author_id"}
    facts = inspect(record).attrs
    return any(facts[name].history.has_changes() for name in owner & set(facts.keys()))


#: How a user stands to a couple's file now; nothing when it is not open to them.
MEMBERSHIP = kept(
    select(CareTeamMember.kind).where(
        CareTeamMember.couple_id == bindparam("couple_id"),
        CareTeamMember.user_id == bindparam("user_id"),
        CURRENT,
    )
)


def check_mine(session: Session, couple_id: int, user_id: int | None) -> None:
    """Raise CrossedCaseload unless the user may write in the couple's file, or joins it just now."""
    mine: set[int] = session.info.setdefault("mine", set())
    if couple_id in mine or any(
        isinstance(new, CareTeamMember) and (new.couple_id, new.user_id) == (couple_id, user_id)
        for new in session.new
    ):
        return
    with session.no_autoflush:
        kind = session.scalar(MEMBERSHIP, {"couple_id": couple_id, "user_id": user_id})
    if kind not in WRITERS:
        raise CrossedCaseload
    mine.add(couple_id)


@event.listens_for(Session, "after_transaction_end")
def forget_mine(session: Session, _transaction: object) -> None:
    """What was checked holds for one transaction only."""
    session.info.pop("mine", None)


def only_reads(couple_id: int, user_id: int) -> bool:
    """Whether a file is open to a user to read, and not to write in. Nobody waits for the answer:
    it holds no lock, and each flush asks again.
    """
    with reading() as connection:
        kind = connection.scalar(MEMBERSHIP, {"couple_id": couple_id, "user_id": user_id})
    return kind is not None and kind not in WRITERS


Record = TypeVar("Record", bound=CaseloadRecord)


@lru_cache
def record_by(model: type[CaseloadRecord], *columns: str) -> Select[Any]:
    """The statement that finds a record by the values of some columns."""
    return kept(select(model).where(*(getattr(model, name) == bindparam(name) for name in columns)))


def find(model: type[Record], record_id: int, **within: Any) -> Record:
    """The record, if it is on the open caseload and has the column values `within`.

    Answers 404 otherwise, the same for a missing record as for somebody else's, and the
    attempt is written to the audit log.
    """
    which = {"id": record_id, **within}
    record: Record | None = db.session.scalar(record_by(model, *which), which)
    if record is None:
        turn_away(model, which)
    note_file(record.couple_id)
    return record


def turn_away(model: type[CaseloadRecord], which: dict[str, Any]) -> NoReturn:
    """Answer 404 for a record that is not on the open caseload, and write the attempt down."""
    file = which["id"] if model.__tablename__ == "couple" else which.get("couple_id")
    refused("refused", f"{model.__tablename__}:{which['id']}", file)
    abort(404)


def note_file(couple_id: int) -> None:
    """Note whose file the request is about."""
    if has_request_context():
        g.couple_id = couple_id


def ones_own(query: Select[Any], model: type[Any]) -> list[Any]:
    """The rows of a query that lead from records of `model` which are the asker's alone.

    Also from files that are no longer open to them: what someone wrote for themselves stays
    theirs to take out. Of such a file the query tells what it names beside each record, so it
    names no more than whose it is and when. Raises NoCaseload where nobody asks, and Unguarded for
    a kind of record that is nobody's alone.
    """
    practice_id, mine = acting()
    if mine is None:
        raise NoCaseload
    if not issubclass(model, AuthorsOwn | ReadByChoice):
        raise Unguarded
    own = query.where(model.practice_id == practice_id, model.kept_by(mine))
    return list(db.session.execute(own.execution_options(**{BEYOND: True})).all())


@dataclass
class WholePractice:
    """All that a practice keeps, to be read once for its owner: what `whole_practice` opens."""

    practice_id: int
    #: The couples whose files were asked for.
    opened: list[int] = field(default_factory=list)

    def couples(self, model: type[CaseloadRecord]) -> list[int]:
        """The ids of the practice's couples; `model` is the couple's own."""
        query = select(model.id).where(model.practice_id == self.practice_id).order_by(model.id)
        return list(db.session.scalars(query.execution_options(**{BEYOND: True})))

    def file(self, model: type[Any], couple_id: int) -> list[Any]:
        """Every record of one kind in a couple's file, but what someone keeps for themselves.

        Raises Unguarded for an author's own.
        """
        if issubclass(model, AuthorsOwn):
            raise Unguarded
        if couple_id not in self.opened:
            self.opened.append(couple_id)
        key = model.id if model.__tablename__ == "couple" else model.couple_id
        shared = [model.of_the_file()] if issubclass(model, ReadByChoice) else []
        return self.asked(model, key == couple_id, *shared)

    def counted(self, column: InstrumentedAttribute[Any]) -> dict[Any, int]:
        """How many records of a kind the practice has, by one column of theirs; opens no file."""
        query = select(column, func.count()).group_by(column)
        query = query.where(column.class_.practice_id == self.practice_id)
        rows = db.session.execute(query.execution_options(**{BEYOND: True}))
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
        return list(db.session.scalars(query.execution_options(**{BEYOND: True})))


@contextmanager
def whole_practice(user: User) -> Iterator[WholePractice]:
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
    door = WholePractice(practice_id)
    try:
        yield door
    finally:
        db.session.rollback()
        write_apart(
            [
                Happening("exported", f"couple:{one}", one, {"all": True}, practice_id, user_id)
                for one in door.opened
            ]
        )

"""The kinds of record that are guarded, and the constraints they share."""

from typing import Any

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    ForeignKeyConstraint,
    UniqueConstraint,
    exists,
    false,
)
from sqlalchemy.orm import (
    Mapped,
    declared_attr,
    mapped_column,
)

from practice.access.team import CURRENT, WRITERS, CareTeamMember
from practice.database.base import Base


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


class AuthorOnlyRecord(ClientRecord):
    """A record that nobody but its author ever sees, care team or not."""

    __abstract__ = True

    author_id: Mapped[int] = mapped_column()

    @classmethod
    def kept_by(cls, user_id: int) -> ColumnElement[bool]:
        """Whether the record is a user's own, asked inside a query for it."""
        return cls.author_id == user_id


class RestrictedRecord(ClientRecord):
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

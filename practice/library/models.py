"""Tables of homework: favorites, and homework that a practice wrote itself, with drafts and versions."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    ForeignKeyConstraint,
    String,
    Text,
    UniqueConstraint,
    exists,
    select,
)
from sqlalchemy.orm import Mapped, mapped_column

from practice.access.records import PracticeRecord
from practice.database.base import JSON_DOCUMENT, Base
from practice.identity.models import User

#: What the name of a practice's own homework begins with; the number after it makes it one.
OWN = "own-"


class HomeworkFavorite(Base):
    """A homework that a user keeps at hand. It says nothing of any couple."""

    __tablename__ = "homework_favourite"
    __table_args__ = (
        ForeignKeyConstraint(["practice_id", "user_id"], ["user.practice_id", "user.id"]),
    )

    user_id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(80), primary_key=True)
    practice_id: Mapped[int]


def author_or_practice(record: Any, user_id: int) -> ColumnElement[bool]:
    """Whether a user wrote a record, or is of the practice that it is shared with."""
    practice = select(User.practice_id).where(User.id == user_id).scalar_subquery()
    seen: ColumnElement[bool] = (record.practice_id == practice) & (
        (record.author_id == user_id) | record.is_shared
    )
    return seen


class CustomHomework(PracticeRecord):
    """A homework that one of the practice's clinicians wrote: where it stands, and who sees it.

    Its author sees it; once it is in the library and shared, so does the whole practice.
    """

    __tablename__ = "own_homework"
    __table_args__ = (
        CheckConstraint("version >= 0", "version_counted"),
        CheckConstraint("version > 0 OR NOT is_shared", "shared_when_published"),
        ForeignKeyConstraint(["practice_id", "author_id"], ["user.practice_id", "user.id"]),
        UniqueConstraint("practice_id", "id"),
        UniqueConstraint("author_id", "once"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    is_shared: Mapped[bool] = mapped_column(default=False)
    #: The newest version in the library; 0 while there is only a draft.
    version: Mapped[int] = mapped_column(default=0)
    made_at: Mapped[datetime]
    #: When that version was put there.
    revised_at: Mapped[datetime | None]
    #: Since when it is no longer offered; None while it is.
    archived_at: Mapped[datetime | None]
    once: Mapped[str | None] = mapped_column(String(40))

    @classmethod
    def seen_by(cls, user_id: int) -> ColumnElement[bool]:
        """Its author, and colleagues when it is shared."""
        return author_or_practice(cls, user_id)

    @classmethod
    def of_the_practice(cls) -> ColumnElement[bool]:
        """Whether it is shared."""
        return cls.is_shared.is_(True)

    @property
    def slug(self) -> str:
        """Its name among those of the library's files, none of which ends in a number."""
        return f"{OWN}{self.id}"


class CustomHomeworkVersion(PracticeRecord):
    """One wording of a practice's own homework, as the text of a file of the library. It stays."""

    __tablename__ = "own_homework_version"
    __table_args__ = (
        ForeignKeyConstraint(
            ["practice_id", "homework_id"], ["own_homework.practice_id", "own_homework.id"]
        ),
        ForeignKeyConstraint(["practice_id", "author_id"], ["user.practice_id", "user.id"]),
    )

    homework_id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    english: Mapped[str] = mapped_column(Text)
    #: None where it was not written in Spanish.
    spanish: Mapped[str | None] = mapped_column(Text)
    made_at: Mapped[datetime]

    @classmethod
    def seen_by(cls, user_id: int) -> ColumnElement[bool]:
        """Whoever sees the homework."""
        seen = CustomHomework.seen_by(user_id)
        return (
            exists()
            .where(CustomHomework.id == cls.homework_id, seen)
            .correlate_except(CustomHomework)
        )

    @classmethod
    def of_the_practice(cls) -> ColumnElement[bool]:
        """Whether the homework is shared."""
        shared = CustomHomework.of_the_practice()
        found = exists().where(CustomHomework.id == cls.homework_id, shared)
        return found.correlate_except(CustomHomework)


class CustomHomeworkDraft(PracticeRecord):
    """What is being written and is not in the library yet: as typed, right or not."""

    __tablename__ = "own_homework_draft"
    __table_args__ = (
        ForeignKeyConstraint(
            ["practice_id", "homework_id"],
            ["own_homework.practice_id", "own_homework.id"],
            ondelete="CASCADE",
        ),
        ForeignKeyConstraint(["practice_id", "author_id"], ["user.practice_id", "user.id"]),
    )

    homework_id: Mapped[int] = mapped_column(primary_key=True)
    #: The fields of the form; None when all that was typed is in the library.
    words: Mapped[dict[str, Any] | None] = mapped_column(JSON_DOCUMENT)
    #: Counts every saving, so that two windows notice each other.
    version: Mapped[int]
    saved_at: Mapped[datetime]

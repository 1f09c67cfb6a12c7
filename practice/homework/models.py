"""Homework given to couples, and how it went."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ColumnElement,
    ForeignKeyConstraint,
    Index,
    String,
    Text,
    UniqueConstraint,
    exists,
    select,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from practice.access.records import ClientRecord, PracticeRecord, one_of, within_couple
from practice.accounts.models import User
from practice.couples.models import Couple
from practice.database import Base
from practice.vocabulary import Letter, Outcome

#: What the name of a practice's own homework begins with; the number after it makes it one.
OWN = "own-"


class Assignment(ClientRecord):
    """A homework prescribed to a couple or a partner, with its wording frozen as given."""

    __tablename__ = "assignment"
    constraints = (
        one_of("for_whom", "couple", *Letter),
        CheckConstraint("due_on >= given_on", "due_after_given"),
        CheckConstraint("days BETWEEN 0 AND 7", "days_in_a_week"),
        CheckConstraint(
            "confidence_a IS NULL OR confidence_a BETWEEN 0 AND 10", "confidence_a_scale"
        ),
        CheckConstraint(
            "confidence_b IS NULL OR confidence_b BETWEEN 0 AND 10", "confidence_b_scale"
        ),
        within_couple("session_id", "therapy_session"),
        ForeignKeyConstraint(["practice_id", "by_user_id"], ["user.practice_id", "user.id"]),
        UniqueConstraint("couple_id", "once"),
        UniqueConstraint("code_a"),
        UniqueConstraint("code_b"),
        Index("ix_assignment_couple_given", "couple_id", "given_on"),
        Index("ix_assignment_by_user", "by_user_id", "id"),
    )

    #: The session it was given in; None when given between sessions.
    session_id: Mapped[int | None]
    by_user_id: Mapped[int]
    #: The name of its file in the library, without ending.
    slug: Mapped[str] = mapped_column(String(80))
    for_whom: Mapped[str] = mapped_column(String(6))
    #: Every text of the homework as it read on the day it was given; long, so read when asked for.
    wording: Mapped[dict[str, Any]] = mapped_column(JSON, deferred=True)
    title: Mapped[str] = mapped_column(String(120))
    #: Dates are the practice's local dates, as the couple would write them in a diary.
    given_on: Mapped[date]
    due_on: Mapped[date]
    #: Minutes of the dose agreed.
    dose: Mapped[int]
    #: Days a week; 0 when not agreed.
    days: Mapped[int] = mapped_column(default=0)
    place_and_time: Mapped[str] = mapped_column(String(200), default="")
    #: “after the kids are in bed”
    anchor: Mapped[str] = mapped_column(String(120), default="")
    #: What could get in the way, and the if–then plan for it.
    expected_obstacle: Mapped[str] = mapped_column(String(200), default="")
    if_then: Mapped[str] = mapped_column(String(300), default="")
    #: How sure each partner is of doing it, 0 to 10; None when not asked.
    confidence_a: Mapped[int | None]
    confidence_b: Mapped[int | None]
    personal_word: Mapped[str] = mapped_column(Text, default="")
    #: Why it was given although a safety screen is unclear or missing; empty when none was needed.
    safety_reason: Mapped[str] = mapped_column(Text, default="")
    #: Short codes on each partner's sheet, for entering what came back on paper.
    code_a: Mapped[str] = mapped_column(String(9))
    code_b: Mapped[str] = mapped_column(String(9))
    once: Mapped[str | None] = mapped_column(String(40))

    couple: Mapped[Couple] = relationship(
        primaryjoin="Assignment.couple_id == Couple.id", foreign_keys="Assignment.couple_id"
    )


class Review(ClientRecord):
    """How an assignment went, as one of the three saw it. Never “compliance”."""

    __tablename__ = "review"
    constraints = (
        one_of("by_whom", "clinician", *Letter),
        one_of("outcome", *Outcome, optional=True),
        CheckConstraint("usefulness IS NULL OR usefulness BETWEEN 0 AND 4", "usefulness_scale"),
        UniqueConstraint("assignment_id", "by_whom"),
        within_couple("assignment_id", "assignment"),
        within_couple("session_id", "therapy_session"),
    )

    assignment_id: Mapped[int]
    #: The session in which it was talked through; None when entered between sessions.
    session_id: Mapped[int | None]
    by_whom: Mapped[str] = mapped_column(String(9))
    #: Empty while only words or usefulness are known.
    outcome: Mapped[str] = mapped_column(String(12), default="")
    #: 0 to 4; None when not asked.
    usefulness: Mapped[int | None]
    noticed: Mapped[str] = mapped_column(String(600), default="")
    reviewed_on: Mapped[date]
    saved_at: Mapped[datetime]


class HomeworkFavourite(Base):
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


class OwnHomework(PracticeRecord):
    """A homework that one of the practice's clinicians wrote: where it stands, and who sees it.

    Its author sees it; once it is in the library and shared, so does the whole practice.
    """

    __tablename__ = "own_homework"
    __table_args__ = (
        CheckConstraint("version >= 0", "version_counted"),
        CheckConstraint("version > 0 OR is_shared = 0", "shared_when_published"),
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


class OwnHomeworkVersion(PracticeRecord):
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
        seen = OwnHomework.seen_by(user_id)
        return exists().where(OwnHomework.id == cls.homework_id, seen).correlate_except(OwnHomework)

    @classmethod
    def of_the_practice(cls) -> ColumnElement[bool]:
        """Whether the homework is shared."""
        shared = OwnHomework.of_the_practice()
        found = exists().where(OwnHomework.id == cls.homework_id, shared)
        return found.correlate_except(OwnHomework)


class OwnHomeworkDraft(PracticeRecord):
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
    words: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    #: Counts every saving, so that two windows notice each other.
    version: Mapped[int]
    saved_at: Mapped[datetime]

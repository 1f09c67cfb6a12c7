"""Courses that couples are in, and courses that clinicians of the practice have made."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    ForeignKeyConstraint,
    Index,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from practice.access.records import ClientRecord, PracticeRecord, one_of, within_couple
from practice.database.base import JSON_DOCUMENT
from practice.library.models import author_or_practice

WAITING, GIVEN, SKIPPED, REPLACED, REPEATED = "waiting", "given", "skipped", "replaced", "repeated"
COMPLETED, STOPPED = "completed", "stopped"


class CourseEnrollment(ClientRecord):
    """A course that a couple is in, or was: its wording frozen as it read on the first day."""

    __tablename__ = "course_taken"
    constraints = (
        one_of("ended_as", COMPLETED, STOPPED, optional=True),
        CheckConstraint("(ended_on IS NULL) = (ended_as = '')", "ended_in_some_way"),
        CheckConstraint("ended_on IS NULL OR ended_on >= started_on", "ended_after_start"),
        ForeignKeyConstraint(["practice_id", "by_user_id"], ["user.practice_id", "user.id"]),
        Index(
            "ix_course_taken_running",
            "couple_id",
            unique=True,
            sqlite_where=text("ended_on IS NULL"),
            postgresql_where=text("ended_on IS NULL"),
        ),
    )

    by_user_id: Mapped[int]
    #: A built-in course's file name without ending, or “own-” and the id of the practice's own.
    key: Mapped[str] = mapped_column(String(80))
    title: Mapped[str] = mapped_column(String(120))
    #: Title, promise, weeks and closing words by language, as they read when it was started.
    outline: Mapped[dict[str, Any]] = mapped_column(JSON_DOCUMENT)
    #: Dates are the practice's local dates.
    started_on: Mapped[date]
    #: Since when it rests; None while it goes on.
    paused_on: Mapped[date | None]
    #: None while the couple is in it. A couple is in one course at a time.
    ended_on: Mapped[date | None]
    ended_as: Mapped[str] = mapped_column(String(9), default="")
    ended_because: Mapped[str] = mapped_column(String(200), default="")
    #: Why it was started although a safety screen is unclear or missing; else empty.
    safety_reason: Mapped[str] = mapped_column(Text, default="")


class CourseStep(ClientRecord):
    """One step of a course a couple is in. A week that is repeated or replaced has several."""

    __tablename__ = "course_step"
    constraints = (
        one_of("state", WAITING, GIVEN, SKIPPED, REPLACED, REPEATED),
        CheckConstraint("number >= 1", "number_counts"),
        CheckConstraint("turn >= 1", "turn_counts"),
        UniqueConstraint("course_id", "number", "turn"),
        UniqueConstraint("assignment_id"),
        within_couple("course_id", "course_taken"),
        within_couple("assignment_id", "assignment"),
    )

    course_id: Mapped[int]
    #: The week it stands for, from 1; `turn` counts the times that week comes up.
    number: Mapped[int]
    turn: Mapped[int] = mapped_column(default=1)
    state: Mapped[str] = mapped_column(String(8), default=WAITING)
    slug: Mapped[str] = mapped_column(String(80))
    title: Mapped[str] = mapped_column(String(120))
    #: Minutes to begin with.
    dose: Mapped[int]
    #: A word to the couple, as it stood in the course; "" for a homework that took its place.
    focus: Mapped[str] = mapped_column(Text, default="")
    #: What it was given as; None while it waits, or was skipped or replaced.
    assignment_id: Mapped[int | None]
    #: The day it was given, skipped or replaced; None while it waits.
    settled_on: Mapped[date | None]


class CustomCourse(PracticeRecord):
    """A course that a clinician made. It names no couple."""

    __tablename__ = "own_course"
    __table_args__ = (
        ForeignKeyConstraint(["practice_id", "author_id"], ["user.practice_id", "user.id"]),
        UniqueConstraint("author_id", "once"),
        Index("ix_own_course_practice", "practice_id", "author_id"),
    )
    is_audited = True

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(String(120))
    promise: Mapped[str] = mapped_column(String(200))
    purpose: Mapped[str] = mapped_column(Text, default="")
    when_not: Mapped[str] = mapped_column(Text, default="")
    close: Mapped[str] = mapped_column(Text, default="")
    #: In order: homework, dose in minutes, focus.
    weeks: Mapped[list[dict[str, Any]]] = mapped_column(JSON_DOCUMENT)
    #: Whether colleagues of the practice may use it. Only its author changes it.
    is_shared: Mapped[bool] = mapped_column(default=False)
    #: From when it is offered no more; None while it is.
    archived_on: Mapped[date | None]
    #: Counts its changes, so that two windows do not overwrite each other.
    version: Mapped[int] = mapped_column(default=1)
    once: Mapped[str | None] = mapped_column(String(40))
    saved_at: Mapped[datetime]

    @classmethod
    def seen_by(cls, user_id: int) -> ColumnElement[bool]:
        """Its author, and colleagues when it is shared."""
        return author_or_practice(cls, user_id)

    @classmethod
    def of_the_practice(cls) -> ColumnElement[bool]:
        """Whether it is shared."""
        return cls.is_shared.is_(True)

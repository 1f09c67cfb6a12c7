"""Tables of what was given to a couple, and how it went."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    ForeignKeyConstraint,
    Index,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from practice.access.records import ClientRecord, one_of, within_couple
from practice.couples.models import Couple
from practice.database.base import JSON_DOCUMENT
from practice.vocabulary import Letter, Outcome


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
    wording: Mapped[dict[str, Any]] = mapped_column(JSON_DOCUMENT, deferred=True)
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

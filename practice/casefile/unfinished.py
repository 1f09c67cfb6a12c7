"""What sessions and homework leave open in a couple's file, named before the file is closed."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from flask import url_for
from sqlalchemy import bindparam, false, select

from practice.access.prepared import PreparedQuery
from practice.assignments.models import Assignment
from practice.assignments.service import is_reviewed
from practice.couples.closing import StillOpen
from practice.couples.models import Couple
from practice.courses.enrollments import running
from practice.formatting import full_date
from practice.sessions.models import TherapySession
from practice.sessions.order import number_column, order_columns


@dataclass(frozen=True, slots=True)
class UnsignedNote:
    """A row of a session whose note is not signed."""

    id: int
    held_on: date
    number: int


@dataclass(frozen=True, slots=True)
class OpenHomework:
    """A row of homework that nobody has talked through."""

    id: int
    title: str
    due_on: date


UNSIGNED = PreparedQuery(
    UnsignedNote,
    select(TherapySession.id, TherapySession.held_on, number_column().label("number"))
    .where(TherapySession.couple_id == bindparam("couple_id"), TherapySession.is_signed == false())
    .order_by(*order_columns()),
)
OUT = PreparedQuery(
    OpenHomework,
    select(Assignment.id, Assignment.title, Assignment.due_on)
    .where(Assignment.couple_id == bindparam("couple_id"), ~is_reviewed())
    .order_by(Assignment.given_on, Assignment.id),
)


def unsigned_notes(couple: Couple, _today: date) -> Iterable[StillOpen]:
    """Notes that nobody has signed."""
    for one in UNSIGNED.rows(couple_id=couple.id):
        page = url_for("casefile.session", couple_id=couple.id, session_id=one.id)
        yield StillOpen(
            f"The note of session {one.number}, {full_date(one.held_on)}, is not signed", page
        )


def homework_out(couple: Couple, _today: date) -> Iterable[StillOpen]:
    """Homework that nobody has talked through, and the course the couple is in."""
    page = url_for("casefile.homework", couple_id=couple.id)
    for one in OUT.rows(couple_id=couple.id):
        yield StillOpen(
            f"“{one.title}” is out, to talk about on {full_date(one.due_on)}",
            f"{page}#assignment-{one.id}",
        )
    if course := running(couple.id):
        yield StillOpen(f"The course “{course.title}” is under way", page)

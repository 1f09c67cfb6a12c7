"""What the timeline asks of a couple's file: its prepared queries, and the rows they give."""

from dataclasses import dataclass, field
from datetime import date, time
from typing import Any

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import aliased

from practice.access.expressions import in_list
from practice.access.prepared import PreparedQuery
from practice.assignments.models import Assignment, Review
from practice.assignments.service import Said, is_reviewed
from practice.attachments.models import Attachment
from practice.couples.models import Appointment
from practice.courses.models import CourseEnrollment, CourseStep
from practice.sessions.models import ProgressNote, Sighting, TherapySession
from practice.sessions.note_formats import SECTIONS
from practice.sessions.order import order_columns

SESSIONS_A_PAGE = 20
MOST_OUT = 4
MISSED = {"no-show": "No-show", "late-cancellation": "Late cancellation"}


HELD = (
    select(
        TherapySession.id,
        TherapySession.held_on,
        TherapySession.started_at,
        TherapySession.is_signed,
        func.row_number().over(order_by=order_columns()).label("number"),
    )
    .where(TherapySession.couple_id == bindparam("couple_id"))
    .subquery()
    .c
)
#: A page of them, chosen before their notes are read.
PAGE = (
    select(*HELD)
    .where(HELD.number < bindparam("before"))
    .order_by(HELD.number.desc())
    .limit(SESSIONS_A_PAGE + 1)
    .subquery()
    .c
)


@dataclass(frozen=True, slots=True)
class HeldSession:
    """A row of a session on the timeline, and the sections of its note."""

    id: int
    held_on: date
    started_at: time | None
    is_signed: bool
    number: int
    data: str
    objective: str
    goal: str
    intervention: str
    response: str
    assessment: str
    plan: str


@dataclass(frozen=True, slots=True)
class HeldOn:
    """A row of the day on which a session was held."""

    held_on: date


SESSIONS = PreparedQuery(
    HeldSession,
    select(*PAGE, *(getattr(ProgressNote, key) for key in SECTIONS))
    .join(ProgressNote, ProgressNote.session_id == PAGE.id)
    .order_by(PAGE.number.desc()),
)
DAY = PreparedQuery(HeldOn, select(HELD.held_on).where(HELD.number == bindparam("number")))


@dataclass(frozen=True, slots=True)
class SightingOn:
    """A row of an obstacle that was tagged on a session."""

    session_id: int
    obstacle: str
    strength: int
    who: str


SIGHTINGS = PreparedQuery(
    SightingOn,
    select(Sighting.session_id, Sighting.obstacle, Sighting.strength, Sighting.who)
    .where(
        # leads the index under which they lie together
        Sighting.couple_id == bindparam("couple_id"),
        in_list(Sighting.session_id, "session_ids"),
    )
    .order_by(Sighting.id),
)


@dataclass(frozen=True)
class Assigned:
    """A row of a homework that was given, and what was said of it, by whom."""

    id: int
    title: str
    dose: int
    given_on: date
    due_on: date
    #: When the session it was given in began; None when it was given between two.
    at: time | None = None
    #: The course it is part of, if any, and which of its weeks.
    course: str | None = None
    week: int | None = None
    weeks: int | None = None
    said: dict[str, Said] = field(default_factory=dict)

    @property
    def is_out(self) -> bool:
        """Whether the clinician has not reviewed it yet."""
        return "clinician" not in self.said or not self.said["clinician"].outcome


GIVEN = (
    select(
        Assignment.id,
        Assignment.title,
        Assignment.dose,
        Assignment.given_on,
        Assignment.due_on,
        TherapySession.started_at.label("at"),
    )
    .outerjoin(TherapySession, TherapySession.id == Assignment.session_id)
    .where(
        Assignment.couple_id == bindparam("couple_id"),
        Assignment.given_on >= bindparam("first"),
        Assignment.given_on < bindparam("until"),
    )
    .order_by(Assignment.given_on.desc(), Assignment.id.desc())
    .limit(60)
    .subquery()
    .c
)
#: Every step of a course, to tell how many weeks it has.
EACH_STEP = aliased(CourseStep)


@dataclass(frozen=True, slots=True)
class AssignedRow:
    """A row of homework and one review of it; the review's columns are None where there is none."""

    id: int
    title: str
    dose: int
    given_on: date
    due_on: date
    at: time | None
    course: str | None
    week: int | None
    weeks: int | None
    by_whom: str | None
    outcome: str | None
    usefulness: int | None
    noticed: str | None

    def assigned(self) -> Assigned:
        """The homework, before anything is said of it."""
        return Assigned(
            self.id,
            self.title,
            self.dose,
            self.given_on,
            self.due_on,
            self.at,
            self.course,
            self.week,
            self.weeks,
        )


ASSIGNED = PreparedQuery(
    AssignedRow,
    select(
        *GIVEN,
        CourseEnrollment.title.label("course"),
        CourseStep.number.label("week"),
        select(func.max(EACH_STEP.number))
        .where(EACH_STEP.course_id == CourseStep.course_id)
        .scalar_subquery()
        .label("weeks"),
        Review.by_whom,
        Review.outcome,
        Review.usefulness,
        Review.noticed,
    )
    .outerjoin(Review, Review.assignment_id == GIVEN.id)
    .outerjoin(CourseStep, CourseStep.assignment_id == GIVEN.id)
    .outerjoin(CourseEnrollment, CourseEnrollment.id == CourseStep.course_id)
    .order_by(GIVEN.given_on.desc(), GIVEN.id.desc()),
)


@dataclass(frozen=True, slots=True)
class Attached:
    """A row of a letter or scan on the timeline."""

    id: int
    title: str
    kind: str
    whose: str
    dated_on: date


ATTACHED = PreparedQuery(
    Attached,
    select(Attachment.id, Attachment.title, Attachment.kind, Attachment.whose, Attachment.dated_on)
    .where(
        Attachment.couple_id == bindparam("couple_id"),
        Attachment.dated_on >= bindparam("first"),
        Attachment.dated_on < bindparam("until"),
        Attachment.set_aside_at.is_(None),
    )
    .order_by(Attachment.dated_on.desc(), Attachment.id.desc())
    .limit(60),
)


@dataclass(frozen=True, slots=True)
class MissedOne:
    """A row of an appointment that was missed, or cancelled too late."""

    id: int
    on_day: date
    at_time: time
    outcome: str


MISSED_ONES = PreparedQuery(
    MissedOne,
    select(Appointment.id, Appointment.on_day, Appointment.at_time, Appointment.outcome)
    .where(
        Appointment.couple_id == bindparam("couple_id"),
        Appointment.on_day >= bindparam("first"),
        Appointment.on_day < bindparam("until"),
        Appointment.outcome.in_(list(MISSED)),
    )
    .order_by(Appointment.on_day.desc())
    .limit(40),
)


OUT = PreparedQuery(
    Assigned,
    select(Assignment.id, Assignment.title, Assignment.dose, Assignment.given_on, Assignment.due_on)
    .where(Assignment.couple_id == bindparam("couple_id"), ~is_reviewed())
    .order_by(Assignment.given_on.desc(), Assignment.id.desc())
    .limit(MOST_OUT),
)


def between(couple_id: int, first: date | None, until: date | None) -> dict[str, Any]:
    """What a statement asks of a couple between two days; None is no bound."""
    return {"couple_id": couple_id, "first": first or date.min, "until": until or date.max}

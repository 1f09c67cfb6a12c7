"""The timeline of a couple's file: sessions, homework, letters, missed appointments, newest first."""

from dataclasses import dataclass, field
from datetime import date, time
from typing import Any, NamedTuple

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import aliased

from practice.access.expressions import in_list
from practice.access.prepared import PreparedQuery
from practice.assignments.models import Assignment, Review
from practice.assignments.service import Said, is_reviewed
from practice.attachments.models import Attachment
from practice.couples.models import Appointment, OfACouple
from practice.couples.names import told_apart
from practice.courses.models import CourseEnrollment, CourseStep
from practice.database.base import LARGEST_ID
from practice.formatting import opening
from practice.sessions.models import ProgressNote, Sighting, TherapySession
from practice.sessions.note_formats import SECTIONS, first_words
from practice.sessions.order import order_columns
from practice.vocabulary import OBSTACLES, AttachmentKind

SESSIONS_A_PAGE = 20
MOST_OUT = 4
MISSED = {"no-show": "No-show", "late-cancellation": "Late cancellation"}


class Tag(NamedTuple):
    """An obstacle as it was seen in one session; strength 0 and who "" are not stated."""

    key: str
    label: str
    strength: int
    who: str


@dataclass
class Entry:
    """One thing on the timeline. `kind` is session, assignment, attachment or missed.

    `order` is a session's number, else an id.
    """

    kind: str
    on_day: date
    order: int
    title: str
    #: The hour, by which things of one day are ordered; None where it has none, or none is known.
    at: time | None = None
    words: str = ""
    id: int = 0
    is_signed: bool = True
    tags: list[Tag] = field(default_factory=list)
    #: “Week 2 of 6 · Small things said in time”, of homework that is part of a course.
    course: str = ""


@dataclass(frozen=True)
class Assigned:
    """A homework that was given, and what was said of it, by whom."""

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


@dataclass(frozen=True)
class Timeline:
    """A page of the timeline, newest first, and the session number where the next page begins."""

    entries: list[Entry]
    older: int | None
    #: What is out and not reviewed yet, newest first, whatever page this is.
    out: list[Assigned]

    def begun_on(self, day: date) -> list[Entry]:
        """The sessions of a day whose notes are not signed yet, as far as this page has them."""
        return [
            entry
            for entry in reversed(self.entries)
            if entry.kind == "session" and entry.on_day == day and not entry.is_signed
        ]


def timeline(couple: OfACouple, before: int | None = None) -> Timeline:
    """Sessions, homework, attachments and missed appointments of a couple, newest first.

    `before` is a session's number: only what came before it is shown.
    """
    sessions = session_entries(couple.id, before)
    shown = sessions[:SESSIONS_A_PAGE]
    older = shown[-1].order if len(sessions) > SESSIONS_A_PAGE else None
    first = shown[-1].on_day if older else None
    until = day_of_session(couple.id, before) if before else None
    given = assigned_between(couple.id, first, until)
    entries = [
        *shown,
        *(assignment_entry(couple, one) for one in given),
        *attachment_entries(couple, first, until),
        *missed_entries(couple.id, first, until),
    ]
    entries.sort(
        key=lambda entry: (entry.on_day, hour_of(entry), entry.kind != "session", entry.order),
        reverse=True,
    )
    is_whole = not (before or older)
    out = [one for one in given if one.is_out][:MOST_OUT] if is_whole else homework_out(couple.id)
    return Timeline(entries, older, out)


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
SESSIONS = PreparedQuery(
    select(*PAGE, *(getattr(ProgressNote, key) for key in SECTIONS))
    .join(ProgressNote, ProgressNote.session_id == PAGE.id)
    .order_by(PAGE.number.desc())
)
DAY = PreparedQuery(select(HELD.held_on).where(HELD.number == bindparam("number")))


def hour_of(entry: Entry) -> time:
    """The hour by which an entry is ordered: without one, a session is the first of its day."""
    return entry.at or (time.min if entry.kind == "session" else time.max)


def day_of_session(couple_id: int, number: int) -> date | None:
    """When the session of that number was held; None when there is none."""
    row = DAY.first(couple_id=couple_id, number=number)
    return row.held_on if row else None


def session_entries(couple_id: int, before: int | None) -> list[Entry]:
    """Sessions with their notes' first words and what was seen, newest first, one more than a page."""
    rows = SESSIONS.rows(couple_id=couple_id, before=before or LARGEST_ID)
    seen = sightings_in(couple_id, [row.id for row in rows])
    return [
        Entry(
            kind="session",
            on_day=row.held_on,
            at=row.started_at,
            order=row.number,
            title=f"Session {row.number}",
            words=opening(first_words(row)),
            id=row.id,
            is_signed=row.is_signed,
            tags=seen.get(row.id, []),
        )
        for row in rows
    ]


SIGHTINGS = PreparedQuery(
    select(Sighting.session_id, Sighting.obstacle, Sighting.strength, Sighting.who)
    .where(
        # leads the index under which they lie together
        Sighting.couple_id == bindparam("couple_id"),
        in_list(Sighting.session_id, "session_ids"),
    )
    .order_by(Sighting.id)
)
ORDER = {key: at for at, key in enumerate(OBSTACLES)}


def sightings_in(couple_id: int, session_ids: list[int]) -> dict[int, list[Tag]]:
    """What was seen in each of these sessions of a couple, core obstacles first."""
    if not session_ids:
        return {}
    seen: dict[int, list[Tag]] = {}
    rows = SIGHTINGS.rows(couple_id=couple_id, session_ids=session_ids)
    for session_id, key, strength, who in rows:
        tag = Tag(key, OBSTACLES[key].label, strength, who)
        seen.setdefault(session_id, []).append(tag)
    for tags in seen.values():
        tags.sort(key=lambda tag: ORDER[tag.key])
    return seen


GIVEN = (
    select(
        Assignment.id,
        Assignment.title,
        Assignment.dose,
        Assignment.given_on,
        Assignment.due_on,
        TherapySession.started_at,
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
ASSIGNED = PreparedQuery(
    select(
        *GIVEN,
        CourseEnrollment.title.label("course"),
        CourseStep.number,
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
    .order_by(GIVEN.given_on.desc(), GIVEN.id.desc())
)


def assigned_between(couple_id: int, first: date | None, until: date | None) -> list[Assigned]:
    """Homework given from the day `first` until before `until`, newest first, with its reviews."""
    found: dict[int, Assigned] = {}
    for *given, by_whom, outcome, usefulness, noticed in ASSIGNED.rows(
        **between(couple_id, first, until)
    ):
        one = found.setdefault(given[0], Assigned(*given))
        if by_whom:
            one.said[by_whom] = Said(outcome, usefulness, noticed)
    return list(found.values())


def assignment_entry(couple: OfACouple, assigned: Assigned) -> Entry:
    """Homework on the timeline, with how it went in each one's words."""
    return Entry(
        kind="assignment",
        on_day=assigned.given_on,
        at=assigned.at,
        order=assigned.id,
        title=assigned.title,
        words=how_it_went(couple, assigned.said),
        id=assigned.id,
        course=(
            f"Week {assigned.week} of {assigned.weeks} · {assigned.course}"
            if assigned.course
            else ""
        ),
    )


def how_it_went(couple: OfACouple, said: dict[str, Said]) -> str:
    """“Maya: partly, “mornings work” · Jonah: tried · Clinician: partly”."""
    names = {**told_apart(couple), "clinician": "Clinician"}
    told = [said[by_whom].by(name) for by_whom, name in names.items() if by_whom in said]
    return " · ".join(filter(None, told)) or "Still out."


ATTACHED = PreparedQuery(
    select(Attachment.id, Attachment.title, Attachment.kind, Attachment.whose, Attachment.dated_on)
    .where(
        Attachment.couple_id == bindparam("couple_id"),
        Attachment.dated_on >= bindparam("first"),
        Attachment.dated_on < bindparam("until"),
        Attachment.set_aside_at.is_(None),
    )
    .order_by(Attachment.dated_on.desc(), Attachment.id.desc())
    .limit(60)
)


def attachment_entries(couple: OfACouple, first: date | None, until: date | None) -> list[Entry]:
    """Letters and scans that whoever looks may see, from the day `first` until before `until`."""
    rows = ATTACHED.rows(**between(couple.id, first, until))
    names = told_apart(couple) if rows else {}
    return [
        Entry(
            kind="attachment",
            on_day=row.dated_on,
            order=row.id,
            title=row.title,
            words=" · ".join(
                filter(None, [AttachmentKind(row.kind).label, names.get(row.whose, "")])
            ),
            id=row.id,
        )
        for row in rows
    ]


MISSED_ONES = PreparedQuery(
    select(Appointment.id, Appointment.on_day, Appointment.at_time, Appointment.outcome)
    .where(
        Appointment.couple_id == bindparam("couple_id"),
        Appointment.on_day >= bindparam("first"),
        Appointment.on_day < bindparam("until"),
        Appointment.outcome.in_(list(MISSED)),
    )
    .order_by(Appointment.on_day.desc())
    .limit(40)
)


def missed_entries(couple_id: int, first: date | None, until: date | None) -> list[Entry]:
    """Appointments missed or cancelled too late, from the day `first` until before `until`."""
    rows = MISSED_ONES.rows(**between(couple_id, first, until))
    return [
        Entry(kind="missed", on_day=day, at=at, order=id_, title=MISSED[outcome], id=id_)
        for id_, day, at, outcome in rows
    ]


def between(couple_id: int, first: date | None, until: date | None) -> dict[str, Any]:
    """What a statement asks of a couple between two days; None is no bound."""
    return {"couple_id": couple_id, "first": first or date.min, "until": until or date.max}


OUT = PreparedQuery(
    select(Assignment.id, Assignment.title, Assignment.dose, Assignment.given_on, Assignment.due_on)
    .where(Assignment.couple_id == bindparam("couple_id"), ~is_reviewed())
    .order_by(Assignment.given_on.desc(), Assignment.id.desc())
    .limit(MOST_OUT)
)


def homework_out(couple_id: int) -> list[Assigned]:
    """What is out and not reviewed by the clinician yet, newest first; nothing of what was said."""
    return [Assigned(*row) for row in OUT.rows(couple_id=couple_id)]

"""Today: who comes now and next, and what one wants to know a minute before."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, time, timedelta

from sqlalchemy import func, select

from practice.couples.models import Appointment, Partner
from practice.database import db
from practice.homework.models import Assignment, Review
from practice.sessions.models import ProgressNote, TherapySession

DAYS_AHEAD = 7
MOST = 12
UNSIGNED_SHOWN = 6


@dataclass(frozen=True)
class Out:
    """A homework that is out and not reviewed yet."""

    id: int
    title: str
    due_on: date


@dataclass
class Visit:
    """An appointment with what is known of the couple."""

    appointment_id: int
    couple_id: int
    on_day: date
    at_time: time
    minutes: int
    modality: str
    kind: str
    names: str = ""
    plan: str = ""
    last_on: date | None = None
    session_id: int | None = None
    homework: list[Out] = field(default_factory=list)
    unsigned: int = 0


@dataclass(frozen=True)
class Unsigned:
    """A session of one's own whose note waits for a signature."""

    couple_id: int
    session_id: int
    number: int
    held_on: date
    names: str


@dataclass(frozen=True)
class Day:
    """What Today shows."""

    today: list[Visit]
    ahead: list[Visit]
    unsigned: list[Unsigned]
    unsigned_count: int

    @property
    def coming(self) -> Visit | None:
        """The visit one prepares for: the first of today without a session."""
        return next((visit for visit in self.today if visit.session_id is None), None)


def day_of(user_id: int, today: date) -> Day:
    """The user's day: visits of today and of the week ahead, and unsigned notes."""
    visits = visits_between(today, today + timedelta(days=DAYS_AHEAD))
    couple_ids = [visit.couple_id for visit in visits]
    add_names(visits, couple_ids)
    add_last_sessions(visits, couple_ids)
    add_homework(visits, couple_ids)
    add_todays_sessions(visits)
    unsigned, count = unsigned_notes(user_id, today)
    return Day(
        today=[visit for visit in visits if visit.on_day == today],
        ahead=[visit for visit in visits if visit.on_day > today],
        unsigned=unsigned,
        unsigned_count=count,
    )


def visits_between(first: date, last: date) -> list[Visit]:
    """Planned and kept appointments of the open caseload, in order, at most a screenful ahead."""
    rows = db.session.execute(
        select(
            Appointment.id,
            Appointment.couple_id,
            Appointment.on_day,
            Appointment.at_time,
            Appointment.minutes,
            Appointment.modality,
            Appointment.kind,
        )
        .where(
            Appointment.on_day.between(first, last),
            Appointment.outcome.in_(["", "kept"]),
        )
        .order_by(Appointment.on_day, Appointment.at_time)
        .limit(MOST * 2)
    ).all()
    return [Visit(*row) for row in rows]


def names_of(couple_ids: Iterable[int]) -> dict[int, str]:
    """“Maya Okafor & Jonah Reyes” for each couple."""
    rows = db.session.execute(
        select(
            Partner.couple_id,
            Partner.first_name,
            Partner.goes_by,
            Partner.last_name,
        )
        .where(Partner.couple_id.in_(list(couple_ids)))
        .order_by(Partner.couple_id, Partner.letter)
    )
    names: dict[int, str] = {}
    for couple_id, first, goes_by, last in rows:
        full = f"{goes_by or first} {last}".strip()
        names[couple_id] = f"{names[couple_id]} & {full}" if couple_id in names else full
    return names


def add_names(visits: list[Visit], couple_ids: list[int]) -> None:
    """Put the couples' names on the visits."""
    names = names_of(couple_ids)
    for visit in visits:
        visit.names = names.get(visit.couple_id, "")


def last_session_ids(couple_ids: Iterable[int], before: date | None = None) -> list[int]:
    """The newest session of each couple, found by the index one couple at a time."""
    found = []
    for couple_id in dict.fromkeys(couple_ids):
        newest = select(TherapySession.id).where(TherapySession.couple_id == couple_id)
        if before:
            newest = newest.where(TherapySession.held_on < before)
        found.append(
            db.session.scalar(
                newest.order_by(
                    TherapySession.held_on.desc(), TherapySession.number.desc()
                ).limit(1)
            )
        )
    return [id_ for id_ in found if id_ is not None]


def add_last_sessions(visits: list[Visit], couple_ids: list[int]) -> None:
    """Put the last note's plan, and when it was, on the visits."""
    if not visits:
        return
    rows = db.session.execute(
        select(ProgressNote.couple_id, ProgressNote.plan, TherapySession.held_on)
        .join(TherapySession, TherapySession.id == ProgressNote.session_id)
        .where(ProgressNote.session_id.in_(last_session_ids(couple_ids, visits[0].on_day)))
    )
    last = {couple_id: (plan, held_on) for couple_id, plan, held_on in rows}
    for visit in visits:
        visit.plan, visit.last_on = last.get(visit.couple_id, ("", None))


def add_homework(visits: list[Visit], couple_ids: list[int]) -> None:
    """Put the homework that is out on the visits."""
    reviewed = select(Review.assignment_id).where(
        Review.couple_id.in_(couple_ids), Review.by_whom == "clinician", Review.outcome != ""
    )
    rows = db.session.execute(
        select(Assignment.couple_id, Assignment.id, Assignment.title, Assignment.due_on)
        .where(Assignment.couple_id.in_(couple_ids), Assignment.id.not_in(reviewed))
        .order_by(Assignment.given_on.desc(), Assignment.id)
    )
    out: dict[int, list[Out]] = {}
    for couple_id, id_, title, due_on in rows:
        out.setdefault(couple_id, []).append(Out(id_, title, due_on))
    for visit in visits:
        visit.homework = out.get(visit.couple_id, [])[:3]


def add_todays_sessions(visits: list[Visit]) -> None:
    """Put the session already opened for an appointment on its visit."""
    rows = db.session.execute(
        select(TherapySession.appointment_id, TherapySession.id).where(
            TherapySession.appointment_id.in_([visit.appointment_id for visit in visits])
        )
    )
    opened = {appointment_id: session_id for appointment_id, session_id in rows}
    for visit in visits:
        visit.session_id = opened.get(visit.appointment_id)


def unsigned_notes(user_id: int, today: date) -> tuple[list[Unsigned], int]:
    """The oldest unsigned notes of the user's own sessions, and how many there are."""
    mine = (TherapySession.by_user_id == user_id, TherapySession.is_signed.is_(False))
    rows = db.session.execute(
        select(
            TherapySession.couple_id,
            TherapySession.id,
            TherapySession.number,
            TherapySession.held_on,
        )
        .where(*mine)
        .order_by(TherapySession.held_on)
        .limit(UNSIGNED_SHOWN)
    ).all()
    names = names_of({row.couple_id for row in rows})
    count = len(rows)
    if count == UNSIGNED_SHOWN:
        count = db.session.scalar(select(func.count(TherapySession.id)).where(*mine)) or 0
    return [Unsigned(*row, names.get(row.couple_id, "")) for row in rows], count

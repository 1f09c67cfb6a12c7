"""Appointments: times agreed to meet, and what became of them."""

import zlib
from collections.abc import Collection
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, time, timedelta

from sqlalchemy import ColumnElement, bindparam, exists, select

from practice.access.prepared import PreparedQuery, columns_of
from practice.access.team import CURRENT, WRITERS, CareTeamMember
from practice.audit.service import current_actor
from practice.couples.models import Appointment, Couple
from practice.couples.names import both_told_apart
from practice.couples.rows import AppointmentRow
from practice.couples.second_look import check_day
from practice.database.base import db
from practice.errors import Conflict, Refused, SecondLook
from practice.formatting import clock_time, full_date, listed, time_span
from practice.vocabulary import Modality, SessionKind

KEPT = "kept"
#: What can be said of an appointment by hand; that it was kept, its session says.
OUTCOMES = {
    "": "Agreed",
    "no-show": "They did not come",
    "late-cancellation": "Cancelled late",
    "cancelled": "Cancelled in good time",
}
LIVE = ("", KEPT)
LONGEST_AHEAD = timedelta(days=5 * 366)
LONGEST_PAST = timedelta(days=2 * 366)


@dataclass(frozen=True)
class Meeting:
    """What was agreed: day and time by the practice's clock, length in minutes."""

    on_day: date
    at_time: time
    minutes: int = 50
    modality: str = Modality.OFFICE
    kind: str = SessionKind.CONJOINT
    outcome: str = ""


def meeting_of(appointment: Appointment) -> Meeting:
    """An appointment as plain values."""
    return Meeting(**{name: getattr(appointment, name) for name in Meeting.__dataclass_fields__})


def version_of(appointment: Appointment) -> int:
    """A number that changes with every change of the appointment."""
    said = [str(value) for value in asdict(meeting_of(appointment)).values()]
    return zlib.crc32("|".join(said).encode())


#: For so long it is asked what became of an appointment.
ASKED_FOR = timedelta(days=60)
MOST_AHEAD = 100
AHEAD = PreparedQuery(
    AppointmentRow,
    select(*columns_of(Appointment, AppointmentRow))
    .where(
        Appointment.couple_id == bindparam("couple_id"),
        Appointment.on_day > bindparam("after"),
        Appointment.outcome == "",
    )
    .order_by(Appointment.on_day, Appointment.at_time)
    .limit(MOST_AHEAD),
)


def next_appointment(couple_id: int, *, after: date) -> AppointmentRow | None:
    """The first appointment after the day `after` (the practice's date) that still lies ahead."""
    return AHEAD.first(couple_id=couple_id, after=after)


def open_appointments(
    couple_id: int, today: date
) -> tuple[list[AppointmentRow], list[AppointmentRow]]:
    """The appointments without an outcome, in order: those lately past, and those from `today` on.

    Today's count as ahead all day.
    """
    found = AHEAD.rows_cached_per_request(couple_id=couple_id, after=today - ASKED_FOR)
    return [one for one in found if one.on_day < today], [
        one for one in found if one.on_day >= today
    ]


def next_appointments(couple_id: int, today: date) -> list[AppointmentRow]:
    """Every appointment after today that has no outcome yet, in order."""
    return AHEAD.rows_cached_per_request(couple_id=couple_id, after=today)


def unsaid_appointments(couple_id: int, today: date) -> list[AppointmentRow]:
    """Every appointment up to today of which nobody said what became of it, in order."""
    found = AHEAD.rows_cached_per_request(couple_id=couple_id, after=date.min)
    return [one for one in found if one.on_day <= today]


def coming_appointment(couple_id: int, today: date) -> AppointmentRow | None:
    """The first appointment from `today` on that has no outcome yet; today's counts all day."""
    return next_appointment(couple_id, after=today - timedelta(days=1))


def appointments_of(couple: Couple) -> list[Appointment]:
    """Every appointment in the file, the latest first."""
    agreed = select(Appointment).filter_by(couple_id=couple.id)
    return list(
        db.session.scalars(agreed.order_by(Appointment.on_day.desc(), Appointment.at_time.desc()))
    )


def appointments_on(couple: Couple, day: date) -> list[Appointment]:
    """The couple's appointments of a day, by the clock."""
    agreed = select(Appointment).filter_by(couple_id=couple.id, on_day=day)
    return list(db.session.scalars(agreed.order_by(Appointment.at_time, Appointment.id)))


def like_last_time(couple: Couple, today: date) -> dict[str, object]:
    """Where a form for the next appointment may start: as last time, some weeks on."""
    agreed = appointments_of(couple)
    if not agreed:
        return {}
    last = meeting_of(agreed[0])
    weeks = max(1, -((last.on_day - today).days // 7))
    return asdict(replace(last, on_day=last.on_day + timedelta(weeks=weeks), outcome=""))


def appoint(
    couple: Couple,
    meeting: Meeting,
    *,
    today: date,
    now: datetime,
    once: str | None = None,
    looked_at: Collection[str] | None = None,
) -> Appointment:
    """Agree a time to meet. Sent twice by the same form (`once`), it is one appointment.

    `looked_at` holds the marks of doubts that were shown; None doubts nothing. Raises Refused when
    the file is closed, or the day or time cannot be; SecondLook when they look like a mistake.
    """
    made = select(Appointment).filter_by(couple_id=couple.id, once=once)
    if once and (earlier := db.session.scalar(made)):
        return change_appointment(earlier, meeting, today=today, couple=couple, looked_at=looked_at)
    if not couple.is_open:
        raise Refused(f"The file of {both_told_apart(couple)} is closed. Reopen it first.")
    check(couple, meeting, today)
    look_twice(couple, meeting, today, looked_at)
    appointment = Appointment(
        couple_id=couple.id, once=once or None, created_at=now, **asdict(meeting)
    )
    db.session.add(appointment)
    db.session.flush()
    return appointment


def change_appointment(
    appointment: Appointment,
    meeting: Meeting,
    *,
    couple: Couple,
    today: date,
    shown: int | None = None,
    looked_at: Collection[str] | None = None,
) -> Appointment:
    """Move an appointment, or say what became of it.

    `shown` is the version the writer saw (see `version_of`); None when it cannot be stale.
    Raises Conflict when it was changed since, Refused when it was kept or cannot be so, SecondLook
    when a new day or hour looks like a mistake.
    """
    if meeting_of(appointment) == meeting:
        return appointment
    if shown is not None and shown != version_of(appointment):
        raise Conflict("This appointment was changed in another window in the meantime.")
    if appointment.outcome == KEPT:
        raise Refused("A session was held at this appointment, so it stays as it is.")
    check(couple, meeting, today, but=appointment.id)
    if has_moved(appointment, meeting):
        look_twice(couple, meeting, today, looked_at)
    for name, value in asdict(meeting).items():
        setattr(appointment, name, value)
    return appointment


def check(couple: Couple, meeting: Meeting, today: date, but: int | None = None) -> None:
    """Raise Refused when `meeting` cannot be; `but` is the appointment being changed."""
    if meeting.on_day > today + LONGEST_AHEAD:
        raise Refused("Choose a day within the next five years.", "on_day")
    if meeting.on_day < today - LONGEST_PAST:
        raise Refused("Choose a day within the last two years, or one ahead.", "on_day")
    if meeting.outcome == "no-show" and meeting.on_day > today:
        raise Refused("This day is still to come. It can be cancelled instead.", "outcome")
    if meeting.outcome == "" and (other := overlapping(couple, meeting, but)):
        raise Refused(
            f"There is an appointment with them at {clock_time(other.at_time)} that day already.",
            "at_time",
        )


def has_moved(appointment: Appointment, meeting: Meeting) -> bool:
    """Whether `meeting` puts an appointment on another day or hour, or makes it stand again."""
    return meeting.outcome == "" and meeting != meeting_of(appointment)


def overlapping(couple: Couple, meeting: Meeting, but: int | None) -> Appointment | None:
    """Another appointment of the couple, not cancelled, that meets at some of the same minutes."""
    mine = select(Appointment).filter_by(couple_id=couple.id)
    for other in db.session.scalars(mine.where(*about_the_day(meeting))):
        if other.id != but and overlap(meeting, meeting_of(other)):
            return other
    return None


def look_twice(
    couple: Couple, meeting: Meeting, today: date, looked_at: Collection[str] | None
) -> None:
    """Raise SecondLook for a day that looks mistyped, or an hour at which someone else comes."""
    check_day(meeting.on_day, today, "on_day", looked_at)
    if looked_at is None or meeting.outcome:
        return
    others = others_then(couple, meeting)
    mark = ",".join(str(one.id) for one in others)
    if others and mark not in looked_at:
        who = listed([f"{name_of(one)} ({hours_of(one)})" for one in others])
        raise SecondLook(
            f"At this hour you meet {who}. Save again if both are right.", "at_time", mark
        )


def others_then(couple: Couple, meeting: Meeting) -> list[Appointment]:
    """Appointments at some of the same minutes with other couples that whoever acts looks after."""
    looks_after = exists().where(
        CareTeamMember.couple_id == Appointment.couple_id,
        CareTeamMember.user_id == current_actor()[1],
        CareTeamMember.kind.in_(WRITERS),
        CURRENT,
    )
    others = select(Appointment).where(
        Appointment.couple_id != couple.id, looks_after, *about_the_day(meeting)
    )
    found = db.session.scalars(others.order_by(Appointment.on_day, Appointment.at_time))
    return [one for one in found if overlap(meeting, meeting_of(one))]


def about_the_day(meeting: Meeting) -> tuple[ColumnElement[bool], ...]:
    """What narrows appointments to those that may overlap: a night's hours end on the next day."""
    day = timedelta(days=1)
    return (
        Appointment.on_day.between(meeting.on_day - day, meeting.on_day + day),
        Appointment.outcome.in_(LIVE),
    )


def overlap(one: Meeting, other: Meeting) -> bool:
    """Whether two appointments meet at some of the same minutes."""
    starts = [datetime.combine(each.on_day, each.at_time) for each in (one, other)]
    ends = [
        start + timedelta(minutes=each.minutes)
        for start, each in zip(starts, (one, other), strict=True)
    ]
    return starts[0] < ends[1] and starts[1] < ends[0]


def name_of(appointment: Appointment) -> str:
    """Whom an appointment is with."""
    return db.session.get_one(Couple, appointment.couple_id).name


def hours_of(appointment: Appointment) -> str:
    """“4:00–4:50 pm”: from when to when it is agreed."""
    start = datetime.combine(appointment.on_day, appointment.at_time)
    stop = start + timedelta(minutes=appointment.minutes)
    return time_span(start.time(), stop.time())


def became(appointment: Appointment, today: date) -> str:
    """What became of an appointment, in a word or two."""
    if appointment.outcome == KEPT:
        return "Kept"
    if appointment.outcome == "" and appointment.on_day < today:
        return "Not said yet"
    return OUTCOMES[appointment.outcome]


def minute_of(at: time) -> int:
    """Minutes since midnight."""
    return at.hour * 60 + at.minute


def refuse_if_ahead(couple: Couple, today: date) -> None:
    """Raise Refused when an appointment still lies ahead: a diary never loses one silently."""
    ahead = next_appointments(couple.id, today)
    if ahead:
        days = listed([full_date(one.on_day) for one in ahead])
        raise Refused(
            f"There is an appointment on {days}. Cancel it first, then close the file."
            if len(ahead) == 1
            else f"There are appointments on {days}. Cancel them first, then close the file."
        )

"""Appointments: times agreed to meet, and what became of them."""

import zlib
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import bindparam, select

from practice.couples.models import Appointment, Couple
from practice.database import db
from practice.errors import Conflict, Refused
from practice.formatting import clock_time, full_date
from practice.questions import Question, all_of
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


#: A day has no more appointments with one couple than this.
MOST_AHEAD = 8
AHEAD = Question(
    select(*all_of(Appointment))
    .where(
        Appointment.couple_id == bindparam("couple_id"),
        Appointment.on_day > bindparam("after"),
        Appointment.outcome == "",
    )
    .order_by(Appointment.on_day, Appointment.at_time)
    .limit(MOST_AHEAD)
)


def next_appointment(couple_id: int, *, after: date) -> Any:
    """The first appointment after the day `after` (the practice's date) that still lies ahead.

    Its columns, or None.
    """
    return AHEAD.first(couple_id=couple_id, after=after)


def coming_appointments(couple_id: int, today: date) -> list[Any]:
    """The first appointments from `today` on that have no outcome yet; today's count all day."""
    return AHEAD.ask_once(couple_id=couple_id, after=today - timedelta(days=1))


def coming_appointment(couple_id: int, today: date) -> Any:
    """The first appointment from `today` on that has no outcome yet; today's counts all day."""
    return next(iter(coming_appointments(couple_id, today)), None)


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
    couple: Couple, meeting: Meeting, *, today: date, now: datetime, once: str | None = None
) -> Appointment:
    """Agree a time to meet. Sent twice by the same form (`once`), it is one appointment.

    Raises Refused when the file is closed, or the day or time cannot be.
    """
    made = select(Appointment).filter_by(couple_id=couple.id, once=once)
    if once and (earlier := db.session.scalar(made)):
        return change_appointment(earlier, meeting, today=today, couple=couple)
    if not couple.is_open:
        raise Refused(f"The file of {couple.names_they_use} is closed. Reopen it first.")
    check(couple, meeting, today)
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
) -> Appointment:
    """Move an appointment, or say what became of it.

    `shown` is the version the writer saw (see `version_of`); None when it cannot be stale.
    Raises Conflict when it was changed since, Refused when it was kept or cannot be so.
    """
    if meeting_of(appointment) == meeting:
        return appointment
    if shown is not None and shown != version_of(appointment):
        raise Conflict("This appointment was changed in another window in the meantime.")
    if appointment.outcome == KEPT:
        raise Refused("A session was held at this appointment, so it stays as it is.")
    check(couple, meeting, today, but=appointment.id)
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


def overlapping(couple: Couple, meeting: Meeting, but: int | None) -> Appointment | None:
    """Another appointment of the couple, not cancelled, that meets at some of the same minutes."""
    same_day = select(Appointment).filter_by(couple_id=couple.id, on_day=meeting.on_day)
    start = minute_of(meeting.at_time)
    for other in db.session.scalars(same_day.where(Appointment.outcome.in_(LIVE))):
        begins = minute_of(other.at_time)
        apart = begins + other.minutes <= start or start + meeting.minutes <= begins
        if other.id != but and not apart:
            return other
    return None


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
    ahead = next_appointment(couple.id, after=today)
    if ahead:
        raise Refused(
            f"There is an appointment on {full_date(ahead.on_day)}. Cancel it first, then close "
            "the file."
        )

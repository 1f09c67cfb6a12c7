"""What the front desk and the biller see of couples: names, contact and appointments. No more.

It reads past the guard (`access.doors.front_desk`), so it asks for exactly these columns.
"""

from dataclasses import dataclass, replace
from datetime import date, time, timedelta

from sqlalchemy import select

from practice.access import doors
from practice.couples.models import Appointment, Partner, by_letter

DAYS = 14
MOST = 200


@dataclass(frozen=True)
class Contact:
    """A partner, and how they may be reached: yes, no or ask, as they said."""

    name: str
    phone: str
    phone_safe: str
    email: str
    email_safe: str


@dataclass(frozen=True)
class Meeting:
    """An appointment, and who comes."""

    on_day: date
    at_time: time
    minutes: int
    modality: str
    who: list[Contact]


def coming(practice_id: int, today: date) -> list[Meeting]:
    """The practice's appointments of the next two weeks, in order."""
    booked = doors.front_desk(
        select(
            Appointment.couple_id,
            Appointment.on_day,
            Appointment.at_time,
            Appointment.minutes,
            Appointment.modality,
        )
        .where(
            Appointment.practice_id == practice_id,
            Appointment.on_day.between(today, today + timedelta(days=DAYS)),
            Appointment.outcome.in_(["", "kept"]),
        )
        .order_by(Appointment.on_day, Appointment.at_time)
        .limit(MOST)
    )
    who = contacts(practice_id, {row.couple_id for row in booked})
    return [
        Meeting(row.on_day, row.at_time, row.minutes, row.modality, who.get(row.couple_id, []))
        for row in booked
    ]


def contacts(practice_id: int, couple_ids: set[int]) -> dict[int, list[Contact]]:
    """The partners of these couples, by couple. No address that is not safe is told."""
    found = doors.front_desk(
        select(
            Partner.couple_id,
            Partner.first_name,
            Partner.goes_by,
            Partner.last_name,
            Partner.phone,
            Partner.phone_safe,
            Partner.email,
            Partner.email_safe,
        )
        .where(Partner.practice_id == practice_id, Partner.couple_id.in_(couple_ids))
        .order_by(Partner.couple_id, Partner.letter)
    )
    by_couple: dict[int, list[Contact]] = {}
    for row in found:
        by_couple.setdefault(row.couple_id, []).append(
            Contact(
                f"{row.goes_by or row.first_name} {row.last_name}".strip(),
                row.phone if row.phone_safe != "no" else "",
                row.phone_safe,
                row.email if row.email_safe != "no" else "",
                row.email_safe,
            )
        )
    return {
        couple_id: [replace(a, name=names[0]), replace(b, name=names[1])]
        for couple_id, (a, b) in by_couple.items()
        for names in [by_letter(a.name, b.name)]
    }

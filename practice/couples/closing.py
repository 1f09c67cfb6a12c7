"""What is still open in a couple's file, which is named before the file is closed.

What rooms above know of a file they register when the application is made (`registry.still_open`).
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import url_for

from practice.couples.diary import next_appointments, unsaid_appointments
from practice.couples.models import Couple
from practice.formatting import clock_time, full_date
from practice.registry import registry


@dataclass(frozen=True)
class StillOpen:
    """One thing that is not finished: in words, and the page where it is."""

    words: str
    url: str


def still_open(couple: Couple, today: date) -> list[StillOpen]:
    """What is not finished in a file, room by room."""
    return [one for finder in registry().still_open for one in finder(couple, today)]


def mark_of(found: list[StillOpen]) -> str:
    """A short mark of exactly these things: sent back, it says that they were read."""
    words = "\n".join(one.words for one in found)
    return hashlib.sha256(words.encode()).hexdigest()[:16] if found else ""


def open_appointments(couple: Couple, today: date) -> Iterable[StillOpen]:
    """Appointments that lie ahead, and those past of which nobody said what became of them."""
    for one in next_appointments(couple.id, today):
        yield named(one, "An appointment ahead: {}. Cancel it first")
    for one in unsaid_appointments(couple.id, today):
        is_today = one.on_day == today
        yield named(
            one,
            "No session was started at the appointment of {}"
            if is_today
            else "What became of the appointment on {}?",
        )


def named(appointment: Any, words: str) -> StillOpen:
    """An appointment that is open: `words` with its day and hour in them, and its page."""
    when = f"{full_date(appointment.on_day)}, {clock_time(appointment.at_time)}"
    ids = {"couple_id": appointment.couple_id, "appointment_id": appointment.id}
    return StillOpen(words.format(when), url_for("couples.change_appointment", **ids))

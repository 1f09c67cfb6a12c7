"""What is still open in a couple's file, which is named before the file is closed.

What rooms above know of a file they register here at start.
"""

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from flask import url_for

from practice.couples.diary import next_appointments, unsaid_appointments
from practice.couples.models import Couple
from practice.formatting import clock_time, full_date


@dataclass(frozen=True)
class StillOpen:
    """One thing that is not finished: in words, and the page where it is."""

    words: str
    url: str


Finder = Callable[[Couple, date], Iterable[StillOpen]]
finders: list[Finder] = []


def register(finder: Finder) -> Finder:
    """Add a finder: a function from a couple and today's date to what is open in their file."""
    finders.append(finder)
    return finder


def still_open(couple: Couple, today: date) -> list[StillOpen]:
    """What is not finished in a file, room by room."""
    return [one for finder in finders for one in finder(couple, today)]


def mark_of(found: list[StillOpen]) -> str:
    """A short mark of exactly these things: sent back, it says that they were read."""
    words = "\n".join(one.words for one in found)
    return hashlib.sha256(words.encode()).hexdigest()[:16] if found else ""


@register
def open_appointments(couple: Couple, today: date) -> Iterable[StillOpen]:
    """Appointments that lie ahead, and those past of which nobody said what became of them."""
    for appointments, words in (
        (next_appointments(couple.id, today), "An appointment ahead: {}. Cancel it first"),
        (unsaid_appointments(couple.id, today), "What became of the appointment on {}?"),
    ):
        for one in appointments:
            when = f"{full_date(one.on_day)}, {clock_time(one.at_time)}"
            page = url_for("couples.change_appointment", couple_id=couple.id, appointment_id=one.id)
            yield StillOpen(words.format(when), page)

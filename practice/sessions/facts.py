"""The facts of a session: when, how long, how and with whom it was held.

A session that stops no later than it started went past midnight, or through the hour that comes
twice in autumn.
"""

from dataclasses import dataclass, replace
from datetime import date, time
from typing import Any

from practice import clock
from practice.couples.models import OfACouple
from practice.couples.names import told_apart
from practice.database.base import db
from practice.formatting import length_of_time
from practice.identity.models import Practice

DAY = 24 * 60
#: A session that goes past midnight is no longer than the longest appointment.
LONGEST_PAST_MIDNIGHT = 480


@dataclass(frozen=True)
class SessionFacts:
    """When, how and with whom a session was held. Times are by the practice's clock."""

    held_on: date
    started_at: time | None
    stopped_at: time | None
    kind: str
    modality: str
    a_attended: bool
    b_attended: bool
    others_attended: str = ""
    place_a: str = ""
    place_b: str = ""
    #: As `TherapySession.minutes` has it.
    minutes: int | None = None


def zone_of(practice_id: int) -> str:
    """The time zone of a practice, an IANA name."""
    return db.session.get_one(Practice, practice_id).time_zone


def clock_difference(start: time, stop: time) -> int:
    """Minutes from `start` to the next time the clock shows `stop`; 0 when they are the same."""
    return signed_difference(start, stop) % DAY


def signed_difference(start: time, stop: time) -> int:
    """Minutes from `start` to `stop` on one day, below zero where `stop` comes first."""
    return (stop.hour - start.hour) * 60 + stop.minute - start.minute


def minutes_of(session: Any) -> int | None:
    """The length of a session in minutes; None while a time is missing.

    `session` is a record, a row of its columns, or its facts.
    """
    if not (session.started_at and session.stopped_at):
        return None
    return session.minutes or clock_difference(session.started_at, session.stopped_at)


def goes_past_midnight(session: Any) -> bool:
    """Whether a session stops on the day after it started."""
    minutes = minutes_of(session)
    if minutes is None:
        return False
    return minutes - signed_difference(session.started_at, session.stopped_at) > DAY / 2


def length_in_words(session: Any) -> str:
    """“50 minutes, past midnight”; empty while a time is missing."""
    minutes = minutes_of(session)
    if minutes is None:
        return ""
    past_midnight = goes_past_midnight(session)
    told = [length_of_time(minutes)] + (["past midnight"] if past_midnight else [])
    by_the_clock = signed_difference(session.started_at, session.stopped_at)
    changed = minutes - by_the_clock - (DAY if past_midnight else 0)
    if changed:
        told.append("the clocks went " + ("back" if changed > 0 else "forward") + " meanwhile")
    return ", ".join(told)


def who_came(session: Any, couple: OfACouple) -> list[str]:
    """Who was at a session: the partners by their short names, told apart, then others in words."""
    names = told_apart(couple)
    came = [names[letter] for letter in names if getattr(session, f"{letter}_attended")]
    return came + ([session.others_attended] if session.others_attended else [])


def attended_in_words(session: Any, couple: OfACouple) -> str:
    """“both partners present”, “Maya present”, or that nobody was."""
    if session.a_attended and session.b_attended:
        return "both partners present"
    if session.a_attended or session.b_attended:
        return f"{who_came(session, couple)[0]} present"
    return "nobody present"


def possible_minutes(facts: Any, zone: str) -> list[int]:
    """How long a session may have been by its day and times, the shortest first."""
    if not (facts.held_on and facts.started_at and facts.stopped_at):
        return []
    return clock.minutes_between(facts.held_on, facts.started_at, facts.stopped_at, zone)


def settle_minutes(facts: SessionFacts, zone: str) -> SessionFacts:
    """The same facts with `minutes` as it is stored: None where the two times say it themselves.

    Of two lengths that may be, the one that was asked for holds, else the shorter.
    """
    possible = possible_minutes(facts, zone)
    if not possible:
        return replace(facts, minutes=None)
    minutes = facts.minutes if facts.minutes in possible else possible[0]
    is_plain = minutes == clock_difference(facts.started_at, facts.stopped_at)  # type: ignore[arg-type]
    return replace(facts, minutes=None if is_plain else minutes)

"""The hours of a session: past midnight, and through the hours that a clock change takes or gives."""

import re
from datetime import date, time, timedelta
from typing import Any

import pytest
import time_machine

from practice import clock
from practice.couples.diary import Meeting, appoint
from practice.couples.models import Couple
from practice.database.base import db
from practice.identity.models import User
from practice.records.reading import about
from practice.sessions.facts import goes_past_midnight, length_in_words, minutes_of
from practice.sessions.models import TherapySession
from practice.sessions.service import note_of, start_session
from practice.sessions.signing import is_intact, sign
from tests.browser import Browser
from tests.factories import ASession, a_couple, a_session, in_the_name_of, today
from tests.sessions.forms import the_page
from tests.sessions.test_saving import keep

PORTLAND = "America/Los_Angeles"
#: At two in the morning the clocks go back to one; at two in the morning they go forward to three.
BACK, FORWARD = date(2025, 11, 2), date(2026, 3, 8)
HOUR_BEFORE = timedelta(days=1)


def stored(browser: Browser, session: ASession) -> dict[str, Any]:
    """The session's hours as they are kept, and as they are told."""
    with in_the_name_of(browser):
        one = db.session.get_one(TherapySession, session.id)
        return {
            "times": (one.started_at, one.stopped_at),
            "minutes": minutes_of(one),
            "words": length_in_words(one),
            "past midnight": goes_past_midnight(one),
        }


@pytest.mark.parametrize(
    ("day", "start", "stop", "words"),
    [
        (None, "23:40", "00:30", "50 minutes, past midnight"),
        (None, "23:30", "01:00", "90 minutes, past midnight"),
        (None, "20:00", "04:00", "480 minutes, past midnight"),
        (None, "23:59", "00:00", "1 minute, past midnight"),
        (None, "00:00", "00:50", "50 minutes"),
        (None, "09:00", "18:30", "570 minutes"),
        (BACK, "01:30", "01:10", "40 minutes, the clocks went back meanwhile"),
        (BACK, "01:30", "01:30", "60 minutes, the clocks went back meanwhile"),
        (BACK, "00:45", "02:15", "150 minutes, the clocks went back meanwhile"),
        (BACK, "01:10", "01:50", "40 minutes"),
        (BACK, "23:40", "00:30", "50 minutes, past midnight"),
        (BACK - HOUR_BEFORE, "23:50", "01:10", "80 minutes, past midnight"),
        (FORWARD, "01:30", "03:10", "40 minutes, the clocks went forward meanwhile"),
        (
            FORWARD - HOUR_BEFORE,
            "23:30",
            "03:00",
            "150 minutes, past midnight, the clocks went forward meanwhile",
        ),
    ],
)
def test_any_hours_that_can_be_lived_are_taken_and_told_in_words(
    dana: Browser, day: date | None, start: str, stop: str, words: str
) -> None:
    session = a_session(dana, a_couple(of=dana))
    day = day or today() - timedelta(days=1)
    answer = keep(dana, session, held_on=day.isoformat(), started_at=start, stopped_at=stop)
    assert answer.status_code == 303
    kept = stored(dana, session)
    assert kept["times"] == (time.fromisoformat(start), time.fromisoformat(stop))
    assert kept["words"] == words
    assert kept["past midnight"] == ("past midnight" in words)
    assert words in dana.get(session.url).text


@pytest.mark.parametrize(
    ("day", "start", "stop"),
    [
        (None, "16:00", "15:00"),
        (None, "16:00", "16:00"),
        (None, "20:00", "04:01"),
        (BACK, "01:30", "00:50"),
        (BACK, "02:30", "02:10"),
        (FORWARD, "01:30", "01:10"),
    ],
)
def test_a_session_that_stops_before_it_starts_is_refused_beside_the_time(
    dana: Browser, day: date | None, start: str, stop: str
) -> None:
    session = a_session(dana, a_couple(of=dana))
    day = day or today() - timedelta(days=1)
    answer = keep(dana, session, held_on=day.isoformat(), started_at=start, stopped_at=stop)
    assert answer.status_code == 422
    assert "must stop after it started. One that goes past midnight" in answer.text
    assert stored(dana, session)["times"][1] == time(16, 50), "it alone waits"


@pytest.mark.parametrize(
    ("day", "at", "minutes"),
    [
        (today(), time(23, 30), 90),
        (today(), time(20), 480),
        (BACK, time(0, 45), 90),
        (BACK, time(1, 30), 60),
        (BACK, time(1), 90),
        (BACK - HOUR_BEFORE, time(23, 30), 150),
        (FORWARD, time(1, 30), 45),
        (FORWARD - HOUR_BEFORE, time(23, 30), 180),
    ],
)
def test_an_appointment_keeps_its_minutes_in_session_note_and_paper(
    dana: Browser, day: date, at: time, minutes: int
) -> None:
    couple = a_couple(of=dana)
    later = clock.moment_of(day, time(22), PORTLAND) + timedelta(days=1)
    with time_machine.travel(later), in_the_name_of(dana):
        file = db.session.get_one(Couple, couple.id)
        user = db.session.get_one(User, dana.user_id)
        meeting = Meeting(day, at, minutes)
        agreed = appoint(file, meeting, today=today(), now=clock.now())
        made = start_session(file, user, today(), time(9), "x", clock.now(), agreed)
        assert minutes_of(made) == minutes
        note = note_of(made)
        note.data = "They came."
        db.session.flush()
        sign(made, note, user, clock.now())
        session = ASession(made.id, couple.id)
        assert is_intact(session.id)
        signed = db.session.get_one(TherapySession, session.id)
        assert f"({minutes} minute" in about(signed, 1, [], {"a": "Maya", "b": "Jonah"})[1]
    assert f"<dd>{minutes} minutes" in dana.get(session.url).text


def test_where_two_lengths_may_be_it_is_asked_and_the_answer_stays(dana: Browser) -> None:
    session = a_session(dana, a_couple(of=dana))
    times = {"held_on": BACK.isoformat(), "started_at": "01:10", "stopped_at": "01:50"}
    assert "How long" not in dana.get(session.url).text
    keep(dana, session, **times)
    page = dana.get(session.url).text
    assert re.findall(r'<option[^>]*value="(?:40|100)">([^<]+)', page) == [
        "40 minutes",
        "100 minutes",
    ]
    keep(dana, session, **times, minutes="100", version="2")
    assert stored(dana, session)["words"] == "100 minutes, the clocks went back meanwhile"
    assert re.search(r'<option selected value="100">', dana.get(session.url).text)
    keep(dana, session, **times, minutes="7", version="3")
    assert stored(dana, session)["minutes"] == 40


def test_the_minutes_of_a_night_the_clocks_change_are_fixed_by_the_signature(dana: Browser) -> None:
    session = a_session(dana, a_couple(of=dana))
    times = {"held_on": BACK.isoformat(), "started_at": "01:30", "stopped_at": "01:10"}
    answer = dana.post(f"{session.url}/sign", **the_page(**times))
    assert answer.status_code == 303
    with in_the_name_of(dana):
        assert is_intact(session.id)
        note = db.session.get_one(TherapySession, session.id)
        note.minutes = 41
        with pytest.raises(Exception, match="a signed note never changes"):
            db.session.flush()
        db.session.rollback()
    with in_the_name_of(dana):
        db.session.get_one(User, dana.user_id).practice.time_zone = "Europe/Berlin"
    assert stored(dana, session)["minutes"] == 40, "it is kept, and not worked out anew"

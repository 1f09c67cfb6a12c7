"""Starting a session: from today's appointment, or without one, and never twice."""

from datetime import date, time, timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from practice import clock
from practice.accounts.models import User
from practice.couples.models import Appointment, Couple
from practice.database import db
from practice.errors import Refused
from practice.sessions.models import ProgressNote, Sighting, TherapySession
from practice.sessions.service import later, start_session
from tests.browser import Browser
from tests.factories import (
    ACouple,
    a_couple,
    a_session,
    an_appointment,
    in_the_name_of,
    today,
)


def start(browser: Browser, couple: ACouple, once: str = "one-click") -> TestResponse:
    """Press Start session."""
    return browser.post(f"/couples/{couple.id}/sessions", once=once)


def sessions_of(browser: Browser, couple: ACouple) -> list[dict[str, Any]]:
    """The couple's sessions as plain values, in order."""
    with in_the_name_of(browser):
        found = db.session.scalars(
            select(TherapySession).filter_by(couple_id=couple.id).order_by(TherapySession.number)
        )
        return [
            {column.key: getattr(one, column.key) for column in TherapySession.__table__.columns}
            for one in found
        ]


def test_a_session_opens_on_its_own_page_with_an_empty_note(dana: Browser) -> None:
    couple = a_couple(of=dana)
    answer = start(dana, couple)
    [session] = sessions_of(dana, couple)
    assert answer.status_code == 303
    assert answer.location == f"/couples/{couple.id}/sessions/{session['id']}"
    assert (session["number"], session["held_on"]) == (1, today())
    with in_the_name_of(dana):
        note = db.session.scalars(select(ProgressNote)).one()
        assert (note.data, note.plan, note.version) == ("", "", 1)


def test_a_double_click_starts_one_session(dana: Browser) -> None:
    couple = a_couple(of=dana)
    first, second = start(dana, couple), start(dana, couple)
    assert first.location == second.location
    assert len(sessions_of(dana, couple)) == 1


def test_two_forms_without_a_mark_start_two_sessions(dana: Browser) -> None:
    couple = a_couple(of=dana)
    assert start(dana, couple, once="").location != start(dana, couple, once="").location


def test_todays_appointment_gives_its_time_length_kind_and_way_of_meeting(dana: Browser) -> None:
    couple = a_couple(of=dana)
    appointment_id = an_appointment(dana, couple, on_day=today(), at_time=time(18, 30))
    with in_the_name_of(dana):
        agreed = db.session.get_one(Appointment, appointment_id)
        agreed.minutes, agreed.modality, agreed.kind = 75, "video", "individual-b"
    start(dana, couple)
    [session] = sessions_of(dana, couple)
    assert (session["started_at"], session["stopped_at"]) == (time(18, 30), time(19, 45))
    assert (session["modality"], session["kind"]) == ("video", "individual-b")
    assert (session["a_attended"], session["b_attended"]) == (False, True)
    with in_the_name_of(dana):
        assert db.session.get_one(Appointment, appointment_id).outcome == "kept"


def test_an_appointment_is_held_once_however_often_start_is_pressed(dana: Browser) -> None:
    couple = a_couple(of=dana)
    an_appointment(dana, couple, on_day=today())
    assert start(dana, couple, "this tab").location == start(dana, couple, "that tab").location


@pytest.mark.parametrize("outcome", ["no-show", "cancelled", "late-cancellation"])
def test_an_appointment_that_fell_through_is_not_taken_up(dana: Browser, outcome: str) -> None:
    couple = a_couple(of=dana)
    an_appointment(dana, couple, on_day=today(), at_time=time(9, 5), outcome=outcome)
    start(dana, couple)
    [session] = sessions_of(dana, couple)
    assert session["appointment_id"] is None


def test_tomorrows_appointment_is_not_taken_up(dana: Browser) -> None:
    couple = a_couple(of=dana)
    an_appointment(dana, couple, on_day=today() + timedelta(days=1))
    start(dana, couple)
    assert sessions_of(dana, couple)[0]["appointment_id"] is None


def test_the_first_meeting_is_an_intake_and_the_next_is_conjoint(dana: Browser) -> None:
    couple = a_couple(of=dana)
    start(dana, couple, "first")
    start(dana, couple, "second")
    assert [one["kind"] for one in sessions_of(dana, couple)] == ["intake", "conjoint"]
    assert [one["number"] for one in sessions_of(dana, couple)] == [1, 2]


def test_a_closed_file_takes_no_session(dana: Browser) -> None:
    couple = a_couple(of=dana, closed_on=today())
    answer = start(dana, couple)
    assert answer.location == f"/couples/{couple.id}"
    assert "This file is closed. Reopen it to record a session." in dana.get(answer.location).text
    assert sessions_of(dana, couple) == []


def test_a_session_starts_by_the_practices_clock(dana: Browser) -> None:
    couple = a_couple(of=dana)
    with in_the_name_of(dana):
        user = db.session.get_one(User, dana.user_id)
        with time_machine.travel("2026-03-11T06:30:00Z", tick=False):  # eleven the evening before
            now = clock.in_zone(clock.now(), "America/Los_Angeles")
            session = start_session(
                db.session.get_one(Couple, couple.id),
                user,
                now.date(),
                now.time(),
                "x",
                clock.now(),
            )
        assert (session.held_on, session.started_at) == (date(2026, 3, 10), time(23, 30))
        assert session.stopped_at == time(23, 59)


@pytest.mark.parametrize(
    ("start_at", "minutes", "stop_at"),
    [
        (time(16), 50, time(16, 50)),
        (time(23, 9), 50, time(23, 59)),
        (time(23, 10), 50, time(23, 59)),
        (time(0), 480, time(8)),
    ],
)
def test_a_session_never_runs_past_the_end_of_its_day(
    start_at: time, minutes: int, stop_at: time
) -> None:
    assert later(start_at, minutes) == stop_at


def test_a_session_can_be_started_in_the_last_minute_of_a_day(dana: Browser) -> None:
    couple = a_couple(of=dana)
    with in_the_name_of(dana):
        file, user = db.session.get_one(Couple, couple.id), db.session.get_one(User, dana.user_id)
        session = start_session(file, user, today(), time(23, 59, 58), "x", clock.now())
        assert (session.started_at, session.stopped_at) == (time(23, 59), None)


def test_who_and_how_strong_are_not_stated_until_tapped(dana: Browser) -> None:
    session = a_session(dana, a_couple(of=dana))
    dana.post(f"{session.url}/obstacles", obstacle="busyness", on="1")
    with in_the_name_of(dana):
        sighting = db.session.scalars(select(Sighting)).one()
        assert (sighting.who, sighting.strength, sighting.words) == ("", 0, "")
    assert "how strong?" in dana.get(session.url).text


def test_a_tap_says_one_thing_and_leaves_the_others(dana: Browser) -> None:
    session = a_session(dana, a_couple(of=dana))
    for said in ({"on": "1"}, {"who": "b"}, {"strength": "3"}, {"words": "the new shifts"}):
        dana.post(f"{session.url}/obstacles", obstacle="busyness", **said)
    with in_the_name_of(dana):
        sighting = db.session.scalars(select(Sighting)).one()
        assert (sighting.who, sighting.strength, sighting.words) == ("b", 3, "the new shifts")
    dana.post(f"{session.url}/obstacles", obstacle="busyness", who="")
    dana.post(f"{session.url}/obstacles", obstacle="busyness", strength="")
    with in_the_name_of(dana):
        sighting = db.session.scalars(select(Sighting)).one()
        assert (sighting.who, sighting.strength, sighting.words) == ("", 0, "the new shifts")


def test_an_obstacle_tapped_off_leaves_the_record(dana: Browser) -> None:
    session = a_session(dana, a_couple(of=dana), seen=("busyness", "screens"))
    dana.post(f"{session.url}/obstacles", obstacle="busyness", on="0")
    dana.post(f"{session.url}/obstacles", obstacle="busyness", on="0")
    with in_the_name_of(dana):
        assert db.session.scalars(select(Sighting.obstacle)).all() == ["screens"]


def test_an_obstacle_is_tagged_once_however_often_it_is_tapped(dana: Browser) -> None:
    session = a_session(dana, a_couple(of=dana))
    for _ in range(2):
        dana.post(f"{session.url}/obstacles", obstacle="low-safety", on="1")
    with in_the_name_of(dana):
        assert db.session.scalar(select(func.count()).select_from(Sighting)) == 1


@pytest.mark.parametrize(
    "sent",
    [
        {"obstacle": "gluten", "on": "1"},
        {"obstacle": "", "on": "1"},
        {"obstacle": "busyness", "who": "c"},
        {"obstacle": "busyness", "strength": "9"},
        {"obstacle": "busyness", "strength": "-1"},
        {"obstacle": "busyness", "strength": "two"},
    ],
)
def test_a_tap_on_nothing_we_offer_tags_nothing(dana: Browser, sent: dict[str, str]) -> None:
    session = a_session(dana, a_couple(of=dana))
    answer = dana.post(f"{session.url}/obstacles", headers={"HX-Request": "true"}, **sent)
    assert answer.status_code == 422
    assert "offered." in answer.text
    with in_the_name_of(dana):
        assert db.session.scalars(select(Sighting)).all() == []


def test_the_service_refuses_a_closed_file_before_anything_is_made(dana: Browser) -> None:
    couple = a_couple(of=dana, closed_on=today())
    with in_the_name_of(dana):
        user, file = db.session.get_one(User, dana.user_id), db.session.get_one(Couple, couple.id)
        with pytest.raises(Refused, match="closed"):
            start_session(file, user, today(), time(16), "x", clock.now())

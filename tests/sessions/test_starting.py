"""Starting a session: from today's appointment, or without one, and never twice."""

import re
from datetime import date, time, timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from practice import clock
from practice.couples.models import Appointment, Couple
from practice.database.base import db
from practice.errors import Refused
from practice.forms import new_once
from practice.identity.models import User
from practice.sessions.facts import length_in_words
from practice.sessions.models import ProgressNote, Sighting, TherapySession
from practice.sessions.service import nearest_appointment, note_of, start_session
from practice.sessions.signing import sign
from tests.browser import Browser
from tests.factories import (
    ACouple,
    a_couple,
    a_session,
    an_appointment,
    in_the_name_of,
    today,
)

PORTLAND = "America/Los_Angeles"


def start(
    browser: Browser, couple: ACouple, once: str = "one-click", **standing_on: object
) -> TestResponse:
    """Press Start session; `appointment_id` is the appointment that the button stands on."""
    return browser.post(f"/couples/{couple.id}/sessions", once=once, **standing_on)


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
    made = an_appointment(dana, couple, on_day=today())
    tabs = [start(dana, couple, tab, appointment_id=made) for tab in ("this", "that", "signed")]
    assert len({answer.location for answer in tabs}) == 1


def test_each_of_two_appointments_on_one_day_opens_its_own_session(dana: Browser) -> None:
    couple = a_couple(of=dana)
    early, late = (an_appointment(dana, couple, today(), time(hour)) for hour in (9, 17))
    start(dana, couple, "late", appointment_id=late)
    start(dana, couple, "early", appointment_id=early)
    kept = [(one["appointment_id"], one["started_at"]) for one in sessions_of(dana, couple)]
    assert kept == [(late, time(17)), (early, time(9))]


@pytest.mark.parametrize("signed", [True, False])
def test_a_second_session_can_always_be_begun_on_one_day(dana: Browser, signed: bool) -> None:
    couple = a_couple(of=dana)
    made = an_appointment(dana, couple, today(), time(0, 5))
    morning = start(dana, couple, "morning", appointment_id=made)
    if signed:
        with in_the_name_of(dana):
            session = db.session.scalars(select(TherapySession)).one()
            session.started_at = time(0)
            note = note_of(session)
            note.data = "They came."
            sign(session, note, db.session.get_one(User, dana.user_id), clock.now())
    for standing_on in ({"appointment_id": ""}, {}):
        crisis = start(dana, couple, f"crisis {standing_on}", **standing_on)
        assert crisis.location not in (morning.location, f"/couples/{couple.id}")
    assert len(sessions_of(dana, couple)) == 3


def test_a_form_that_names_no_appointment_means_the_one_nearest_to_this_hour(
    dana: Browser,
) -> None:
    couple = a_couple(of=dana)
    for hour in (9, 13, 17):
        an_appointment(dana, couple, today(), time(hour))
    with in_the_name_of(dana):
        file = db.session.get_one(Couple, couple.id)
        meant = {at: nearest_appointment(file, today(), time(at)) for at in (0, 12, 16, 23)}
        assert {at: one.at_time.hour for at, one in meant.items() if one} == {
            0: 9,
            12: 13,
            16: 17,
            23: 17,
        }
    for _ in range(4):
        start(dana, couple, new_once())
    begun = {one["appointment_id"] for one in sessions_of(dana, couple)}
    assert len(begun) == 4 and None in begun


def test_an_appointment_of_another_couple_starts_nothing(dana: Browser, noor: Browser) -> None:
    couple, other = a_couple(of=dana), a_couple(of=noor, a="Ana Ruiz")
    foreign = an_appointment(noor, other, today())
    for odd in (foreign, 999, -1, "x", 2**63):
        assert start(dana, couple, appointment_id=odd).status_code == 404
    assert sessions_of(dana, couple) == []


def test_one_of_a_past_day_is_held_on_its_day_and_at_its_hour(dana: Browser) -> None:
    couple = a_couple(of=dana)
    made = an_appointment(dana, couple, today() - timedelta(days=3), time(11, 15))
    start(dana, couple, appointment_id=made)
    [session] = sessions_of(dana, couple)
    assert session["held_on"] == today() - timedelta(days=3)
    assert (session["started_at"], session["stopped_at"]) == (time(11, 15), time(12, 5))


@pytest.mark.parametrize(
    ("days", "outcome", "words"),
    [(1, "", "still to come"), (0, "cancelled", "called off"), (-2, "no-show", "called off")],
)
def test_one_that_lies_ahead_or_was_called_off_is_not_held_and_says_the_way_on(
    dana: Browser, days: int, outcome: str, words: str
) -> None:
    couple = a_couple(of=dana)
    day = today() + timedelta(days=days)
    made = an_appointment(dana, couple, day, outcome=outcome)
    shown = dana.get(start(dana, couple, appointment_id=made).location).text
    assert words in shown and "Start a session without it" in shown
    assert sessions_of(dana, couple) == []


def test_every_button_that_starts_a_session_names_what_it_stands_on(dana: Browser) -> None:
    couple = a_couple(of=dana)
    early, late = (an_appointment(dana, couple, today(), time(hour)) for hour in (9, 17))
    assert standing_on(dana.get("/").text) == [early, late]
    for page in ("", "/homework"):
        assert standing_on(dana.get(f"/couples/{couple.id}{page}").text) == [early, late, None]
    begun = start(dana, couple, appointment_id=early).location
    assert standing_on(dana.get("/").text) == [late]
    for page in ("", "/homework"):
        file = dana.get(f"/couples/{couple.id}{page}").text
        assert standing_on(file) == [late, None]
        assert f'href="{begun}">Open session, 9:00 am' in file
        assert "Start another session" in file


def standing_on(page: str) -> list[int | None]:
    """The appointments that a page's buttons for starting a session stand on."""
    forms = re.findall(r'<form[^>]*action="/couples/\d+/sessions".*?</form>', page, re.DOTALL)
    sent = [re.findall(r'name="appointment_id" value="(\d*)"', form) for form in forms]
    return [int(one) if one else None for [one] in sent]


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
        assert (session.stopped_at, length_in_words(session)) == (
            time(0, 20),
            "50 minutes, past midnight",
        )


def test_a_session_can_be_started_in_the_last_minute_of_a_day(dana: Browser) -> None:
    couple = a_couple(of=dana)
    with in_the_name_of(dana):
        file, user = db.session.get_one(Couple, couple.id), db.session.get_one(User, dana.user_id)
        session = start_session(file, user, today(), time(23, 59, 58), "x", clock.now())
        assert (session.started_at, session.stopped_at) == (time(23, 59), time(0, 49))


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

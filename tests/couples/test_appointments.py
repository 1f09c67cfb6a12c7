"""Appointments: agreed, moved, cancelled, missed."""

import html
import re
from datetime import date, time, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from practice.access.team import SUPERVISION, CareTeamMember
from practice.couples.diary import coming_appointment, next_appointment
from practice.couples.models import Appointment, Couple
from practice.database.base import db
from tests.browser import Browser
from tests.factories import (
    ACouple,
    a_couple,
    an_appointment,
    in_the_name_of,
    on_the_team,
    today,
)

IN_A_WEEK = today() + timedelta(days=7)


def appoint(browser: Browser, couple: ACouple, **changes: Any) -> TestResponse:
    """Agree a time in a week."""
    fields = {"on_day": str(IN_A_WEEK), "at_time": "16:00", "minutes": "50"}
    return browser.post(f"/couples/{couple.id}/appointments/new", **fields | changes)


def change(
    browser: Browser, couple: ACouple, appointment_id: int, version: str | None = None, **given: Any
) -> TestResponse:
    """Change an appointment, from its page as it is now unless `version` is given."""
    address = f"/couples/{couple.id}/appointments/{appointment_id}"
    fields = {"on_day": str(IN_A_WEEK), "at_time": "16:00", "minutes": "50", "outcome": ""}
    shown = version or version_on(browser, couple, appointment_id)
    return browser.post(address, version=shown, **fields | given)


def version_on(browser: Browser, couple: ACouple, appointment_id: int) -> str:
    """The version an appointment's page shows."""
    page = browser.get(f"/couples/{couple.id}/appointments/{appointment_id}").text
    found = re.search(r'name="version"[^>]*value="(\d+)"', page)
    return found[1] if found else ""


def stored(browser: Browser, couple: ACouple) -> list[tuple[date, time, str]]:
    """The couple's appointments: day, time, outcome."""
    with in_the_name_of(browser):
        found = db.session.scalars(select(Appointment).filter_by(couple_id=couple.id))
        return [(one.on_day, one.at_time, one.outcome) for one in found]


def test_an_appointment_is_agreed(dana: Browser) -> None:
    couple = a_couple(of=dana)
    answer = appoint(dana, couple, modality="video", kind="individual-b")
    assert (answer.status_code, answer.location) == (303, f"/couples/{couple.id}")
    assert stored(dana, couple) == [(IN_A_WEEK, time(16), "")]


def test_the_form_names_the_partner_who_would_come_alone(dana: Browser) -> None:
    couple = a_couple(of=dana)
    page = dana.get(f"/couples/{couple.id}/appointments/new").text
    assert "Maya alone" in page
    assert "Jonah alone" in page


def test_the_next_one_starts_as_the_last_one_was(dana: Browser) -> None:
    couple = a_couple(of=dana)
    an_appointment(dana, couple, today() - timedelta(days=3), time(17, 30), outcome="kept")
    page = dana.get(f"/couples/{couple.id}/appointments/new").text
    assert str(today() + timedelta(days=4)) in page
    assert "17:30" in page


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("on_day", "", "Enter the day."),
        ("on_day", "2026-02-30", "Enter a date that is in the calendar"),
        ("on_day", "9999-12-31", "Check the year of this date."),
        ("on_day", str(today() + timedelta(days=3000)), "within the next five years"),
        ("on_day", str(today() - timedelta(days=3000)), "within the last two years"),
        ("at_time", "", "Enter the time."),
        ("at_time", "25:00", "Enter a time of day"),
        ("at_time", "noon", "Enter a time of day"),
        ("minutes", "", "Enter how many minutes."),
        ("minutes", "9", "Enter between 10 and 480 minutes."),
        ("minutes", "481", "Enter between 10 and 480 minutes."),
        ("minutes", "9" * 400, ""),
        ("minutes", "fifty", ""),
        ("modality", "telepathy", ""),
        ("kind", "unheard-of", ""),
    ],
)
def test_what_cannot_be_is_not_agreed(dana: Browser, field: str, value: str, words: str) -> None:
    couple = a_couple(of=dana)
    answer = appoint(dana, couple, **{field: value})
    assert answer.status_code == 422
    assert words in answer.text
    assert stored(dana, couple) == []


def test_a_closed_file_takes_no_appointment(dana: Browser) -> None:
    couple = a_couple(of=dana, closed_on=today())
    assert "is closed" in appoint(dana, couple).text
    assert stored(dana, couple) == []


@pytest.mark.parametrize(("at", "free"), [("16:49", False), ("15:11", False), ("16:50", True)])
def test_two_appointments_never_overlap(dana: Browser, at: str, free: bool) -> None:
    couple = a_couple(of=dana)
    an_appointment(dana, couple)
    assert appoint(dana, couple, at_time=at).status_code == (303 if free else 422)


def test_a_cancelled_one_is_no_longer_in_the_way(dana: Browser) -> None:
    couple = a_couple(of=dana)
    an_appointment(dana, couple, outcome="cancelled")
    assert appoint(dana, couple).status_code == 303


def test_the_same_form_sent_twice_is_one_appointment(dana: Browser) -> None:
    couple = a_couple(of=dana)
    for _ in range(2):
        assert appoint(dana, couple, once="the-mark").status_code == 303
    assert len(stored(dana, couple)) == 1


def test_the_same_form_sent_again_with_another_time_moves_it(dana: Browser) -> None:
    couple = a_couple(of=dana)
    appoint(dana, couple, once="the-mark")
    appoint(dana, couple, once="the-mark", at_time="17:00")
    assert stored(dana, couple) == [(IN_A_WEEK, time(17), "")]


@pytest.mark.parametrize("outcome", ["late-cancellation", "cancelled"])
def test_an_appointment_is_cancelled(dana: Browser, outcome: str) -> None:
    couple = a_couple(of=dana)
    made = an_appointment(dana, couple)
    assert change(dana, couple, made, outcome=outcome).status_code == 303
    assert stored(dana, couple)[0][2] == outcome


def test_nobody_fails_to_come_before_the_day(dana: Browser) -> None:
    couple = a_couple(of=dana)
    made = an_appointment(dana, couple)
    answer = change(dana, couple, made, outcome="no-show")
    assert answer.status_code == 422
    assert "This day is still to come." in answer.text
    yesterday = str(today() - timedelta(days=1))
    assert change(dana, couple, made, outcome="no-show", on_day=yesterday).status_code == 303


def test_one_that_was_kept_stays_as_it_is(dana: Browser) -> None:
    couple = a_couple(of=dana)
    made = an_appointment(dana, couple, outcome="kept")
    answer = change(dana, couple, made, version="1", outcome="cancelled")
    assert answer.status_code in (409, 422)
    assert stored(dana, couple)[0][2] == "kept"


def test_by_hand_none_is_called_kept(dana: Browser) -> None:
    couple = a_couple(of=dana)
    made = an_appointment(dana, couple)
    assert change(dana, couple, made, outcome="kept").status_code == 422


def test_two_windows_never_overwrite_each_other(dana: Browser) -> None:
    couple = a_couple(of=dana)
    made = an_appointment(dana, couple)
    shown = version_on(dana, couple, made)
    change(dana, couple, made, shown, at_time="17:00")
    answer = change(dana, couple, made, shown, at_time="18:00")
    assert answer.status_code == 409
    assert "5:00 pm" in answer.text
    assert "6:00 pm" in answer.text
    assert stored(dana, couple)[0][1] == time(17)
    again = change(dana, couple, made, at_time="18:00")
    assert again.status_code == 303


def test_an_appointment_is_found_only_in_its_own_file(dana: Browser, noor: Browser) -> None:
    couple, other = a_couple(of=dana), a_couple(of=dana, a="Ana Blue", b="Bo Gray")
    made = an_appointment(dana, couple)
    assert dana.get(f"/couples/{other.id}/appointments/{made}").status_code == 404
    assert noor.get(f"/couples/{couple.id}/appointments/{made}").status_code == 404
    for odd in (0, 999, 2**63 - 1, 2**63):
        assert dana.get(f"/couples/{couple.id}/appointments/{odd}").status_code == 404


def test_the_coming_one_counts_all_of_today_and_the_next_one_does_not(dana: Browser) -> None:
    couple = a_couple(of=dana)
    an_appointment(dana, couple, today())
    an_appointment(dana, couple, IN_A_WEEK)
    with in_the_name_of(dana):
        coming = coming_appointment(couple.id, today())
        following = next_appointment(couple.id, after=today())
        assert coming
        assert following
        assert (coming.on_day, following.on_day) == (today(), IN_A_WEEK)


def shown_mark(answer: TestResponse) -> str:
    """What a form that comes back says was looked at."""
    found = re.search(r'name="confirmed"[^>]*value="([^"]*)"', answer.text)
    return html.unescape(found[1]) if found else ""


@pytest.mark.parametrize(("days", "asks"), [(372, True), (190, True), (170, False), (-340, True)])
def test_a_day_that_looks_mistyped_is_asked_about_once(
    dana: Browser, days: int, asks: bool
) -> None:
    couple = a_couple(of=dana)
    day = str(today() + timedelta(days=days))
    answer = appoint(dana, couple, on_day=day)
    assert answer.status_code == (422 if asks else 303)
    if asks:
        assert ("months ahead" if days > 0 else "months ago") in answer.text
        assert "Save again if that is right." in answer.text
        assert stored(dana, couple) == []
        other = str(today() + timedelta(days=days + 7))
        mark = shown_mark(answer)
        assert appoint(dana, couple, on_day=other, confirmed=mark).status_code == 422
        assert appoint(dana, couple, on_day=day, confirmed=mark).status_code == 303
    assert len(stored(dana, couple)) == 1


def test_two_couples_at_one_hour_are_asked_about_once(dana: Browser, noor: Browser) -> None:
    ana, maya = a_couple(of=dana, a="Ana Ruiz", b="Bo Lind"), a_couple(of=dana)
    an_appointment(noor, a_couple(of=noor, a="Zoe Hill"))
    assert appoint(dana, maya).status_code == 303, "whom a colleague meets is no hindrance"
    answer = appoint(dana, ana, at_time="16:30")
    assert answer.status_code == 422
    shown = html.unescape(answer.text)
    assert "At this hour you meet Maya Okafor & Jonah Reyes (4:00–4:50 pm)." in shown
    assert "Zoe" not in shown
    assert appoint(dana, ana, at_time="16:30", confirmed=shown_mark(answer)).status_code == 303
    assert appoint(dana, ana, at_time="17:20").status_code == 303


def test_one_that_is_moved_onto_another_couple_asks_and_one_that_falls_through_does_not(
    dana: Browser,
) -> None:
    ana, maya = a_couple(of=dana, a="Ana Ruiz", b="Bo Lind"), a_couple(of=dana)
    an_appointment(dana, maya)
    made = an_appointment(dana, ana, IN_A_WEEK, time(18))
    answer = change(dana, ana, made)
    assert answer.status_code == 422 and "At this hour you meet" in answer.text
    assert change(dana, ana, made, confirmed=shown_mark(answer)).status_code == 303
    assert change(dana, ana, made, outcome="cancelled").status_code == 303
    again = change(dana, ana, made, outcome="")
    assert again.status_code == 422, "it would stand there again"


def test_who_only_supervises_another_couple_is_free(dana: Browser, noor: Browser) -> None:
    ana, maya = a_couple(of=dana, a="Ana Ruiz", b="Bo Lind"), a_couple(of=noor)
    an_appointment(noor, maya)
    on_the_team(noor, maya, dana)
    assert appoint(dana, ana).status_code == 422
    with in_the_name_of(noor):
        member = select(CareTeamMember).filter_by(couple_id=maya.id, user_id=dana.user_id)
        db.session.scalars(member).one().kind = SUPERVISION
    assert appoint(dana, ana).status_code == 303


@pytest.mark.parametrize(
    ("days", "at", "free"), [(0, "23:50", False), (1, "00:10", False), (1, "01:00", True)]
)
def test_an_appointment_past_midnight_is_in_the_way_on_the_next_day(
    dana: Browser, days: int, at: str, free: bool
) -> None:
    couple = a_couple(of=dana)
    assert appoint(dana, couple, at_time="23:30", minutes="90").status_code == 303
    on_day = str(IN_A_WEEK + timedelta(days=days))
    answer = appoint(dana, couple, on_day=on_day, at_time=at)
    assert answer.status_code == (303 if free else 422)


def test_one_past_without_a_word_is_asked_about_on_today_and_in_its_file(dana: Browser) -> None:
    couple = a_couple(of=dana)
    yesterday = today() - timedelta(days=1)
    made = an_appointment(dana, couple, yesterday, time(23, 30))
    an_appointment(dana, couple, today() - timedelta(days=8), outcome="no-show")
    address = f"/couples/{couple.id}/appointments/{made}"
    for page in ("/", f"/couples/{couple.id}"):
        shown = dana.get(page).text
        assert shown.count(f'href="{address}"') == 1, page
        assert "hat became of it?" in shown
    assert "They came: start the session" in dana.get(address).text
    begun = dana.post(f"/couples/{couple.id}/sessions", once="x", appointment_id=made).location
    assert "11:30 pm" in dana.get(begun).text
    for page in ("/", f"/couples/{couple.id}"):
        assert "hat became of it?" not in dana.get(page).text


def test_one_called_off_or_of_a_closed_file_is_asked_about_no_more(dana: Browser) -> None:
    couple = a_couple(of=dana)
    day = today() - timedelta(days=3)
    made = an_appointment(dana, couple, day)
    assert "What became of it?" in dana.get("/").text
    change(dana, couple, made, outcome="no-show", on_day=str(day))
    assert "What became of it?" not in dana.get("/").text
    other = a_couple(of=dana, a="Ana Ruiz")
    an_appointment(dana, other, day)
    with in_the_name_of(dana):
        db.session.get_one(Couple, other.id).closed_on = today()
    assert "What became of it?" not in dana.get("/").text

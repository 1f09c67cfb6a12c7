"""An acted night: a crisis hour, past midnight, on the day of a morning session that is signed."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import time, timedelta

import time_machine
from playwright.sync_api import Page, expect
from sqlalchemy import select, update

from practice import clock
from practice.assignments.models import Assignment
from practice.database.base import db
from practice.identity.models import SignInSession
from practice.sessions.models import TherapySession
from practice.sessions.signing import is_intact
from tests.factories import in_the_name_of
from tests.in_the_browser.office import MAYA_AND_JONAH, Office, dana_of
from tests.in_the_browser.steps import (
    agree,
    give_first_suggestion,
    open_from_today,
    say_saved,
    say_when,
    section,
    start_session,
)
from tests.in_the_browser.test_main_job import PORTLAND, open_sheet

DAY = clock.today_in(PORTLAND)


@contextmanager
def it_is(office: Office, at: time, days: int = 0) -> Iterator[None]:
    """Let it be that hour by the practice's clock, with Dana signed in a moment ago."""
    moment = clock.moment_of(DAY + timedelta(days=days), at, PORTLAND)
    with time_machine.travel(moment):
        with office.app.app_context():
            now = clock.now()
            fresh = {"began_at": now, "last_input_at": now, "proved_at": now}
            db.session.execute(update(SignInSession).values(**fresh))
            db.session.commit()
        yield


def sign(page: Page, *facts: str) -> None:
    """Sign the note; the question names these facts."""
    say_saved(page)
    page.get_by_role("button", name="Sign note").click()
    for fact in facts:
        expect(page.locator("#confirm-facts")).to_contain_text(fact)
    agree(page, "Sign note")
    expect(page.locator(".page-header .tag--signed")).to_be_visible()


def morning(page: Page, office: Office) -> None:
    """The morning's session: begun from the file, written, signed."""
    with it_is(office, time(9)):
        open_from_today(page)
        start_session(page, "Start another session")
    with it_is(office, time(9, 55)):
        section(page).fill("They came rested.")
        sign(page, "9:00–9:50 am, 50 minutes", "Conjoint")


def begin_crisis(page: Page, office: Office) -> None:
    """They call at night: a second session of the day is begun from the file."""
    with it_is(office, time(23, 40)):
        open_from_today(page)
        start_session(page, "Start another session")
        expect(page.get_by_role("heading", level=1)).to_contain_text("11:40 pm–12:30 am")
        page.get_by_role("button", name="Busyness").click()
        chart = page.locator("#trends svg").first
        expect(chart.locator("title")).to_contain_text(re.compile("strength not stated$"))
        page.get_by_role("button", name="3 of 3, strongly").click()
        expect(chart.locator("title")).to_contain_text(re.compile("3 of 3$"))
        section(page).fill("They called from the kitchen.")
        say_saved(page)


def finish_crisis(page: Page, office: Office) -> str:
    """After midnight: how the homework went, what they take home, the signature; its title."""
    with it_is(office, time(0, 35), days=1):
        page.reload()
        group = page.get_by_role("group", name="How it went, as you saw it").first
        group.get_by_text("Partly").click()
        expect(group.get_by_text("Partly")).to_have_attribute("aria-pressed", "true")
        title = give_first_suggestion(page)
        say_when(page, "23:40", "01:10")
        section(page).focus()
        say_saved(page)
        expect(page.get_by_role("heading", level=1)).to_contain_text("11:40 pm–1:10 am")
        expect(page.locator("#note-about")).to_contain_text("90 minutes, past midnight")
        sheet = open_sheet(page.get_by_role("link", name="Maya’s sheet").first)
        assert "For Maya" in sheet
        sign(page, "11:40 pm–1:10 am, 90 minutes, past midnight", "Maya and Jonah")
        expect(page.locator("#last-homework button")).to_have_count(0)
        expect(page.locator("#last-homework")).to_contain_text("Partly")
    return title


def test_a_crisis_at_night_after_a_signed_morning(dana: Page, office: Office) -> None:
    couple = office.records.couple
    before = office.count(TherapySession, couple_id=couple)
    morning(dana, office)
    begin_crisis(dana, office)
    title = finish_crisis(dana, office)
    assert office.count(TherapySession, couple_id=couple) == before + 2
    with in_the_name_of(dana_of(office.app)):
        held = select(TherapySession).filter_by(couple_id=couple, held_on=DAY)
        first, second = db.session.scalars(held.order_by(TherapySession.started_at))
        assert (first.started_at, first.stopped_at) == (time(9), time(9, 50))
        assert (second.started_at, second.stopped_at) == (time(23, 40), time(1, 10))
        assert is_intact(first.id) and is_intact(second.id)
        given = db.session.scalars(select(Assignment).filter_by(session_id=second.id)).one()
        assert (given.title, given.given_on) == (title, DAY)
    with it_is(office, time(0, 40), days=1):
        dana.goto(office.records.file)
        shown = dana.locator(".event__title").filter(has_text=re.compile(r"Session \d")).all()
        numbers = [int(one.inner_text().removeprefix("Session ")) for one in shown]
        assert numbers[0] == before + 2 and numbers == sorted(numbers, reverse=True)
        expect(dana.get_by_role("heading", name=MAYA_AND_JONAH, level=1)).to_be_visible()

"""The screen locks by itself, over the page: what was being written waits behind it."""

import re

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from practice.database.base import db
from practice.demo.loader import PASSWORD
from practice.identity import second_factor
from practice.identity.models import User
from tests.identity.second_factors import app_code
from tests.in_the_browser.conftest import Opener
from tests.in_the_browser.office import Office, dana_of
from tests.in_the_browser.steps import say_saved, section

SHORTEST = 2  # minutes


@pytest.fixture
def page(dana: Page, office: Office) -> Page:
    """Dana's window on a session, in a practice that locks after two minutes."""
    office.lock_after(SHORTEST)
    dana.clock.install()
    dana.goto(office.records.session)
    return dana


def unlock(page: Page) -> None:
    """Give the password."""
    page.get_by_label(re.compile("^Password for")).fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.locator("#lock")).to_be_hidden()


def test_an_idle_screen_locks_and_the_password_brings_back_the_same_words(
    page: Page, office: Office
) -> None:
    section(page).fill("Half a thought")
    page.clock.fast_forward("02:30")
    lock = page.locator("#lock")
    expect(lock).to_be_visible()
    expect(page.locator("main")).to_be_hidden()
    expect(page).to_have_title("Locked · Rekindle")
    for _ in range(3):
        page.keyboard.press("Escape")
    expect(lock).to_be_visible()
    expect(page.locator("main")).to_be_hidden()
    unlock(page)
    expect(page.locator("main")).to_be_visible()
    expect(section(page)).to_have_value("Half a thought")
    expect(section(page)).to_be_focused()
    page.keyboard.type(", and its other half")
    page.clock.run_for(6_000)
    say_saved(page)
    assert office.note()["data"] == "Half a thought, and its other half"


def give_app_to_dana(app: Flask) -> str:
    """Have Dana's second factor be an app from now on; the key it holds."""
    with app.app_context():
        user = db.session.get_one(User, dana_of(app).user_id)
        secret = second_factor.secret_of(user)
        second_factor.set_up_app(user, secret.stored)
        db.session.commit()
        return secret.key


def test_locked_overnight_the_second_factor_is_asked_for_over_the_same_words(
    page: Page, office: Office
) -> None:
    key = give_app_to_dana(office.app)
    page.context.set_offline(True)
    section(page).fill("Not saved before the night")
    page.clock.fast_forward("02:30")
    expect(page.locator("#lock")).to_be_visible()
    page.clock.fast_forward("14:00:00")
    page.context.set_offline(False)
    office.end_every_sign_in()
    page.get_by_label(re.compile("^Password for")).fill(PASSWORD)
    page.keyboard.press("Enter")
    code = page.get_by_label("Code of your app")
    expect(code).to_be_focused()
    code.fill("000000")
    page.keyboard.press("Enter")
    expect(page.locator("#lock-error")).to_contain_text("not the code")
    expect(page.locator("main")).to_be_hidden()
    code.fill(app_code(key, 0))
    page.keyboard.press("Enter")
    expect(page.locator("#lock")).to_be_hidden()
    expect(section(page)).to_have_value("Not saved before the night")
    page.clock.run_for(6_000)
    say_saved(page)
    assert office.note()["data"] == "Not saved before the night"


def test_what_was_typed_is_saved_before_the_lock_closes(page: Page, office: Office) -> None:
    page.evaluate("setTimeout = () => 0")  # the form's own timer never comes to save
    section(page).fill("Typed and left")
    page.clock.fast_forward("02:30")
    expect(page.locator("#lock")).to_be_visible()
    expect(page.locator("#save-status")).to_have_text(re.compile("Saved at"))
    assert office.note()["data"] == "Typed and left"


def test_a_locked_screen_asks_for_the_password_wherever_one_goes(
    page: Page, office: Office
) -> None:
    with page.expect_response("**/lock"):
        page.clock.fast_forward("02:30")
    page.goto("/couples")
    expect(page.get_by_role("heading", name="Your place is kept")).to_be_visible()
    assert "Okafor" not in page.content()


def test_whoever_keeps_typing_is_not_locked_out(page: Page) -> None:
    section(page).click()
    for word in ("One ", "two ", "three ", "four "):
        page.keyboard.type(word)
        page.clock.fast_forward("01:30")
    expect(page.locator("#lock")).to_be_hidden()
    expect(page.locator("main")).to_be_visible()


def test_two_windows_of_one_browser_lock_and_open_together(
    open_browser: Opener, office: Office
) -> None:
    office.lock_after(SHORTEST)
    context = open_browser()
    first, second = context.new_page(), context.new_page()
    for one in (first, second):
        one.clock.install()
        one.goto(office.records.session)
    first.clock.fast_forward("02:30")
    for one in (first, second):
        expect(one.locator("#lock")).to_be_visible()
    unlock(second)
    expect(first.locator("#lock")).to_be_hidden()


def test_signing_out_covers_every_window_and_loses_no_word(page: Page, office: Office) -> None:
    others = [page.context.new_page() for _ in range(2)]
    for other in others:
        other.goto(office.records.session if other is others[0] else office.records.file)
        expect(other.locator("html.has-js")).to_be_attached()
    section(others[0]).fill("Typed a moment before")
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    for other in others:
        expect(other.locator("#lock")).to_be_visible()
        expect(other.locator("main")).to_be_hidden()
        expect(other).to_have_title("Locked · Rekindle")
    assert office.note()["data"] == "Typed a moment before"
    unlock(others[0])
    expect(section(others[0])).to_have_value("Typed a moment before")
    expect(others[1].locator("#lock")).to_be_hidden()


def test_signing_out_before_the_scripts_are_there_covers_the_other_windows_too(
    page: Page, office: Office
) -> None:
    other = page.context.new_page()
    other.goto(office.records.file)
    expect(other.locator("html.has-js")).to_be_attached()
    page.evaluate("document.querySelector('[data-signs-out]').submit()")
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    expect(other.locator("main")).to_be_hidden()

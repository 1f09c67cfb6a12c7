"""Every page: for everyone's eyes and hands, on a desk and on a phone, by day and by night.

A page is visited once: it is used before its scripts are there (`typing_early`), and looked over
(`looking`).
"""

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.in_the_browser.conftest import Opener, Tour, a_browser
from tests.in_the_browser.looking import check, faults_of
from tests.in_the_browser.office import Office
from tests.in_the_browser.places import DEEDS, PLACES, VIEWS, address_of
from tests.in_the_browser.steps import say_saved, section
from tests.in_the_browser.typing_early import type_early
from tests.in_the_browser.watching import kept_by


@pytest.mark.parametrize("name", PLACES)
def test_everyone_can_use_even_before_the_scripts_are_there(name: str, tour: Tour) -> None:
    page, records = tour
    type_early(page, address_of(name, records))
    check(page)
    assert kept_by(page) == []


@pytest.mark.parametrize("name", VIEWS)
def test_everyone_can_use_what_is_come_to_by_hand(name: str, tour: Tour) -> None:
    VIEWS[name](*tour)
    check(tour[0])


@pytest.mark.parametrize("name", DEEDS)
def test_everyone_can_use_what_is_under_way(name: str, dana: Page, office: Office) -> None:
    DEEDS[name](dana, office.records)
    check(dana)


def test_everyone_can_sign_in(visitor_page: Page) -> None:
    visitor_page.goto("/sign-in")
    visitor_page.get_by_text("Forgot your password").click()
    check(visitor_page)


def test_everyone_can_read_what_is_wrong_with_a_form(visitor_page: Page) -> None:
    visitor_page.goto("/sign-in")
    visitor_page.get_by_role("button", name="Sign in").click()
    expect(visitor_page.get_by_role("alert").first).to_be_visible()
    check(visitor_page)


def test_everyone_can_set_up_a_practice(
    new_office: Office,
    browser: Browser,
    watched: Callable[[BrowserContext, str], BrowserContext],
) -> None:
    context = watched(a_browser(browser, new_office), new_office.url)
    page = context.new_page()
    page.goto("/")
    expect(page.get_by_role("heading", name="Set up your practice")).to_be_visible()
    check(page)


def test_everyone_can_unlock_the_screen(dana: Page, office: Office) -> None:
    office.lock_after(2)
    dana.clock.install()
    dana.goto(office.records.session)
    dana.clock.fast_forward("02:30")
    expect(dana.locator("#lock")).to_be_visible()
    check(dana)


def test_everyone_can_hand_over_and_take_over(dana: Page, office: Office) -> None:
    office.run(
        "INSERT INTO psychotherapy_note (practice_id, couple_id, session_id, author_id, text, version,"
        " saved_at) SELECT practice_id, couple_id, id, 2, 'A thought apart.', 1, '2026-11-01 10:00:00'"
        " FROM therapy_session ORDER BY id LIMIT 1"
    )
    office.run("UPDATE user SET active = 0 WHERE id = 2")
    office.run("UPDATE practice SET custodian_id = 1")
    dana.goto("/care/hand-over")
    check(dana)
    dana.get_by_label("Day", exact=True).fill("2026-11-20")
    dana.get_by_label("Reason").fill("She moved to another city.")
    dana.get_by_role("button", name="Ask them to accept it").click()
    expect(dana.get_by_text("Waits to be accepted since")).to_be_visible()
    check(dana)
    dana.goto("/")
    dana.get_by_role("link", name="Read what it is").click()
    check(dana)
    dana.get_by_role("button", name="Accept").click()
    expect(dana.get_by_role("heading", name="Psychotherapy notes")).to_be_visible()
    check(dana)
    dana.get_by_role("main").get_by_role("table").get_by_role("link").first.click()
    expect(dana.get_by_text("A thought apart.")).to_be_visible()
    check(dana)


def test_everyone_can_settle_two_versions(dana: Page, open_browser: Opener, office: Office) -> None:
    other = open_browser().new_page()
    for page in (dana, other):
        page.goto(office.records.session)
    section(dana, "Plan").fill("One.")
    say_saved(dana)
    section(other, "Plan").fill("Two.")
    expect(other.locator("#conflicts .conflict")).to_be_visible()
    check(other)


def test_a_look_says_on_which_page_at_which_size_and_against_which_rule(tour: Tour) -> None:
    page, _ = tour
    page.goto("/password")
    page.evaluate(
        """() => {
          const broken = document.createElement("p");
          broken.innerHTML = "Pale <a href='#nowhere'>words</a><img>";
          Object.assign(broken.style, { color: "#888", background: "#999", width: "350px" });
          document.querySelector("main").append(broken);
        }"""
    )
    faults = "\n".join(faults_of(page))
    for said in ("/password: leads nowhere: href #nowhere", "'width': 390", "dark", "too wide: <p"):
        assert said in faults
    for rule in ("color-contrast", "image-alt"):
        assert rule in faults

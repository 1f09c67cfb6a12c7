"""The library at the screen: it narrows as one types, and the heart stays pressed."""

import re

import pytest
from playwright.sync_api import Page, expect

from practice.library.builtin import builtin_homework
from tests.in_the_browser.conftest import Opener
from tests.in_the_browser.office import Office

PHONES = "Phones sleep in the kitchen"
#: The library's, and three of the demo practice's own that Dana sees.
ALL = len(builtin_homework()) + 3


def test_the_library_narrows_as_one_types_and_keeps_its_address(dana: Page) -> None:
    dana.goto("/homework")
    expect(dana.locator("#found article")).to_have_count(ALL)
    dana.keyboard.press("/")
    dana.keyboard.type("phnes kitchn")
    expect(dana.locator("#found article")).to_have_count(1)
    expect(dana.get_by_role("link", name=PHONES)).to_be_visible()
    expect(dana.locator("#found-count")).to_have_text(f"1 of {ALL}")
    expect(dana.locator("#search-q")).to_be_focused()
    dana.get_by_label("Titles in").select_option("es")
    expect(dana.get_by_role("link", name="Los teléfonos duermen en la cocina")).to_be_visible()
    expect(dana).to_have_url(re.compile(r"/homework\?q=phnes\+kitchn&language=es$"))
    dana.reload()
    expect(dana.locator("#found article")).to_have_count(1)


def test_the_heart_is_pressed_by_key_and_keeps_the_focus(dana: Page) -> None:
    dana.goto("/homework?q=phnes+kitchn")
    heart = dana.get_by_role("button", name=f"Favorite: {PHONES}")
    heart.focus()
    dana.keyboard.press("Enter")
    expect(heart).to_have_attribute("aria-pressed", "true")
    expect(heart).to_be_focused()
    dana.goto("/homework")
    dana.get_by_label("Favorites only").check()
    expect(dana.locator("#found article")).to_have_count(1)


def test_the_library_says_what_the_couple_had_before(dana: Page, office: Office) -> None:
    couple = office.records.file.rsplit("/", 1)[-1]
    dana.goto(f"/homework?couple={couple}")
    expect(dana.locator(".library__before").first).to_contain_text("Given before")


@pytest.mark.parametrize("scripts", [True, False])
def test_without_scripts_the_library_is_searched_and_kept_too(
    open_browser: Opener, scripts: bool
) -> None:
    page = open_browser(java_script_enabled=scripts).new_page()
    page.goto("/homework")
    page.locator("#search-q").fill("kitchn")
    page.get_by_role("button", name="Show").click()
    expect(page.locator("#found-count")).to_have_text(f"1 of {ALL}")
    heart = page.get_by_role("button", name=f"Favorite: {PHONES}")
    heart.click()
    expect(heart).to_have_attribute("aria-pressed", "true")
    expect(page).to_have_url(re.compile(r"q=kitchn"))


def choose_from_library(page: Page, office: Office) -> str:
    """Come from the session to the form that gives a homework of the whole library; its title."""
    page.goto(office.records.session)
    page.get_by_role("link", name="Choose from the whole library").click()
    title = page.locator("#found h2 a").first.inner_text()
    page.locator("#found h2 a").first.click()
    page.get_by_role("link", name=re.compile("^Give")).first.click()
    expect(page.get_by_role("button", name="Give it")).to_be_visible()
    return title


def test_homework_chosen_from_the_whole_library_is_given_in_the_session(
    dana: Page, office: Office
) -> None:
    title = choose_from_library(dana, office)
    dana.get_by_role("button", name="Give it").click()
    dana.wait_for_url(re.compile(rf"{office.records.session}#given$"))
    expect(dana.locator("#given").get_by_text(title)).to_be_visible()


def test_not_now_leads_back_to_the_session_and_gives_nothing(dana: Page, office: Office) -> None:
    title = choose_from_library(dana, office)
    dana.get_by_role("link", name="Not now").click()
    dana.wait_for_url(re.compile(rf"{office.records.session}$"))
    expect(dana.locator("#given").get_by_text(title)).to_have_count(0)

"""The main job where scripts are switched off: plain forms, one page after the other."""

import pytest
from playwright.sync_api import Page, expect

from tests.in_the_browser.conftest import Opener
from tests.in_the_browser.office import Office
from tests.in_the_browser.steps import (
    first_suggestion,
    open_from_today,
    say_when,
    section,
    sign_in,
    start_session,
)


@pytest.fixture
def page(open_browser: Opener) -> Page:
    """A window that runs no scripts."""
    return open_browser(signed_in=False, java_script_enabled=False).new_page()


def test_the_whole_job_is_done_with_plain_forms(page: Page) -> None:
    sign_in(page)
    open_from_today(page)
    start_session(page)

    reviewed = page.get_by_role("group", name="How it went, as you saw it")
    reviewed.get_by_text("Partly").click()
    expect(reviewed.get_by_text("Partly")).to_have_attribute("aria-pressed", "true")

    for obstacle in ("Busyness", "Protest behavior"):
        page.get_by_role("button", name=obstacle).click()
        expect(page.get_by_role("button", name=obstacle)).to_have_attribute("aria-pressed", "true")
    page.get_by_role("group", name="Who shows it, Busyness").get_by_text("Both").click()

    section(page).fill("Written without a script.")
    say_when(page)
    page.get_by_role("button", name="Save", exact=True).click()
    expect(section(page)).to_have_value("Written without a script.")

    title = first_suggestion(page).locator(".suggestion__title").inner_text()
    first_suggestion(page).get_by_text("Assign", exact=True).click()
    page.get_by_role("button", name="Give it").click()
    expect(page.locator("#given").get_by_text(title)).to_be_visible()
    sheet = page.get_by_role("link", name="Maya’s sheet").get_attribute("href")
    answer = page.context.request.get(sheet or "")
    assert answer.body().startswith(b"%PDF-")

    page.get_by_role("button", name="Sign note").click()
    expect(page.locator(".page-header .tag--signed")).to_be_visible()
    expect(page.get_by_text("Written without a script.")).to_be_visible()


def test_two_windows_without_scripts_keep_both_texts(
    page: Page, dana: Page, office: Office
) -> None:
    sign_in(page)
    page.goto(office.records.session)
    dana.goto(office.records.session)
    section(dana).fill("From the desk.")
    with dana.expect_response(lambda answer: answer.request.method == "POST"):
        dana.keyboard.press("Control+s")
    section(page).fill("From the phone.")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("heading", name="Not saved yet")).to_be_visible()
    texts = page.locator(".conflict__text")
    expect(texts.first).to_have_text("From the phone.")
    expect(texts.last).to_have_text("From the desk.")
    section(page).fill("From the desk.\n\nFrom the phone.")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("heading", name="Progress note")).to_be_visible()
    assert office.note()["data"] == "From the desk.\n\nFrom the phone."

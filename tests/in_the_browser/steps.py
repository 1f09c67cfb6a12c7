"""What a clinician does at the screen, one step each."""

import re

from playwright.sync_api import Locator, Page, expect

from practice.demo.loader import PASSWORD
from tests.in_the_browser.office import DANA, MAYA_AND_JONAH

A_SESSION = re.compile(r"/couples/\d+/sessions/\d+(#\w+)?$")


def sign_in(page: Page) -> None:
    """Sign in on the sign-in page; ends on Today."""
    page.goto("/sign-in")
    page.get_by_label("E-mail").fill(DANA)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Today", level=1)).to_be_visible()


def open_from_today(page: Page) -> None:
    """Open Maya and Jonah's file from Today."""
    page.goto("/")
    page.get_by_role("link", name=MAYA_AND_JONAH).first.click()
    expect(page.get_by_role("heading", name=MAYA_AND_JONAH, level=1)).to_be_visible()


def start_session(page: Page, button: str = "Start session") -> None:
    """Start a session from the couple's file: that of today's appointment, or another."""
    page.get_by_role("button", name=button).click()
    arrive_at_session(page)


def arrive_at_session(page: Page) -> None:
    """Wait until a session's page has come, whole; another click may have asked for it anew."""
    expect(page).to_have_url(A_SESSION)
    page.wait_for_load_state()


def say_when(page: Page, start: str = "00:00", stop: str = "00:50") -> None:
    """Say when the session was held; by default in an hour that has begun whenever a test runs."""
    page.get_by_text("The meeting", exact=True).click()
    page.get_by_label("Started").fill(start)
    page.get_by_label("Stopped").fill(stop)


def first_suggestion(page: Page) -> Locator:
    """The homework suggested first."""
    return page.locator("#suggestions .suggestion").first


def give_first_suggestion(page: Page) -> str:
    """Give the homework suggested first, as it is offered; its title."""
    first_suggestion(page).get_by_text("Assign", exact=True).click()
    title: str = page.locator("#give h2 .serif").inner_text()
    page.get_by_role("button", name="Give it").click()
    expect(page.locator("#given").get_by_text(title)).to_be_visible()
    return title


def agree(page: Page, label: str) -> None:
    """Answer the question asked with yes."""
    page.locator("#confirm").get_by_role("button", name=label).click()


def section(page: Page, name: str = "Data") -> Locator:
    """One section of the note."""
    return page.locator("#session-form").get_by_label(name, exact=True)


def say_saved(page: Page, timeout: float | None = None) -> None:
    """Wait until the page says that what was typed is saved."""
    status = page.locator("#save-status")
    expect(status).to_have_text(re.compile("Saved at"), timeout=timeout)
    expect(status).to_have_attribute("data-state", "saved", timeout=timeout)

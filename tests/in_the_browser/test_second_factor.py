"""The first evening: set up the practice and a second factor, then come in by passkey alone."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, expect

from practice.application import create_app
from practice.settings import Settings
from tests.factories import PASSWORD
from tests.house import close
from tests.identity.second_factors import KEY, app_code
from tests.in_the_browser.conftest import a_browser
from tests.in_the_browser.looking import check
from tests.in_the_browser.office import Demo, Office, open_office
from tests.paper import lend_press

KEY_IN_THE_MACHINE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def strict_office(settings: Settings, demo: Demo) -> Iterator[Office]:
    """An installation as it is by default, that asks for a second factor, and is not set up yet."""
    app: Flask = create_app(replace(settings, second_factor=True))
    app.jinja_env.bytecode_cache = demo.templates
    lend_press(app)
    with open_office(app, demo) as opened:
        yield opened
    close(app)


@pytest.fixture
def page(
    strict_office: Office,
    browser: Browser,
    watched: Callable[[BrowserContext, str], BrowserContext],
) -> Page:
    """A window at an address with a name, in a machine that holds passkeys."""
    address = strict_office.url.replace("127.0.0.1", "localhost")
    context = watched(a_browser(browser, strict_office, base_url=address), address)
    opened = context.new_page()
    machine = context.new_cdp_session(opened)
    machine.send("WebAuthn.enable")
    machine.send("WebAuthn.addVirtualAuthenticator", {"options": KEY_IN_THE_MACHINE})
    return opened


def set_up(page: Page) -> None:
    """Set up a practice; ends where the second factor is set up."""
    page.goto("/")
    page.get_by_label("Name of the practice").fill("Alder Street Couples Therapy")
    page.get_by_label("Your name").fill("Dana Whitfield")
    page.get_by_label("E-mail").fill("dana@alderstreet.org")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_label("Password again").fill(PASSWORD)
    page.get_by_role("button", name="Open the practice").click()
    expect(page.get_by_role("heading", name="A second key to your door")).to_be_visible()


def sign_out(page: Page) -> None:
    """Sign out."""
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


def test_set_up_app_codes_passkey_and_back_in_without_a_password(page: Page) -> None:
    set_up(page)
    check(page)
    key = KEY.search(page.content())
    assert key
    page.get_by_label("Code").fill(app_code(key[1], 0))
    page.get_by_role("button", name="Set it up").click()
    expect(page.get_by_label("Your recovery codes").get_by_role("listitem")).to_have_count(10)
    check(page)
    page.get_by_role("link", name="I have kept them").click()
    expect(page.get_by_role("heading", name="Today", level=1)).to_be_visible()

    page.goto("/security")
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.get_by_role("button", name="Remove Chrome")).to_be_visible()
    sign_out(page)
    page.get_by_role("button", name="Use a passkey instead").click()
    expect(page.get_by_role("heading", name="Today", level=1)).to_be_visible()

    sign_out(page)
    page.get_by_label("E-mail").fill("dana@alderstreet.org")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="One more step")).to_be_visible()
    check(page)
    page.get_by_role("button", name="Use your passkey").click()
    expect(page.get_by_role("heading", name="Today", level=1)).to_be_visible()


def test_a_passkey_alone_is_a_second_factor_from_the_start_and_after_a_night(
    page: Page, strict_office: Office
) -> None:
    set_up(page)
    page.get_by_role("button", name="Use a passkey instead").click()
    expect(page.get_by_label("Your recovery codes").get_by_role("listitem")).to_have_count(10)
    page.get_by_role("link", name="I have kept them").click()
    expect(page.get_by_role("heading", name="Today", level=1)).to_be_visible()

    strict_office.end_every_sign_in()
    page.get_by_role("button", name="Lock now").click()
    page.get_by_label(re.compile("^Password for")).fill(PASSWORD)
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Use your passkey").click()
    expect(page.locator("#lock")).to_be_hidden()
    page.goto("/security")
    expect(page.get_by_role("heading", name="Security", level=1)).to_be_visible()

"""S70: what is typed into a form lies in no file of the browser's, though it restores its pages."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, Playwright, expect

from tests.chromium import QUIETLY
from tests.in_the_browser.office import Office
from tests.in_the_browser.steps import section

CONTROL, CANARY = "damsoncontrol", "quincecanary"


@pytest.fixture
def profile(tmp_path: Path) -> Path:
    """Where a browser keeps what it keeps from one start to the next."""
    return tmp_path / "profile"


@pytest.fixture
def kept_browser(
    playwright: Playwright, chromium_path: str, profile: Path, office: Office
) -> Iterator[BrowserContext]:
    """A browser with a profile on the disk, signed in as Dana."""
    context = playwright.chromium.launch_persistent_context(
        profile, executable_path=chromium_path, args=QUIETLY, base_url=office.url
    )
    context.add_cookies([office.cookie])
    yield context
    context.close()


def found_in(profile: Path, words: str) -> list[str]:
    """The files of a profile that hold these words, as bytes of either width."""
    wanted = (words.encode(), words.encode("utf-16-le"))
    return [
        str(file.relative_to(profile))
        for file in profile.rglob("*")
        if file.is_file() and any(one in file.read_bytes() for one in wanted)
    ]


def type_everywhere(page: Page, words: str) -> int:
    """Type into every field for words on a page; into how many."""
    page.evaluate("document.querySelectorAll('main details').forEach((one) => (one.open = true))")
    fields = page.locator(
        "main :is(textarea, input[type=text], input[type=search], input[type=tel], input[type=email])"
        ":not([readonly]):not([disabled])"
    )
    typed = 0
    for field in fields.all():
        if field.is_visible():
            field.fill(words)
            typed += 1
    return typed


def test_s70_browser_leftovers_no_word_of_a_form_is_in_the_browsers_session_file(
    kept_browser: BrowserContext, profile: Path, office: Office
) -> None:
    """The control is a form of the usual kind: what is typed there is found on the disk."""
    page = kept_browser.new_page()
    page.on("dialog", lambda dialog: dialog.accept())
    page.route(
        "**/usual",
        lambda route: route.fulfill(content_type="text/html", body="<form><textarea>"),
    )
    page.goto("/usual")
    page.locator("textarea").fill(CONTROL)
    file = office.records.file
    for address in (
        office.records.session,
        f"{office.records.session}/psychotherapy-note",
        f"{file}/edit",
        f"{file}/partners/a/screen",
        f"{file}/give/the-two-minute-shared-load",
        "/couples",
        "/couples/new",
        "/couples/emergency",
        "/homework/courses/new",
    ):
        page.goto(address)
        expect(page.locator("html.has-js")).to_be_attached()
        assert type_everywhere(page, CANARY), address
    page.goto("/homework")
    page.goto(office.records.session)
    section(page).fill(f"{CANARY} once more")
    page.goto("/couples")
    page.close()
    kept_browser.close()
    assert found_in(profile, CONTROL), "the browser keeps what is typed into usual forms"
    assert found_in(profile, CANARY) == []

"""Every page: for everyone's eyes and hands, on a desk and on a phone, by day and by night."""

from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.in_the_browser.conftest import DESK, Opener, Tour
from tests.in_the_browser.office import Office, Records
from tests.in_the_browser.steps import (
    first_suggestion,
    give_first_suggestion,
    open_from_today,
    say_saved,
    section,
)
from tests.in_the_browser.watching import kept_by

PHONE = {"width": 390, "height": 844}
NARROWEST = {"width": 320, "height": 640}
#: What breaks a rule is told at length, what keeps them all is not: that takes longer than looking.
BY_DAY: dict[str, Any] = {"resultTypes": ["violations"]}
#: By night the colours change, and nothing else.
COLOURS = {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}
BY_NIGHT = {**BY_DAY, "runOnly": COLOURS}
#: Whatever a phone shows does not reach past its right edge.
TOO_WIDE = """() => [...document.querySelectorAll("body, body *")]
  .filter((one) => one.checkVisibility())
  .filter((one) => !one.closest(".visually-hidden, .skip-link, dialog:not([open])"))
  .filter((one) => one.getBoundingClientRect().right > innerWidth + 1)
  .map((one) => one.outerHTML.slice(0, 100))"""
Way = Callable[[Page, Records], object]


def give_panel(page: Page, records: Records) -> None:
    """The session page with a homework about to be given, and all its fields unfolded."""
    page.goto(records.session)
    first_suggestion(page).get_by_text("Assign", exact=True).click()
    page.locator("#give details summary").click()
    expect(page.locator("#give [name=for_whom]").first).to_be_attached()


def given(page: Page, records: Records) -> None:
    """The session page after giving, with obstacles tapped and the partners' reviews open."""
    page.goto(records.session)
    for key in ("1", "2", "3"):
        page.keyboard.press(key)
        expect(page.locator(f"[data-shortcut='{key}']")).to_be_focused()
    page.locator(".review__more summary").first.click()
    give_first_suggestion(page)


def look_ahead(page: Page, records: Records) -> None:
    """The page to give a homework, with its sheet beside the form."""
    page.goto(f"{records.file}/give/from-complaint-to-longing")
    expect(page.locator("#preview-sheet")).to_be_visible()


def ways_to_print(page: Page, records: Records) -> None:
    """How a sheet shall be printed, come to from the couple's homework."""
    page.goto(f"{records.file}/homework")
    page.goto(page.locator("a[href$='/print']").first.get_attribute("href") or "")


def on_screen(page: Page, records: Records) -> None:
    """A partner's sheet on a screen."""
    ways_to_print(page, records)
    page.get_by_text("To read on a screen").get_by_role("link").first.click()
    expect(page.locator("article.sheet")).to_be_visible()


def attachment(page: Page, records: Records) -> None:
    """A scan, its way to be set aside unfolded."""
    page.goto(f"{records.file}/attachments")
    page.get_by_role("link", name="Consent to couples therapy").click()
    page.get_by_text("Set it aside").first.click()


def started(page: Page, records: Records) -> None:
    """A session just started."""
    open_from_today(page)
    page.get_by_role("button", name="Start session").click()
    expect(page.locator("#session-form")).to_be_visible()


def writing(page: Page, records: Records) -> None:
    """A homework being written from a copy, all its folds open, and some of it missing."""
    page.goto("/homework/from-complaint-to-longing")
    page.get_by_role("button", name="Make it ours").click()
    page.get_by_label("In one line").first.fill("")
    page.get_by_role("button", name="Put it in the library").first.click()
    expect(page.get_by_role("alert").first).to_be_visible()
    for summary in page.locator("#main summary").all():
        summary.click()


def keys(page: Page, records: Records) -> None:
    """The list of keys, over a page."""
    page.goto(records.session)
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()


def question(page: Page, records: Records) -> None:
    """The question before a note is signed."""
    page.goto(records.session)
    page.get_by_role("button", name="Sign note").click()
    expect(page.locator("#confirm")).to_be_visible()


def lock_page(page: Page, records: Records) -> None:
    """The page in the place of any other while the screen is locked."""
    page.goto("/couples")
    page.evaluate(
        """() => fetch("/lock", {
          method: "POST",
          body: new URLSearchParams({
            csrf_token: document.querySelector("meta[name=csrf-token]").content }),
          headers: { "X-Requested-With": "fetch" },
        }).then(() => undefined)"""
    )
    page.goto(records.session)
    expect(page.get_by_role("heading", name="Your place is kept")).to_be_visible()


def searched(page: Page, records: Records) -> None:
    """The list of couples, narrowed by a word."""
    page.goto("/couples")
    page.locator("[data-search]").fill("may")
    expect(page.get_by_role("link", name="Maya").first).to_be_visible()


ROWS = (
    "First name,Last name,Partner first name,DOB,Started,Phone 1,Phone 2\n"
    "Mia,Stone,Lev,soon,3/4/2024,555 0101,\nAna,Ruiz,Bo,1988-03-14,,,\nAna,Ruiz,Bo,,,,\n"
    "Ida,Sol,,,,,\nUma,Sol,,,,,\nEve,Moss,,,,,\n"
)


def a_list(page: Page, content: bytes) -> None:
    """Choose a list of clients."""
    page.goto("/records/clients")
    files = {"name": "clients.csv", "mimeType": "text/csv", "buffer": content}
    page.locator("[name=file]").set_input_files(files)  # type: ignore[arg-type]
    page.get_by_role("button", name="Read the list").click()


def match_list(page: Page, records: Records) -> None:
    """A list of clients with its columns matched, and a question about its dates."""
    a_list(page, ROWS.encode())
    expect(page.get_by_role("heading", name="Match the columns")).to_be_visible()
    expect(page.get_by_text("Which comes first in these dates?")).to_be_visible()


def list_rows(page: Page, records: Records) -> None:
    """The rows of a list, with something of every kind to answer."""
    match_list(page, records)
    page.get_by_role("button", name="Look at the rows").click()
    expect(page.get_by_text("Are they a couple?")).to_be_visible()


def mend_row(page: Page, records: Records) -> None:
    """A row of a list that names one person, on its way to be mended."""
    list_rows(page, records)
    page.get_by_role("button", name="Mend Eve").click()
    expect(page.get_by_role("heading", name="Mend a row")).to_be_visible()


def read_list_as(page: Page, records: Records) -> None:
    """A list that can be read in two encodings."""
    a_list(page, "Partner 1,Partner 2\nKovács Béla,Őry Ágnes\n".encode("cp1250"))
    expect(page.get_by_role("heading", name="Which of these is right?")).to_be_visible()


def list_brought(page: Page, records: Records) -> None:
    """A list that was brought in."""
    a_list(page, b"Partner 1,Partner 2\nMia Stone,Lev Stone\n")
    page.get_by_role("button", name="Look at the rows").click()
    page.get_by_role("button", name="Open 1 file").click()
    expect(page.get_by_text("1 file is open")).to_be_visible()


def list_taken_back(page: Page, records: Records) -> None:
    """The question before a list is taken back."""
    list_brought(page, records)
    page.get_by_role("link", name="Take this list back").click()
    expect(page.get_by_role("heading", name="Take this list back?")).to_be_visible()


def password_link(page: Page, records: Records) -> None:
    """The page by which someone chooses a new password, come to as its owner gives it away."""
    page.goto("/people/2")
    page.get_by_role("button", name="Make a link").click()
    page.goto(page.locator(".enrol__key").inner_text())
    expect(page.get_by_role("heading", name="Choose a new password")).to_be_visible()


def link_shown(page: Page, records: Records) -> None:
    """A colleague's page with a link that was just made."""
    page.goto("/people/2")
    page.get_by_role("button", name="Make a link").click()
    expect(page.locator(".enrol__key")).to_be_visible()


#: Pages that only need to be opened; {file}, {session} and the like stand for Maya and Jonah's.
PLACES = {
    "today": "/",
    "couples": "/couples",
    "new couple": "/couples/new",
    "file": "{file}",
    "homework of couple": "{file}/homework",
    "attachments": "{file}/attachments",
    "new attachment": "{file}/attachments/new",
    "details": "{file}/details",
    "edit": "{file}/edit",
    "screen": "{file}/partners/a/screen",
    "policy": "{file}/policy",
    "team": "{file}/team",
    "new appointment": "{file}/appointments/new",
    "appointment": "{appointment}",
    "session unsigned": "{session}",
    "session signed": "{signed}",
    "addendum": "{signed}/addenda",
    "psychotherapy note": "{session}/psychotherapy-note",
    "library": "/homework",
    "library for a session": "/homework?couple={couple}&session={unsigned}",
    "give page in a session": "{session}/give/from-complaint-to-longing",
    "one homework": "/homework/from-complaint-to-longing",
    "one of our own, revised": "/homework/own-1",
    "one of our own, as it was": "/homework/own-1?version=1",
    "courses": "/homework/courses",
    "one course": "/homework/courses/from-rushed-to-a-daily-ritual",
    "make a course": "/homework/courses/new?like=two-weeks-to-begin",
    "start a course": "{file}/courses/start/two-weeks-to-begin",
    "homework of a couple in a course": "/couples/3/homework",
    "packet": "{file}/packet",
    "blank sheet": "/homework/from-complaint-to-longing/print",
    "background": "/homework/background",
    "own homework": "/homework/own",
    "bringing in homework": "/homework/import",
    "practice": "/practice",
    "backups": "/backups",
    "audit log": "/log",
    "access report": "{file}/access",
    "records": "/records",
    "list of clients": "/records/clients",
    "copy of a couple": "{file}/copy",
    "people": "/people",
    "person": "/people/2",
    "care": "/care",
    "emergency": "/couples/emergency",
    "desk": "/desk",
    "security": "/security",
    "sign-ins": "/sign-ins",
    "second factor set-up": "/second-factor/app",
    "password": "/password",
    "not found": "/couples/999",
}
#: Pages that something must be done for.
WAYS: dict[str, Way] = {
    "couples searched": searched,
    "attachment": attachment,
    "session started": started,
    "give panel": give_panel,
    "session with homework given": given,
    "give page": look_ahead,
    "ways to print": ways_to_print,
    "sheet on screen": on_screen,
    "writing homework": writing,
    "list matched": match_list,
    "rows of a list": list_rows,
    "row of a list mended": mend_row,
    "list in two encodings": read_list_as,
    "list brought in": list_brought,
    "list to take back": list_taken_back,
    "link to choose a password": link_shown,
    "new password": password_link,
    "lock": lock_page,
    "keys": keys,
    "question": question,
}


def check(page: Page) -> None:
    """Have a page looked over at each width by day, by night too, and squeezed to 320 px."""
    for size, scheme, rules in (
        (DESK, "light", BY_DAY),
        (DESK, "dark", BY_NIGHT),
        (PHONE, "light", BY_DAY),
    ):
        page.set_viewport_size(size)
        page.emulate_media(color_scheme=scheme)
        found = Axe().run(page, options=rules)
        assert found.violations_count == 0, f"{size} {scheme}\n{found.generate_report()}"
    page.set_viewport_size(NARROWEST)
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROWEST["width"]
    assert page.evaluate(TOO_WIDE) == []


def address_of(name: str, records: Records) -> str:
    """Where one of the places is."""
    return PLACES[name].format(
        file=records.file,
        session=records.session,
        signed=records.signed_session,
        appointment=f"{records.file}/appointments/{records.appointment}",
        couple=records.couple,
        unsigned=records.unsigned,
    )


@pytest.mark.parametrize("name", PLACES)
def test_everyone_can_use(name: str, tour: Tour) -> None:
    context, records = tour
    page = context.new_page()
    page.goto(address_of(name, records))
    check(page)
    assert kept_by(page) == []
    page.close()


@pytest.mark.parametrize("name", WAYS)
def test_everyone_can_use_what_is_under_way(name: str, dana: Page, office: Office) -> None:
    WAYS[name](dana, office.records)
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
    context = watched(browser.new_context(base_url=new_office.url), new_office.url)
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
    dana.set_viewport_size(DESK)  # type: ignore[arg-type]
    dana.get_by_label("Day", exact=True).fill("2026-11-20")
    dana.get_by_label("Reason").fill("She moved to another city.")
    dana.get_by_role("button", name="Ask them to accept it").click()
    expect(dana.get_by_text("Waits to be accepted since")).to_be_visible()
    check(dana)
    dana.set_viewport_size(DESK)  # type: ignore[arg-type]
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

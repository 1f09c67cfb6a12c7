"""The pages of the practice, and how one comes to each: by its address, by hand, or by a deed."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.in_the_browser.office import Records
from tests.in_the_browser.steps import first_suggestion, give_first_suggestion, open_from_today

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
#: Pages that are come to by hand, where nothing is changed.
VIEWS: dict[str, Way] = {
    "couples searched": searched,
    "attachment": attachment,
    "give panel": give_panel,
    "give page": look_ahead,
    "ways to print": ways_to_print,
    "sheet on screen": on_screen,
    "list matched": match_list,
    "rows of a list": list_rows,
    "row of a list mended": mend_row,
    "list in two encodings": read_list_as,
    "keys": keys,
    "question": question,
}
#: Pages that something must be done for, each in an office of its own.
DEEDS: dict[str, Way] = {
    "session started": started,
    "session with homework given": given,
    "writing homework": writing,
    "list brought in": list_brought,
    "list to take back": list_taken_back,
    "link to choose a password": link_shown,
    "new password": password_link,
    "lock": lock_page,
}


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

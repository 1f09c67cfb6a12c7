"""The whole job without a mouse: every control can be reached, and the keyboard is never lost."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Locator, Page, expect

from practice import clock
from practice.assignments.models import Assignment
from practice.demo.loader import PASSWORD
from tests.in_the_browser.office import DANA, MAYA_AND_JONAH, Office
from tests.in_the_browser.steps import arrive_at_session, first_suggestion, say_saved, section

MOST_TABS = 70
#: What is wrong with where the keyboard is; empty when it is somewhere one can see.
LOST = """() => {
  const active = document.activeElement;
  if (!active || active === document.body) return "the keyboard is nowhere";
  const drawn = active.matches("input.visually-hidden") ? active.nextElementSibling : active;
  const style = getComputedStyle(drawn);
  const hasButton = active.matches("input[type=date], input[type=time]"); // which shows its own
  if (!hasButton && (style.outlineStyle === "none" || parseFloat(style.outlineWidth) < 2))
    return `nothing shows that the keyboard is on ${active.outerHTML.slice(0, 120)}`;
  const box = drawn.getBoundingClientRect();
  const isOff = box.bottom <= 0 || box.top >= innerHeight || box.right <= 0 || box.left >= innerWidth;
  return isOff ? `the keyboard is off the screen, on ${active.outerHTML.slice(0, 120)}` : "";
}"""


def look(page: Page) -> None:
    """See where the keyboard is."""
    assert page.evaluate(LOST) == ""


def press(page: Page, *keys: str) -> None:
    """Press keys one after the other."""
    for key in keys:
        page.keyboard.press(key)


def tab_to(page: Page, wanted: Locator, back: bool = False) -> None:
    """Press Tab until the keyboard is on `wanted`, seeing it at each step of the way."""
    expect(wanted).to_be_visible()
    for _ in range(MOST_TABS):
        page.keyboard.press("Shift+Tab" if back else "Tab")
        lost, is_there = wanted.evaluate(f"(one) => [({LOST})(), one === document.activeElement]")
        assert lost == ""
        if is_there:
            return
    pytest.fail(f"Tab never reached {wanted}")


def keyboard_is_on(page: Page, wanted: Locator) -> None:
    """Wait until the keyboard is on `wanted`."""
    expect(wanted).to_be_focused()
    look(page)


def sign_in_by_keyboard(page: Page) -> None:
    """Sign in with keys alone."""
    page.goto("/sign-in")
    keyboard_is_on(page, page.get_by_label("E-mail"))
    page.keyboard.type(DANA)
    press(page, "Tab")
    page.keyboard.type(PASSWORD)
    press(page, "Enter")
    expect(page.get_by_role("heading", name="Today", level=1)).to_be_visible()


def start_by_keyboard(page: Page) -> None:
    """From Today into a session of Maya and Jonah's, with keys alone."""
    tab_to(page, page.get_by_role("link", name=MAYA_AND_JONAH).first)
    press(page, "Enter")
    tab_to(page, page.get_by_role("button", name="Start another session"))
    press(page, "Space")
    arrive_at_session(page)


def test_the_whole_job_is_done_with_keys_alone(visitor_page: Page) -> None:
    page = visitor_page
    sign_in_by_keyboard(page)
    start_by_keyboard(page)

    partly = page.get_by_role("group", name="How it went, as you saw it").get_by_text("Partly")
    tab_to(page, partly)
    press(page, "Enter")
    expect(partly).to_have_attribute("aria-pressed", "true")
    keyboard_is_on(page, partly)

    for key, obstacle in (("1", "Busyness"), ("2", "Protest behavior")):
        card = page.get_by_role("button", name=obstacle)
        press(page, key)
        expect(card).to_have_attribute("aria-pressed", "true")
        keyboard_is_on(page, card)
    who = page.get_by_role("group", name="Who shows it, Protest behavior").get_by_text("Maya")
    tab_to(page, who)
    press(page, "Space")
    expect(who).to_have_attribute("aria-pressed", "true")
    keyboard_is_on(page, who)

    tab_to(page, section(page))
    page.keyboard.type("1 2 3 / ? are only letters here.")
    expect(section(page)).to_have_value("1 2 3 / ? are only letters here.")
    press(page, "Control+s")
    say_saved(page)
    keyboard_is_on(page, section(page))

    tab_to(page, first_suggestion(page).get_by_text("Assign", exact=True))
    press(page, "Enter")
    keyboard_is_on(page, page.get_by_label("Both of you"))
    title = page.locator("#give h2 .serif").inner_text()
    press(page, "ArrowRight", "ArrowLeft")
    expect(page.get_by_label("Both of you")).to_be_checked()
    tab_to(page, page.get_by_role("button", name="Give it"))
    press(page, "Enter")
    expect(page.locator("#given").get_by_text(title)).to_be_visible()
    keyboard_is_on(page, page.get_by_role("link", name="Maya’s sheet"))
    with page.context.expect_page() as sheet:
        press(page, "Enter")
    sheet.value.close()

    press(page, "Control+Enter")
    keyboard_is_on(page, page.locator("#confirm").get_by_role("button", name="Sign note"))
    press(page, "Enter")
    expect(page.locator(".page-header .tag--signed")).to_be_visible()


def test_the_keyboard_stays_near_when_what_it_was_on_goes_away(dana: Page, office: Office) -> None:
    dana.goto(office.records.session)
    more = dana.locator(".chips-more summary")
    tab_to(dana, more)
    press(dana, "Enter", "Tab")
    chip = dana.locator(".chips-more .chip:focus")
    label = chip.inner_text().removeprefix("+").strip()
    press(dana, "Enter")
    card = dana.locator(".obstacle--on").get_by_role("button", name=label)
    keyboard_is_on(dana, card)
    press(dana, "Space")
    expect(card).to_have_count(0)
    dana.wait_for_function("document.activeElement !== document.body")
    look(dana)

    assign = first_suggestion(dana).get_by_text("Assign", exact=True)
    tab_to(dana, assign)
    press(dana, "Enter")
    keyboard_is_on(dana, dana.locator("#give input[name='for_whom']").first)
    tab_to(dana, dana.get_by_text("Not now"))
    press(dana, "Enter")
    keyboard_is_on(dana, assign)


def next_month() -> str:
    """A day in a month, as a date field takes it."""
    return (clock.today_in("America/Los_Angeles") + timedelta(days=30)).isoformat()


def test_a_refused_form_keeps_the_keyboard(dana: Page, office: Office) -> None:
    dana.goto(office.records.session)
    first_suggestion(dana).get_by_text("Assign", exact=True).click()
    dana.get_by_label("We talk about it on").fill("2020-01-31")
    give = dana.get_by_role("button", name="Give it")
    give.focus()
    press(dana, "Enter")
    expect(dana.locator("#give [role=alert]")).to_be_visible()
    keyboard_is_on(dana, give)
    given_before = office.count(Assignment, couple_id=office.records.couple)
    dana.get_by_label("We talk about it on").fill(next_month())
    give.click()
    expect(dana.locator("#given .suggestion")).not_to_have_count(0)
    assert office.count(Assignment, couple_id=office.records.couple) == given_before + 1


def test_the_list_of_keys_opens_and_closes_with_keys(dana: Page, office: Office) -> None:
    dana.goto(office.records.session)
    keys = dana.get_by_role("dialog", name="Keys")
    press(dana, "?")
    expect(keys).to_be_visible()
    press(dana, "1")
    press(dana, "Escape")
    expect(keys).to_be_hidden()
    expect(dana.get_by_role("button", name=re.compile("Protest"))).to_have_attribute(
        "aria-pressed", "false"
    )


def test_slash_goes_to_the_search_box(dana: Page) -> None:
    dana.goto("/couples")
    press(dana, "/")
    keyboard_is_on(dana, dana.locator("[data-search]"))
    expect(dana.locator("[data-search]")).to_have_value("")

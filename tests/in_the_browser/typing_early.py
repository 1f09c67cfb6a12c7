"""What is typed into a page before its scripts are there, as on a slow phone, is taken up by them."""

import re
from contextlib import closing, nullcontext

from playwright.sync_api import Locator, Page, Request, expect

from tests.in_the_browser.held_scripts import HeldScripts

TEXTS = "main input:is([type=text], [type=search], [type=email]), main textarea"
TYPED = "Typed early"
#: What on a page only scripts can answer, yet can be seen before they come.
DEAD = """() => [...document.querySelectorAll(
    "[data-opens], [data-closes], [data-dismiss], [data-print-page], [data-passkey]")]
  .filter((one) => one.checkVisibility()).map((one) => one.outerHTML.slice(0, 120))"""
Used = list[tuple[Locator, str]]


def shown(page: Page, selector: str) -> list[Locator]:
    """The controls of a page that can be used."""
    return [one for one in page.locator(selector).all() if one.is_visible() and one.is_editable()]


def unfold(page: Page) -> None:
    """Open whatever is folded away."""
    page.evaluate(
        '() => document.querySelectorAll("main details").forEach((one) => (one.open = true))'
    )


def use(page: Page) -> Used:
    """Type into a page's fields, tap its boxes, choose from its lists: each with what it then holds."""
    used: Used = []
    for field in shown(page, TEXTS)[:4]:
        field.fill(TYPED)
        used.append((field, TYPED))
    for box in shown(page, "main input[type=checkbox]")[:2]:
        box.press("Space")
        used.append((box, str(box.is_checked())))
    for choice in shown(page, "main select:not([multiple])")[:2]:
        choice.select_option(index=choice.locator("option").count() - 1)
        used.append((choice, choice.input_value()))
    return used


def holds(control: Locator) -> str:
    """What a control holds."""
    is_box = control.get_attribute("type") == "checkbox"
    return str(control.is_checked()) if is_box else control.input_value()


def type_early(page: Page, address: str) -> None:
    """Open a page and use its controls before its scripts come: they hold what they held.

    What only scripts can answer is not seen before. A search is made, and a form that saves itself
    is saved. The page is left as it was opened, its folds open, if there is nothing to use.
    """
    with closing(HeldScripts(page)) as scripts:
        scripts.open(address)
        assert page.evaluate(DEAD) == [], f"{page.url}: nothing answers these before the scripts"
        unfold(page)
        used = use(page)
        searches = page.locator("[data-search]").count()
        with page.expect_request(asks_for_what_was_typed) if searches else nullcontext():
            scripts.let_come()
    assert_held(used)
    if searches:
        expect(page.locator("[data-search]")).to_have_value(TYPED)
    if used:
        look_again(page, used)


def asks_for_what_was_typed(request: Request) -> bool:
    """Whether that is a search for it."""
    sent = f"{request.url} {request.post_data}"
    return any(f"q={TYPED.replace(' ', mark)}" in sent for mark in ("+", "%20"))


def assert_held(used: Used) -> None:
    """See that each control holds what it held."""
    for control, value in used:
        assert holds(control) == value, control


def look_again(page: Page, used: Used) -> None:
    """Open the page anew: what saves itself is there again, and all else is as if never typed."""
    saves_itself = page.locator("form[data-autosave]").count() > 0
    if saves_itself:
        expect(page.locator("#save-status")).to_have_text(re.compile("^Saved"))
    names = [control.get_attribute("id") for control, _ in used] if saves_itself else []
    page.goto(page.url)
    if saves_itself:
        unfold(page)
    for name, (_, value) in zip(names, used, strict=False):
        assert holds(page.locator(f"#{name}")) == value, name
